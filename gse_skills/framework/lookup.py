"""From what somebody wrote to the concept it names, without guessing.

A concept is named by its notation, its IRI (in full, in angle brackets or with a known prefix, as in
`fw:LIF-VIR-02`), its preferred label or one of its alternative or hidden labels, in any language. Case, accents,
spacing and punctuation do not matter. Where several concepts bear a name:

1. our own scheme wins over all others, since records go into the shared taxonomy;
2. then what a person can hold wins over a role or occupation: a group "Statistics" that is also called
   "statistician" is meant, not the role of that name;
3. then a notation wins over a preferred label, and a preferred label over an alternative one;
4. then a live concept wins over a deprecated one, and of two spelled alike but for punctuation the one spelled so;
5. and if several are left, that is an error which lists them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from gse_skills.errors import AmbiguousError, NotFoundError
from gse_skills.framework.concept import SKILL_KINDS, Concept, Kind
from gse_skills.framework.framework import ONTOLOGY, OWN_SCHEME, Framework
from gse_skills.framework.search import Search
from gse_skills.framework.words import normalise
from gse_skills.vocabulary.namespace import PREFIXES

MatchedBy = Literal["notation", "iri", "preferred", "alternative"]

_ORDER: tuple[MatchedBy, ...] = ("notation", "preferred", "alternative")


@dataclass(frozen=True, slots=True)
class Match:
    """The concept that a text names, and by what.

    `label` is the notation or label as the scheme writes it. `note` is empty unless the concept is deprecated; it
    then says what replaces it, and `replaced_by` holds the IRIs.
    """

    concept: str
    matched_by: MatchedBy
    label: str
    note: str = ""
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Name:
    concept: Concept
    matched_by: MatchedBy
    label: str


class Lookup:
    """Names of all concepts of a framework; immutable."""

    def __init__(self, framework: Framework, search: Search | None = None) -> None:
        self._framework = framework
        self._search = search or Search(framework)
        self._names: dict[str, list[_Name]] = {}
        for concept in framework.concepts:
            if concept.scheme == ONTOLOGY:
                continue
            for name in _names(concept):
                if key := normalise(name.label):
                    self._names.setdefault(key, []).append(name)

    def resolve(
        self, text: str, schemes: Collection[str] | None = None, kinds: Collection[Kind] | None = None
    ) -> Match:
        """The one concept of those schemes and kinds that `text` names.

        Raises NotFoundError (rule "unknown-term"; `extra["nearest"]` lists up to five concepts as `iri`, `label`,
        `matched`, `field`, `scheme`, `notation` and `score`) and AmbiguousError (rule "ambiguous-label";
        `extra["choices"]` lists them as `iri`, `label`, `scheme` and `notation`).
        """
        match = self.find(text, schemes, kinds)
        if match is None:
            raise self._unknown(text, schemes, kinds)
        return match

    def find(
        self, text: str, schemes: Collection[str] | None = None, kinds: Collection[Kind] | None = None
    ) -> Match | None:
        """As `resolve`, but None instead of a search for what is nearest when `text` names nothing.

        Raises AmbiguousError (rule "ambiguous-label").
        """
        if (iri := _iri(text)) in self._framework:
            concept = self._framework.concept(iri)
            if _allowed(concept, schemes, kinds):
                return self._match(_Name(concept, "iri", concept.pref_label))
        found = [name for name in self._names.get(normalise(text), ()) if _allowed(name.concept, schemes, kinds)]
        if not found:
            return None
        first = min(map(_precedence, found))
        return self._match(_one(text, [name for name in found if _precedence(name) == first]))

    def _match(self, name: _Name) -> Match:
        concept = name.concept
        if not concept.deprecated:
            return Match(concept.iri, name.matched_by, name.label)
        return Match(concept.iri, name.matched_by, name.label, self._note(concept), concept.replaced_by)

    def _note(self, concept: Concept) -> str:
        if not concept.replaced_by:
            return f"{concept.pref_label} is no longer used; nothing replaces it."
        labels = [
            self._framework.concept(iri).pref_label if iri in self._framework else iri for iri in concept.replaced_by
        ]
        return f"{concept.pref_label} is no longer used; use {' or '.join(labels)}."

    def _unknown(self, text: str, schemes: Collection[str] | None, kinds: Collection[Kind] | None) -> NotFoundError:
        nearest = []
        for suggestion in self._search.search(text, 5, schemes, kinds):
            concept = self._framework.concept(suggestion.concept)
            told = _choice(concept) | {"matched": suggestion.label, "field": suggestion.field}
            nearest.append(told | {"score": round(suggestion.score, 3)})
        near = ", ".join(str(choice["label"]) for choice in nearest)
        return NotFoundError(
            f"No skill is called {text.strip()!r}.",
            rule="unknown-term",
            remedy=f"The nearest are: {near}." if near else "Use a label or notation of the framework.",
            extra={"term": text, "nearest": nearest},
        )


def _precedence(name: _Name) -> tuple[bool, bool, int]:
    concept = name.concept
    return concept.scheme != OWN_SCHEME, concept.kind not in SKILL_KINDS, _ORDER.index(name.matched_by)


def _names(concept: Concept) -> Iterator[_Name]:
    if concept.notation:
        yield _Name(concept, "notation", concept.notation)
    yield _Name(concept, "preferred", concept.pref_label)
    for label in (*concept.alt_labels, *concept.hidden_labels):
        yield _Name(concept, "alternative", label)
    for other in concept.other_labels:
        yield _Name(concept, "preferred" if other.preferred else "alternative", other.text)


def _allowed(concept: Concept, schemes: Collection[str] | None, kinds: Collection[Kind] | None) -> bool:
    return (schemes is None or concept.scheme in schemes) and (kinds is None or concept.kind in kinds)


def _iri(text: str) -> str:
    iri = text.strip().removeprefix("<").removesuffix(">")
    prefix, colon, name = iri.partition(":")
    return PREFIXES[prefix][name] if colon and prefix in PREFIXES else iri


def _one(text: str, names: list[_Name]) -> _Name:
    """The only concept among the names; raises AmbiguousError when there are several."""
    names = [name for name in names if not name.concept.deprecated] or names
    names = [name for name in names if name.label.casefold() == text.strip().casefold()] or names
    concepts = {name.concept.iri: name.concept for name in names}
    if len(concepts) == 1:
        return names[0]
    choices = [_choice(concept) for concept in concepts.values()]
    shown = "; ".join(f"{choice['label']} ({choice['notation'] or choice['iri']})" for choice in choices)
    raise AmbiguousError(
        f"{text.strip()!r} names {len(concepts)} concepts.",
        rule="ambiguous-label",
        remedy=f"Choose one by notation or IRI: {shown}.",
        extra={"term": text, "choices": choices},
    )


def _choice(concept: Concept) -> dict[str, object]:
    return {
        "iri": concept.iri,
        "label": concept.pref_label,
        "scheme": concept.scheme,
        "notation": concept.notation,
    }
