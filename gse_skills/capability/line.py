"""A line of a capability: one concept, and what is known of the people in scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gse_skills.framework import Framework
from gse_skills.index import Holdings, Pairs
from gse_skills.vocabulary import Basis, Level

FRESH_DAYS = 730
"""An assessment counts as recent for two years."""
_BASES = 16
"""What four bits can tell."""


@dataclass(frozen=True, slots=True)
class Line:
    """One concept. People count once, by the best of their records at or below it."""

    concept: str
    """IRI."""
    mapped: int
    """People with any record here; of the others nobody has been asked, as far as is known."""
    holders: tuple[int, int, int, int]
    """People at each level or above: awareness, working, practitioner, expert."""
    bench: int
    """People at working level: those who could become practitioners soonest."""
    fresh: int
    """Of those mapped, how many were assessed within `FRESH_DAYS`."""
    newest: int
    """Day number of the newest assessment; 0 when nobody is mapped."""
    bases: tuple[int, int, int, int]
    """Of those mapped, by who judged their best level: self, peer, manager, accredited body."""
    hanging: int
    """Skills at or below the concept that only one person holds at practitioner or above."""


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """A skill that hangs on one person: nobody else holds it at that level or above."""

    skill: str
    """IRI."""
    person: int
    """Number of the person in the index."""
    level: Level
    behind: int
    """People one level below: who could take over."""


def line_up(found: Holdings, points: Sequence[SinglePoint], framework: Framework, today: int) -> Iterator[Line]:
    """A line for each concept of `found`; `today` is a day number."""
    hanging = np.array([framework.number(point.skill) for point in points], np.int64)
    for concept, keys in zip(found.concepts, found.keys, strict=True):
        best = keys[keys > 0]
        # How many there are of each level and basis together, and from it of each alone.
        split = np.bincount(best >> 16, minlength=(len(Level) + 1) * _BASES).reshape(-1, _BASES)
        at = split.sum(axis=1)[1:]
        days = (best & 65_535).astype(np.int64)
        yield Line(
            concept,
            len(best),
            _four(at[::-1].cumsum()[::-1]),
            int(at[Level.WORKING - 1]),
            int(np.count_nonzero(days > today - FRESH_DAYS)),
            int(days.max(initial=0)),
            _four(split.sum(axis=0)[1 : len(Basis) + 1]),
            int(np.isin(hanging, framework.descendants(concept)).sum()),
        )


def single_points(
    found: Pairs, concepts: Sequence[str], persons: Sequence[int], at_least: Level = Level.PRACTITIONER
) -> tuple[SinglePoint, ...]:
    """The concepts of `found` that exactly one person holds at that level or above, in their order."""
    strong = found.level >= at_least
    alone = np.bincount(found.concept[strong], minlength=len(concepts)) == 1
    behind = np.bincount(found.concept[found.level == at_least - 1], minlength=len(concepts))
    chosen = np.flatnonzero(strong & alone[found.concept])
    return tuple(
        SinglePoint(concepts[concept], persons[person], Level(level), int(behind[concept]))
        for concept, person, level in zip(
            found.concept[chosen].tolist(), found.person[chosen].tolist(), found.level[chosen].tolist(), strict=True
        )
    )


def _four(counts: NDArray[np.int64]) -> tuple[int, int, int, int]:
    first, second, third, fourth = counts.tolist()
    return first, second, third, fourth
