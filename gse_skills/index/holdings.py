"""Who holds what, at which level, over many concepts at once: the numbers behind coverage, depth and fragility.

Like every question it is asked of the views that a caller may see, and of nothing else.
"""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gse_skills.framework import Framework
from gse_skills.index.columns import OPEN, Columns, Partition, day_number
from gse_skills.index.counting import counting
from gse_skills.index.expertise import rank_keys
from gse_skills.index.index import Index

Keys = NDArray[np.uint32]
_LEVEL_BITS = 3
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The records of some people, each person by their position in `persons`."""

    persons: NDArray[np.uint32]
    """Numbers of the people looked at, ascending."""
    rows: Columns

    def of(self, chosen: NDArray[np.bool_]) -> Held:
        """Only the people so marked, with their records."""
        place = np.cumsum(chosen) - 1
        rows = self.rows.take(np.flatnonzero(chosen[self.rows.person]))
        return Held(self.persons[chosen], replace(rows, person=place[rows.person].astype(np.uint64)))

    @property
    def mapped(self) -> NDArray[np.bool_]:
        """Of each person, whether there is any record."""
        found = np.zeros(len(self.persons), np.bool_)
        found[self.rows.person] = True
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Holdings:
    """The best record of each person at or below each concept, as a rank key; 0 where there is none."""

    persons: NDArray[np.uint32]
    """Numbers of the people looked at, ascending; a column each."""
    concepts: tuple[str, ...]
    """A row each."""
    keys: Keys
    """(concepts, persons): level, basis and day of assessment in one number, as `rank_keys` makes them."""

    @property
    def levels(self) -> NDArray[np.uint8]:
        """(concepts, persons): 0 for no record, else 1 to 4."""
        return (self.keys >> 20).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Each pair of a concept and a person with a record at or below it, once, by concept and then person."""

    concept: NDArray[np.int64]
    """Position among the concepts asked for."""
    person: NDArray[np.int64]
    """Position among the people looked at."""
    level: NDArray[np.int64]


def members(index: Index, views: Sequence[str], organisation: str | None = None) -> NDArray[np.uint32]:
    """The numbers of the people whom the views show, of one organisation if asked."""
    seen = np.zeros(len(index.people), bool)
    for view in views:
        if view in index.current:
            seen[index.current[view].members] = True
    return np.flatnonzero(seen & _of(index, organisation)).astype(np.uint32)


def present(
    index: Index, views: Sequence[str], organisation: str | None = None, as_of: datetime.date | None = None
) -> NDArray[np.uint32]:
    """The people who count: whom the views show now, or with `as_of` who had a record there that held on that day.

    Who has left since is seen by no view any more; they are to be counted and not named. Of somebody without a record
    no view says since when they are there.
    """
    if as_of is None:
        return members(index, views, organisation)
    counted = np.zeros(len(index.people), bool)
    for partition in _partitions(index, views, of_any_day=True):
        counted[partition.person[_on(partition.assessed, partition.until, as_of)]] = True
    return np.flatnonzero(counted & _of(index, organisation)).astype(np.uint32)


def held(
    index: Index,
    views: Sequence[str],
    skills: NDArray[np.int32],
    persons: NDArray[np.uint32],
    as_of: datetime.date | None = None,
) -> Held:
    """The records that `persons` have in `views` of a set of skills, given as sorted numbers.

    Without `as_of` those that are current, with it those that held on that day, as known now.
    """
    nowhere = np.uint32(len(persons))
    place: NDArray[Any] = np.full(len(index.people), nowhere)
    place[persons] = np.arange(len(persons), dtype=np.uint32)
    parts: list[Columns] = []
    for partition in _partitions(index, views, of_any_day=as_of is not None):
        rows = partition.of_skills(skills)
        rows = replace(rows, person=place[rows.person])
        mine = rows.person < nowhere
        if as_of is not None:
            mine &= _on(rows.assessed, rows.until, as_of)
        if not mine.all():
            rows = rows.take(np.flatnonzero(mine))
        if len(rows):
            parts.append(rows)
    rows = _joined(parts)
    return Held(persons, rows if as_of is None else counting(rows, index.standing))


def held_on_days(
    index: Index, views: Sequence[str], skills: NDArray[np.int32], organisation: str, days: Sequence[datetime.date]
) -> tuple[Held, ...]:
    """What `held` gives of those who are `present` in an organisation, for each of several days.

    The organisation's records are looked for once, and not anew for each day.
    """
    mine, asked = _of(index, organisation), np.zeros(index.concepts, np.bool_)
    asked[skills] = True
    rows = _joined([_rows_of(partition, mine) for partition in _partitions(index, views, of_any_day=True)])
    inside = asked[rows.skill]
    return tuple(_held_on(index, rows, inside, day) for day in days)


def _rows_of(partition: Partition, people: NDArray[np.bool_]) -> Columns:
    """The records of the people so marked; persons stay numbers."""
    kept = np.flatnonzero(people[partition.person])
    person: NDArray[Any] = partition.person[kept]
    return Columns(
        (np.searchsorted(partition.offsets, kept, "right") - 1).astype(np.uint32),
        person,
        partition.record[kept],
        partition.level[kept],
        partition.basis[kept],
        partition.assessed[kept],
        np.broadcast_to(OPEN, len(kept)) if partition.until is None else partition.until[kept],
    )


