"""A store's folder replaced by a new one, whole or not at all, while others read the old.

The new folder is made as `NAME.making` beside the store. Once it is whole it is renamed to `NAME.next`, and that one
step decides: whoever opens the store later finds a `next` and puts it in place, and clears away a `making`. Putting it
in place is two more renames, each of which may be the last that a process does.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import IO, Self

from gse_skills.store.building import fill
from gse_skills.store.disk import sync_folder


def make(path: Path, dump: Callable[[IO[bytes]], object]) -> int:
    """Make the new folder of the store at `path` from the N-Quads that `dump` writes; returns how many it holds.

    Nothing of it is decided yet. Raises OSError, and what `dump` raises.
    """
    making = _making(path)
    shutil.rmtree(making, ignore_errors=True)
    reader, writer = os.pipe()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(writer, "wb") as target:
                dump(target)
        # Told to the other thread, whatever it is: this one has nobody to tell.
        except BaseException as error:
            failed.append(error)

    dumping = threading.Thread(target=write)
    dumping.start()
    try:
        # No file between: the plain quads would be as large as the store, and hold what is to be forgotten.
        with os.fdopen(reader, "rb") as source:
            held = fill(making, source)
    finally:
        dumping.join()
    if failed:
        raise failed[0]
    for file in making.iterdir():
        _sync(file)
    sync_folder(making)
    return held


def decide(path: Path) -> None:
    """From here on the new folder is the store, whatever happens."""
    _making(path).rename(_next(path))
    sync_folder(path.parent)


def is_decided(path: Path) -> bool:
    """Whether a new folder waits to be put in place."""
    return _next(path).exists()


def finish(path: Path) -> None:
    """Put a new folder that waits in place, and clear away what is left; nobody may have the store open."""
    old = path.with_name(f"{path.name}.old")
    if is_decided(path):
        if path.exists():
            shutil.rmtree(old, ignore_errors=True)
            path.rename(old)
        _next(path).rename(path)
        sync_folder(path.parent)
    for rest in (old, _making(path)):
        shutil.rmtree(rest, ignore_errors=True)


class Readers:
    """Who reads, by turns: those of an earlier turn read an engine that is about to go."""

    def __init__(self) -> None:
        self._reading: Counter[int] = Counter()
        self._changed = threading.Condition()
        self._turn = 0

    def enter(self) -> Lease:
        """Begin to read; it ends when nobody has the lease any more, or it is given back."""
        with self._changed:
            self._reading[self._turn] += 1
            return Lease(self, self._turn)

    def leave(self, turn: int) -> None:
        """A reader of that turn has ended."""
        with self._changed:
            self._reading[turn] -= 1
            self._changed.notify_all()

    def turn(self, seconds: float) -> bool:
        """Begin a new turn, and wait for the readers of all earlier ones; returns whether they ended in time."""
        with self._changed:
            self._turn += 1
            return self._changed.wait_for(
                lambda: not any(count for turn, count in self._reading.items() if turn < self._turn), seconds
            )


class Lease:
    """The right to read on; held by the iterator that reads, so that it goes with it."""

    def __init__(self, readers: Readers, turn: int) -> None:
        self._readers: Readers | None = readers
        self._turn = turn

    def end(self) -> None:
        """Give it back."""
        readers, self._readers = self._readers, None
        if readers is not None:
            readers.leave(self._turn)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def __del__(self) -> None:
        self.end()


def _making(path: Path) -> Path:
    return path.with_name(f"{path.name}.making")


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
