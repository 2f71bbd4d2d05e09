"""What an opportunity is, and how it is written and read as RDF."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from pyoxigraph import NamedNode

from gse_skills.opportunity.scheme import InterchangeScheme, OpportunityKind, Provision, kind_named, scheme_named
from gse_skills.opportunity.step import Step, StepKind, read_steps
from gse_skills.records import organisation_iri, organisation_slug
from gse_skills.records.lexical import day
from gse_skills.store import Query, Store, term
from gse_skills.vocabulary import DCTERMS, GRAPH, GSE, PROV, RDF, SCHEMA, XSD, Audience, Identifier, Level

AUDIENCES = (Audience.PUBLIC, Audience.ALLIANCE, Audience.PRIVATE)
"""Whom an opportunity can be for; private is for its host organisation."""

Triple = tuple[str, str, str]
"""In N-Triples syntax."""


class Payment(StrEnum):
    """Who pays salary and on-costs.

    >>> Payment.RELEASING_EMPLOYER.iri
    'https://w3id.org/gse-skills/ontology#ReleasingEmployerPays'
    """

    HOST = "host"
    RELEASING_EMPLOYER = "releasing-employer"
    SHARED = "shared"
    COST_NEUTRAL = "cost-neutral"

    @property
    def iri(self) -> str:
        """The IRI of the individual in the ontology."""
        return GSE[_PAYMENTS[self]]


_PAYMENTS = {
    Payment.HOST: "HostPays",
    Payment.RELEASING_EMPLOYER: "ReleasingEmployerPays",
    Payment.SHARED: "SharedCost",
    Payment.COST_NEUTRAL: "CostNeutral",
}


class Status(StrEnum):
    """Where an opportunity stands."""

    PROPOSED = "proposed"
    """A member offered it; a steward has to confirm it."""
    OPEN = "open"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Aim:
    """What an opportunity does for one skill."""

    skill: str
    """IRI."""
    level: Level
    """That can be reached."""
    from_level: Level | None = None
    """The least to bring along; None where nothing is needed."""


@dataclass(frozen=True, slots=True)
class Opportunity:
    """An offer to take part in something that develops skills; it names no person."""

    identifier: Identifier
    title: str
    text: str
    host: str
    """Slug."""
    scheme: InterchangeScheme
    kind: OpportunityKind
    aims: tuple[Aim, ...]
    """By IRI of the skill."""
    starts: datetime.date
    ends: datetime.date
    """The last day."""
    places: int
    audience: Audience
    contact: str
    """The address of a role mailbox."""
    offered: datetime.datetime
    site: str = ""
    remote: bool = False
    two_way: bool = False
    releasing_employer: str = ""
    payment: Payment | None = None
    steps: tuple[Step, ...] = ()
    """The first one first; none for whoever sees no more than the views show."""

    @property
    def digits(self) -> str:
        """The sixteen hexadecimal digits by which it is named."""
        return f"{self.identifier.value:016x}"

    @property
    def provision(self) -> Provision | None:
        """The rules of its scheme for its kind; None when there are none, which the rules refuse."""
        return self.scheme.provision(self.kind)

    @property
    def status(self) -> Status:
        """Where it stands, by its steps; what only a view shows is open."""
        taken = {step.kind for step in self.steps}
        if StepKind.WITHDRAWAL in taken:
            return Status.WITHDRAWN
        return Status.OPEN if not taken or StepKind.CONFIRMATION in taken else Status.PROPOSED


def statements(opportunity: Opportunity) -> Iterator[Triple]:
    """What is said of an opportunity, its steps apart; the same in the source graph and in a view."""
    one = opportunity
    said = [
        (RDF.type, term.iri(GSE.Opportunity)),
        (DCTERMS["title"], term.literal(one.title)),
        (GSE.hostOrganisation, term.iri(organisation_iri(one.host))),
        (GSE.underScheme, term.iri(one.scheme.iri)),
        (GSE.opportunityKind, term.iri(one.kind.iri)),
        (SCHEMA.startDate, term.date(one.starts)),
        (SCHEMA.endDate, term.date(one.ends)),
        (GSE.places, term.integer(one.places)),
        (GSE.audience, term.iri(one.audience.iri)),
        (SCHEMA.email, term.literal(one.contact)),
        (PROV.generatedAtTime, term.date_time(one.offered)),
        (GSE.remote, _boolean(one.remote)),
        (GSE.twoWay, _boolean(one.two_way)),
    ]
    for predicate, text in (
        (DCTERMS.description, one.text),
        (SCHEMA.location, one.site),
        (GSE.releasingEmployer, one.releasing_employer),
    ):
        if text:
            said.append((predicate, term.literal(text)))
    if one.payment is not None:
        said.append((GSE.payment, term.iri(one.payment.iri)))
    subject = term.iri(one.identifier.iri)
    for number, aim in enumerate(one.aims):
        node = term.iri(_aim(one.identifier, number))
        said.append((GSE.develops, node))
        yield node, term.iri(RDF.type), term.iri(GSE.SkillAim)
        yield node, term.iri(GSE.skill), term.iri(aim.skill)
        yield node, term.iri(GSE.toLevel), term.iri(aim.level.iri)
        if aim.from_level is not None:
            yield node, term.iri(GSE.fromLevel), term.iri(aim.from_level.iri)
    yield from ((subject, term.iri(predicate), value) for predicate, value in said)


def _aim(opportunity: Identifier, number: int) -> str:
    """The IRI of an aim, made of that of its opportunity, so that both are the same wherever they are written."""
    return Identifier("aim", (opportunity.value + number) % (1 << 64)).iri


def _boolean(value: bool) -> str:
    return f'"{str(value).lower()}"^^<{XSD.boolean}>'


def read_view(store: Store, view: str) -> tuple[Opportunity, ...]:
    """The opportunities that a view shows."""
    return tuple(_read(store.select(Query("opportunities"), graph=NamedNode(view))))


def read_source(store: Store, organisation: str) -> tuple[Opportunity, ...]:
    """All opportunities of an organisation with their steps, also those that are not open."""
    source = NamedNode(GRAPH[f"source/{organisation}"])
    steps = read_steps(store.select(Query("opportunity_steps"), source=source))
    found = _read(store.select(Query("opportunities"), graph=source))
    return tuple(replace(one, steps=steps.get(one.identifier.iri, ())) for one in found)


Row = tuple[NamedNode, NamedNode, NamedNode, NamedNode]


def _read(rows: Iterable[Row]) -> Iterator[Opportunity]:
    said: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    aims: dict[str, list[str]] = defaultdict(list)
    for opportunity, subject, property_, value in rows:
        if property_.value == GSE.develops:
            aims[subject.value].append(value.value)
        else:
            said[opportunity.value][subject.value, property_.value] = value.value
    for iri in sorted(said):
        yield _opportunity(iri, said[iri], aims[iri])


def _opportunity(iri: str, said: dict[tuple[str, str], str], aims: Iterable[str]) -> Opportunity:
    payment = said.get((iri, GSE.payment))
    return Opportunity(
        Identifier.from_iri(iri),
        said[iri, DCTERMS["title"]],
        said.get((iri, DCTERMS.description), ""),
        organisation_slug(said[iri, GSE.hostOrganisation]),
        scheme_named(said[iri, GSE.underScheme]),
        kind_named(said[iri, GSE.opportunityKind]),
        tuple(sorted((_read_aim(aim, said) for aim in aims), key=lambda aim: aim.skill)),
        day(said[iri, SCHEMA.startDate]),
        day(said[iri, SCHEMA.endDate]),
        int(said[iri, GSE.places]),
        Audience.from_iri(said[iri, GSE.audience]),
        said[iri, SCHEMA.email],
        datetime.datetime.fromisoformat(said[iri, PROV.generatedAtTime]),
        said.get((iri, SCHEMA.location), ""),
        said[iri, GSE.remote] == "true",
        said[iri, GSE.twoWay] == "true",
        said.get((iri, GSE.releasingEmployer), ""),
        next(one for one in Payment if one.iri == payment) if payment else None,
    )


def _read_aim(iri: str, said: dict[tuple[str, str], str]) -> Aim:
    least = said.get((iri, GSE.fromLevel))
    return Aim(said[iri, GSE.skill], Level.from_iri(said[iri, GSE.toLevel]), Level.from_iri(least) if least else None)
