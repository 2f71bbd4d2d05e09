"""What was known of an organisation at the end of a day.

The source graph says of each record and membership by which activity it came and by which it ended, and when these
were; what an import said that was undone since stands in a graph of its own. Only for whoever sees all records.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

import numpy as np
from pyoxigraph import NamedNode, Variable

from gse_skills.framework import Framework
from gse_skills.index import Columns, Post, day_number
from gse_skills.index.columns import OPEN
from gse_skills.records.lexical import record_value
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, PROV, Basis, Level

Day = datetime.date
_KINDS = (np.uint32, np.uint64, np.uint64, np.uint8, np.uint8, np.uint16, np.uint16)
_ANYBODY = Variable("holder")


def known_records(
    store: Store, framework: Framework, organisation: str, known_at: Day, person: str | None = None
) -> Columns:
    """The records of an organisation, or of one person of it by IRI, that were known at the end of a day, each with
    the end that was known then; persons are identifiers.

    Some 20 microseconds a record.
    """
    text, source = _after(known_at), NamedNode(GRAPH[f"source/{organisation}"])
    holder = _ANYBODY if person is None else NamedNode(person)
    ends = {
        record.value: (until.value, learnt.value if learnt else "")
        for record, until, learnt in store.select(Query("record_ends"), source=source, holder=holder)
    }
    said = list(store.select(Query("records_learnt"), source=source, holder=holder))
    for graph in _believed(store, organisation, text):
        said += store.select(Query("records_learnt"), source=NamedNode(graph), holder=holder)
        ends |= {iri: (until, "") for iri, until in _undone_ends(store, graph)}
    rows = []
    for record, who, skill, level, basis, assessed, learnt in said:
        if learnt.value >= text:
            continue
        until, ended = ends.get(record.value, ("", ""))
        rows.append(
            (
                framework.number(skill.value),
                record_value(person if person is not None else who.value),
                record_value(record.value),
                int(Level.from_iri(level.value)),
                int(Basis.from_iri(basis.value)),
                day_number(Day.fromisoformat(assessed.value)),
                int(OPEN) if not until or ended >= text else day_number(Day.fromisoformat(until)),
            )
        )
    if not rows:
        return Columns.empty()
    return Columns(*(np.array(column, kind) for column, kind in zip(zip(*rows, strict=True), _KINDS, strict=True)))


def posts_on(store: Store, organisation: str, day: Day, known_at: Day | None = None) -> Mapping[int, Post]:
    """Who was a member of an organisation on a day, by identifier, and where they worked; of two posts the one that
    began last.

    As known now, or as it was known at the end of `known_at`.
    """
    text, at = "9999-12-31T" if known_at is None else _after(known_at), day.isoformat()
    graph = GRAPH[f"source/{organisation}"]
    rows = list(store.select(Query("memberships_learnt"), source=NamedNode(graph)))
    ends: dict[str, str] = {}
    for believed in () if known_at is None else _believed(store, organisation, text):
        rows += store.select(Query("memberships_learnt"), source=NamedNode(believed))
        ends |= dict(_undone_ends(store, believed))
    found: dict[int, tuple[str, Post]] = {}
    for membership, person, since, until, unit, grade, site, learnt, ended in rows:
        if known_at is not None and (learnt is None or learnt.value >= text):
            continue
        known_end = ends.get(membership.value) or (until.value if until and (not ended or ended.value < text) else "")
        begins = since.value if since else ""
        if begins <= at < (known_end or "9999-12-31"):
            who = record_value(person.value)
            post = Post(*(term.value if term else "" for term in (unit, grade, site)))
            found[who] = max(found.get(who, ("", Post())), (begins, post))
    return {who: post for who, (_, post) in found.items()}


def _after(known_at: Day) -> str:
    """The moment at which a day is over, as times are written."""
    return (known_at + datetime.timedelta(1)).isoformat()


def _undone_ends(store: Store, graph: str) -> Iterator[tuple[str, str]]:
    """What an import ended that was undone since, with the days."""
    return ((one.value, until.value) for one, until in store.select(Query("undone_ends"), source=NamedNode(graph)))


def _believed(store: Store, organisation: str, text: str) -> Iterator[str]:
    """The graphs of imports that were known before a moment and undone only after it."""
    source = GRAPH[f"source/{organisation}"]
    for undo, property_, value in store.select(Query("imports"), source=NamedNode(source)):
        if property_.value != PROV.wasInformedBy or _started(store, source, undo) < text:
            continue
        graph = GRAPH[f"undone/{organisation}/{value.value[-16:]}"]
        if "" < _started(store, graph, value) < text:
            yield graph


def _started(store: Store, graph: str, activity: NamedNode) -> str:
    """When an activity began, as a graph tells it; empty when it does not."""
    said = store.select(Query("statements"), pairs=[(NamedNode(graph), activity)])
    return next((value.value for _, property_, value in said if property_.value == PROV.startedAtTime), "")
