"""The data folder: one place for the store, its snapshots, the saved index and the rest, with a lock and a format version."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gse_skills.errors import ConflictError, InputError

FORMAT = 1
"""The version of the folder's layout; a later one brings the code that upgrades it."""


class DataFolder:
    """A data folder held by one process at a time; use it as a context manager.

    Raises ConflictError (rule `folder-in-use`) when another process holds it, with that process's note of how to reach
    it in `extra`, and InputError (rule `folder-format`) when its layout is not of this version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise ConflictError(
                f"The data folder {path} is in use by another process.",
                rule="folder-in-use",
                remedy="Go through that process, or stop it.",
                extra=service_note(path) or {},
            ) from None
        try:
            self._check_format()
        except InputError:
            os.close(self._lock)
            raise
        for part in (self.spool, self.snapshots, self.index):
            part.mkdir(exist_ok=True)

    store = property(lambda self: self.path / "store", doc="The engine's files.")
    snapshots = property(lambda self: self.path / "snapshots", doc="Read-only copies for the children.")
    spool = property(lambda self: self.path / "spool", doc="Changes in the making, uploads on their way.")
    index = property(lambda self: self.path / "index", doc="The saved index.")
    tokens = property(lambda self: self.path / "tokens.json", doc="Hashed API tokens.")

    def _check_format(self) -> None:
        marker = self.path / "format"
        if not marker.exists():
            marker.write_text(f"{FORMAT}\n")
        found = marker.read_text().strip()
        if found != str(FORMAT):
            raise InputError(
                f"The data folder {self.path} has format {found}; this version of GSE Skills reads format {FORMAT}.",
                rule="folder-format",
                remedy="Use the version of GSE Skills that wrote it to make a backup, and restore that here.",
            )

    def announce(self, note: dict[str, Any]) -> None:
        """Leave a note, readable by the owner alone, of how to reach the service that holds the folder."""
        path = self.path / "service.json"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(note, file)

    def close(self) -> None:
        """Let go of the folder."""
        (self.path / "service.json").unlink(missing_ok=True)
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def service_note(path: Path) -> dict[str, Any] | None:
    """The note of the service that holds the data folder `path`, or None when none left one."""
    try:
        note = json.loads((path / "service.json").read_text())
    except (FileNotFoundError, ValueError):
        return None
    return note if isinstance(note, dict) else None


def tokens_path(path: Path) -> Path:
    """Where the data folder `path` keeps its hashed API tokens; reading them needs no lock."""
    return path / "tokens.json"
