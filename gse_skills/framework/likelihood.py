"""How likely the words of a query are, given the words of a concept.

Each field of a concept (all its labels; preferred label with initials and definition) is a language model, smoothed by
how common words are in all labels. A word of the query may also be another that stands for it, the beginning of one, or
a misspelling.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from gse_skills.framework.association import Association
from gse_skills.framework.concept import Concept
from gse_skills.framework.postings import Floats, NgramIndex, Postings
from gse_skills.framework.words import content, initials, normalise, one_slip

_LIKELY = {"label words": 0.7, "description words": 0.5}
"""How far a field's own words count against words that are common anywhere (Jelinek-Mercer smoothing)."""
_ITSELF = 0.5
"""The chance that a word stands for itself rather than for another."""
_MISSPELT = 0.4
"""How alike in characters a word must be to be taken for a misspelling of another."""


class Likelihood:
    """Words of the concepts by field, and how likely they make the words of a query; immutable.

    `labels` are the normalised labels of each concept, the preferred one first.
    """

    def __init__(self, concepts: Sequence[Concept], labels: Sequence[Sequence[str]]) -> None:
        self._numbers: dict[str, int] = {}
        stems = [[self._read(text) for text in texts] for texts in labels]
        described = [
            # the definition seldom repeats the label, so one without the other would not describe the concept
            [
                own[0],
                self._read(initials(texts[0])),
                self._read(normalise(f"{concept.definition} {concept.scope_note}")),
            ]
            for own, texts, concept in zip(stems, labels, concepts, strict=True)
        ]
        self._fields = {"label words": self._postings(stems), "description words": self._postings(described)}
        size = len(self._numbers)
        counts = np.bincount([word for own in stems for label in own for word in label], minlength=size) + 0.5
        self._common = counts / counts.sum()
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

    def measure(self, query: str) -> dict[str, Floats]:
        """By field, for each concept: the log-likelihood of the words over that of a perfect match, 0 to 1."""
        words = content(query)
        told = [self._senses(word, half=place == len(words) - 1) for place, word in enumerate(words)]
        return {field: self._likelihood([sense for sense in told if sense], field) for field in self._fields}

    def _senses(self, word: str, *, half: bool) -> dict[int, float]:
        """The indexed words that a word of the query may be, and the weight of each."""
        if word in self._numbers:
            return self._associated(self._numbers[word])
        if half and (begun := self._begun(word)):
            return dict.fromkeys(begun, _ITSELF)
        alike = self._spelling.scores(word)
        best = [int(place) for place in np.argsort(-alike)[:30]]
        slips = [place for place in best if one_slip(word, self._sorted[place])]
        if len(slips) == 1:
            return self._associated(self._numbers[self._sorted[slips[0]]])
        close = slips or [place for place in best[:4] if alike[place] > _MISSPELT]
        return {self._numbers[self._sorted[place]]: _ITSELF * max(float(alike[place]), _MISSPELT) for place in close}

    def _associated(self, number: int) -> dict[int, float]:
        return {number: _ITSELF} | {other: (1 - _ITSELF) * chance for other, chance in self._association[number]}

    def _begun(self, word: str) -> list[int]:
        place = bisect_left(self._sorted, word)
        found: list[int] = []
        while place < len(self._sorted) and self._sorted[place].startswith(word) and len(found) < 40:
            found.append(self._numbers[self._sorted[place]])
            place += 1
        return found

    def _likelihood(self, told: list[dict[int, float]], field: str) -> Floats:
        postings, likely = self._fields[field], _LIKELY[field]
        out = np.zeros(postings.size, dtype=np.float32)
        perfect = 0.0
        for senses in told:
            chance = np.zeros(postings.size, dtype=np.float32)
            for word, weight in senses.items():
                postings.add(chance, word, weight)
            odds = likely / ((1 - likely) * min(self._common[word] for word in senses))
            out += np.log1p(chance * np.float32(odds))
            perfect += float(np.log1p(_ITSELF * odds))
        return out / np.float32(perfect) if perfect else out
