"""The annotated copy: the same rows and columns, what happened beside them, and nothing that a program would run."""

from __future__ import annotations

import csv
import datetime
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from gse_skills.errors import InputError
from gse_skills.imports import report
from gse_skills.imports.report import Annotation, annotate, write_report
from gse_skills.imports.sheet import Row, SheetHeader, SheetReading
from gse_skills.imports.staging import Outcome

Make = Callable[..., Path]
Read = Callable[..., SheetReading]

DAY = datetime.date(2025, 1, 31)
ROWS: list[list[object]] = [
    ["Skills of the unit"],
    ["Name", "Date assessed", "Virology", "Optics"],
    ["Jo", DAY, "W", 9],
    [],
    ["=1+1", DAY, 3, "+44 1632"],
]
OUTCOMES = [
    Outcome(0, -1, "noted", "sheet-chosen", "Skills", "It is read.", "Name another."),
    Outcome(2, 2, "noted", "column-recognised", "Virology", "It is a skill."),
    Outcome(3, -1, "person-added", "person-added", "Jo"),
    Outcome(3, 2, "added", "new-record", "Virology", "Working recorded."),
    Outcome(3, 3, "refused", "level-out-of-range", "9", "“9” is no level.", "Use 1 to 4."),
    Outcome(5, 2, "unchanged", "same", "Virology", "Already recorded as Practitioner."),
    Outcome(5, 3, "refused", "unknown-level", "+44 1632", "No level.", "=cmd()"),
]
SUMMARY = {"File": "skills.xlsx", "added": 1, "refused": 2}


def written(tmp_path: Path, reading: SheetReading, name: str = "out.xlsx") -> Path:
    path = tmp_path / name
    write_report(path, reading, OUTCOMES, header_row=2, summary=SUMMARY)
    return path


def sheets(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: [list(row) for row in book.get_sheet_by_name(name).iter_rows()] for name in book.sheet_names}


def test_the_workbook_has_the_same_rows_and_columns_and_what_happened(
    xlsx_file: Make, read: Read, tmp_path: Path
) -> None:
    found = sheets(written(tmp_path, read(xlsx_file(ROWS))))
    assert list(found) == ["Rows", "Summary", "About the file"]
    assert found["Rows"] == [
        ["Skills of the unit", "", "", "", "", "", ""],
        ["Name", "Date assessed", "Virology", "Optics", "What happened", "Detail", "Remedy"],
        [
            *("Jo", DAY, "W", 9.0),
            "person-added, added, refused",
            "“Jo” [person-added]\n"
            "C “Virology”: Working recorded. [new-record]\n"
            "D “9”: “9” is no level. [level-out-of-range]",
            "Use 1 to 4.",
        ],
        [""] * 7,
        [
            *("=1+1", DAY, 3.0, "+44 1632"),
            "unchanged, refused",
            "C “Virology”: Already recorded as Practitioner. [same]\nD “+44 1632”: No level. [unknown-level]",
            "=cmd()",
        ],
    ]
    assert found["Summary"] == [["Marking", "OFFICIAL"], ["File", "skills.xlsx"], ["added", 1.0], ["refused", 2.0]]
    assert found["About the file"] == [
        ["OFFICIAL", "Status", "Where", "Value", "Detail", "Remedy"],
        ["", "noted", "file", "Skills", "It is read. [sheet-chosen]", "Name another."],
        ["", "noted", "row 2, column C", "Virology", "It is a skill. [column-recognised]", ""],
    ]


def test_a_workbook_holds_no_formula_and_shows_its_marking(xlsx_file: Make, read: Read, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_report(path, read(xlsx_file(ROWS)), OUTCOMES, header_row=2, summary=SUMMARY, marking="OFFICIAL-SENSITIVE")
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}
    assert "=1+1" in parts["xl/worksheets/sheet1.xml"]
    assert not any("<f>" in part or "<hyperlink" in part for part in parts.values())
    for number in (1, 2, 3):
        assert parts[f"xl/worksheets/sheet{number}.xml"].count("&amp;COFFICIAL-SENSITIVE") == 2


def test_refused_rows_stand_out(xlsx_file: Make, read: Read, tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path, read(xlsx_file(ROWS)))) as package:
        assert b"F6D7D2" in package.read("xl/styles.xml")
    assert annotate(OUTCOMES[2:5], 3).worst == "refused"
    assert annotate(OUTCOMES[5:6], 5).worst == ""


