"""The main job on real input: people at the real role levels of the Digital and Data framework.

They are imported from one workbook by the command line and asked for by command line, API and SPARQL; the three must
agree with one another and with what the generator knows. `make bench` runs the same at full size.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gse_skills.demo import Department, department
from gse_skills.framework import Framework, read_scheme, shipped
from gse_skills.sandbox import Sandbox
from gse_skills.vocabulary import Level
from gse_skills.vocabulary.namespace import PREFIXES

PEOPLE = 200
SHARED = Path(os.environ.get("GSE_SKILLS_SHARED_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
SOURCE = SHARED / "gdd-capability-framework"

pytestmark = pytest.mark.shared


def cli(data: Path, *words: str) -> str:
    """What a command prints, which must have gone well; 1 says that nobody was found."""
    command = [sys.executable, "-m", "gse_skills", *words, "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout, done.stderr
    return done.stdout


@contextmanager
def service(data: Path) -> Iterator[str]:
    """The address of a service on `data`, for the time of the block."""
    command = [sys.executable, "-m", "gse_skills", "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            found = re.search(r"http://[^/ ]+", line)
            assert found, line
            yield found[0]
        finally:
            running.terminate()
            running.wait(timeout=30)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Department]:
    if not SOURCE.is_dir():
        reason = f"the Digital and Data framework is not in {SOURCE}"
        if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("department")
    data = folder / "data"
    cli(data, "framework", "load", str(SOURCE))
    with Sandbox() as sandbox:
        scheme = read_scheme(SOURCE, sandbox)
    framework = Framework.from_triples({**shipped(), scheme.slug: scheme.triples})
    invented = department(framework, folder, PEOPLE)
    organisation = invented.organisation
    cli(data, "organisation", "add", organisation.slug, organisation.name, "--audience", "alliance")
    sheet = invented.sheet
    mapping = ("--mapping", str(sheet.mapping)) if sheet.mapping else ()
    told = cli(data, "import", str(sheet.path), "--org", organisation.slug, "--full", *mapping, "--json")
    counts = json.loads(told)["counts"]
    assert counts["added"] == sheet.records
    assert counts.get("refused", 0) == 0
    return data, invented


def test_command_line_api_and_sparql_agree_with_the_generator(made: tuple[Path, Department]) -> None:
    data, invented = made
    common = sorted(invented.holders, key=lambda skill: -sum(invented.holders[skill]))[:4]
    asked = [(skill, level) for skill in common for level in (Level.WORKING, Level.EXPERT)]
    token = cli(data, "token", "create", f"member:{invented.organisation.slug}").strip()
    with service(data) as url, httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        for skill, level in asked:
            expected = invented.at_least(skill, level)
            by_cli = json.loads(cli(data, "experts", skill, "--level", level.label, "--limit", "500", "--json"))
            wanted: dict[str, str | int] = {"skill": skill, "min_level": level.label, "limit": 500}
            by_api = client.get("/api/v1/experts", params=wanted).json()
            shortcut = level.shortcut.removeprefix(PREFIXES["gse"])
            query = f"SELECT ?person {{ ?person gse:{shortcut} <{skill}> }}"
            accept = {"Accept": "application/sparql-results+json"}
            by_sparql = client.post("/sparql", data={"query": query}, headers=accept).json()["results"]["bindings"]
            people = [hit["person"] for hit in by_api["items"]]
            assert by_api["total"] == expected == len(people)
            assert [hit["person"] for hit in by_cli["items"]] == people
            assert {row["person"]["value"] for row in by_sparql} == set(people)


def test_sending_the_same_workbook_again_changes_nothing(made: tuple[Path, Department]) -> None:
    data, invented = made
    sheet = invented.sheet
    mapping = ("--mapping", str(sheet.mapping)) if sheet.mapping else ()
    told = cli(data, "import", str(sheet.path), "--org", invented.organisation.slug, "--full", *mapping, "--json")
    answer = json.loads(told)
    assert not answer["changed"]
    assert answer["counts"]["unchanged"] == sheet.records
