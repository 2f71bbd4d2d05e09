"""What texts mean, as vectors: texts that mean much the same lie close together though they share no word.

The vector of a text is the sum of those of its words, the vector of a word the sum of those of its pieces, and the
pieces are those of WordLlama's model "l2_supercat", a static embedding whose weights lie in the wheel. Its files are
read directly: importing the package would set up logging for the whole process, and could download other models.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from gse_skills.framework.postings import Floats, Ints
from gse_skills.framework.words import telling

DIMENSIONS = 128
"""The first of the model's 256, which was trained so that it can be cut; the others brought nothing on the fit half."""
_MODEL = "l2_supercat"


class Meaning:
    """The meaning of concepts, by number, from their preferred label and definition; immutable and thread-safe.

    Both are normalised texts. Alternative labels are left to the other measures, which do better with them.
    """

    def __init__(self, preferred: Sequence[str], definitions: Sequence[str]) -> None:
        described = [f"{label} {definition}" for label, definition in zip(preferred, definitions, strict=True)]
        numbers: dict[str, int] = {}
        labels = [[numbers.setdefault(word, len(numbers)) for word in text.split()] for text in preferred]
        texts = [[numbers.setdefault(word, len(numbers)) for word in text.split()] for text in described]
        words = _vectors(list(numbers))
        self._preferred = _sums(labels, words)
        self._described = _sums(texts, words)
        self._words = _unit(words)
        telt = [np.unique([numbers[word] for word in telling(text)]) for text in described]
        lengths = np.array([len(own) for own in telt], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(lengths)])
        self._telling = np.concatenate([np.zeros(0, dtype=np.int64), *telt]).astype(np.int32)

    def likeness(self, query: str) -> tuple[Floats, Floats]:
        """For each concept the cosine, 0 to 1, of the query with the label, and with label and definition together."""
        asked = _unit(_vectors(query.split()).sum(axis=0, keepdims=True))
        return _cosines(self._preferred, asked)[:, 0], _cosines(self._described, asked)[:, 0]

    def echo(self, query: str, concepts: Ints) -> Floats:
        """For each of these concepts, how near the words of the query have one in label or definition, 0 to 1.

        That is the mean, over the telling words of the query, of the cosine with the nearest telling word.
        """
        spans = [self._telling[self._starts[number] : self._starts[number + 1]] for number in concepts]
        lengths = np.array([len(span) for span in spans], dtype=np.int64)
        out = np.zeros(len(concepts), dtype=np.float32)
        if lengths.any():
            words, place = np.unique(np.concatenate(spans), return_inverse=True)
            near = _cosines(self._words[words], _unit(_vectors(telling(query))))
            starts = np.cumsum(lengths) - lengths
            filled = lengths > 0
            out[filled] = np.maximum.reduceat(near[place], starts[filled]).mean(axis=1)
        return out


@cache
def _model() -> tuple[npt.NDArray[np.float16], Tokenizer]:
    """The vector of each piece, and what takes words apart into pieces."""
    home = Path(str(distribution("wordllama").locate_file("wordllama")))
    weights = load_file(home / "weights" / f"{_MODEL}_256.safetensors")["embedding.weight"]
    tokenizer = Tokenizer.from_file(str(home / "tokenizers" / f"{_MODEL}_tokenizer_config.json"))
    return np.ascontiguousarray(weights[:, :DIMENSIONS]), tokenizer


def _vectors(words: Sequence[str]) -> Floats:
    """The vectors of words, a row each."""
    weights, tokenizer = _model()
    out = np.zeros((len(words), DIMENSIONS), dtype=np.float32)
    for row, word in enumerate(words):  # one at a time: a batch starts threads, which do not survive a fork
        out[row] = weights[tokenizer.encode(word, add_special_tokens=False).ids].sum(axis=0, dtype=np.float32)
    return out


def _sums(texts: Sequence[Sequence[int]], words: Floats) -> Floats:
    """The vectors, of length one, of texts given as numbers of words."""
    out = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in enumerate(texts):
        out[row] = words[list(text)].sum(axis=0)
    return _unit(out)


def _cosines(vectors: Floats, asked: Floats) -> Floats:
    """The cosine of each row with each of the other, all of length one; what points away counts as nothing.

    Not by `@`, which starts threads for it: on a busy machine these wait for one another longer than the sum takes.
    """
    return np.asarray(np.maximum(np.einsum("ij,kj->ik", vectors, asked), 0), dtype=np.float32)


def _unit(vectors: Floats) -> Floats:
    """The vectors, a row each, at length one; nothing stays nothing."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
