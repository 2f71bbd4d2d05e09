"""The day of which a page tells, where not of today: as a form asks for it, and in words."""

from __future__ import annotations

import datetime

from gse_skills.index import require_told
from gse_skills.register import today
from gse_skills_service.pages import wording
from gse_skills_service.pages.form import Reading
from gse_skills_service.pages.frame import FieldName
from gse_skills_service.pages.views import DateFields


def read_day(reading: Reading, typed: DateFields) -> datetime.date | None:
    """The day asked for, None for today; tells what is no day and of what day nothing can be told."""
    day = reading.optional_date(FieldName.AS_OF, typed, "the day as of which it is asked")
    with reading.asking(FieldName.AS_OF):
        require_told(today(), day)
    return day


def as_of_words(day: datetime.date | None) -> str:
    """Of what day something is told; empty for today.

    >>> as_of_words(datetime.date(2025, 3, 15)), as_of_words(None)
    ('As of 15 March 2025', '')
    """
    return f"As of {wording.day(day)}" if day else ""
