"""Targets: how many people an organisation or a unit needs at a level in a part of the framework, by a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import NamedNode

from gse_skills.errors import InputError
from gse_skills.framework import Concept, Framework
from gse_skills.records.lexical import day_or_none
from gse_skills.store import Change, Query, Store, term
from gse_skills.vocabulary import GRAPH, GSE, RDF, Identifier, Level

MOST_PEOPLE = 1_000_000


class Standing(StrEnum):
    """How a target stands."""

    MET = "met"
    SHORT = "short"
    NOT_MAPPED = "not-mapped"
    """Nobody has a record there: as far as is known nobody was asked, which is not none."""
    NOT_KNOWN = "not-known"
    """Too few of those whom the caller sees; of the others nothing is said."""


@dataclass(frozen=True, slots=True)
class Target:
    """So many people at a level or above, by a day."""

    identifier: Identifier
    concept: str
    """IRI."""
    level: Level
    people: int
    by: datetime.date
    essential: bool = True
    """Whether it is essential; otherwise it is wanted."""
    unit: str = ""
    """As the organisation writes it; empty for the whole organisation."""
    since: datetime.date | None = None
    """The day on which it was set."""
    until: datetime.date | None = None
    """The day on which it was dropped."""

    def holds(self, day: datetime.date, known_at: datetime.date | None = None) -> bool:
        """Whether it is a target on a day, as known now or at the end of a day: one is set and dropped on the day on
        which that is said."""
        if known_at is not None and self.since is not None and known_at < self.since:
            return False
        dropped = self.until is not None and self.until <= min(day, known_at or day)
        return (self.since is None or self.since <= day) and not dropped


@dataclass(frozen=True, slots=True)
class Reached:
    """A target, and how far it is met by the people who count."""

    target: Target
    have: int
    """People at the level or above."""
    mapped: int
    """People with any record there."""
    standing: Standing

    @property
    def short_by(self) -> int:
        """How many people are missing; 0 when it is met."""
        return max(0, self.target.people - self.have)


def judged(target: Target, have: int, mapped: int, *, whole: bool, asked: bool = False) -> Reached:
    """How a target stands; `whole` says whether everybody was counted, or only those whom the caller sees, and `asked`
    whether people are declared to have been asked."""
    if have >= target.people:
        standing = Standing.MET
    elif not whole:
        standing = Standing.NOT_KNOWN
    else:
        standing = Standing.SHORT if mapped or asked else Standing.NOT_MAPPED
    return Reached(target, have, mapped, standing)


def require_sensible(target: Target, framework: Framework, today: datetime.date) -> None:
    """Refuse a target that cannot be one; raises InputError (`deprecated-skill`, `target-people`, `target-date`)."""
    concept = framework.concept(target.concept)
    if concept.deprecated:
        raise deprecated_skill(concept, framework, "so nobody can be asked to have it")
    if not 1 <= target.people <= MOST_PEOPLE:
        raise InputError(
            f"Nobody can need {target.people:,} people.",
            rule="target-people",
            remedy=f"Give a number from 1 to {MOST_PEOPLE:,}.",
        )
    if target.by < today:
        raise InputError(
            f"{target.by:%d/%m/%Y} is over.", rule="target-date", remedy="Give a day from today on to be ready by."
        )


def deprecated_skill(concept: Concept, framework: Framework, so: str) -> InputError:
    """The error (rule `deprecated-skill`) for a concept that is no longer used; it names what took its place."""
    instead = [framework.concept(iri) for iri in concept.replaced_by if iri in framework]
    names = ", ".join(f"{one.pref_label} ({one.notation or one.iri})" for one in instead)
    return InputError(
        f"{concept.pref_label} is no longer used, {so}.",
        rule="deprecated-skill",
        remedy=f"Name {names} instead." if instead else "Name the group above it.",
        extra={"replaced_by": [one.iri for one in instead]},
    )


def read_targets(store: Store, organisation: str) -> tuple[Target, ...]:
    """All targets of an organisation, those that were dropped included, the soonest first."""
    rows = store.select(Query("targets"), source=NamedNode(GRAPH[f"source/{organisation}"]))
    found = (
        Target(
            Identifier.from_iri(target.value),
            skill.value,
            Level.from_iri(level.value),
            int(people.value),
            datetime.date.fromisoformat(by.value),
            importance.value == GSE.Essential,
            unit.value if unit else "",
            day_or_none(since),
            day_or_none(until),
        )
        for target, skill, level, people, by, importance, unit, since, until in rows
    )
    return tuple(sorted(found, key=lambda one: (one.by, one.concept, one.unit, one.identifier)))


def write_target(target: Target, organisation: str, change: Change) -> None:
    """Write a new target into `change`."""
    graph = term.iri(GRAPH[f"source/{organisation}"])
    for predicate, value in _facts(target):
        change.add(term.iri(target.identifier.iri), term.iri(predicate), value, graph)


def end_target(target: Target, organisation: str, day: datetime.date, change: Change) -> None:
    """Write into `change` that a target is none from a day on."""
    graph = term.iri(GRAPH[f"source/{organisation}"])
    change.add(term.iri(target.identifier.iri), term.iri(GSE.validUntil), term.date(day), graph)


def _facts(target: Target) -> Iterable[tuple[str, str]]:
    yield RDF.type, term.iri(GSE.CapabilityTarget)
    yield GSE.skill, term.iri(target.concept)
    yield GSE.level, term.iri(target.level.iri)
    yield GSE.peopleNeeded, term.integer(target.people)
    yield GSE.neededBy, term.date(target.by)
    yield GSE.importance, term.iri(GSE.Essential if target.essential else GSE.Desirable)
    if target.unit:
        yield GSE.unit, term.literal(target.unit)
    if target.since is not None:
        yield GSE.validFrom, term.date(target.since)
