"""Requests for endorsement: who asks whom to judge which level, and what became of it.

A request lies in the source graph of the organisation of whoever asked, and no view repeats it: the two people and the
stewards of that organisation read it, nobody else learns that there is one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import NamedNode

from gse_skills.records.lexical import day, record_value
from gse_skills.records.view import person_term
from gse_skills.store import Change, Query, Store, term
from gse_skills.vocabulary import DCTERMS, GRAPH, GSE, PROV, RDF, Basis, Identifier, Level


class Answer(StrEnum):
    """How a request ended."""

    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Answered:
    """How a request was answered."""

    identifier: Identifier
    answer: Answer
    reason: str
    when: datetime.datetime


@dataclass(frozen=True, slots=True)
class EndorsementRequest:
    """A request for endorsement."""

    identifier: Identifier
    organisation: str
    """Slug of the organisation that keeps the record of whoever asks."""
    asker: int
    asked: int | None
    """None when whoever was asked has been erased."""
    skill: str
    """IRI."""
    level: Level
    basis: Basis
    """As what somebody is asked: as a peer or as the manager."""
    reason: str
    evidence: tuple[str, ...]
    made: datetime.datetime
    expires: datetime.date
    answered: Answered | None = None

    @property
    def digits(self) -> str:
        """The sixteen hexadecimal digits by which it is named."""
        return f"{self.identifier.value:016x}"

    def standing(self, today: datetime.date) -> Standing:
        """Where it stands on a day."""
        if self.answered is not None:
            return Standing(self.answered.answer.value)
        return Standing.EXPIRED if today > self.expires else Standing.OPEN


def write_request(request: EndorsementRequest, change: Change) -> None:
    """Write a new request."""
    assert request.asked is not None, "somebody is asked"
    said = [
        (RDF.type, term.iri(GSE.EndorsementRequest)),
        (PROV.wasAttributedTo, person_term(request.asker)),
        (GSE.asks, person_term(request.asked)),
        (GSE.askedSkill, term.iri(request.skill)),
        (GSE.askedLevel, term.iri(request.level.iri)),
        (GSE.askedAs, term.iri(request.basis.iri)),
        (PROV.generatedAtTime, term.date_time(request.made)),
        (GSE.expires, term.date(request.expires)),
        *((GSE.evidence, term.literal(text)) for text in request.evidence),
    ]
    if request.reason:
        said.append((DCTERMS.description, term.literal(request.reason)))
    _write(request.identifier, said, request.organisation, change)


def write_answer(request: EndorsementRequest, answered: Answered, by: int, change: Change) -> None:
    """Write how a request was answered, and by whom."""
    said = [
        (RDF.type, term.iri(GSE.Endorsement)),
        (GSE.answers, term.iri(request.identifier.iri)),
        (GSE.answer, term.literal(answered.answer.value)),
        (PROV.startedAtTime, term.date_time(answered.when)),
        (PROV.wasAssociatedWith, person_term(by)),
    ]
    if answered.reason:
        said.append((DCTERMS.description, term.literal(answered.reason)))
    _write(answered.identifier, said, request.organisation, change)


def requests_with(store: Store, slugs: Iterable[str], relation: str, person: int) -> list[EndorsementRequest]:
    """The requests that somebody made (`prov:wasAttributedTo`) or got (`gse:asks`)."""
    sources = [NamedNode(GRAPH[f"source/{slug}"]) for slug in slugs]
    if not sources:
        return []
    who = NamedNode(Identifier("person", person).iri)
    rows = store.select(Query("endorsement_requests"), sources=sources, relation=NamedNode(relation), person=who)
    return list(_read(store, [(source.value, request.value) for source, request in rows]))


def requests_of(store: Store, slug: str) -> list[EndorsementRequest]:
    """All requests of an organisation's people."""
    source = GRAPH[f"source/{slug}"]
    rows = store.select(Query("endorsement_requests_of_source"), source=NamedNode(source))
    return list(_read(store, [(source, row[0].value) for row in rows]))


def _read(store: Store, found: list[tuple[str, str]]) -> Iterator[EndorsementRequest]:
    for source, iri in sorted(found):
        said = _said(store, source, iri)
        answers = store.select(Query("links_to"), pairs=[(NamedNode(source), NamedNode(iri))])
        answered = [node.value for node, property_, _ in answers if property_.value == GSE.answers]
        asked = said.get(GSE.asks, [])
        yield EndorsementRequest(
            Identifier.from_iri(iri),
            source.removeprefix(GRAPH["source/"]),
            record_value(said[PROV.wasAttributedTo][0]),
            record_value(asked[0]) if asked else None,
            said[GSE.askedSkill][0],
            Level.from_iri(said[GSE.askedLevel][0]),
            Basis.from_iri(said[GSE.askedAs][0]),
            said.get(DCTERMS.description, [""])[0],
            tuple(sorted(said.get(GSE.evidence, ()))),
            datetime.datetime.fromisoformat(said[PROV.generatedAtTime][0]),
            day(said[GSE.expires][0]),
            _answered(store, source, answered[0]) if answered else None,
        )


def _answered(store: Store, source: str, iri: str) -> Answered:
    said = _said(store, source, iri)
    return Answered(
        Identifier.from_iri(iri),
        Answer(said[GSE.answer][0]),
        said.get(DCTERMS.description, [""])[0],
        datetime.datetime.fromisoformat(said[PROV.startedAtTime][0]),
    )


def _said(store: Store, source: str, iri: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for _, property_, value in store.select(Query("statements"), pairs=[(NamedNode(source), NamedNode(iri))]):
        found.setdefault(property_.value, []).append(value.value)
    return found


def _write(identifier: Identifier, said: list[tuple[str, str]], organisation: str, change: Change) -> None:
    graph = term.iri(GRAPH[f"source/{organisation}"])
    for predicate, value in said:
        change.add(term.iri(identifier.iri), term.iri(predicate), value, graph)
