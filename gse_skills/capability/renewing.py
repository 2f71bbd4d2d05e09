"""Which figures a new state may renew, so that none at two dates tell of fewer people than the threshold.

Who knows the figures of two states knows those of every set of units that both give: of a place that both show, and of
a place without the places below it that are shown too. `may_not_renew` finds where fewer people than the threshold
count otherwise in such a set, and takes the figures of the newer state away from which it follows, until there is none
left. A move between two such sets is looked at for itself: in the sum of both it is no change, and would hide nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gse_skills.capability.units import unit_key
from gse_skills.disclosure import Hierarchy

OWN = "\x1f"
"""Ends the name of the place that is a unit by itself, where the unit has others below it. No name of a unit holds it:
it is white space, which names are cut at."""
Mask = NDArray[np.bool_]
Change = tuple[str | None, str | None, bool]
"""The unit in which somebody counted and that in which they count, and whether they count otherwise or only moved."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Of each person the unit, and of each branch in which they count a digest of how, as nobody can recognise them."""

    alias: NDArray[np.uint64]
    place: NDArray[np.int64]
    """Of each person, the lowest place that counts them."""
    person: NDArray[np.int64]
    """Of each row, the position of the person."""
    branch: NDArray[np.int64]
    digest: NDArray[np.uint64]
    lost: NDArray[np.int64]
    """(places, branches): people who were erased since and counted there."""

    def without(self, gone: Iterable[int]) -> Rows:
        """The same with nothing by which people could be told, but that there were so many."""
        out = np.isin(self.alias, np.array(sorted(gone), np.uint64))
        rows = out[self.person]
        lost = self.lost.copy()
        np.add.at(lost, (self.place[self.person[rows]], self.branch[rows]), 1)
        number = np.cumsum(~out) - 1
        return Rows(
            self.alias[~out],
            self.place[~out],
            number[self.person[~rows]],
            self.branch[~rows],
            self.digest[~rows],
            lost,
        )


@dataclass(frozen=True)
class Side:
    """A state as it is compared with others."""

    places: Hierarchy
    branches: tuple[str, ...]
    rows: Rows
    shown: Mask
    """(places, branches): of what it gives figures that are its own."""

    @cached_property
    def units(self) -> Mapping[int, str]:
        """The unit that each of the lowest places is, by key."""
        return _lowest(self.places)

    @cached_property
    def said(self) -> Mapping[str, Mapping[int, tuple[str, int]]]:
        """By branch and person, the unit and the digest."""
        found: dict[str, dict[int, tuple[str, int]]] = defaultdict(dict)
        rows = self.rows
        columns = (rows.alias[rows.person], rows.place[rows.person], rows.branch, rows.digest)
        for alias, place, branch, digest in zip(*(column.tolist() for column in columns), strict=True):
            found[self.branches[branch]][alias] = (self.units[place], digest)
        return found

    def changes(self, later: Side, branch: str) -> list[Change]:
        """Who counts otherwise in a branch, or somewhere else, in a later state; those erased since count as gone."""
        then, now = self.said.get(branch, {}), later.said.get(branch, {})
        found: list[Change] = []
        for person in then.keys() | now.keys():
            (before, one), (after, other) = then.get(person, (None, None)), now.get(person, (None, None))
            if (before, one) != (after, other):
                found.append((before, after, one != other))
        if branch in self.branches:
            column = self.rows.lost[:, self.branches.index(branch)]
            for place in np.flatnonzero(column).tolist():
                # A unit may have got others below it, which makes another place of it: it stays the unit.
                found += [(self.units[place], None, True)] * int(column[place])
        return found

    def parts(self, branch: str, held: Mask | None = None) -> dict[str, int]:
        """The units, each with the place whose figure without those of the shown places below it counts the unit; less
        those that no shown figure counts."""
        if branch not in self.branches:
            return {}
        column = self.branches.index(branch)
        shown = self.shown[:, column] if held is None else self.shown[:, column] & ~held[:, column]
        found: dict[str, int] = {}
        for lowest, unit in self.units.items():
            place = lowest
            while place >= 0 and not shown[place]:
                place = self.places.parents[place]
            if place >= 0:
                found[unit] = place
        return found


def units_of(places: Hierarchy) -> list[frozenset[str]]:
    """Of each place, the keys of the units that it counts."""
    lowest = _lowest(places)
    found: list[set[str]] = [{lowest[number]} if number in lowest else set() for number in range(len(places))]
    for number, parent in reversed(list(enumerate(places.parents))):
        if parent >= 0:
            found[parent] |= found[number]
    return list(map(frozenset, found))


def _lowest(places: Hierarchy) -> dict[int, str]:
    lowest = (number for number, under in enumerate(places.children) if not under)
    return {number: unit_key(places.names[number].partition("/")[2].removesuffix(OWN)) for number in lowest}


def may_not_renew(earlier: Sequence[Side], new: Side, threshold: int) -> Mask:
    """(places, branches): the figures of the new state that must stay as they were published before."""
    held = np.zeros_like(new.shown)
    for column, branch in enumerate(new.branches):
        told = [(side, side.parts(branch), found) for side in earlier if (found := side.changes(new, branch))]
        while told:
            now = new.parts(branch, held)
            wrong = {place for side, then, found in told for place in _telling(side, then, new, now, found, threshold)}
            if not wrong:
                break
            held[sorted(wrong), column] = True
    return held


def _telling(
    side: Side, then: Mapping[str, int], new: Side, now: Mapping[str, int], changes: Sequence[Change], threshold: int
) -> Iterator[int]:
    """The places of the new state from which something follows of fewer people than the threshold."""
    sets = _common(side, then, new, now)
    counts: Counter[frozenset[int]] = Counter()
    for before, after, otherwise in changes:
        touched = {sets[unit] for unit in (before, after) if unit is not None and unit in sets}
        if before is not None and after is not None and not otherwise:
            # Whoever moved within a set is no change of it.
            moved = sets.get(before) != sets.get(after)
            counts.update([frozenset(touched)] if touched and moved else [])
        else:
            counts.update(frozenset({one}) for one in touched)
    few = {one for key, many in counts.items() if many < threshold for one in key}
    yield from {place for unit, place in now.items() if sets.get(unit) in few}


def _common(side: Side, then: Mapping[str, int], new: Side, now: Mapping[str, int]) -> dict[str, int]:
    """The units of the smallest sets that both states tell of, each with the number of its set.

    A unit that a state does not have is known to be empty there.
    """
    absent = {"then": set(new.units.values()) - set(side.units.values())}
    absent["now"] = set(side.units.values()) - set(new.units.values())
    first: dict[str, object] = {**then, **{unit: unit for unit in absent["then"]}}
    second: dict[str, object] = {**now, **{unit: unit for unit in absent["now"]}}
    groups: dict[tuple[str, object], list[str]] = defaultdict(list)
    for name, atoms in (("then", first), ("now", second)):
        for unit, atom in atoms.items():
            groups[name, atom].append(unit)
    found: dict[str, int] = {}
    seen: set[str] = set()
    for number, start in enumerate(sorted({*first, *second})):
        if start in seen:
            continue
        joined, queue = {start}, [start]
        while queue:
            unit = queue.pop()
            for name, atoms in (("then", first), ("now", second)):
                fresh = set(groups[name, atoms[unit]]) - joined if unit in atoms else set()
                joined |= fresh
                queue.extend(fresh)
        seen |= joined
        if all(unit in first and unit in second for unit in joined):
            found |= dict.fromkeys(joined, number)
    return found
