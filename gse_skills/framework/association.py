"""Which words stand for one another, learnt from a scheme itself.

A concept's labels say one thing in several ways, so the words of one label translate into those of another. The
chances are found by expectation maximisation as in statistical translation (Brown and others 1993, "The Mathematics
of Statistical Machine Translation", model 1). From ESCO it learns, for instance, that "oversee" often stands for
"supervise" or "monitor".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from gse_skills.framework.postings import Ints

ROUNDS = 5
DOUBT = 2.0
"""How often, in effect, each word was also seen to become something unknown: damps what is learnt from rare words."""
FAINT = 0.004

Label = Sequence[int]  # the numbers of its words


class Association:
    """For each word, the words that it may stand for, with the chance that these become it."""

    def __init__(self, sources: Ints, targets: Ints, chances: npt.NDArray[np.float64], size: int) -> None:
        order = np.argsort(targets, kind="stable")
        self._sources = sources[order]
        self._chances = chances[order]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(targets, minlength=size))])

    @classmethod
    def learn(cls, concepts: Sequence[Sequence[Label]], size: int) -> Association:
        """Learn from the labels of each concept, its preferred label first; `size` is the number of words."""
        sources: list[int] = []
        targets: list[int] = []
        lengths: list[int] = []
        for labels in concepts:
            for one, other in _pairs(labels):
                sources += list(one) * len(other)
                targets += [word for word in other for _ in one]
                lengths += [len(one)] * len(other)
        if not sources:
            return cls(*(np.zeros(0, dtype=np.int64),) * 2, np.zeros(0), size)
        keys, place = np.unique(np.array(sources) * size + np.array(targets), return_inverse=True)
        chances = _maximise(place, keys // size, np.repeat(np.arange(len(lengths)), lengths), size)
        kept = (chances > FAINT) & (keys // size != keys % size)
        return cls(keys[kept] // size, keys[kept] % size, chances[kept], size)

    def __getitem__(self, word: int) -> Iterator[tuple[int, float]]:
        """The other words that `word` may stand for, and the chance of each to become it."""
        span = slice(self._starts[word], self._starts[word + 1])
        return zip(self._sources[span].tolist(), self._chances[span].tolist(), strict=True)


def _pairs(labels: Sequence[Label]) -> Iterator[tuple[Label, Label]]:
    """The preferred label with each other one in both directions, and each alternative with the next."""
    for other in labels[1:]:
        yield labels[0], other
        yield other, labels[0]
    yield from pairwise(labels[1:])


def _maximise(place: Ints, sources: Ints, events: Ints, size: int) -> npt.NDArray[np.float64]:
    """Chances of the word pairs: `place` gives the pair of each entry, `events` the word that it may explain."""
    chances = np.ones(len(sources))
    for _ in range(ROUNDS):
        shares = chances[place]
        shares /= np.bincount(events, shares)[events]
        counts = np.bincount(place, shares)
        chances = counts / (np.bincount(sources, counts, minlength=size) + DOUBT)[sources]
    return chances
