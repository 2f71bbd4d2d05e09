"""Inverted indexes in plain numpy: which rows a feature occurs in and how much, and character n-grams over texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

GRAM = 3


class Postings:
    """A sparse matrix of features by rows, kept by feature.

    Entries that name the same feature and row add up. `rows` and `values` run in parallel; `starts` says where in them
    each feature begins.
    """

    def __init__(self, rows: Ints, columns: Ints, values: npt.NDArray[np.float64], shape: tuple[int, int]) -> None:
        self.size, self.width = shape
        keys, place = np.unique(columns * self.size + rows, return_inverse=True)
        self.rows = (keys % self.size).astype(np.int32)
        self.values = np.bincount(place, values, minlength=len(keys)).astype(np.float32)
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(keys // self.size, minlength=self.width))])

    def frequencies(self) -> Ints:
        """In how many rows each feature occurs."""
        return np.diff(self.starts)

    def sum(self, columns: Ints, weights: npt.NDArray[np.float64]) -> Floats:
        """For each row the sum of its values of those features, each times its weight."""
        starts = self.starts[columns]
        lengths = self.starts[columns + 1] - starts
        places = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
        values = self.values[places] * np.repeat(weights, lengths)
        return np.bincount(self.rows[places], values, minlength=self.size).astype(np.float32)


class NgramIndex:
    """Normalised texts by the groups of three characters in them, weighted by rarity (TF-IDF), compared by cosine.

    Typing errors, endings and word order cost little by this measure, and a word half typed already counts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._size = len(texts)
        padded = [f" {text} " for text in texts]
        signs = _codes("".join(padded))
        self._alphabet = np.unique(signs)
        lengths = np.array([len(text) for text in padded], dtype=np.int64)
        owner = np.repeat(np.arange(self._size), lengths)
        grams = self._grams(signs)
        inside = owner[: len(grams)] == owner[GRAM - 1 :]  # not across the end of a text
        self._known, columns = np.unique(grams[inside], return_inverse=True)
        rows = owner[: len(grams)][inside]
        counts = Postings(rows, columns, np.ones(len(rows)), (self._size, len(self._known)))
        occurrences = counts.frequencies()
        self._rarity = np.log((1 + self._size) / (1 + occurrences)) + 1
        weights = (1 + np.log(counts.values)) * np.repeat(self._rarity, occurrences)
        norms = np.sqrt(np.bincount(counts.rows, weights**2, minlength=self._size))
        counts.values = (weights / norms[counts.rows]).astype(np.float32)
        self._postings = counts

    def scores(self, query: str) -> Floats:
        """The cosine between the query, normalised, and every text, 0 to 1."""
        grams, counts = np.unique(self._grams(_codes(f" {query} ")), return_counts=True)
        if not len(self._known) or not len(grams):
            return np.zeros(self._size, dtype=np.float32)
        places = np.minimum(np.searchsorted(self._known, grams), len(self._known) - 1)
        known = self._known[places] == grams
        weights = (1 + np.log(counts)) * np.where(known, self._rarity[places], self._rarity.max())
        return self._postings.sum(places[known], weights[known]) / np.float32(np.sqrt((weights**2).sum()))

    def _grams(self, signs: Ints) -> Ints:
        """Each window of three signs as one number; a sign that no text has becomes one beyond the alphabet."""
        base = len(self._alphabet) + 1
        places = np.minimum(np.searchsorted(self._alphabet, signs), max(base - 2, 0))
        known = self._alphabet[places] == signs if base > 1 else np.zeros(len(signs), dtype=bool)
        digits = np.where(known, places, base - 1)
        if len(digits) < GRAM:
            return np.zeros(0, dtype=np.int64)
        return np.asarray((digits[:-2] * base + digits[1:-1]) * base + digits[2:], dtype=np.int64)


def _codes(text: str) -> Ints:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
