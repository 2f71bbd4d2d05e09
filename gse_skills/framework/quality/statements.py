"""A concept scheme as the rules of quality look at it: terms by number, relations as pairs of numbers.

It holds what is stated and no more; what SKOS entails is said by the properties that need it. Numbers instead of terms
keep ESCO (some 300,000 statements) within a hundred megabytes and a few seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import NamedTuple

import networkx as nx
import pyoxigraph as ox
from rdflib.namespace import SKOS as KNOWN_TERMS

from gse_skills.framework.gather import ESCO
from gse_skills.framework.load import ONTOLOGY_FILE
from gse_skills.resources import folder
from gse_skills.vocabulary import DCTERMS, OWL, RDF, RDFS, SKOS

Pair = tuple[int, int]
Graph = Mapping[int, frozenset[int]]

HIERARCHICAL = ("broader", "narrower", "broaderTransitive", "narrowerTransitive")
SEMANTIC = (*HIERARCHICAL, "related")
MAPPING = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch", "mappingRelation")
LABELS = ("prefLabel", "altLabel", "hiddenLabel")

_LINKS = {SKOS[name]: name for name in (*SEMANTIC, *MAPPING, "inScheme", "topConceptOf", "hasTopConcept", "member")} | {
    DCTERMS.isReplacedBy: "isReplacedBy"
}
_LABELS = {SKOS[name]: name for name in LABELS}
_XL = "http://www.w3.org/2008/05/skos-xl#"
_XL_LABELS = {f"{_XL}{name}": name for name in LABELS}
_DEFINED = frozenset(str(term) for term in dir(KNOWN_TERMS))
_CONCEPTS = frozenset((SKOS.Concept, ESCO.Skill, ESCO.Occupation))
_COLLECTIONS = frozenset((SKOS.Collection, SKOS.OrderedCollection))
_TRUE = ("true", "1")


class Text(NamedTuple):
    """A literal: its language tag is in lower case, and empty when there is none."""

    text: str
    language: str


class Statements:
    """The stated triples, numbered.

    `links` has the pairs of each relation by its local name, `labels` the labels by local name and term, `types` and
    `predicates` the IRIs by term, `undefined` the terms that use a word of the SKOS namespace which it does not have.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.iris: list[str] = []
        self._numbers: dict[str, int] = {}
        self.links: dict[str, set[Pair]] = defaultdict(set)
        self.labels: dict[str, dict[int, set[Text]]] = {name: defaultdict(set) for name in LABELS}
        self.notations: dict[int, set[tuple[str, str]]] = defaultdict(set)
        self.types: dict[int, set[str]] = defaultdict(set)
        self.predicates: dict[int, set[str]] = defaultdict(set)
        self.deprecated: set[int] = set()
        self.undefined: dict[str, set[int]] = defaultdict(set)
        self._subclasses: set[Pair] = set()
        self._xl: list[tuple[str, int, int]] = []
        self._forms: dict[int, Text] = {}
        for triple in triples:
            self._take(triple)
        for name, subject, label in self._xl:
            if label in self._forms:  # SKOS S55 to S57: the literal form of such a label is a plain label
                self.labels[name][subject].add(self._forms[label])

    def _take(self, triple: ox.Triple) -> None:
        if isinstance(triple.subject, ox.Triple):  # RDF 1.2: a statement about a statement is about no concept
            return
        subject, predicate, value = self._number(triple.subject), triple.predicate.value, triple.object
        self.predicates[subject].add(predicate)
        if predicate.startswith(SKOS) and predicate not in _DEFINED:
            self.undefined[predicate].add(subject)
        if isinstance(value, ox.Literal):
            self._take_literal(subject, predicate, value)
        elif not isinstance(value, ox.Triple):
            self._take_link(subject, predicate, value)

    def _take_literal(self, subject: int, predicate: str, value: ox.Literal) -> None:
        if predicate in _LABELS:
            self.labels[_LABELS[predicate]][subject].add(_text(value))
        elif predicate == SKOS.notation:
            self.notations[subject].add((value.value, value.datatype.value))
        elif predicate == OWL.deprecated and value.value in _TRUE:
            self.deprecated.add(subject)
        elif predicate == f"{_XL}literalForm":
            self._forms[subject] = _text(value)

    def _take_link(self, subject: int, predicate: str, value: ox.NamedNode | ox.BlankNode) -> None:
        if predicate in _LINKS:
            self.links[_LINKS[predicate]].add((subject, self._number(value)))
        elif predicate == RDF.type:
            self.types[subject].add(value.value)
            if value.value.startswith(SKOS) and value.value not in _DEFINED:
                self.undefined[value.value].add(subject)
        elif predicate == RDFS.subClassOf:
            self._subclasses.add((subject, self._number(value)))
        elif predicate in _XL_LABELS:
            self._xl.append((_XL_LABELS[predicate], subject, self._number(value)))

    def _number(self, term: ox.NamedNode | ox.BlankNode) -> int:
        iri = term.value if isinstance(term, ox.NamedNode) else f"_:{term.value}"
        number = self._numbers.setdefault(iri, len(self.iris))
        if number == len(self.iris):
            self.iris.append(iri)
        return number

    # What things are

    @cached_property
    def typed_concepts(self) -> frozenset[int]:
        """Everything that is called a concept, by a class of ours, ESCO's, or one that is stated to be below it."""
        below = nx.DiGraph(_our_classes())
        below.add_edges_from((self.iris[wide], self.iris[narrow]) for narrow, wide in self._subclasses)
        classes = {name for known in _CONCEPTS & set(below) for name in nx.descendants(below, known)} | _CONCEPTS
        return frozenset(number for number, types in self.types.items() if types & classes)

    @cached_property
    def schemes(self) -> frozenset[int]:
        """The concept schemes: those called so, and by SKOS S4, S5 and S6 those that have members or top concepts."""
        called = {number for number, types in self.types.items() if SKOS.ConceptScheme in types}
        holding = {scheme for name in ("inScheme", "topConceptOf") for _, scheme in self.links[name]}
        return frozenset(called | holding | {scheme for scheme, _ in self.links["hasTopConcept"]})

    @cached_property
    def collections(self) -> frozenset[int]:
        """The collections: those called so, and by SKOS S31 those that have members."""
        called = {number for number, types in self.types.items() if types & _COLLECTIONS}
        return frozenset(called | {collection for collection, _ in self.links["member"]})

    @cached_property
    def concepts(self) -> frozenset[int]:
        """What the rules for concepts look at: concepts that are nothing else besides."""
        return self.typed_concepts - self.schemes - self.collections

    @cached_property
    def schemes_of(self) -> Graph:
        """The schemes that each concept is in, also as a top concept (SKOS S7)."""
        pairs = self.links["inScheme"] | self.links["topConceptOf"]
        return graph_of(pairs | {(concept, scheme) for scheme, concept in self.links["hasTopConcept"]})

    @cached_property
    def members(self) -> Graph:
        """The concepts of each scheme."""
        return graph_of((s, concept) for concept in self.concepts for s in self.schemes_of.get(concept, ()))

    @cached_property
    def tops(self) -> Graph:
        """The top concepts of each scheme, whichever way they are stated."""
        return graph_of(self.links["hasTopConcept"] | {(s, concept) for concept, s in self.links["topConceptOf"]})

    # How concepts hang together

    @cached_property
    def parents(self) -> Graph:
        """What `skos:broader` and the inverse of `skos:narrower` lead to, without the concept itself."""
        pairs = self.links["broader"] | {(narrow, broad) for broad, narrow in self.links["narrower"]}
        return graph_of((one, other) for one, other in pairs if one != other)

    @cached_property
    def hierarchy(self) -> nx.DiGraph[int]:
        """`parents` as a directed graph, upwards; in the order of IRIs, in which a way round a circle is looked for."""
        return nx.DiGraph((one, up) for one in self.by_iri(self.parents) for up in self.by_iri(self.parents[one]))

    @cached_property
    def children(self) -> Graph:
        """The inverse of `parents`."""
        return graph_of((broad, narrow) for narrow, above in self.parents.items() for broad in above)

    def joined(self, names: Iterable[str]) -> Iterator[Pair]:
        """The pairs of several relations, those of a concept with itself left out."""
        return ((one, other) for name in names for one, other in self.links[name] if one != other)

    # How things are shown

    def in_order(self, numbers: Iterable[int]) -> list[str]:
        """The IRIs of terms, sorted, so that findings do not depend on the order of statements."""
        return sorted(self.iris[number] for number in numbers)

    def by_iri(self, numbers: Iterable[int]) -> list[int]:
        """The numbers in the order of their IRIs."""
        return sorted(numbers, key=self.iris.__getitem__)

    def label(self, number: int) -> str:
        """The preferred label, in English if there is one, or nothing."""
        found = self.labels["prefLabel"].get(number, ())
        return min(found, key=lambda label: (not label.language.startswith("en"), label), default=Text("", "")).text

    def label_of(self, iri: str) -> str:
        """The preferred label of what has that IRI, or nothing."""
        number = self._numbers.get(iri)
        return "" if number is None else self.label(number)

    def show(self, number: int) -> str:
        """Label and IRI."""
        return f"{self.label(number)} <{self.iris[number]}>".strip()


@cache
def _our_classes() -> frozenset[tuple[str, str]]:
    """The classes of our ontology, each with one below it."""
    quads = ox.parse(path=folder("ontology") / ONTOLOGY_FILE)
    return frozenset(
        (quad.object.value, quad.subject.value)
        for quad in quads
        if quad.predicate.value == RDFS.subClassOf
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
    )


def graph_of(pairs: Iterable[Pair]) -> dict[int, frozenset[int]]:
    """The pairs by their first.

    >>> graph_of([(1, 2), (1, 3)])
    {1: frozenset({2, 3})}
    """
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return {one: frozenset(others) for one, others in found.items()}


def _text(value: ox.Literal) -> Text:
    return Text(value.value, (value.language or "").lower())
