"""`gse-skills framework search` and `load`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

FRAMEWORKS = Path(__file__).parents[1] / "data" / "framework"


def test_search_forgives_and_says_which_label_matched(cli: Cli, asked: Path) -> None:
    body = cli("framework", "search", "virolgy", "--json", data=asked).body
    assert body["query"] == "virolgy"
    first = body["items"][0]
    assert (first["notation"], first["label"], first["matched_label"]) == ("LIF-VIR", "Virology", "Virology")
    assert len(body["items"]) == 10
    ran = cli("framework", "search", "virolgy", "--limit", "2", data=asked)
    assert (ran.code, ran.err) == (0, "")
    heading, *rows = ran.out.splitlines()
    assert heading.split() == ["notation", "label", "kind", "scheme", "matched", "language", "score"]
    assert len(rows) == 2
    assert rows[0].startswith("LIF-VIR ")


def test_nothing_found_is_1(cli: Cli, asked: Path) -> None:
    ran = cli("framework", "search", "zzzzqqqq", data=asked)
    assert (ran.code, ran.err) == (1, "")
    assert cli("framework", "search", "zzzzqqqq", "--json", data=asked).body["items"] == []


def test_load_brings_a_scheme_in_and_its_newer_state_in_its_place(cli: Cli, data: Path, tmp_path: Path) -> None:
    assert cli("experts", "TW-A", data=data).code == 1
    file = tmp_path / "twins.ttl"
    text = (
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix t: <https://example.org/twins/> .\n"
        't: a skos:ConceptScheme ; skos:prefLabel "Twins"@en ; skos:hasTopConcept t:a .\n'
        't:a a skos:Concept ; skos:prefLabel "Twin research"@en ; skos:inScheme t: ; skos:topConceptOf t: .\n'
    )
    file.write_text(text, "utf-8")
    body = cli("framework", "load", file, "--json", data=data).body
    assert (body["slug"], body["title"], body["statements"]) == ("twins", "Twins", 7)
    assert body["changed"] > 0
    assert cli("framework", "search", "Twin research", "--json", data=data).body["items"][0]["label"] == "Twin research"
    cli("experts", "TW-B", data=data).refused("unknown-term")
    again = cli("framework", "load", file, data=data)
    assert (again.code, again.err) == (0, "")
    assert "0 changed" in again.out


def test_load_takes_the_digital_and_data_framework(cli: Cli, data: Path) -> None:
    body = cli("framework", "load", FRAMEWORKS / "ddat", "--json", data=data).body
    assert body["slug"] == "ddat"
    assert body["changed"] == body["statements"]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        (None, "", "no-such-source"),
        ("notes.txt", "nothing", "unknown-source"),
        ("broken.ttl", "@prefix", "rdf-syntax"),
    ],
)
def test_what_is_no_scheme_is_refused(
    cli: Cli, asked: Path, tmp_path: Path, name: str | None, content: str, rule: str
) -> None:
    source = tmp_path / (name or "missing.ttl")
    if name:
        source.write_text(content)
    assert source.name in cli("framework", "load", source, data=asked).refused(rule)
    assert cli("framework", "load", source, "--json", data=asked).problem["rule"] == rule


def test_a_scheme_keeps_what_somebody_has_a_record_of(cli: Cli, data: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Name,Skill,Level\nAnn,TW-B,Expert\n")
    assert cli("import", sheet, "--org", "alder", data=data).code == 0
    file = tmp_path / "twins.ttl"
    file.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix t: <https://example.org/twins/> .\n"
        't: a skos:ConceptScheme ; skos:prefLabel "Twins"@en ; skos:hasTopConcept t:a .\n'
        't:a a skos:Concept ; skos:prefLabel "Twin studies"@en ; skos:inScheme t: ; skos:topConceptOf t: .\n',
        "utf-8",
    )
    cli("framework", "load", file, data=data).refused("concept-in-use")
    assert cli("experts", "TW-B", data=data).code == 0
