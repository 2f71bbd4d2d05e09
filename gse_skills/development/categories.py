"""The professional category of many people at once: that of the role which is recorded of each, or is most likely.

The rule for one person is `own.own_role`; here it is worked out in columns over the views of a caller. Levels over
mappings to other schemes are not looked at, as in `near`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gse_skills.development.effort import WEIGHTS, meant_by, needed_level
from gse_skills.development.own import LIKELY, recorded_roles
from gse_skills.framework import OWN_SCHEME, Framework, RoleProfile
from gse_skills.index.holdings import held, holdings
from gse_skills.register import Register
from gse_skills.vocabulary import Category

CATEGORIES: tuple[Category | None, ...] = (*Category, None)
"""The categories, and None for people of whom none is known."""


def categories_of(
    register: Register, views: Sequence[str], persons: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Of each person the position of their category in `CATEGORIES`, and whether their role is recorded.

    `persons` are numbers of the index; what counts is what the views show of them today.
    """
    state = register.state
    identifiers = state.index.people.identifier[persons].tolist()
    recorded = recorded_roles(views, state.framework, register.store)
    profiles = [recorded.get(identifier) for identifier in identifiers]
    likely = _likely(register, views, persons)
    chosen = [profile or guess for profile, guess in zip(profiles, likely, strict=True)]
    found = [CATEGORIES.index(role.category if role is not None else None) for role in chosen]
    return np.array(found, np.int64), np.array([profile is not None for profile in profiles], np.bool_)


def _likely(register: Register, views: Sequence[str], persons: NDArray[np.uint32]) -> list[RoleProfile | None]:
    """The role of ours that is most likely of each person; see `own.likely_role`."""
    state = register.state
    framework, index = state.framework, state.index
    # Of equal shares the first wins.
    roles = sorted(
        (role for role in framework.roles.values() if role.scheme == OWN_SCHEME and role.requirements),
        key=lambda role: (role.label, role.iri),
    )
    if not roles or not len(persons):
        return [None] * len(persons)
    shares = _shares(register, views, persons, roles)
    names = [role.grade.notation.casefold() if role.grade is not None else None for role in roles]
    grades = [index.posts[post].grade.casefold() for post in index.people.post[persons].tolist()]
    for grade in {*grades} & {*names}:
        others = np.array([name != grade for name in names])
        theirs = np.array([one == grade for one in grades])
        shares[np.ix_(others, theirs)] = 0
    best = shares.argmax(axis=0)
    high = shares[best, np.arange(len(persons))]
    return [roles[role] if share >= LIKELY else None for role, share in zip(best.tolist(), high.tolist(), strict=True)]


def _shares(
    register: Register, views: Sequence[str], persons: NDArray[np.uint32], roles: Sequence[RoleProfile]
) -> NDArray[np.float64]:
    """(roles, persons): the part of the needs of each role that each person meets."""
    framework, index = register.state.framework, register.state.index
    meant = {need.skill: _meant(need.skill, framework) for role in roles for need in role.requirements}
    concepts = sorted({iri for those in meant.values() for iri in those})
    place = {iri: row for row, iri in enumerate(concepts)}
    skills = np.unique(np.concatenate([framework.descendants(iri) for iri in concepts]))
    levels = holdings(held(index, views, skills, persons), framework, concepts).levels
    shares = np.zeros((len(roles), len(persons)))
    for row, role in enumerate(roles):
        whole = 0.0
        for need in role.requirements:
            if not meant[need.skill]:
                continue
            weight, needed = WEIGHTS.of(essential=need.essential), int(needed_level(need))
            whole += weight * needed
            best = levels[[place[iri] for iri in meant[need.skill]]].max(axis=0)
            shares[row] += weight * np.minimum(best, needed)
        shares[row] /= whole or 1.0
    return shares


def _meant(skill: str, framework: Framework) -> tuple[str, ...]:
    return meant_by(skill, framework) if skill in framework else ()
