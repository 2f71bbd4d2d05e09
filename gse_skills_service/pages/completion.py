"""What a word of a query could become: prefixes, classes and properties of our vocabularies, concepts, keywords."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

import pyoxigraph as ox

from gse_skills.examples import examples
from gse_skills.register import State
from gse_skills.resources import folder
from gse_skills.sparql.grammar import KEYWORDS
from gse_skills.sparql.terminals import scan
from gse_skills.vocabulary import GSE, OWL, RDF, RDFS
from gse_skills.vocabulary.namespace import PREFIXES
from gse_skills_service.pages.solutions import short

_MOST = 10
_WORTH = 0.35
"""Below this score a concept has little to do with the word."""
_OF_DATA = frozenset({"gse", "fw", "id", "graph", "xsd"})
"""Prefixes of what is defined or kept here, and of datatypes."""
_SHAPES = "http://www.w3.org/ns/shacl#"
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SIGNS = re.compile(r"[-_\s]+")
_KINDS = {
    OWL.Class: "class",
    OWL.ObjectProperty: "property",
    OWL.DatatypeProperty: "property",
    OWL.AnnotationProperty: "property",
}


@dataclass(frozen=True, slots=True)
class Completion:
    """A completion: what goes into the query, what it is called, and what it is."""

    text: str
    label: str
    kind: str


def completions(typed: str, state: State) -> tuple[Completion, ...]:
    """At most ten completions of a word: what begins as it does first, the shortest before, then what is called by it.

    A word with a prefix of ours is completed within its namespace: `fw:` by the codes of skills, then by their names. A
    word in capitals that begins a keyword of SPARQL becomes nothing else.
    """
    prefix, colon, local = typed.strip().lstrip("<").partition(":")
    if not colon and (keywords := tuple(_keywords(prefix))):
        found: tuple[Completion, ...] = keywords
    elif not colon:
        found = (*_prefixes(prefix), *_called(prefix, _terms()), *_concepts(prefix, state))
    elif prefix == "fw":
        found = (*_coded(local, state), *_concepts(local, state))
    else:
        within = [
            term for term in sorted(_terms(), key=lambda one: len(one.text)) if term.text.startswith(f"{prefix}:")
        ]
        begins = [term for term in within if term.text.startswith(f"{prefix}:{local}")]
        found = (*begins, *_called(local, within))
    return tuple(islice(dict.fromkeys(found), _MOST)) if len(typed.strip()) > 1 else ()


def _keywords(typed: str) -> Iterator[Completion]:
    for keyword in sorted(KEYWORDS):
        if typed and keyword.startswith(typed):
            yield Completion(keyword, "SPARQL", "keyword")


def _prefixes(typed: str) -> Iterator[Completion]:
    for prefix, namespace in PREFIXES.items():
        if prefix.startswith(typed.lower()):
            yield Completion(f"{prefix}:", namespace, "prefix")


def _called(typed: str, terms: Iterable[Completion]) -> Iterator[Completion]:
    wanted = _SIGNS.sub(" ", typed.lower()).strip()
    return (term for term in terms if wanted and (wanted in term.label.lower() or wanted in term.text.lower()))


def _coded(typed: str, state: State) -> Iterator[Completion]:
    for concept in state.framework.concepts:
        if concept.iri.startswith(PREFIXES["fw"]) and not concept.deprecated:
            code = concept.iri.removeprefix(PREFIXES["fw"])
            if code.startswith(typed.upper()):
                yield Completion(f"fw:{code}", concept.pref_label, concept.kind)


def _concepts(typed: str, state: State) -> Iterator[Completion]:
    """Concepts of any scheme; one that has no prefix of ours is written as an IRI."""
    for hit in state.search.search(_SIGNS.sub(" ", typed), _MOST):
        if hit.score < _WORTH:
            continue
        concept = state.framework.concept(hit.concept)
        name = short(concept.iri)
        yield Completion(name if name != concept.iri else f"<{concept.iri}>", concept.pref_label, concept.kind)


@cache
def _terms() -> tuple[Completion, ...]:
    """The terms of our ontology, and those of other vocabularies that its shapes or our examples use, ours first."""
    store = ox.Store()
    for path in (folder("ontology") / "gse-skills.ttl", *sorted((folder("ontology") / "shapes").glob("*.ttl"))):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=GSE)
    kinds = dict(_asked_for()) | dict(_spoken_of(store)) | dict(_defined(store))
    found = (Completion(short(iri), _label(iri, store), kind) for iri, kind in kinds.items())
    named = (term for term in found if not term.text.startswith("http"))
    return tuple(sorted(named, key=lambda term: (not term.text.startswith("gse:"), term.text)))


def _defined(store: ox.Store) -> Iterator[tuple[str, str]]:
    for kind, words in _KINDS.items():
        for quad in store.quads_for_pattern(None, ox.NamedNode(RDF.type), ox.NamedNode(kind)):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(GSE):
                yield quad.subject.value, words


def _spoken_of(store: ox.Store) -> Iterator[tuple[str, str]]:
    for name, words in (("path", "property"), ("class", "class"), ("targetClass", "class")):
        for quad in store.quads_for_pattern(None, ox.NamedNode(_SHAPES + name), None):
            if isinstance(quad.object, ox.NamedNode):
                yield quad.object.value, words


def _asked_for() -> Iterator[tuple[str, str]]:
    for example in examples():
        for token in scan(example.text):
            prefix, _, local = token.text.partition(":")
            if token.terminal == "PNAME_LN" and prefix not in _OF_DATA and local.isalpha():
                yield PREFIXES[prefix][local], "class" if local[0].isupper() else "property"


def _label(iri: str, store: ox.Store) -> str:
    said = store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(RDFS.label), None)
    labels = [quad.object for quad in said if isinstance(quad.object, ox.Literal)]
    english = [label.value for label in labels if (label.language or "en").startswith("en")]
    return english[0] if english else _WORDS.sub(" ", re.split("[#/]", iri)[-1]).lower()
