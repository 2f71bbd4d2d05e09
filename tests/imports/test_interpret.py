"""What sheets say, row by row: people, assertions, and findings with row, column, value, rule and remedy."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from gse_skills.imports.assertion import Assertion, PersonFacts
from gse_skills.imports.columns import SheetColumns, recognise
from gse_skills.imports.finding import Finding
from gse_skills.imports.interpret import Statement
from gse_skills.imports.people import Seen, SeenPeople
from gse_skills.imports.rules import NOTES, ROW_RULES
from gse_skills.imports.sheet import SheetReading
from gse_skills.vocabulary import Audience, Basis, Level

Make = Callable[..., Path]
Say = Callable[..., list[Statement]]
Place = tuple[int, int, str, str]

LONG = ["Staff no", "Name", "Skill", "Level", "Date assessed", "Assessed by", "Team"]
DAY = datetime.date(2025, 1, 31)


def assertions(said: Iterable[Statement]) -> list[Assertion]:
    return [statement for statement in said if isinstance(statement, Assertion)]


def people(said: Iterable[Statement]) -> list[PersonFacts]:
    return [statement for statement in said if isinstance(statement, PersonFacts)]


def refused(said: Iterable[Statement]) -> list[Place]:
    """Row, column, value and rule of what was refused; each with its rule's remedy and a message."""
    found = [one for one in said if isinstance(one, Finding) and one.severity == "refused"]
    assert all(one.remedy == ROW_RULES[one.rule] and one.message for one in found)
    return [(one.row, one.column, one.value, one.rule) for one in found]


def noted(said: Iterable[Statement], *rules: str) -> list[Place]:
    found = [one for one in said if isinstance(one, Finding) and one.severity == "noted"]
    assert all(one.remedy == NOTES[one.rule] and one.message for one in found)
    return [(one.row, one.column, one.value, one.rule) for one in found if one.rule in rules]


# The two shapes


def test_a_long_sheet(csv_file: Make, say: Say) -> None:
    said = say(
        csv_file(
            [
                [*LONG, "Email", "Grade", "Location", "Available", "Share with"],
                [
                    "S1",
                    "Jo Doe",
                    "Virology",
                    "Expert",
                    "31/01/2025",
                    "Line manager",
                    "A",
                    "jo@x.example",
                    "SEO",
                    "Bath",
                    "y",
                    "",
                ],
                ["S1", "Jo Doe", "data analysis", "trained", "31 Jan 2025", "self", "A", "", "", "", "", "NLA"],
                ["s 2", "Ann Roe", "Optics", "0", "2025-01-31", "UKAS", "", "", "", "", "", "private"],
            ]
        )
    )
    assert people(said) == [
        PersonFacts("staff:s1", "S1", "Jo Doe", "jo@x.example", "A", "SEO", "Bath", True, row=2),
        PersonFacts("staff:s2", "s 2", "Ann Roe", row=4),
    ]
    assert assertions(said) == [
        Assertion(2, 3, "staff:s1", "Virology", Level.EXPERT, DAY, Basis.MANAGER, None),
        Assertion(3, 3, "staff:s1", "data analysis", Level.WORKING, DAY, Basis.SELF, Audience.ALLIANCE),
        Assertion(4, 3, "staff:s2", "Optics", None, DAY, Basis.ACCREDITED, Audience.PRIVATE),
    ]
    assert refused(said) == []
    assert noted(said, "level-read-as") == [(3, 3, "trained", "level-read-as"), (4, 3, "0", "level-read-as")]


def test_a_matrix(xlsx_file: Make, say: Say) -> None:
    said = say(
        xlsx_file(
            [
                ["Email", "First name", "Surname", "Last reviewed", "Virology", "Optics", "our own term"],
                ["Jo@X.example", "Jo", "Doe", DAY, 4, "", "W"],
                ["ann@x.example", "Ann", "Roe", "31.1.25", "-", "tbc", "Lead"],
            ]
        )
    )
    assert people(said) == [
        PersonFacts("email:jo@x.example", None, "Jo Doe", "Jo@X.example", row=2),
        PersonFacts("email:ann@x.example", None, "Ann Roe", "ann@x.example", row=3),
    ]
    assert assertions(said) == [
        Assertion(2, 4, "email:jo@x.example", "Virology", Level.EXPERT, DAY, None, None),
        Assertion(2, 6, "email:jo@x.example", "our own term", Level.WORKING, DAY, None, None),
        Assertion(3, 4, "email:ann@x.example", "Virology", None, DAY, None, None),
        Assertion(3, 6, "email:ann@x.example", "our own term", Level.EXPERT, DAY, None, None),
    ]
    assert refused(said) == []
    assert noted(said, "level-not-stated", "two-digit-year") == [
        (3, 3, "31.1.25", "two-digit-year"),
        (3, 5, "tbc", "level-not-stated"),
    ]


