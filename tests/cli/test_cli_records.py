"""`gse-skills import` and `gse-skills experts`, from a messy sheet to an answer that says how sure it is."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import python_calamine

from gse_skills.imports.mapping import FORMAT

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Write

UNCHANGED = ("A1", "Ann Alder", "COVID PCR testing", "Expert", "31/01/2025", "Line manager", "yes")
CHANGED = ("A2", "Ben Alder", "Viral serology", "Expert", "01/03/2026", "Self", "")
NEW = ("N1", "Nia New", "Enteric virology", "Working", "01/02/2025", "Self", "")
CAT = ("A3", "Cat Alder")
UNKNOWN = ("N1", "Nia New", "virus stuf", "Expert", "01/02/2025", "Self", "")
WRONG = ("N1", "Nia New", "LIF-VIR-05", "9", "01/02/2025", "Self", "")
MESSY = [UNCHANGED, CHANGED, NEW, UNKNOWN, WRONG]
COUNTS = {"added": 1, "changed": 1, "unchanged": 1, "refused": 2}


def who(cli: Cli, data: Path, skill: str, *words: str) -> list[tuple[str, str]]:
    found = cli("experts", skill, *words, "--json", data=data).body
    return [(hit["name"], hit["level"]) for hit in found["items"]]


def test_a_dry_run_changes_nothing_and_the_real_one_does_just_that(cli: Cli, data: Path, sheet: Write) -> None:
    file = sheet("team.csv", MESSY)
    before = who(cli, data, "Virology")
    dry = cli("import", file, "--org", "alder", "--dry-run", "--json", data=data).body
    assert (dry["dry_run"], dry["changed"], dry["report_url"]) == (True, False, None)
    assert {name: dry["counts"].get(name) for name in COUNTS} == COUNTS
    assert who(cli, data, "Virology") == before
    real = cli("import", file, "--org", "alder", "--expected", dry["digest"], "--json", data=data).body
    assert (real["dry_run"], real["changed"], real["counts"]) == (False, True, dry["counts"])
    assert who(cli, data, "Viral serology") == [("Ben Alder", "Expert")]
    assert ("Nia New", "Working") in who(cli, data, "Virology")
    again = cli("import", file, "--org", "alder", data=data)
    assert (again.code, again.err) == (0, "")
    assert "Nothing changed: everything in the file was known." in again.out


def test_a_sheet_in_its_own_words_is_guessed_and_the_guesses_told(cli: Cli, asked: Path, sheet: Write) -> None:
    headings = ("Who is it", "Main thing", "Stufe", "First aider")
    rows = [("Nia New", "Viral serology", "Expert", "yes"), ("Ned New", "Enteric virology", "2", "no")]
    ran = cli("import", sheet("own.csv", rows, headings), "--org", "alder", "--dry-run", data=asked)
    assert (ran.code, ran.err) == (0, "")
    for line in (
        "column A: the name of the person\n",
        "column B: the skill (a guess, from its cells)\n",
        "column C: the level (a guess, from its cells)\n",
        "column D: left out\n",
    ):
        assert line in ran.out
    assert ran.out.count("column-guessed") == 2
    told = cli("import", sheet("own.csv", rows, headings), "--org", "alder", "--dry-run", "--json", data=asked).body
    assert told["guessed"] == {"B": "from its cells", "C": "from its cells"}
    assert told["counts"]["added"] == 2


def test_what_was_not_looked_at_is_not_done(cli: Cli, data: Path, sheet: Write) -> None:
    digest = cli("import", sheet("a.csv", [NEW]), "--org", "alder", "--dry-run", "--json", data=data).body["digest"]
    other = sheet("b.csv", [NEW, CHANGED])
    cli("import", other, "--org", "alder", "--expected", digest, data=data).refused("changed-meanwhile")
    assert who(cli, data, "Viral serology") == [("Ben Alder", "Practitioner")]


def test_what_is_not_known_comes_with_the_five_nearest(cli: Cli, asked: Path, sheet: Write) -> None:
    file = sheet("team.csv", MESSY)
    ran = cli("import", file, "--org", "alder", "--dry-run", data=asked)
    assert (ran.code, ran.err) == (0, "")
    (line,) = (line for line in ran.out.splitlines() if "not known: “virus stuf” (1 cells)" in line)
    nearest = line.partition("Nearest: ")[2].split("), ")
    assert len(nearest) == 5
    assert all(0 < float(one.rpartition("(")[2].rstrip(")")) <= 1 for one in nearest)
    assert "D6" in ran.out
    assert "level-out-of-range" in ran.out
    assert "C5" in ran.out
    assert "column C: the skill" in ran.out
    assert "dry run" in ran.out
    body = cli("import", file, "--org", "alder", "--dry-run", "--json", data=asked).body
    (unmatched,) = body["unmatched"]
    assert (unmatched["phrase"], unmatched["rule"], len(unmatched["nearest"])) == ("virus stuf", "unknown-term", 5)
    scores = [one["score"] for one in unmatched["nearest"]]
    assert scores == sorted(scores, reverse=True)
    refused = [(one["row"], one["column"], one["rule"]) for one in body["outcomes"] if one["status"] == "refused"]
    assert refused == [(5, "C", "unknown-term"), (6, "D", "level-out-of-range")]
    assert all(one["remedy"] for one in body["outcomes"] if one["status"] == "refused")


def test_the_sheet_comes_back_annotated(cli: Cli, asked: Path, sheet: Write, tmp_path: Path) -> None:
    file = sheet("team.csv", MESSY)
    for name in ("out.xlsx", "out.csv"):
        ran = cli("import", file, "--org", "alder", "--dry-run", "--report", tmp_path / name, data=asked)
        assert (ran.code, ran.err) == (0, "")
        assert f"Annotated copy: {tmp_path / name}" in ran.out
    workbook = python_calamine.CalamineWorkbook.from_path(tmp_path / "out.xlsx")
    rows = [list(map(str, row)) for row in workbook.get_sheet_by_index(0).to_python()]
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as text:
        lines = list(csv.reader(text))
    assert [line[:7] for line in lines if line and line[0] in ("A1", "A2", "N1")] == [list(row) for row in MESSY]
    for copy in (rows, lines):
        told = {line[2]: " ".join(line[7:]) for line in copy if len(line) > 7}
        assert "unchanged" in told["COVID PCR testing"]
        assert "changed" in told["Viral serology"]
        assert "added" in told["Enteric virology"]
        assert "No skill of that name" in told["virus stuf"]


@pytest.mark.parametrize(
    ("report", "why"),
    [("missing/out.xlsx", "no such folder"), ("out.ods", "neither .xlsx nor .csv"), ("team.csv", "the sheet itself")],
)
def test_a_report_that_cannot_be_written_stops_it_before_anything_is_done(
    cli: Cli, data: Path, sheet: Write, tmp_path: Path, report: str, why: str
) -> None:
    file = sheet("team.csv", MESSY)
    sent = file.read_bytes()
    assert why in cli("import", file, "--org", "alder", "--report", tmp_path / report, data=data).refused("bad-report")
    assert file.read_bytes() == sent
    assert who(cli, data, "Viral serology") == [("Ben Alder", "Practitioner")]


def test_a_full_picture_ends_what_it_lacks_and_the_past_stays(cli: Cli, data: Path, sheet: Write) -> None:
    now = [CHANGED, *((*who, "Metrology", "Working", "31/03/2026", "Self", "") for who in (UNCHANGED[:2], CAT))]
    words = ("import", sheet("all.csv", now), "--org", "alder", "--full", "--snapshot", "31/03/2026")
    body = cli(*words, "--json", data=data).body
    assert (body["full"], body["counts"]["ended"]) == (True, 2)
    assert who(cli, data, "Virology", "--org", "alder") == [("Ben Alder", "Expert")]
    then = cli("experts", "Virology", "--org", "alder", "--as-of", "2025-06-30", data=data)
    assert "as of 30 June 2025: 3 people" in then.out
    earlier = who(cli, data, "Virology", "--org", "alder", "--as-of", "01/02/2025")
    assert earlier == [("Ann Alder", "Expert")]
    older = ("import", sheet("older.csv", [UNCHANGED]), "--org", "alder", "--full", "--snapshot", "30/03/2026")
    cli(*older, data=data).refused("older-picture")


def test_a_saved_mapping_says_what_columns_and_phrases_mean(cli: Cli, data: Path, sheet: Write, tmp_path: Path) -> None:
    file = sheet("odd.csv", [("Zed", "virus stuff", "3")], ("Wer", "Was", "Wie gut"))
    mapping = tmp_path / "mapping.json"
    columns = {"name": "Wer", "skill": "Was", "level": "Wie gut"}
    saved = {"format": FORMAT, "shape": "long", "columns": columns, "phrases": {"virus stuff": "LIF-VIR-02"}}
    mapping.write_text(json.dumps(saved))
    assert cli("import", file, "--org", "birch", data=data).code == 2
    ran = cli("import", file, "--org", "birch", "--mapping", mapping, "--basis", "manager", data=data)
    assert (ran.code, ran.err) == (0, "")
    found = cli("experts", "LIF-VIR-02", "--org", "birch", "--json", data=data).body
    assert [(hit["name"], hit["level"], hit["basis"]) for hit in found["items"]] == [("Zed", "Practitioner", "Manager")]
    mapping.write_text("[]")
    cli("import", file, "--org", "birch", "--mapping", mapping, data=data).refused("mapping-invalid")


@pytest.mark.parametrize(
    ("text", "words", "rule"),
    [
        ("", (), "empty-file"),
        ("%PDF-1.7", (), "not-a-spreadsheet"),
        ("Skill,Level\nVirology,Expert\n", (), "no-person-column"),
        ("Name,Skill,Level\nAnn,Virology,Expert\n", ("--sheet", "Two"), "no-such-sheet"),
        ("Name,Skill,Level\nAnn,Virology,Expert\n", ("--snapshot", "1900-01-01"), "bad-snapshot"),
        ("Name,Skill,Level\nAnn,Virology,Expert\n", ("--snapshot", "2999-01-01"), "bad-snapshot"),
        ("Name,Skill,Level\nAnn,Virology,Expert\n", ("--org", "nobody"), "not-steward"),
    ],
)
def test_a_sheet_that_cannot_be_taken_is_refused_whole(
    cli: Cli, asked: Path, tmp_path: Path, text: str, words: tuple[str, ...], rule: str
) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text(text)
    given = ("import", file, "--org", "alder", *words)
    cli(*given, data=asked).refused(rule)
    assert cli(*given, "--json", data=asked).problem["rule"] == rule


def test_experts_are_ranked_and_the_rest_is_split(cli: Cli, asked: Path) -> None:
    ran = cli("experts", "Virology", "--level", "practitioner", data=asked)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "Virology (LIF-VIR), Practitioner or above: 3 people"
    names = [line.split("  ")[0] for line in lines[3:6]]
    assert names == ["Ann Alder", "Eve Birch", "Ben Alder"]
    splits = {line.split()[0]: line.split()[1:] for line in lines if line.startswith(("alder", "birch"))}
    assert splits == {"alder": ["2", "1", "0", "0"], "birch": ["1", "0", "0", "0"]}
    assert lines[-1] == "Not mapped means that nobody has asked, as far as is known; it does not mean none."


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), ["Ann Alder", "Eve Birch", "Ben Alder", "Cat Alder"]),
        (("--level", "Expert"), ["Ann Alder", "Eve Birch"]),
        (("--org", "birch"), ["Eve Birch"]),
        (("--available",), ["Ann Alder", "Eve Birch"]),
        (("--not-available",), ["Cat Alder"]),
        (("--as-of", "2025-02-28"), ["Ann Alder", "Eve Birch", "Ben Alder"]),
        (("--as-of", "28/02/2025", "--level", "Expert", "--org", "alder"), ["Ann Alder"]),
    ],
)
def test_filters(cli: Cli, asked: Path, words: tuple[str, ...], names: list[str]) -> None:
    body = cli("experts", "LIF-VIR", *words, "--json", data=asked).body
    assert [hit["name"] for hit in body["items"]] == names
    assert body["total"] == len(names)
    if "--as-of" in words:
        assert datetime.date.fromisoformat(body["as_of"]) == datetime.date(2025, 2, 28)


def test_why_leads_from_the_departments_phrase_to_the_question(cli: Cli, asked: Path) -> None:
    ran = cli("experts", "Virology", "--level", "Expert", "--org", "alder", "--why", data=asked)
    (why,) = (line.strip() for line in ran.out.splitlines() if line.startswith("    because "))
    steps = why.removeprefix("because ").split(" > ")
    assert steps[0] == "COVID PCR testing [stated]"
    assert "[matched:" in steps[1]
    assert steps[-1] == "Virology [broader]"


def test_pages_follow_one_another(cli: Cli, asked: Path) -> None:
    seen: list[str] = []
    cursor: tuple[str, ...] = ()
    for _ in range(4):
        body = cli("experts", "Virology", "--limit", "1", *cursor, "--json", data=asked).body
        seen += [hit["name"] for hit in body["items"]]
        cursor = ("--cursor", body["next_cursor"] or "")
    assert seen == ["Ann Alder", "Eve Birch", "Ben Alder", "Cat Alder"]
    assert cursor == ("--cursor", "")
    first = cli("experts", "Virology", "--limit", "3", data=asked)
    assert first.err.startswith("More: --cursor ")
    rest = cli("experts", "Virology", "--limit", "3", *first.err.split()[1:], data=asked)
    assert "Cat Alder" in rest.out
    assert "Ann Alder" not in rest.out
    cli("experts", "Virology", "--cursor", "nonsense", data=asked).refused("bad-cursor")


def test_nobody_is_an_answer_and_not_an_error(cli: Cli, asked: Path) -> None:
    ran = cli("experts", "Metrology", data=asked)
    assert (ran.code, ran.err) == (1, "")
    assert "0 people" in ran.out
    assert cli("experts", "Metrology", "--json", data=asked).code == 1


def test_a_name_of_several_gives_the_choices(cli: Cli, asked: Path) -> None:
    said = cli("experts", "Twin studies", data=asked).refused("ambiguous-label")
    assert "TW-A" in said
    assert "TW-B" in said
    problem = cli("experts", "Twin studies", "--json", data=asked).problem
    assert [choice["notation"] for choice in problem["choices"]] == ["TW-A", "TW-B"]
    for choice in problem["choices"]:
        for name in (choice["notation"], choice["iri"]):
            assert cli("experts", name, data=asked).code == 1


def test_an_organisation_that_is_not_there_is_told_with_those_that_are(cli: Cli, asked: Path) -> None:
    problem = cli("experts", "Virology", "--org", "nobody", "--json", data=asked).problem
    assert (problem["rule"], problem["organisations"]) == ("unknown-organisation", ["alder", "birch"])
