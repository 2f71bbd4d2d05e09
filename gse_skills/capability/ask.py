"""The question "what can this organisation do", and its answer for whoever may see the people."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gse_skills.access import Access
from gse_skills.capability.declaration import Declaration, headcount_of, mapped_of, read_declarations
from gse_skills.capability.figures import Figures, PublishedFigures
from gse_skills.capability.fragility import Fragility, bridges, departures
from gse_skills.capability.leaving import AHEAD, Going, Leaving, LeavingDays, ahead, days_of, require_horizon
from gse_skills.capability.line import Line, SinglePoint, line_up, single_points
from gse_skills.capability.past import index_on, require_whole
from gse_skills.capability.posts import UnitCount, counted_units, units_of_people
from gse_skills.capability.sight import relevant, sees_structure, sees_whole
from gse_skills.capability.targets import Reached, Target, judged, read_targets
from gse_skills.capability.units import Tree, read_structure, unit_key
from gse_skills.errors import NotFoundError
from gse_skills.framework import OWN_SCHEME, SKILL_KINDS, Concept, Framework, Lookup
from gse_skills.index import (
    Held,
    Holdings,
    Index,
    Pairs,
    data_version,
    day_number,
    held,
    holdings,
    members,
    pairs,
    present,
    require_told,
)
from gse_skills.store import Store
from gse_skills.vocabulary import Audience, Identifier


@dataclass(frozen=True, slots=True)
class CapabilityQuestion:
    """What can an organisation, or one of its units, do in a part of the framework?"""

    organisation: str
    """Slug."""
    unit: str | None = None
    """As the organisation writes it, with all units below it; None for all of the organisation."""
    concept: str | None = None
    """Notation, IRI or label of a domain, group or skill; None for the whole framework."""
    as_of: datetime.date | None = None
    """The day of the answer; None for today, or for the day of `known_at` where that is said."""
    departures: bool = False
    """Whether to work out as well which few departures would cost most."""
    only: bool = False
    """Whether the unit is meant by itself, without those below it."""
    ahead: int = AHEAD
    """How many months to look ahead for people who are known to leave."""
    known_at: datetime.date | None = None
    """As known at the end of that day; None for as known now. Only for whoever sees all records."""
    bridges: bool = False
    """Whether to work out as well who bridges groups, which takes longer than all the rest."""


@dataclass(frozen=True, slots=True)
class Capability:
    """The answer: a line for each concept below the one asked for, counted over the people whom the caller may see."""

    question: CapabilityQuestion
    whole: bool
    """Whether the caller sees all records of the organisation; otherwise only those shared with them are counted."""
    concept: Concept | None
    people: int
    """People in scope."""
    mapped: int
    """Of these, people with any record in the part of the framework asked for."""
    lines: tuple[Line, ...]
    not_mapped: tuple[str, ...]
    """IRIs of the concepts asked for in which nobody has a record, and of which nobody says that people were asked."""
    points: tuple[tuple[str | None, SinglePoint], ...]
    """What hangs on one person, with the IRI of that person; None for who has left since the day asked for."""
    units: tuple[UnitCount, ...]
    version: str
    """What was counted, as a digest: the same for the same people and records."""
    targets: tuple[Reached, ...] = ()
    """Those of the organisation or unit in the part asked for, for whoever may know of them."""
    figures: Figures | None = None
    """Of the records that the caller does not see by name, for whoever may have figures of them."""
    fragility: Fragility | None = None
    """None where neither departures nor bridges were asked for."""
    declared: Declaration | None = None
    """How many people there are in scope, as declared, for whoever may know of it."""
    asked: Mapping[str, Declaration] = field(default_factory=dict)
    """How many were asked of a concept, as declared, for whoever sees all records."""
    none: tuple[str, ...] = ()
    """IRIs of the concepts of which people were asked, as declared, and in which nobody has a record."""
    leaving: Leaving | None = None
    """Who is known to leave, for whoever sees all records."""

    def going(self, concept: str) -> Going | None:
        """How many of those who hold a concept are known to leave; None where nothing is known, or told."""
        return self.leaving.lines.get(concept) if self.leaving is not None and self.leaving.known else None

    @property
    def people_named(self) -> tuple[str, ...]:
        """IRIs of the people that the answer names."""
        fragile = self.fragility.named if self.fragility else ()
        leaving = self.leaving.named if self.leaving else ()
        return tuple(dict.fromkeys((*(person for person, _ in self.points if person), *fragile, *leaving)))


def ask(
    question: CapabilityQuestion,
    access: Access,
    framework: Framework,
    lookup: Lookup,
    index: Index,
    figures: PublishedFigures,
    store: Store,
    today: datetime.date,
) -> Capability:
    """Answer `question` with what `access` lets its caller see by name, and where it may, figures of the rest.

    Raises NotFoundError (`unknown-term`, `unknown-unit`), AmbiguousError, InputError (`bad-horizon`,
    `day-to-come`, `before-any-record`) and RefusedError (`not-whole`, for `known_at`).
    """
    require_horizon(question.ahead)
    require_told(today, question.as_of, question.known_at)
    if question.known_at is not None:
        require_whole(access, question.organisation)
    concept = None
    if question.concept is not None:
        concept = framework.concept(lookup.resolve(question.concept, kinds=SKILL_KINDS).concept)
    day = question.as_of or question.known_at or today
    kept = _figures(question, access, figures, day)
    past = None if day == today and question.known_at is None else day
    scope = _Scope.of(question, access, framework, index, store, concept, day, past, told=kept is not None)
    deep, best = scope.deep(), scope.best()
    lines, points = scope.lines(deep, best, day)
    leavers = scope.leavers()
    leaving = scope.leaving(leavers, deep, best, day)
    known = {iri for iri in scope.below if kept is not None and kept.mapped(iri)}
    empty = tuple(
        line.concept
        for line in lines
        if not line.mapped and line.concept not in known and not framework.concept(line.concept).deprecated
    )
    asked = {iri: said for iri in scope.below if (said := scope.asked(iri)) is not None}
    return Capability(
        question,
        sees_whole(access, question.organisation),
        concept,
        len(scope.found.persons),
        int(scope.found.mapped.sum()),
        tuple(line for line in lines if line.mapped or line.concept in known),
        tuple(iri for iri in empty if iri not in asked),
        tuple((scope.named(point.person), point) for point in points),
        scope.units,
        _version(data_version(scope.index, scope.found), leaving),
        scope.targets(day),
        kept,
        scope.fragility(leavers, deep, best),
        None if question.only else headcount_of(scope.declarations, question.unit or ""),
        asked,
        tuple(iri for iri in empty if iri in asked),
        leaving,
    )


def _version(data: str, leaving: Leaving | None) -> str:
    """What was counted: the days of leaving too, where any is known and told."""
    if leaving is None or not leaving.known:
        return data
    return hashlib.sha256(f"{data} {leaving.digest}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Scope:
    """The people and concepts that a question is about."""

    question: CapabilityQuestion
    access: Access
    framework: Framework
    index: Index
    """Of now, or for whoever sees all records of the day asked for."""
    at: datetime.date | None
    """The day of which `index` is to be asked; None where it is of that day."""
    store: Store
    top: tuple[str, ...]
    """The concept asked for, or the tops of our framework."""
    below: tuple[str, ...]
    """The concepts that get a line."""
    skills: tuple[str, ...]
    found: Held
    units: tuple[UnitCount, ...]
    tree: Tree
    where: NDArray[np.object_]
    """The unit of each person, by its key."""
    visible: frozenset[int]
    """Identifiers of the people whom the views show now."""
    declarations: tuple[Declaration, ...]
    """Those that hold on the day, for whoever may know of them."""

    @classmethod
    def of(
        cls,
        question: CapabilityQuestion,
        access: Access,
        framework: Framework,
        index: Index,
        store: Store,
        concept: Concept | None,
        day: datetime.date,
        at: datetime.date | None,
        *,
        told: bool,
    ) -> _Scope:
        """Raises NotFoundError (`unknown-unit`) for a unit of which the caller sees nobody and is `told` nothing."""
        slug, views = question.organisation, relevant(access.views, question.organisation)
        top, below = _top(framework, concept), _below(framework, concept)
        numbers = np.unique(np.concatenate([framework.descendants(iri) for iri in top]))
        visible = frozenset(index.people.identifier[members(index, views, slug)].tolist())
        if at is not None and sees_whole(access, slug):
            index, at = index_on(store, framework, index, views, slug, at, question.known_at), None
        everybody = present(index, views, slug, at)
        found = held(index, views, numbers, everybody, at)
        told_units = sees_structure(access, slug)
        tree = read_structure(store, slug).at(day) if told_units else Tree({}, {})
        said = _said(store, slug, question, day) if told_units else ()
        where, names = units_of_people(index, everybody)
        units = counted_units(tree, where, names, found.mapped, said)
        if question.unit is not None:
            inside = {unit_key(question.unit)} if question.only else tree.below(question.unit)
            chosen = np.isin(where, sorted(inside))
            if not chosen.any() and not told and unit_key(question.unit) not in tree.names:
                raise _unknown(question.unit)
            found, where = found.of(chosen), where[chosen]
        skills = tuple(iri for iri in map(framework.iris.__getitem__, numbers.tolist()) if _is_skill(framework, iri))
        return cls(
            question, access, framework, index, at, store, top, below, skills, found, units, tree, where, visible, said
        )

    def deep(self) -> Pairs:
        """The level of each person in each skill."""
        return pairs(self.found, self.framework, self.skills)

    def best(self) -> Holdings:
        """The best record of each person in each concept that gets a line."""
        return holdings(self.found, self.framework, self.below)

    def lines(
        self, deep: Pairs, best: Holdings, day: datetime.date
    ) -> tuple[tuple[Line, ...], tuple[SinglePoint, ...]]:
        """A line for each concept, and what hangs on one person."""
        points = single_points(deep, self.skills, self.found.persons.tolist())
        return tuple(line_up(best, points, self.framework, day_number(day))), points

    def leavers(self) -> LeavingDays | None:
        """When people leave; told to who sees all records."""
        if not sees_whole(self.access, self.question.organisation) or self.question.known_at is not None:
            return None
        slug, day = self.question.organisation, self.question.as_of
        return days_of(self.index, self.found.persons, self.store, slug, day)

    def leaving(self, leavers: LeavingDays | None, deep: Pairs, best: Holdings, day: datetime.date) -> Leaving | None:
        """What follows from when people leave, where that is told."""
        if leavers is None:
            return None
        return ahead(leavers, day, self.question.ahead, best, deep, self.skills, self._named_at)

    def named(self, person: int) -> str | None:
        """The IRI of somebody whom the views show now."""
        identifier = int(self.index.people.identifier[person])
        return Identifier("person", identifier).iri if identifier in self.visible else None

    def _named_at(self, place: int) -> str | None:
        """The IRI of the person at a place, if the views show them now."""
        return self.named(int(self.found.persons[place]))

    def asked(self, concept: str, unit: str | None = None) -> Declaration | None:
        """What says that people were asked of a concept, in a unit or in the scope; told to who sees all records."""
        if not self.declarations or self.question.only or not sees_whole(self.access, self.question.organisation):
            return None
        where = (self.question.unit or "") if unit is None else unit
        found = mapped_of(self.declarations, where, self.framework.ancestors(concept))
        return found if found is not None and found.mapped else None

    def targets(self, day: datetime.date) -> tuple[Reached, ...]:
        """The targets of the organisation or unit, in the part of the framework asked for."""
        slug = self.question.organisation
        if not sees_structure(self.access, slug) or self.question.only:
            # A target of a unit is for those below it too.
            return ()
        inside = {self.framework.iris[n] for iri in self.top for n in self.framework.descendants(iri)}
        scope = self.tree.below(self.question.unit) if self.question.unit else None
        wanted = [
            one
            for one in read_targets(self.store, slug)
            if one.holds(day, self.question.known_at)
            and (one.concept in inside or self.question.concept is None)
            and (scope is None or unit_key(one.unit) in scope)
        ]
        known = [one for one in wanted if one.concept in self.framework]
        if not known:
            return ()
        whole = sees_whole(self.access, slug)
        levels = holdings(self._everything(known), self.framework, [one.concept for one in known]).levels
        return tuple(
            judged(
                one,
                int((theirs & (row >= one.level)).sum()),
                int((theirs & (row > 0)).sum()),
                whole=whole,
                asked=self.asked(one.concept, one.unit) is not None,
            )
            for one, row in zip(known, levels, strict=True)
            for theirs in (self._in(one.unit),)
        )

    def _everything(self, targets: Sequence[Target]) -> Held:
        """The records that targets ask about: a target may be of another scheme than the lines are."""
        numbers = np.unique(np.concatenate([self.framework.descendants(one.concept) for one in targets]))
        views = relevant(self.access.views, self.question.organisation)
        return held(self.index, views, numbers, self.found.persons, self.at)

    def _in(self, unit: str) -> NDArray[np.bool_]:
        if not unit:
            return np.ones(len(self.found.persons), np.bool_)
        return np.isin(self.where, sorted(self.tree.below(unit)))

    def fragility(self, leavers: LeavingDays | None, deep: Pairs, best: Holdings) -> Fragility | None:
        """Which few departures would cost most and who bridges groups, as far as the question asks for it."""
        question = self.question
        if not (question.departures or question.bridges):
            return None
        leaves_on = leavers.of if leavers is not None else lambda place: None
        going = departures(deep, self.skills, self._named_at, leaves_on) if question.departures else ()
        linking, sampled = bridges(best, self._named_at) if question.bridges else ((), False)
        return Fragility(going, linking, sampled)


def _said(store: Store, organisation: str, question: CapabilityQuestion, day: datetime.date) -> tuple[Declaration, ...]:
    """The declarations that hold on a day. When one was made is not kept, so none is known to have been known then."""
    if question.known_at is not None:
        return ()
    return tuple(one for one in read_declarations(store, organisation) if one.holds(day))


def _figures(
    question: CapabilityQuestion, access: Access, figures: PublishedFigures, day: datetime.date
) -> Figures | None:
    if Audience.PRIVATE.view(question.organisation) not in access.counts:
        return None
    try:
        return figures.at(question.organisation, day, question.unit, only=question.only)
    except NotFoundError:
        # Nothing was published by then, or not of that unit: there are no figures, which the answer shows.
        return None


def _below(framework: Framework, concept: Concept | None) -> tuple[str, ...]:
    """The concepts that get a line: one step below the one asked for, the tops of our framework for all of it."""
    if concept is None:
        return framework.top_concepts(OWN_SCHEME)
    return tuple(sorted(concept.narrower)) or (concept.iri,)


def _top(framework: Framework, concept: Concept | None) -> tuple[str, ...]:
    return framework.top_concepts(OWN_SCHEME) if concept is None else (concept.iri,)


def _is_skill(framework: Framework, iri: str) -> bool:
    concept = framework.concept(iri)
    return concept.kind == "skill" or not concept.narrower


def _unknown(unit: str) -> NotFoundError:
    # The same whether there is no such unit or nobody there is visible.
    return NotFoundError(
        f"No unit “{unit}” with people is visible to you.",
        rule="unknown-unit",
        remedy="Write it as the organisation does; the answer for the whole organisation lists the units.",
    )
