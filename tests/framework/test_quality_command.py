"""`gse-skills framework check` as a person and a machine see it; no data folder is needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gse_skills.cli import main
from gse_skills.framework.quality import RULES

PLANTED = Path(__file__).parents[1] / "data" / "framework" / "quality"


def run(*arguments: str) -> int:
    """The exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["framework", "check", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    run(*arguments, "--json")
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


@pytest.mark.parametrize(("name", "code"), [("clean", 0), ("siblings-related", 0), ("orphan", 0), ("broader-cycle", 1)])
def test_exit_code_is_one_only_for_errors(name: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(PLANTED / f"{name}.ttl")) == code
    assert capsys.readouterr().err == ""


def test_text_has_for_each_rule_its_link_remedy_and_concepts(capsys: pytest.CaptureFixture[str]) -> None:
    run(str(PLANTED / "related-and-broader.ttl"))
    lines = capsys.readouterr().out.splitlines()
    rule = RULES["related-and-broader"]
    begin = lines.index("error: related-and-broader (1)")
    assert lines[0] == "Trades: 33 statements, 4 concepts, 1 scheme."
    assert lines[begin + 1 : begin + 4] == [f"  {rule.title}", f"  {rule.link}", f"  What to do: {rule.remedy}"]
    assert lines[begin + 4].startswith("    Basketry <https://example.org/trades/basketry>: It is related to Craft")
    assert lines[-1].startswith(f"1 error, 0 warnings, 0 notes; {len(RULES)} rules in ")


def test_what_did_not_run_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    run(str(PLANTED / "clean.ttl"), "--reason")
    assert "  not run: SHACL shapes and OWL reasoning: the scheme is not in the three tiers" in capsys.readouterr().out


def test_ten_of_a_rule_are_shown_unless_all_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = tmp_path / "many.ttl"
    concepts = "".join(f'<urn:c{number}> a skos:Concept ; skos:prefLabel "C{number}"@en .\n' for number in range(12))
    many.write_text(f"@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n{concepts}", encoding="utf-8")
    run(str(many))
    shown = capsys.readouterr().out
    assert shown.count("neither a definition nor any other note") == 10
    assert "    and 2 more (--all)" in shown
    run(str(many), "--all")
    everything = capsys.readouterr().out
    assert everything.count("neither a definition nor any other note") == 12
    assert "more (--all)" not in everything


def test_json_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, str(PLANTED / "notation-ambiguous.ttl"))
    [finding] = told["findings"]
    rule = RULES["notation-ambiguous"]
    assert finding == {
        "rule": "notation-ambiguous",
        "severity": "error",
        "title": rule.title,
        "link": rule.link,
        "remedy": rule.remedy,
        "concept": "https://example.org/trades/joinery",
        "label": "Joinery",
        "message": finding["message"],
        "others": ["https://example.org/trades/weaving"],
    }
    assert "'1.1' is the notation of Weaving" in finding["message"]
    assert told["counts"] == {"error": 1, "warning": 0, "note": 0}
    assert (told["concepts"], told["schemes"]) == (4, 1)
    assert len(told["skipped"]) == 2


def test_notes_of_the_source_are_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, str(PLANTED / "scheme-missing.ttl"))
    assert told["notes"] == ["The file names no skos:ConceptScheme."]
    assert [finding["rule"] for finding in told["findings"]] == ["scheme-missing"]


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [("none.ttl", None, "no-such-source"), ("bad.ttl", "<broken", "rdf-syntax"), ("empty.ttl", "", "no-concepts")],
)
def test_wrong_input_is_two(
    name: str, text: str | None, rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert run(str(tmp_path / name)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"Rule: {rule}" in captured.err
