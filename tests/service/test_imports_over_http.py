"""A sheet sent to the API: looked at, then done, just as it was shown; whatever is wrong is told, and harms nothing."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import python_calamine
import xlsxwriter

from gse_skills.imports.mapping import FORMAT

if TYPE_CHECKING:
    from tests.service.conftest import Pulse, Serve, Service

SHEETS = Path(__file__).parents[1] / "data" / "sheets"
NEW = ("N1", "Nia New", "Viral serology", "Expert", "01/02/2025", "Self", "", "yes")
CHANGED = ("A2", "Ben Alder", "Viral serology", "Expert", "01/03/2026", "Self", "", "")
UNCHANGED = ("A1", "Ann Alder", "COVID PCR testing", "Expert", "31/01/2025", "Line manager", "", "yes")
UNKNOWN = ("N1", "Nia New", "virus stuf", "Expert", "01/02/2025", "Self", "", "yes")
BEFORE = [UNCHANGED, ("A2", "Ben Alder", "Viral serology", "Practitioner", "28/02/2025", "Self", "", "")]
WRONG = ("N1", "Nia New", "Enteric virology", "9", "01/02/2025", "Self", "", "yes")
SHEET = [UNCHANGED, CHANGED, NEW, UNKNOWN, WRONG]
COUNTED = ("added", "changed", "ended", "unchanged", "refused")


def counted(body: dict[str, Any]) -> dict[str, int]:
    return {name: body["counts"].get(name, 0) for name in COUNTED}


def state(service: Service) -> tuple[int, int, int]:
    """What an import would change: the commit number, the records and the people."""
    return service.register.store.commit, service.count("?r a gse:SkillRecord"), service.count("?p a foaf:Person")


def test_the_dry_run_says_what_the_real_one_does(workshop: Service, lab: str) -> None:
    workshop.send("operator", BEFORE, lab)
    before, steward = state(workshop), f"steward:{lab}"
    dry = workshop.send(steward, SHEET, lab, dry_run="true").json()
    assert (dry["dry_run"], dry["changed"], dry["organisation"], dry["source_name"]) == (True, False, lab, "sheet.csv")
    assert (dry["rows"], dry["shape"], dry["full"]) == (5, "long", False)
    assert dry["recognised"]["A"] == "the staff number"
    assert dry["headings"]["C"] == "Skill"
    assert counted(dry) == {"added": 1, "changed": 1, "ended": 0, "unchanged": 1, "refused": 2}
    assert state(workshop) == before
    real = workshop.send(steward, SHEET, lab, expected=dry["digest"]).json()
    assert (real["dry_run"], real["changed"]) == (False, True)
    assert {name: value for name, value in real.items() if name not in ("dry_run", "changed", "report_url")} == {
        name: value for name, value in dry.items() if name not in ("dry_run", "changed", "report_url")
    }
    assert state(workshop)[0] == before[0] + 1
    hits = workshop.experts("member:birch", "Viral serology", org=lab)["items"]
    assert [(hit["name"], hit["level"]) for hit in hits] == [("Ben Alder", "Expert"), ("Nia New", "Expert")]
    again = workshop.send(steward, SHEET, lab).json()
    assert (again["changed"], counted(again)["unchanged"], counted(again)["refused"]) == (False, 3, 2)
    assert state(workshop)[0] == before[0] + 1


def test_what_was_refused_is_told_with_its_place_and_remedy(service: Service) -> None:
    dry = service.send("steward:alder", SHEET, dry_run="true").json()
    refused = {
        (one["row"], one["column"], one["rule"], one["value"]) for one in dry["outcomes"] if one["status"] == "refused"
    }
    assert refused == {(5, "C", "unknown-term", "virus stuf"), (6, "D", "level-out-of-range", "9")}
    assert all(one["message"] and one["remedy"] for one in dry["outcomes"] if one["status"] == "refused")
    assert [(one["phrase"], one["rule"], one["cells"]) for one in dry["unmatched"]] == [
        ("virus stuf", "unknown-term", 1)
    ]
    assert len(dry["unmatched"][0]["nearest"]) == 5
    assert all(near["scheme"] == "gse" for near in dry["unmatched"][0]["nearest"])


def test_what_changed_meanwhile_is_not_done_unseen(workshop: Service, lab: str) -> None:
    dry = workshop.send("operator", SHEET, lab, dry_run="true").json()
    assert workshop.send("operator", [NEW], lab).status_code == 200
    before = state(workshop)
    response = workshop.send("operator", SHEET, lab, expected=dry["digest"])
    assert (response.status_code, response.json()["rule"]) == (409, "changed-meanwhile")
    assert state(workshop) == before


def test_a_full_picture_ends_what_it_leaves_out(workshop: Service, lab: str) -> None:
    workshop.send("operator", BEFORE, lab)
    other = ("A2", "Ben Alder", "Enteric virology", "Expert", "31/01/2026", "Self", "", "")
    sent = workshop.send(f"steward:{lab}", [UNCHANGED, other], lab, full="true").json()
    assert (sent["full"], counted(sent)["added"], counted(sent)["ended"]) == (True, 1, 1)
    assert workshop.experts("member:birch", "Viral serology", org=lab)["items"] == []
    earlier = workshop.experts("member:birch", "Viral serology", org=lab, as_of="2026-01-31")["items"]
    assert [hit["name"] for hit in earlier] == ["Ben Alder"]


def test_the_form_says_what_the_sheet_does_not(workshop: Service, lab: str) -> None:
    sheet = b"Staff number,Name,Skill,Level\nN2,Ned New,Enteric virology,3\n"
    workshop.send("operator", sheet, lab, basis="peer", snapshot="2024-06-30")
    hit = workshop.experts("member:alder", "Enteric virology", org=lab)["items"][0]
    assert (hit["level"], hit["basis"], hit["assessed_on"]) == ("Practitioner", "Peer", "2024-06-30")


def workbook(*sheets: tuple[str, list[tuple[object, ...]]], edit: Callable[[Any], None] = lambda book: None) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        edit(book)
    return target.getvalue()


def test_a_sheet_of_a_workbook_by_its_name_and_a_saved_mapping(service: Service) -> None:
    rows: list[tuple[object, ...]] = [("Wer", "Was", "Wie gut"), ("Nia New", "die Sache", "gut")]
    mapping = {
        "format": FORMAT,
        "shape": "long",
        "columns": {"name": "Wer", "skill": "Was", "level": "Wie gut"},
        "levels": {"gut": "Practitioner"},
        "phrases": {"die Sache": "LIF-VIR-12"},
    }
    form = {"sheet": "Daten", "mapping": json.dumps(mapping), "dry_run": "true"}
    response = service.send("steward:alder", workbook(("Cover", [("nothing here",)]), ("Daten", rows)), **form)
    assert response.status_code == 200, response.text
    assert counted(response.json()) == {"added": 1, "changed": 0, "ended": 0, "unchanged": 0, "refused": 0}


OWN_WORDS: list[tuple[object, ...]] = [
    ("Who is it", "Main thing", "Stufe", "Laptop issued"),
    ("Nia New", "Viral serology", "Expert", "31/01/2025"),
    ("Ned New", "Enteric virology", "2", "01/02/2025"),
]


def test_columns_are_guessed_by_their_cells_and_the_guesses_told(service: Service) -> None:
    dry = service.send("steward:alder", workbook(("Own", OWN_WORDS)), dry_run="true").json()
    assert counted(dry)["added"] == 2
    assert dry["recognised"] == {"A": "the name of the person", "B": "the skill", "C": "the level", "D": "left out"}
    assert dry["guessed"] == {"B": "from its cells", "C": "from its cells"}
    told = [(one["column"], one["status"]) for one in dry["outcomes"] if one["rule"] == "column-guessed"]
    assert told == [("B", "noted"), ("C", "noted")]
    # A day is no day of assessment because it is one.
    assert any(one["rule"] == "default-date" for one in dry["outcomes"])
    plain = service.send("steward:alder", SHEET, dry_run="true").json()
    assert plain["guessed"] == {}


def test_the_sheet_of_a_workbook_with_the_most_rows_is_read(service: Service) -> None:
    head = ("Staff number", "Name", "Skill", "Level")
    few: list[tuple[object, ...]] = [head, ("N1", "Nia New", "Viral serology", "Expert")]
    many = [*few, ("N2", "Ned New", "Enteric virology", "Working")]
    notes: list[tuple[object, ...]] = [("Notes", "Left for"), *[("Budget", "Bo")] * 9]
    sent = workbook(("Notes", notes), ("Few", few), ("Many", many))
    dry = service.send("steward:alder", sent, dry_run="true").json()
    assert (dry["rows"], counted(dry)["added"]) == (2, 2)
    chosen = [one for one in dry["outcomes"] if one["rule"] == "sheet-chosen"]
    assert [one["value"] for one in chosen] == ["Many"]
    assert chosen[0]["message"] == "The sheet “Many” is read; the others are not: Notes, Few."
    named = service.send("steward:alder", sent, dry_run="true", sheet="Few").json()
    assert (named["rows"], counted(named)["added"]) == (1, 1)
    # A saved mapping was made for a sheet, which its own words may not tell.
    mapping = {
        "format": FORMAT,
        "shape": "long",
        "columns": {"name": "Who is it", "skill": "Main thing", "level": "Stufe"},
    }
    form = {"mapping": json.dumps(mapping), "dry_run": "true"}
    first = service.send("steward:alder", workbook(("Own", OWN_WORDS), ("Many", [*many, *many])), **form)
    assert first.json()["rows"] == 2, first.text


def test_the_annotated_copy_is_the_sheet_with_what_happened(service: Service) -> None:
    client = service.by("steward:alder")
    sent = service.send("steward:alder", SHEET, dry_run="true").json()
    report = client.get(sent["report_url"])
    assert report.headers["content-disposition"] == 'attachment; filename="sheet-annotated.xlsx"'
    assert report.headers["cache-control"] == "no-store"
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(report.content)).get_sheet_by_index(0).to_python()
    head, *body = [row for row in rows if len(row) > 8 and row[0] in ("Staff number", "A1", "A2", "N1")]
    assert [str(cell) for cell in head[:3]] == ["Staff number", "Name", "Skill"]
    assert [tuple(map(str, row[:4])) for row in body] == [tuple(row[:4]) for row in SHEET]
    happened = ["unchanged", "changed", "person-added, added", "refused", "refused"]
    assert [str(row[8]).split(", noted")[0] for row in body] == happened
    as_csv = service.send("steward:alder", SHEET, dry_run="true", report="csv").json()
    text = client.get(as_csv["report_url"]).text
    assert "level-out-of-range" in text
    assert len([row for row in csv.reader(io.StringIO(text)) if row and row[0] in ("A1", "A2", "N1")]) == 5


def test_a_report_is_for_its_sender_alone(service: Service) -> None:
    url = service.send("steward:alder", SHEET, dry_run="true").json()["report_url"]
    assert service.by("steward:alder").get(url).status_code == 200
    assert service.by("steward:alder").get(url.replace("xlsx", "csv")).status_code == 404
    for caller in ("anonymous", "member:alder", "steward:birch", "operator"):
        response = service.by(caller).get(url)
        assert (response.status_code, response.json()["rule"]) == (404, "unknown-upload")


def test_after_its_hour_an_upload_is_gone(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    url = service.send("steward:alder", SHEET, dry_run="true").json()["report_url"]
    folder = service.register.folder.spool / "uploads" / url.split("/")[-2]
    assert folder.is_dir()
    monkeypatch.setattr("gse_skills_service.uploads.LIFE_SECONDS", -1)
    assert service.by("steward:alder").get(url).json()["rule"] == "unknown-upload"
    service.send("steward:alder", SHEET, dry_run="true")
    assert not folder.exists()


@pytest.mark.parametrize(
    "name",
    ["../../escape.csv", "/etc/passwd", "C:\\Users\\x.xlsx", "…\u202ecsv.exe", "a" * 300 + ".csv", "new\nline.csv"],
)
def test_a_name_leads_nowhere(service: Service, name: str) -> None:
    sent = service.send("steward:alder", [NEW], dry_run="true", name=name)
    assert sent.status_code == 200
    report = service.by("steward:alder").get(sent.json()["report_url"])
    assert report.status_code == 200
    assert "\n" not in report.headers["content-disposition"]
    uploads = service.register.folder.spool / "uploads"
    assert {path.name for path in uploads.rglob("*") if path.is_file()} <= {"sheet", "report.xlsx", "report.csv"}


def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def cell_bomb() -> bytes:
    """A workbook of a few megabytes with one cell of half a gigabyte."""
    target = io.BytesIO()
    whole = zipfile.ZipFile(io.BytesIO(workbook(("Skills", [("Name", "Skill", "Level")]))))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in whole.namelist():
            if name != "xl/sharedStrings.xml":
                archive.writestr(name, whole.read(name))
        with archive.open("xl/sharedStrings.xml", "w") as part:
            part.write(b"<sst><si><t>")
            for _ in range(500):
                part.write(b"A" * 1_000_000)
            part.write(b"</t></si></sst>")
    return target.getvalue()


def entity_bomb() -> bytes:
    """A workbook whose one text is a billion laughs."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    strings = f'<!DOCTYPE sst [<!ENTITY l0 "lol">{entities}]><sst><si><t>&l9;</t></si></sst>'
    whole = zipfile.ZipFile(io.BytesIO(workbook(("Skills", [HEAD, ("N3", "Noa New", "Virology", 3)]))))
    return zipped({name: whole.read(name) for name in whole.namelist()} | {"xl/sharedStrings.xml": strings.encode()})


