"""The sheets of the invented establishments, written row by row as CSV or XLSX: the same bytes for the same seed."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import xlsxwriter

from gse_skills.demo.career import Career, Held
from gse_skills.demo.dice import Dice
from gse_skills.demo.establishment import Establishment
from gse_skills.demo.practice import Practice
from gse_skills.demo.style import AVAILABLE, BASES, Cell, Field, Style
from gse_skills.vocabulary import Basis, Level

_NONE = 0.2
"""How often a matrix says so when somebody lacks a skill of their own group."""


@dataclass(frozen=True, slots=True)
class DemoSheet:
    """A sheet that was written, and what its import has to be told."""

    organisation: str
    """Slug of the organisation."""
    path: Path
    full: bool
    """Whether it shows everybody, so that what it leaves out has ended."""
    snapshot: datetime.date
    """The day of the sheet."""
    default_basis: Basis
    """How levels were judged where the sheet does not say."""
    people: int
    records: int
    """Statements about a skill of the framework at a level."""
    unknown: int
    """Statements in words that are not in the framework."""
    mapping: Path | None = None
    """A saved mapping, where the sheet is not understood without one."""


def write_sheet(
    path: Path,
    style: Style,
    establishment: Establishment,
    practice: Practice,
    careers: Iterable[Career],
    today: datetime.date,
) -> DemoSheet:
    """Write a sheet of the establishment to `path`, `today` being the day from which ages count."""
    table = _Table(style, establishment, practice, today)
    rows = table.long(careers) if style.shape == "long" else table.matrix(careers)
    snapshot = today - datetime.timedelta(days=style.age)
    if path.suffix == ".xlsx":
        write_xlsx(path, rows, snapshot)
    else:
        _write_csv(path, style, rows)
    return DemoSheet(
        establishment.organisation.slug,
        path,
        style.full,
        snapshot,
        style.basis,
        table.people,
        table.records,
        table.unknown,
    )


class _Table:
    """The rows of one sheet, and how much has gone into them so far."""

    def __init__(self, style: Style, establishment: Establishment, practice: Practice, today: datetime.date) -> None:
        self.people = self.records = self.unknown = 0
        self._style = style
        self._establishment = establishment
        self._practice = practice
        self._earlier = style.age == establishment.earlier
        self._levels: dict[Level, Cell] = dict(zip(Level, style.levels, strict=True))
        self._headings: list[Cell] = [heading for heading, _ in style.columns]
        self._fields = [field for _, field in style.columns]
        text = style.file.endswith(".csv")

        @cache  # a few hundred days come again and again
        def day(age: int) -> Cell:
            then = today - datetime.timedelta(days=age)
            return style.days(then) if text else then

        self._day = day

    def _held(self, career: Career) -> list[tuple[Held, Level, int]]:
        """What this sheet shows of a person, with the level and the age of the assessment."""
        if self._style.site is not None and min(career.site, len(self._establishment.sites) - 1) != self._style.site:
            return []
        if self._earlier:
            return [(held, held.before, held.age_before) for held in career.held if held.before]
        return [(held, held.level, held.age) for held in career.held if held.level]

    def _count(self, shown: list[tuple[Held, Level, int]]) -> None:
        known = sum(held.skill is not None for held, _, _ in shown)
        self.people += 1
        self.records += known
        self.unknown += len(shown) - known

    def _person(self, career: Career) -> list[Cell]:
        cells: dict[Field, Cell] = {
            "number": career.number,
            "name": career.name,
            "email": career.email,
            "unit": career.unit,
            "grade": career.grade,
            "site": self._establishment.sites[career.site],
            "role": career.role or None,
            "available": AVAILABLE[career.available],
        }
        return [cells.get(field) for field in self._fields]

    def _place(self, field: Field) -> int:
        """The column of a field; one that the sheet lacks goes to the end, where it is cut off."""
        return self._fields.index(field) if field in self._fields else len(self._fields)

    def _top(self, headings: list[Cell]) -> Iterator[list[Cell]]:
        if self._style.title:
            yield [self._style.title]
            yield []
        yield headings

    def long(self, careers: Iterable[Career]) -> Iterator[Sequence[Cell]]:
        """A row a person and skill."""
        fields: tuple[Field, ...] = ("skill", "level", "assessed", "basis", "audience")
        skill, level, assessed, basis, audience = (self._place(field) for field in fields)
        width = len(self._fields)
        yield from self._top(self._headings)
        for career in careers:
            if not (shown := self._held(career)):
                continue
            self._count(shown)
            person = [*self._person(career), None]
            for held, reached, age in shown:
                row = person.copy()
                row[skill] = held.phrase
                row[level] = self._levels[reached]
                row[assessed] = self._day(age)
                row[basis] = BASES[held.basis]
                row[audience] = held.audience and held.audience.value
                yield row[:width]

    def matrix(self, careers: Iterable[Career]) -> Iterator[Sequence[Cell]]:
        """A row a person, a column a skill."""
        wording, assessed = self._practice.wording, self._place("assessed")
        words = [*(phrases[0] for phrases in wording.phrases.values()), *wording.strays]
        places = {key: len(self._fields) + number for number, key in enumerate((*wording.phrases, *wording.strays))}
        dice = Dice(self._establishment.organisation.slug, self._style.file)
        yield from self._top([*self._headings, *words])
        for career in careers:
            if not (shown := self._held(career)):
                continue
            self._count(shown)
            row = [*self._person(career), *[None] * len(words)]
            if self._style.none is not None:
                for iri in career.home.skills:
                    row[places[iri]] = self._style.none if dice.chance(_NONE) else None
            for held, reached, _ in shown:
                row[places[held.skill or held.phrase]] = self._levels[reached]
            if assessed < len(self._fields):
                row[assessed] = self._day(min(age for _, _, age in shown))
            yield row


def _write_csv(path: Path, style: Style, rows: Iterable[Sequence[Cell]]) -> None:
    with path.open("w", encoding=style.encoding, errors="replace", newline="") as file:
        csv.writer(file, delimiter=style.delimiter).writerows(rows)


def write_xlsx(path: Path, rows: Iterable[Sequence[Cell]], day: datetime.date) -> None:
    """Write rows to the only sheet of a workbook that says it was made on `day`; memory does not grow with them."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": datetime.datetime.combine(day, datetime.time(), datetime.UTC)})
        dates = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Skills")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                elif cell is not None:
                    sheet.write_datetime(number, column, cell, dates)
