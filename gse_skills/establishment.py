"""What an organisation says of itself beside its records: its tree of units, its headcounts, and what it aims at.

Stewards say it, and everybody who belongs to the organisation may know it; to all others it is not there.
"""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass, replace

from gse_skills.access import Access
from gse_skills.capability import (
    Declaration,
    Staffing,
    Stated,
    Structure,
    Target,
    end_target,
    known_in,
    read_statements,
    read_structure,
    read_targets,
    require_possible,
    require_sensible,
    sees_structure,
    sees_whole,
    unit_key,
    unknown_unit,
    write_declaration,
    write_structure,
    write_target,
)
from gse_skills.capability.figures import LEVELS
from gse_skills.disclosure import Figure
from gse_skills.errors import NotFoundError, RefusedError
from gse_skills.framework import OWN_SCHEME, SKILL_KINDS
from gse_skills.index import Delta, require_told
from gse_skills.register import Register, today
from gse_skills.vocabulary import Audience, Identifier, Level


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


def known_units(register: Register, access: Access, slug: str) -> tuple[str, ...]:
    """The units that the tree or a sheet names, sorted; in some of them nobody may be known yet.

    Raises RefusedError (`not-member`) and NotFoundError (`unknown-organisation`).
    """
    _require_member(register, access, slug)
    placed = (place.name for place in read_structure(register.store, slug).places)
    known = {unit_key(name): name for name in (*named_units(register, slug), *placed)}
    return tuple(known[key] for key in sorted(known))


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
        new = old.placed(name, above, since, until, named_units(register, slug))
        if not dry_run:
            write_structure(old, new, change)
            staffing = replace(Staffing.read(register.store, slug), structure=new)
            register.commit(change, Delta(), staffing=staffing)
            register.publish_figures(slug)
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
    known = {unit_key(one) for one in named_units(register, slug)}
    if unit_key(name) not in known and not read_structure(register.store, slug).of(name):
        raise unknown_unit(name)
    return place_unit(register, access, slug, name, above, since, dry_run=dry_run)


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration of coverage as people state it."""

    headcount: int
    unit: str = ""
    branch: str | None = None
    """Notation, IRI or label."""
    mapped: int | None = None
    stated_on: datetime.date | None = None
    """Today where nothing is said."""


@dataclass(frozen=True, slots=True)
class OwnCoverage:
    """How much of an organisation is mapped, by unit and branch, as far as the caller may know it."""

    organisation: str
    whole: bool
    """Whether the caller sees all records, and with them exact numbers of people mapped."""
    declarations: tuple[Declaration, ...]
    """Those that hold; how many were asked of a branch is for whoever sees all records."""
    statements: tuple[Stated, ...]
    """For whoever sees all records."""
    figures: tuple[tuple[str, str, Figure], ...] = ()
    """Unit, branch, and the people mapped of those not shared with the caller, for whoever may have figures of them."""
    figures_of: datetime.date | None = None
    """On which day these were published."""


def coverage_of(register: Register, access: Access, slug: str) -> OwnCoverage:
    """How much of an organisation is mapped; raises RefusedError (`not-member`) and NotFoundError
    (`unknown-organisation`).

    Members are told what is declared of headcounts, a profession lead besides how much is mapped in published figures,
    and whoever sees all records every number.
    """
    said = declarations_of(register, access, slug)
    if sees_whole(access, slug):
        return OwnCoverage(slug, True, said, read_statements(register.store, slug))
    return OwnCoverage(slug, False, said, (), *_published(register, access, slug))


def declarations_of(register: Register, access: Access, slug: str) -> tuple[Declaration, ...]:
    """What an organisation declares of itself now, as far as the caller may know it: how many were asked of a branch
    is for whoever sees all records.

    Raises RefusedError (`not-member`) and NotFoundError (`unknown-organisation`).
    """
    _require_member(register, access, slug)
    said = Staffing.read(register.store, slug).declarations
    return said if sees_whole(access, slug) else tuple(replace(one, mapped=None) for one in said)


def _published(
    register: Register, access: Access, slug: str
) -> tuple[tuple[tuple[str, str, Figure], ...], datetime.date | None]:
    if Audience.PRIVATE.view(slug) not in access.counts:
        return (), None
    try:
        whole = register.figures.at(slug, today())
    except NotFoundError:
        # Nothing was published yet: there are no figures.
        return (), None
    units = sorted(register.figures.units(slug), key=unit_key)
    found = [("", whole)]
    for unit in units:
        with suppress(NotFoundError):  # of that unit nothing was published in the state that answers
            found.append((unit, register.figures.at(slug, today(), unit)))
    tops = register.state.framework.top_concepts(OWN_SCHEME)
    told = tuple((unit, iri, one.of(iri, LEVELS[0])) for unit, one in found for iri in tops if one.tells(iri))
    return told, whole.day


def declare_coverage(
    register: Register, access: Access, slug: str, said: Declared, *, dry_run: bool = False
) -> Declaration:
    """Declare how many people an organisation or a unit has, and how many of them are mapped in a branch.

    What was declared of the same unit and branch before gives way, and stays in history. Raises RefusedError
    (`not-steward`), NotFoundError (`unknown-organisation`, `unknown-unit`, `unknown-term`), AmbiguousError, InputError
    (what `require_possible` raises) and ConflictError (`older-than-known`, `change-under-way`).
    """
    access.require_keeper(slug)
    state = register.state
    state.organisation(slug)
    with register.change() as change:
        staffing = Staffing.read(register.store, slug)
        declared = Declaration(
            Identifier.mint("coverage"),
            said.headcount,
            said.stated_on or today(),
            _unit(register, slug, said.unit),
            None if said.branch is None else state.lookup.resolve(said.branch, kinds=SKILL_KINDS).concept,
            said.mapped,
        )
        known = known_in(staffing.structure, declared.unit, state.index, register.store, today())
        require_possible(declared, known, staffing.declarations, state.framework, today())
        if not dry_run:
            kept = write_declaration(declared, slug, staffing.declarations, change)
            register.commit(change, Delta(), staffing=replace(staffing, declarations=kept))
    return declared


def targets_of(register: Register, access: Access, slug: str, as_of: datetime.date | None = None) -> tuple[Target, ...]:
    """The targets of a day, or of now; raises RefusedError (`not-member`), NotFoundError (`unknown-organisation`) and
    InputError (`day-to-come`, `before-any-record`)."""
    _require_member(register, access, slug)
    require_told(today(), as_of)
    return tuple(one for one in read_targets(register.store, slug) if one.holds(as_of or today()))


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


def named_units(register: Register, slug: str) -> tuple[str, ...]:
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
    for known in (*placed, *named_units(register, slug)):
        if unit_key(known) == unit_key(name):
            return known
    raise unknown_unit(name)
