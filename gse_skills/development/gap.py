"""From a person to a role: what is held of each requirement, what is missing, and of what nobody has asked."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gse_skills.access import Access
from gse_skills.development.effort import WEIGHTS, Weights, effort_of, meant_by, nearest, needed_level
from gse_skills.development.holding import Held, Holding, find_card, holding_of, sees_all
from gse_skills.development.own import OwnRole, next_roles, require_own_role
from gse_skills.errors import InputError
from gse_skills.framework import Framework, Requirement, RoleProfile, role_named
from gse_skills.people import Card
from gse_skills.register import Register
from gse_skills.vocabulary import Level


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
    own: OwnRole | None
    """The person's own role, when its next one was asked for; None when a role was named."""
    whole: bool
    """Whether every record of the person is counted, or those that the caller sees."""
    as_of: datetime.date | None = None
    """The day of the answer; None for today."""
    known_at: datetime.date | None = None
    """As known at the end of that day; None for as known now."""


def gap_to(role: RoleProfile, holding: Holding, framework: Framework, weights: Weights = WEIGHTS) -> Gap:
    """What lies between what is held and what a role needs; a requirement of a concept that is not here is left out."""
    needs = [_need_gap(need, holding, framework, weights) for need in role.requirements if need.skill in framework]
    return Gap(
        role,
        tuple(one for one in needs if one.need.essential),
        tuple(one for one in needs if not one.need.essential),
    )


def ask_gap(
    register: Register,
    access: Access,
    digits: str,
    role: str | None = None,
    *,
    as_of: datetime.date | None = None,
    known_at: datetime.date | None = None,
) -> PersonGap:
    """The gap of a person to the role of that name, or without one to the next role above their own.

    With a day it is to what the role needs today. Raises NotFoundError (rules `unknown-person`, `unknown-role`,
    `no-own-role`, `no-next-role`), AmbiguousError, InputError (`role-missing`: which role somebody had on another day
    no view says) and what `holding_of` raises.
    """
    card = find_card(register, access, digits)
    state = register.state
    if role is None and (as_of is not None or known_at is not None):
        raise InputError(
            "Which role is the person's own is told for today only.",
            rule="role-missing",
            remedy="Name the role that is meant.",
        )
    holding = holding_of(register, access, digits, as_of=as_of, known_at=known_at)
    own = None
    if role is None:
        own = require_own_role(card, holding, state.framework)
        wanted = min(
            (
                gap_to(state.framework.role(iri), holding, state.framework)
                for iri in next_roles(own.profile, state.framework)
            ),
            key=lambda gap: (gap.effort, gap.role.iri),
        )
    else:
        wanted = gap_to(role_named(role, state.framework, state.lookup), holding, state.framework)
    return PersonGap(card, wanted, own, sees_all(access, card), as_of or known_at, known_at)


def fitting(roles: Iterable[RoleProfile], holding: Holding, framework: Framework) -> tuple[Gap, ...]:
    """The gaps to several roles, the one that fits best first: least essential steps missing, then least effort."""
    gaps = (gap_to(role, holding, framework) for role in roles)
    return tuple(sorted(gaps, key=lambda gap: (not gap.fits, gap.missing, gap.effort, gap.role.label, gap.role.iri)))


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
