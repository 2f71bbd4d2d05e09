"""How fragile a capability is: which few departures would cost most, and who bridges groups of skills.

Both are read off the graph of people and the skills that they hold at practitioner level or above.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from gse_skills.index import Holdings, Pairs
from gse_skills.vocabulary import Level

DEPARTURES = 5
"""How many departures are followed."""
BRIDGES = 5
_MOST_EDGES = 20_000
"""Over so many edges betweenness is estimated from a sample of shortest paths."""
_SAMPLE = 200
_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Departure:
    """The next person whose leaving would cost most, after those before them have left."""

    person: str | None
    """IRI; None for somebody whom the caller does not see by name."""
    skills: tuple[str, ...]
    """IRIs of the skills that nobody would hold any more at practitioner level or above."""
    leaves_on: datetime.date | None
    """The day from which they will no longer be there, where it is known and told."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """Somebody who links groups of skills that few others link."""

    person: str | None
    groups: tuple[str, ...]
    """IRIs of the groups, or other concepts of the answer's lines, that they link."""
    share: float
    """The part of all shortest paths between two others that leads over them (betweenness)."""
    alone: bool
    """Whether without them the graph would fall apart (an articulation point)."""


@dataclass(frozen=True, slots=True)
class Fragility:
    """What departures would do, as far as it was asked for."""

    departures: tuple[Departure, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    sampled: bool = False
    """Whether the bridges are an estimate: the graph was too big for all its paths."""

    @property
    def named(self) -> tuple[str, ...]:
        """IRIs of the people that it names."""
        said = (*(one.person for one in self.departures), *(one.person for one in self.bridges))
        return tuple(person for person in said if person)


def departures(
    deep: Pairs,
    skills: Sequence[str],
    named: Callable[[int], str | None],
    leaves_on: Callable[[int], datetime.date | None],
) -> tuple[Departure, ...]:
    """The few people whose leaving would cost most, one after another.

    `deep` has the levels in `skills`; `named` gives the IRI of the person at a place, where they may be named, and
    `leaves_on` the day on which they are known to leave.
    """
    strong = deep.level >= Level.PRACTITIONER
    holds: dict[int, set[int]] = {}
    for skill, person in zip(deep.concept[strong].tolist(), deep.person[strong].tolist(), strict=True):
        holds.setdefault(person, set()).add(skill)
    return tuple(
        Departure(named(person), tuple(skills[skill] for skill in sorted(lost)), leaves_on(person))
        for person, lost in _departures(holds, DEPARTURES)
    )


def bridges(best: Holdings, named: Callable[[int], str | None]) -> tuple[tuple[Bridge, ...], bool]:
    """The people who link concepts of `best` that few others link, and whether that is an estimate.

    `named` gives the IRI of the person at a place. Betweenness takes longer than all else of a capability together,
    even where an organisation is small.
    """
    levels = best.levels >= Level.PRACTITIONER
    links = {
        person: tuple(np.flatnonzero(levels[:, person]).tolist())
        for person in np.flatnonzero(levels.sum(axis=0) > 1).tolist()
    }
    found, sampled = _bridges(links)
    return tuple(
        Bridge(named(person), tuple(best.concepts[group] for group in links[person]), share, alone)
        for person, share, alone in found
    ), sampled


def _departures(holds: dict[int, set[int]], most: int) -> list[tuple[int, set[int]]]:
    """One after another whose leaving costs most skills; of equals who leaves most skills to one other, then order.

    The best set of people is hard to find (it is the maximum coverage problem turned round); taking the worst one each
    time is what can be explained, and what people can plan by.
    """
    left: dict[int, set[int]] = {}
    for person, skills in holds.items():
        for skill in skills:
            left.setdefault(skill, set()).add(person)
    found: list[tuple[int, set[int]]] = []
    gone: set[int] = set()
    for _ in range(min(most, len(holds))):
        alone: dict[int, set[int]] = {}
        thin: dict[int, int] = {}
        for skill, people in left.items():
            if len(people) == 1:
                alone.setdefault(next(iter(people)), set()).add(skill)
            elif len(people) == 2:
                for person in people:
                    thin[person] = thin.get(person, 0) + 1
        candidates = sorted({*alone, *thin} - gone, key=lambda one: (-len(alone.get(one, ())), -thin.get(one, 0), one))
        if not candidates:
            break
        worst = candidates[0]
        found.append((worst, alone.get(worst, set())))
        gone.add(worst)
        for skill in holds[worst]:
            left[skill].discard(worst)
    # Whoever only thins the bench at the end costs nothing by themselves.
    while found and not found[-1][1]:
        found.pop()
    return found


def _bridges(links: dict[int, tuple[int, ...]]) -> tuple[list[tuple[int, float, bool]], bool]:
    """The people who link groups, by betweenness in the graph of people and groups, and whether it is an estimate."""
    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    graph.add_edges_from((("person", person), ("group", group)) for person, held in links.items() for group in held)
    if not graph:
        return [], False
    sampled = graph.number_of_edges() > _MOST_EDGES
    # A seed, so that the same records give the same answer.
    sample = min(_SAMPLE, len(graph)) if sampled or len(graph) > _SAMPLE * 10 else None
    share = nx.betweenness_centrality(graph, k=sample, seed=_SEED)
    cut = set(nx.articulation_points(graph))
    people = sorted(
        (node for node in graph if node[0] == "person"), key=lambda node: (node not in cut, -share[node], node[1])
    )
    return [(node[1], share[node], node in cut) for node in people[:BRIDGES]], sample is not None
