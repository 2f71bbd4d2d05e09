"""What separates two large sets of statements, found by sorting on disk, so that memory stays flat."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path
from typing import IO

_CHUNK = 400_000
"""Lines sorted in memory at a time, about 100 MB."""


def difference(old: Iterable[str], new: Iterable[str], spool: Path | None = None) -> Iterator[tuple[bool, str]]:
    """The lines that only one of `old` and `new` has, in order; True marks those that are new. Repeats do not count.

    >>> list(difference(["a", "b"], ["c", "b", "c"]))
    [(False, 'a'), (True, 'c')]
    """
    with tempfile.TemporaryDirectory(prefix="difference-", dir=spool) as folder, ExitStack() as stack:
        before = _sorted(old, Path(folder), "old", stack)
        after = _sorted(new, Path(folder), "new", stack)
        marked = heapq.merge(((line, False) for line in before), ((line, True) for line in after))
        for line, sides in groupby(marked, key=lambda pair: pair[0]):
            found = {side for _, side in sides}
            if len(found) == 1:
                yield found.pop(), line


def _sorted(lines: Iterable[str], folder: Path, name: str, stack: ExitStack) -> Iterator[str]:
    source = iter(lines)
    chunks: list[Iterator[str]] = []
    while chunk := sorted(islice(source, _CHUNK)):
        path = folder / f"{name}-{len(chunks)}"
        path.write_text("".join(f"{line}\n" for line in chunk), "utf-8")
        chunks.append(_lines(stack.enter_context(path.open(encoding="utf-8", newline="\n"))))
    return heapq.merge(*chunks)


def _lines(file: IO[str]) -> Iterator[str]:
    # Without their ends, since a tab sorts before the end of a line.
    return (line.rstrip("\n") for line in file)
