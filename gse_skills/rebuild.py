"""The views derived anew from the source graphs, which are the only truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from pyoxigraph import NamedNode, Triple

from gse_skills.framework import Framework
from gse_skills.imports.state import read_people
from gse_skills.index import day_of
from gse_skills.index.build import read_columns
from gse_skills.records import AudienceRules, Person, SkillRecord, person_views
from gse_skills.records.lexical import record_value
from gse_skills.store import Change, Query, Store, difference, term
from gse_skills.vocabulary import GRAPH, Audience, Basis, Level

Statement = tuple[str, str, str, str]
"""Subject, predicate, object and graph in N-Triples syntax."""

Held = dict[int, list[SkillRecord]]
"""The current records of an organisation, by person."""

SCHEME, SOURCE, VIEW = GRAPH["scheme/"], GRAPH["source/"], GRAPH["view/"]
MAPPING = GRAPH["mapping/"]
PUBLISHED = GRAPH["view/public"]
ORGANISATIONS = GRAPH["organisations"]
_PUBLISHED_WHOLE = (ORGANISATIONS, GRAPH["releases"])
_PUBLISHED_BELOW = (SCHEME, MAPPING, GRAPH["changes/"])


def derive(
    store: Store,
    framework: Framework,
    rules: AudienceRules,
    *,
    amended: Mapping[str, Iterable[str]] | None = None,
    carry: Callable[[str, Held], Held] = lambda organisation, held: held,
) -> Iterator[Statement]:
    """Every statement that the views should hold, read from the source graphs of `store`, an organisation at a time.

    While a change is being made, `amended` gives the content that published graphs will have, as triples in N-Triples
    syntax without the full stop, and `carry` makes of an organisation's current records those that it will have.
    """
    amended = amended or {}
    for graph in sorted({*store.graphs(), *amended}):
        if is_published(graph):
            yield from published(amended[graph] if graph in amended else map(str, store.triples(graph)))
        elif graph.startswith(SOURCE):
            yield from _organisation(store, graph.removeprefix(SOURCE), framework, rules, carry)
            yield from _opportunities(store, graph.removeprefix(SOURCE))
            yield from _coverage(store, graph.removeprefix(SOURCE))


def is_published(graph: str) -> bool:
    """Whether a source graph is repeated whole in the public view: a concept scheme and the like, nobody's records."""
    return graph in _PUBLISHED_WHOLE or graph.startswith(_PUBLISHED_BELOW)


def published(triples: Iterable[str]) -> Iterator[Statement]:
    """The statements of a published graph, as the public view repeats them."""
    for triple in triples:
        subject, predicate, object_ = triple.split(" ", 2)
        yield subject, predicate, object_, term.iri(PUBLISHED)


def read_framework(store: Store, amended: Mapping[str, Iterable[Triple]] | None = None) -> Framework:
    """The framework as stored, or as it will be when the schemes of these slugs say what `amended` gives."""
    slugs = [graph.removeprefix(SCHEME) for graph in store.graphs() if graph.startswith(SCHEME)]
    return Framework.from_triples({slug: store.triples(SCHEME + slug) for slug in slugs} | dict(amended or {}))


def amend(store: Store, change: Change, graph: str, lines: Iterable[str]) -> None:
    """Write into `change` what makes a graph say `lines`, triples in N-Triples syntax without the full stop."""
    before, after = set(map(str, store.triples(graph))), set(lines)
    for line in sorted(before - after):
        change.remove_statement(f"{line} <{graph}> .")
    for line in sorted(after - before):
        change.add_statement(f"{line} <{graph}> .")


def replace_views(store: Store, change: Change, statements: Iterable[Statement], spool: Path) -> None:
    """Write into `change` what makes of the views as they are those that hold `statements`."""
    new = (f"{s} {p} {o} {g} ." for s, p, o, g in statements)
    for is_new, line in difference(_view_lines(store), new, spool):
        (change.add_statement if is_new else change.remove_statement)(line)


def _view_lines(store: Store) -> Iterator[str]:
    for graph in store.graphs():
        if graph.startswith(VIEW):
            for triple in store.triples(graph):
                yield f"{triple} <{graph}> ."


def _organisation(
    store: Store, slug: str, framework: Framework, rules: AudienceRules, carry: Callable[[str, Held], Held]
) -> Iterator[Statement]:
    people = [known.person for known in read_people(store, slug) if known.membership is not None]
    audiences = {person.identifier.value: person.audience for person in people}
    held = carry(slug, current_records(store, slug, framework, rules, audiences))
    for person in people:
        for view, triples in person_views(person, held.get(person.identifier.value, ()), framework, rules).items():
            graph = term.iri(view)
            yield from ((*triple, graph) for triple in triples)


def _opportunities(store: Store, slug: str) -> Iterator[Statement]:
    """The open opportunities that an organisation offers; they name nobody."""
    rows = store.select(Query("open_opportunities"), source=NamedNode(GRAPH[f"source/{slug}"]))
    for subject, predicate, value, audience in rows:
        for view in Audience.from_iri(audience.value).views(slug):
            yield str(subject), str(predicate), str(value), term.iri(view)


def _coverage(store: Store, slug: str) -> Iterator[Statement]:
    """The statements of coverage and the declarations that hold, for whoever sees all records of the organisation."""
    graph = term.iri(Audience.PRIVATE.view(slug))
    rows = store.select(Query("coverage_of_source"), source=NamedNode(GRAPH[f"source/{slug}"]))
    yield from ((str(subject), str(predicate), str(value), graph) for subject, predicate, value in rows)


def current_records(
    store: Store, slug: str, framework: Framework, rules: AudienceRules, audiences: Mapping[int, Audience | None]
) -> Held:
    """An organisation's current records; `audiences` are those stated for people."""
    source = GRAPH[f"source/{slug}"]
    columns = read_columns(store, source, framework)
    over = _values(store, "ended_subjects", source)
    columns = columns.take(~np.isin(columns.record, np.array(sorted(over), np.uint64)))
    stated = {
        record_value(record.value): Audience.from_iri(audience.value)
        for record, audience in store.select(Query("stated_audiences"), source=NamedNode(source))
    }
    held: Held = {}
    for i in range(len(columns)):
        record, person, skill = int(columns.record[i]), int(columns.person[i]), int(columns.skill[i])
        held.setdefault(person, []).append(
            SkillRecord(
                record,
                person,
                skill,
                Level(int(columns.level[i])),
                Basis(int(columns.basis[i])),
                day_of(int(columns.assessed[i])),
                rules.of(slug, stated.get(record), person=audiences.get(person), skill=skill),
            )
        )
    return held


def _values(store: Store, query: str, source: str) -> Iterable[int]:
    return {record_value(row[0].value) for row in store.select(Query(query), source=NamedNode(source))}


__all__ = [
    "MAPPING",
    "ORGANISATIONS",
    "PUBLISHED",
    "SCHEME",
    "SOURCE",
    "VIEW",
    "Held",
    "Person",
    "amend",
    "derive",
    "is_published",
    "published",
    "read_framework",
    "replace_views",
]
