"""What a reader of somebody's sheet found and did not take as it stood, with the place and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gse_skills.imports.rules import NOTES, ROW_RULES

Severity = Literal["refused", "noted"]
WHOLE_ROW = -1
"""The column of a finding about a row, or about the file when its row is 0."""
_SHOWN = 200


def letter(column: int) -> str:
    """The letters by which spreadsheets name a column, counted from 0.

    >>> letter(0), letter(25), letter(26), letter(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters = ""
    column += 1
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def column_of(letters: str) -> int:
    """The column that spreadsheets name so, counted from 0; raises ValueError when it is no such name.

    >>> column_of("a"), column_of("XFD")
    (0, 16383)
    """
    if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha()):
        raise ValueError(letters)
    column = 0
    for character in letters.upper():
        column = column * 26 + ord(character) - 64
    return column - 1


@dataclass(frozen=True, slots=True)
class Unread:
    """Why one cell could not be taken; the caller knows where the cell is."""

    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something refused or noted about one cell (column from 0), row (column -1) or the file (row 0).

    `person_key` and `phrase` say, where known, whom and what the refused cell was about, so that a newer sheet with a
    fault in it does not pass for one that no longer mentions them.
    """

    row: int
    """As the spreadsheet numbers it, from 1; 0 for the file as a whole."""
    column: int
    heading: str
    value: str
    rule: str
    severity: Severity
    message: str
    remedy: str
    person_key: str | None = None
    phrase: str | None = None

    @property
    def place(self) -> str:
        """Where it is, for people.

        >>> Finding(3, 1, "Level", "9", "level-out-of-range", "refused", "", "").place
        'row 3, column B “Level”'
        """
        if not self.row:
            return "the file"
        if self.column == WHOLE_ROW:
            return f"row {self.row}"
        return f"row {self.row}, column {letter(self.column)}" + (f" “{self.heading}”" if self.heading else "")


def clip(text: str) -> str:
    """The text, cut where it is too long to show."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def noted(
    rule: str, message: str, *, row: int = 0, column: int = WHOLE_ROW, heading: str = "", value: str = ""
) -> Finding:
    """A finding that stops nothing."""
    return Finding(row, column, heading, clip(value), rule, "noted", message, NOTES[rule])


def refused(
    rule: str,
    message: str,
    *,
    row: int,
    column: int = WHOLE_ROW,
    heading: str = "",
    value: str = "",
    person_key: str | None = None,
    phrase: str | None = None,
) -> Finding:
    """A finding that keeps a cell or row out."""
    remedy = ROW_RULES[rule]
    return Finding(row, column, heading, clip(value), rule, "refused", message, remedy, person_key, phrase)
