"""Search that forgives: typing errors, word order, half-typed words, other words for the same thing.

The score of a concept is a weighted mean of four measures, each 0 to 1:

- how alike in characters the query and the preferred label are, and the query and the most alike of all labels;
- how likely the words of the query are, given the words of all labels, and those of preferred label and definition,
  where a word may also stand for another (see association), be the beginning of one, or misspell one.

A label that begins with the query adds to that; one equal to the query scores 1. The weights were fitted on one half
of ESCO's alternative labels with each concept's own alternatives held out of the index; docs/framework.md has the
figures on the other half.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Literal

import numpy as np

from gse_skills.framework.concept import Concept, Kind
from gse_skills.framework.framework import ONTOLOGY, OWN_SCHEME, Framework
from gse_skills.framework.likelihood import Likelihood
from gse_skills.framework.postings import Floats, NgramIndex
from gse_skills.framework.words import normalise

Field = Literal["preferred", "alternative", "notation", "definition"]

_WEIGHTS = {"preferred": 0.3, "closest": 0.07, "label words": 0.15, "description words": 0.48}
_PREFERRED_BEGUN, _LABEL_BEGUN = 0.15, 0.05
"""What is added to the score of a concept whose preferred or other label begins with the query."""
_FIRST, _LAST = "\0", "\U0010ffff"
"""Signs that sort before and after all that a normalised text holds."""
_LABEL_COUNTS = 0.1
"""Below this likeness of every label, what matched was the definition."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A concept that may be meant: `score` 0 to 1, the label that matched best, and the field that it is in."""

    concept: str
    score: float
    label: str
    field: Field


class Search:
    """Search over one framework; immutable and thread-safe.

    The index is built when it is first needed (a fraction of a second for our framework, some seconds for ESCO) or by
    `prepare`. Levels and the like, under the slug "ontology", are not in it.
    """

    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        self._building = Lock()
        self._built: _Index | None = None

    def prepare(self) -> None:
        """Build the index now, if nobody has."""
        self._index()

    def _index(self) -> _Index:
        with self._building:
            if self._built is None:
                self._built = _Index(self._framework)
            return self._built

    def search(
        self,
        query: str,
        limit: int = 10,
        schemes: Collection[str] | None = None,
        kinds: Collection[Kind] | None = None,
    ) -> list[Suggestion]:
        """At most `limit` concepts of those schemes and kinds, the best first; a blank query finds nothing.

        Equal scores are in the order own scheme, then IRI.
        """
        asked = normalise(query)
        return self._index().find(asked, limit, schemes, kinds) if asked and limit > 0 else []

    def nearest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """The concepts nearest to a term that nothing is called by."""
        return self.search(text, limit)


class _Index:
    def __init__(self, framework: Framework) -> None:
        self._concepts = [concept for concept in framework.concepts if concept.scheme != ONTOLOGY]
        self._texts: list[str] = []
        starts: list[int] = []
        for concept in self._concepts:
            starts.append(len(self._texts))
            self._texts += dict.fromkeys(_labels(concept))
        self._starts = np.array(starts, dtype=np.int64)
        self._ends = [*starts[1:], len(self._texts)][: len(starts)]
        normal = [normalise(text) for text in self._texts]
        labels = [normal[start:end] for start, end in zip(starts, self._ends, strict=True)]
        self._notations = [normalise(concept.notation or "") for concept in self._concepts]
        self._by_notation = sorted((notation, number) for number, notation in enumerate(self._notations))
        self._preferred = [own[0] for own in labels]
        self._by_label = sorted((label, number) for number, own in enumerate(labels) for label in own)
        self._grams = NgramIndex(normal)
        self._words = Likelihood(self._concepts, labels)
        self._schemes = np.array([concept.scheme for concept in self._concepts])
        self._kinds = np.array([concept.kind for concept in self._concepts])
        self._foreign = self._schemes != OWN_SCHEME

    def find(
        self, asked: str, limit: int, schemes: Collection[str] | None, kinds: Collection[Kind] | None
    ) -> list[Suggestion]:
        if not self._concepts:
            return []
        likeness = self._grams.scores(asked)
        total = self._total(asked, likeness)
        self._lift(asked, total)
        self._pin(asked, total)
        allowed = np.ones(len(total), dtype=bool)
        if schemes is not None:
            allowed &= np.isin(self._schemes, list(schemes))
        if kinds is not None:
            allowed &= np.isin(self._kinds, list(kinds))
        total[~allowed] = 0
        least = np.partition(total, -limit)[-limit] if limit < len(total) else 0
        found = np.flatnonzero((total > 0) & (total >= least))
        order = found[np.lexsort((found, self._foreign[found], -total[found]))][:limit]
        return [self._suggestion(int(number), float(total[number]), asked, likeness) for number in order]

    def _total(self, asked: str, likeness: Floats) -> Floats:
        measures = {"preferred": likeness[self._starts], "closest": np.maximum.reduceat(likeness, self._starts)}
        measures |= self._words.measure(asked)
        total = np.zeros(len(self._concepts), dtype=np.float32)
        for name, measure in measures.items():
            total += np.float32(_WEIGHTS[name]) * measure
        return np.minimum(total, np.float32(0.99), out=total)

    def _lift(self, asked: str, total: Floats) -> None:
        """A label that begins as the query does is likely to be the one that is being typed."""
        begun: dict[int, float] = {}
        for label, number in _names(self._by_label, asked, asked + _LAST):
            begun[number] = _PREFERRED_BEGUN if label == self._preferred[number] else begun.get(number, _LABEL_BEGUN)
        for number, lift in begun.items():
            total[number] = min(total[number] + lift, 0.99)

    def _pin(self, asked: str, total: Floats) -> None:
        """Lift what is called exactly so, and notations that begin so, above everything that is only alike."""
        if any(sign.isdigit() for sign in asked) or " " in asked:
            total[[number for _, number in _names(self._by_notation, asked, asked + _LAST)]] = 0.995
        for names in (self._by_label, self._by_notation):
            for _, number in _names(names, asked, asked + _FIRST):
                own = asked in (self._preferred[number], self._notations[number])
                total[number] = 1.0 if own else 0.999

    def _suggestion(self, number: int, score: float, asked: str, likeness: Floats) -> Suggestion:
        concept = self._concepts[number]
        if score > 0.99 and self._notations[number].startswith(asked):
            return Suggestion(concept.iri, score, concept.notation or "", "notation")
        span = slice(self._starts[number], self._ends[number])
        closest = int(np.argmax(likeness[span]))
        label = self._texts[span][closest]
        if likeness[span][closest] < _LABEL_COUNTS and concept.definition:
            return Suggestion(concept.iri, score, concept.pref_label, "definition")
        return Suggestion(concept.iri, score, label, "preferred" if label == concept.pref_label else "alternative")


def _names(names: list[tuple[str, int]], start: str, end: str) -> list[tuple[str, int]]:
    """Those of the sorted names from `start` on and before `end`."""
    return names[bisect_left(names, (start, -1)) : bisect_left(names, (end, -1))]


def _labels(concept: Concept) -> Iterable[str]:
    yield concept.pref_label
    yield from concept.alt_labels
    yield from concept.hidden_labels
    yield from (label.text for label in concept.other_labels)
