"""Who holds a concept, over the partitions that a caller may see.

Everything is counted after the views are chosen. A person counts once, by the best of their records below the concept:
highest level, then how it was judged, then how recent. Unknown is not none, so the people who do not hold it are told
apart: assessed below the level asked, assessed in the branch without this skill, not mapped in the branch at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gse_skills.index.columns import OPEN, Columns, Partition, day_number
from gse_skills.index.counting import counting, reconfirm_days
from gse_skills.index.index import Index
from gse_skills.vocabulary import Level


@dataclass(frozen=True, slots=True, eq=False)
class Expertise:
    """The people found, best first, and the split of everybody seen by organisation."""

    persons: NDArray[np.uint32]
    """Numbers of the people who have it, in rank order."""
    keys: NDArray[np.uint32]
    """Their rank keys, descending."""
    rows: Columns
    """All records below the concept, persons as numbers."""
    split: NDArray[np.int64]
    """A row an organisation of the index: has it, below, in the branch without it, not mapped."""


def expertise(
    index: Index,
    views: Sequence[str],
    concept: NDArray[np.int32],
    branch: NDArray[np.int32],
    *,
    min_level: Level = Level.AWARENESS,
    organisation: str | None = None,
    available: bool | None = None,
    as_of: datetime.date | None = None,
    fresh_on: datetime.date | None = None,
) -> Expertise:
    """Answer from `index` over `views`.

    `concept` and `branch` are sorted numbers of the concept with all below it and of its branch with all below that.
    `available` keeps only people known to be available (True) or known not to be (False); it narrows who is found and
    who is counted alike. `as_of` answers for that day, as known now: of the people whom the views show now, with the
    records that held on it. Whoever has left since is not among them. `fresh_on` leaves out records that were to be
    confirmed anew by that day: who has no other counts as mapped in the branch without it.
    """
    people = index.people
    eligible = np.zeros(len(people), bool)
    for view in views:
        if view in index.current:
            eligible[index.current[view].members] = True
    if organisation is not None:
        wanted = index.organisations.index(organisation) if organisation in index.organisations else -1
        eligible &= people.organisation == wanted
    if available is not None:
        eligible &= people.available == (1 if available else 2)

    rows = rows_of(index, views, concept, as_of)
    rows = rows.take(eligible[rows.person])
    if fresh_on is not None:
        rows = rows.take(reconfirm_days(rows, index.standing) >= day_number(fresh_on))
    keys = rank_keys(rows)
    best = np.zeros(len(people), np.uint32)
    np.maximum.at(best, rows.person, keys)
    assessed = best > 0
    has = best >= np.uint32(min_level << 20)
    in_branch = np.zeros(len(people), bool)
    in_branch[_persons(index, views, branch, as_of)] = True

    found = np.flatnonzero(has).astype(np.uint32)
    # A tie is broken by identifier, which is random and says nothing; the order is stable under what others may see.
    order = np.argsort(~best[found], kind="stable")
    classes = (has, assessed & ~has, eligible & in_branch & ~assessed, eligible & ~in_branch & ~assessed)
    size = len(index.organisations)
    split = np.stack([np.bincount(people.organisation[mask], minlength=size) for mask in classes], axis=1)
    return Expertise(found[order], best[found[order]], rows, split)


def rank_keys(rows: Columns) -> NDArray[np.uint32]:
    """Level, basis and day of assessment in one number, the better the higher."""
    keys = (rows.level.astype(np.uint32) << 20) | (rows.basis.astype(np.uint32) << 16) | rows.assessed
    return keys.astype(np.uint32)


def rows_of(index: Index, views: Sequence[str], skills: NDArray[np.int32], as_of: datetime.date | None) -> Columns:
    """The records of a set of skills, given as sorted numbers, in all of `views`; persons stay numbers."""
    gathered = Columns.empty()
    for partition in _partitions(index, views, as_of):
        rows = partition.of_skills(skills)
        if as_of is not None:
            # What has not ended holds on every later day, also on one that the columns cannot tell.
            day = min(day_number(as_of), int(OPEN) - 1)
            rows = rows.take((rows.assessed <= day) & (rows.until > day))
        gathered = gathered.plus(rows) if len(gathered) else rows
    return gathered if as_of is None else counting(gathered, index.standing)


def _persons(
    index: Index, views: Sequence[str], skills: NDArray[np.int32], as_of: datetime.date | None
) -> NDArray[np.uint64]:
    return rows_of(index, views, skills, as_of).person


def _partitions(index: Index, views: Sequence[str], as_of: datetime.date | None) -> list[Partition]:
    sides = (index.current,) if as_of is None else (index.current, index.ended, index.beside)
    return [side[view] for view in views for side in sides if view in side]
