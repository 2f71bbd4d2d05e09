"""A mapping set as RDF: what it says of itself, and one SKOS mapping between two concepts for each row.

The terms of a local list, whose IRIs lie beneath the set's own, are concepts that nobody else could name: they get
their preferred label here. A concept of another scheme gets an rdfs:label, so that it has a name where the scheme is
not loaded, and still one preferred label a language where it is. Whoever wants confidence and justification of a row
takes the SSSOM file, which any SSSOM tool reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from gse_skills.framework import SOURCES
from gse_skills.mapping.mapping import MappingSet
from gse_skills.mapping.read import SSSOM
from gse_skills.store import term
from gse_skills.vocabulary import DCTERMS, OWL, RDF, RDFS, SKOS


def statements(mapping_set: MappingSet) -> Iterator[str]:
    """The set as triples in N-Triples syntax without the full stop, each once; terms are those of SSSOM's own RDF.

    Raises ValueError when an identifier is no IRI.
    """
    yield f"{term.iri(mapping_set.iri)} {term.iri(RDF.type)} {term.iri(SSSOM + 'MappingSet')}"
    for predicate, iri in (
        (DCTERMS.license, mapping_set.license),
        (f"{SSSOM}subject_source", mapping_set.subject_source),
        (f"{SSSOM}object_source", mapping_set.object_source),
    ):
        if iri:
            yield f"{term.iri(mapping_set.iri)} {term.iri(predicate)} {term.iri(iri)}"
    for predicate, text in (
        (OWL.versionInfo, mapping_set.version),
        (DCTERMS["title"], mapping_set.title),
        (DCTERMS.description, mapping_set.description),
        (f"{SSSOM}subject_source_version", mapping_set.subject_source_version),
        (f"{SSSOM}object_source_version", mapping_set.object_source_version),
    ):
        if text:
            yield f"{term.iri(mapping_set.iri)} {term.iri(predicate)} {term.literal(text)}"
    pairs = {(mapping.subject, mapping.predicate, mapping.object): None for mapping in mapping_set.mappings}
    yield from (" ".join(map(term.iri, pair)) for pair in pairs)
    if mapping_set.object_source in SOURCES:
        yield _named(mapping_set.object_source, RDFS.label, SOURCES[mapping_set.object_source])
    own = f"{mapping_set.iri}/"
    labels = {one.object: one.object_label for one in mapping_set.mappings if one.object_label}
    for iri, label in labels.items():
        yield _named(iri, SKOS.prefLabel if iri.startswith(own) else RDFS.label, label)


def _named(iri: str, predicate: str, label: str) -> str:
    return f"{term.iri(iri)} {term.iri(predicate)} {term.literal(label)}"
