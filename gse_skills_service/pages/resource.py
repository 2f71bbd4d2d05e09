"""The page of something that has no page of its own: what its description says, as a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

import pyoxigraph as ox

from gse_skills.description import Triples, is_deprecated, path_of
from gse_skills.vocabulary import DCTERMS, FOAF, RDFS, SKOS
from gse_skills.vocabulary.namespace import PREFIXES
from gse_skills_service.pages.addresses import rdf_of
from gse_skills_service.pages.frame import Link
from gse_skills_service.pages.views import Resource, Statements, Value

_NAMES = (SKOS.prefLabel, RDFS.label, DCTERMS["title"], FOAF.name)


def resource_view(iri: str, triples: Triples) -> Resource:
    """The page of the resource that `triples` describe."""
    node = ox.NamedNode(iri)
    names = labels(triples)
    own = [(triple.predicate.value, triple.object) for triple in triples if triple.subject == node]
    here = [(triple.predicate.value, triple.subject) for triple in triples if triple.object == node]
    replaced = [value.value for name, value in own if name == DCTERMS.isReplacedBy and isinstance(value, ox.NamedNode)]
    return Resource(
        names.get(iri, shortened(iri)),
        iri,
        statements(own, names),
        statements(here, names),
        deprecated=is_deprecated(iri, triples),
        replaced_by=tuple(Link(names.get(one, one), place_of(one)) for one in replaced),
        downloads=rdf_of(iri),
    )


def labels(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """What each resource is called: in English or without a language before other languages."""
    found: dict[str, tuple[tuple[int, bool], str]] = {}
    for triple in triples:
        if triple.predicate.value in _NAMES and isinstance(triple.object, ox.Literal):
            rank = (_NAMES.index(triple.predicate.value), (triple.object.language or "en") != "en")
            subject = str(triple.subject).strip("<>")
            if subject not in found or rank < found[subject][0]:
                found[subject] = (rank, triple.object.value)
    return {subject: label for subject, (_, label) in found.items()}


def statements(said: Iterable[tuple[str, object]], names: Mapping[str, str]) -> tuple[Statements, ...]:
    """Pairs of property and value, put together by property."""
    grouped: dict[str, list[Value]] = {}
    for name, value in said:
        grouped.setdefault(name, []).append(_value(value, names))
    return tuple(
        Statements(shortened(name), tuple(sorted(values, key=lambda value: (value.language, value.text))))
        for name, values in sorted(grouped.items())
    )


def _value(value: object, names: Mapping[str, str]) -> Value:
    if isinstance(value, ox.Literal):
        return Value(value.value, "", value.language or "")
    iri = str(value).strip("<>")
    return Value(names.get(iri, shortened(iri)), place_of(iri))


def place_of(iri: str) -> str:
    """Where a resource leads: to its page here when it is one of ours, else to itself."""
    path = path_of(iri)
    return iri if path is None else f"/id/{quote(path)}"


def shortened(iri: str) -> str:
    """An IRI as a prefixed name where there is a prefix.

    >>> shortened("http://www.w3.org/2004/02/skos/core#broader")
    'skos:broader'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
