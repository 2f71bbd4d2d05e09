"""The roles as columns: what each needs of which skill, and the moves between them, worked out once a framework."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from gse_skills.development.effort import Weights, meant_by, needed_level
from gse_skills.development.holding import Holding
from gse_skills.framework import Framework, RoleProfile

CHEAP = 6
"""Moves into a role that are looked at beside those of its ladder: from the roles that are nearest to it."""

PERSON = -1
Levels = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """For each of some skills the concepts whose level matters to it, one list after another, none of them empty."""

    starts: NDArray[np.int64]
    concept: NDArray[np.int64]
    """Positions in `places`, of which the first stands for nothing."""
    places: Mapping[str, int]

    @classmethod
    def of(cls, lists: Sequence[Sequence[str]]) -> Watched:
        """The concepts of each list; an empty one watches nothing."""
        places = {iri: number for number, iri in enumerate(sorted({iri for those in lists for iri in those}), 1)}
        numbers = [[places[iri] for iri in those] or [0] for those in lists]
        starts = np.cumsum([0, *map(len, numbers)])[:-1].astype(np.int64)
        return cls(starts, np.array([one for those in numbers for one in those], np.int64), places)

    def best(self, holding: Holding) -> Levels:
        """For each list the highest level held of any concept in it, 0 for none."""
        levels = np.zeros(len(self.places) + 1, np.int8)
        for iri, held in holding.best.items():
            if iri in self.places:
                levels[self.places[iri]] = held.level
        return np.maximum.reduceat(levels[self.concept], self.starts)


@dataclass(frozen=True, slots=True, eq=False)
class Demands:
    """The roles that say which levels they need, by IRI, and their requirements one after another."""

    roles: tuple[RoleProfile, ...]
    skills: tuple[str, ...]
    """IRIs of all that some role requires, sorted."""
    counting: Watched
    """For each skill what counts for it: itself, and for a deprecated one what takes its place."""
    near: Watched
    """For each skill what is near to it: see `effort.nearest`."""
    starts: NDArray[np.int64]
    """Where each role's requirements begin; one more than there are roles."""
    skill: NDArray[np.int64]
    """Of each requirement, the position of its skill."""
    needed: Levels
    essential: NDArray[np.bool_]
    given: Levels
    """(roles, skills): the level that somebody has who meets all of a role's requirements; 0 for none."""
    graph: nx.DiGraph[int] = field(default_factory=nx.DiGraph)
    """A node for the person (`PERSON`) and each role, an edge for each move; `move` of an edge is its number."""
    moves: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), np.int64))
    """From and to of each move, in the order of their numbers."""

    def levels(self, holding: Holding) -> tuple[Levels, Levels]:
        """What is held of each skill, and what is held near to it, in the order of `skills`."""
        held = self.counting.best(holding)
        near = self.near.best(holding)
        for iri, close in holding.close.items():
            place = bisect_left(self.skills, iri)
            if place < len(self.skills) and self.skills[place] == iri:
                near[place] = max(near[place], close.level)
        return held, near

    def efforts(
        self, roles: Sequence[int], held: Levels, near: Levels, weights: Weights
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """For each of `roles` the effort and the essential steps missing; `held` is a row for each, or one for all."""
        chosen = np.asarray(roles, np.int64)
        count = self.starts[chosen + 1] - self.starts[chosen]
        owner = np.repeat(np.arange(len(chosen)), count)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        row = self.starts[chosen][owner] + within
        skill, needed = self.skill[row], self.needed[row]
        has = held[skill] if held.ndim == 1 else held[owner, skill]
        missing = np.maximum(needed - has, 0)
        eased = np.maximum(np.minimum(needed, near[skill]) - has, 0)
        weight = np.where(self.essential[row], weights.essential, weights.desirable)
        effort = np.bincount(owner, weight * (missing - eased * (1 - weights.eased)), len(chosen))
        essential = np.bincount(owner, np.where(self.essential[row], missing, 0), len(chosen))
        return effort.astype(np.float64), essential.astype(np.int64)


@lru_cache(maxsize=2)
def demands_of(framework: Framework, weights: Weights) -> Demands:
    """The demands of the roles of a framework; the newest frameworks are remembered, as they never change."""
    roles = tuple(
        role
        for _, role in sorted(framework.roles.items())
        if not framework.concept(role.iri).deprecated
        and any(need.skill in framework for need in role.requirements)
        and all(need.level is not None for need in role.requirements)
    )
    needs = [[need for need in role.requirements if need.skill in framework] for role in roles]
    skills = tuple(sorted({need.skill for those in needs for need in those}))
    place = {iri: number for number, iri in enumerate(skills)}
    demands = Demands(
        roles,
        skills,
        Watched.of([meant_by(iri, framework) for iri in skills]),
        Watched.of([_near(iri, framework) for iri in skills]),
        np.cumsum([0, *map(len, needs)]).astype(np.int64),
        np.array([place[need.skill] for those in needs for need in those], np.int64),
        np.array([needed_level(need) for those in needs for need in those], np.int8),
        np.array([need.essential for those in needs for need in those], np.bool_),
        _given(roles, place, framework),
    )
    graph = _graph(demands, weights)
    return replace(demands, graph=graph, moves=np.array(graph.edges, np.int64).reshape(-1, 2))


def _near(skill: str, framework: Framework) -> tuple[str, ...]:
    concept = framework.concept(skill)
    beside = (iri for iri in concept.broader if framework.concept(iri).kind != "domain")
    return (*concept.related, *beside)


def _given(roles: Sequence[RoleProfile], place: dict[str, int], framework: Framework) -> Levels:
    given = np.zeros((len(roles), len(place)), np.int8)
    for number, role in enumerate(roles):
        for need in role.requirements:
            if need.skill in framework:
                for above in framework.ancestors(need.skill):
                    if above in place:
                        given[number, place[above]] = max(given[number, place[above]], needed_level(need))
    return given


def _graph(demands: Demands, weights: Weights) -> nx.DiGraph[int]:
    """From the person to every role; between roles the steps of the ladders and the cheapest other moves."""
    count = len(demands.roles)
    place = {role.iri: number for number, role in enumerate(demands.roles)}
    moves = {(PERSON, number) for number in range(count)}
    moves |= {(number, place[step]) for number, role in enumerate(demands.roles) for step in role.next if step in place}
    nothing = np.zeros(len(demands.skills), np.int8)
    for number in range(count):
        far, _ = demands.efforts([number] * count, demands.given, nothing, weights)
        alone, _ = demands.efforts([number], nothing, nothing, weights)
        nearer = sorted((float(far[one]), one) for one in range(count) if one != number and far[one] < alone[0])
        moves |= {(one, number) for _, one in nearer[:CHEAP]}
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from([PERSON, *range(count)])
    graph.add_edges_from((a, b) for a, b in sorted(moves))
    for number, (_, _, about) in enumerate(graph.edges(data=True)):
        about["move"] = number
    return graph
