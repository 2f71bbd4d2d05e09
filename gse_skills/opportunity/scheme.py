"""Interchange schemes and the kinds of opportunity that each provides for: data, shipped in `ontology/schemes.ttl`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from gse_skills.errors import NotFoundError
from gse_skills.framework.load import SCHEMES_FILE
from gse_skills.resources import folder
from gse_skills.vocabulary import DCTERMS, GSE, RDF, RDFS, SKOS


@dataclass(frozen=True, slots=True)
class OpportunityKind:
    """A way of taking part."""

    slug: str
    label: str
    definition: str
    iri: str


@dataclass(frozen=True, slots=True)
class Provision:
    """The rules of one scheme for one kind."""

    kind: OpportunityKind
    longest_months: int | None
    needs_confirmation: bool
    """What a member offers is open only once a steward has confirmed it."""
    demands_releasing_employer: bool
    demands_payment: bool


@dataclass(frozen=True, slots=True)
class InterchangeScheme:
    """A programme under which people move between organisations for a time, or learn from one another."""

    slug: str
    label: str
    definition: str
    iri: str
    provisions: tuple[Provision, ...]
    """By label of the kind."""

    def provision(self, kind: OpportunityKind) -> Provision | None:
        """The rules for a kind; None when the scheme has none of it."""
        return next((one for one in self.provisions if one.kind == kind), None)


@cache
def schemes() -> tuple[InterchangeScheme, ...]:
    """All schemes, by label.

    >>> [(one.slug, len(one.provisions)) for one in schemes()]
    [('expert-exchange', 4), ('stem-futures', 7)]
    """
    said = _Said(quad.triple for quad in ox.parse(path=folder("ontology") / SCHEMES_FILE))
    found = [
        InterchangeScheme(
            said.one(iri, DCTERMS.identifier),
            said.one(iri, RDFS.label),
            said.one(iri, SKOS.definition),
            iri,
            tuple(sorted((_provision(said, part) for part in said.all(iri, GSE.provides)), key=_label)),
        )
        for iri in said.of_type(GSE.InterchangeScheme)
    ]
    return tuple(sorted(found, key=lambda one: one.label))


@cache
def kinds() -> tuple[OpportunityKind, ...]:
    """All kinds that some scheme provides for, by label."""
    return tuple(sorted({part.kind for one in schemes() for part in one.provisions}, key=lambda kind: kind.label))


def scheme_named(name: str) -> InterchangeScheme:
    """The scheme with that slug, label or IRI; raises NotFoundError (rule `unknown-scheme`).

    >>> scheme_named("Expert Exchange").slug
    'expert-exchange'
    """
    said = name.strip().casefold()
    for one in schemes():
        if said in (one.slug, one.label.casefold(), one.iri):
            return one
    raise NotFoundError(
        f"There is no interchange scheme “{name.strip()}”.",
        rule="unknown-scheme",
        remedy=f"Name one of: {', '.join(one.slug for one in schemes())}.",
    )


def kind_named(name: str) -> OpportunityKind:
    """The kind with that slug, label or IRI; raises NotFoundError (rule `unknown-kind`).

    >>> kind_named("Technical lecture").slug
    'technical-lecture'
    """
    said = name.strip().casefold()
    for one in kinds():
        if said in (one.slug, one.label.casefold(), one.iri):
            return one
    raise NotFoundError(
        f"There is no kind of opportunity “{name.strip()}”.",
        rule="unknown-kind",
        remedy=f"Name one of: {', '.join(one.slug for one in kinds())}.",
    )


def _label(provision: Provision) -> str:
    return provision.kind.label


def _provision(said: _Said, iri: str) -> Provision:
    kind = said.one(iri, GSE.opportunityKind)
    longest = said.one(iri, GSE.longestMonths)
    return Provision(
        OpportunityKind(
            said.one(kind, DCTERMS.identifier), said.one(kind, RDFS.label), said.one(kind, SKOS.definition), kind
        ),
        int(longest) if longest else None,
        said.one(iri, GSE.needsConfirmation) == "true",
        said.one(iri, GSE.demandsReleasingEmployer) == "true",
        said.one(iri, GSE.demandsPayment) == "true",
    )


class _Said:
    """Statements by subject and property."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        found: dict[tuple[str, str], list[str]] = {}
        for subject, predicate, value in triples:
            assert isinstance(subject, ox.NamedNode), "the shipped file has no blank nodes"
            assert isinstance(value, ox.NamedNode | ox.Literal), "nor statements of statements"
            found.setdefault((subject.value, predicate.value), []).append(value.value)
        self._values: Mapping[tuple[str, str], list[str]] = found

    def all(self, subject: str, predicate: str) -> list[str]:
        return self._values.get((subject, predicate), [])

    def one(self, subject: str, predicate: str) -> str:
        return next(iter(self.all(subject, predicate)), "")

    def of_type(self, iri: str) -> list[str]:
        return [subject for (subject, name), types in self._values.items() if name == RDF.type and iri in types]
