"""Whoever keeps all published figures learns from no two dates of fewer people than the threshold.

The attacker adds and takes away the figures of a state as they like, exactly, and compares the sums that two states give.
What these concern is counted from the people themselves, which the published states do not hold.
"""

from __future__ import annotations

import datetime
import itertools
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.capability import PublishedFigures, Tree
from gse_skills.capability.figures import Counted
from gse_skills.capability.renewing import OWN
from gse_skills.capability.units import unit_key
from gse_skills.disclosure import Hierarchy, Rules, protect

if TYPE_CHECKING:
    from tests.conftest import World

UNITS = ("Labs", "Field", "Desk", "Yard")
BRANCHES = Hierarchy(("domain", "one", "two"), (-1, 0, 0), ("domain", "group", "group"))
FIRST = datetime.date(2025, 1, 1)
RULES = Rules(threshold=4, base=2)
Person = tuple[str, int, int]
"""Unit, and the best level in either group; 0 for none."""
States = list[dict[int, Person]]

numbers = st.integers(1, 9)
units = st.sampled_from(UNITS)
levels = st.integers(0, 4)
events = st.one_of(
    st.tuples(st.just("join"), numbers, units, levels, levels),
    st.tuples(st.just("leave"), numbers, units),
    st.tuples(st.just("learn"), numbers, units, levels, levels),
    st.tuples(st.just("move"), numbers, units, units),
    st.tuples(st.just("hang"), units, st.none() | units),
    st.tuples(st.just("write"), units, st.sampled_from((str.upper, str.lower, str.title))),
    st.tuples(st.just("forget"), numbers),
)
histories = st.lists(st.lists(events, min_size=1, max_size=5), min_size=1, max_size=6)


@dataclass
class Office:
    """People, their units and the tree of these, as events make them; publishes what may be published."""

    figures: PublishedFigures
    world: World
    people: dict[int, Person] = field(default_factory=dict)
    above: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=lambda: {unit_key(unit): unit for unit in UNITS})
    published: States = field(default_factory=list)
    number: int = 0

    def happen(self, event: tuple[object, ...]) -> None:
        match event:
            case ("join", int(many), str(unit), int(one), int(two)):
                for _ in range(many):
                    self.number += 1
                    self.people[self.number] = (unit, one, two)
            case ("leave", int(many), str(unit)):
                for person in self.inside(unit)[:many]:
                    del self.people[person]
            case ("learn", int(many), str(unit), int(one), int(two)):
                self.people.update((person, (unit, one, two)) for person in self.inside(unit)[-many:])
            case ("move", int(many), str(unit), str(other)):
                self.people.update((person, (other, *self.people[person][1:])) for person in self.inside(unit)[:many])
            case ("hang", str(unit), upper):
                self.hang(unit_key(unit), None if upper is None else unit_key(str(upper)))
            case ("write", str(unit), change) if callable(change):
                self.written[unit_key(unit)] = change(unit)
            case ("forget", int(many)):
                gone = sorted(self.people)[:many]
                self.figures.forget("aster", gone)
                for person in gone:
                    del self.people[person]

    def inside(self, unit: str) -> list[int]:
        return sorted(person for person, (where, *_) in self.people.items() if where == unit)

    def hang(self, key: str, upper: str | None) -> None:
        self.above.pop(key, None)
        at = upper
        while at is not None and at != key:
            at = self.above.get(at)
        if upper is not None and at is None:
            self.above[key] = upper

    def publish(self) -> bool:
        done = self.figures.publish(
            "aster", self.world.index, self.world.framework, FIRST + datetime.timedelta(self.number)
        )
        if done:
            self.published.append(dict(self.people))
        return done

    def counted(self, *_: object) -> Counted:
        present = sorted({unit for unit, *_ in self.people.values()})
        best = np.array([(max(one, two), one, two) for _, one, two in self.people.values()], np.int64).reshape(-1, 3)
        return Counted(
            "aster",
            np.array([*self.people], np.uint64),
            tuple(self.written[unit_key(unit)] for unit in present),
            np.array([present.index(unit) for unit, *_ in self.people.values()], np.int64),
            BRANCHES,
            best[:, :, None] >= np.arange(1, 5),
            best > 0,
            Tree(self.written, self.above),
        )


def says(person: Person, branch: int) -> int:
    return (max(person[1:]), *person[1:])[branch]


def sums(figures: PublishedFigures, state: int, branch: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """The figures of a branch that a state gives of its own: a row each, with the units that it counts."""
    one = figures.states("aster")[state]
    shown = protect(one.table, RULES).shown.any(axis=2) & ~one.held
    places = one.table.places
    rows = []
    for place in np.flatnonzero(shown[:, branch]).tolist():
        below = {place}
        for number, parent in enumerate(places.parents):
            below |= {number} if parent in below else set()
        lowest = (places.names[number] for number in below if not places.children[number])
        inside = {unit_key(name.partition("/")[2].removesuffix(OWN)) for name in lowest}
        rows.append([int(unit_key(unit) in inside) for unit in UNITS])
    return np.array(rows, np.int64).reshape(-1, len(UNITS))


def follows(
    wanted: np.ndarray[tuple[int], np.dtype[np.int64]], rows: np.ndarray[tuple[int, int], np.dtype[np.int64]]
) -> bool:
    rank = np.linalg.matrix_rank
    return bool(len(rows)) and rank(rows) == rank(np.vstack([rows, wanted]))


def differences(figures: PublishedFigures, published: States) -> Iterator[tuple[object, int]]:
    """How many people each difference concerns that the figures of two states give of a branch and some units."""
    for branch in range(len(BRANCHES)):
        rows = [sums(figures, state, branch) for state in range(len(published))]
        for (early, then), (late, now) in itertools.combinations(enumerate(published), 2):
            for chosen in itertools.product((0, 1), repeat=len(UNITS)):
                some = np.array(chosen)
                if not some.any() or not follows(some, rows[early]) or not follows(some, rows[late]):
                    continue
                inside = {unit for unit, taken in zip(UNITS, chosen, strict=True) if taken}
                one, other = (
                    {(p, says(said, branch)) for p, said in side.items() if said[0] in inside and says(said, branch)}
                    for side in (then, now)
                )
                yield (branch, early, late, inside), len({person for person, _ in one ^ other})


@pytest.fixture(scope="module")
def made(world: Callable[..., World]) -> World:
    return world()


@given(start=st.lists(st.tuples(st.sampled_from(UNITS), levels, levels), min_size=20, max_size=60), history=histories)
def test_no_two_published_states_tell_of_few(
    made: World, start: list[Person], history: list[list[tuple[object, ...]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office: Office
        figures = PublishedFigures(Path(folder), RULES, lambda *_: office.counted())
        office = Office(figures, made, dict(enumerate(start, 1)), number=len(start))
        office.publish()
        for events_ in history:
            for event in events_:
                office.happen(event)
            office.publish()
        few = [(what, many) for what, many in differences(figures, office.published) if 0 < many < RULES.threshold]
        assert few == []
