"""The days of which a figure can be told: from the first that a record can bear, until today."""

from __future__ import annotations

import datetime

from gse_skills.errors import InputError
from gse_skills.index.columns import DAY_ZERO


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
