"""Counting the rows of an answer while it is written.

The library writes SELECT answers in one go, so the rows are counted in its bytes, by what each format cannot hold but
between rows. Each counter is given the bytes in pieces of any size and returns how many rows there were so far; an
answer without a row may count as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pyoxigraph import QueryResultsFormat

Counter = Callable[[bytes], int]

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|(\\?)\Z)', re.DOTALL)


class _Marks:
    """Counts a mark, which stands for itself wherever it is; `less` of them are no rows."""

    def __init__(self, mark: bytes, less: int) -> None:
        self._mark = mark
        self._rows = -less
        self._tail = b""

    def __call__(self, piece: bytes) -> int:
        text = self._tail + piece
        self._rows += text.count(self._mark)
        self._tail = text[max(0, len(text) - len(self._mark) + 1) :]
        return self._rows


class _Csv:
    """Counts line ends outside quotes, but for that of the header."""

    def __init__(self) -> None:
        self._rows = -1
        self._quoted = 0

    def __call__(self, piece: bytes) -> int:
        for at, part in enumerate(piece.split(b'"'), self._quoted):
            if at % 2 == 0:
                self._rows += part.count(b"\n")
            self._quoted = at % 2
        return self._rows


class _Json:
    """Counts `},{` outside strings, which stands between rows only."""

    def __init__(self) -> None:
        self._marks = _Marks(b"},{", less=-1)
        self._open = b""  # what an unfinished string begins with in the next piece

    def __call__(self, piece: bytes) -> int:
        text = self._open + piece
        self._open = b""
        return self._marks(_STRING.sub(self._passed, text))

    def _passed(self, string: re.Match[bytes]) -> bytes:
        if string[1] is not None:
            self._open = b'"' + string[1]
        return b""


_COUNTERS: Mapping[QueryResultsFormat, Callable[[], Counter]] = {
    QueryResultsFormat.JSON: _Json,
    QueryResultsFormat.XML: lambda: _Marks(b"<result>", less=0),
    QueryResultsFormat.CSV: _Csv,
    QueryResultsFormat.TSV: lambda: _Marks(b"\n", less=1),
}


def counter(form: QueryResultsFormat) -> Counter:
    """A fresh counter for one answer in a format.

    >>> count = counter(QueryResultsFormat.CSV)
    >>> count(b'x\\r\\n"a\\r'), count(b'\\nb"\\r\\nc\\r\\n')
    (0, 2)
    """
    return _COUNTERS[form]()
