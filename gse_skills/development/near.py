"""Who is close to a role: of the people whom the caller sees, those to whom least of it is missing."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gse_skills.access import Access
from gse_skills.capability import holding_on, known_records, not_whole, sees_whole
from gse_skills.development.effort import meant_by, needed_level
from gse_skills.framework import RoleProfile
from gse_skills.index import Columns, Held, members, require_told
from gse_skills.index.holdings import held as held_by
from gse_skills.index.holdings import holdings
from gse_skills.people import Card, read_cards
from gse_skills.register import Register, today
from gse_skills.vocabulary import Identifier

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Close:
    """Somebody close to a role."""

    card: Card
    missing: int
    """Essential steps that are missing, by what the caller sees."""
    not_mapped: int
    """Essential skills in which nobody has asked them."""


@dataclass(frozen=True, slots=True)
class WhoIsClose:
    """The answer, over the people whom the caller sees."""

    role: RoleProfile
    people: int
    """Whom the caller sees."""
    fit: int
    """Of these, how many lack nothing essential."""
    close: tuple[Close, ...]
    """Those who lack least, by name among equals; only people with a record of something that the role needs."""
    as_of: datetime.date | None = None
    """The day of the answer; None for today."""
    known_at: datetime.date | None = None
    """As known at the end of that day; None for as known now."""


def who_is_close(
    register: Register,
    access: Access,
    role: RoleProfile,
    limit: int = SHOWN,
    as_of: datetime.date | None = None,
    known_at: datetime.date | None = None,
) -> WhoIsClose:
    """Who is close to a role, over the views of the caller; levels over mappings to other schemes are not looked at.

    With a day, who of the people seen now was close on it, as known now, to what the role needs today; who has left
    since is not among them. As known at the end of `known_at`, which is then also the day where `as_of` names none, it
    is told of the organisations of which the caller sees all records. Raises InputError (`day-to-come`,
    `before-any-record`) and RefusedError (`not-whole`, where there is no such organisation).
    """
    require_told(today(), as_of, known_at)
    state, day = register.state, as_of or known_at
    whole = [slug for slug in state.index.organisations if sees_whole(access, slug)]
    if known_at is None:
        persons = members(state.index, access.views)
    elif whole:
        persons = np.sort(np.concatenate([members(state.index, access.views, slug) for slug in whole]))
    else:
        raise not_whole()
    needs = [need for need in role.requirements if need.essential and need.skill in state.framework]
    if not needs or not len(persons):
        return WhoIsClose(role, len(persons), 0, (), day, known_at)
    lists = [meant_by(need.skill, state.framework) for need in needs]
    concepts = sorted({iri for those in lists for iri in those})
    skills = np.unique(np.concatenate([state.framework.descendants(iri) for iri in concepts]))
    if known_at is None:
        found = held_by(state.index, access.views, skills, persons, as_of)
    else:
        found = _held_then(register, whole, persons, skills, day or known_at, known_at)
    levels = holdings(found, state.framework, concepts).levels.astype(np.int16)
    held = np.stack([levels[[concepts.index(iri) for iri in those]].max(axis=0) for those in lists], axis=1)
    missing = np.maximum(np.array([needed_level(need) for need in needs], np.int16) - held, 0).sum(axis=1)
    begun = np.flatnonzero(held.any(axis=1))
    order = begun[np.argsort(missing[begun], kind="stable")]
    # A few more than are shown, so that equals are told by name and not by the number that they have here.
    order = (
        order[: np.searchsorted(missing[order], missing[order[limit - 1]], side="right")]
        if len(order) > limit
        else order
    )
    chosen = order[: limit * 10].tolist()
    iris = [Identifier("person", int(state.index.people.identifier[persons[row]])).iri for row in chosen]
    cards = read_cards(iris, access.views, register.store)
    close = [
        Close(cards[iri], int(missing[row]), int((held[row] == 0).sum()))
        for iri, row in zip(iris, chosen, strict=True)
        if iri in cards
    ]
    close.sort(key=lambda one: (one.missing, one.card.name.casefold(), one.card.person))
    return WhoIsClose(role, len(persons), int((missing == 0).sum()), tuple(close[:limit]), day, known_at)


def _held_then(
    register: Register,
    organisations: Sequence[str],
    persons: NDArray[np.uint32],
    skills: NDArray[np.int32],
    day: datetime.date,
    known_at: datetime.date,
) -> Held:
    """What `persons` held of `skills` on a day, as it was known at the end of another."""
    state, rows = register.state, Columns.empty()
    for slug in organisations:
        history = known_records(register.store, state.framework, slug, known_at)
        rows = rows.plus(holding_on(history, day, state.standing))
    identifiers = state.index.people.identifier[persons]
    rows = rows.take(np.flatnonzero(np.isin(rows.skill, skills) & np.isin(rows.person, identifiers)))
    return Held(persons, replace(rows, person=np.searchsorted(identifiers, rows.person).astype(np.uint64)))
