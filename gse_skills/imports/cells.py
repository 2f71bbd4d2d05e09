"""The cells of a row besides person and skill: level, date, basis, audience, and what is said of how they were read."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import NamedTuple

from gse_skills.imports.columns import SheetColumns
from gse_skills.imports.dates import Dates
from gse_skills.imports.finding import Finding, Unread, clip, noted, refused
from gse_skills.imports.levels import LevelReading, Levels
from gse_skills.imports.roles import Role
from gse_skills.imports.sheet import Cell, Fault
from gse_skills.imports.text import text_of
from gse_skills.imports.values import is_unsaid, parse_audience, parse_basis
from gse_skills.vocabulary import Audience, Basis

_TOLD = 5_000
_HOW = {"rank": "a rank", "initial": "an initial", "synonym": "a synonym", "mapping": "by the mapping", "none": "none"}


class Context(NamedTuple):
    """When and by whom the levels of a row were judged, and whom they may reach."""

    assessed_on: datetime.date | None
    basis: Basis | None
    audience: Audience | None


class CellReader:
    """Reads the cells of one sheet; `notes` fills with what is to be said, each thing once."""

    def __init__(
        self, columns: SheetColumns, assessed_on: datetime.date | None, basis: Basis | None, today: datetime.date
    ) -> None:
        """`assessed_on` and `basis` hold where a row is silent; no date may be later than `today`."""
        self.notes: list[Finding] = []
        self.level = Levels(columns.levels).read
        self._columns = columns
        self._default_date = assessed_on
        self._default_basis = columns.default_basis or basis
        self._date = Dates(today).read
        self._basis = lru_cache(maxsize=4096, typed=True)(parse_basis)
        self._audience = lru_cache(maxsize=4096, typed=True)(parse_audience)
        self._date_column = columns.columns.get(Role.ASSESSED_ON)
        self._basis_column = columns.columns.get(Role.BASIS)
        self._audience_column = columns.columns.get(Role.AUDIENCE)
        self._told: set[tuple[str, int | None, str]] = set()

    def refuse(
        self, row: int, column: int, value: Cell, unread: Unread, key: str | None = None, phrase: str | None = None
    ) -> Finding:
        """The finding for a cell that is not taken; `key` and `phrase` say of whom and what it speaks."""
        return refused(
            unread.rule,
            unread.message,
            row=row,
            column=column,
            heading=self._columns.heading(column),
            value=text_of(value),
            person_key=key,
            phrase=phrase,
        )

    def faulty(self, fault: Fault, key: str | None = None, phrase: str | None = None) -> Finding:
        """The finding for a cell that shows nothing usable."""
        without = fault.rule == "formula-without-value"
        message = "The formula has no stored value." if without else f"The cell shows {fault.value}."
        return self.refuse(fault.row, fault.column, fault.value, Unread(fault.rule, message), key, phrase)

    def _once(self, rule: str, row: int, column: int, value: str, message: str, *, in_each_column: bool = True) -> None:
        told = (rule, column if in_each_column else None, value)
        if told in self._told or len(self._told) >= _TOLD:
            return
        self._told.add(told)
        heading = self._columns.heading(column)
        self.notes.append(noted(rule, message, row=row, column=column, heading=heading, value=value))

    def say_level(self, row: int, column: int, cell: Cell, reading: LevelReading) -> None:
        """Note how a level was read that is not written by its name."""
        text = clip(text_of(cell))
        if reading.how == "not-stated" and text:
            self._once("level-not-stated", row, column, text, f"“{text}” states no level.")
        elif reading.how not in ("name", "not-stated"):
            meant = reading.level.label if reading.level else "not held"
            message = f"“{text}” is read as {meant} ({_HOW[reading.how]})."
            self._once("level-read-as", row, column, text, message, in_each_column=False)

    def context(self, row: int, cells: tuple[Cell, ...], key: str, phrase: str | None = None) -> Context | Finding:
        """Date, basis and audience of a row, or why the row is not taken."""
        date, basis, audience = self._default_date, self._default_basis, None
        column = self._date_column
        if column is not None:
            reading = self._date(cells[column])
            if isinstance(reading, Unread):
                return self.refuse(row, column, cells[column], reading, key, phrase)
            if reading.date is None:
                self._say_default_date(row, column)
            else:
                date = reading.date
            if reading.note and date:
                value = text_of(cells[column])
                self._once(reading.note, row, column, value, f"“{value}” is read as {date:%d/%m/%Y}.")
        if self._basis_column is not None and cells[self._basis_column] != "":
            basis = self._read_basis(row, self._basis_column, cells[self._basis_column])
        column = self._audience_column
        if column is not None and cells[column] != "":
            audience = self._audience(cells[column])
            text = text_of(cells[column])
            if audience is None and not is_unsaid(text):
                # Nobody's record goes further than was meant because a word was not understood.
                unread = Unread("unknown-audience", f"“{text}” is no audience that we know.")
                return self.refuse(row, column, cells[column], unread, key, phrase)
        return Context(date, basis, audience)

    def _say_default_date(self, row: int, column: int) -> None:
        if self._default_date:
            message = f"Rows without a date are taken as of {self._default_date:%d/%m/%Y} where nothing else is known."
            self._once("default-date", row, column, "", message)

    def _read_basis(self, row: int, column: int, cell: Cell) -> Basis | None:
        basis = self._basis(cell)
        text = text_of(cell)
        if basis is None and not is_unsaid(text):
            taken = f"“{self._default_basis.label}” is taken" if self._default_basis else "nothing is taken"
            self._once("unknown-basis", row, column, text, f"“{text}” does not say who judged the level; {taken}.")
        return basis or self._default_basis
