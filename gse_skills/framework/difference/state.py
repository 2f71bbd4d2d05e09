"""One state of a concept scheme, read for comparison."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from gse_skills.framework.concept import Concept, RoleProfile
from gse_skills.framework.difference.change import Release
from gse_skills.framework.gather import Gathered, gather
from gse_skills.framework.scheme import Scheme, complete, has_blank_node
from gse_skills.vocabulary import DCTERMS, GSE, OWL, RDF, RDFS, SKOS

_SLUG = "state"
_NAMES = (DCTERMS["title"], SKOS.prefLabel, RDFS.label)
_IN_SCHEME, _TYPE, _SCHEME = SKOS.inScheme, RDF.type, SKOS.ConceptScheme  # once, not once a triple
_REPLACED, _REPLACES, _REQUIRES = DCTERMS.isReplacedBy, DCTERMS["replaces"], GSE.requires
_VERSION, _VERSION_IRI, _MODIFIED = OWL.versionInfo, OWL.versionIRI, DCTERMS.modified
_READ = frozenset((*_NAMES, _IN_SCHEME, _TYPE, _REPLACED, _REPLACES, _REQUIRES, _VERSION, _VERSION_IRI, _MODIFIED))


class State:
    """What a comparison needs to know of one side.

    `triples` have no blank nodes and both directions of the hierarchy. `replaced` gives what replaces each concept,
    also of concepts that are gone; `labels` the names of things other than concepts; `needs` the IRIs of requirements.
    """

    def __init__(self, source: Scheme | Iterable[ox.Triple]) -> None:
        if isinstance(source, Scheme):
            triples = source.triples
        else:
            triples = complete(triple for triple in source if not has_blank_node(triple))
        aside = _Aside.of(triples)
        self._ordered = triples
        self.triples: frozenset[ox.Triple] = frozenset(triples)
        self.release: Release = aside.release(source.title if isinstance(source, Scheme) else "")
        self.schemes: frozenset[str] = frozenset(aside.members)
        self.needs: frozenset[str] = frozenset(aside.needs)
        self.replaced: Mapping[str, frozenset[str]] = {iri: frozenset(found) for iri, found in aside.replaced.items()}
        self.labels: Mapping[str, str] = {iri: min(found)[2] for iri, found in aside.labels.items()}

    @cached_property
    def _gathered(self) -> Gathered:
        """Read when something differs, and in the order of the source: that of a set takes twice the time."""
        return gather({_SLUG: self._ordered})

    @property
    def concepts(self) -> Mapping[str, Concept]:
        """The concepts by IRI."""
        return self._gathered.concepts

    @property
    def roles(self) -> Mapping[str, RoleProfile]:
        """The role profiles by IRI."""
        return self._gathered.roles

    def deprecated(self, iri: str) -> bool:
        """Whether the concept is there and deprecated."""
        return iri in self.concepts and self.concepts[iri].deprecated


def release_of(source: Scheme | Iterable[ox.Triple]) -> Release:
    """Which release a scheme, or the triples of one, says of itself that it is.

    >>> scheme = ox.NamedNode("urn:scheme")
    >>> kind = ox.Triple(scheme, ox.NamedNode(RDF.type), ox.NamedNode(SKOS.ConceptScheme))
    >>> str(release_of([kind, ox.Triple(scheme, ox.NamedNode(OWL.versionInfo), ox.Literal("0.1.0"))]))
    'urn:scheme, version 0.1.0'
    """
    if isinstance(source, Scheme):
        return _Aside.of(source.triples).release(source.title)
    return _Aside.of(source).release("")


@dataclass(slots=True)
class _Aside:
    """What `gather` does not read: the schemes with their metadata, and what replaces concepts that are gone."""

    members: Counter[str] = field(default_factory=Counter)
    metadata: dict[tuple[str, str], str] = field(default_factory=dict)
    needs: set[str] = field(default_factory=set)
    replaced: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    labels: dict[str, set[tuple[bool, str, str]]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> _Aside:
        """What those triples say."""
        found = cls()
        for triple in triples:
            found.read(triple)
        return found

    def read(self, triple: ox.Triple) -> None:
        predicate = triple.predicate.value
        if predicate not in _READ or not isinstance(triple.subject, ox.NamedNode):
            return
        one, other = triple.subject.value, triple.object
        if isinstance(other, ox.Literal):
            if predicate in _NAMES:
                language = other.language or ""
                self.labels[one].add((not language.startswith("en"), language, other.value))
            elif predicate in (_VERSION, _MODIFIED):
                self._metadatum(one, predicate, other.value)
        elif isinstance(other, ox.NamedNode):
            self._link(one, predicate, other.value)

    def _link(self, one: str, predicate: str, other: str) -> None:
        if predicate == _IN_SCHEME:
            self.members[other] += 1
        elif predicate == _TYPE:
            if other == _SCHEME:
                self.members[one] += 0
        elif predicate == _REPLACED:
            self.replaced[one].add(other)
        elif predicate == _REPLACES:
            self.replaced[other].add(one)
        elif predicate == _REQUIRES:
            self.needs.add(other)
        elif predicate == _VERSION_IRI:
            self._metadatum(one, predicate, other)

    def _metadatum(self, subject: str, predicate: str, value: str) -> None:
        self.metadata[subject, predicate] = max(value, self.metadata.get((subject, predicate), ""))

    def release(self, title: str) -> Release:
        """The metadata of the scheme with most members; of equal ones, of the first in order."""
        scheme = min(self.members, key=lambda iri: (-self.members[iri], iri), default="")
        names = self.labels.get(scheme)
        return Release(
            scheme,
            title or (min(names)[2] if names else ""),
            self.metadata.get((scheme, _VERSION), ""),
            self.metadata.get((scheme, _VERSION_IRI), ""),
            _day(self.metadata.get((scheme, _MODIFIED), "")),
        )


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None
