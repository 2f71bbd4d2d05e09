"""What holds of every two states, however they came about.

The oracle reads a state's meaning from how it was made, not from its triples: so it shares no code with the comparison.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.framework.difference import ChangeKind, Difference, Named, Need, Text, Value, compare, lines, notes
from gse_skills.vocabulary import DCTERMS, GSE, OWL, RDF, SKOS, Level

POOL = tuple(f"urn:c:{letter}" for letter in "abcdef")
SCHEME = "https://w3id.org/gse-skills/framework"
TYPES = (GSE.SkillGroup, GSE.Skill, GSE.RoleProfile)
Fact = tuple[str, str, str]  # property, value, language


@dataclass(frozen=True)
class Made:
    """A concept as it was made up."""

    kind: str
    texts: frozenset[Fact]
    links: frozenset[tuple[str, str]]
    deprecated: bool
    needs: frozenset[tuple[str, int, bool]]


@dataclass(frozen=True)
class World:
    """A state as it was made up: concepts by IRI, what replaces whom, and a seed for everything that means nothing."""

    version: str
    concepts: dict[str, Made]
    replaced: frozenset[tuple[str, str]]
    seed: int = field(compare=False)

    def facts(self, iri: str) -> set[Fact]:
        """What is said of a concept, relations from either end."""
        made = self.concepts[iri]
        found = {(RDF.type, made.kind, ""), *made.texts, *((name, other, "") for name, other in made.links)}
        found |= {(SKOS.related, one, "") for one, other in self.concepts.items() if (SKOS.related, iri) in other.links}
        return found

    def meaning(self) -> object:
        concepts = {
            iri: (self.facts(iri), made.deprecated, made.needs if made.kind == GSE.RoleProfile else ())
            for iri, made in self.concepts.items()
        }
        return concepts, self.replaced, self.version

    def triples(self) -> tuple[ox.Triple, ...]:
        """The state in RDF; the seed chooses order, direction of relations and the names of requirements."""
        dice = random.Random(self.seed)
        found = [_link(SCHEME, RDF.type, SKOS.ConceptScheme), _text(SCHEME, OWL.versionInfo, self.version)]
        found.append(_link(SCHEME, OWL.versionIRI, f"{SCHEME}/release/{self.version}"))
        found.append(_link(SCHEME, SKOS.hasTopConcept, "urn:top"))  # otherwise top concepts would be inferred
        for iri, made in self.concepts.items():
            found += [_link(iri, RDF.type, made.kind), _link(iri, SKOS.inScheme, SCHEME)]
            found += [_text(iri, *fact) for fact in made.texts]
            if made.deprecated:
                found.append(_text(iri, OWL.deprecated, dice.choice(("true", "1"))))
            for name, other in made.links:
                turned = other in self.concepts and dice.random() < 0.5
                inverse = SKOS.narrower if name == SKOS.broader else name
                found.append(_link(other, inverse, iri) if turned else _link(iri, name, other))
            for skill, level, essential in made.needs if made.kind == GSE.RoleProfile else ():
                need = f"urn:need:{dice.getrandbits(64)}"
                found += [_link(iri, GSE.requires, need), _link(need, GSE.skill, skill)]
                found.append(_link(need, GSE.level, Level(level).iri))
                found.append(_link(need, GSE.importance, GSE.Essential if essential else GSE.Desirable))
        for one, other in self.replaced:
            turned = dice.random() < 0.5
            found.append(_link(other, DCTERMS["replaces"], one) if turned else _link(one, DCTERMS.isReplacedBy, other))
        dice.shuffle(found)
        return tuple(found)


def _link(one: str, predicate: str, other: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(one), ox.NamedNode(predicate), ox.NamedNode(other))


def _text(one: str, predicate: str, text: str, language: str = "") -> ox.Triple:
    literal = ox.Literal(text, language=language) if language else ox.Literal(text)
    return ox.Triple(ox.NamedNode(one), ox.NamedNode(predicate), literal)


_TEXTS = st.frozensets(
    st.tuples(
        st.sampled_from((SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.notation, GSE.workingDescription, SKOS.note)),
        st.sampled_from(("one", "two")),
        st.sampled_from(("", "en", "cy")),
    ),
    max_size=5,
)  # fmt: skip
_LINKS = st.frozensets(
    st.tuples(st.sampled_from((SKOS.broader, SKOS.related)), st.sampled_from(POOL))
    | st.tuples(st.sampled_from((GSE.theme, GSE.emergencyRelevance, GSE.typicalGrade)), st.sampled_from(("urn:t", "urn:u"))),
    max_size=3,
)  # fmt: skip
_NEEDS = st.frozensets(st.tuples(st.sampled_from(POOL[:2]), st.integers(1, 4), st.booleans()), max_size=2)
_MADE = st.builds(Made, st.sampled_from(TYPES), _TEXTS, _LINKS, st.booleans(), _NEEDS)
_REPLACED = st.frozensets(st.tuples(st.sampled_from(POOL), st.sampled_from(POOL)), max_size=4)
WORLDS = st.builds(
    World,
    st.sampled_from(("0.1.0", "0.2.0")),
    st.dictionaries(st.sampled_from(POOL), _MADE, max_size=5),
    _REPLACED,
    st.integers(0, 2**32),
)


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[World, World]:
    """Two states, usually with most concepts in common: two made up apart would have little but additions."""
    old = draw(WORLDS)
    other = draw(WORLDS)
    kept = draw(st.frozensets(st.sampled_from(POOL)))
    concepts = {**other.concepts, **{iri: made for iri, made in old.concepts.items() if iri in kept}}
    replaced = draw(st.sampled_from((old.replaced, other.replaced, old.replaced | other.replaced)))
    return old, World(other.version, concepts, replaced, other.seed)


PAIRS = _pairs()


def plain(value: Value) -> object:
    """A value without the names of things, which each state has its own of."""
    match value:
        case Named():
            return (value.iri, "")
        case Text():
            return (value.value, value.language)
        case Need():
            return (value.skill.iri, Level[value.level.upper()].value, value.essential)


def plains(values: tuple[Value, ...]) -> set[object]:
    return {plain(value) for value in values}


_LIFE = {kind for kind in ChangeKind if kind.value in ("added", "removed", "deprecated", "revived", "succeeded")}
_REPLACING = {ChangeKind.DEPRECATED, ChangeKind.SPLIT, ChangeKind.MERGED, ChangeKind.REPLACED}


def applied(old: World, found: Difference, iri: str) -> object:
    """What the difference makes of a concept of the old state."""
    facts: set[object] = set(old.facts(iri))
    made = old.concepts[iri]
    needs: set[object] = set(made.needs) if made.kind == GSE.RoleProfile else set()
    heirs: set[object] = {(heir, "") for one, heir in old.replaced if one == iri}
    deprecated = made.deprecated
    revision = found.revision(iri)
    for change in revision.changes if revision else ():
        before, after = plains(change.before), plains(change.after)
        if change.kind in (ChangeKind.DEPRECATED, ChangeKind.REVIVED):
            deprecated = change.kind == ChangeKind.DEPRECATED
        if change.kind in _REPLACING:
            heirs = (heirs - before) | after
        elif change.kind == ChangeKind.REQUIREMENTS:
            needs = (needs - before) | after
        elif change.kind not in _LIFE:
            assert all(isinstance(one, tuple) for one in before | after)
            facts -= {(change.property, *one) for one in before}  # type: ignore[misc]  # asserted to be tuples
            facts |= {(change.property, *one) for one in after}  # type: ignore[misc]  # asserted to be tuples
    return facts, deprecated, needs, heirs


@given(WORLDS, st.integers(0, 2**32))
def test_a_state_does_not_differ_from_itself_however_it_is_written(world: World, seed: int) -> None:
    again = World(world.version, world.concepts, world.replaced, seed)
    found = compare(world.triples(), again.triples())
    assert found.same, [*lines(found)]


@given(PAIRS)
def test_the_difference_makes_the_new_state_of_the_old(pair: tuple[World, World]) -> None:
    old, new = pair
    found = compare(old.triples(), new.triples())
    for iri in old.concepts.keys() & new.concepts.keys():
        made = new.concepts[iri]
        needs = set(made.needs) if made.kind == GSE.RoleProfile else set()
        heirs = {(heir, "") for one, heir in new.replaced if one == iri}
        assert applied(old, found, iri) == (new.facts(iri), made.deprecated, needs, heirs)


@given(PAIRS)
def test_nothing_differs_exactly_when_the_meaning_is_the_same(pair: tuple[World, World]) -> None:
    old, new = pair
    assert compare(old.triples(), new.triples()).same == (old.meaning() == new.meaning())


@given(PAIRS)
def test_the_way_back_mirrors_the_way_there(pair: tuple[World, World]) -> None:
    old, new = pair
    there, back = compare(old.triples(), new.triples()), compare(new.triples(), old.triples())
    assert _simple(there, turned=False) == _simple(back, turned=True)


_MIRROR = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}


def _simple(found: Difference, *, turned: bool) -> set[object]:
    """The changes that have a way back: who replaces whom has none, since only what goes out of use is replaced."""
    return {
        (
            one.subject.iri,
            _MIRROR.get(change.kind, change.kind) if turned else change.kind,
            change.property,
            change.language,
            frozenset(plains(change.after if turned else change.before)),
            frozenset(plains(change.before if turned else change.after)),
        )
        for one in found.concepts
        for change in one.changes
        if change.kind not in _REPLACING | {ChangeKind.REVIVED, ChangeKind.SUCCEEDED}
    }


@given(PAIRS)
def test_only_what_one_of_the_states_has_is_named(pair: tuple[World, World]) -> None:
    old, new = pair
    found = compare(old.triples(), new.triples())
    either = old.concepts.keys() | new.concepts.keys()
    assert {one.subject.iri for one in found.concepts} <= either
    said = {str(term) for one in (*old.triples(), *new.triples()) for term in (one.subject, one.object)}
    assert {f"<{iri}>" for iri in _named(found)} <= said


def _named(found: Difference) -> Iterator[str]:
    for one in (*found.concepts, *found.schemes, *found.resources):
        yield one.subject.iri
        for change in one.changes:
            for value in (*change.before, *change.after):
                if isinstance(value, Named):
                    yield value.iri
                elif isinstance(value, Need):
                    yield value.skill.iri


@given(PAIRS)
def test_who_goes_out_of_use_and_what_of_them_becomes(pair: tuple[World, World]) -> None:
    old, new = pair
    found = compare(old.triples(), new.triples())
    kinds = {one.subject.iri: {change.kind for change in one.changes} for one in found.concepts}
    either = old.concepts.keys() | new.concepts.keys()
    out = {iri for iri in either if iri not in new.concepts or new.concepts[iri].deprecated}
    for iri in either:
        heirs, before = ({heir for one, heir in world.replaced if one == iri} for world in (new, old))
        was_out = iri in old.concepts and old.concepts[iri].deprecated
        taken = heirs if not was_out else heirs - before
        shared = {heir for heir in taken if any((one, heir) in new.replaced for one in out - {iri})}
        mine = kinds.get(iri, set())
        assert (ChangeKind.SPLIT in mine) == (iri in out and len(heirs) > 1 and bool(taken))
        assert (ChangeKind.MERGED in mine) == (iri in out and bool(shared))
        assert (ChangeKind.DEPRECATED in mine) == (iri in out and iri in new.concepts and not was_out)
        assert (ChangeKind.REVIVED in mine) == (was_out and iri in new.concepts and iri not in out)


@given(PAIRS, st.integers(0, 2**32))
def test_reports_depend_on_the_meaning_alone(pair: tuple[World, World], seed: int) -> None:
    old, new = pair
    once = compare(old.triples(), new.triples())
    again = compare(
        World(old.version, old.concepts, old.replaced, seed).triples(),
        World(new.version, new.concepts, new.replaced, seed).triples(),
    )
    assert once == again
    assert [*lines(once)] == [*lines(again)]
    assert notes(once) == notes(again)


@given(PAIRS)
def test_a_release_with_its_notes_differs_as_it_did_without(pair: tuple[World, World]) -> None:
    old, new = pair
    found = compare(old.triples(), new.triples())
    assert compare(old.triples(), (*new.triples(), *notes(found))) == found
