"""The statements of a source graph that concern one person: what is said of them and of everything of theirs.

Whatever has to be told, taken away or erased of a person is what is gathered here, so it is gathered in one place.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from gse_skills.records.lexical import day
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, GSE, ID, PROV, RDF, Identifier

_FOLLOWED = (GSE.statedAs, PROV.wasGeneratedBy, PROV.wasInvalidatedBy)
"""From a record or membership to the phrase it came from and to how it was learnt; from the phrase to its import."""


class Said:
    """Statements by subject and property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(sorted(triples, key=str))
        self._values: dict[tuple[str, str], list[str]] = defaultdict(list)
        for triple in self.triples:
            assert isinstance(triple.subject, NamedNode)  # no blank node lies in the store
            self._values[triple.subject.value, triple.predicate.value].append(getattr(triple.object, "value", ""))

    def one(self, subject: str, predicate: str) -> str:
        """The value of a property that has at most one; empty when it has none."""
        return next(iter(self._values.get((subject, predicate), ())), "")

    def all(self, subject: str, predicate: str) -> tuple[str, ...]:
        """The values of a property, sorted."""
        return tuple(sorted(self._values.get((subject, predicate), ())))

    def day(self, subject: str, predicate: str) -> datetime.date | None:
        """The value of a property as a date."""
        text = self.one(subject, predicate)
        return day(text) if text else None

    def moment(self, subject: str, predicate: str) -> datetime.datetime:
        """The value of a property as a time; raises ValueError when there is none."""
        return datetime.datetime.fromisoformat(self.one(subject, predicate))

    @property
    def subjects(self) -> tuple[str, ...]:
        """What something is said of, sorted."""
        return tuple(sorted({subject for subject, _ in self._values}))

    def of_type(self, iri: str) -> list[str]:
        """The subjects of a class, sorted."""
        return sorted(subject for (subject, name), types in self._values.items() if name == RDF.type and iri in types)

    def with_value(self, predicate: str, value: str) -> list[str]:
        """The subjects that have a value of a property, sorted."""
        return sorted(
            subject for (subject, name), values in self._values.items() if name == predicate and value in values
        )


def gather(store: Store, organisation: str, digits: str) -> Said:
    """What the source graph of an organisation says of a person; nothing when it does not know them."""
    return gather_from(store, GRAPH[f"source/{organisation}"], digits)


def gather_from(store: Store, graph: str, digits: str, known: Collection[NamedNode] = ()) -> Said:
    """What a graph says of a person, and of things that are `known` to be of them."""
    source = NamedNode(graph)
    person = NamedNode(Identifier("person", int(digits, 16)).iri)
    own = {person, *known, *(row[0] for row in store.select(Query("concerning"), source=source, person=person))}
    found: set[Triple] = set()
    fresh, reached = own, set(own)
    while fresh:
        stated = set(_statements(store, source, fresh))
        found |= stated
        fresh = {node for triple in stated if (node := _followed(triple)) is not None} - reached
        reached |= fresh
    return Said(found)


def _followed(triple: Triple) -> NamedNode | None:
    value = triple.object
    if triple.predicate.value in _FOLLOWED and isinstance(value, NamedNode) and value.value.startswith(ID):
        return value
    return None


def _statements(store: Store, source: NamedNode, nodes: Iterable[NamedNode]) -> Iterator[Triple]:
    pairs = [(source, node) for node in nodes]
    return (Triple(*row) for row in store.select(Query("statements"), pairs=pairs))
