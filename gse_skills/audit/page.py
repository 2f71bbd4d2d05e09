"""Pages of the log: the newest excerpts first, a bounded number at a time.

The cursor names the time of the last excerpt and how many of that very time the reader has had: both are of their own
part alone, so it tells nothing of others, and what is written meanwhile moves nothing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gse_skills.access.policy import AuditScope
from gse_skills.audit.excerpt import Excerpt, Narrowing, excerpts
from gse_skills.errors import InputError

_CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")
_BEGINNING = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Page:
    """Some excerpts, the newest first."""

    items: tuple[Excerpt, ...]
    next_cursor: str | None
    """Where the next page begins; None when there is nothing older."""


def read_page(folder: Path, scope: AuditScope, asked: Narrowing, limit: int, cursor: str | None = None) -> Page:
    """The newest excerpts of `scope`, or those after `cursor`; raises InputError (`bad-cursor`, `audit-broken`)."""
    until, had = (None, 0) if cursor is None else _parsed(cursor)
    if until is not None:
        asked = replace(asked, until=until if asked.until is None else min(until, asked.until))
    found = _after(excerpts(folder, scope, asked, newest_first=True), until, had)
    items: list[Excerpt] = []
    for one in found:
        if len(items) == limit:
            return Page(tuple(items), _written(items, until, had))
        items.append(one)
    return Page(tuple(items), None)


def _after(found: Iterator[Excerpt], time: datetime.datetime | None, had: int) -> Iterator[Excerpt]:
    for one in found:
        if had and one.time == time:
            had -= 1
        else:
            yield one


def _written(items: list[Excerpt], time: datetime.datetime | None, had: int) -> str:
    last = items[-1].time
    count = sum(one.time == last for one in items) + (had if last == time else 0)
    return f"{(last - _BEGINNING) // _MICROSECOND}-{count}"


def _parsed(cursor: str) -> tuple[datetime.datetime, int]:
    found = _CURSOR.fullmatch(cursor)
    try:
        if found is not None:
            return _BEGINNING + int(found[1]) * _MICROSECOND, int(found[2])
    except OverflowError:
        pass
    raise InputError("That is no cursor.", rule="bad-cursor", remedy="Give the `next_cursor` of the page before.")
