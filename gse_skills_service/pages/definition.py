"""The page of the ontology, made from its own statements."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from gse_skills.description import ONTOLOGY_IRI, Triples
from gse_skills.vocabulary import DCTERMS, GSE, OWL, RDF, RDFS, SKOS
from gse_skills_service.pages.addresses import rdf_of
from gse_skills_service.pages.resource import labels, shortened, statements
from gse_skills_service.pages.views import Ontology, Term

_CLASSES = {OWL.Class}
_PROPERTIES = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
_TOLD = {RDFS.label, SKOS.definition, OWL.deprecated}
"""Shown in places of their own."""
_STANDS_FOR_BLANK = "/.well-known/genid/"


def ontology_view(triples: Triples) -> Ontology:
    """The page of the ontology."""
    about = _by_subject(triples)
    own = about[ONTOLOGY_IRI]
    names = {iri: shortened(iri) for iri in about} | labels(triples)
    terms = [(_kind(said), _term(iri, said, names)) for iri, said in about.items() if iri.startswith(GSE)]
    kinds = ("Classes", "Properties", "Individuals")
    sections = tuple(
        (kind, tuple(sorted((term for of, term in terms if of == kind), key=lambda term: term.name))) for kind in kinds
    )
    return Ontology(
        _first(own, DCTERMS["title"]),
        ONTOLOGY_IRI,
        _first(own, OWL.versionInfo),
        _first(own, DCTERMS.description),
        sections,
        rdf_of(ONTOLOGY_IRI),
    )


Said = list[tuple[str, object]]


def _by_subject(triples: Triples) -> dict[str, Said]:
    about: dict[str, Said] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            about.setdefault(triple.subject.value, []).append((triple.predicate.value, triple.object))
    return about


def _kind(said: Said) -> str:
    types = {value.value for name, value in said if name == RDF.type and isinstance(value, ox.NamedNode)}
    if types & _CLASSES:
        return "Classes"
    return "Properties" if types & _PROPERTIES else "Individuals"


def _term(iri: str, said: Said, names: Mapping[str, str]) -> Term:
    # An axiom without a name is for reasoners; the downloads have it.
    facts = [(name, value) for name, value in said if name not in _TOLD and _STANDS_FOR_BLANK not in str(value)]
    return Term(
        iri.removeprefix(GSE),
        names[iri],
        _first(said, SKOS.definition),
        statements(facts, names),
        deprecated=_first(said, OWL.deprecated) == "true",
    )


def _first(said: Said, name: str) -> str:
    return next((value.value for of, value in said if of == name and isinstance(value, ox.Literal)), "")
