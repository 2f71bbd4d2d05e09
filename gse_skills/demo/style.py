"""How a team keeps its sheet: shape, format, headings, words for levels, and how it writes a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gse_skills.vocabulary import Basis

TODAY = date(2026, 11, 1)
"""The day on which invented data stands still unless another is given."""

Field = Literal[
    "number", "name", "email", "unit", "grade", "site", "role", "available", "skill", "level", "assessed", "basis",
    "audience",
]  # fmt: skip
Columns = tuple[tuple[str, Field], ...]
Cell = str | int | date | None

NAMED: tuple[str, ...] = ("Awareness", "Working", "Practitioner", "Expert")
RANKED: tuple[int, ...] = (1, 2, 3, 4)
INITIALS: tuple[str, ...] = ("A", "W", "P", "E")
TRAINED: tuple[str, ...] = ("Aware", "Trained", "Competent", "Lead")

BASES: Mapping[Basis, str] = {
    Basis.SELF: "Self",
    Basis.PEER: "Peer",
    Basis.MANAGER: "Line manager",
    Basis.ACCREDITED: "Accredited body",
}
AVAILABLE: Mapping[bool | None, str] = {True: "Yes", False: "No", None: ""}

_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"  # strftime would follow the locale


def iso(day: date) -> str:
    """A day as ISO 8601 writes it.

    >>> iso(date(2026, 3, 9))
    '2026-03-09'
    """
    return day.isoformat()


def british(day: date) -> str:
    """A day as forms in the United Kingdom write it.

    >>> british(date(2026, 3, 9))
    '09/03/2026'
    """
    return day.strftime("%d/%m/%Y")


def spelt(day: date) -> str:
    """A day with its month in letters.

    >>> spelt(date(2026, 3, 9))
    '9 Mar 2026'
    """
    return f"{day.day} {_MONTHS[3 * day.month - 3 : 3 * day.month]} {day.year}"


@dataclass(frozen=True, slots=True)
class Style:
    """One sheet as a team keeps it."""

    file: str
    """Name of the file, its suffix saying the format; `{day}` becomes the day of the sheet."""
    shape: Literal["long", "matrix"]
    """A row a person and skill, or a row a person and a column a skill."""
    columns: Columns
    levels: tuple[str, ...] | tuple[int, ...]
    """The words for the four levels, ascending."""
    basis: Basis = Basis.MANAGER
    """How levels were judged where the sheet does not say."""
    age: int = 10
    """Days from the sheet to today."""
    days: Callable[[date], str] = british
    """How CSV writes a day; XLSX holds days as days."""
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    title: str = ""
    """A line above the headings."""
    none: str | int | None = None
    """What the cells of a matrix say, now and then, of a skill that is not held."""
    site: int | None = None
    """The sheet of one site of the organisation, by its position, or of all."""

    @property
    def full(self) -> bool:
        """Whether the sheet shows everybody in the organisation."""
        return self.site is None
