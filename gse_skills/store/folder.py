"""The data folder: one place for the store, its snapshots, the saved index and the rest, with a lock and a format."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gse_skills.errors import ConflictError, InputError
from gse_skills.store.disk import sync_folder

FORMAT = 1
"""The version of the folder's layout; a later one brings the step that upgrades it (see `store.upgrade`)."""
OLDEST = 1
"""The oldest format that can be upgraded."""

_LOCK, _MARKER, _NOTE, _AUDIT = "lock", "format", "service.json", "audit"
_TOKENS, _USERS, _INCIDENTS, _COMPLAINTS = "tokens.json", "users.json", "incidents.json", "complaints.json"
_BEFOREHAND = {_LOCK, _TOKENS, _USERS, _AUDIT, "lost+found"}
"""What may lie in a data folder before it is one: tokens and users can be made first, which the audit log tells of, and
a volume has lost+found at its root."""
DERIVED = frozenset((_LOCK, _MARKER, _NOTE, "store", "snapshots", "spool", "index", "backups", "lost+found"))
"""What a backup leaves out: the store, which it holds as quads, and what is made anew or belongs to one machine.
Whatever else lies in the folder is truth."""
_DRAFTS = (".new", ".part")
"""Endings of files that are being written."""


class DataFolder:
    """A data folder held by one process at a time; use it as a context manager.

    What a process that was killed left half done in it (its note, changes and uploads in the making) goes when the next
    one takes hold of it.

    Raises ConflictError (rule `folder-in-use`) when another process holds it, with that process's note of how to reach
    it in `extra`, and InputError: `folder-newer` when a later version wrote it, `folder-format` for one that is none,
    `not-a-data-folder` when other things lie in it or it is no folder at all. `format` is older than FORMAT until the
    folder is upgraded.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except (FileExistsError, NotADirectoryError) as error:
            raise _foreign(path, "it is not a folder") from error
        if not (path / _MARKER).exists() and (found := _foreign_things(path)):
            raise _foreign(path, f"it holds {found[0]} but no file “{_MARKER}”")
        self._lock: int | None = self._hold()
        try:
            self.format = self._read_format()
            self._clear()
        except BaseException:
            self.close()
            raise

    @property
    def store(self) -> Path:
        """The engine's files."""
        return self.path / "store"

    @property
    def snapshots(self) -> Path:
        """Read-only copies for the children."""
        return self.path / "snapshots"

    @property
    def spool(self) -> Path:
        """Changes in the making, uploads on their way."""
        return self.path / "spool"

    @property
    def index(self) -> Path:
        """The saved index."""
        return self.path / "index"

    @property
    def audit(self) -> Path:
        """The audit log."""
        return audit_path(self.path)

    @property
    def tokens(self) -> Path:
        """Hashed API tokens."""
        return tokens_path(self.path)

    @property
    def users(self) -> Path:
        """Who may sign in."""
        return users_path(self.path)

    @property
    def figures(self) -> Path:
        """Published figures."""
        return self.path / "figures"

    @property
    def incidents(self) -> Path:
        """Incidents, open and over."""
        return self.path / _INCIDENTS

    @property
    def complaints(self) -> Path:
        """Complaints about how personal data is handled."""
        return self.path / _COMPLAINTS

    @property
    def backups(self) -> Path:
        """Backups that were taken before the folder was upgraded."""
        return self.path / "backups"

    def count_backups(self) -> int:
        """How many of these there are."""
        return sum(1 for _ in self.backups.glob("*")) if self.backups.is_dir() else 0

    def beside(self) -> Iterator[tuple[str, Path]]:
        """The files that lie beside the store and are truth, each with its path in the folder, sorted."""
        for path in sorted(self.path.rglob("*")):
            name = path.relative_to(self.path).as_posix()
            # The engine's helpers lie beside the store under its name.
            derived = name.partition("/")[0] in DERIVED or name.startswith("store.")
            hidden = any(part.startswith(".") for part in name.split("/"))
            if not derived and not hidden and not name.endswith(_DRAFTS) and path.is_file():
                yield name, path

    def _hold(self) -> int:
        lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise ConflictError(
                f"The data folder {self.path} is in use by another process.",
                rule="folder-in-use",
                remedy="Go through that process, or stop it.",
                extra=service_note(self.path) or {},
            ) from None
        return lock

    def _read_format(self) -> int:
        marker = self.path / _MARKER
        if not marker.exists():
            mark_format(self.path)
        found = marker.read_text("utf-8").strip()
        number = int(found) if found.isdecimal() else 0
        if number > FORMAT:
            raise InputError(
                f"The data folder {self.path} has format {number}; this version of GSE Skills knows formats up to "
                f"{FORMAT}.",
                rule="folder-newer",
                remedy="Use the version that wrote it, or restore into an empty folder a backup from before it was "
                "upgraded, such as that in its folder “backups”.",
            )
        if number < OLDEST:
            raise InputError(
                f"The data folder {self.path} has the format “{found}”, which is none that can be read.",
                rule="folder-format",
                remedy="Restore the last backup into an empty folder.",
            )
        return number

    def _clear(self) -> None:
        (self.path / _NOTE).unlink(missing_ok=True)
        shutil.rmtree(self.spool, ignore_errors=True)
        for part in (self.spool, self.snapshots, self.index):
            part.mkdir(exist_ok=True)

    def announce(self, note: Mapping[str, Any]) -> None:
        """Leave a note, readable by the owner alone, of how to reach the service that holds the folder."""
        draft = self.spool / _NOTE
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(note, file)
        draft.replace(self.path / _NOTE)

    def close(self) -> None:
        """Let go of the folder."""
        if self._lock is None:
            return
        (self.path / _NOTE).unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def service_note(path: Path) -> dict[str, Any] | None:
    """The note of the service that holds the data folder `path`, or None when none left one."""
    try:
        note = json.loads((path / _NOTE).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return note if isinstance(note, dict) else None


def tokens_path(path: Path) -> Path:
    """Where the data folder `path` keeps its hashed API tokens; reading them needs no lock."""
    return path / _TOKENS


def users_path(path: Path) -> Path:
    """Where the data folder `path` keeps who may sign in; reading it needs no lock."""
    return path / _USERS


def audit_path(path: Path) -> Path:
    """Where the data folder `path` keeps its audit log; reading it needs no lock."""
    return path / _AUDIT


def mark_format(path: Path, number: int = FORMAT) -> None:
    """Make the folder `path` a data folder of that format."""
    draft = path / f".{_MARKER}"
    with draft.open("w", encoding="utf-8") as file:
        file.write(f"{number}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path / _MARKER)
    sync_folder(path)


def _foreign_things(path: Path) -> list[str]:
    names = {entry.name for entry in path.iterdir()} - _BEFOREHAND
    return sorted(name for name in names if not name.startswith("."))


def _foreign(path: Path, why: str) -> InputError:
    return InputError(
        f"{path} is not a data folder: {why}.",
        rule="not-a-data-folder",
        remedy="Name an empty folder, or one that does not exist yet.",
    )
