"""Search that forgives: typing errors, word order, half-typed words, other words for the same thing.

The score of a concept is a weighted sum of nine measures (see _WEIGHTS) over the most that the query could reach. Six
are of the letters and words of the query. Three are of what it means (see embedding); they count the less the more of
its words are unknown, since half-typed and misspelt words mean nothing yet, and likeness in characters takes their
place.

A label equal to the query scores 1, one that differs by a slip of the pen little less. docs/measurements.md has the
figures.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Literal

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from gse_skills.framework.concept import Concept, Kind
from gse_skills.framework.embedding import Meaning
from gse_skills.framework.framework import ONTOLOGY, OWN_SCHEME, Framework
from gse_skills.framework.likelihood import Likelihood, Measured
from gse_skills.framework.postings import Floats, NgramIndex
from gse_skills.framework.words import normalise

Field = Literal["preferred", "alternative", "notation", "definition"]

Signal = Literal[
    "preferred", "misread", "likelihood", "covered", "begun", "preferred begun", "label meaning", "meaning", "echo"
]  # fmt: skip

_WEIGHTS: dict[Signal, float] = {
    "preferred": 1.95,  # how alike in characters the query and the preferred label are
    "misread": 10.22,  # how alike the query and the most alike label are, times the share of unknown words
    "likelihood": 0.62,  # of the query's words given those of labels and definition
    "covered": 2.49,  # how much of the preferred label the query accounts for
    "begun": 3.88,  # 1 if a label begins with the query
    "preferred begun": 0.71,  # 1 if the preferred label does
    "label meaning": 2.48,  # nearness in meaning of the preferred label, times the share of known words
    "meaning": 2.89,  # the same of preferred label and definition together
    "echo": 3.28,  # the same word by word: how near the query's words come to one of label or definition
}
"""Fitted together by conditional logit (which of the concepts is the one meant, no weight below 0) on the fit half of
ESCO alone: 2,400 alternative labels held out of the index with the others of their skill, and with nothing held out 600
alternative and 600 preferred labels, each with a letter missing (weighing a quarter and a half), cut to 70% (the same)
and cut to 40% (three parts of 20 and three of ten)."""
_CANDIDATES = 200
"""How many concepts, the best by the other measures, are compared word by word."""
_SLIP, _CLOSEST = 12, 20
"""Letters of a query from which one slip of the pen is looked for, and in how many of the labels that are most alike:
shorter ones have neighbours of another meaning, such as oncology and ontology."""
_DECIMALS = 5
"""Scores are rounded so that the order of equal ones does not hang on how a product of matrices was added up."""
_DEPRECATED = 0.9
"""What is left of the score of a deprecated concept, so that of two that match alike the live one comes first."""
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
        preferred = [own[0] for own in labels]
        self._preferred = preferred
        self._by_label = sorted((label, number) for number, own in enumerate(labels) for label in own)
        self._grams = NgramIndex(normal)
        self._words = Likelihood(self._concepts, labels)
        self._meaning = Meaning(preferred, [normalise(concept.definition) for concept in self._concepts])
        self._schemes = np.array([concept.scheme for concept in self._concepts])
        self._kinds = np.array([concept.kind for concept in self._concepts])
        self._foreign = self._schemes != OWN_SCHEME
        self._deprecated = np.array([concept.deprecated for concept in self._concepts], dtype=bool)

    def find(
        self, asked: str, limit: int, schemes: Collection[str] | None, kinds: Collection[Kind] | None
    ) -> list[Suggestion]:
        if not self._concepts:
            return []
        likeness = self._grams.scores(asked)
        allowed = np.ones(len(self._concepts), dtype=bool)
        if schemes is not None:
            allowed &= np.isin(self._schemes, list(schemes))
        if kinds is not None:
            allowed &= np.isin(self._kinds, list(kinds))
        total = self._total(asked, likeness, allowed)
        total[self._deprecated] *= np.float32(_DEPRECATED)
        self._mend(asked, total, likeness)
        self._pin(asked, total)
        total[~allowed] = 0
        found = _best(total, limit)
        order = found[np.lexsort((found, self._foreign[found], -total[found]))][:limit]
        return [self._suggestion(int(number), float(total[number]), asked, likeness) for number in order]

    def _total(self, asked: str, likeness: Floats, allowed: npt.NDArray[np.bool_]) -> Floats:
        words = self._words.measure(asked)
        label_meaning, meaning = self._meaning.likeness(asked)
        measures: dict[Signal, Floats] = {
            "preferred": likeness[self._starts],
            "misread": np.maximum.reduceat(likeness, self._starts) * np.float32(1 - words.known),
            "likelihood": words.likelihood,
            "covered": words.covered,
            **self._begun(asked),
            "label meaning": label_meaning * np.float32(words.known),
            "meaning": meaning * np.float32(words.known),
        }
        total = np.zeros(len(self._concepts), dtype=np.float32)
        for signal, measure in measures.items():
            total += np.float32(_WEIGHTS[signal]) * measure
        if words.known:
            near = _best(np.where(allowed, total, 0), _CANDIDATES)
            total[near] += np.float32(_WEIGHTS["echo"] * words.known) * self._meaning.echo(asked, near)
        return np.asarray(np.minimum(total / _most(words), 0.99).round(_DECIMALS), dtype=np.float32)

    def _begun(self, asked: str) -> dict[Signal, Floats]:
        """A label that begins as the query does is likely to be the one that is being typed."""
        begun, preferred = np.zeros((2, len(self._concepts)), dtype=np.float32)
        for label, number in _names(self._by_label, asked, asked + _LAST):
            begun[number] = 1
            preferred[number] = max(preferred[number], label == self._preferred[number])
        return {"begun": begun, "preferred begun": preferred}

    def _mend(self, asked: str, total: Floats, likeness: Floats) -> None:
        """Lift what is called so but for one slip of the pen, in queries so long that it is no chance."""
        if len(asked) < _SLIP:
            return
        for label in (
            np.argpartition(likeness, -_CLOSEST)[-_CLOSEST:] if len(likeness) > _CLOSEST else range(len(likeness))
        ):
            if OSA.distance(asked, normalise(self._texts[label]), score_cutoff=1) == 1:
                number = int(np.searchsorted(self._starts, label, "right")) - 1
                own = label == self._starts[number]
                total[number] = max(total[number], 0.99 if own else 0.985)

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
        preferred = {concept.pref_label, *(other.text for other in concept.other_labels if other.preferred)}
        return Suggestion(concept.iri, score, label, "preferred" if label in preferred else "alternative")


def _names(names: list[tuple[str, int]], start: str, end: str) -> list[tuple[str, int]]:
    """Those of the sorted names from `start` on and before `end`."""
    return names[bisect_left(names, (start, -1)) : bisect_left(names, (end, -1))]


def _best(total: Floats, count: int) -> npt.NDArray[np.int64]:
    """The concepts with the highest totals above nothing, at least `count` if there are and more if they are equal."""
    least = np.partition(total, -count)[-count] if count < len(total) else 0
    return np.flatnonzero((total > 0) & (total >= least))


def _most(words: Measured) -> float:
    """The total of a label that says the query's words and no others; one that begins with the query may have more."""
    lexical = _WEIGHTS["preferred"] + _WEIGHTS["covered"] + _WEIGHTS["likelihood"] * words.perfect
    meant = _WEIGHTS["label meaning"] + _WEIGHTS["meaning"] + _WEIGHTS["echo"]
    return lexical + _WEIGHTS["misread"] * (1 - words.known) + meant * words.known


def _labels(concept: Concept) -> Iterable[str]:
    yield concept.pref_label
    yield from concept.alt_labels
    yield from concept.hidden_labels
    yield from (label.text for label in concept.other_labels)
