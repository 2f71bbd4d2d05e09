"""A department's phrases for skills, each looked up once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from gse_skills.errors import AmbiguousError, NotFoundError
from gse_skills.framework import SKILL_KINDS, Framework, Lookup, Match, Search, Suggestion
from gse_skills.vocabulary import GSE

_KINDS = {
    "notation": GSE.Notation,
    "iri": GSE.ConceptIri,
    "preferred": GSE.PreferredLabel,
    "alternative": GSE.AlternativeLabel,
}
_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that was matched."""

    text: str
    skill: int
    """Number in the framework."""
    matched_by: str
    """IRI of the kind of match."""
    note: str = ""
    """What to say of the concept that it names when that is deprecated; one that takes its place is `skill`."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A phrase that names no concept, or several."""

    text: str
    rule: str
    """`unknown-term` or `ambiguous-label`."""
    cells: int
    nearest: tuple[Suggestion, ...]


class Phrases:
    """Looks phrases up and keeps what it found; `known` lists the matched ones in the order of their first mention."""

    def __init__(self, framework: Framework, lookup: Lookup, search: Search, saved: Mapping[str, str]) -> None:
        """`saved` are the decisions of a saved mapping: phrase to notation or IRI."""
        self.framework = framework
        self._lookup = lookup
        self._search = search
        self._saved = {phrase.casefold(): name for phrase, name in saved.items()}
        self._positions: dict[str, int | None] = {}
        self._cells: Counter[str] = Counter()
        self._rules: dict[str, tuple[str, tuple[Suggestion, ...]]] = {}
        self.known: list[Phrase] = []

    def position(self, text: str) -> int | None:
        """The position in `known` of a phrase, None when it is unmatched."""
        try:
            found = self._positions[text]
        except KeyError:
            found = self._positions[text] = self._find(text)
        if found is None:
            self._cells[text] += 1
        return found

    def names_a_skill(self, text: str) -> bool:
        """Whether a heading is the name of a skill, or of several."""
        try:
            self._lookup.resolve(text, kinds=SKILL_KINDS)
        except NotFoundError:
            return False
        except AmbiguousError:
            return True
        return True

    def _find(self, text: str) -> int | None:
        saved = self._saved.get(text.casefold())
        try:
            match = self._lookup.resolve(saved or text, kinds=SKILL_KINDS)
        except AmbiguousError as error:
            choices = error.extra["choices"]
            assert isinstance(choices, list)
            nearest = tuple(Suggestion(choice["iri"], 1.0, choice["label"], "preferred") for choice in choices)
            self._rules[text] = (error.rule, nearest)
            return None
        except NotFoundError as error:
            self._rules[text] = (error.rule, tuple(self._search.search(text, _NEAREST, kinds=SKILL_KINDS)))
            return None
        self.known.append(self._phrase(text, match, GSE.SavedMapping if saved else _KINDS[match.matched_by]))
        return len(self.known) - 1

    def _phrase(self, text: str, match: Match, matched_by: str) -> Phrase:
        concept, seen = self.framework.concept(match.concept), {match.concept}
        while concept.deprecated and len(concept.replaced_by) == 1 and concept.replaced_by[0] in self.framework:
            concept = self.framework.concept(concept.replaced_by[0])
            if concept.iri in seen:
                break
            seen.add(concept.iri)
        return Phrase(text, self.framework.number(concept.iri), matched_by, match.note)

    def nearest(self, text: str) -> str:
        """The nearest concepts of an unmatched phrase, in words."""
        shown = []
        for suggestion in self._rules[text][1]:
            concept = self.framework.concept(suggestion.concept)
            shown.append(f"{concept.pref_label} ({concept.notation or concept.iri}, {suggestion.score:.2f})")
        return "; ".join(shown) or "none"

    def rule(self, text: str) -> str:
        """Why a phrase is unmatched."""
        return self._rules[text][0]

    @property
    def unmatched(self) -> tuple[Unmatched, ...]:
        """The unmatched phrases, the most frequent first."""
        rows = (Unmatched(text, *self._split(text), nearest=self._rules[text][1]) for text in self._cells)
        return tuple(sorted(rows, key=lambda one: (-one.cells, one.text)))

    def _split(self, text: str) -> tuple[str, int]:
        return self._rules[text][0], self._cells[text]
