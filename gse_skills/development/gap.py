"""From a person to a role: what is held of each requirement, what is missing, and of what nobody has asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gse_skills.access import Access
from gse_skills.development.effort import WEIGHTS, Weights, effort_of, meant_by, nearest, needed_level
from gse_skills.development.holding import Held, Holding, find_card, holding_of, sees_all
from gse_skills.errors import NotFoundError
from gse_skills.framework import OWN_SCHEME, Framework, Requirement, RoleProfile, role_named
from gse_skills.people import Card
from gse_skills.register import Register
from gse_skills.vocabulary import Level

LIKELY = 1 / 3
"""The least part of a role's needs that somebody meets of whom it is taken to be their own."""


class Standing(StrEnum):
    """How a person stands to a requirement."""

    MET = "met"
    BELOW = "below"
    """Assessed, at a lower level."""
    NOT_MAPPED = "not mapped"
    """Nobody has asked, as far as the caller sees: not the same as not having it."""


@dataclass(frozen=True, slots=True)
class NeedGap:
    """One requirement and what a person holds of it."""

    need: Requirement
    needed: Level | None
    """None where the scheme gives no level: any will do."""
    held: Held | None
    near: Held | None
    """What eases a step that is missing; None where nothing is missing."""
    effort: float

    @property
    def missing(self) -> int:
        """Steps between levels that are missing."""
        return max(needed_level(self.need) - (self.held.level if self.held else 0), 0)

    @property
    def standing(self) -> Standing:
        """How the person stands to it."""
        if self.held is None:
            return Standing.NOT_MAPPED
        return Standing.BELOW if self.missing else Standing.MET


@dataclass(frozen=True, slots=True)
class Gap:
    """What lies between a person and a role."""

    role: RoleProfile
    essential: tuple[NeedGap, ...]
    desirable: tuple[NeedGap, ...]

    @property
    def fits(self) -> bool:
        """Whether nothing essential is missing."""
        return bool(self.essential or self.desirable) and not any(one.missing for one in self.essential)

    @property
    def missing(self) -> int:
        """Essential steps that are missing."""
        return sum(one.missing for one in self.essential)

    @property
    def effort(self) -> float:
        """All missing steps, weighted and eased."""
        return sum(one.effort for one in (*self.essential, *self.desirable))


@dataclass(frozen=True, slots=True)
class PersonGap:
    """The answer for one person."""

    card: Card
    gap: Gap
    own: RoleProfile | None
    """The role that was taken to be the person's own, when its next one was asked for; None when a role was named."""
    whole: bool
    """Whether every record of the person is counted, or those that the caller sees."""


def gap_to(role: RoleProfile, holding: Holding, framework: Framework, weights: Weights = WEIGHTS) -> Gap:
    """What lies between what is held and what a role needs; a requirement of a concept that is not here is left out."""
    needs = [_need_gap(need, holding, framework, weights) for need in role.requirements if need.skill in framework]
    return Gap(
        role,
        tuple(one for one in needs if one.need.essential),
        tuple(one for one in needs if not one.need.essential),
    )


def ask_gap(register: Register, access: Access, digits: str, role: str | None = None) -> PersonGap:
    """The gap of a person to the role of that name, or without one to the next role above their own.

    Raises NotFoundError (rules `unknown-person`, `unknown-role`, `no-own-role`, `no-next-role`) and AmbiguousError.
    """
    card = find_card(register, access, digits)
    state = register.state
    holding = holding_of(register, access, digits)
    own = None
    if role is None:
        own = require_own_role(card, holding, state.framework)
        wanted = min(
            (gap_to(state.framework.role(iri), holding, state.framework) for iri in next_roles(own, state.framework)),
            key=lambda gap: (gap.effort, gap.role.iri),
        )
    else:
        wanted = gap_to(role_named(role, state.framework, state.lookup), holding, state.framework)
    return PersonGap(card, wanted, own, sees_all(access, card))


def fitting(roles: Iterable[RoleProfile], holding: Holding, framework: Framework) -> tuple[Gap, ...]:
    """The gaps to several roles, the one that fits best first: least essential steps missing, then least effort."""
    gaps = (gap_to(role, holding, framework) for role in roles)
    return tuple(sorted(gaps, key=lambda gap: (not gap.fits, gap.missing, gap.effort, gap.role.label, gap.role.iri)))


def own_role(card: Card, holding: Holding, framework: Framework) -> RoleProfile | None:
    """The role that a person most likely has: nobody records it, so of our roles at their grade it is the one of whose
    needs they meet the largest part, if that is at least a third. A grade that no role has narrows nothing."""
    roles = [role for role in framework.roles.values() if role.scheme == OWN_SCHEME and role.requirements]
    grade = (card.grade or "").casefold()
    graded = [role for role in roles if role.grade is not None and role.grade.notation.casefold() == grade]
    shares = [(_share(role, holding, framework), role) for role in graded or roles]
    likely = [(share, role) for share, role in shares if share >= LIKELY]
    return min(likely, key=lambda one: (-one[0], one[1].label, one[1].iri))[1] if likely else None


def require_own_role(card: Card, holding: Holding, framework: Framework) -> RoleProfile:
    """The person's own role, which has a next one; raises NotFoundError (rules `no-own-role`, `no-next-role`)."""
    own = own_role(card, holding, framework)
    if own is None:
        raise NotFoundError(
            "No role is known that would be this person's own.",
            rule="no-own-role",
            remedy="Name the role that is meant; the list of roles has them all.",
        )
    if not next_roles(own, framework):
        raise NotFoundError(
            f"{own.label} is the top of its ladder.",
            rule="no-next-role",
            remedy="Name the role that is meant; pathways show where else the skills lead.",
        )
    return own


def next_roles(role: RoleProfile, framework: Framework) -> tuple[str, ...]:
    """The roles one step up the ladder that there are."""
    return tuple(iri for iri in role.next if iri in framework.roles)


def _need_gap(need: Requirement, holding: Holding, framework: Framework, weights: Weights) -> NeedGap:
    held = holding.of(meant_by(need.skill, framework))
    level = int(held.level) if held else 0
    needed = int(needed_level(need))
    near = nearest(need.skill, holding, framework) if level < needed else None
    if near is not None and near.level <= level:
        near = None
    weight = weights.of(essential=need.essential)
    effort = effort_of(needed, level, int(near.level) if near else 0, weight, weights)
    return NeedGap(need, need.level, held, near, effort)


def _share(role: RoleProfile, holding: Holding, framework: Framework) -> float:
    met = whole = 0.0
    for need in role.requirements:
        if need.skill not in framework:
            continue
        held = holding.of(meant_by(need.skill, framework))
        weight, needed = WEIGHTS.of(essential=need.essential), int(needed_level(need))
        whole += weight * needed
        met += weight * min(needed, int(held.level) if held else 0)
    return met / whole if whole else 0.0
