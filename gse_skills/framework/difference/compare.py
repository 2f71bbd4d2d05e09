"""Two states of a concept scheme compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pyoxigraph as ox

from gse_skills.framework.concept import Requirement
from gse_skills.framework.difference.change import (
    Change,
    ChangeKind,
    Difference,
    Fault,
    Named,
    Need,
    Revision,
    Text,
    Value,
)
from gse_skills.framework.difference.state import State
from gse_skills.framework.difference.succession import successions
from gse_skills.framework.gather import ESCO
from gse_skills.framework.scheme import Scheme
from gse_skills.vocabulary import DCTERMS, FRAMEWORK, GSE, OWL, PROV, RDF, SKOS, XSD, Level

_KINDS = {
    SKOS.prefLabel: ChangeKind.RELABELLED,
    SKOS.altLabel: ChangeKind.LABELS,
    SKOS.hiddenLabel: ChangeKind.LABELS,
    SKOS.definition: ChangeKind.REDEFINED,
    SKOS.scopeNote: ChangeKind.REDEFINED,
    **{GSE[f"{level.name.lower()}Description"]: ChangeKind.LEVELS for level in Level},
    SKOS.notation: ChangeKind.RENOTATED,
    RDF.type: ChangeKind.RETYPED,
    SKOS.broader: ChangeKind.MOVED,
    SKOS.topConceptOf: ChangeKind.MOVED,
    SKOS.related: ChangeKind.RELATED,
    GSE.theme: ChangeKind.THEMES,
    GSE.emergencyRelevance: ChangeKind.EMERGENCIES,
}
_STATED_INVERSELY = frozenset((SKOS.narrower, SKOS.hasTopConcept))
_REPLACING = frozenset((DCTERMS.isReplacedBy, DCTERMS["replaces"]))
_TELLING = frozenset((SKOS.changeNote, PROV.wasRevisionOf, PROV.wasDerivedFrom))
"""What tells of changes is none itself: so notes of a release can be added to it, and it stays equal to itself."""
_OF_CONCEPTS = frozenset((DCTERMS.modified, OWL.deprecated))
_OF_ROLES = frozenset((GSE.requires, ESCO.relatedEssentialSkill, ESCO.relatedOptionalSkill))
_OF_NEEDS = frozenset((RDF.type, GSE.skill, GSE.level, GSE.importance))
_ORDER = {kind: number for number, kind in enumerate(ChangeKind)}
_OWN = FRAMEWORK.removesuffix("/")


def compare(old: Scheme | Iterable[ox.Triple], new: Scheme | Iterable[ox.Triple]) -> Difference:
    """What changed from `old` to `new`, each a scheme or the triples of one.

    Concepts are the same when their IRIs are. Both directions of SKOS's relations count as stated when one is (see
    `framework.scheme.complete`). Not compared are statements about blank nodes, the names of requirements, and what
    only tells of changes: `skos:changeNote`, `prov:wasRevisionOf`, `prov:wasDerivedFrom`, and a concept's
    `dcterms:modified`.

    >>> def concept(label):
    ...     iri = ox.NamedNode("urn:x")
    ...     yield ox.Triple(iri, ox.NamedNode(RDF.type), ox.NamedNode(SKOS.Concept))
    ...     yield ox.Triple(iri, ox.NamedNode(SKOS.prefLabel), ox.Literal(label, language="en"))
    >>> [revision] = compare(concept("Virus science"), concept("Virology")).concepts
    >>> revision.changes[0].kind.value, revision.changes[0].before[0].value
    ('relabelled', 'Virus science')
    """
    before, after = State(old), State(new)
    if before.triples == after.triples:
        return Difference(before.release, after.release)
    return _Comparison(before, after).difference()


class _Comparison:
    def __init__(self, old: State, new: State) -> None:
        self._old, self._new = old, new
        self._changes: dict[str, list[Change]] = defaultdict(list)

    def difference(self) -> Difference:
        self._lives()
        for iri, changes in successions(self._old, self._new, self._names).items():
            self._changes[iri] += changes
        self._strangers()
        self._requirements()
        self._statements()
        concepts: list[Revision] = []
        schemes: list[Revision] = []
        resources: list[Revision] = []
        for iri in sorted(self._changes):
            revision = self._revision(iri)
            {"scheme": schemes, "resource": resources}.get(revision.kind, concepts).append(revision)
        found = Difference(self._old.release, self._new.release, tuple(concepts), tuple(schemes), tuple(resources))
        return replace(found, faults=tuple(_faults(found)))

    def _revision(self, iri: str) -> Revision:
        state = self._new if iri in self._new.concepts else self._old
        if iri in state.concepts:
            kind = str(state.concepts[iri].kind)
        else:
            kind = "scheme" if iri in self._new.schemes | self._old.schemes else "resource"
        changes = sorted(
            self._changes[iri],
            key=lambda one: (_ORDER[one.kind], one.property, one.language, _key((one.before or one.after)[:1])),
        )
        return Revision(self._name(iri), kind, self._domain(iri, state), tuple(changes))

    def _domain(self, iri: str, state: State) -> Named | None:
        """The topmost concept above, of several the first by notation; None where there is nothing above or beneath."""
        tops, queue, seen = set(), [iri], {iri}
        while queue and iri in state.concepts:
            concept = state.concepts[queue.pop()]
            if not concept.broader and (concept.iri != iri or concept.narrower):
                tops.add(concept.iri)
            queue += [above for above in concept.broader if above not in seen]
            seen.update(concept.broader)
        return min(self._names(tops), key=lambda one: (one.notation, one.label, one.iri), default=None)

    def _name(self, iri: str) -> Named:
        for state in (self._new, self._old):
            if iri in state.concepts:
                concept = state.concepts[iri]
                return Named(iri, concept.notation or "", concept.pref_label if concept.pref_label != iri else "")
        return Named(iri, "", self._new.labels.get(iri) or self._old.labels.get(iri, ""))

    def _names(self, iris: Iterable[str]) -> tuple[Named, ...]:
        return tuple(self._name(iri) for iri in sorted(iris))

    def _lives(self) -> None:
        old, new = self._old.concepts, self._new.concepts
        for iri in new.keys() - old.keys():
            self._changes[iri].append(Change(ChangeKind.ADDED, SKOS.broader, after=self._names(new[iri].broader)))
        for iri in old.keys() - new.keys():
            self._changes[iri].append(Change(ChangeKind.REMOVED, SKOS.broader, before=self._names(old[iri].broader)))

    def _strangers(self) -> None:
        """What replaces things that are no concepts in either state: schemes, and concepts that were gone before."""
        old, new = self._old.replaced, self._new.replaced
        for iri in (old.keys() | new.keys()) - self._old.concepts.keys() - self._new.concepts.keys():
            before, after = old.get(iri, frozenset()), new.get(iri, frozenset())
            if before != after:
                told = self._names(before - after), self._names(after - before)
                self._changes[iri].append(Change(ChangeKind.OTHER, DCTERMS.isReplacedBy, "", *told))

    def _requirements(self) -> None:
        both = self._old.concepts.keys() & self._new.concepts.keys()
        for iri in (self._old.roles.keys() | self._new.roles.keys()) & both:
            before, after = (
                set(state.roles[iri].requirements) if iri in state.roles else set() for state in (self._old, self._new)
            )
            for skill in {need.skill for need in before ^ after}:
                gone, come = (
                    tuple(self._need(need) for need in sorted(needs, key=_strength) if need.skill == skill)
                    for needs in (before - after, after - before)
                )
                self._changes[iri].append(Change(ChangeKind.REQUIREMENTS, GSE.requires, before=gone, after=come))

    def _need(self, need: Requirement) -> Need:
        return Need(self._name(need.skill), need.level.label if need.level else "", need.essential)

    def _statements(self) -> None:
        """Everything else: the statements that only one state makes, by subject, property and language."""
        either = self._old.concepts.keys() ^ self._new.concepts.keys()
        found: dict[tuple[str, str, str], tuple[list[Value], list[Value]]] = defaultdict(lambda: ([], []))
        for side, triples in enumerate((self._old.triples - self._new.triples, self._new.triples - self._old.triples)):
            for triple in triples:
                one, predicate, other = triple.subject, triple.predicate.value, triple.object
                if not isinstance(one, ox.NamedNode) or isinstance(other, ox.Triple):
                    continue
                if one.value not in either and self._compared(one.value, predicate):
                    value = self._value(other)
                    language = value.language if isinstance(value, Text) else ""
                    found[one.value, predicate, language][side].append(value)
        for (iri, predicate, language), (gone, come) in found.items():
            kind = _KINDS.get(predicate, ChangeKind.OTHER) if iri in self._new.concepts else ChangeKind.OTHER
            before, after = (tuple(sorted(values, key=lambda one: _key((one,)))) for values in (gone, come))
            self._changes[iri].append(Change(kind, predicate, language, before, after))

    def _compared(self, iri: str, predicate: str) -> bool:
        """Whether statements of that sort are compared as such, rather than not at all or by their meaning."""
        if predicate in _TELLING or predicate in _STATED_INVERSELY or predicate in _REPLACING:
            return False
        if iri in self._new.concepts:
            is_role = iri in self._new.roles or iri in self._old.roles
            return predicate not in _OF_CONCEPTS and not (predicate in _OF_ROLES and is_role)
        return not (predicate in _OF_NEEDS and iri in self._new.needs | self._old.needs)

    def _value(self, term: ox.NamedNode | ox.Literal | ox.BlankNode) -> Value:
        if not isinstance(term, ox.Literal):
            return self._name(term.value)
        plain = term.language or term.datatype.value == XSD.string
        return Text(term.value, term.language or "", "" if plain else term.datatype.value)


def _strength(need: Requirement) -> tuple[bool, int]:
    return need.essential, need.level or 0


def _key(values: tuple[Value, ...]) -> tuple[tuple[str, ...], ...]:
    """An order for values of all sorts."""
    return tuple(
        ("text", value.value, value.language, value.datatype)
        if isinstance(value, Text)
        else ("named", (value.skill if isinstance(value, Need) else value).iri)
        for value in values
    )


def _faults(found: Difference) -> Iterator[Fault]:
    """What the rules of our own framework forbid, of its own concepts alone: other people's codes may change."""
    for one, change in found.of(ChangeKind.RENOTATED):
        if change.before and one.subject.iri.startswith(FRAMEWORK):
            message = "The notation changed, or was taken away."
            remedy = "Put it back: a notation never changes. For another meaning add a concept, and deprecate this one."
            yield Fault("notation-changed", one.subject, message, remedy)
    for one, _ in found.of(ChangeKind.REMOVED):
        if one.subject.iri.startswith(FRAMEWORK):
            message = "The concept is gone, and records may name it."
            remedy = "Put it back, marked owl:deprecated, with dcterms:isReplacedBy where something replaces it."
            yield Fault("concept-removed", one.subject, message, remedy)
    if found.new.scheme == found.old.scheme == _OWN and not found.same and found.old.version == found.new.version:
        message = f"The content changed and the version did not: {found.new.version or 'there is none'}."
        yield Fault(
            "version-unchanged",
            Named(_OWN, "", found.new.title),
            message,
            "Give the scheme a new owl:versionInfo and owl:versionIRI.",
        )
