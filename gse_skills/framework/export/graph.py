"""A concept scheme as RDF, by rdflib: grouped by subject, with prefixes, and the same bytes for the same triples."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.plugins.serializers.longturtle import LongTurtleSerializer
from rdflib.term import Node

from gse_skills.errors import InputError
from gse_skills.framework.gather import ESCO
from gse_skills.framework.template import EMERGENCY, GRADE, THEME
from gse_skills.vocabulary import RDF, XSD
from gse_skills.vocabulary.namespace import PREFIXES

_PREFIXES = {
    **{name: str(PREFIXES[name]) for name in PREFIXES if name not in ("id", "graph")},
    "theme": THEME,
    "emergency": EMERGENCY,
    "grade": GRADE,
    "esco": str(ESCO),
    "xml": "http://www.w3.org/XML/1998/namespace",
}


class _InOrder(LongTurtleSerializer):
    """Subjects by IRI, where the library puts first what is referred to least."""

    def orderSubjects(self) -> list[Node]:  # noqa: N802 - the library's name
        """All subjects."""
        return sorted(self._subjects, key=str)


def write_n_triples(triples: Iterable[ox.Triple]) -> bytes:
    """N-Triples, one line a statement, in order."""
    lines = sorted(f"{triple} .\n" for triple in triples)
    return "".join(lines).encode()


def write_turtle(triples: Iterable[ox.Triple]) -> bytes:
    """Turtle, one block a subject."""
    file = io.BytesIO()
    _InOrder(_graph(triples)).serialize(file, encoding="utf-8")  # type: ignore[no-untyped-call]  # rdflib's own
    return file.getvalue()


def write_rdf_xml(triples: Iterable[ox.Triple]) -> bytes:
    """RDF/XML; raises InputError (rule `not-for-xml`) for a property whose IRI no XML name can end."""
    try:
        return _graph(triples).serialize(format="xml", encoding="utf-8")
    except ValueError as error:  # rdflib's word for an IRI that no prefix and name can be made of
        message = f"The scheme has a property that RDF/XML cannot name: {error}."
        raise InputError(message, rule="not-for-xml", remedy="Take it as Turtle, JSON-LD or N-Triples.") from None


def write_json_ld(triples: Iterable[ox.Triple]) -> bytes:
    """JSON-LD in compact form; its context stands in the file, so that nobody need fetch one."""
    triples = list(triples)
    context = _context(triples)
    body = json.loads(_graph(triples).serialize(format="json-ld", context=context, auto_compact=False))
    subjects = body.pop("@graph", None) or [{name: body[name] for name in body if name != "@context"}]
    ordered = [_ordered(one) for one in sorted(subjects, key=lambda one: str(one.get("@id")))]
    return json.dumps({"@context": context, "@graph": ordered}, ensure_ascii=False, indent=1).encode() + b"\n"


def _context(triples: Iterable[ox.Triple]) -> dict[str, Any]:
    """The prefixes in use, and the properties all of whose values are IRIs."""
    used = {term.value for triple in triples for term in triple if isinstance(term, ox.NamedNode)}
    used |= {one.object.datatype.value for one in triples if isinstance(one.object, ox.Literal)}
    context: dict[str, Any] = {
        prefix: base for prefix, base in sorted(_PREFIXES.items()) if any(iri.startswith(base) for iri in used)
    }
    for predicate in _linking(triples):
        prefix = next((name for name, base in context.items() if predicate.startswith(str(base))), "")
        if prefix and predicate != RDF.type:
            context[f"{prefix}:{predicate.removeprefix(context[prefix])}"] = {"@type": "@id"}
    return context


def _linking(triples: Iterable[ox.Triple]) -> list[str]:
    links: set[str] = set()
    texts: set[str] = set()
    for triple in triples:
        (texts if isinstance(triple.object, ox.Literal) else links).add(triple.predicate.value)
    return sorted(links - texts)


def _ordered(value: object) -> object:
    """Members by name and values in order: JSON-LD means sets where JSON has lists, and the library's order varies."""
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return sorted(map(_ordered, value), key=lambda one: json.dumps(one, ensure_ascii=False))
    return value


def _graph(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    graph = rdflib.Graph(store="SimpleMemory", bind_namespaces="none")
    for prefix, base in sorted(_PREFIXES.items()):
        graph.bind(prefix, base)
    # In order, which this store keeps; the default one keeps a set.
    found = sorted(triples, key=str)
    graph += ((_term(one.subject), _term(one.predicate), _term(one.object)) for one in found)
    return graph


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    match term:
        case ox.NamedNode():
            return rdflib.URIRef(term.value)
        case ox.BlankNode():
            return rdflib.BNode(term.value)
        case ox.Literal():
            if term.language:
                return rdflib.Literal(term.value, lang=term.language)
            # As it was written: the library would otherwise give numbers and dates a form of its own.
            plain = term.datatype.value == XSD.string
            kind = None if plain else rdflib.URIRef(term.datatype.value)
            return rdflib.Literal(term.value, datatype=kind, normalize=False)
    raise InputError(
        "The scheme states something of a statement.",
        rule="triple-term",
        remedy="Take it as N-Triples; the other forms have no words for that.",
    )
