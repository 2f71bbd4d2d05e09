"""Statements of coverage: how many people of an organisation, or of a unit with those below it, are mapped in a branch.

They follow from the records, the tree of units and what is declared, and every change of these renews those that it
touches: with the day, the activity and the declarations that they rest on. They stand in the source graph of the
organisation and, for whoever sees all of its records, in its own view. Standard: PROV-O for what they are derived from.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode

from gse_skills.capability.coverage import count
from gse_skills.capability.declaration import Declaration, declared_facts, headcount_of, mapped_of, read_declarations
from gse_skills.capability.posts import units_of_people
from gse_skills.capability.units import Structure, Tree, read_structure, unit_key
from gse_skills.framework import OWN_SCHEME, Framework
from gse_skills.index import Delta, Index, Post, held, members
from gse_skills.records import organisation_iri
from gse_skills.store import Change, Query, Row, Store, term
from gse_skills.vocabulary import GRAPH, GSE, PROV, RDF, Audience, Identifier

Facts = frozenset[tuple[str, str]]
"""What is stated of a subject: property and value, as terms."""
Place = tuple[str, str]
"""What a statement is about: a unit, nothing for the organisation, and a branch, as terms."""
_SHARED = (Audience.PUBLIC.view(""), Audience.ALLIANCE.view(""))
_TYPE, _STATEMENT = term.iri(RDF.type), term.iri(GSE.CoverageStatement)
_UNIT, _BRANCH = term.iri(GSE.unit), term.iri(GSE.branch)
_ON, _BY = term.iri(GSE.statedOn), term.iri(PROV.wasGeneratedBy)


@dataclass(frozen=True, slots=True)
class Statement:
    """How much of a branch is mapped in a unit and those below it, or in the whole organisation."""

    unit: str
    """As the organisation writes it; empty for the whole organisation."""
    branch: str
    """IRI."""
    known: int
    """People whom the records know."""
    mapped: int
    """Of these, people with any record in the branch."""
    counted: Declaration | None = None
    """What says how many people there are, if anything does."""
    asked: Declaration | None = None
    """What says how many people were asked of the branch."""

    @property
    def headcount(self) -> int:
        """How many people there are: as declared, unless the records know more by now."""
        return max(self.known, self.counted.headcount if self.counted else 0)


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement as it stands."""

    unit: str
    """As the organisation writes it; empty for the whole organisation."""
    branch: str
    """IRI."""
    headcount: int
    known: int
    mapped: int
    asked: int | None
    """People who were asked of the branch, as declared; None where nothing is declared."""
    stated_on: datetime.date
    because: str
    """IRI of the activity that brought it about, empty where there is none."""
    rests_on: tuple[str, ...]
    """IRIs of the declarations that it rests on."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """What an organisation says of itself that statements of coverage rest on."""

    structure: Structure
    declarations: tuple[Declaration, ...]

    @classmethod
    def read(cls, store: Store, organisation: str) -> Staffing:
        """As the store has it, with those declarations that hold."""
        said = tuple(one for one in read_declarations(store, organisation) if one.until is None)
        return cls(read_structure(store, organisation), said)


def statements(
    staffing: Staffing, index: Index, framework: Framework, store: Store, day: datetime.date
) -> tuple[Statement, ...]:
    """The statements that hold: of the domains, for each unit with people or a declaration, and for the organisation;
    and of the branches below of which something is declared."""
    organisation = staffing.structure.organisation
    views = own_views(organisation)
    persons = members(index, views, organisation)
    tree = staffing.structure.at(day)
    where, names = units_of_people(index, persons)
    tops = framework.top_concepts(OWN_SCHEME)
    declared = {one.branch for one in staffing.declarations if one.branch is not None and one.branch in framework}
    branches = (*tops, *sorted(declared - set(tops)))
    skills = np.unique(np.concatenate([framework.descendants(iri) for iri in branches]))
    keys = sorted({*where.tolist()} - {""})
    number = {key: place for place, key in enumerate(("", *keys))}
    place = np.array([number[key] for key in where.tolist()], np.int64)
    found = held(index, views, skills, persons)
    mapped = count(found, framework, branches, place, len(number))[:, :, 0]
    people = np.bincount(place, minlength=len(number))
    return tuple(_lines(staffing, framework, tree, names, branches, _summed(tree, names, number, people, mapped)))


def known_in(structure: Structure, unit: str, index: Index, store: Store, day: datetime.date) -> int:
    """How many people the records know in a unit and those below it, or with an empty name in the organisation."""
    organisation = structure.organisation
    persons = members(index, own_views(organisation), organisation)
    if not unit:
        return len(persons)
    where, _ = units_of_people(index, persons)
    return int(np.isin(where, sorted(structure.at(day).below(unit))).sum())


def own_views(organisation: str) -> tuple[str, ...]:
    """The views that hold all current records of an organisation, each once."""
    return (*_SHARED, Audience.PRIVATE.view(organisation))


def _summed(
    tree: Tree,
    names: Mapping[str, str],
    number: Mapping[str, int],
    people: NDArray[np.int64],
    mapped: NDArray[np.int64],
) -> Iterator[tuple[str, int, list[int]]]:
    """The name of each unit, with the people and those mapped by branch in it and below; first the organisation."""
    yield "", int(people.sum()), mapped.sum(axis=0).tolist()
    known = {**names, **tree.names}
    for key in sorted(known):
        below = [number[one] for one in tree.below(known[key]) if one in number]
        yield known[key], int(people[below].sum()), mapped[below].sum(axis=0).tolist()


def _lines(
    staffing: Staffing,
    framework: Framework,
    tree: Tree,
    names: Mapping[str, str],
    branches: Sequence[str],
    summed: Iterable[tuple[str, int, list[int]]],
) -> Iterator[Statement]:
    by_unit: dict[str, list[Declaration]] = defaultdict(list)
    for one in staffing.declarations:
        by_unit[unit_key(one.unit)].append(one)
    tops = set(framework.top_concepts(OWN_SCHEME))
    above = {iri: framework.ancestors(iri) for iri in branches}
    for unit, people, mapped in summed:
        mine = by_unit.get(unit_key(unit), [])
        if not people and not mine:
            continue
        counted = headcount_of(mine, unit)
        own = {one.branch for one in mine}
        for branch, many in zip(branches, mapped, strict=True):
            if branch in tops or branch in own:
                yield Statement(unit, branch, people, many, counted, mapped_of(mine, unit, above[branch]))


def touched(old: Index, new: Index, delta: Delta) -> dict[str, set[str]]:
    """The organisations of whose people a change tells, each with the keys of the units in which these are or were."""
    rows = (one for side in (delta.added, delta.ended, delta.beside) for one in side.values())
    persons = {*delta.people, *delta.gone}.union(*delta.shown.values(), *delta.hidden.values())
    identifiers = np.array(sorted(persons.union(*(one.columns().person.tolist() for one in rows))), np.uint64)
    found: dict[str, set[str]] = defaultdict(set)
    for index in (old, new):
        numbers = np.flatnonzero(np.isin(index.people.identifier, identifiers))
        both = np.stack([index.people.organisation[numbers], index.people.post[numbers]], axis=1)
        for organisation, post in np.unique(both, axis=0).tolist():
            found[index.organisations[organisation]].add(unit_key(index.posts[post].unit))
    return found


@dataclass(frozen=True, slots=True)
class Renewal:
    """Brings the statements of an organisation up to a change that is being made."""

    staffing: Staffing
    store: Store
    index: Index
    """As it will be."""
    framework: Framework
    day: datetime.date
    because: str = ""
    """IRI of the activity that brings the change about, where there is one."""
    former: tuple[Post, ...] = ()
    """The posts of the index as it was: a unit in which nobody is left stands in these alone."""

    def write(self, change: Change, units: Collection[str] | None = None) -> None:
        """Write into `change` what makes of the statements as they are those that hold.

        With `units`, given by key, only what is said of them, of units above these and of the organisation is looked
        at, and dated anew even where the numbers stay; without, everything is looked at, and what changes is dated.
        """
        organisation = self.staffing.structure.organisation
        source, view = GRAPH[f"source/{organisation}"], own_views(organisation)[-1]
        scope = None if units is None else self._scope(units)
        was = dict(_facts_of(self.store, view) if scope is None else self._facts_in(scope, view))
        becomes = dict(self._renewed(was, scope))
        for subject in sorted({*was, *becomes}):
            old, new = was.get(subject, frozenset()), becomes.get(subject, frozenset())
            graphs = (view, source) if (_TYPE, _STATEMENT) in old | new else (view,)
            for graph in map(term.iri, graphs):
                for fact in sorted(old - new):
                    change.remove(subject, *fact, graph)
                for fact in sorted(new - old):
                    change.add(subject, *fact, graph)

    def _scope(self, units: Iterable[str]) -> frozenset[str]:
        tree = self.staffing.structure.at(self.day)
        return frozenset(one for unit in units for one in ("", unit, *map(unit_key, tree.path(unit))))

    def _facts_in(self, scope: Collection[str], view: str) -> Iterator[tuple[str, Facts]]:
        """What is stated of some units, however they are written, and of the organisation."""
        written = {post.unit for post in (*self.former, *self.index.posts)}
        written |= {place.name for place in self.staffing.structure.places}
        written |= {one.unit for one in self.staffing.declarations}
        names = [Literal(name) for name in sorted(written) if unit_key(name) in scope]
        graph = NamedNode(view)
        yield from _gathered(self.store.select(Query("coverage_of_whole"), source=graph))
        yield from _gathered(self.store.select(Query("coverage_of_units"), source=graph, units=names))

    def _renewed(self, was: Mapping[str, Facts], scope: Collection[str] | None) -> Iterator[tuple[str, Facts]]:
        organisation = self.staffing.structure.organisation
        known = {_place(facts): (subject, facts) for subject, facts in was.items() if (_TYPE, _STATEMENT) in facts}
        for one in statements(self.staffing, self.index, self.framework, self.store, self.day):
            if scope is not None and unit_key(one.unit) not in scope:
                continue
            said = frozenset(_said(one, organisation))
            subject, old = known.get(_place(said), ("", frozenset()))
            when = frozenset(fact for fact in old if fact[0] in (_ON, _BY))
            if scope is not None or old - when != said:
                when = frozenset(self._when())
            yield subject or term.iri(Identifier.mint("coverage").iri), said | when
        if scope is None:
            for declared in self.staffing.declarations:
                yield term.iri(declared.identifier.iri), frozenset(declared_facts(declared, organisation))

    def _when(self) -> Iterator[tuple[str, str]]:
        yield _ON, term.date(self.day)
        if self.because:
            yield _BY, term.iri(self.because)


def read_statements(store: Store, organisation: str) -> tuple[Stated, ...]:
    """The statements of an organisation as they stand, the organisation first, then by unit and branch."""
    rows = store.select(Query("coverage_statements"), source=NamedNode(GRAPH[f"source/{organisation}"]))
    rests_on: dict[str, list[str]] = defaultdict(list)
    for statement, declaration in store.select(
        Query("coverage_rests_on"), source=NamedNode(GRAPH[f"source/{organisation}"])
    ):
        rests_on[statement.value].append(declaration.value)
    found = (
        Stated(
            unit.value if unit else "",
            branch.value,
            int(headcount.value),
            int(known.value),
            int(mapped.value),
            int(asked.value) if asked else None,
            datetime.date.fromisoformat(on.value),
            because.value if because else "",
            tuple(sorted(rests_on[statement.value])),
        )
        for statement, unit, branch, headcount, known, mapped, asked, on, because in rows
    )
    return tuple(sorted(found, key=lambda one: (unit_key(one.unit), one.branch)))


def take_away(store: Store, organisation: str, change: Change) -> None:
    """Write into `change` that all statements of an organisation go, and what its view shows of declarations."""
    source, view = GRAPH[f"source/{organisation}"], own_views(organisation)[-1]
    for graph in (source, view):
        for subject, facts in _facts_of(store, graph):
            if graph == view or (_TYPE, _STATEMENT) in facts:
                for fact in facts:
                    change.remove(subject, *fact, term.iri(graph))


def is_covered(store: Store, organisation: str) -> bool:
    """Whether there is any statement of coverage of an organisation."""
    rows = store.select(Query("coverage_of_source"), source=NamedNode(own_views(organisation)[-1]))
    return next(rows, None) is not None


def _facts_of(store: Store, graph: str) -> Iterator[tuple[str, Facts]]:
    yield from _gathered(store.select(Query("coverage_of_source"), source=NamedNode(graph)))


def _gathered(rows: Iterable[Row]) -> Iterator[tuple[str, Facts]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for subject, property_, value in rows:
        found[str(subject)].add((str(property_), str(value)))
    yield from ((subject, frozenset(facts)) for subject, facts in found.items())


def _place(facts: Facts) -> Place:
    said = dict(facts)
    return said.get(_UNIT, ""), said[_BRANCH]


def _said(one: Statement, organisation: str) -> Iterator[tuple[str, str]]:
    yield _TYPE, _STATEMENT
    yield term.iri(GSE.coverageOf), term.iri(organisation_iri(organisation))
    yield _BRANCH, term.iri(one.branch)
    yield term.iri(GSE.headcount), term.integer(one.headcount)
    yield term.iri(GSE.peopleKnown), term.integer(one.known)
    yield term.iri(GSE.peopleMapped), term.integer(one.mapped)
    if one.unit:
        yield _UNIT, term.literal(one.unit)
    if one.asked is not None and one.asked.mapped is not None:
        yield term.iri(GSE.peopleAsked), term.integer(one.asked.mapped)
    for rests_on in {declared.identifier.iri for declared in (one.counted, one.asked) if declared is not None}:
        yield term.iri(PROV.wasDerivedFrom), term.iri(rests_on)
