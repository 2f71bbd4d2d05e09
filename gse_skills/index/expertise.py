"""Who holds a concept, or several, over the partitions that a caller may see.

Everything is counted after the views are chosen. A person counts once a concept, by the best of their records below
it: highest level, then how it was judged, then how recent. Unknown is not none, so the people who do not hold it are
told apart: assessed below the level asked, assessed in the branch without this skill, not mapped in the branch at all.

Of several concepts, where all are wanted, what is known of a person is the first of these that is so of any of them:
mapped without it, not mapped, assessed below, held. Where any will do, it is the last. So whoever is known to lack one
of all is not looked for further, and whoever is not mapped in one of any may yet have it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gse_skills.index.columns import OPEN, Columns, Partition, day_number
from gse_skills.index.counting import counting, reconfirm_days
from gse_skills.index.index import Index
from gse_skills.vocabulary import Basis, Level

MAX_SKILLS = 10
"""How many skills one question may name; the rank key holds no more."""

Mask = NDArray[np.bool_]
_BELOW, _NOT_MAPPED, _WITHOUT = 1, 2, 3
"""What is known of a person who does not have it, from the most to the least hopeful; 0 is that they have."""


class Match(StrEnum):
    """How many of the skills asked for a person is to have."""

    ALL = "all"
    ANY = "any"


class Sought(NamedTuple):
    """A concept with what is below it, and the branch in which people count as mapped, both as sorted numbers."""

    concept: NDArray[np.int32]
    branch: NDArray[np.int32]
    min_level: Level = Level.AWARENESS


@dataclass(frozen=True, slots=True)
class Only:
    """What narrows a question; empty where nothing does.

    `available` keeps only people known to be available (True) or known not to be (False). These and the places narrow
    who is found and who is counted alike; an empty text among the places is "nothing is said". `basis` and `fresh_on`
    leave out records judged otherwise, or that were to be confirmed anew by that day: who has no other counts as
    mapped in the branch without it.
    """

    organisation: str | None = None
    units: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    available: bool | None = None
    basis: tuple[Basis, ...] = ()
    fresh_on: datetime.date | None = None


EVERYBODY = Only()


@dataclass(frozen=True, slots=True, eq=False)
class Expertise:
    """The people found, best first, and the split of everybody seen by organisation."""

    persons: NDArray[np.uint32]
    """Numbers of the people who have it, in rank order."""
    keys: NDArray[np.uint32]
    """Their rank keys, descending."""
    rows: tuple[Columns, ...]
    """For each concept all records below it, persons as numbers."""
    split: NDArray[np.int64]
    """A row an organisation of the index: has it, below, in the branch without it, not mapped."""


def expertise(
    index: Index,
    views: Sequence[str],
    sought: Sequence[Sought],
    *,
    match: Match = Match.ALL,
    only: Only = EVERYBODY,
    as_of: datetime.date | None = None,
) -> Expertise:
    """Answer from `index` over `views` who has all of `sought`, or any; from 1 to `MAX_SKILLS` of them.

    `as_of` answers for that day, as known now: of the people whom the views show now, with the records that held on
    it. Whoever has left since is not among them.

    One concept ranks by `rank_keys`. Several rank by how many a person has, then by the sum of their levels, then by
    how they were judged, then by the day of the oldest judgement.
    """
    people = index.people
    eligible = members_of(index, views)
    for mask in chosen(index, only):
        eligible &= mask
    rows = tuple(
        _eligible(narrowed(rows_of(index, views, one.concept, as_of), index, only), eligible) for one in sought
    )
    best = [best_of(of_one, len(people)) for of_one in rows]
    branches = []
    for one in sought:
        in_branch = np.zeros(len(people), bool)
        in_branch[rows_of(index, views, one.branch, as_of).person] = True
        branches.append(in_branch)
    classes = _classes(sought, best, branches, eligible, match)
    size = len(index.organisations)
    split = np.stack([np.bincount(people.organisation[mask], minlength=size) for mask in classes], axis=1)
    found = np.flatnonzero(classes[0]).astype(np.uint32)
    keys = best[0][found] if len(sought) == 1 else _joint_keys(sought, [one[found] for one in best])
    # A tie is broken by identifier, which is random and says nothing; the order is stable under what others may see.
    order = np.argsort(~keys, kind="stable")
    return Expertise(found[order], keys[order], rows, split)


def _classes(
    sought: Sequence[Sought], best: Sequence[NDArray[np.uint32]], branches: Sequence[Mask], eligible: Mask, match: Match
) -> tuple[Mask, Mask, Mask, Mask]:
    """Who has it, is below, is mapped without it, and is not mapped."""
    if len(sought) == 1:
        has, assessed = best[0] >= _least(sought[0]), best[0] > 0
        rest = eligible & ~assessed
        return has, assessed & ~has, rest & branches[0], rest & ~branches[0]
    states = [
        np.where(keys >= _least(one), 0, np.where(keys > 0, _BELOW, np.where(mapped, _WITHOUT, _NOT_MAPPED)))
        for one, keys, mapped in zip(sought, best, branches, strict=True)
    ]
    known = (np.maximum if match is Match.ALL else np.minimum).reduce(states)
    has, below, without, unmapped = (eligible & (known == state) for state in (0, _BELOW, _WITHOUT, _NOT_MAPPED))
    return has, below, without, unmapped


def having(sought: Sequence[Sought], best: Sequence[NDArray[np.uint32]], match: Match) -> Mask:
    """Who has all of it, or any, by the best keys of each."""
    has = [keys >= _least(one) for one, keys in zip(sought, best, strict=True)]
    return np.asarray((np.logical_and if match is Match.ALL else np.logical_or).reduce(has))


def _least(sought: Sought) -> np.uint32:
    return np.uint32(sought.min_level << 20)


def _joint_keys(sought: Sequence[Sought], best: Sequence[NDArray[np.uint32]]) -> NDArray[np.uint32]:
    """How many, how high, how judged and since when, of those that are held at the level asked, in one number."""
    count, levels, basis = (np.zeros(len(best[0]), np.uint32) for _ in range(3))
    oldest = np.full(len(best[0]), OPEN, np.uint32)
    for one, keys in zip(sought, best, strict=True):
        has = keys >= _least(one)
        count += has
        levels += np.where(has, keys >> 20, 0).astype(np.uint32)
        basis += np.where(has, keys >> 16 & 15, 0).astype(np.uint32)
        oldest = np.where(has, np.minimum(oldest, keys & 0xFFFF), oldest)
    joint = (count << 28) | (levels << 22) | (basis << 16) | oldest
    return joint.astype(np.uint32)


def members_of(index: Index, views: Sequence[str]) -> Mask:
    """Whom the views show."""
    seen = np.zeros(len(index.people), bool)
    for view in views:
        if view in index.current:
            seen[index.current[view].members] = True
    return seen


def chosen(index: Index, only: Only) -> list[Mask]:
    """Of each thing that narrows whom to look at, who is kept: organisation, unit, site, grade, availability."""
    people, masks = index.people, []
    if only.organisation is not None:
        wanted = index.organisations.index(only.organisation) if only.organisation in index.organisations else -1
        masks.append(people.organisation == wanted)
    for kind, names in (("unit", only.units), ("site", only.sites), ("grade", only.grades)):
        if names:
            kept = np.array([getattr(post, kind) in names for post in index.posts], bool)
            masks.append(kept[people.post] if len(kept) else np.zeros(len(people), bool))
    if only.available is not None:
        masks.append(people.available == (1 if only.available else 2))
    return masks


def narrowed(rows: Columns, index: Index, only: Only) -> Columns:
    """The records that count where only some judgements do."""
    if only.basis:
        rows = rows.take(np.isin(rows.basis, [int(basis) for basis in only.basis]))
    if only.fresh_on is not None:
        rows = rows.take(reconfirm_days(rows, index.standing) >= day_number(only.fresh_on))
    return rows


def best_of(rows: Columns, people: int) -> NDArray[np.uint32]:
    """The best rank key of each of so many people; 0 for who has no record among `rows`."""
    best = np.zeros(people, np.uint32)
    np.maximum.at(best, rows.person, rank_keys(rows))
    return best


def _eligible(rows: Columns, eligible: Mask) -> Columns:
    return rows.take(eligible[rows.person])


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


def _partitions(index: Index, views: Sequence[str], as_of: datetime.date | None) -> list[Partition]:
    sides = (index.current,) if as_of is None else (index.current, index.ended, index.beside)
    return [side[view] for view in views for side in sides if view in side]
