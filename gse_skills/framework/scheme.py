"""One concept scheme as RDF, ready to be loaded, and the pen that the readers write its triples with."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from gse_skills.errors import InputError
from gse_skills.vocabulary import GSE, RDF, SKOS


@dataclass(frozen=True, slots=True)
class Scheme:
    """A concept scheme: `slug` names its source graph `scheme/SLUG`, `notes` tell what was odd in the source.

    `stated` is what the source says, and what a check of it looks at. `triples` is what is loaded: without blank nodes,
    which nothing could name again, and with what SKOS entails and readers expect (see `complete`).
    """

    slug: str
    title: str
    stated: tuple[ox.Triple, ...]
    notes: tuple[str, ...] = ()
    triples: tuple[ox.Triple, ...] = field(init=False)

    def __post_init__(self) -> None:
        named = (triple for triple in self.stated if not has_blank_node(triple))
        object.__setattr__(self, "triples", complete(named))


def has_blank_node(triple: ox.Triple) -> bool:
    """Whether the triple is about a blank node, or leads to one."""
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)


class Pen:
    """Writes triples; terms are made once and shared, and an IRI that is none is refused with where it stood."""

    def __init__(self) -> None:
        self._nodes: dict[str, ox.NamedNode] = {}
        self._triples: dict[ox.Triple, None] = {}

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """What was written, each triple once, in the order of writing."""
        return tuple(self._triples)

    def node(self, iri: str) -> ox.NamedNode:
        """The term for an IRI; raises InputError (rule "bad-iri")."""
        if iri not in self._nodes:
            try:
                self._nodes[iri] = ox.NamedNode(iri)
            except ValueError:
                message = f"{iri!r} is not an IRI."
                raise InputError(message, rule="bad-iri", remedy="Mend it in the source.") from None
        return self._nodes[iri]

    def link(self, subject: str, predicate: str, target: str) -> None:
        """One triple between IRIs."""
        self._triples[ox.Triple(self.node(subject), self.node(predicate), self.node(target))] = None

    def text(self, subject: str, predicate: str, text: str, language: str = "") -> None:
        """One triple with a text, unless the text is blank."""
        if text := text.strip():
            literal = ox.Literal(text, language=language) if language else ox.Literal(text)
            self._triples[ox.Triple(self.node(subject), self.node(predicate), literal)] = None

    def typed(self, subject: str, predicate: str, value: str, datatype: str) -> None:
        """One triple with a value of an XML Schema type."""
        literal = ox.Literal(value, datatype=self.node(datatype))
        self._triples[ox.Triple(self.node(subject), self.node(predicate), literal)] = None


def complete(triples: Iterable[ox.Triple]) -> tuple[ox.Triple, ...]:
    """The triples with what SKOS entails and readers expect stated: both directions of the hierarchy, top concepts.

    Added are inverses of `skos:broader`, `narrower`, `related`, `topConceptOf` and `hasTopConcept`; `skos:inScheme`
    for top concepts; for a scheme that declares none, its concepts without a broader one as top concepts; and
    `skos:Concept` as a type of the skills, groups, domains and roles of our ontology.

    >>> broader = ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode(SKOS.broader), ox.NamedNode("urn:b"))
    >>> [triple.subject.value for triple in complete([broader])]
    ['urn:a', 'urn:b']
    """
    found = dict.fromkeys(triples)
    inverses = {ox.NamedNode(one): ox.NamedNode(other) for one, other in _INVERSES}
    narrow, placed, declared = _positions(found)
    for scheme, members in placed.items():
        if scheme not in declared:
            found |= dict.fromkeys(ox.Triple(scheme, _HAS_TOP, top) for top in members if top not in narrow)
    for triple in tuple(found):
        if triple.predicate in inverses and isinstance(triple.object, ox.NamedNode):
            found[ox.Triple(triple.object, inverses[triple.predicate], triple.subject)] = None
        elif triple.predicate == _TYPE and triple.object in _KINDS_OF_CONCEPT:
            found[ox.Triple(triple.subject, _TYPE, _CONCEPT)] = None
    tops = [triple for triple in found if triple.predicate == _TOP_OF]
    found |= dict.fromkeys(ox.Triple(triple.subject, _IN_SCHEME, triple.object) for triple in tops)
    return tuple(found)


def _positions(
    triples: Iterable[ox.Triple],
) -> tuple[set[ox.NamedNode], dict[ox.NamedNode, list[ox.NamedNode]], set[ox.NamedNode]]:
    """The concepts with a broader one, the members of each scheme, and the schemes that declare top concepts."""
    narrow: set[ox.NamedNode] = set()
    placed: dict[ox.NamedNode, list[ox.NamedNode]] = defaultdict(list)
    declared: set[ox.NamedNode] = set()
    for triple in triples:
        one, other = triple.subject, triple.object
        if not (isinstance(one, ox.NamedNode) and isinstance(other, ox.NamedNode)):
            continue
        if triple.predicate == _BROADER:
            narrow.add(one)
        elif triple.predicate == _NARROWER:
            narrow.add(other)
        elif triple.predicate == _IN_SCHEME:
            placed[other].append(one)
        elif triple.predicate == _HAS_TOP:
            declared.add(one)
        elif triple.predicate == _TOP_OF:
            declared.add(other)
    return narrow, placed, declared


_TYPE = ox.NamedNode(RDF.type)
_CONCEPT = ox.NamedNode(SKOS.Concept)
_KINDS_OF_CONCEPT = tuple(map(ox.NamedNode, (GSE.SkillDomain, GSE.SkillGroup, GSE.Skill, GSE.RoleProfile)))
"""What our ontology makes concepts: who knows SKOS alone, and does not reason, would find nothing by these types."""
_HAS_TOP = ox.NamedNode(SKOS.hasTopConcept)
_TOP_OF = ox.NamedNode(SKOS.topConceptOf)
_IN_SCHEME = ox.NamedNode(SKOS.inScheme)
_BROADER = ox.NamedNode(SKOS.broader)
_NARROWER = ox.NamedNode(SKOS.narrower)
_INVERSES = (
    (SKOS.broader, SKOS.narrower),
    (SKOS.narrower, SKOS.broader),
    (SKOS.related, SKOS.related),
    (SKOS.topConceptOf, SKOS.hasTopConcept),
    (SKOS.hasTopConcept, SKOS.topConceptOf),
)


def slugify(text: str) -> str:
    """Letters and digits of the text in lower case, with hyphens between.

    >>> slugify("Data & AI ethics (Working)")
    'data-ai-ethics-working'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def slugs(names: Iterable[str]) -> dict[str, str]:
    """A slug for each name; names that would share one all get a few digits of their own hash, whatever the order.

    >>> slugs(["C", "C++"]) == slugs(["C++", "C"])
    True
    >>> slugs(["C++", "C", "Go"])["Go"]
    'go'
    """
    sharing: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names)):
        sharing[slugify(name)].append(name)
    found: dict[str, str] = {}
    for slug, same in sharing.items():
        for name in same:
            digits = hashlib.sha256(name.encode()).hexdigest()[:8]
            found[name] = slug if slug and len(same) == 1 else f"{slug}-{digits}".strip("-")
    return found
