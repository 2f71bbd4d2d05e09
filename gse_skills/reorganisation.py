"""The end of a unit: on a day it is no more, and whoever and whatever was in it goes on in another.

So two units merge into a third in the middle of a year. History stays right, since people, units below and what is
aimed at keep the time in which they were of the unit. In RDF it is an `org:ChangeEvent` (W3C Organization Ontology).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gse_skills.access import Access
from gse_skills.capability import (
    Declaration,
    Staffing,
    Structure,
    Target,
    end_target,
    read_targets,
    unit_key,
    write_structure,
    write_target,
)
from gse_skills.errors import ConflictError
from gse_skills.establishment import named_units
from gse_skills.imports.state import Known, OrganisationState, read_state
from gse_skills.imports.statements import Activity, Statements
from gse_skills.index import Delta, Facts, Post, require_told
from gse_skills.records import organisation_iri, person_views
from gse_skills.register import Register, today
from gse_skills.store import Change, term
from gse_skills.views import rewrite
from gse_skills.vocabulary import GRAPH, GSE, ORG, PROV, RDF, Identifier


@dataclass(frozen=True, slots=True)
class UnitEnd:
    """What ends with a unit, and what goes on elsewhere."""

    unit: str
    """As the organisation writes it."""
    on: datetime.date
    """The first day on which it is no more."""
    into: str | None
    """The unit in which everything goes on; None for a unit in which nothing was left."""
    people: int
    """Who goes on there."""
    units: tuple[str, ...]
    """What hung directly below it."""
    targets: int
    """Those of the unit: they go on there from today, or are dropped with a unit that goes nowhere."""
    declarations: int
    """What was declared of the unit and ends with it."""
    structure: Structure
    """The places of all units as they are then."""


def end_unit(
    register: Register,
    access: Access,
    slug: str,
    name: str,
    on: datetime.date,
    into: str | None = None,
    *,
    dry_run: bool = False,
) -> UnitEnd:
    """End a unit on a day: what is below it and who is in it must have gone, or goes `into` another unit.

    Raises RefusedError (`not-steward`), NotFoundError (`unknown-organisation`, `unknown-unit`), InputError
    (`day-to-come`, `before-any-record`, `unit-not-empty`, `unit-ended`, `unit-dates`, `unit-cycle`) and ConflictError
    (`unit-not-empty` for people, `change-under-way`).
    """
    access.require_keeper(slug)
    register.state.organisation(slug)
    require_told(today(), on)
    with register.change() as change:
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        activity = Activity(Identifier.mint("change"), slug, now)
        staffing = Staffing.read(register.store, slug)
        structure = staffing.structure.ended(name, on, into, named_units(register, slug))
        unit, other = _written(structure, name), None if into is None else _written(structure, into)
        ending = _Ending(register, change, activity, unit, other, on, Delta(because=activity.identifier.iri))
        people = ending.people()
        targets = ending.targets()
        kept = ending.declarations(staffing.declarations)
        write_structure(staffing.structure, structure, change)
        ending.tell(structure)
        if not dry_run:
            register.commit(change, ending.delta, staffing=replace(staffing, structure=structure, declarations=kept))
            register.publish_figures(slug)
    below = staffing.structure.directly_below(name, on)
    return UnitEnd(unit, on, other, people, below, targets, len(staffing.declarations) - len(kept), structure)


def _written(structure: Structure, name: str) -> str:
    return structure.of(name)[-1].name


@dataclass(slots=True)
class _Ending:
    register: Register
    change: Change
    activity: Activity
    unit: str
    into: str | None
    on: datetime.date
    delta: Delta
    _statements: Statements = field(init=False)

    def __post_init__(self) -> None:
        self._statements = Statements(self.change, self.activity, self.register.state.framework)

    def people(self) -> int:
        """Move who is in the unit; raises ConflictError (rule `unit-not-empty`) where nothing says whereto."""
        state = read_state(self.register.store, self.register.state.index, self.activity.organisation)
        inside = list(self._inside(state))
        if inside and self.into is None:
            raise ConflictError(
                f"{len(inside):,} people are in {self.unit}.",
                rule="unit-not-empty",
                remedy="Say into which unit they go, or send a sheet that says where they are.",
                extra={"people": len(inside)},
            )
        for known in inside:
            self._move(known, state)
        return len(inside)

    def _inside(self, state: OrganisationState) -> Iterator[Known]:
        for known in state.people.values():
            if known.membership is not None and unit_key(known.person.unit or "") == unit_key(self.unit):
                yield known

    def _move(self, known: Known, state: OrganisationState) -> None:
        assert known.membership is not None, "only who is in the unit moves"
        old, new = known.person, replace(known.person, unit=self.into)
        # Nothing ends before it began: a sheet may have named the unit after its end.
        day = max(self.on, known.since or self.on)
        self._statements.end(term.iri(Identifier("membership", known.membership).iri), day)
        self._statements.membership(new, day)
        number, framework, rules = new.identifier.value, self.register.state.framework, self.register.state.rules
        records = state.records_of(number)
        was, becomes = (person_views(one, records, framework, rules) for one in (old, new))
        rewrite(number, was, becomes, self.change, self.delta)
        self.delta.people[number] = Facts(
            new.organisation, new.availability_flag, Post(new.unit or "", new.grade or "", new.site or "")
        )

    def targets(self) -> int:
        """End the targets of the unit; where it goes into another they go on there."""
        slug = self.activity.organisation
        mine = [one for one in read_targets(self.register.store, slug) if self._is_mine(one)]
        for one in mine:
            end_target(one, slug, today(), self.change)
            if self.into is not None:
                fresh = replace(one, identifier=Identifier.mint("target"), unit=self.into, since=today())
                write_target(fresh, slug, self.change)
        return len(mine)

    def _is_mine(self, target: Target) -> bool:
        return unit_key(target.unit) == unit_key(self.unit) and target.holds(today())

    def declarations(self, known: tuple[Declaration, ...]) -> tuple[Declaration, ...]:
        """End what is declared of the unit; gives what stays."""
        graph = term.iri(GRAPH[f"source/{self.activity.organisation}"])
        for one in known:
            if unit_key(one.unit) == unit_key(self.unit):
                until = term.date(max(self.on, one.stated_on))
                self.change.add(term.iri(one.identifier.iri), term.iri(GSE.validUntil), until, graph)
        return tuple(one for one in known if unit_key(one.unit) != unit_key(self.unit))

    def tell(self, structure: Structure) -> None:
        """Say of the event when it was told, of which unit it is, and into which it goes."""
        about, slug = self.activity, self.activity.organisation
        facts = [
            (RDF.type, term.iri(ORG.ChangeEvent)),
            (PROV.startedAtTime, term.date_time(about.started)),
            (PROV.wasAssociatedWith, term.iri(organisation_iri(slug))),
            (ORG.originalOrganization, term.iri(structure.of(self.unit)[-1].iri)),
        ]
        if self.into is not None:
            facts.append((ORG.resultingOrganization, term.iri(structure.of(self.into)[-1].iri)))
        for predicate, value in facts:
            subject, graph = term.iri(about.identifier.iri), term.iri(GRAPH[f"source/{slug}"])
            self.change.add(subject, term.iri(predicate), value, graph)


__all__ = ["UnitEnd", "end_unit"]
