# The commands of the project; CI runs the same ones.
#   make demo    an invented alliance, then the service on http://127.0.0.1:8000 (PORT=8001 for another)
#   make run     the service on the data folder data/ (DATA=folder for another)
#   make test    all tests that this machine can run; REQUIRE_ALL=1 fails where a part is missing
#   make check   style and types
#   make fix     mends style where it can
#   make audit   the libraries against published advisories; OFFLINE=ok bears it where no database of them answers
#   make guide   takes the pictures of docs/guide.md anew; needs Chromium
#   make bench   the measurements of benchmarks/ (BENCH=options)

PYTHON ?= python3
PORT ?= 8000
DATA ?= data
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
AUDIT := $(VENV)/audit/bin/pip-audit
INPUTS := pyproject.toml hatch_build.py package-lock.json
# One more than there are cores: many tests wait for a process or a disk.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo run test check fix guide audit bench clean

demo: $(RUNTIME)
	exec $(BIN)/gse-skills demo --port $(PORT)

run: $(RUNTIME)
	exec $(BIN)/gse-skills serve --port $(PORT) --data $(DATA)

# Bytecode is kept whatever the environment says, since the tests start hundreds of processes. Files stay in the order of
# tests/conftest.py, which has those that take long begin first; xdist would go by how many tests each has.
test: check
	GSE_SKILLS_REQUIRE_ALL=$(REQUIRE_ALL) PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) \
		--dist loadfile --no-loadscope-reorder $(PYTEST)

check: $(DEV)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

fix: $(DEV)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

guide: $(DEV)
	mkdir -p docs/guide
	GSE_SKILLS_PICTURES=docs/guide $(BIN)/python -m pytest tests/service/pages/test_walk.py

bench: $(DEV)
	$(BIN)/python -m benchmarks $(BENCH)

audit: $(DEV) $(AUDIT)
	$(BIN)/python .ci/audit $(BIN)/python $(AUDIT) || [ "$$?$(OFFLINE)" = 75ok ]

clean:
	rm -rf $(VENV) demo-data build dist

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# Of its own, since what it needs should not choose versions for us.
$(AUDIT): | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip install --quiet pip-audit~=2.10

$(RUNTIME): $(INPUTS) | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable .
	touch $@

$(DEV): $(INPUTS) | $(VENV)/bin/python
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@ $(RUNTIME)
