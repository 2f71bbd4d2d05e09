"""Requests for correction: what a person says is wrong, what it should be, and how their organisation settled it.

A request lies in the source graph of the organisation, and no view repeats it: the person and their stewards read it,
nobody else learns that there is one. What is disputed stays as it is until the request is settled.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from gse_skills.dossier.fact import Fact
from gse_skills.dossier.said import Said
from gse_skills.records import organisation_iri
from gse_skills.records.lexical import record_value
from gse_skills.records.view import person_term, record_term
from gse_skills.store import Change, term
from gse_skills.vocabulary import DCTERMS, GRAPH, GSE, PROV, RDF, Identifier


class Outcome(StrEnum):
    """How a request is settled."""

    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def iri(self) -> str:
        """The IRI of the outcome's individual in the ontology."""
        return GSE[self.value.capitalize()]


class Standing(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a request was settled."""

    identifier: Identifier
    outcome: Outcome
    reason: str
    settled: datetime.datetime


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """A request for correction."""

    identifier: Identifier
    person: int
    fact: Fact
    record: int | None
    """The record whose level is disputed."""
    value: str
    """What it should be; empty when there should be nothing."""
    reason: str
    asked: datetime.datetime
    settlement: Settlement | None = None

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return Standing(self.settlement.outcome.value) if self.settlement else Standing.OPEN

    @property
    def digits(self) -> str:
        """The sixteen hexadecimal digits by which it is named."""
        return f"{self.identifier.value:016x}"


def write_request(request: CorrectionRequest, organisation: str, change: Change) -> None:
    """Write a new request into the organisation's source graph."""
    said = [
        (RDF.type, term.iri(GSE.CorrectionRequest)),
        (GSE.corrects, term.iri(request.fact.iri)),
        (DCTERMS.description, term.literal(request.reason)),
        (PROV.generatedAtTime, term.date_time(request.asked)),
        (PROV.wasAttributedTo, person_term(request.person)),
    ]
    if request.record is not None:
        said.append((GSE.disputes, record_term(request.record)))
    if request.value:
        said.append((GSE.requestedValue, term.literal(request.value)))
    _write(request.identifier, said, organisation, change)


def write_settlement(request: CorrectionRequest, settlement: Settlement, organisation: str, change: Change) -> None:
    """Write how a request was settled."""
    said = [
        (RDF.type, term.iri(GSE.Settlement)),
        (GSE.settles, term.iri(request.identifier.iri)),
        (GSE.settledAs, term.iri(settlement.outcome.iri)),
        (PROV.startedAtTime, term.date_time(settlement.settled)),
        (PROV.wasAssociatedWith, term.iri(organisation_iri(organisation))),
    ]
    if settlement.reason:
        said.append((DCTERMS.description, term.literal(settlement.reason)))
    _write(settlement.identifier, said, organisation, change)


def write_assessment(identifier: Identifier, person: int, now: datetime.datetime, slug: str, change: Change) -> None:
    """Write that a person assessed themselves."""
    said = [
        (RDF.type, term.iri(GSE.SelfAssessment)),
        (PROV.startedAtTime, term.date_time(now)),
        (PROV.wasAssociatedWith, person_term(person)),
    ]
    _write(identifier, said, slug, change)


def requests_in(said: Said) -> tuple[CorrectionRequest, ...]:
    """The requests among some statements, the newest first."""
    settled = {
        said.one(node, GSE.settles): Settlement(
            Identifier.from_iri(node),
            Outcome(said.one(node, GSE.settledAs).removeprefix(GSE).lower()),
            said.one(node, DCTERMS.description),
            said.moment(node, PROV.startedAtTime),
        )
        for node in said.of_type(GSE.Settlement)
    }
    found = (
        CorrectionRequest(
            Identifier.from_iri(node),
            record_value(said.one(node, PROV.wasAttributedTo)),
            Fact.from_iri(said.one(node, GSE.corrects)),
            record_value(record) if (record := said.one(node, GSE.disputes)) else None,
            said.one(node, GSE.requestedValue),
            said.one(node, DCTERMS.description),
            said.moment(node, PROV.generatedAtTime),
            settled.get(node),
        )
        for node in said.of_type(GSE.CorrectionRequest)
    )
    return tuple(sorted(found, key=lambda one: (-one.asked.timestamp(), one.identifier)))


def _write(identifier: Identifier, said: list[tuple[str, str]], organisation: str, change: Change) -> None:
    graph = term.iri(GRAPH[f"source/{organisation}"])
    for predicate, value in said:
        change.add(term.iri(identifier.iri), term.iri(predicate), value, graph)
