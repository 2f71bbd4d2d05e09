"""What is known of an organisation before an import: its people, their memberships, and their current records."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from gse_skills.imports.statements import former_graph, latter_graph
from gse_skills.index import Columns, Index, day_of
from gse_skills.records import Person, SkillRecord
from gse_skills.records.lexical import day, record_value
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, GSE, Audience, Basis, Identifier, Level

UNNAMED = "Name not given"
"""The name of a person of whom only a staff number or an address is known."""


@dataclass(frozen=True, slots=True)
class Known:
    """A person whom the organisation has recorded."""

    person: Person
    membership: int | None
    """The current membership, or None when the person has left."""
    since: datetime.date | None = None
    """The day from which the current membership holds."""


@dataclass(slots=True)
class OrganisationState:
    """The state of one organisation at one commit."""

    organisation: str
    people: dict[int, Known]
    records: Columns
    """Current records sorted by person."""
    views: NDArray[np.int32]
    """The view of each record, by position in `audiences`."""
    audiences: tuple[Audience, ...]
    unmatched: frozenset[str] = frozenset()
    """The phrases, as they are written, that nothing matched in earlier imports."""
    undoable: tuple[tuple[str, str, str, str], ...] = ()
    """What is kept in case the last import is undone, as quads in N-Triples syntax."""

    def records_of(self, person: int) -> list[SkillRecord]:
        """A person's current records."""
        columns = self.records
        key = np.uint64(person)
        start = int(np.searchsorted(columns.person, key, "left"))
        end = int(np.searchsorted(columns.person, key, "right"))
        return [
            SkillRecord(
                int(columns.record[i]),
                person,
                int(columns.skill[i]),
                Level(int(columns.level[i])),
                Basis(int(columns.basis[i])),
                day_of(int(columns.assessed[i])),
                self.audiences[self.views[i]],
            )
            for i in range(start, end)
        ]


def read_state(store: Store, index: Index, organisation: str) -> OrganisationState:
    """Read an organisation's state; the records come from the index, the people from the source graph."""
    columns, views = index.records_of(organisation)
    return OrganisationState(
        organisation,
        {known.person.identifier.value: known for known in read_people(store, organisation)},
        columns,
        views,
        tuple(map(_audience, index.views)),
        frozenset(row[1].value for row in store.select(Query("unmatched_terms"), source=_source(organisation))),
        tuple(kept_for_undo(store, organisation)),
    )


def kept_for_undo(store: Store, organisation: str) -> Iterator[tuple[str, str, str, str]]:
    """What is kept in case an organisation's last import is undone, as quads in N-Triples syntax."""
    for graph in (former_graph(organisation), latter_graph(organisation)):
        for triple in store.triples(graph):
            yield str(triple.subject), str(triple.predicate), str(triple.object), f"<{graph}>"


def _source(organisation: str) -> NamedNode:
    return NamedNode(GRAPH[f"source/{organisation}"])


def _audience(view: str) -> Audience:
    name = view.removeprefix(GRAPH["view/"])
    return Audience.PRIVATE if name.startswith("organisation/") else Audience(name)


def read_people(store: Store, organisation: str) -> Iterator[Known]:
    """The people whom an organisation has recorded, those who left included."""
    source = NamedNode(GRAPH[f"source/{organisation}"])
    memberships = {}
    for row in store.select(Query("current_memberships"), source=source):
        membership, person, since, unit, grade, site, availability, role, leaves = (term and term.value for term in row)
        available = None if availability is None else availability == GSE.Available
        leaves_on = leaves and day(leaves)
        card = (unit, grade, site, available, role, leaves_on)
        memberships[person] = (record_value(membership), since and day(since), *card)
    for row in store.select(Query("people_of_source"), source=source):
        iri, name, number, mailbox, audience = (term and term.value for term in row)
        membership, since, unit, grade, site, available, role, leaves_on = memberships.get(iri, (None,) * 8)
        person = Person(
            Identifier.from_iri(iri),
            organisation,
            name,
            number,
            mailbox and mailbox.removeprefix("mailto:"),
            unit,
            grade,
            site,
            available,
            Audience.from_iri(audience) if audience else None,
            role,
            leaves_on,
        )
        yield Known(person, membership, since)


def former_phrases(store: Store, organisation: str) -> dict[str, set[str]]:
    """The IRIs of the concepts to which an organisation's phrases, casefolded, were ever matched."""
    source = NamedNode(GRAPH[f"source/{organisation}"])
    former: dict[str, set[str]] = {}
    for phrase, concept in store.select(Query("former_phrases"), source=source):
        former.setdefault(phrase.value.casefold(), set()).add(concept.value)
    return former


def newest_snapshot(store: Store, organisation: str) -> datetime.date | None:
    """The day of the newest full picture that an organisation has given."""
    for (newest,) in store.select(Query("newest_snapshot"), source=NamedNode(GRAPH[f"source/{organisation}"])):
        return day(newest.value)
    return None
