"""Whom a sheet has named so far, in memory that does not grow with it: beyond a bound, SQLite keeps the rest on disk.

Only hashes are kept, so nothing personal reaches the disk.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

IN_MEMORY = 50_000


class Seen(NamedTuple):
    """The first row that named somebody, and hashes of what it said of them; 0 where it said nothing."""

    row: int
    name: int
    unit: int
    facts: int


class SeenPeople:
    """Remembers each person's first row; close it when done.

    >>> people = SeenPeople()
    >>> people.first("staff:1", Seen(2, 0, 0, 0)), people.first("staff:1", Seen(9, 0, 0, 0))
    (None, Seen(row=2, name=0, unit=0, facts=0))
    """

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._near: dict[int, Seen] = {}
        self._in_memory = in_memory
        self._far: sqlite3.Connection | None = None

    def first(self, key: str, seen: Seen) -> Seen | None:
        """What was seen of this person first; None, and `seen` is remembered, when this is the first time."""
        number = hash(key)
        known = self._near.get(number)
        if known is not None:
            return known
        if len(self._near) < self._in_memory:
            self._near[number] = seen
            return None
        return self._first_far(number, seen)

    def _first_far(self, number: int, seen: Seen) -> Seen | None:
        if self._far is None:
            # An empty name is a private file that SQLite deletes, of which it keeps only some pages in memory.
            self._far = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._far.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000;")
            self._far.execute("CREATE TABLE seen (key INTEGER PRIMARY KEY, row INT, name INT, unit INT, facts INT)")
            self._far.execute("BEGIN")
        found = self._far.execute("SELECT row, name, unit, facts FROM seen WHERE key = ?", (number,)).fetchone()
        if found:
            return Seen(*found)
        self._far.execute("INSERT INTO seen VALUES (?, ?, ?, ?, ?)", (number, *seen))
        return None

    def close(self) -> None:
        """Let go of the file."""
        if self._far is not None:
            self._far.close()
