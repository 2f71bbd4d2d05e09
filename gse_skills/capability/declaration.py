"""What an organisation or a unit declares of itself: its headcount, and how many people were asked of a branch.

The records only know the people of whom somebody told. A declaration says how many there are, and that people were
asked of a branch even where none of them had anything to record: that is what tells *none* from *not mapped*.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from gse_skills.capability.targets import deprecated_skill
from gse_skills.capability.units import unit_key
from gse_skills.errors import ConflictError, InputError
from gse_skills.framework import Framework
from gse_skills.records import organisation_iri
from gse_skills.records.lexical import day_or_none
from gse_skills.store import Change, Query, Store, term
from gse_skills.vocabulary import GRAPH, GSE, RDF, Identifier

MOST_PEOPLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Declaration:
    """So many people, and if it is of a branch, so many of them mapped in it, as of a day."""

    identifier: Identifier
    headcount: int
    stated_on: datetime.date
    unit: str = ""
    """As the organisation writes it; empty for the whole organisation."""
    branch: str | None = None
    """IRI; None where nothing is said but the headcount."""
    mapped: int | None = None
    """People who were asked of the branch, whether or not they had anything to record; None without a branch."""
    until: datetime.date | None = None
    """The first day on which it holds no more: a newer one of the same unit and branch took its place."""

    def holds(self, day: datetime.date) -> bool:
        """Whether it holds on a day."""
        return self.stated_on <= day and (self.until is None or day < self.until)

    @property
    def place(self) -> tuple[str, str | None]:
        """What it is about: the key of the unit, and the branch."""
        return unit_key(self.unit), self.branch


def headcount_of(declarations: Iterable[Declaration], unit: str) -> Declaration | None:
    """The declaration that says how many people a unit has, or with an empty name the organisation: the newest.

    Of several of one day the one that is of no branch.
    """
    mine = (one for one in declarations if unit_key(one.unit) == unit_key(unit))
    return max(mine, key=lambda one: (one.stated_on, one.branch is None, one.identifier), default=None)


def mapped_of(declarations: Iterable[Declaration], unit: str, above: Sequence[str]) -> Declaration | None:
    """The declaration that says how many people of a unit are mapped in a concept; `above` is it and all above it."""
    inside = (one for one in declarations if unit_key(one.unit) == unit_key(unit) and one.branch in above)
    return max(inside, key=lambda one: (one.stated_on, one.identifier), default=None)


def require_possible(
    said: Declaration, known: int, former: Iterable[Declaration], framework: Framework, today: datetime.date
) -> None:
    """Refuse a declaration that cannot be one; `known` is how many people the records know there.

    Raises InputError (`headcount-range`, `headcount-too-low`, `mapped-and-branch`, `mapped-too-many`, `future-date`,
    `deprecated-skill`) and ConflictError (`older-than-known`).
    """
    if not 0 <= said.headcount <= MOST_PEOPLE:
        remedy = f"Give a number from 0 to {MOST_PEOPLE:,}."
        raise InputError(f"A unit cannot have {said.headcount:,} people.", rule="headcount-range", remedy=remedy)
    if said.headcount < known:
        raise InputError(
            f"The records know {known:,} people there, more than {said.headcount:,}.",
            rule="headcount-too-low",
            remedy="Count again, or import who has left.",
        )
    if (said.branch is None) != (said.mapped is None):
        remedy = "Name the branch of the framework and how many people are mapped in it, or neither."
        raise InputError("Of a branch goes how many are mapped in it.", rule="mapped-and-branch", remedy=remedy)
    if said.mapped is not None and not 0 <= said.mapped <= said.headcount:
        raise InputError(
            f"{said.mapped:,} of {said.headcount:,} people cannot be mapped.",
            rule="mapped-too-many",
            remedy="Give a number from 0 to the headcount.",
        )
    if said.stated_on > today:
        raise InputError(
            f"{said.stated_on:%d/%m/%Y} has not come.", rule="future-date", remedy="Give a day up to today."
        )
    if said.branch is not None and framework.concept(said.branch).deprecated:
        raise deprecated_skill(framework.concept(said.branch), framework, "so nobody can be asked to have it")
    for one in former:
        if one.place == said.place and one.until is None and one.stated_on > said.stated_on:
            raise ConflictError(
                f"What was declared on {one.stated_on:%d/%m/%Y} is known, and newer.",
                rule="older-than-known",
                remedy="Declare what holds now, with its day.",
            )


def read_declarations(store: Store, organisation: str) -> tuple[Declaration, ...]:
    """All declarations of an organisation, those that hold no more included, the oldest first."""
    rows = store.select(Query("coverage_declarations"), source=NamedNode(GRAPH[f"source/{organisation}"]))
    found = (
        Declaration(
            Identifier.from_iri(declaration.value),
            int(headcount.value),
            datetime.date.fromisoformat(on.value),
            unit.value if unit else "",
            branch.value if branch else None,
            int(mapped.value) if mapped else None,
            day_or_none(until),
        )
        for declaration, headcount, on, unit, branch, mapped, until in rows
    )
    return tuple(sorted(found, key=lambda one: (one.stated_on, one.unit, one.branch or "", one.identifier)))


def write_declaration(
    said: Declaration, organisation: str, former: Iterable[Declaration], change: Change
) -> tuple[Declaration, ...]:
    """Write into `change` that something is declared, and that what it takes the place of ends.

    Gives the declarations that hold then.
    """
    graph = term.iri(GRAPH[f"source/{organisation}"])
    kept = []
    for one in former:
        if one.until is None and one.place == said.place:
            change.add(term.iri(one.identifier.iri), term.iri(GSE.validUntil), term.date(said.stated_on), graph)
        elif one.until is None:
            kept.append(one)
    for predicate, value in declared_facts(said, organisation):
        change.add(term.iri(said.identifier.iri), predicate, value, graph)
    return (*kept, said)


def declared_facts(said: Declaration, organisation: str) -> Iterable[tuple[str, str]]:
    """What is stated of a declaration that holds, as terms."""
    yield term.iri(RDF.type), term.iri(GSE.CoverageDeclaration)
    yield term.iri(GSE.coverageOf), term.iri(organisation_iri(organisation))
    yield term.iri(GSE.headcount), term.integer(said.headcount)
    yield term.iri(GSE.statedOn), term.date(said.stated_on)
    if said.unit:
        yield term.iri(GSE.unit), term.literal(said.unit)
    if said.branch is not None and said.mapped is not None:
        yield term.iri(GSE.branch), term.iri(said.branch)
        yield term.iri(GSE.peopleMapped), term.integer(said.mapped)
