"""Writing the log: whoever appends knows, when the call returns, that the entry is there.

An entry is given to the operating system at once, so it survives the death of the process; in durable mode the call
also waits until the disk has it. One flush serves all who wait for one at that time, so that many threads together
append far faster than each alone. The head is written after the entries that it stands for.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from gse_skills.access import OPERATOR
from gse_skills.audit.action import Action, Outcome
from gse_skills.audit.anchor import BEGINNING, Anchor
from gse_skills.audit.entry import compose
from gse_skills.audit.event import Event
from gse_skills.audit.fault import AuditError, not_written
from gse_skills.audit.segment import HEAD, TORN, last_entry, read_head, segment_path, segments, written_head
from gse_skills.audit.tally import Tally
from gse_skills.errors import ConflictError
from gse_skills.store.disk import sync_folder

SEGMENT_BYTES = 64 << 20
"""Size from which a new segment is begun."""


class AuditLog:
    """The audit log in a folder, held by one writer; many threads may append.

    A log that was not left in order (a line cut short, a head that says otherwise) is gone on with, and its next entry
    says what was found; what is missing stays missing, and `verify` says so for good.

    Raises ConflictError (rule `audit-in-use`) when another process writes there, AuditError (`audit-failed`) when the
    folder cannot be written.
    """

    def __init__(self, folder: Path, *, durable: bool = True, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._folder = folder
        self._durable = durable
        self._segment_bytes = segment_bytes
        self._appending = threading.Lock()
        self._syncing = threading.Lock()
        self._failed: OSError | None = None
        self._last, self._synced, self._size, self._file = BEGINNING, 0, 0, -1
        self._time = datetime.datetime.min.replace(tzinfo=datetime.UTC)
        self._closed = False
        self._tally = Tally()
        with _told():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._head = _hold(folder)
        try:
            with _told():
                self._open()
        except BaseException:
            os.close(self._head)
            raise

    @property
    def anchor(self) -> Anchor:
        """The anchor of the last entry."""
        return self._last

    def append(self, *events: Event) -> Anchor:
        """Write events, in this order and next to each other; returns the anchor of the last of them.

        Raises AuditError (rule `audit-failed`): then none of them counts, and what they tell of must not happen.
        """
        return self._append((*self._tally.due(), *events))

    def count(self, event: Event) -> None:
        """Tell of what anybody can make happen as often as they like: see `Tally`; raises like `append`."""
        if events := self._tally.take(event):
            self._append(tuple(events))
        elif self._closed or self._failed is not None:
            raise not_written(self._failed or "it is closed")

    def counts(self, event: Event) -> bool:
        """Whether one of the kind of `event` was counted a short time ago."""
        return self._tally.knows(event)

    def _append(self, events: tuple[Event, ...]) -> Anchor:
        if self._size >= self._segment_bytes:
            self._turn()
        with self._appending:
            self._write(events)
            mine = self._last
            if not self._durable:
                with _told():
                    os.pwrite(self._head, written_head(mine), 0)
        if self._durable:
            self._sync(mine.number)
        return mine

    def check(self) -> None:
        """Raise AuditError (rule `audit-failed`) unless the log can be written: its head is written out once more."""
        with self._syncing, self._appending, _told():
            if self._closed or self._failed is not None:
                raise not_written(self._failed or "it is closed")
            there = segments(self._folder)
            if not there or there[-1].stat().st_ino != os.fstat(self._file).st_ino:
                raise not_written("its files are no longer where they were")
            try:
                self._flush(self._last)
            except OSError as error:
                self._failed = error
                raise

    def close(self) -> None:
        """Leave the log in order; nothing can be appended afterwards."""
        if not self._closed and self._failed is None and (counted := self._tally.due(everything=True)):
            with contextlib.suppress(AuditError):  # as below; the first of each kind is there
                self._append(tuple(counted))
        with self._syncing, self._appending:
            if self._closed:
                return
            self._closed = True
            with contextlib.suppress(OSError):  # what was acknowledged is there; the next to open looks after the rest
                if self._failed is None:
                    self._flush(self._last)
                    os.fsync(self._head)
            os.close(self._file)
            os.close(self._head)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, events: tuple[Event, ...]) -> None:
        """All lines or none: what was written of them goes again when the disk takes no more."""
        if self._closed or self._failed is not None:
            raise not_written(self._failed or "it is closed")
        anchor, size = self._last, self._size
        time = max(datetime.datetime.now(datetime.UTC), self._time)
        block = bytearray()
        for event in events:
            line, digest = compose(anchor.number + 1, time, event, anchor.digest)
            anchor = Anchor(anchor.number + 1, digest)
            block += line + b"\n"
        with _told():
            try:
                _write_whole(self._file, bytes(block))
                self._last, self._time, self._size = anchor, time, size + len(block)
            except BaseException:
                self._take_back(size)
                raise

    def _take_back(self, size: int) -> None:
        try:
            os.ftruncate(self._file, size)
        except OSError as error:
            self._failed = error
            raise

    def _sync(self, number: int) -> None:
        """Return once the disk has entry `number`: whoever comes first flushes for all that is written by then."""
        with self._syncing:
            if self._synced >= number:
                return
            if self._closed or self._failed is not None:
                raise not_written(self._failed or "it was closed")
            target = self._last
            with _told():
                try:
                    self._flush(target)
                except OSError as error:
                    # After a flush that failed nobody can know what the disk has: no more is promised until the log
                    # was opened, and so read, again.
                    self._failed = error
                    raise

    def _flush(self, target: Anchor) -> None:
        if self._durable:
            os.fdatasync(self._file)
        os.pwrite(self._head, written_head(target), 0)
        self._synced = target.number

    def _turn(self) -> None:
        """Begin a new segment."""
        with self._syncing, self._appending, _told():
            if self._closed or self._failed is not None or self._size < self._segment_bytes:
                return
            try:
                self._flush(self._last)
                old, self._file = self._file, self._begin(segment_path(self._folder, self._last.number + 1))
            except OSError as error:
                self._failed = error
                raise
            os.close(old)

    def _begin(self, path: Path) -> int:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._size = os.fstat(file).st_size
        if self._durable:
            sync_folder(self._folder)
        return file

    def _open(self) -> None:
        there = segments(self._folder)
        found, time, torn = _last_of(there)
        wrong, digest = [], ""
        try:
            head = read_head(self._folder)
        except ValueError:
            head = None
        if head is None and there:
            wrong.append("the head is missing or was altered")
        elif head is not None and found.number > head.number:
            wrong.append(f"entries {head.number + 1} to {found.number} were written after the head")
        elif head is not None and found != head:
            wrong.append(f"the head stands at entry {head.number}, the last entry to be read is {found.number}")
        # What the head stood for was acknowledged: going on from it shows for good that the entry is not there.
        self._last = head if head is not None and head.number >= found.number else found
        if time:
            self._time = datetime.datetime.fromisoformat(time)
        self._synced = self._last.number
        if torn:
            wrong.append(f"a line of {torn} bytes that was cut short was set aside")
            digest = _set_aside(there[-1], torn)
        if not there:
            os.pwrite(self._head, written_head(self._last), 0)
        self._file = self._begin(there[-1] if there else segment_path(self._folder, self._last.number + 1))
        if wrong:
            told = Event(OPERATOR, Action.RECOVERED, Outcome.FAILED, digest=digest, purpose="; ".join(wrong))
            self.append(told)


def _hold(folder: Path) -> int:
    head = os.open(folder / HEAD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(head, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(head)
        raise ConflictError(
            f"The audit log in {folder} is being written by another process.",
            rule="audit-in-use",
            remedy="Go through that process, or stop it.",
        ) from None
    return head


def _last_of(there: list[Path]) -> tuple[Anchor, str, int]:
    """The last entry that can be read, its time, and how many bytes of a cut line the last segment ends with."""
    torn = 0
    for segment in reversed(there):
        found, time, rest = last_entry(segment)
        torn = rest if segment is there[-1] else torn
        if found != BEGINNING:
            return found, time, torn
    return BEGINNING, "", torn


def _set_aside(segment: Path, size: int) -> str:
    """Put the last `size` bytes of a segment into a file of their own; returns their hash."""
    with segment.open("r+b") as file:
        whole = file.seek(-size, os.SEEK_END)
        rest = file.read()
        beside = segment.with_name(f"{TORN}-{segment.stem}-{whole}")
        with beside.open("wb") as aside:
            aside.write(rest)
            aside.flush()
            os.fsync(aside.fileno())
        file.truncate(whole)
        os.fsync(file.fileno())
    return hashlib.sha256(rest).hexdigest()


def _write_whole(file: int, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[os.write(file, view) :]


@contextmanager
def _told() -> Iterator[None]:
    """An error of the operating system as one of ours."""
    try:
        yield
    except OSError as error:
        raise not_written(error.strerror or error) from error
