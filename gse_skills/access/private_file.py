"""A small list of entries in a file that only its owner can read, replaced as a whole."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class PrivateFile:
    """Entries as JSON objects; what is written is there whole or not at all.

    Other processes may write the file too, so each reading asks whether it is still the one that was read before, and
    whoever reads in order to write does so within `alone`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[tuple[int, int, int], list[dict[str, Any]]] | None = None
        self._lock = threading.Lock()

    def read(self) -> list[dict[str, Any]]:
        """All entries, the oldest first, not to be altered; none when there is no file."""
        try:
            found = self._path.stat()
            state = (found.st_ino, found.st_mtime_ns, found.st_size)
            known = self._known
            if known is None or known[0] != state:
                self._known = known = (state, json.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return []
        return known[1]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While the block lasts nobody else changes a file of this folder, here or in another process; never nested."""
        # The folder itself is locked, so that no further file lies in it.
        with self._lock:
            folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX)
                # A clock that ticks slowly can give two states of a file the same time.
                self._known = None
                yield
            finally:
                os.close(folder)

    def write(self, entries: Iterable[dict[str, Any]]) -> None:
        """Put these entries in the place of those that were there."""
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(list(entries), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        self._known = None
