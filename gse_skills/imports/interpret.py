"""From the rows of a sheet to what it says: people, assertions and findings, as a stream."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from gse_skills.imports.assertion import Assertion, PersonFacts
from gse_skills.imports.blocks import MergedBlocks
from gse_skills.imports.cells import CellReader
from gse_skills.imports.columns import Shape, SheetColumns
from gse_skills.imports.finding import Finding, Unread, noted
from gse_skills.imports.people import SeenPeople
from gse_skills.imports.person import PersonReader
from gse_skills.imports.roles import FACT_ROLES, PERSON_ROLES, Role
from gse_skills.imports.sheet import Cell, Fault, SheetReading, header_findings
from gse_skills.imports.text import MAX_TEXT, text_of
from gse_skills.imports.values import is_unsaid
from gse_skills.vocabulary import Basis

Statement = PersonFacts | Assertion | Finding


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where the sheet is silent; None leaves it unsaid."""

    assessed_on: datetime.date | None
    basis: Basis | None
    today: datetime.date
    """The day of the import: no assessment can be later."""


def interpret(reading: SheetReading, columns: SheetColumns, defaults: Defaults) -> Iterator[Statement]:
    """What a sheet says, row by row, in memory that does not grow with it.

    First the findings about the file and its columns; then for each row, in order, the person's facts when it is the
    first of theirs, its assertions, and what was found wrong with it. Raises what `reading.rows` raises.
    """
    yield from header_findings(reading.header)
    yield from columns.findings
    yield from _assumptions(columns, defaults)
    people = SeenPeople()
    try:
        interpreter = _Long if columns.shape is Shape.LONG else _Matrix
        yield from interpreter(reading, columns, defaults, people).run()
    finally:
        people.close()


def _assumptions(columns: SheetColumns, defaults: Defaults) -> Iterator[Finding]:
    """What is assumed for the whole sheet because no column says it."""
    roles, row = columns.columns, columns.header_row
    if Role.PERSON_ID not in roles and Role.EMAIL not in roles:
        yield noted("people-by-name", "People are told apart by their names alone.", row=row)
    if Role.ASSESSED_ON not in roles and defaults.assessed_on:
        day = f"{defaults.assessed_on:%d/%m/%Y}"
        message = f"No column gives the date of assessment; {day} is taken where nothing else is known."
        yield noted("default-date", message, row=row, value=day)
    basis = columns.default_basis or defaults.basis
    if Role.BASIS not in roles and basis:
        message = f"No column says who judged the levels; “{basis.label}” is taken where nothing else is known."
        yield noted("default-basis", message, row=row, value=basis.label)


class _Interpreter(ABC):
    """What the two shapes share."""

    def __init__(self, reading: SheetReading, columns: SheetColumns, defaults: Defaults, people: SeenPeople) -> None:
        self.columns = columns
        self.cells = CellReader(columns, defaults.assessed_on, defaults.basis, defaults.today)
        self.people = PersonReader(columns, people, once_a_person=columns.shape is Shape.MATRIX)
        person = {column for role, column in columns.columns.items() if role in PERSON_ROLES | FACT_ROLES}
        self.person_columns = tuple(sorted(person))
        self._rows = reading.rows
        self._merged = MergedBlocks(reading.header.merged, columns.header_row)
        self._faults: dict[int, list[Fault]] = defaultdict(list)
        for fault in reading.header.faults:
            if fault.column in columns.headings and fault.row > columns.header_row:
                self._faults[fault.row].append(fault)

    def run(self) -> Iterator[Statement]:
        """What the rows say."""
        header_row, faults, merged, notes = self.columns.header_row, self._faults, self._merged, self.cells.notes
        width = max(self.columns.headings) + 1
        for number, cells in self._rows:
            if number <= header_row:
                continue
            if len(cells) < width:
                cells += ("",) * (width - len(cells))
            if not merged.done:
                cells, found = merged.fill(number, cells)
                yield from found
            if faults and number in faults:
                yield from self.faulty_row(number, cells, faults.pop(number))
            else:
                yield from self.row(number, cells)
            if notes:
                yield from notes
                notes.clear()
        # Rows that hold nothing but such cells look blank, and were never sent.
        for number in sorted(faults):
            yield from (self.cells.faulty(fault) for fault in faults[number])

    @abstractmethod
    def row(self, number: int, cells: tuple[Cell, ...]) -> Iterator[Statement]:
        """What a row says."""

    @abstractmethod
    def faulty_row(self, number: int, cells: tuple[Cell, ...], faults: list[Fault]) -> Iterator[Statement]:
        """What a row says in which cells that are read show nothing usable."""

    def stray(self, number: int, cells: tuple[Cell, ...]) -> list[Finding] | None:
        """Nothing for a blank row, a note for a lone text such as a legend under the table; None for any other row."""
        texts = [text for cell in cells if (text := text_of(cell))]
        if len(texts) > 1 or (texts and len(self.columns.columns) == 1):
            return None
        message = "One text alone in a row is no statement about anybody; it is left out."
        return [noted("stray-text", message, row=number, value=text) for text in texts]