def test_csv_is_harmless_and_keeps_the_rows(xlsx_file: Make, read: Read, tmp_path: Path) -> None:
    path = written(tmp_path, read(xlsx_file(ROWS)), "out.CSV")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["Skills of the unit", "", "", "", "", "", ""]
    assert found[1] == ["Name", "Date assessed", "Virology", "Optics", "What happened", "Detail", "Remedy"]
    assert found[2][:5] == ["Jo", "2025-01-31", "W", "9.0", "person-added, added, refused"]
    assert found[3] == []
    assert found[4][0] == "'=1+1"
    assert found[4][3] == "'+44 1632"
    assert found[4][6] == "'=cmd()"
    assert found[5:] == [
        [],
        ["Marking", "OFFICIAL"],
        ["File", "skills.xlsx"],
        ["added", "1"],
        ["refused", "2"],
        ["About the file", "Status", "Where", "Value", "Detail", "Remedy"],
        ["", "noted", "file", "Skills", "It is read. [sheet-chosen]", "Name another."],
        ["", "noted", "row 2, column C", "Virology", "It is a skill. [column-recognised]", ""],
    ]


def test_an_annotated_copy_can_be_imported_again(
    xlsx_file: Make, read: Read, say: Callable[..., list[object]], tmp_path: Path
) -> None:
    rows = [["Staff no", "Skill", "Level"], ["S1", "Virology", "W"], ["S2", "Optics", "9"]]
    path = xlsx_file(rows)
    copy = tmp_path / "copy.xlsx"
    write_report(copy, read(path), [Outcome(3, 2, "refused", "x", "9", "no")], header_row=1, summary={})
    before, after = ([one for one in say(file) if type(one).__name__ != "Finding"] for file in (path, copy))
    assert before == after


def test_a_ragged_row_keeps_what_it_has_beyond_the_others(csv_file: Make, read: Read, tmp_path: Path) -> None:
    rows = [["Name", "Virology"], *[["Jo", "W"]] * 30, ["Ann", "P", "", "stray"]]
    path = tmp_path / "out.xlsx"
    write_report(path, read(csv_file(rows)), [Outcome(32, -1, "added")], header_row=1, summary={})
    assert sheets(path)["Rows"][-1] == ["Ann", "P", "added", "", "", "", "stray"]


def test_outcomes_of_rows_that_the_sheet_leaves_blank_are_told_with_the_next() -> None:
    assert annotate([Outcome(4, 2, "refused", "formula-without-value")], 5) == Annotation(
        "refused", "row 4 C [formula-without-value]", "", "refused"
    )


def test_a_reading_that_fails_leaves_no_report(csv_file: Make, read: Read, tmp_path: Path) -> None:
    path = csv_file([["Name", "Virology"], *[["Jo", "W"]] * 50])
    path.write_text(path.read_text() + '"never closed')
    for name in ("out.xlsx", "out.csv"):
        with pytest.raises(InputError) as err:
            write_report(tmp_path / name, _failing(read(csv_file([["Name"], ["Jo"]]))), [], header_row=1, summary={})
        assert err.value.rule == "corrupt-file"
    assert list(tmp_path.iterdir()) == []


def _failing(reading: SheetReading) -> SheetReading:
    def rows() -> Iterator[Row]:
        yield from reading.rows
        raise InputError("It breaks off.", rule="corrupt-file")

    return SheetReading(reading.header, rows())


def test_rows_that_no_workbook_holds_are_counted(
    csv_file: Make, read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MAX_ROWS", 3)
    found = sheets(written(tmp_path, read(csv_file([["Name"], ["Jo"], ["Ann"], ["Joe"], ["Al"]]))))
    assert len(found["Rows"]) == 3
    assert found["Summary"][-1] == ["Rows beyond the last that a workbook holds", 2.0]


def test_a_report_is_a_stream(tmp_path: Path) -> None:
    count = 8_000
    rows = (Row(number, ("S1", f"Person {number}", "Virology", "Expert")) for number in range(1, count + 1))
    outcomes = (Outcome(number, 3, "added", "new-record", "Virology", f"{number}") for number in range(2, count + 1))
    tracemalloc.start()
    try:
        reading = SheetReading(SheetHeader("csv"), rows)
        write_report(tmp_path / "out.xlsx", reading, outcomes, header_row=1, summary={})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_500_000
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]
    assert len(sheets(tmp_path / "out.xlsx")["Rows"]) == count
