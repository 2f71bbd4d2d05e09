"""What an organisation says of itself beside its records: its tree of units, and what it aims at.

Stewards say it, and everybody who belongs to the organisation may know it; to all others it is not there.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from gse_skills.access import Access
from gse_skills.capability import (
    Structure,
    Target,
    end_target,
    read_structure,
    read_targets,
    require_sensible,
    sees_structure,
    unit_key,
    unknown_unit,
    write_structure,
    write_target,
)
from gse_skills.errors import NotFoundError, RefusedError
from gse_skills.framework import SKILL_KINDS
from gse_skills.index import Delta
from gse_skills.register import Register, today
from gse_skills.vocabulary import Identifier, Level


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target as people state it."""

    concept: str
    """Notation, IRI or label."""
    level: Level
    people: int
    by: datetime.date
    essential: bool = True
    unit: str = ""


def structure_of(register: Register, access: Access, slug: str) -> Structure:
    """An organisation's tree; raises RefusedError (`not-member`) and NotFoundError (`unknown-organisation`)."""
    _require_member(register, access, slug)
    return read_structure(register.store, slug)


def place_unit(
    register: Register,
    access: Access,
    slug: str,
    name: str,
    above: str | None,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    *,
    dry_run: bool = False,
) -> Structure:
    """Say that a unit hangs below another, or below the organisation (None), from one day until another.

    What was said of the unit for that time gives way. Gives the structure as it is then. Raises RefusedError
    (`not-steward`), NotFoundError (`unknown-organisation`, `unknown-unit`), InputError (`unit-name`, `unit-dates`,
    `unit-cycle`) and ConflictError (`change-under-way`).
    """
    access.require_keeper(slug)
    register.state.organisation(slug)
    with register.change() as change:
        old = read_structure(register.store, slug)
        new = old.placed(name, above, since, until, _named(register, slug))
        if not dry_run:
            write_structure(old, new, change)
            register.commit(change, Delta())
    return new


def move_unit(
    register: Register,
    access: Access,
    slug: str,
    name: str,
    above: str | None,
    since: datetime.date,
    *,
    dry_run: bool = False,
) -> Structure:
    """Move a unit that is known to below another, or to below the organisation, from a day on.

    Where it hung before that day stays as it was, and so do figures as of such a day. Raises what `place_unit` does.
    """
    access.require_keeper(slug)
    register.state.organisation(slug)
    known = {unit_key(one) for one in _named(register, slug)}
    if unit_key(name) not in known and not read_structure(register.store, slug).of(name):
        raise unknown_unit(name)
    return place_unit(register, access, slug, name, above, since, dry_run=dry_run)


def targets_of(register: Register, access: Access, slug: str) -> tuple[Target, ...]:
    """The targets of now; raises RefusedError (`not-member`) and NotFoundError (`unknown-organisation`)."""
    _require_member(register, access, slug)
    return tuple(one for one in read_targets(register.store, slug) if one.holds(today()))


def add_target(register: Register, access: Access, slug: str, wanted: Wanted, *, dry_run: bool = False) -> Target:
    """Set a target.

    Raises RefusedError (`not-steward`), NotFoundError (`unknown-organisation`, `unknown-term`, `unknown-unit`),
    AmbiguousError, InputError (`deprecated-skill`, `target-people`, `target-date`) and ConflictError.
    """
    access.require_keeper(slug)
    state = register.state
    state.organisation(slug)
    target = Target(
        Identifier.mint("target"),
        state.lookup.resolve(wanted.concept, kinds=SKILL_KINDS).concept,
        wanted.level,
        wanted.people,
        wanted.by,
        wanted.essential,
        _unit(register, slug, wanted.unit),
        today(),
    )
    require_sensible(target, state.framework, today())
    if not dry_run:
        with register.change() as change:
            write_target(target, slug, change)
            register.commit(change, Delta())
    return target


def drop_target(register: Register, access: Access, slug: str, identifier: str, *, dry_run: bool = False) -> Target:
    """Drop a target, given by its sixteen digits; what was aimed at before today stays in history.

    Raises RefusedError (`not-steward`), NotFoundError (`unknown-organisation`, `unknown-target`) and ConflictError.
    """
    access.require_keeper(slug)
    with register.change() as change:
        found = next(
            (one for one in targets_of(register, access, slug) if f"{one.identifier.value:016x}" == identifier), None
        )
        if found is None:
            raise NotFoundError(
                f"There is no target {identifier}.",
                rule="unknown-target",
                remedy="See `gse-skills target list`: each has sixteen digits.",
            )
        if not dry_run:
            end_target(found, slug, today(), change)
            register.commit(change, Delta())
    return found


def _require_member(register: Register, access: Access, slug: str) -> None:
    if not sees_structure(access, slug):
        raise RefusedError(
            f"You may not see the units and targets of {slug}.",
            rule="not-member",
            remedy="They are for those who belong to that organisation.",
        )
    register.state.organisation(slug)


def _named(register: Register, slug: str) -> tuple[str, ...]:
    """The units that an organisation's sheets name."""
    index = register.state.index
    if slug not in index.organisations:
        return ()
    mine = index.people.post[index.people.organisation == index.organisations.index(slug)]
    return tuple(sorted({index.posts[post].unit for post in set(mine.tolist())} - {""}))


def _unit(register: Register, slug: str, name: str) -> str:
    """A unit as the organisation writes it; raises NotFoundError (rule `unknown-unit`)."""
    if not name:
        return ""
    placed = (place.name for place in read_structure(register.store, slug).places)
    for known in (*placed, *_named(register, slug)):
        if unit_key(known) == unit_key(name):
            return known
    raise unknown_unit(name)
