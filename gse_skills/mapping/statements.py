"""A mapping set as RDF: what it says of itself, and one SKOS mapping between two concepts for each row.

Of the concepts only those are named that nobody else could name, the terms of a local list, whose IRIs lie beneath the
set's own. Whoever wants confidence and justification of a row takes the SSSOM file, which any SSSOM tool reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from gse_skills.mapping.mapping import MappingSet
from gse_skills.mapping.read import SSSOM
from gse_skills.store import term
from gse_skills.vocabulary import DCTERMS, OWL, RDF, SKOS


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
    own = f"{mapping_set.iri}/"
    named = {one.object: one.object_label for one in mapping_set.mappings if one.object.startswith(own)}
    for iri, label in named.items():
        yield f"{term.iri(iri)} {term.iri(SKOS.prefLabel)} {term.literal(label)}"
