"""Dates as people in the UK write them, day first, and ISO 8601; anything that could be read two ways is refused.

31/01/2025, 31.1.25, 31-01-2025, 31 Jan 2025, 31st January 2025, January 31, 2025, 2025-01-31, 2025-01-31T09:00, and a
month with its year alone (its first day). Two digits of a year mean 2000 to 2049 and 1950 to 1999.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from gse_skills.imports.finding import Unread
from gse_skills.imports.sheet import Cell
from gse_skills.imports.text import text_of

EARLIEST = datetime.date(1950, 1, 1)
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WORDED = re.compile(rf"(?:[a-z]{{3,9}},? )?{_DAY}[ /.-]?(?:of )?{_MONTH},?[ /.-]?{_YEAR}")
_WORDED_MONTH_FIRST = re.compile(rf"{_MONTH} {_DAY},? (?P<year>\d{{4}})")
_WORDED_MONTH = re.compile(rf"{_MONTH},?[ /-]?{_YEAR}")
_ISO = re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?:[t ]\d{2}:\d{2}.*)?")
_ISO_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})")
_TIME = r"(?: \d{1,2}:\d{2}.*)?"
_DIGITS = re.compile(rf"(?P<day>\d{{1,2}}) ?([/.-]) ?(?P<month>\d{{1,2}}) ?\2 ?(?P<year>\d{{4}}|\d{{2}}){_TIME}")
_DIGITS_MONTH = re.compile(r"(?P<month>\d{1,2})[/.](?P<year>\d{4})")
_FORMS = (_ISO, _DIGITS, _WORDED, _WORDED_MONTH_FIRST, _ISO_MONTH, _DIGITS_MONTH, _WORDED_MONTH)

Note = Literal["date-without-day", "two-digit-year"]


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date read from a cell, and what had to be filled in; `date` None for an empty cell."""

    date: datetime.date | None
    note: Note | None = None


class Dates:
    """Reads dates as seen on the day `today`; remembers what it has read."""

    def __init__(self, today: datetime.date) -> None:
        self._today = today
        self.read = lru_cache(maxsize=4096, typed=True)(self._read)

    def _read(self, cell: Cell) -> DateReading | Unread:
        if isinstance(cell, datetime.date):
            return self._bounded(DateReading(cell), cell.isoformat())
        text = text_of(cell)
        if not text or text.casefold() in ("-", "n/a", "none"):
            return DateReading(None)
        if not isinstance(cell, str):
            return Unread("unreadable-date", f"“{text}” is a number; the cell is not formatted as a date.")
        reading = _parse(text)
        return reading if isinstance(reading, Unread) else self._bounded(reading, text)

    def _bounded(self, reading: DateReading, text: str) -> DateReading | Unread:
        date = reading.date
        if date is not None and date > self._today:
            return Unread("future-date", f"“{text}” is after {self._today:%d/%m/%Y}, the day of this import.")
        if date is not None and date < EARLIEST:
            return Unread("date-too-old", f"“{text}” is before {EARLIEST.year}.")
        return reading


def _parse(text: str) -> DateReading | Unread:
    lowered = text.casefold()
    for form in _FORMS:
        found = form.fullmatch(lowered)
        month = found and _month(found["month"])
        if found and month:
            return _dated(found, month, text)
    return Unread("unreadable-date", f"“{text}” is not a date that we know.")


def _month(text: str) -> int | None:
    """The number of a month given by number, name or the start of its name."""
    if text.isdecimal():
        return int(text)
    return next((number for number, name in enumerate(MONTHS, 1) if name.startswith(text)), None)


def _dated(found: re.Match[str], month: int, text: str) -> DateReading | Unread:
    digits = found["year"].lstrip("'")
    year = int(digits)
    note: Note | None = None
    if len(digits) == 2:
        year += 2000 if year < 50 else 1900
        note = "two-digit-year"
    day = 1
    if "day" in found.re.groupindex:
        day = int(found["day"])
    else:
        note = "date-without-day"
    if 12 < month <= 31 and day <= 12 and found.re is _DIGITS:
        return Unread(
            "unreadable-date",
            f"There is no month {month}: “{text}” puts the month first, as others in this column may.",
        )
    try:
        return DateReading(datetime.date(year, month, day), note)
    except ValueError:
        return Unread("unreadable-date", f"“{text}” names a day that does not exist.")


def parse_any_date(text: str) -> DateReading | Unread:
    """Read a date that may lie anywhere, also ahead.

    >>> [str(parse_any_date(text).date) for text in ("31/03/2031", "2031-03-31", "March 2031")]
    ['2031-03-31', '2031-03-31', '2031-03-01']
    """
    return _parse(text)


def parse_date(cell: Cell, today: datetime.date) -> DateReading | Unread:
    """Read one date.

    >>> today = datetime.date(2026, 11, 22)
    >>> [str(parse_date(text, today).date) for text in ("03/04/2025", "31 Jan 2025", "31.1.25", "2025-01-31")]
    ['2025-04-03', '2025-01-31', '2025-01-31', '2025-01-31']
    >>> parse_date("01/31/2025", today).rule, parse_date("31/01/2027", today).rule, parse_date(45688.0, today).rule
    ('unreadable-date', 'future-date', 'unreadable-date')
    """
    return Dates(today).read(cell)
