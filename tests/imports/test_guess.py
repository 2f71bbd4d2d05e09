"""Columns whose headings are in no list: which guesses are taken, why, and which are not."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gse_skills.errors import InputError
from gse_skills.imports.columns import Shape, SheetColumns
from gse_skills.imports.guess import FILLERS, HINTS, OTHERWISE, Cells, Ground, named_within, says_nothing
from gse_skills.imports.levels import Levels
from gse_skills.imports.roles import HEADINGS, Role
from gse_skills.imports.rules import NOTES
from gse_skills.imports.sheet import Cell
from gse_skills.imports.text import fold_heading

Make = Callable[..., Path]
ColumnsOf = Callable[[Path], SheetColumns]
TODAY = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("heading", "role", "sure"),
    [
        ("Skill / competence", Role.SKILL, True),
        ("Grd", Role.GRADE, True),
        ("Free now?", Role.AVAILABLE, True),
        ("Last looked at", Role.ASSESSED_ON, True),
        ("How good (1-4)", Role.LEVEL, True),
        ("Who is it", Role.NAME, True),
        ("Name of colleague", Role.NAME, True),
        ("Colleague's skill", Role.SKILL, True),
        ("Their team now", Role.UNIT, True),
        ("What they can do", Role.SKILL, False),
        ("Lvl", Role.LEVEL, False),
        ("When", Role.ASSESSED_ON, False),
        ("Spare this month?", Role.AVAILABLE, False),
    ],
)
def test_words_within_a_heading(heading: str, role: Role, sure: bool) -> None:
    assert named_within(heading) == (role, sure)


@pytest.mark.parametrize(
    "heading",
    [
        "Skill required", "Target skill", "Next review", "Previous level", "Line manager's name", "Training date",
        "Date of level", "Skill level date", "Team lead", "Project name", "Years at level", "Born", "Virology", "",
        "Leaving when", "Skills in development, to learn",
    ],
)  # fmt: skip
def test_a_heading_that_says_something_else_names_nothing(heading: str) -> None:
    assert named_within(heading) is None


def test_words_are_listed_once_and_folded() -> None:
    listed = {heading for headings in HEADINGS.values() for heading in headings}
    hints = [hint for hints in HINTS.values() for hint in hints]
    assert len(hints) == len({*hints})
    assert listed.isdisjoint(hints)
    assert FILLERS.isdisjoint(OTHERWISE)
    assert [word for word in (*hints, *FILLERS, *OTHERWISE) if fold_heading(word)[0] != word] == []


@pytest.mark.parametrize(
    ("cells", "role"),
    [
        (["Virology", "optics", "stuff"], Role.SKILL),
        (["Virology; optics", "metrology | dance"], Role.SKILL),
        (["stuff", "optics", "things"], None),
        (["Expert", "W", "trained", "huh"], Role.LEVEL),
        ([1, 3, 2, 4], Role.LEVEL),
        ([1, 1, 1], None),
        (["31/01/2025", datetime.date(2025, 2, 1), "soon"], Role.ASSESSED_ON),
        (["yes", "No", "Y"], Role.AVAILABLE),
        (["a@b.example", "c@d.example"], Role.EMAIL),
        (["", ""], None),
        (["?", "tbc"], None),
        (["x", "", "x"], Role.AVAILABLE),
        (["0", "1"], None),
    ],
)
def test_what_cells_look_like(cells: list[Cell], role: Role | None, resolve_skill: Callable[[str], bool]) -> None:
    assert Cells(cells, resolve_skill, Levels()).role() is role


def test_days_of_birth_are_no_recent_days(resolve_skill: Callable[[str], bool]) -> None:
    def recent(*cells: Cell) -> bool:
        return Cells(cells, resolve_skill, Levels()).recent_days(TODAY)

    assert recent("31/01/2025", "1 March 2024")
    assert not recent("31/01/2025", "1 March 1984")
    assert not recent("31/01/2025", "1 March 2027")


def test_headings_that_say_nothing() -> None:
    assert all(map(says_nothing, ("", "Column1", "F 3", "Field", "Y/N", "12")))
    assert not any(map(says_nothing, ("Fax", "First aider", "When")))


# The sheet as a whole


def by_letter(columns: SheetColumns) -> dict[Role, int]:
    return dict(columns.columns)


MESSY = [
    ["Who is it", "Main thing", "Stufe", "Last looked at by us", "Free this month?", "Shoe size"],
    ["Jo", "Virology", "Expert", "31/01/2025", "yes", "9"],
    ["Jane", "optics", "2", "1 Feb 2025", "no", "8"],
    ["Joe", "magic", "W", "", "", "7"],
]


def test_a_sheet_in_words_of_its_own(csv_file: Make, columns_of: ColumnsOf) -> None:
    columns = columns_of(csv_file([["Audit of our unit"], *MESSY]))
    assert (columns.shape, columns.header_row) == (Shape.LONG, 2)
    assert columns.columns == {
        Role.NAME: 0,
        Role.SKILL: 1,
        Role.LEVEL: 2,
        Role.ASSESSED_ON: 3,
        Role.AVAILABLE: 4,
    }
    assert columns.guessed == {1: Ground.CELLS, 2: Ground.CELLS, 3: Ground.BOTH, 4: Ground.BOTH}
    assert columns.ignored == {5: "Shoe size"}
    told = {finding.column: finding for finding in columns.findings if finding.rule == "column-guessed"}
    assert set(told) == set(columns.guessed)
    assert told[1].message == "Column B “Main thing” is taken for the skill, from its cells."
    assert told[1].remedy == NOTES["column-guessed"]


@pytest.mark.parametrize(
    ("place", "heading", "cells", "why"),
    [
        (1, "Skill wanted", ["Virology", "optics", "metrology"], "the heading says something else"),
        (5, "Other thing", ["Virology", "optics", "metrology"], "two columns could be the skill"),
        (5, "Stage", ["1", "2", "3"], "two columns could be the level"),
        (5, "virology", ["W", "W", "P"], "a column is a skill of its own"),
    ],
)
def test_in_doubt_nothing_is_guessed(
    csv_file: Make, columns_of: ColumnsOf, place: int, heading: str, cells: list[str], why: str
) -> None:
    rows = [[heading if at == place else text for at, text in enumerate(MESSY[0])]]
    for row, cell in zip(MESSY[1:], cells, strict=True):
        rows.append([cell if at == place else text for at, text in enumerate(row)])
    columns = columns_of(csv_file(rows))
    assert Role.SKILL not in columns.columns, why
    assert Role.LEVEL not in columns.columns, why
    assert columns.shape is Shape.MATRIX


def test_cells_alone_say_nothing_about_what_a_sheet_can_do_without(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows = [["Name", "Skill", "Level", "First aider", "Laptop issued"], ["Jo", "Virology", "W", "yes", "31/01/2025"]]
    rows.append(["Jane", "Virology", "W", "no", "01/02/2025"])
    columns = columns_of(csv_file(rows))
    assert columns.columns == {Role.NAME: 0, Role.SKILL: 1, Role.LEVEL: 2}
    assert (dict(columns.guessed), columns.doubts) == ({}, {3: Role.AVAILABLE, 4: Role.ASSESSED_ON})


@pytest.mark.parametrize(("day", "role"), [("1 Feb 2024", Role.ASSESSED_ON), ("1 Feb 1974", None)])
def test_a_column_without_a_heading(csv_file: Make, columns_of: ColumnsOf, day: str, role: Role | None) -> None:
    rows = [["Name", "Skill", "Level", ""], ["Jo", "Virology", "W", "31/01/2025"], ["Jane", "Virology", "W", day]]
    columns = columns_of(csv_file(rows))
    assert {one: at for one, at in columns.columns.items() if at == 3} == ({role: 3} if role else {})
    (told,) = [finding for finding in columns.findings if finding.column == 3]
    assert told.rule == ("column-guessed" if role else "column-without-heading")
    if role:
        assert told.message == "Column D is taken for the date of assessment, from its cells."


def test_of_two_columns_of_one_meaning_neither_is_guessed(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows = [["Name", "Skill", "Level", "When", "Last checked with them"]]
    rows += [["Jo", "Virology", "W", "31/01/2025", "01/02/2025"], ["Jane", "Virology", "W", "31/01/2025", ""]]
    columns = columns_of(csv_file(rows))
    assert Role.ASSESSED_ON not in columns.columns
    assert columns.doubts == {3: Role.ASSESSED_ON, 4: Role.ASSESSED_ON}


def test_cells_that_speak_against_a_heading_leave_it_out(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows = [["Name", "Skill", "Level", "Available now or then"], ["Jo", "Virology", "W", "31/01/2025"]]
    assert Role.AVAILABLE not in columns_of(csv_file(rows)).columns


def test_a_sheet_whose_headings_are_all_listed_is_read_by_them_alone(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows = [["Staff no", "Name", "Skill", "Level", "Fax"], ["1", "Jo", "Virology", "Expert", "12"]]
    columns = columns_of(csv_file(rows))
    assert set(columns.grounds.values()) == {Ground.HEADING}
    assert (dict(columns.guessed), columns.doubts) == ({}, {})


def test_a_matrix_column_that_mostly_holds_levels_is_left_out_and_told(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows = [["Name", "Virology", "Sequencing"], ["Jo", "W", "good"], ["Jane", "P", "basic"], ["Joe", "", "?"]]
    columns = columns_of(csv_file(rows))
    assert (columns.skills, columns.ignored, columns.doubts) == (
        {1: "Virology"},
        {2: "Sequencing"},
        {2: Role.LEVEL},
    )


def test_nobody_plainly_named_is_refused(csv_file: Make, columns_of: ColumnsOf) -> None:
    rows: list[list[Any]] = [["Who is it", "Name of colleague", "Skill", "Level"], ["Jo", "Jane", "Virology", "W"]]
    with pytest.raises(InputError) as err:
        columns_of(csv_file(rows))
    assert err.value.rule == "no-person-column"