HEAD = ("Staff number", "Name", "Skill", "Level")


def far_away(book: Any) -> None:
    book.worksheets()[0].write(1_048_575, 16_383, "far")


BAD_FILES: dict[str, tuple[int, str, Callable[[], bytes]]] = {
    "empty": (400, "empty-file", lambda: b""),
    "blank": (400, "empty-file", lambda: b"\n,,,\n\n"),
    "corrupt": (400, "corrupt-file", lambda: workbook(("Skills", [HEAD]))[:900]),
    "corrupt inside": (
        400,
        "corrupt-file",
        lambda: zipped({"xl/workbook.xml": b"nonsense", "[Content_Types].xml": b""}),
    ),
    "a picture": (400, "not-a-spreadsheet", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "a document": (400, "not-a-spreadsheet", lambda: zipped({"word/document.xml": b"<w/>"})),
    "zip bomb": (413, "zip-bomb", lambda: zipped({"xl/workbook.xml": b"", "xl/a.xml": bytes(40 << 20)})),
    "cell bomb": (413, "zip-bomb", cell_bomb),
    "entity bomb": (400, "corrupt-file", entity_bomb),
    "far cells": (413, "too-large", lambda: workbook(("Skills", [HEAD]), edit=far_away)),
    "long line": (413, "too-large", lambda: b"Name,Skill,Level\n" + b"x" * 2_000_000),
    "encoding": (400, "encoding", lambda: "Name,Skill,Level\nZoë,Virology,3\n".encode() + b"Zo\xeb,Virology,3\n"),
    "no person column": (400, "no-person-column", lambda: (SHEETS / "invalid/no-person-column.csv").read_bytes()),
    "no skill column": (400, "no-skill-column", lambda: (SHEETS / "invalid/no-skill-column.csv").read_bytes()),
    "no level column": (400, "no-level-column", lambda: (SHEETS / "invalid/no-level-column.csv").read_bytes()),
    "no header": (400, "no-header", lambda: (SHEETS / "invalid/no-header.csv").read_bytes()),
    "two header rows": (400, "two-header-rows", lambda: (SHEETS / "invalid/two-header-rows.csv").read_bytes()),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_read_is_refused_whole(
    service: Service, name: str, pulse: Callable[[str], Pulse]
) -> None:
    status, rule, make = BAD_FILES[name]
    content, before = make(), state(service)
    with pulse(service.url) as felt:
        for dry_run in ("true", "false"):
            response = service.send("steward:alder", content, dry_run=dry_run, name="sheet.xlsx")
            body = response.json()
            assert response.headers["content-type"] == "application/problem+json"
            assert (response.status_code, body["rule"]) == (status, rule)
            assert body["detail"]
            assert body["remedy"]
    assert felt.missed == []
    assert state(service) == before
    assert service.by("anonymous").get("/readyz").json() == {"status": "ready"}
    assert service.send("steward:alder", [NEW], dry_run="true").status_code == 200


@pytest.fixture(scope="module")
def hasty(serve: Serve) -> Iterator[Service]:
    """A service that gives little time to a sheet."""
    with serve(sheet_seconds=1.0) as service:
        yield service


def test_a_sheet_of_too_many_rows_is_given_up_whole(hasty: Service, pulse: Callable[[str], Pulse]) -> None:
    rows = (f"M{n},Mia Many {n},Enteric virology,3\n" for n in range(200_000))
    content, before = f"Staff number,Name,Skill,Level\n{''.join(rows)}".encode(), state(hasty)
    with pulse(hasty.url) as felt:
        response = hasty.send("steward:alder", content)
    assert (response.status_code, response.json()["rule"]) == (413, "too-large")
    assert response.json()["remedy"].startswith("Split the file")
    assert felt.missed == []
    assert felt.beats > 0
    assert state(hasty) == before
    assert [path.name for path in hasty.register.folder.spool.iterdir()] == ["uploads"]
    assert hasty.send("steward:alder", [NEW]).json()["changed"] is True


@pytest.mark.parametrize("caller", ["anonymous", "member:alder", "steward:birch"])
def test_whoever_may_not_import_learns_nothing(service: Service, caller: str) -> None:
    before = state(service)
    answers = set()
    for organisation in ("alder", "cedar"):  # one that there is, one that there is not
        for sheet in ([NEW], b"", b"Team,Skill\n"):
            for dry_run in ("true", "false"):
                response = service.send(caller, sheet, organisation, dry_run=dry_run)
                assert response.status_code == 403
                answers.add(response.content.replace(organisation.encode(), b"X"))
    assert len(answers) == 1
    assert b"not-steward" in answers.pop()
    assert state(service) == before


def long_row(skill: object = "Virology", level: object = 3, day: object = "31/01/2025") -> tuple[object, ...]:
    return ("N3", "Noa New", skill, level, day)


def merged(book: Any) -> None:
    book.worksheets()[0].merge_range("A2:A3", "N3")


def error_cell(book: Any) -> None:
    book.worksheets()[0].write_formula("D2", "=1/0", value="#DIV/0!")


def without_value(content: bytes) -> bytes:
    """The workbook with the stored result of its formula taken out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data.replace(b"<v>77</v>", b"") if b"<f>" in data else data)
    return target.getvalue()


LONG = (*HEAD, "Date assessed")
BAD_CELLS: dict[str, tuple[bytes, list[tuple[int, str | None, str]]]] = {
    "level out of range": (workbook(("S", [LONG, long_row(level=7)])), [(2, "D", "level-out-of-range")]),
    "future date": (workbook(("S", [LONG, long_row(day="31/01/2999")])), [(2, "E", "future-date")]),
    "too old": (workbook(("S", [LONG, long_row(day="31/01/1901")])), [(2, "E", "date-too-old")]),
    "error value": (workbook(("S", [LONG, long_row()]), edit=error_cell), [(2, "D", "error-value")]),
    "formula without value": (
        without_value(
            workbook(
                ("S", [LONG, long_row()]), edit=lambda book: book.worksheets()[0].write_formula("D2", "=70+7", value=77)
            )
        ),
        [(2, "D", "formula-without-value")],
    ),
    "nobody": (workbook(("S", [LONG, ("", "", "Virology", 3, "")])), [(2, None, "no-person")]),
    "nothing": (workbook(("S", [LONG, long_row(skill="")])), [(2, "C", "no-skill")]),
    "merged people": (
        workbook(("S", [LONG, long_row("Virology"), ("", "", "Viral serology", 9, "")]), edit=merged),
        [(3, "D", "level-out-of-range")],
    ),
    "duplicate people": (
        b"Staff number,Name,Virology,Viral serology\nS1,Jo Doe,W,E\nS1,Jo Doe,P,E\n",
        [(3, "A", "duplicate-person")],
    ),
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_cell_that_cannot_be_read_is_told_and_stops_nothing_else(service: Service, name: str) -> None:
    content, expected = BAD_CELLS[name]
    before = state(service)
    response = service.send("steward:alder", content, dry_run="true")
    assert response.status_code == 200, response.text
    refused = [one for one in response.json()["outcomes"] if one["status"] == "refused"]
    assert [(one["row"], one["column"], one["rule"]) for one in refused][: len(expected)] == expected
    assert all(one["remedy"] and one["message"] for one in refused)
    assert state(service) == before


def test_of_a_formula_its_stored_result_is_taken(service: Service) -> None:
    content = workbook(
        ("S", [LONG, long_row()]), edit=lambda book: book.worksheets()[0].write_formula("D2", "=1+3", value=4)
    )
    body = service.send("steward:alder", content, dry_run="true").json()
    assert counted(body) == {"added": 1, "changed": 0, "ended": 0, "unchanged": 0, "refused": 0}
    read = service.by("steward:alder").get(body["report_url"]).content
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(read)).get_sheet_by_index(0).to_python()
    assert ["N3", "Noa New", "Virology", "4"] in [[str(cell).removesuffix(".0") for cell in row[:4]] for row in rows]


def test_what_is_amiss_in_one_row_keeps_no_other_from_being_saved(workshop: Service, lab: str) -> None:
    rows = [NEW, WRONG, ("", "", "Virology", "3", "", "", "", ""), ("N4", "Ned New", "Virology", "3", "1/1/2999")]
    before = state(workshop)
    body = workshop.send(f"steward:{lab}", rows, lab).json()
    refused = [one for one in body["outcomes"] if one["status"] == "refused"]
    assert [(one["row"], one["column"], one["rule"], one["value"]) for one in refused] == [
        (3, "D", "level-out-of-range", "9"),
        (4, None, "no-person", ""),
        (5, "E", "future-date", "1/1/2999"),
    ]
    assert all(one["message"] and one["remedy"] for one in refused)
    # The fourth is known by now, if not what they can do.
    assert state(workshop) == (before[0] + 1, before[1] + 1, before[2] + 2)


def test_merged_cells_are_noted(service: Service) -> None:
    content = workbook(("S", [LONG, long_row("Virology"), ("", "", "Viral serology", 2, "")]), edit=merged)
    body = service.send("steward:alder", content, dry_run="true").json()
    assert "merged-cells" in [one["rule"] for one in body["outcomes"]]


@pytest.mark.parametrize(
    ("mapping", "rule"),
    [
        ("nonsense", "mapping-invalid"),
        ("[]", "mapping-invalid"),
        ("{}", "mapping-invalid"),
        ("[" * 50_000, "mapping-invalid"),
    ],
)
def test_a_mapping_that_is_none(service: Service, mapping: str, rule: str) -> None:
    response = service.send("steward:alder", [NEW], dry_run="true", mapping=mapping)
    assert (response.status_code, response.json()["rule"]) == (400, rule)


def test_no_such_sheet(service: Service) -> None:
    content = workbook(("Skills", [LONG, long_row()]))
    response = service.send("steward:alder", content, dry_run="true", sheet="Nowhere")
    assert (response.status_code, response.json()["rule"]) == (400, "no-such-sheet")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2999-01-01"])
def test_a_picture_of_another_age(service: Service, day: str) -> None:
    response = service.send("steward:alder", [NEW], dry_run="true", snapshot=day)
    assert (response.status_code, response.json()["rule"]) == (400, "bad-snapshot")


def test_imports_at_once_are_done_one_after_the_other(workshop: Service, lab: str) -> None:
    before = state(workshop)
    workshop.by("operator")

    def send(number: int) -> int:
        row = (f"P{number}", f"Parallel {number}", "Enteric virology", "Expert", "01/02/2025", "Self", "", "")
        return workshop.send("operator", [row], lab).status_code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(send, range(6))) == [200] * 6
    assert workshop.register.store.commit == before[0] + 6
    assert workshop.experts("member:alder", "Enteric virology", org=lab)["total"] == 6
    assert workshop.by("operator").post("/operator/rebuild").json() == {"statements": 0}


def test_nothing_is_left_behind(workshop: Service, lab: str) -> None:
    spool = workshop.register.folder.spool
    for dry_run in ("true", "false"):
        workshop.send("operator", SHEET, lab, dry_run=dry_run)
        workshop.send("operator", b"", lab, dry_run=dry_run)
    assert [path.name for path in spool.iterdir()] == ["uploads"]


def test_the_last_import_is_listed_tried_dry_and_undone(workshop: Service, lab: str) -> None:
    caller, address = f"steward:{lab}", f"/api/v1/organisations/{lab}/imports"
    assert workshop.by(caller).get(address).json() == {"items": []}
    brought = workshop.send(caller, SHEET, lab, name="C:\\Users\\ann\\team.csv").json()
    (told,) = workshop.by(caller).get(address).json()["items"]
    assert told["counts"] == {name: count for name, count in brought["counts"].items() if name != "noted"}
    assert (told["file_name"], told["by"], told["digest"]) == ("team.csv", caller, brought["digest"])
    assert (told["rows"], told["undoable"], told["undone"]) == (brought["rows"], True, None)
    undo, commit = f"{address}/{told['identifier']}/undo", workshop.register.store.commit
    dry = workshop.by(caller).post(undo, params={"dry_run": "true"}, json={}).json()
    assert (dry["dry_run"], dry["withdrawn"], dry["people_removed"]) == (True, told["counts"]["added"], 3)
    wrong = workshop.by(caller).post(undo, json={"expected": "0" * 32})
    assert (wrong.status_code, wrong.json()["rule"]) == (409, "changed-meanwhile")
    assert workshop.register.store.commit == commit
    done = workshop.by(caller).post(undo, json={"expected": dry["digest"]}).json()
    assert done == dry | {"dry_run": False}
    (after,) = workshop.by(caller).get(address).json()["items"]
    assert (after["undoable"], after["undone"]["by"]) == (False, caller)
    again = workshop.by(caller).post(undo, json={})
    assert (again.status_code, again.json()["rule"]) == (409, "undone-already")
    assert workshop.by("operator").post("/operator/rebuild").json() == {"statements": 0}
    assert workshop.count(f"?p org:memberOf <https://w3id.org/gse-skills/id/organisation/{lab}>") == 0


def test_history_and_undo_are_for_stewards_alone(workshop: Service, lab: str) -> None:
    workshop.send("operator", SHEET, lab)
    address = f"/api/v1/organisations/{lab}/imports"
    identifier = workshop.by("operator").get(address).json()["items"][0]["identifier"]
    commit = workshop.register.store.commit
    for caller in ("anonymous", f"member:{lab}", f"lead:{lab}", "steward:birch", "administrator"):
        for response in (
            workshop.by(caller).get(address),
            workshop.by(caller).post(f"{address}/{identifier}/undo", json={}),
            workshop.by(caller).post(f"{address}/{identifier}/undo", params={"dry_run": "true"}, json={}),
            workshop.by(caller).post(f"{address}/{'0' * 16}/undo", json={}),
        ):
            assert (response.status_code, response.json()["rule"]) == (403, "not-steward")
    assert workshop.register.store.commit == commit
