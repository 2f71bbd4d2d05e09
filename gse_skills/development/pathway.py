"""Where the skills of a person lead: the roles reached with least effort, and the roles and skills on the way.

The graph has a node for the person and one for each role. From the person a move leads to every role; between roles
lead the steps of the ladders and the cheapest other moves. The effort of a move is what its role needs beyond what the
person holds and what the role before it would have given; a long move costs more than its parts (`Weights.strain`), so
the cheapest way may lead over a role between.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from gse_skills.access import Access
from gse_skills.development.demands import PERSON, Demands, Levels, demands_of
from gse_skills.development.effort import WEIGHTS, Weights
from gse_skills.development.gap import NeedGap, gap_to
from gse_skills.development.holding import Holding, find_card, holding_of, sees_all
from gse_skills.framework import Framework, RoleProfile
from gse_skills.people import Card
from gse_skills.register import Register

MOST = 50


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a pathway: into a role, with that effort."""

    role: RoleProfile
    effort: float


@dataclass(frozen=True, slots=True)
class Pathway:
    """The cheapest way into a role."""

    moves: tuple[Move, ...]
    """The stepping-stone roles, and last the role itself."""
    cost: float
    """What the moves cost together, by which pathways are ordered."""
    missing: tuple[NeedGap, ...]
    """What is missing for the last role from where the person stands today, the essential first."""

    @property
    def role(self) -> RoleProfile:
        """The role to which it leads."""
        return self.moves[-1].role

    @property
    def effort(self) -> float:
        """The efforts of its moves."""
        return sum(move.effort for move in self.moves)

    @property
    def stones(self) -> tuple[NeedGap, ...]:
        """Of what is missing, that to which something held is near: the stepping-stone skills are `near` of each."""
        return tuple(one for one in self.missing if one.near is not None)


@dataclass(frozen=True, slots=True)
class Pathways:
    """The answer for one person."""

    card: Card
    fits: tuple[RoleProfile, ...]
    """Roles of which nothing essential is missing, by label."""
    pathways: tuple[Pathway, ...]
    whole: bool
    """Whether every record of the person is counted, or those that the caller sees."""
    as_of: datetime.date | None = None
    """The day of the answer; None for today."""
    known_at: datetime.date | None = None
    """As known at the end of that day; None for as known now."""


def ask_pathways(
    register: Register,
    access: Access,
    digits: str,
    limit: int = 5,
    scheme: str = "",
    *,
    as_of: datetime.date | None = None,
    known_at: datetime.date | None = None,
) -> Pathways:
    """The cheapest pathways of a person, into roles of one scheme or of all; from what they held on a day, with a day,
    to what the roles need today.

    Raises NotFoundError (rules `unknown-person`, `unknown-scheme`) and what `holding_of` raises.
    """
    card = find_card(register, access, digits)
    framework = register.state.framework
    if scheme:
        framework.top_concepts(scheme)
    holding = holding_of(register, access, digits, as_of=as_of, known_at=known_at)
    fits, ways = pathways(holding, framework, limit, scheme)
    return Pathways(card, fits, ways, sees_all(access, card), as_of or known_at, known_at)


def pathways(
    holding: Holding, framework: Framework, limit: int = 5, scheme: str = "", weights: Weights = WEIGHTS
) -> tuple[tuple[RoleProfile, ...], tuple[Pathway, ...]]:
    """The roles that fit, and at most `limit` pathways to others of which something is held, the cheapest first.

    Roles that say no levels, as occupations of ESCO, are none that a distance can be told to.
    """
    demands = demands_of(framework, weights)
    if not demands.roles:
        return (), ()
    held, near = demands.levels(holding)
    roles = range(len(demands.roles))
    efforts, missing = demands.efforts(roles, held, near, weights)
    wanted = [number for number in roles if scheme in ("", demands.roles[number].scheme)]
    fits = sorted((demands.roles[n] for n in wanted if not missing[n]), key=lambda role: (role.label, role.iri))
    effort = _move_efforts(demands, held, near, efforts, weights)

    def cost(_from: int, _to: int, about: Mapping[str, int]) -> float:
        return weights.strain(effort[about["move"]])

    # Without a target both are by node; the stubs know only of either.
    found = nx.single_source_dijkstra(demands.graph, PERSON, weight=cost)
    away, ways = cast("tuple[dict[int, float], dict[int, list[int]]]", found)
    # Of what nothing is held, anybody could be told.
    begun = [n for n in wanted if missing[n] and held[demands.skill[demands.starts[n] : demands.starts[n + 1]]].any()]
    order = sorted(begun, key=lambda n: (round(away[n], 6), demands.roles[n].label, demands.roles[n].iri))
    return tuple(fits), tuple(
        _pathway(ways[number], away[number], effort, demands, holding, framework, weights) for number in order[:limit]
    )


def _move_efforts(
    demands: Demands, held: Levels, near: Levels, efforts: NDArray[np.float64], weights: Weights
) -> list[float]:
    """The effort of each move; a role before gives what it needs, beside what is held."""
    first, last = demands.moves.T
    between = first != PERSON
    effort = efforts[last]
    has = np.maximum(demands.given[first[between]], held)
    effort[between], _ = demands.efforts(last[between].tolist(), has, near, weights)
    told: list[float] = effort.tolist()
    return told


def _pathway(
    way: list[int],
    cost: float,
    effort: list[float],
    demands: Demands,
    holding: Holding,
    framework: Framework,
    weights: Weights,
) -> Pathway:
    moves = tuple(Move(demands.roles[b], effort[demands.graph.edges[a, b]["move"]]) for a, b in pairwise(way))
    gap = gap_to(moves[-1].role, holding, framework, weights)
    return Pathway(moves, cost, tuple(one for one in (*gap.essential, *gap.desirable) if one.missing))