def _held_on(index: Index, rows: Columns, inside: NDArray[np.bool_], day: datetime.date) -> Held:
    on = _on(rows.assessed, rows.until, day)
    there = np.zeros(len(index.people), np.bool_)
    there[rows.person[on]] = True
    persons = np.flatnonzero(there).astype(np.uint32)
    place: NDArray[Any] = np.cumsum(there, dtype=np.uint32) - 1
    chosen = rows.take(np.flatnonzero(on & inside))
    return Held(persons, counting(replace(chosen, person=place[chosen.person]), index.standing))


def judgements_on(index: Index, organisation: str, as_of: datetime.date) -> Columns:
    """All of an organisation's records that held on a day, also those that did not count; persons are identifiers."""
    mine = _of(index, organisation)
    found = Columns.empty()
    # What stands beside has not ended: its end is the day on which it stopped counting.
    for side, ends in ((index.current, False), (index.ended, True), (index.beside, False)):
        for partition in side.values():
            kept = mine[partition.person] & _on(partition.assessed, partition.until if ends else None, as_of)
            found = found.plus(partition.columns(index.people).take(kept))
    # A record for emergencies is in two views.
    return found.take(np.unique(found.record, return_index=True)[1])


def holdings(found: Held, framework: Framework, concepts: Sequence[str]) -> Holdings:
    """What people hold of each of `concepts`; a skill counts for every concept above it that is asked for.

    Raises NotFoundError (rule `unknown-concept`).
    """
    column, row = _below(found.rows, framework, concepts)
    keys = np.zeros((len(concepts), len(found.persons)), np.uint32)
    where = column * len(found.persons) + found.rows.person[row].astype(np.int64)
    np.maximum.at(keys.reshape(-1), where, rank_keys(found.rows)[row])
    return Holdings(found.persons, tuple(concepts), keys)


def pairs(found: Held, framework: Framework, concepts: Sequence[str]) -> Pairs:
    """The best level of each person at each of `concepts`, without the cells in which there is nothing.

    A matrix of ten thousand people and all skills would be mostly empty. Raises NotFoundError (`unknown-concept`).
    """
    column, row = _below(found.rows, framework, concepts)
    size = max(1, len(found.persons))
    cell = column * size + found.rows.person[row].astype(np.int64)
    order = np.sort(cell << _LEVEL_BITS | found.rows.level[row])
    cell = order >> _LEVEL_BITS
    # Of several records in a cell the last has the highest level.
    order = order[np.append(cell[1:] != cell[:-1], True)] if len(order) else order
    cell = order >> _LEVEL_BITS
    return Pairs(cell // size, cell % size, order & 2**_LEVEL_BITS - 1)


def data_version(index: Index, *counted: Held) -> str:
    """Sixteen digits that are the same for the same people and records, in whichever order they are kept.

    Made of nothing but what was counted: a commit number would tell of changes that the caller may not see.
    """
    total = 0
    posts = np.unique(index.people.post[np.concatenate([one.persons for one in counted])]) if counted else ()
    said = np.zeros(len(index.posts), np.uint64)
    for post in map(int, posts):
        said[post] = zlib.crc32("\0".join(index.posts[post]).encode())
    for one in counted:
        people = index.people.identifier[one.persons].astype(np.uint64)
        where = _mixed(people ^ _MIX[1]) ^ said[index.people.post[one.persons]]
        # Records are named by 64 random bits and never altered, so that their sum tells any two sets of them apart.
        total += int(one.rows.record.sum(dtype=np.uint64)) + int(_mixed(where).sum(dtype=np.uint64))
    return f"{total % 2**64:016x}"


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64: numbers that differ little give sums that differ throughout."""
    mixed = numbers + _MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX[1]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX[2]
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def _of(index: Index, organisation: str | None) -> NDArray[np.bool_]:
    if organisation is None:
        return np.ones(len(index.people), np.bool_)
    wanted = index.organisations.index(organisation) if organisation in index.organisations else -1
    return np.asarray(index.people.organisation == wanted)


def _on(assessed: NDArray[np.uint16], until: NDArray[np.uint16] | None, as_of: datetime.date) -> NDArray[np.bool_]:
    # What has not ended holds on every later day, also on one that the columns cannot tell.
    day = min(day_number(as_of), int(OPEN) - 1)
    begun = assessed <= day
    return begun if until is None else begun & (until > day)


def _partitions(index: Index, views: Sequence[str], *, of_any_day: bool) -> list[Partition]:
    sides = (index.current, index.ended, index.beside) if of_any_day else (index.current,)
    return [side[view] for view in views for side in sides if view in side]


def _joined(parts: Sequence[Columns]) -> Columns:
    if len(parts) < 2:
        return parts[0] if parts else Columns.empty()
    names = Columns.__dataclass_fields__
    return Columns(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _below(rows: Columns, framework: Framework, concepts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each pair of a concept, by its position, and the position of a record at or below it."""
    asked = [framework.descendants(iri) for iri in concepts]
    skill = np.concatenate(asked) if asked else np.empty(0, np.int32)
    column = np.repeat(np.arange(len(asked)), [len(one) for one in asked])
    order = np.argsort(skill, kind="stable")
    skill, column = skill[order], column[order]
    starts = np.searchsorted(skill, np.arange(len(framework.iris) + 1))
    first, count = starts[rows.skill], starts[rows.skill + 1] - starts[rows.skill]
    if count.max(initial=0) < 2:
        # No two of the concepts have a record in common, as skills and domains hardly ever do.
        row = np.flatnonzero(count)
        return column[first[row]], row
    row = np.repeat(np.arange(len(rows)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return column[np.repeat(first, count) + within], row
