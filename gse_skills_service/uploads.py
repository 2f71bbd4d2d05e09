"""Uploaded sheets and their annotated copies, kept for an hour, each for the caller who sent it alone."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, BinaryIO, TypeVar

from gse_skills.access import Caller
from gse_skills.answers import ImportBody
from gse_skills.errors import NotFoundError, TooLargeError
from gse_skills.imports.matching import Matching, SheetHead
from gse_skills.sheet_import import ImportOptions, ImportResult

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


@dataclass(frozen=True, slots=True)
class Draft:
    """How an upload is to be read, so far."""

    options: ImportOptions
    head: SheetHead
    matching: Matching
    was_kept: bool = False
    """Whether the matching is that of an earlier sheet with the same headings."""
    keep: bool = True
    """Whether to keep the matching for the next such sheet."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What an upload would do, as its sender saw it."""

    options: ImportOptions
    """With the digest of what was seen."""
    result: ImportResult
    body: ImportBody


_Kept = TypeVar("_Kept")


class Uploads:
    """The uploads of a running service; those of an earlier run are cleared away at the start."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder / "uploads"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._max_bytes = max_bytes
        self._kept: dict[str, Upload] = {}
        self._drafts: dict[str, Draft] = {}
        self._reviewed: dict[str, Reviewed] = {}
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
                        remedy="Split it, send it as CSV, or set GSE_SKILLS_UPLOAD_MIB to more.",
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

    def draft(self, upload: Upload, draft: Draft) -> None:
        """Keep how it is to be read, so far; what was reviewed before is no longer what would be done."""
        self._keep(self._drafts, upload, draft)
        with self._lock:
            self._reviewed.pop(upload.name, None)

    def drafted(self, upload: Upload) -> Draft:
        """How it is to be read, so far; raises NotFoundError (rule `unknown-upload`) when nothing is known of it."""
        return self._kept_of(self._drafts, upload)

    def await_confirmation(self, upload: Upload, reviewed: Reviewed) -> None:
        """Keep what was reviewed, to be done when its sender confirms."""
        self._keep(self._reviewed, upload, reviewed)

    def reviewed(self, upload: Upload) -> Reviewed:
        """What the sender reviewed; raises NotFoundError (rule `unknown-upload`) when nothing waits."""
        return self._kept_of(self._reviewed, upload)

    def _keep(self, kept: dict[str, _Kept], upload: Upload, value: _Kept) -> None:
        with self._lock:
            # What was let go of while somebody still worked on it stays gone.
            if upload.name in self._kept:
                kept[upload.name] = value

    def _kept_of(self, kept: dict[str, _Kept], upload: Upload) -> _Kept:
        with self._lock:
            if upload.name not in kept:
                raise _gone()
            return kept[upload.name]

    def finish(self, upload: Upload, body: ImportBody) -> None:
        """Keep what was done."""
        self._keep(self._done, upload, body)

    def is_kept(self, upload: Upload) -> bool:
        """Whether it is still here: an erasure meanwhile lets go of it."""
        with self._lock:
            return upload.name in self._kept

    def is_finished(self, upload: Upload) -> bool:
        """Whether it was done."""
        with self._lock:
            return upload.name in self._done

    def finished(self, upload: Upload) -> ImportBody:
        """What was done; raises NotFoundError (rule `unknown-upload`) when nothing was."""
        return self._kept_of(self._done, upload)

    def forget(self, organisation: str) -> None:
        """Let go of all that was sent for an organisation, since some of its people are erased."""
        self._drop(lambda upload: upload.organisation == organisation)

    def _tidy(self) -> None:
        self._drop(lambda upload: upload.overdue)

    def _drop(self, goes: Callable[[Upload], bool]) -> None:
        with self._lock:
            for name, upload in list(self._kept.items()):
                if goes(upload):
                    kept: dict[str, Any]
                    for kept in (self._kept, self._drafts, self._reviewed, self._done):
                        kept.pop(name, None)
                    shutil.rmtree(upload.folder, ignore_errors=True)


def _gone() -> NotFoundError:
    return NotFoundError(
        "That file is no longer here.", rule="unknown-upload", remedy="Files are kept for an hour; send it again."
    )
