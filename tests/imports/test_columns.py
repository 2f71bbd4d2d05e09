"""Which column is what, in the sheets that departments really send."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from gse_skills.errors import InputError
from gse_skills.imports.columns import Shape, SheetColumns
from gse_skills.imports.finding import Finding
from gse_skills.imports.roles import HEADINGS, NOT_SKILLS, Role, is_left_out, role_of
from gse_skills.imports.rules import FILE_RULES
from gse_skills.imports.text import fold_heading

Make = Callable[..., Path]
ColumnsOf = Callable[[Path], SheetColumns]


def refusal(columns_of: ColumnsOf, path: Path) -> InputError:
    with pytest.raises(InputError) as err:
        columns_of(path)
    assert err.value.remedy == FILE_RULES[err.value.rule]
    return err.value


def noted(columns: SheetColumns, rule: str) -> list[Finding]:
    found = [finding for finding in columns.findings if finding.rule == rule]
    assert all(finding.severity == "noted" for finding in found)
    return found


@pytest.mark.parametrize("role", Role)
def test_every_heading_of_the_lists_names_its_role(role: Role) -> None:
    for heading in HEADINGS[role]:
        assert role_of(heading.title() + ":") is role
        assert not is_left_out(heading)


def test_headings_are_listed_once_and_folded() -> None:
    listed = [heading for headings in HEADINGS.values() for heading in headings] + list(NOT_SKILLS)
    assert len(listed) == len(set(listed))
    assert [heading for heading in listed if fold_heading(heading)[0] != heading] == []


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Staff No.", Role.PERSON_ID),
        ("EmployeeID", Role.PERSON_ID),
        ("employee_id", Role.PERSON_ID),
        ("Payroll number", Role.PERSON_ID),
        ("E-mail address", Role.EMAIL),
        ("Surname", Role.FAMILY_NAME),
        ("First name(s)", Role.GIVEN_NAME),
        ("Competency", Role.SKILL),
        ("PROFICIENCY (1-4)", Role.LEVEL),
        ("Date assessed [dd/mm/yy]", Role.ASSESSED_ON),
        ("Last\nreviewed", Role.ASSESSED_ON),
        ("Assessed by", Role.BASIS),
        ("Directorate", Role.UNIT),
        ("Pay band", Role.GRADE),
        ("Location", Role.SITE),
        ("Digital and Data role", Role.OWN_ROLE),
        ("Job role", Role.OWN_ROLE),
        ("Job title", None),
        ("Available for deployment?", Role.AVAILABLE),
        ("Comments", Role.NOTE),
        ("Virology", None),
        ("Skills required", None),
    ],
)
def test_headings_as_people_write_them(heading: str, role: Role | None) -> None:
    assert role_of(heading) is role


def test_a_long_sheet(csv_file: Make, columns_of: ColumnsOf) -> None:
    columns = columns_of(
        csv_file(
            [
                ["Staff no", "Name", "Line manager", "Skill", "Level", "Last reviewed", "Shoe size"],
                ["S1", "Jo", "Jane", "Virology", "Expert", "31/01/2025", "9"],
            ]
        )
    )
    assert columns.shape is Shape.LONG
    assert columns.header_row == 1
    assert columns.columns == {
        Role.PERSON_ID: 0,
        Role.NAME: 1,
        Role.SKILL: 3,
        Role.LEVEL: 4,
        Role.ASSESSED_ON: 5,
    }
    assert columns.ignored == {2: "Line manager", 6: "Shoe size"}
    first = noted(columns, "column-recognised")[0]
    assert first.place == "row 1, column A “Staff no”"
    assert first.message == "Column A “Staff no” is read as the staff number."
    assert [finding.value for finding in noted(columns, "column-ignored")] == ["Line manager", "Shoe size"]


def test_a_matrix(csv_file: Make, columns_of: ColumnsOf) -> None:
    columns = columns_of(
        csv_file(
            [
                ["Skills matrix of the unit"],
                ["as at", "01/02/2025"],
                [],
                ["Name", "Team", "Virology", "virus stuff", "Years", "Mentor", "Nobody yet", "Ticked", "Comments", ""],
                ["Jo", "A", "W", "P", "4", "Jane", "", "x", "good", "stray"],
                ["Jane", "B", "", "", "3", "Joe", "", "", "", ""],
            ]
        )
    )
    assert columns.shape is Shape.MATRIX
    assert columns.header_row == 4
    assert columns.columns == {Role.NAME: 0, Role.UNIT: 1, Role.NOTE: 8}
    assert columns.skills == {2: "Virology", 3: "virus stuff", 6: "Nobody yet", 7: "Ticked"}
    assert columns.ignored == {4: "Years", 5: "Mentor", 9: ""}
    (above,) = noted(columns, "rows-above-header")
    assert (above.row, above.value) == (1, "Skills matrix of the unit | as at | 01/02/2025")
    (blank,) = noted(columns, "column-without-heading")
    assert (blank.row, blank.column) == (4, 9)


def test_of_two_columns_of_one_role_the_first_is_read(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows = [["Name", "Skill", "Level", "Rating"], ["Jo", "Virology", "Expert", "5"]]
    columns = columns_of(csv_file(rows))
    assert columns.columns[Role.LEVEL] == 2
    assert columns.ignored == {3: "Rating"}
    assert [finding.place for finding in noted(columns, "column-repeated")] == ["row 1, column D “Rating”"]


def test_an_overall_level_of_a_matrix_is_left_out(csv_file: Make, columns_of: ColumnsOf) -> None:
    columns = columns_of(csv_file([["Name", "Level", "Virology"], ["Jo", "Expert", "W"]]))
    assert (columns.shape, columns.skills, columns.ignored) == (Shape.MATRIX, {2: "Virology"}, {1: "Level"})


# Two rows of headings


def merged_groups(book: xlsxwriter.Workbook) -> None:
    sheet = book.worksheets()[0]
    sheet.merge_range(0, 2, 0, 3, "Life sciences")


def test_skill_groups_over_skills(xlsx_file: Make, columns_of: ColumnsOf) -> None:
    rows = [
        ["", "", "Life sciences", "", "Physics"],
        ["Staff no", "Name", "Virology", "Bacteriology", "Optics"],
        ["S1", "Jo", "W", "P", "E"],
    ]
    columns = columns_of(xlsx_file(rows, edit=merged_groups))
    assert columns.header_row == 2
    assert columns.skills == {2: "Virology", 3: "Bacteriology", 4: "Optics"}
    (above,) = noted(columns, "rows-above-header")
    assert (above.row, above.value) == (1, "Life sciences | Physics")


def test_skill_groups_over_skills_with_the_person_headings_above(xlsx_file: Make, columns_of: ColumnsOf) -> None:
    def edit(book: xlsxwriter.Workbook) -> None:
        merged_groups(book)
        book.worksheets()[0].merge_range(0, 0, 1, 0, "Staff no")
        book.worksheets()[0].merge_range(0, 1, 1, 1, "Name")

    rows = [
        ["Staff no", "Name", "Life sciences", "", "Optics"],
        ["", "", "Virology", "Bacteriology", ""],
        ["S1", "Jo", "W", "P", "E"],
    ]
    columns = columns_of(xlsx_file(rows, edit=edit))
    assert columns.header_row == 2
    assert columns.columns == {Role.PERSON_ID: 0, Role.NAME: 1}
    assert columns.skills == {2: "Virology", 3: "Bacteriology", 4: "Optics"}
    assert [finding.row for finding in noted(columns, "two-header-rows")] == [2]
    merged = noted(columns, "merged-cells")
    assert [(finding.row, finding.column, finding.value) for finding in merged] == [
        (1, 2, "Virology"),
        (1, 0, "Staff no"),
        (1, 1, "Name"),
    ]
    assert "C1 to D1" in merged[0].message


def test_person_headings_below_with_skills_merged_down(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows = [["", "", "Virology", "Optics"], ["Staff no", "Name", "", ""], ["S1", "Jo", "W", "P"]]
    columns = columns_of(csv_file(rows))
    assert columns.header_row == 2
    assert columns.skills == {2: "Virology", 3: "Optics"}


def test_headings_broken_over_two_rows(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows = [
        ["Staff", "Skill", "Proficiency", "Date"],
        ["number", "name", "level", "assessed"],
        ["S1", "Virology", "Expert", "31/01/2025"],
    ]
    columns = columns_of(csv_file(rows))
    assert columns.header_row == 2
    assert columns.columns == {Role.PERSON_ID: 0, Role.SKILL: 1, Role.LEVEL: 2, Role.ASSESSED_ON: 3}
    assert columns.heading(0) == "Staff number"


def test_a_group_of_headings_in_a_long_sheet(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows = [
        ["Staff no", "Skill", "Level", "Assessment", ""],
        ["", "", "", "Date", "Assessed by"],
        ["S1", "Virology", "Expert", "31/01/2025", "Self"],
    ]
    columns = columns_of(csv_file(rows))
    assert columns.header_row == 2
    assert columns.columns[Role.ASSESSED_ON] == 3
    assert columns.columns[Role.BASIS] == 4


@pytest.mark.parametrize(
    ("upper", "lower", "value"),
    [
        (["Name", "Virology", "", "Optics", ""], ["", "Level", "Date", "Level", "Date"], "Level, Date, Level, Date"),
        (["Name", "Virology", "Optics"], ["", "Level", "Level"], "Level, Level"),
    ],
)
def test_skills_divided_further_are_refused(
    csv_file: Make, columns_of: ColumnsOf, upper: list[str], lower: list[str], value: str
) -> None:
    error = refusal(columns_of, csv_file([upper, lower, ["Jo", "W", "P", "W", "P"]]))
    assert (error.rule, error.extra["row"], error.extra["value"]) == ("two-header-rows", 2, value)


def test_a_first_row_of_data_is_no_heading(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows = [["Name", "Virology", "Optics"], ["", "W", "P"], ["Jo", "W", "P"]]
    assert columns_of(csv_file(rows)).header_row == 1


# What is refused


def test_no_headings_at_all(csv_file: Make, columns_of: ColumnsOf) -> None:
    error = refusal(columns_of, csv_file([["S1", "Jo", "Virology", "Expert"], ["S2", "Jane", "Optics", "Working"]]))
    assert (error.rule, error.extra["row"]) == ("no-header", 1)
    assert error.extra["value"] == "S1 | Jo | Virology | Expert"


@pytest.mark.parametrize(
    "rows",
    [
        [["Team", "Skill", "Level"], ["A", "Virology", "Expert"]],
        [["Section", "Virology", "Optics"], ["A", "W", "P"]],
    ],
)
def test_nobody_named(csv_file: Make, columns_of: ColumnsOf, rows: list[list[str]]) -> None:
    error = refusal(columns_of, csv_file([["Skills"], *rows]))
    assert (error.rule, error.extra["row"], error.extra["headings"]) == ("no-person-column", 2, rows[0])


def test_no_skill(csv_file: Make, columns_of: ColumnsOf) -> None:
    error = refusal(columns_of, csv_file([["Name", "Level", "Mentor"], ["Jo", "Expert", "Jane"]]))
    assert (error.rule, error.extra["row"], error.extra["value"]) == ("no-skill-column", 1, "Name, Level, Mentor")


def test_no_level(csv_file: Make, columns_of: ColumnsOf) -> None:
    error = refusal(columns_of, csv_file([["Name", "Skill", "Mentor"], ["Jo", "Virology", "Jane"]]))
    assert (error.rule, error.extra["row"], error.extra["value"]) == ("no-level-column", 1, "Name, Skill, Mentor")