def test_defaults_hold_where_the_sheet_is_silent(csv_file: Make, say: Say) -> None:
    path = csv_file([["Name", "Virology"], ["Jo", "W"]])
    said = say(path)
    assert [(one.assessed_on, one.basis) for one in assertions(said)] == [(None, None)]
    assert noted(said, "default-date", "default-basis", "people-by-name") == [(1, -1, "", "people-by-name")]
    said = say(path, assessed_on=DAY, basis=Basis.PEER)
    assert [(one.assessed_on, one.basis) for one in assertions(said)] == [(DAY, Basis.PEER)]
    assert noted(said, "default-date", "default-basis") == [
        (1, -1, "31/01/2025", "default-date"),
        (1, -1, "Peer", "default-basis"),
    ]


def test_blank_cells_of_a_column_take_the_defaults_and_it_is_said_once(csv_file: Make, say: Say) -> None:
    rows = [LONG, *(["S1", "Jo", skill, "W", "", "", ""] for skill in ("Virology", "Optics"))]
    said = say(csv_file(rows), assessed_on=DAY, basis=Basis.SELF)
    assert [(one.assessed_on, one.basis) for one in assertions(said)] == [(DAY, Basis.SELF)] * 2
    assert noted(said, "default-date", "default-basis") == [(2, 4, "", "default-date")]


def test_unknown_words_that_stop_nothing(csv_file: Make, say: Say) -> None:
    rows = [
        ["Name", "Email", "Available", "Assessed by", "Skill", "Level", "Date"],
        ["Jo", "ask Jo", "Tuesdays", "J. Smith", "Virology", "W", "Jan 2025"],
        ["Jo", "ask Jo", "Tuesdays", "J. Smith", "Optics", "W", "Jan 2025"],
    ]
    said = say(csv_file(rows), basis=Basis.SELF)
    assert people(said) == [PersonFacts("name:jo", None, "Jo", row=2)]
    assert [(one.basis, one.assessed_on) for one in assertions(said)] == [(Basis.SELF, datetime.date(2025, 1, 1))] * 2
    rules = ("unreadable-email", "unknown-availability", "unknown-basis", "date-without-day")
    assert sorted(noted(said, *rules)) == [
        (2, 1, "ask Jo", "unreadable-email"),
        (2, 2, "Tuesdays", "unknown-availability"),
        (2, 3, "J. Smith", "unknown-basis"),
        (2, 6, "Jan 2025", "date-without-day"),
    ]


# People


def test_the_same_person_twice_in_a_matrix(csv_file: Make, say: Say) -> None:
    rows = [["Staff no", "Name", "Virology"], ["S1", "Jo", "W"], ["S2", "Ann", "W"], ["s1", "Joe", "E"]]
    said = say(csv_file(rows))
    assert refused(said) == [(4, 0, "s1", "duplicate-person")]
    assert [one.row for one in assertions(said)] == [2, 3]
    (finding,) = (one for one in said if isinstance(one, Finding) and one.rule == "duplicate-person")
    assert (finding.place, finding.person_key) == ("row 4, column A “Staff no”", "staff:s1")
    assert "Row 2" in finding.message


def test_namesakes_in_a_matrix_without_numbers(csv_file: Make, say: Say) -> None:
    said = say(csv_file([["Team", "Name", "Virology"], ["A", "Jo Doe", "W"], ["B", "JO  DOE", "E"]]))
    assert refused(said) == [(3, 1, "JO DOE", "duplicate-person")]


def test_namesakes_in_two_units_of_a_long_sheet(csv_file: Make, say: Say) -> None:
    rows = [
        ["Name", "Team", "Skill", "Level"],
        ["Jo Doe", "A", "Virology", "W"],
        ["Jo Doe", "", "Optics", "W"],
        ["Jo Doe", "B", "Virology", "E"],
        ["Jo Doe", "B", "Metrology", "E"],
        ["Jo Doe", "a", "Metrology", "P"],
    ]
    said = say(csv_file(rows))
    assert refused(said) == [(4, 0, "Jo Doe", "ambiguous-person"), (5, 0, "Jo Doe", "ambiguous-person")]
    assert [one.row for one in assertions(said)] == [2, 3, 6]


