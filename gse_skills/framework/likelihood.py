"""How likely the words of a query are, given the words of a concept.

Each concept is a language model, a mixture of the words of its labels and definition, of words that stand for those
(see association), and of how common words are in all labels. A word of the query that nothing is called by may also be
the beginning of another, or a misspelling.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gse_skills.framework.association import Association
from gse_skills.framework.concept import Concept
from gse_skills.framework.postings import Floats, NgramIndex, Postings
from gse_skills.framework.words import content, initials, normalise, one_slip


@dataclass(frozen=True, slots=True)
class Share:
    """What a field counts for in the mixture, where common words count 1: its own words, and what stands for them."""

    own: float
    other: float


_MIXTURE = {"labels": Share(0.023, 0), "preferred": Share(0, 0.203), "definition": Share(0.059, 0.036)}
"""Fitted with the weights of search. That the preferred label's own words count nothing is no slip: they are among the
labels' already."""
_HALF_SURE = 0.8
"""How far a misspelling counts, at most, for the word that it may be."""
_MISSPELT = 0.4
"""How alike in characters a word must be to be taken for a misspelling of another."""

Words = dict[int, float]
"""Words by number, and how far each counts."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a word of a query says: the indexed words that it may be, and those that may stand for it."""

    own: Words
    other: Words


@dataclass(frozen=True, slots=True)
class Measured:
    """A query against every concept.

    `likelihood` is the log-likelihood of its words over that by chance, of which `perfect` is what a label that says
    the same would reach; `covered` how much of the preferred label the query accounts for, rare words counting most,
    times the ratio of their lengths in words, the shorter over the longer, each plus one. `known` is the share of the
    query's words that occur in labels or definitions as they stand: the others are half typed, misspelt or foreign.
    """

    likelihood: Floats
    perfect: float
    covered: Floats
    known: float


class Likelihood:
    """Words of the concepts by field, and how likely they make the words of a query; immutable.

    `labels` are the normalised labels of each concept, the preferred one first.
    """

    def __init__(self, concepts: Sequence[Concept], labels: Sequence[Sequence[str]]) -> None:
        self._numbers: dict[str, int] = {}
        stems = [[self._read(text) for text in texts] for texts in labels]
        described = [
            [self._read(f"{normalise(f'{concept.definition} {concept.scope_note}')} {initials(texts[0])}")]
            for texts, concept in zip(labels, concepts, strict=True)
        ]
        preferred = [own[:1] for own in stems]
        fields = {"labels": stems, "preferred": preferred, "definition": described}
        self._fields = {field: self._postings(texts) for field, texts in fields.items()}
        size = len(self._numbers)
        counts = np.bincount([word for own in stems for label in own for word in label], minlength=size) + 0.5
        self._common = counts / counts.sum()
        self._rarity = -np.log(self._common)
        self._lengths = np.array([len(own[0]) for own in preferred], dtype=np.float32)
        self._cover = self._postings(preferred)
        self._weigh(self._cover)
        self._association = Association.learn(stems, size)
        self._sorted = sorted(self._numbers)
        self._spelling = NgramIndex(self._sorted)

    def _read(self, text: str) -> list[int]:
        return [self._numbers.setdefault(word, len(self._numbers)) for word in content(text)]

    def _postings(self, concepts: list[list[list[int]]]) -> Postings:
        """Each text's words share its weight, each concept's texts share the concept's."""
        rows: list[int] = []
        words: list[int] = []
        shares: list[float] = []
        for number, texts in enumerate(concepts):
            filled = [text for text in texts if text]
            for text in filled:
                rows += [number] * len(text)
                words += text
                shares += [1 / len(text) / len(filled)] * len(text)
        shape = (len(concepts), len(self._numbers) + 1)
        return Postings(np.array(rows, dtype=np.int64), np.array(words, dtype=np.int64), np.array(shares), shape)

    def _weigh(self, postings: Postings) -> None:
        """Let rare words have more of their concept's weight, which stays 1."""
        rarity = np.append(self._rarity, 0)
        weights = postings.values * np.repeat(rarity, postings.frequencies())
        sums = np.bincount(postings.rows, weights, minlength=postings.size)
        postings.values = (weights / sums[postings.rows]).astype(np.float32)

    def measure(self, query: str) -> Measured:
        """The query, normalised, against every concept."""
        words = content(query)
        known = sum(word in self._numbers for word in words) / max(len(words), 1)
        told = [self._reading(word, half=place == len(words) - 1) for place, word in enumerate(words)]
        told = [reading for reading in told if reading.own]
        likelihood, perfect = self._likelihood(told)
        return Measured(likelihood, perfect, self._covered(told, len(words)), known)

    def _reading(self, word: str, *, half: bool) -> Reading:
        if word in self._numbers:
            return self._known(self._numbers[word])
        if half and (begun := self._begun(word)):
            return Reading(dict.fromkeys(begun, 1.0), {})
        alike = self._spelling.scores(word)
        best = [int(place) for place in np.argsort(-alike)[:30]]
        slips = [place for place in best if one_slip(word, self._sorted[place])]
        if len(slips) == 1:
            return self._known(self._numbers[self._sorted[slips[0]]])
        close = slips or [place for place in best[:4] if alike[place] > _MISSPELT]
        sure = {self._numbers[self._sorted[place]]: max(float(alike[place]), _MISSPELT) for place in close}
        return Reading({number: min(likeness, _HALF_SURE) for number, likeness in sure.items()}, {})

    def _known(self, number: int) -> Reading:
        return Reading({number: 1.0}, dict(self._association[number]))

    def _begun(self, word: str) -> list[int]:
        place = bisect_left(self._sorted, word)
        found: list[int] = []
        while place < len(self._sorted) and self._sorted[place].startswith(word) and len(found) < 40:
            found.append(self._numbers[self._sorted[place]])
            place += 1
        return found

    def _likelihood(self, told: Sequence[Reading]) -> tuple[Floats, float]:
        out = np.zeros(len(self._lengths), dtype=np.float32)
        perfect = 0.0
        for reading in told:
            chance = np.zeros(len(out), dtype=np.float32)
            for field, share in _MIXTURE.items():
                for words, counts in ((reading.own, share.own), (reading.other, share.other)):
                    if counts:
                        chance += np.float32(counts) * _sum(self._fields[field], words)
            common = min(self._common[word] for word in reading.own)
            out += np.log1p(chance / np.float32(common))
            perfect += float(np.log1p(sum(share.own for share in _MIXTURE.values()) / common))
        return out, perfect

    def _covered(self, told: Sequence[Reading], length: int) -> Floats:
        said: Words = {}
        for reading in told:
            for word, weight in (*reading.own.items(), *reading.other.items()):
                said[word] = max(weight, said.get(word, 0))
        ratio = (1 + np.minimum(self._lengths, length)) / (1 + np.maximum(self._lengths, length))
        return np.asarray(_sum(self._cover, said) * ratio, dtype=np.float32)


def _sum(postings: Postings, words: Words) -> Floats:
    return postings.sum(np.fromiter(words, np.int64), np.fromiter(words.values(), np.float64))
