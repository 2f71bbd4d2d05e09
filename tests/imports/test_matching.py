"""What each column is taken for: proposed, chosen, kept for the next sheet, and the first rows read so."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.errors import InputError
from gse_skills.framework import Search
from gse_skills.imports.columns import Shape, SheetColumns
from gse_skills.imports.interpret import Defaults
from gse_skills.imports.kept import KeptMatchings
from gse_skills.imports.matching import (
    A_SKILL,
    LEFT_OUT,
    Line,
    SheetHead,
    chosen,
    mapping_of,
    matched,
    read_lines,
    recognised,
)
from gse_skills.imports.phrases import Phrases
from gse_skills.imports.roles import Role
from gse_skills.imports.sheet import Cell, Row, SheetHeader
from gse_skills.vocabulary import Basis

if TYPE_CHECKING:
    from tests.conftest import World

JUNE = datetime.date(2026, 6, 1)
DEFAULTS = Defaults(JUNE, Basis.SELF, JUNE)


@pytest.fixture(scope="module")
def phrases(world: Callable[..., World]) -> Phrases:
    """On the framework of a dozen concepts."""
    small = world()
    return Phrases(small.framework, small.lookup, Search(small.framework), {})


def head(*rows: tuple[Cell, ...]) -> SheetHead:
    return SheetHead(SheetHeader("csv"), tuple(Row(number, cells) for number, cells in enumerate(rows, 1)))


LONG = head(
    ("Staff no", "Name", "Skill", "Level", "Fax"),
    ("1", "Ann", "LIF-VIR-01", "Expert", "12"),
    ("2", "Bob", "stuff", "W", ""),
    ("3", "Cleo", "LIF-VIR-02", "9", ""),
)
ODD = head(("Audit", "", ""), ("Pers. ref", "LIF-VIR-01", "Cells"), ("1", "Expert", "P"), ("2", "", "W"))


def test_what_is_recognised_is_proposed_with_the_first_values(phrases: Phrases) -> None:
    proposed = recognised(LONG, phrases)
    assert proposed.trouble is None
    assert proposed.choices == {0: "person_id", 1: "name", 2: "skill", 3: "level"}
    assert [(one.letter, one.heading, one.samples) for one in proposed.columns][:1] == [
        ("A", "Staff no", ("1", "2", "3"))
    ]
    mapping = mapping_of(proposed)
    columns = mapping.fit(LONG.rows, phrases.names_a_skill)
    assert matched(LONG, columns).choices == proposed.choices
    assert [(one.row, one.who, one.skill, one.level, bool(one.trouble)) for one in _lines(columns, phrases)] == [
        (2, "Ann", "Diagnostics", "Expert", False),
        (3, "Bob", "stuff", "Working", True),
        (4, "Cleo", "LIF-VIR-02", "", True),
    ]


def _lines(columns: SheetColumns, phrases: Phrases) -> tuple[Line, ...]:
    return read_lines(LONG, columns, phrases, DEFAULTS)


def test_headings_that_nobody_knows_are_left_to_be_chosen(phrases: Phrases) -> None:
    proposed = recognised(ODD, phrases)
    assert isinstance(proposed.trouble, InputError)
    made = chosen(ODD, 2, {0: "person_id", 1: A_SKILL, 2: A_SKILL}, chosen(ODD, 2, {}, proposed))
    mapping = mapping_of(made)
    assert (mapping.shape, mapping.header_row) == (Shape.MATRIX, 2)
    assert [place.heading for place in mapping.skills] == ["LIF-VIR-01", "Cells"]
    columns = mapping.fit(ODD.rows, phrases.names_a_skill)
    assert (columns.columns, columns.skills) == ({Role.PERSON_ID: 0}, {1: "LIF-VIR-01", 2: "Cells"})


def test_other_headings_start_anew(phrases: Phrases) -> None:
    moved = chosen(LONG, 2, {0: "name"}, recognised(LONG, phrases))
    assert (moved.header_row, moved.choices) == (2, {})
    assert moved.columns[0].heading == "1"


@pytest.mark.parametrize(
    ("choices", "rule"),
    [
        ({0: "name", 1: "name", 2: "skill", 3: "level"}, "column-twice"),
        ({2: "skill", 3: "level"}, "no-person-column"),
        ({0: "person_id", 3: "level"}, "no-skill-column"),
        ({0: "person_id", 2: "skill"}, "no-level-column"),
        ({0: "person_id", 2: A_SKILL, 3: "level"}, "two-shapes"),
    ],
)
def test_a_choice_that_says_nothing_is_refused(phrases: Phrases, choices: dict[int, str], rule: str) -> None:
    with pytest.raises(InputError) as err:
        mapping_of(chosen(LONG, 1, choices, recognised(LONG, phrases)))
    assert err.value.rule == rule
    assert err.value.remedy


def test_a_column_without_a_heading_is_no_skill(phrases: Phrases) -> None:
    bare = head(("Staff no", "LIF-VIR-01", ""), ("1", "Expert", "P"))
    with pytest.raises(InputError) as err:
        mapping_of(chosen(bare, 1, {0: "person_id", 1: A_SKILL, 2: A_SKILL}, recognised(bare, phrases)))
    assert err.value.rule == "skill-without-heading"


def test_a_matching_is_kept_for_the_next_sheet_with_these_headings(phrases: Phrases, tmp_path: Path) -> None:
    kept = KeptMatchings(tmp_path)
    mapping = mapping_of(recognised(LONG, phrases))
    kept.keep("alder", ("Staff no", "Name", "Skill", "Level", "Fax"), mapping)
    assert KeptMatchings(tmp_path).find("alder", LONG.rows) == mapping
    assert kept.find("birch", LONG.rows) is None
    assert kept.find("alder", ODD.rows) is None
    spelt = head(("", "title"), ("STAFF NO.", "name", "Skill", "level", "fax", "", ""), ("1",))
    assert kept.find("alder", spelt.rows) == mapping, "also below a title, and otherwise spelt"
    other = mapping_of(chosen(LONG, 1, {0: "name", 2: "skill", 3: "level", 1: LEFT_OUT}, recognised(LONG, phrases)))
    kept.keep("alder", ("staff no", "name", "skill", "level", "fax", ""), other)
    assert kept.find("alder", LONG.rows) == other
    kept.forget("birch")
    assert kept.find("alder", LONG.rows) == other
    kept.forget("alder")
    assert kept.find("alder", LONG.rows) is None
