"""The columns: 16 bytes a current record, sorted by skill, 18 an ended one.

A partition is the index's side of one view graph, so the list of views that the policy gives a caller is also the list
of partitions that a question reads, and nothing that the caller may not see is ever counted.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

DAY_ZERO = datetime.date(1950, 1, 1)
"""Days are counted from here in 16 bits, to the year 2129; importers refuse dates outside."""

OPEN = np.uint16(65_535)
"""The end of what has not ended."""

Numbers = NDArray[np.integer[Any]]


def day_number(day: datetime.date) -> int:
    """A date as days since `DAY_ZERO`.

    >>> day_number(datetime.date(1950, 1, 2))
    1
    """
    return (day - DAY_ZERO).days


def day_of(number: int) -> datetime.date:
    """The date of a day number."""
    return DAY_ZERO + datetime.timedelta(days=int(number))


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Records as columns of equal length, in no order."""

    skill: NDArray[np.uint32]
    """The skill's number in the framework."""
    person: NDArray[np.uint64]
    """The person's identifier; within a partition, the person's number among the people (uint32)."""
    record: NDArray[np.uint64]
    """The record's identifier."""
    level: NDArray[np.uint8]
    basis: NDArray[np.uint8]
    assessed: NDArray[np.uint16]
    """Day number from which it holds."""
    until: NDArray[np.uint16]
    """Day number at which it ended, or `OPEN`."""

    @classmethod
    def empty(cls) -> Self:
        """No records."""
        u8, u16 = np.empty(0, np.uint8), np.empty(0, np.uint16)
        u32, u64 = np.empty(0, np.uint32), np.empty(0, np.uint64)
        return cls(u32, u64, u64, u8, u8, u16, u16)

    def __len__(self) -> int:
        return len(self.record)

    def take(self, which: slice | Numbers | NDArray[np.bool_]) -> Columns:
        """The records chosen by a mask, a slice or positions."""
        return Columns(*(getattr(self, field.name)[which] for field in fields(self)))

    def plus(self, other: Columns) -> Columns:
        """These records and those."""
        return Columns(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))


class Post(NamedTuple):
    """Where a person works, in the organisation's words; empty where nothing is said."""

    unit: str = ""
    grade: str = ""
    site: str = ""


class Facts(NamedTuple):
    """What the index holds of a person beside their records."""

    organisation: str
    """Slug."""
    available: int = 0
    """0 not known, 1 available, 2 not available."""
    post: Post = Post()


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Everybody in the register, sorted by identifier: their number is their position."""

    identifier: NDArray[np.uint64]
    organisation: NDArray[np.uint16]
    """Position in the index's tuple of organisations."""
    available: NDArray[np.uint8]
    """0 not known, 1 available, 2 not available."""
    post: NDArray[np.uint32]
    """Position in the index's tuple of posts."""

    @classmethod
    def empty(cls) -> Self:
        """Nobody."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.uint16), np.empty(0, np.uint8), np.empty(0, np.uint32))

    def __len__(self) -> int:
        return len(self.identifier)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the columns take."""
        return self.identifier.nbytes + self.organisation.nbytes + self.available.nbytes + self.post.nbytes

    def numbers(self, identifiers: NDArray[np.uint64]) -> NDArray[np.uint32]:
        """The numbers of people known to be here."""
        return np.searchsorted(self.identifier, identifiers).astype(np.uint32)


def facts_columns(
    facts: Sequence[Facts], organisations: Sequence[str], posts: Sequence[Post]
) -> tuple[NDArray[np.uint16], NDArray[np.uint8], NDArray[np.uint32]]:
    """The columns of people after their identifier: organisation, availability, post."""
    numbers = {slug: number for number, slug in enumerate(organisations)}
    places = {post: number for number, post in enumerate(posts)}
    return (
        np.array([numbers[one.organisation] for one in facts], np.uint16),
        np.array([one.available for one in facts], np.uint8),
        np.array([places[one.post] for one in facts], np.uint32),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """One view's records, sorted by skill and then person, and the people whom the view shows."""

    members: NDArray[np.uint32]
    """Numbers of the people in the view, sorted."""
    offsets: NDArray[np.int64]
    """Where each skill's records begin; one more than there are concepts."""
    person: NDArray[np.uint32]
    record: NDArray[np.uint64]
    level: NDArray[np.uint8]
    basis: NDArray[np.uint8]
    assessed: NDArray[np.uint16]
    until: NDArray[np.uint16] | None
    """Only in a partition of ended records."""

    @classmethod
    def of(cls, columns: Columns, people: People, members: NDArray[np.uint64], concepts: int, *, ended: bool) -> Self:
        """Sort `columns`, whose persons are identifiers, into a partition."""
        person = people.numbers(columns.person)
        order = np.lexsort((person, columns.skill))
        offsets = np.zeros(concepts + 1, np.int64)
        np.cumsum(np.bincount(columns.skill, minlength=concepts), out=offsets[1:])
        return cls(
            np.sort(people.numbers(members)),
            offsets,
            person[order],
            columns.record[order],
            columns.level[order],
            columns.basis[order],
            columns.assessed[order],
            columns.until[order] if ended else None,
        )

    def __len__(self) -> int:
        return len(self.record)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the columns take."""
        columns = (getattr(self, field.name) for field in fields(self))
        return sum(column.nbytes for column in columns if column is not None)

    def columns(self, people: People) -> Columns:
        """The records as columns again, persons as identifiers."""
        skill = np.repeat(np.arange(len(self.offsets) - 1, dtype=np.uint32), np.diff(self.offsets))
        until = np.full(len(self), OPEN) if self.until is None else self.until
        identifiers = people.identifier[self.person]
        return Columns(skill, identifiers, self.record, self.level, self.basis, self.assessed, until)

    def of_skills(self, skills: NDArray[np.int32]) -> Columns:
        """The records of a set of skills, given as sorted numbers; persons stay numbers."""
        starts, ends = self.offsets[skills], self.offsets[skills + 1]
        held = ends > starts
        starts, ends = starts[held], ends[held]
        # Neighbouring skills lie side by side: one slice for a whole branch is faster than one a skill.
        joins = np.flatnonzero(starts[1:] != ends[:-1]) + 1
        edges = np.concatenate(([0], joins, [len(starts)])).tolist()
        slices = [slice(starts[a], ends[b - 1]) for a, b in pairwise(edges)] if len(starts) else []
        skill = np.repeat(skills[held].astype(np.uint32), ends - starts)
        until = self.until

        def gather(column: NDArray[Any]) -> NDArray[Any]:
            return np.concatenate([column[part] for part in slices]) if len(slices) != 1 else column[slices[0]]

        if not slices:
            return Columns.empty()
        return Columns(
            skill,
            gather(self.person),
            gather(self.record),
            gather(self.level),
            gather(self.basis),
            gather(self.assessed),
            np.broadcast_to(OPEN, len(skill)) if until is None else gather(until),
        )
