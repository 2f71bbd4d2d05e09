"""How many people each further choice would find: the counts that stand beside the filters of a question.

A count is the total of the same question with that one choice in place of what was chosen of its kind. It counts only
people whom the views show, so it says nothing that asking would not.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gse_skills.index.columns import Columns
from gse_skills.index.expertise import Mask, Match, Only, Sought, best_of, chosen, having, members_of, narrowed, rows_of
from gse_skills.index.index import Index
from gse_skills.vocabulary import Basis


@dataclass(frozen=True, slots=True)
class Facets:
    """Of each kind of choice the values that find anybody, and how many; an empty text is "nothing is said"."""

    organisations: dict[str, int]
    units: dict[str, int]
    sites: dict[str, int]
    grades: dict[str, int]
    available: dict[bool | None, int]
    """None for people of whom nobody has said."""
    basis: dict[Basis, int]
    fresh: int
    """Only judgements that are not yet to be confirmed anew."""


def facets(
    index: Index,
    views: Sequence[str],
    sought: Sequence[Sought],
    day: datetime.date,
    *,
    match: Match,
    only: Only,
    as_of: datetime.date | None = None,
) -> Facets:
    """Count for the question that these are the parts of (see `expertise`); `day` is that on which to be fresh."""
    rows = [rows_of(index, views, one.concept, as_of) for one in sought]
    seen = members_of(index, views)

    def has(how: Only) -> Mask:
        best = [best_of(narrowed(of_one, index, how), len(index.people)) for of_one in rows]
        return seen & having(sought, best, match)

    def among(kept: Only) -> Mask:
        mask = found.copy()
        for one in chosen(index, kept):
            mask &= one
        return mask

    def total(how: Only) -> int:
        return int((has(how) & choice).sum())

    found = has(only)
    choice = np.ones(len(index.people), bool)
    for one in chosen(index, only):
        choice &= one
    people = index.people
    available = _tally(people.available, among(replace(only, available=None)))
    return Facets(
        _named(index.organisations, _tally(people.organisation, among(replace(only, organisation=None)))),
        _named([post.unit for post in index.posts], _tally(people.post, among(replace(only, units=())))),
        _named([post.site for post in index.posts], _tally(people.post, among(replace(only, sites=())))),
        _named([post.grade for post in index.posts], _tally(people.post, among(replace(only, grades=())))),
        {said: available[code] for code, said in ((1, True), (2, False), (0, None)) if available.get(code)},
        {basis: count for basis in _stated(rows) if (count := total(replace(only, basis=(basis,))))},
        total(replace(only, fresh_on=day)),
    )


def sites(index: Index, views: Sequence[str]) -> dict[str, dict[str, int]]:
    """Where the people work whom the views show: of each site, how many of each organisation; an empty text is who has
    none said."""
    seen = np.flatnonzero(members_of(index, views))
    pairs = np.stack([index.people.post[seen], index.people.organisation[seen]]).astype(np.int64)
    found: dict[str, Counter[str]] = {}
    for (post, organisation), count in zip(*_pairs(pairs), strict=True):
        found.setdefault(index.posts[post].site, Counter())[index.organisations[organisation]] += count
    return {site: dict(sorted(found[site].items())) for site in sorted(found)}


def _pairs(pairs: NDArray[np.int64]) -> tuple[list[list[int]], list[int]]:
    different, counts = np.unique(pairs, axis=1, return_counts=True)
    return different.T.tolist(), counts.tolist()


def _tally(column: NDArray[np.integer], mask: Mask) -> dict[int, int]:
    counts = np.bincount(column[mask])
    return {int(value): int(counts[value]) for value in np.flatnonzero(counts)}


def _named(names: Sequence[str], counts: dict[int, int]) -> dict[str, int]:
    """Counts by name, the most first, then by name; several numbers may have one name."""
    tally = Counter[str]()
    for number, count in counts.items():
        tally[names[number]] += count
    return dict(sorted(tally.items(), key=lambda one: (-one[1], one[0])))


def _stated(rows: Sequence[Columns]) -> list[Basis]:
    """The kinds of judgement that there are among the records, the strongest first."""
    return sorted({Basis(int(basis)) for of_one in rows for basis in np.unique(of_one.basis)}, reverse=True)