def test_one_number_with_two_names_keeps_the_first(csv_file: Make, say: Say) -> None:
    rows = [
        LONG,
        ["S1", "Jo Doe", "Virology", "W", "", "", "A"],
        ["S1", "Joanna Doe", "Optics", "W", "", "", "A"],
        ["S1", "jo doe", "Metrology", "W", "", "", "B"],
        ["S1", "", "Data analysis", "W", "", "", ""],
    ]
    said = say(csv_file(rows))
    assert people(said) == [PersonFacts("staff:s1", "S1", "Jo Doe", unit="A", row=2)]
    assert len(assertions(said)) == 4
    assert noted(said, "name-differs", "facts-differ") == [
        (3, -1, "Joanna Doe", "name-differs"),
        (4, -1, "S1", "facts-differ"),
    ]


def test_a_row_without_the_number_is_known_by_the_rest(csv_file: Make, say: Say) -> None:
    rows = [["Staff no", "Name", "Skill", "Level"], ["tbc", "Jo", "Virology", "W"]]
    said = say(csv_file(rows))
    assert people(said) == [PersonFacts("name:jo", None, "Jo", row=2)]
    assert noted(said, "identifier-missing") == [(2, 0, "Jo", "identifier-missing")]


def test_numbers_of_staff_may_be_numbers(xlsx_file: Make, say: Say) -> None:
    rows = [
        ["Staff no", "Skill", "Level"],
        [12345, "Virology", "W"],
        ["12345", "Optics", "W"],
        ["012345", "Optics", "E"],
    ]
    assert [one.person_key for one in assertions(say(xlsx_file(rows)))] == [
        "staff:12345",
        "staff:12345",
        "staff:012345",
    ]


def test_memory_for_people_has_a_bound() -> None:
    people = SeenPeople(in_memory=3)
    seen = [Seen(row, hash(f"name {row}"), 0, -row) for row in range(2, 12)]
    assert [people.first(f"staff:{one.row}", one) for one in seen] == [None] * 10
    assert [people.first(f"staff:{one.row}", Seen(99, 0, 0, 0)) for one in seen] == seen
    people.close()


# Rows that are refused


@pytest.mark.parametrize(
    ("row", "column", "value", "rule"),
    [
        (["", "", "Virology", "W", "", "", ""], -1, "", "no-person"),
        (["n/a", "-", "Virology", "W", "", "", ""], -1, "", "no-person"),
        (["S1", "Jo", "", "W", "", "", ""], 2, "", "no-skill"),
        (["S1", "Jo", "n/a", "W", "", "", ""], 2, "n/a", "no-skill"),
        (["S1", "Jo", "Virology", "", "", "", ""], 3, "", "no-level"),
        (["S1", "Jo", "Virology", "tbc", "", "", ""], 3, "tbc", "no-level"),
        (["S1", "Jo", "Virology", "very good", "", "", ""], 3, "very good", "unknown-level"),
        (["S1", "Jo", "Virology", "80%", "", "", ""], 3, "80%", "unknown-level"),
        (["S1", "Jo", "Virology", "5", "", "", ""], 3, "5", "level-out-of-range"),
        (["S1", "Jo", "Virology", "✓", "", "", ""], 3, "✓", "tick-is-not-a-level"),
        (["S1", "Jo", "Virology", "W", "01/31/2025", "", ""], 4, "01/31/2025", "unreadable-date"),
        (["S1", "Jo", "Virology", "W", "23/11/2026", "", ""], 4, "23/11/2026", "future-date"),
        (["S1", "Jo", "Virology", "W", "1/1/1900", "", ""], 4, "1/1/1900", "date-too-old"),
        (["S1", "Jo" * 300, "Virology", "W", "", "", ""], 1, "Jo" * 99 + "J…", "text-too-long"),
        (["S1", "Jo", "V" * 501, "W", "", "", ""], 2, "V" * 199 + "…", "text-too-long"),
    ],
)
def test_rows_of_a_long_sheet_that_are_refused(
    csv_file: Make, say: Say, row: list[str], column: int, value: str, rule: str
) -> None:
    said = say(csv_file([LONG, row, ["S2", "Ann", "Optics", "E", "", "", ""]]))
    assert refused(said) == [(2, column, value, rule)]
    assert [one.row for one in assertions(said)] == [3]


