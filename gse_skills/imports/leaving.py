"""The days on which a sheet says that people leave; what is no day to come is told at its cell and left out."""

from __future__ import annotations

import datetime
from dataclasses import replace

from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.dates import parse_any_date
from gse_skills.imports.finding import Finding, Unread, noted
from gse_skills.imports.text import fold

STAYS = "stays"
"""What is kept in the place of a day of somebody of whom a sheet says that they stay: no day holds any more."""
FURTHEST_YEARS = 60
"""No working life is longer; staff systems write 31/12/9999 for somebody who stays, and that is no day of leaving."""
_STAYS = frozenset(
    {"permanent", "open ended", "no end date", "not leaving", "staying", "stays", "indefinite", "does not apply"}
)


class LeavingDates:
    """Reads on which day people leave, as a sheet writes it, seen from the day of which the sheet is the picture."""

    def __init__(self, day: datetime.date, column: int, heading: str) -> None:
        """`column` is the one that holds them, from 0, with its heading; -1 when the sheet has none."""
        self._day = day
        self._column = column
        self._heading = heading

    def read(self, facts: PersonFacts) -> tuple[PersonFacts, Finding | None]:
        """What is said of a person with the day in ISO 8601, or `STAYS`, and what is to be said of the cell."""
        if facts.leaves_on is None:
            return facts, None
        if fold(facts.leaves_on) in _STAYS:
            return replace(facts, leaves_on=STAYS), None
        found = parse_any_date(facts.leaves_on)
        if isinstance(found, Unread) or found.date is None:
            message = found.message if isinstance(found, Unread) else "The cell holds no day."
            return self._told(facts, None, "unreadable-leaving-date", message)
        rule, message = self._trouble(found.date)
        if rule:
            return self._told(facts, None, rule, message)
        if found.note:
            return self._told(facts, found.date, found.note, f"It is read as {found.date:%d/%m/%Y}.")
        return replace(facts, leaves_on=found.date.isoformat()), None

    def _trouble(self, day: datetime.date) -> tuple[str, str]:
        if day <= self._day:
            return "leaving-date-past", f"{day:%d/%m/%Y} is not after {self._day:%d/%m/%Y}, the day of this picture."
        if day.year > self._day.year + FURTHEST_YEARS:
            return "unreadable-leaving-date", f"{day:%d/%m/%Y} is more than {FURTHEST_YEARS} years ahead."
        return "", ""

    def _told(
        self, facts: PersonFacts, day: datetime.date | None, rule: str, message: str
    ) -> tuple[PersonFacts, Finding]:
        place = {"row": facts.row, "column": self._column}
        finding = noted(rule, message, **place, heading=self._heading, value=facts.leaves_on or "")
        return replace(facts, leaves_on=day.isoformat() if day else None), finding
