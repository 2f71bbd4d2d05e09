"""The index built anew from the store: the views for what is current, the source graphs for what has ended.

The engine is asked for one property at a time, which it answers by a scan without a join (at 1.5 million records a
join of six patterns takes minutes); the columns are put side by side here, by record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode

from gse_skills.framework import Framework
from gse_skills.index.beside import read_beside
from gse_skills.index.columns import OPEN, Columns, Facts, Partition, People, Post, day_number, facts_columns
from gse_skills.index.index import Index
from gse_skills.records import AudienceRules, availability_flag, organisation_slug
from gse_skills.records.lexical import day, record_value
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, GSE, Audience, Basis, Level

_VIEW = GRAPH["view/"]
_SOURCE = GRAPH["source/"]


def build(store: Store, framework: Framework, rules: AudienceRules) -> Index:
    """Read everything that the index needs from `store`."""
    graphs = store.graphs()
    commit = store.commit
    views = [graph for graph in graphs if graph.startswith(_VIEW)]
    shown = {view: _people(store, view) for view in views}
    facts: dict[int, Facts] = {}
    for people in shown.values():
        facts.update(people)
    current = {view: read_columns(store, view, framework) for view in views}
    sources = [graph.removeprefix(_SOURCE) for graph in graphs if graph.startswith(_SOURCE)]
    beside = read_beside(store, sources, framework, rules, current)
    ended = _ended(store, [graph for graph in graphs if graph.startswith(_SOURCE)], framework, rules, facts)
    organisations = tuple(sorted({one.organisation for one in facts.values()}))
    posts = tuple(sorted({one.post for one in facts.values()}))
    people_columns = _table(facts, organisations, posts)
    concepts = len(framework.iris)
    empty = np.empty(0, np.uint64)
    return Index(
        commit,
        framework.fingerprint,
        concepts,
        organisations,
        posts,
        people_columns,
        {
            view: Partition.of(
                current[view],
                people_columns,
                np.fromiter(shown[view], np.uint64, len(shown[view])),
                concepts,
                ended=False,
            )
            for view in views
        },
        {view: Partition.of(rows, people_columns, empty, concepts, ended=True) for view, rows in ended.items()},
        {view: Partition.of(rows, people_columns, empty, concepts, ended=True) for view, rows in beside.items()},
        rules.standing,
    )


def _people(store: Store, view: str) -> dict[int, Facts]:
    rows = store.select(Query("people_of_view"), view=NamedNode(view))
    posts: dict[Post, Post] = {}

    def post(*said: Literal | None) -> Post:
        one = Post(*(term.value if term else "" for term in said))
        return posts.setdefault(one, one)

    return {
        record_value(person.value): Facts(
            organisation_slug(organisation.value), availability_flag(available), post(*where)
        )
        for person, organisation, available, *where in rows
    }


def _table(facts: Mapping[int, Facts], organisations: tuple[str, ...], posts: tuple[Post, ...]) -> People:
    identifiers = sorted(facts)
    columns = facts_columns([facts[person] for person in identifiers], organisations, posts)
    return People(np.array(identifiers, np.uint64), *columns)


def read_columns(store: Store, graph: str, framework: Framework) -> Columns:
    """All records of a view or source graph, whether or not they have ended, in order of identifier."""
    records, persons = _property(store, graph, GSE.holder, record_value)
    order = np.argsort(records)
    records, persons = records[order], persons[order]

    def column(name: str, value: Callable[[str], int], kind: type[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
        subjects, values = _property(store, graph, GSE[name], value)
        positions = np.searchsorted(records, subjects)
        filled = np.zeros(len(records), kind)
        filled[positions] = values.astype(kind)
        return filled

    levels = {level.iri: int(level) for level in Level}
    bases = {basis.iri: int(basis) for basis in Basis}
    return Columns(
        column("skill", framework.number, np.uint32),
        persons,
        records,
        column("level", levels.__getitem__, np.uint8),
        column("basis", bases.__getitem__, np.uint8),
        column("assessedOn", _day, np.uint16),
        np.full(len(records), OPEN),
    )


def _property(
    store: Store, graph: str, name: str, value: Callable[[str], int]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The records of a view with one property; each distinct value is worked out once."""
    known: dict[str, int] = {}
    subjects: list[int] = []
    values: list[int] = []
    for record, object_ in store.select(Query("records_property"), graph=NamedNode(graph), property=NamedNode(name)):
        text = object_.value
        if text not in known:
            known[text] = value(text)
        subjects.append(record_value(record.value))
        values.append(known[text])
    return np.array(subjects, np.uint64), np.array(values, np.uint64)


def _ended(
    store: Store,
    sources: list[str],
    framework: Framework,
    rules: AudienceRules,
    people: dict[int, Facts],
) -> dict[str, Columns]:
    """The ended records by view; whoever has only such is added to `people`, since they may come back."""
    rows: dict[str, list[tuple[int, ...]]] = {}
    for slug in (source.removeprefix(_SOURCE) for source in sources):
        for view, row in ended_rows(store, slug, framework, rules):
            people.setdefault(row[1], Facts(slug))
            rows.setdefault(view, []).append(row)
    kinds = (np.uint32, np.uint64, np.uint64, np.uint8, np.uint8, np.uint16, np.uint16)
    return {
        view: Columns(*(np.array(column, kind) for column, kind in zip(zip(*found, strict=True), kinds, strict=True)))
        for view, found in rows.items()
    }


def ended_rows(
    store: Store,
    slug: str,
    framework: Framework,
    rules: AudienceRules,
    people: Mapping[int, Audience | None] | None = None,
) -> Iterator[tuple[str, tuple[int, int, int, int, int, int, int]]]:
    """An organisation's ended records: skill, person, record, level, basis, day assessed and day ended, by view.

    A record is told of as often as there are views for it. `people` are audiences of people that are not what the store
    says of them.
    """
    people = people or {}
    for solution in store.select(Query("ended_records"), source=NamedNode(_SOURCE + slug)):
        record, holder, skill, level, basis, assessed, until, *said = (t and t.value for t in solution)
        stated, person = (Audience.from_iri(iri) if iri else None for iri in said)
        row = (
            framework.number(skill),
            record_value(holder),
            record_value(record),
            int(Level.from_iri(level)),
            int(Basis.from_iri(basis)),
            _day(assessed),
            _day(until),
        )
        person = people.get(row[1], person)
        for view in rules.of(slug, stated, person=person, skill=row[0]).views(slug):
            yield view, row


def _day(text: str) -> int:
    return day_number(day(text))
