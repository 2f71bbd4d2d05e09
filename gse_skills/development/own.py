"""A person's own role: the one that is recorded, and where none is, the one that their skills make most likely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from gse_skills.development.effort import WEIGHTS, meant_by, needed_level
from gse_skills.development.holding import Holding
from gse_skills.errors import NotFoundError
from gse_skills.framework import OWN_SCHEME, Framework, RoleProfile, role_in_force
from gse_skills.people import Card
from gse_skills.records.lexical import record_value
from gse_skills.store import Query, Store

LIKELY = 1 / 3
"""The least part of a role's needs that somebody meets of whom it is taken to be their own."""


@dataclass(frozen=True, slots=True)
class OwnRole:
    """The role that a person has."""

    profile: RoleProfile
    recorded: bool
    """Whether it is recorded of the person; otherwise it is taken from their skills."""


def own_role(card: Card, holding: Holding, framework: Framework) -> OwnRole | None:
    """The role that a person has: the recorded one, or the one that is most likely.

    One that is recorded and no longer used counts as what took its place; one that no scheme has any more as none.
    """
    recorded = role_in_force(card.role, framework) if card.role else None
    if recorded is not None:
        return OwnRole(recorded, recorded=True)
    likely = likely_role(card, holding, framework)
    return OwnRole(likely, recorded=False) if likely is not None else None


def likely_role(card: Card, holding: Holding, framework: Framework) -> RoleProfile | None:
    """Of our roles at a person's grade the one of whose needs they meet the largest part, if that is at least a third.
    A grade that no role has narrows nothing."""
    roles = [role for role in framework.roles.values() if role.scheme == OWN_SCHEME and role.requirements]
    grade = (card.grade or "").casefold()
    graded = [role for role in roles if role.grade is not None and role.grade.notation.casefold() == grade]
    shares = [(_share(role, holding, framework), role) for role in graded or roles]
    likely = [(share, role) for share, role in shares if share >= LIKELY]
    return min(likely, key=lambda one: (-one[0], one[1].label, one[1].iri))[1] if likely else None


def require_own_role(card: Card, holding: Holding, framework: Framework) -> OwnRole:
    """The person's own role, which has a next one; raises NotFoundError (rules `no-own-role`, `no-next-role`)."""
    own = own_role(card, holding, framework)
    if own is None:
        raise NotFoundError(
            "No role is known that would be this person's own.",
            rule="no-own-role",
            remedy="Name the role that is meant; the list of roles has them all.",
        )
    if not next_roles(own.profile, framework):
        raise NotFoundError(
            f"{own.profile.label} is the top of its ladder.",
            rule="no-next-role",
            remedy="Name the role that is meant; pathways show where else the skills lead.",
        )
    return own


def next_roles(role: RoleProfile, framework: Framework) -> tuple[str, ...]:
    """The roles one step up the ladder that there are."""
    return tuple(iri for iri in role.next if iri in framework.roles)


def recorded_roles(views: Sequence[str], framework: Framework, store: Store) -> dict[int, RoleProfile]:
    """The recorded roles of the people whom some views show, by the number of the person; for questions about many."""
    found: dict[int, RoleProfile] = {}
    for view in views:
        for person, role in store.select(Query("own_roles"), view=NamedNode(view)):
            profile = role_in_force(role.value, framework)
            if profile is not None:
                found[record_value(person.value)] = profile
    return found


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
