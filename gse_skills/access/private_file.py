"""A small list of entries in a file that only its owner can read, replaced as a whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class PrivateFile:
    """Entries as JSON objects; what is written is there whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[dict[str, Any]]:
        """All entries, the oldest first; none when there is no file."""
        try:
            entries: list[dict[str, Any]] = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return []
        return entries

    def write(self, entries: Iterable[dict[str, Any]]) -> None:
        """Put these entries in the place of those that were there."""
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(list(entries), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
