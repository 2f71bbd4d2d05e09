"""A small list of entries in a file that only its owner can read, replaced as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class PrivateFile:
    """Entries as JSON objects; what is written is there whole or not at all.

    Other processes may write the file too, so each reading asks whether it is still the one that was read before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[tuple[int, int, int], list[dict[str, Any]]] | None = None

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

    def write(self, entries: Iterable[dict[str, Any]]) -> None:
        """Put these entries in the place of those that were there."""
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(list(entries), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
