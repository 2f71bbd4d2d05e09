"""Counts of people by place, branch of the framework and level, before any protection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gse_skills.errors import InputError

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Hierarchy:
    """Named things below one another, parents before children; `parents[i]` is -1 at a top.

    `kinds` says what each is: `("alliance", "organisation", "unit", "site", ...)`.

    >>> tree = Hierarchy(("all", "porton", "teddington"), (-1, 0, 0), ("alliance", "organisation", "organisation"))
    >>> tree.children[0]
    (1, 2)
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    kinds: tuple[str, ...]

    def __post_init__(self) -> None:
        if not len(self.names) == len(self.parents) == len(self.kinds) == len(set(self.names)):
            raise _wrong("Names, parents and kinds differ in number, or a name comes twice.")
        if any(not -1 <= parent < own for own, parent in enumerate(self.parents)):
            raise _wrong("A parent comes after its child.")

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the children of each."""
        under: list[list[int]] = [[] for _ in self.names]
        for own, parent in enumerate(self.parents):
            if parent >= 0:
                under[parent].append(own)
        return tuple(map(tuple, under))

    @cached_property
    def kinds_above(self) -> tuple[frozenset[str], ...]:
        """The kinds on the way from the top to each, its own included."""
        found: list[frozenset[str]] = []
        for kind, parent in zip(self.kinds, self.parents, strict=True):
            found.append((found[parent] if parent >= 0 else frozenset()) | {kind})
        return tuple(found)


@dataclass(frozen=True)
class Table:
    """How many people of each place hold each branch at each level **or above**.

    Places partition people (a place is the sum of the places below it); branches overlap (a person may hold several
    groups of a domain, so a domain is at least its largest group and at most their sum); levels are nested. `counts`
    and `mapped` have the shape (places, branches, levels) and (places, branches). What is not mapped is no count at
    all: nobody has been asked.

    Make one with `from_leaves`; raises InputError (rule `disclosure-table`) when the numbers contradict each other.
    """

    places: Hierarchy
    branches: Hierarchy
    levels: tuple[str, ...]
    counts: Counts
    mapped: Mask

    @classmethod
    def from_leaves(
        cls, places: Hierarchy, branches: Hierarchy, levels: Sequence[str], counts: Counts, mapped: Mask | None = None
    ) -> Table:
        """The table whose margins are summed from its lowest places; what `counts` says of other places is ignored."""
        counts = np.array(counts, dtype=np.int64)
        if counts.shape != (len(places), len(branches), len(levels)):
            raise _wrong("The counts do not have the shape (places, branches, levels).")
        known = np.ones(counts.shape[:2], dtype=np.bool_) if mapped is None else np.array(mapped, dtype=np.bool_)
        for own in reversed(range(len(places))):
            if places.children[own]:
                counts[own] = counts[list(places.children[own])].sum(axis=0)
                known[own] = known[list(places.children[own])].any(axis=0)
        table = cls(places, branches, tuple(levels), counts, known)
        table._check()
        return table

    def _check(self) -> None:
        if self.mapped.shape != self.counts.shape[:2]:
            raise _wrong("What is mapped does not have the shape (places, branches).")
        if (self.counts < 0).any() or (np.diff(self.counts, axis=2) > 0).any():
            raise _wrong("A count is negative, or more people are above a level than at or above it.")
        if self.counts[~self.mapped].any():
            raise _wrong("There are people where nothing is mapped.")
        for own, under in enumerate(self.branches.children):
            parts = self.counts[:, list(under)]
            if under and (self.counts[:, own] < parts.max(axis=1)).any():
                raise _wrong(f"{self.branches.names[own]} has fewer people than one of its parts.")
            if under and (self.counts[:, own] > parts.sum(axis=1)).any():
                raise _wrong(f"{self.branches.names[own]} has more people than its parts together.")


def _wrong(message: str) -> InputError:
    return InputError(message, rule="disclosure-table", remedy="Count again from the records.")