class _Long(_Interpreter):
    """A row a person and skill."""

    def __init__(self, reading: SheetReading, columns: SheetColumns, defaults: Defaults, people: SeenPeople) -> None:
        super().__init__(reading, columns, defaults, people)
        self._skill = columns.columns[Role.SKILL]
        self._level = columns.columns[Role.LEVEL]
        self._who = itemgetter(*self.person_columns)
        self._phrase = lru_cache(maxsize=4096, typed=True)(text_of)
        self._last_who: object = None
        self._key: str | None = None

    def row(self, number: int, cells: tuple[Cell, ...]) -> Iterator[Statement]:
        phrase = self._phrase(cells[self._skill])
        lone = not phrase or len(cells) - cells.count("") < 2
        if lone and (stray := self.stray(number, cells)) is not None:
            yield from stray
            return
        # Sheets are mostly sorted by person, and whoever the row above was of needs no second look.
        if (who := self._who(cells)) != self._last_who or self._key is None:
            yield from self._person(number, cells, who)
        key = self._key
        if key is None:
            return
        if (not phrase or len(phrase) > MAX_TEXT or is_unsaid(phrase)) and (unread := _no_phrase(phrase)):
            yield self.cells.refuse(number, self._skill, phrase, unread, key)
            return
        level_column, cell = self._level, cells[self._level]
        reading = self.cells.level(cell)
        if isinstance(reading, Unread):
            yield self.cells.refuse(number, level_column, cell, reading, key, phrase)
            return
        if reading.how != "name":
            if reading.how == "not-stated":
                yield self.cells.refuse(number, level_column, cell, _NO_LEVEL, key, phrase)
                return
            self.cells.say_level(number, level_column, cell, reading)
        context = self.cells.context(number, cells, key, phrase)
        if isinstance(context, Finding):
            yield context
        else:
            yield Assertion(number, level_column, key, phrase, reading.level, *context)

    def _person(self, number: int, cells: tuple[Cell, ...], who: object) -> Iterator[PersonFacts | Finding]:
        found = self.people.read(number, cells)
        self._last_who, self._key = who, found.key
        if found.facts:
            yield found.facts
        yield from found.findings

    def faulty_row(self, number: int, cells: tuple[Cell, ...], faults: list[Fault]) -> Iterator[Statement]:
        self._key = None
        if not any(fault.column in self.person_columns for fault in faults):
            yield from self._person(number, cells, self._who(cells))
        phrase = self._phrase(cells[self._skill]) or None
        for fault in faults:
            yield self.cells.faulty(fault, self._key, phrase)


_NO_LEVEL = Unread("no-level", "The row gives no level.")


def _no_phrase(phrase: str) -> Unread:
    if len(phrase) > MAX_TEXT:
        return Unread("text-too-long", f"The text has {len(phrase)} characters.")
    return Unread("no-skill", "The row names no skill.")


class _Matrix(_Interpreter):
    """A row a person, a column a skill."""

    def __init__(self, reading: SheetReading, columns: SheetColumns, defaults: Defaults, people: SeenPeople) -> None:
        super().__init__(reading, columns, defaults, people)
        self._skills = tuple(columns.skills.items())

    def row(self, number: int, cells: tuple[Cell, ...]) -> Iterator[Statement]:
        lone = len(cells) - cells.count("") < 2 or not cells[self.person_columns[0]]
        if lone and (stray := self.stray(number, cells)) is not None:
            yield from stray
            return
        yield from self._row(number, cells, {})

    def _row(self, number: int, cells: tuple[Cell, ...], faults: dict[int, Fault]) -> Iterator[Statement]:
        person = self.people.read(number, cells)
        if person.facts:
            yield person.facts
        yield from person.findings
        key = person.key
        if key is None:
            return
        context = self.cells.context(number, cells, key)
        if isinstance(context, Finding):
            yield context
            return
        for column, phrase in self._skills:
            cell = cells[column]
            if cell == "":
                if column in faults:
                    yield self.cells.faulty(faults[column], key, phrase)
                continue
            reading = self.cells.level(cell)
            if isinstance(reading, Unread):
                yield self.cells.refuse(number, column, cell, reading, key, phrase)
                continue
            if reading.how != "name":
                self.cells.say_level(number, column, cell, reading)
                if reading.how == "not-stated":
                    continue
            yield Assertion(number, column, key, phrase, reading.level, *context)

    def faulty_row(self, number: int, cells: tuple[Cell, ...], faults: list[Fault]) -> Iterator[Statement]:
        by_column = {fault.column: fault for fault in faults}
        if by_column.keys() <= self.columns.skills.keys():
            yield from self._row(number, cells, by_column)
        else:
            yield from (self.cells.faulty(fault) for fault in faults)
