"""Organisations of the alliance, and the audience that each gives its records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from gse_skills.errors import InputError
from gse_skills.records import AudienceRules, organisation_iri, organisation_slug
from gse_skills.store import Change, Query, Store, term
from gse_skills.vocabulary import DCTERMS, GRAPH, GSE, ORG, RDF, SKOS, Audience

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_GRAPH = GRAPH["organisations"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation: a laboratory, a department, an agency."""

    slug: str
    name: str
    audience: Audience = Audience.PRIVATE
    """The audience of its records where nothing else is said."""

    @property
    def iri(self) -> str:
        """Its IRI."""
        return organisation_iri(self.slug)


def read_organisations(store: Store) -> tuple[Organisation, ...]:
    """All organisations, by slug."""

    def rows() -> Iterator[Organisation]:
        for iri, name in store.select(Query("organisations"), graph=NamedNode(_GRAPH)):
            slug = organisation_slug(iri.value)
            source = NamedNode(GRAPH[f"source/{slug}"])
            audiences = [
                row[0].value for row in store.select(Query("default_audience"), source=source, organisation=iri)
            ]
            yield Organisation(slug, name.value, Audience.from_iri(audiences[0]) if audiences else Audience.PRIVATE)

    return tuple(sorted(rows(), key=lambda organisation: organisation.slug))


def rules_of(organisations: tuple[Organisation, ...]) -> AudienceRules:
    """The audience rules that the organisations have chosen."""
    return AudienceRules({organisation.slug: organisation.audience for organisation in organisations})


def describe(organisation: Organisation, change: Change) -> None:
    """Write a new organisation into `change`; raises InputError (rule `bad-slug`) when its slug is not one."""
    if not _SLUG.fullmatch(organisation.slug):
        raise InputError(
            f"“{organisation.slug}” cannot name an organisation.",
            rule="bad-slug",
            remedy="Use lower-case letters, digits and single hyphens, such as porton-lab.",
        )
    subject = term.iri(organisation.iri)
    for graph in (term.iri(_GRAPH), term.iri(GRAPH["view/public"])):
        change.add(subject, term.iri(RDF.type), term.iri(ORG.Organization), graph)
        change.add(subject, term.iri(SKOS.prefLabel), term.literal(organisation.name), graph)
        change.add(subject, term.iri(DCTERMS.identifier), term.literal(organisation.slug), graph)
    source = term.iri(GRAPH[f"source/{organisation.slug}"])
    change.add(subject, term.iri(GSE.audience), term.iri(organisation.audience.iri), source)