def test_a_refused_cell_says_of_whom_and_what_it_speaks(csv_file: Make, say: Say) -> None:
    rows = [LONG, ["S1", "Jo", "Virology", "5", "", "", ""], ["S1", "Jo", "Optics", "W", "31/31/2025", "", ""]]
    found = [one for one in say(csv_file(rows)) if isinstance(one, Finding) and one.severity == "refused"]
    assert [(one.person_key, one.phrase, one.heading) for one in found] == [
        ("staff:s1", "Virology", "Level"),
        ("staff:s1", "Optics", "Date assessed"),
    ]


def test_cells_of_a_matrix_that_are_refused(xlsx_file: Make, say: Say) -> None:
    rows: list[list[object]] = [
        ["Name", "Team", "Virology", "Optics", "Metrology"],
        ["Jo", "A", 7, 0.5, "W"],
        ["Ann", "A", "x", True, "E"],
        ["", "B", "W", "", ""],
    ]
    said = say(xlsx_file(rows))
    assert refused(said) == [
        (2, 2, "7", "level-out-of-range"),
        (2, 3, "0.5", "level-out-of-range"),
        (3, 2, "x", "tick-is-not-a-level"),
        (3, 3, "TRUE", "tick-is-not-a-level"),
        (4, -1, "", "no-person"),
    ]
    assert [(one.row, one.column) for one in assertions(said)] == [(2, 4), (3, 4)]


def test_a_matrix_of_ticks_can_be_declared(csv_file: Make, say: Say) -> None:
    path = csv_file([["Name", "Virology", "Optics"], ["Jo", "x", "✓"]])
    assert [rule for *_, rule in refused(say(path))] == ["tick-is-not-a-level"] * 2

    def declared(reading: SheetReading) -> SheetColumns:
        columns = recognise(reading.head(), lambda phrase: phrase in ("Virology", "Optics"))
        return replace(columns, levels={"tick": Level.WORKING})

    said = say(path, declared)
    assert [one.level for one in assertions(said)] == [Level.WORKING] * 2
    assert [value for _, _, value, _ in noted(said, "level-read-as")] == ["x", "✓"]


def test_a_word_that_is_no_audience_is_never_guessed(csv_file: Make, say: Say) -> None:
    rows = [
        ["Name", "Skill", "Level", "Audience"],
        ["Jo", "Virology", "W", "some people"],
        ["Jo", "Optics", "W", "n/a"],
    ]
    said = say(csv_file(rows))
    assert refused(said) == [(2, 3, "some people", "unknown-audience")]
    assert [one.audience for one in assertions(said)] == [None]


# Rows that are no statements


def test_totals_legends_repeated_headings_and_blank_rows(csv_file: Make, say: Say) -> None:
    rows = [
        ["Name", "Team", "Virology", "Optics"],
        ["Jo", "A", "W", "E"],
        ["", " ", "", ""],
        ["Name", "Team", "Virology", "Optics"],
        ["Ann", "A", "P", ""],
        ["Total", "", "2", "1"],
        ["Total experts:", "", "9", "9"],
        ["Key: A = Awareness, W = Working", "", "", ""],
    ]
    said = say(csv_file(rows))
    assert [one.row for one in people(said)] == [2, 5]
    assert refused(said) == []
    assert noted(said, "totals-row", "repeated-header", "stray-text") == [
        (4, -1, "Name", "repeated-header"),
        (6, -1, "Total", "totals-row"),
        (7, -1, "Total experts:", "totals-row"),
        (8, -1, "Key: A = Awareness, W = Working", "stray-text"),
    ]


def test_a_legend_under_a_long_sheet(csv_file: Make, say: Say) -> None:
    said = say(csv_file([LONG, ["S1", "Jo", "Virology", "W", "", "", ""], ["Source: unit heads", *[""] * 6]]))
    assert refused(said) == []
    assert noted(said, "stray-text") == [(3, -1, "Source: unit heads", "stray-text")]


def test_a_person_without_levels_is_still_a_person(csv_file: Make, say: Say) -> None:
    said = say(csv_file([["Name", "Virology"], ["Jo", "W"], ["Ann", ""]]))
    assert [one.name for one in people(said)] == ["Jo", "Ann"]


