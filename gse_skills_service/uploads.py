"""Uploaded sheets and their annotated copies, kept for an hour, each for the caller who sent it alone."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import BinaryIO

from gse_skills.access import Caller
from gse_skills.answers import ImportBody
from gse_skills.errors import NotFoundError, TooLargeError
from gse_skills.sheet_import import ImportOptions

LIFE_SECONDS = 3600
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a caller sent."""

    name: str
    """Random; it is the address."""
    source_name: str
    folder: Path
    caller: Caller
    organisation: str
    since: float
    confirming: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)
    """Held while it is imported, so that a button pressed twice does it once."""

    @property
    def overdue(self) -> bool:
        """Whether its hour is over."""
        return time.monotonic() - self.since > LIFE_SECONDS

    @property
    def sheet(self) -> Path:
        """The file itself."""
        return self.folder / "sheet"

    def report(self, form: str) -> Path:
        """Where its annotated copy lies, `form` being xlsx or csv."""
        return self.folder / f"report.{form}"


class Uploads:
    """The uploads of a running service; those of an earlier run are cleared away at the start."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder / "uploads"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._max_bytes = max_bytes
        self._kept: dict[str, Upload] = {}
        self._reviewed: dict[str, ImportOptions] = {}
        self._done: dict[str, ImportBody] = {}
        self._lock = threading.Lock()

    def save(self, file: BinaryIO, source_name: str, caller: Caller, organisation: str) -> Upload:
        """Keep a file; raises TooLargeError (rule `too-large`)."""
        self._tidy()
        name = secrets.token_hex(16)
        folder = self._folder / name
        folder.mkdir()
        upload = Upload(name, PurePath(source_name).name or "sheet", folder, caller, organisation, time.monotonic())
        size = 0
        with upload.sheet.open("wb") as target:
            while piece := file.read(_PIECE):
                size += len(piece)
                if size > self._max_bytes:
                    shutil.rmtree(folder)
                    raise TooLargeError(
                        f"The file is larger than {self._max_bytes >> 20} MiB.",
                        rule="too-large",
                        remedy="Split it, or send it as CSV from the command line.",
                    )
                target.write(piece)
        with self._lock:
            self._kept[name] = upload
        return upload

    def get(self, name: str, caller: Caller) -> Upload:
        """A caller's own upload; raises NotFoundError (rule `unknown-upload`), also for somebody else's."""
        with self._lock:
            upload = self._kept.get(name)
        if upload is None or upload.caller != caller or upload.overdue:
            raise _gone()
        return upload

    def await_confirmation(self, upload: Upload, options: ImportOptions) -> None:
        """Keep what was reviewed, to be done when its sender confirms."""
        with self._lock:
            self._reviewed[upload.name] = options

    def confirmed(self, upload: Upload) -> ImportOptions:
        """What the sender reviewed; raises NotFoundError (rule `unknown-upload`) when nothing waits."""
        with self._lock:
            if upload.name not in self._reviewed:
                raise _gone()
            return self._reviewed[upload.name]

    def finish(self, upload: Upload, body: ImportBody) -> None:
        """Keep what was done."""
        with self._lock:
            self._done[upload.name] = body

    def is_finished(self, upload: Upload) -> bool:
        """Whether it was done."""
        with self._lock:
            return upload.name in self._done

    def finished(self, upload: Upload) -> ImportBody:
        """What was done; raises NotFoundError (rule `unknown-upload`) when nothing was."""
        with self._lock:
            if upload.name not in self._done:
                raise _gone()
            return self._done[upload.name]

    def forget(self, organisation: str) -> None:
        """Let go of all that was sent for an organisation, since some of its people are erased."""
        self._drop(lambda upload: upload.organisation == organisation)

    def _tidy(self) -> None:
        self._drop(lambda upload: upload.overdue)

    def _drop(self, goes: Callable[[Upload], bool]) -> None:
        with self._lock:
            for name, upload in list(self._kept.items()):
                if goes(upload):
                    for kept in (self._kept, self._reviewed, self._done):
                        kept.pop(name, None)
                    shutil.rmtree(upload.folder, ignore_errors=True)


def _gone() -> NotFoundError:
    return NotFoundError(
        "That file is no longer here.", rule="unknown-upload", remedy="Files are kept for an hour; send it again."
    )
