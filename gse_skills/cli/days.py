"""The days of which a figure is asked, as options of commands."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer

FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
AsOf = Annotated[
    datetime.datetime | None, typer.Option("--as-of", formats=FORMATS, help="Answer for that day, as known now.")
]
KnownAt = Annotated[
    datetime.datetime | None,
    typer.Option("--known-at", formats=FORMATS, help="As it was known at the end of that day, for who sees all."),
]


def day_of(moment: datetime.datetime | None) -> datetime.date | None:
    """The day that an option names."""
    return moment.date() if moment else None


def in_words(as_of: datetime.date | None, known_at: datetime.date | None = None) -> str:
    """Of which day an answer is, to go behind what it is about; nothing for today.

    >>> in_words(datetime.date(2025, 3, 31))
    ' as of 31 March 2025'
    """
    at = f" as of {as_of:%-d %B %Y}" if as_of else ""
    return f"{at}, as known on {known_at:%-d %B %Y}" if known_at else at
