"""The days of which a figure can be told, from the first that a record can bear until today; and those that may be
stated of what is to come."""

from __future__ import annotations

import datetime

from gse_skills.errors import InputError
from gse_skills.index.columns import DAY_ZERO

LAST_DAY = datetime.date(2128, 12, 31)
"""The last of the years that the days of the index reach to; nobody plans so far ahead."""


def require_told(today: datetime.date, *days: datetime.date | None) -> None:
    """Refuse days of which nothing can be told, whether they are asked of or are those of knowing; None is none.

    What is known of a day to come would be taken for what will be so. Raises InputError (`day-to-come`,
    `before-any-record`).

    >>> require_told(datetime.date(2026, 3, 31), datetime.date(2026, 3, 31), None)
    """
    for day in days:
        if day is None:
            continue
        if day > today:
            raise InputError(
                f"{day.isoformat()} has not come: nobody knows what will be so.",
                rule="day-to-come",
                remedy=f"Ask for {today.isoformat()} or a day before.",
            )
        if day < DAY_ZERO:
            raise InputError(
                f"Nothing is known of {day.isoformat()}, and nobody counts on it.",
                rule="before-any-record",
                remedy=f"Ask for a day from {DAY_ZERO.isoformat()} on: no record is older.",
            )


def require_in_range(*days: datetime.date | None) -> None:
    """Refuse days that are too early or too late to be meant, whatever is stated of them; None is none.

    Raises InputError (rule `day-out-of-range`).

    >>> require_in_range(datetime.date(2027, 3, 1), None)
    >>> require_in_range(datetime.date(9999, 12, 31))
    Traceback (most recent call last):
    gse_skills.errors.InputError: 9999-12-31 is not a day from 1950-01-01 to 2128-12-31. Check the year.
    """
    for day in days:
        if day is not None and not DAY_ZERO <= day <= LAST_DAY:
            raise InputError(
                f"{day.isoformat()} is not a day from {DAY_ZERO.isoformat()} to {LAST_DAY.isoformat()}.",
                rule="day-out-of-range",
                remedy="Check the year.",
            )
