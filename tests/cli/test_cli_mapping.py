"""`gse-skills map suggest` and `map apply`: from a local list to mappings that everybody can query."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gse_skills.framework import OWN_SCHEME, Scheme
from gse_skills.mapping import read
from gse_skills.rebuild import MAPPING, PUBLISHED, SCHEME
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.vocabulary import FRAMEWORK, SKOS

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Write

LIST = [("a", "Virology"), ("b", "Viral serolgy"), ("c", "zzzzqqqq")]
HEADINGS = ("Who", "Our words")
COLUMN = ("--column", "our words")


@pytest.fixture(scope="module")
def asked(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose framework, a branch of the shipped one, is a release as those that are loaded are."""
    folder = Path(shutil.copytree(home, tmp_path_factory.mktemp("mapping") / "data"))
    settings = Settings(data=folder, durable=False)
    with Register.open(settings) as register:
        held = tuple(register.store.triples(SCHEME + OWN_SCHEME))
        # Changed once more, it is its owner's: the next start would put the whole framework in the place of another.
        for said in ("A branch.", "A branch of ours."):
            note = ox.Triple(ox.NamedNode(FRAMEWORK["LIF"]), ox.NamedNode(SKOS.note), ox.Literal(said, language="en"))
            register.load_scheme(Scheme(OWN_SCHEME, "A branch of the framework", (*held, note)))
    with Register.open(settings) as register:
        assert len(list(register.store.triples(SCHEME + OWN_SCHEME))) == len(held) + 1
    return folder


@pytest.fixture
def data(asked: Path, tmp_path: Path) -> Path:
    """A data folder of one's own."""
    return Path(shutil.copytree(asked, tmp_path / "data"))


@pytest.fixture
def team(cli: Cli, asked: Path, sheet: Write, tmp_path: Path) -> Path:
    """Candidates for a team's list, as `map suggest` wrote them."""
    output = tmp_path / "team.sssom.tsv"
    ran = cli("map", "suggest", sheet("list.csv", LIST, HEADINGS), *COLUMN, "--output", output, data=asked)
    assert ran.code == 0, ran.err
    return output


def test_suggest_writes_a_set_for_review(cli: Cli, asked: Path, sheet: Write, tmp_path: Path) -> None:
    output = tmp_path / "team.sssom.tsv"
    words = ("map", "suggest", sheet("list.csv", LIST, HEADINGS), *COLUMN, "-o", output, "--most", "1")
    body = cli(*words, "--json", data=asked).body
    assert [(one["object_label"], one["subject_label"]) for one in body["mappings"]] == [
        ("Virology", "Virology"),
        ("Viral serolgy", "Viral serology"),
    ]
    assert body["unmatched"] == ["zzzzqqqq"]
    assert len(read(output).mappings) == 2
    cli(*words, data=asked).refused("file-exists")


def test_nothing_found_is_1(cli: Cli, asked: Path, sheet: Write, tmp_path: Path) -> None:
    listed = sheet("list.csv", [("zzzzqqqq",)], ("Skill",))
    ran = cli("map", "suggest", listed, "-o", tmp_path / "team.sssom.tsv", data=asked)
    assert (ran.code, ran.err) == (1, "")
    assert "none for 1" in ran.out


def test_suggest_says_what_is_wrong(cli: Cli, asked: Path, sheet: Write, tmp_path: Path) -> None:
    listed, output = sheet("list.csv", LIST, HEADINGS), tmp_path / "team.sssom.tsv"
    cli("map", "suggest", listed, "-o", tmp_path / "team.csv", data=asked).refused("bad-mapping-name")
    assert "Our words" in cli("map", "suggest", listed, "-o", output, data=asked).refused("which-column")
    cli("map", "suggest", tmp_path / "gone.csv", "-o", output, data=asked).refused("no-such-source")
    assert not output.exists()


def test_apply_takes_reviewed_rows_alone(cli: Cli, data: Path, team: Path) -> None:
    told = cli("map", "apply", team, "--json", data=data).problem
    assert told["rule"] == "unreviewed-candidate"
    first = told["findings"][0]
    assert (first["column"], first["rule"]) == ("mapping_justification", "unreviewed-candidate")
    assert first["line"] > 1
    assert first["remedy"]


def test_apply_brings_a_set_in_and_takes_it_away_again(cli: Cli, data: Path, team: Path) -> None:
    graph = f"{MAPPING}team"
    dry = cli("map", "apply", team, "--reviewed", "--dry-run", "--json", data=data).body
    with Register.open(Settings(data=data, durable=False)) as register:
        assert graph not in register.store.graphs()
    done = cli("map", "apply", team, "--reviewed", "--json", data=data).body
    assert (dry["dry_run"], done["dry_run"], done["graph"]) == (True, False, graph)
    assert done["statements"] == dry["statements"] > 0
    assert cli("map", "apply", team, "--reviewed", "--json", data=data).body["statements"] == 0
    with Register.open(Settings(data=data, durable=False)) as register:
        held = set(map(str, register.store.triples(graph)))
        assert any(f"<{SKOS.exactMatch}>" in line and line.endswith("/team/terms/virology>") for line in held)
        assert any(
            line.endswith('/terms/virology> <http://www.w3.org/2004/02/skos/core#prefLabel> "Virology"')
            for line in held
        )
        assert held <= set(map(str, register.store.triples(PUBLISHED)))
        assert register.rebuild() == 0
    lines = team.read_text("utf-8").splitlines(keepends=True)
    team.write_text("".join(line for line in lines if "terms:viral-serolgy" not in line), "utf-8")
    assert cli("map", "apply", team, "--reviewed", "--json", data=data).body["statements"] > 0
    with Register.open(Settings(data=data, durable=False)) as register:
        assert not [line for line in map(str, register.store.triples(PUBLISHED)) if "viral-serolgy" in line]
    entries = cli("audit", "list", "--json", data=data).body["items"]
    assert [graph in one["things"] and one["outcome"] for one in entries if graph in one["things"]][-2:] == [
        "begun",
        "done",
    ]


def test_apply_refuses_the_whole_set_for_one_fault(cli: Cli, data: Path, team: Path) -> None:
    text = team.read_text("utf-8")
    team.write_text(text.replace("fw:LIF-VIR\t", "fw:LIF-XXX\t"), "utf-8")
    said = cli("map", "apply", team, "--reviewed", data=data).refused("unknown-subject")
    assert "subject_id" in said
    assert "LIF-XXX" in said
    with Register.open(Settings(data=data, durable=False)) as register:
        assert f"{MAPPING}team" not in register.store.graphs()


def test_apply_says_what_is_no_set(cli: Cli, asked: Path, tmp_path: Path) -> None:
    cli("map", "apply", tmp_path / "gone.sssom.tsv", data=asked).refused("no-such-mappings")


def test_both_go_through_a_service_that_runs(
    cli: Cli, data: Path, sheet: Write, tmp_path: Path, serve: Callable[[Path], AbstractContextManager[None]]
) -> None:
    output = tmp_path / "team.sssom.tsv"
    with serve(data):
        listed = sheet("list.csv", LIST, HEADINGS)
        assert cli("map", "suggest", listed, *COLUMN, "-o", output, data=data).code == 0
        assert cli("map", "apply", output, "--json", data=data).problem["rule"] == "unreviewed-candidate"
        assert cli("map", "apply", output, "--reviewed", "--json", data=data).body["statements"] > 0
        assert cli("map", "apply", output, "--reviewed", "--dry-run", "--json", data=data).body["statements"] == 0