# Formulas and merged cells


def with_formulas(book: xlsxwriter.Workbook) -> None:
    sheet = book.worksheets()[0]
    sheet.write_formula(1, 2, "=UPPER(A1)", None, "Virology")
    sheet.write_formula(2, 3, "=1+1", None, "")
    sheet.write_formula(3, 3, "=VLOOKUP(A1,B:C,2)", None, "#N/A")
    sheet.write_formula(4, 0, "=A4", None, "")
    sheet.write_formula(5, 9, "=A4", None, "")
    sheet.write_formula(8, 2, "=A4", None, "")


def test_formula_cells_of_a_long_sheet(xlsx_file: Make, say: Say) -> None:
    rows = [
        ["Staff no", "Name", "Skill", "Level"],
        ["S1", "Jo", "", "W"],
        ["S1", "Jo", "Optics", ""],
        ["S1", "Jo", "Metrology", ""],
        ["", "Jo", "Virology", "W"],
        ["S2", "Ann", "Virology", "E"],
    ]
    said = say(xlsx_file(rows, edit=with_formulas))
    assert refused(said) == [
        (3, 3, "", "formula-without-value"),
        (4, 3, "#N/A", "error-value"),
        (5, 0, "", "formula-without-value"),
        (9, 2, "", "formula-without-value"),
    ]
    assert [(one.row, one.phrase) for one in assertions(said)] == [(2, "Virology"), (6, "Virology")]
    findings = [one for one in said if isinstance(one, Finding) and one.severity == "refused"]
    assert [(one.person_key, one.phrase) for one in findings] == [
        ("staff:s1", "Optics"),
        ("staff:s1", "Metrology"),
        (None, "Virology"),
        (None, None),
    ]


def test_formula_cells_of_a_matrix(xlsx_file: Make, say: Say) -> None:
    def edit(book: xlsxwriter.Workbook) -> None:
        sheet = book.worksheets()[0]
        sheet.write_formula(1, 1, "=1+1", None, "")
        sheet.write_formula(2, 0, "=A1", None, "")

    rows = [["Name", "Virology", "Optics"], ["Jo", "", "W"], ["", "P", "E"]]
    said = say(xlsx_file(rows, edit=edit))
    assert refused(said) == [(2, 1, "", "formula-without-value"), (3, 0, "", "formula-without-value")]
    assert [(one.row, one.phrase) for one in assertions(said)] == [(2, "Optics")]


def test_a_merged_name_counts_for_each_row(xlsx_file: Make, say: Say) -> None:
    def edit(book: xlsxwriter.Workbook) -> None:
        sheet = book.worksheets()[0]
        sheet.merge_range(1, 0, 3, 0, "Jo")
        sheet.merge_range(1, 2, 2, 2, "W")
        sheet.merge_range(4, 1, 4, 2, "Optics")

    rows = [["Name", "Skill", "Level"], ["", "Virology"], ["", "Optics"], ["", "Metrology", "E"], ["Ann"]]
    said = say(xlsx_file(rows, edit=edit))
    assert [(one.person_key, one.phrase, one.level) for one in assertions(said)] == [
        ("name:jo", "Virology", Level.WORKING),
        ("name:jo", "Optics", Level.WORKING),
        ("name:jo", "Metrology", Level.EXPERT),
    ]
    assert refused(said) == [(5, 2, "", "no-level")]
    assert sorted(noted(said, "merged-cells")) == [
        (2, 0, "Jo", "merged-cells"),
        (2, 2, "W", "merged-cells"),
        (5, 1, "Optics", "merged-cells"),
    ]


def test_merged_cells_in_ods(ods_file: Make, say: Say) -> None:
    def cell(text: str, more: str = "") -> str:
        return f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'

    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    body = row(cell("Name"), cell("Skill"), cell("Level"))
    body += row(cell("Jo", 'table:number-rows-spanned="2"'), cell("Virology"), cell("W"))
    body += row("<table:covered-table-cell/>", cell("Optics"), cell("E"))
    said = say(ods_file(body=body))
    assert [(one.person_key, one.phrase) for one in assertions(said)] == [
        ("name:jo", "Virology"),
        ("name:jo", "Optics"),
    ]
    assert noted(said, "merged-cells") == [(2, 0, "Jo", "merged-cells")]
