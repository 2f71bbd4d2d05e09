"""A department's phrases for skills, each looked up once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from gse_skills.errors import AmbiguousError, NotFoundError
from gse_skills.framework import SKILL_KINDS, Framework, Lookup, Match, Search, Suggestion
from gse_skills.framework.words import normalise
from gse_skills.vocabulary import GSE

_KINDS = {
    "notation": GSE.Notation,
    "iri": GSE.ConceptIri,
    "preferred": GSE.PreferredLabel,
    "alternative": GSE.AlternativeLabel,
}
_NEAREST = 5
_COMPANY = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the framework's owner decided on a phrase that no concept bears."""

    said: str
    """What was decided, as a sentence."""
    reason: str = ""
    concept: str = ""
    """IRI of the concept that it means, or empty."""

    def __str__(self) -> str:
        return f"{self.said} {self.reason}".rstrip()


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
    verdict: str = ""
    """What the framework's owner decided on it, and why; empty when nothing is decided."""


LIKE = 0.4
"""Below this a skill is nothing like a phrase, and is not offered."""


class Phrases:
    """Looks phrases up and keeps what it found; `known` lists the matched ones in the order of their first mention."""

    def __init__(
        self,
        framework: Framework,
        lookup: Lookup,
        search: Search,
        saved: Mapping[str, str],
        decided: Mapping[str, Verdict] | None = None,
    ) -> None:
        """`saved` are the decisions of a saved mapping: phrase to notation or IRI. `decided` are those of the
        framework's owner, by normalised phrase; they count where nothing else says what a phrase means."""
        self.framework = framework
        self._lookup = lookup
        self._search = search
        self._saved = {phrase.casefold(): name for phrase, name in saved.items()}
        self._decided = decided or {}
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
        self._cells[text] += 1
        return found

    def names_a_skill(self, text: str) -> bool:
        """Whether a heading is the name of a skill, or of several."""
        try:
            return self._lookup.find(text, kinds=SKILL_KINDS) is not None or self._meant(text) is not None
        except AmbiguousError:
            return True

    def parts(self, text: str) -> tuple[str, ...]:
        """The skills that a cell names with semicolons or bars between; its whole text where that names one."""
        divided = ";" in text or "|" in text
        if not divided or text.casefold() in self._saved or self.names_a_skill(text):
            return (text,)
        return tuple(part for one in text.replace("|", ";").split(";") if (part := one.strip())) or (text,)

    def _find(self, text: str) -> int | None:
        saved = self._saved.get(text.casefold())
        try:
            match = self._lookup.resolve(saved or text, kinds=SKILL_KINDS)
        except (AmbiguousError, NotFoundError) as error:
            if not saved and (meant := self._meant(text)) is not None:
                self.known.append(self._phrase(text, meant, GSE.DecidedMapping))
                return len(self.known) - 1
            self._rules[text] = (error.rule, self._near(text, error))
            return None
        self.known.append(self._phrase(text, match, GSE.SavedMapping if saved else _KINDS[match.matched_by]))
        return len(self.known) - 1

    def _near(self, text: str, error: AmbiguousError | NotFoundError) -> tuple[Suggestion, ...]:
        if isinstance(error, AmbiguousError):
            choices = error.extra["choices"]
            assert isinstance(choices, list)
            return tuple(Suggestion(choice["iri"], 1.0, choice["label"], "preferred") for choice in choices)
        return tuple(self._search.search(text, _NEAREST, kinds=SKILL_KINDS))

    def _meant(self, text: str) -> Match | None:
        """The concept that the framework's owner decided a phrase means."""
        verdict = self._decided.get(normalise(text) or text.strip().casefold())
        if verdict is None or not verdict.concept:
            return None
        return self._lookup.find(verdict.concept, kinds=SKILL_KINDS)

    def _phrase(self, text: str, match: Match, matched_by: str) -> Phrase:
        concept, seen = self.framework.concept(match.concept), {match.concept}
        while concept.deprecated and len(concept.replaced_by) == 1 and concept.replaced_by[0] in self.framework:
            concept = self.framework.concept(concept.replaced_by[0])
            if concept.iri in seen:
                break
            seen.add(concept.iri)
        return Phrase(text, self.framework.number(concept.iri), matched_by, match.note)

    def nearest(self, text: str) -> str:
        """The nearest concepts of an unmatched phrase, in words; without those that are hardly like it."""
        shown = []
        for suggestion in (one for one in self._rules[text][1] if one.score >= LIKE):
            concept = self.framework.concept(suggestion.concept)
            shown.append(f"{concept.pref_label} ({concept.notation or concept.iri})")
        return "; ".join(shown) or "none"

    def rule(self, text: str) -> str:
        """Why a phrase is unmatched."""
        return self._rules[text][0]

    def verdict(self, text: str) -> str:
        """What the framework's owner decided on an unmatched phrase, and why; empty when nothing is decided."""
        verdict = self._decided.get(normalise(text) or text.strip().casefold())
        return "" if verdict is None or verdict.concept else str(verdict)

    @property
    def company(self) -> tuple[str, ...]:
        """IRIs of the concepts that are named most often, five at most."""
        cells = Counter[int]()
        for phrase in self.known:
            cells[phrase.skill] += self._cells[phrase.text]
        return tuple(
            self.framework.iris[skill] for skill, _ in sorted(cells.items(), key=lambda one: (-one[1], one[0]))
        )[:_COMPANY]

    @property
    def unmatched(self) -> tuple[Unmatched, ...]:
        """The unmatched phrases, the most frequent first."""
        rows = (
            Unmatched(text, rule, self._cells[text], nearest, self.verdict(text))
            for text, (rule, nearest) in self._rules.items()
        )
        return tuple(sorted(rows, key=lambda one: (-one.cells, one.text)))
