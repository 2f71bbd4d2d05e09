"""One generated table says the same, whatever its shape, its format, its spellings and what stands around it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gse_skills.imports.assertion import Assertion, PersonFacts
from gse_skills.imports.finding import Finding
from gse_skills.imports.interpret import Statement
from gse_skills.imports.levels import SYNONYMS
from gse_skills.vocabulary import Basis, Level

Make = Callable[..., Path]
Say = Callable[..., list[Statement]]
Cells = list[object]
Said = set[tuple[str, str, Level | None, datetime.date, Basis]]

SKILLS = ("Virology", "Bacteriology", "Metrology", "Optics")
WHO = ("Staff no", "Full name", "Team")
SPELLINGS: dict[Level | None, tuple[object, ...]] = {
    level: (level.label, level.label.upper(), int(level), str(int(level)), level.label[0], *SYNONYMS[level])
    for level in Level
}
SPELLINGS[None] = (0, "none", "N/A", "-")
DATES = ("%d/%m/%Y", "%d %b %Y", "%Y-%m-%d", "%d.%m.%y")
ABOVE: tuple[list[Cells], ...] = ([], [["Skills of the unit"], []], [["Skills", "", "at", "31/01/2025"]])
BETWEEN: tuple[list[Cells], ...] = ([], [[]], [["", " "]])
BELOW: tuple[list[Cells], ...] = ([], [[]], [[], ["Key: W = Working"]])
BASES = {Basis.SELF: ("self", "Self-assessed"), Basis.MANAGER: ("Line manager",), Basis.ACCREDITED: ("UKAS",)}


@dataclass(frozen=True, slots=True)
class Holder:
    number: int
    name: str
    unit: str
    date: datetime.date
    basis: Basis
    levels: dict[str, Level | None]

    @property
    def who(self) -> tuple[str, str, str]:
        return (f"S{self.number}", self.name, self.unit)


names = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=10).map("Dr {}".format)
levels = st.none() | st.sampled_from(Level)
holders = st.builds(
    Holder,
    number=st.integers(1, 10**9),
    name=names,
    unit=names,
    date=st.dates(datetime.date(1950, 1, 1), datetime.date(2026, 1, 1)),
    basis=st.sampled_from(sorted(BASES)),
    levels=st.dictionaries(st.sampled_from(SKILLS), levels, min_size=1),
)
tables = st.lists(holders, min_size=1, max_size=6, unique_by=lambda holder: holder.number)


def meant(table: list[Holder]) -> Said:
    return {
        (f"staff:{holder.who[0].casefold()}", skill, level, holder.date, holder.basis)
        for holder in table
        for skill, level in holder.levels.items()
    }


def date_cell(draw: st.DataObject, day: datetime.date) -> object:
    form = draw.draw(st.sampled_from(DATES))
    return draw.draw(st.sampled_from([day, day.strftime(form)]))


def long_rows(draw: st.DataObject, table: list[Holder]) -> list[Cells]:
    rows: list[Cells] = [[*WHO, "Skill", "Level", "Date assessed", "Assessed by"]]
    for holder in table:
        for skill, level in holder.levels.items():
            cell = draw.draw(st.sampled_from(SPELLINGS[level]))
            basis = draw.draw(st.sampled_from(BASES[holder.basis]))
            rows.append([*holder.who, f" {skill.lower()}", cell, date_cell(draw, holder.date), basis])
    return rows


def matrix_rows(draw: st.DataObject, table: list[Holder]) -> list[Cells]:
    rows: list[Cells] = [[*WHO, "Last reviewed", "Basis", *SKILLS]]
    for holder in table:
        spelt = {skill: draw.draw(st.sampled_from(SPELLINGS[level])) for skill, level in holder.levels.items()}
        basis = draw.draw(st.sampled_from(BASES[holder.basis]))
        rows.append([*holder.who, date_cell(draw, holder.date), basis, *(spelt.get(skill, "") for skill in SKILLS)])
    return rows


def with_surroundings(draw: st.DataObject, rows: list[Cells]) -> list[Cells]:
    """Titles above, columns in any order, blank rows between, and totals below."""
    order = draw.draw(st.permutations(range(len(rows[0]))))
    shuffled: list[Cells] = [[row[column] for column in order] for row in rows]
    above = draw.draw(st.sampled_from(ABOVE))
    between = draw.draw(st.sampled_from(BETWEEN))
    below = draw.draw(st.sampled_from(BELOW))
    return [*above, *shuffled[:2], *between, *shuffled[2:], *below]


@given(table=tables, draw=st.data())
def test_shape_and_format_change_nothing(
    csv_file: Make, xlsx_file: Make, ods_file: Make, say: Say, table: list[Holder], draw: st.DataObject
) -> None:
    for shape in (long_rows, matrix_rows):
        rows = with_surroundings(draw, shape(draw, table))
        files = (
            csv_file(rows, delimiter=draw.draw(st.sampled_from(",;\t"))),
            csv_file(rows, encoding=draw.draw(st.sampled_from(["utf-8-sig", "utf-16"]))),
            xlsx_file(rows),
            ods_file(rows),
        )
        for path in files:
            said = say(path)
            assert [one for one in said if isinstance(one, Finding) and one.severity == "refused"] == []
            found = [one for one in said if isinstance(one, Assertion)]
            by_case = {skill.lower(): skill for skill in SKILLS}
            assert {
                (one.person_key, by_case[one.phrase.lower()], one.level, one.assessed_on, one.basis) for one in found
            } == meant(table)
            assert len(found) == len(meant(table))
            people = {(one.identifier, one.name, one.unit) for one in said if isinstance(one, PersonFacts)}
            assert people == {holder.who for holder in table}
