"""Backup and restore: a store as one tar file that holds its quads and a manifest.

The quads are N-Quads under gzip, so that any RDF tool reads a backup without us. The manifest, in JSON, gives the
version of this layout, the commit number, the count of quads, the SHA-256 of the compressed quads, the time and the
software. Both ways memory stays flat, and neither a half backup nor a half restored folder is ever found under the name
it was asked for.
"""

from __future__ import annotations

import datetime
import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from gse_skills.errors import ConflictError, InputError
from gse_skills.store.disk import saving_failed, sync_folder
from gse_skills.store.folder import mark_format
from gse_skills.store.seam import Store
from gse_skills.vocabulary import GRAPH, GSE

FORMAT = 1
"""The version of a backup's layout."""

_MANIFEST, _QUADS = "manifest.json", "quads.nq.gz"
_MANIFEST_LIMIT = 64 * 1024
_COMMIT_LINE = re.compile(rf'^<{re.escape(GRAPH.system)}> <{re.escape(GSE.commit)}> "(\d+)"'.encode(), re.MULTILINE)
_LEVEL = 3
"""Of gzip: measured on 200,000 quads, level 6 takes a quarter longer for a tenth less."""

_CORRUPTION = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, SyntaxError, ValueError, KeyError, TypeError)
"""What reading a file that is no backup, or no longer one, comes upon."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What the manifest of a backup says."""

    format: int
    commit: int
    quads: int
    sha256: str
    """Of the compressed quads, in hexadecimal."""
    made: str
    """When, in ISO 8601, UTC."""
    software: str


def backup(store: Store, target: Path) -> Backup:
    """Write a backup of `store`, as of one commit, to the file `target`; the store can be written to meanwhile.

    Only the owner may read the file, which holds personal data. It is on the disk, whole, when this returns.

    Raises ConflictError (rule `target-exists`), InputError (`no-such-folder`), LimitError (`disk-full`),
    UnavailableError (`disk-failed`), and what the store raises.
    """
    if target.exists():
        raise ConflictError(f"{target} exists already.", rule="target-exists", remedy="Name another file.")
    if not target.parent.is_dir():
        raise InputError(
            f"There is no folder {target.parent}.", rule="no-such-folder", remedy="Make it, or name another."
        )
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            quads, whole = Path(folder) / _QUADS, Path(folder) / "backup.tar"
            manifest = _write_quads(store, quads)
            _write_tar(whole, quads, manifest)
            whole.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise saving_failed(error) from error
    return manifest


def verify(path: Path) -> Backup:
    """Read all of the backup `path`, and return what its manifest says if the rest agrees with it.

    Raises InputError: `backup-corrupt` when it does not agree, is cut short or is no backup, `backup-newer` when a
    later version of GSE Skills made it, and `backup-unreadable` when the file cannot be opened.
    """
    with _opened(path) as (manifest, quads):
        digest = hashlib.file_digest(quads, "sha256").hexdigest()  # type: ignore[arg-type]  # IO[bytes] has all it uses
        if digest != manifest.sha256:
            raise _corrupt(path, "its quads are not those that were written")
        quads.seek(0)
        ledger = _Ledger()
        with gzip.open(quads) as plain:
            while block := plain.read(1 << 20):
                ledger.write(block)
        if (ledger.quads, ledger.commit) != (manifest.quads, manifest.commit):
            raise _corrupt(path, f"it holds {ledger.quads} quads of commit {ledger.commit}")
    return manifest


def restore(source: Path, target: Path) -> Backup:
    """Restore the backup `source` into the data folder `target`, which must be empty or not exist yet.

    Raises InputError as `verify` does and with rule `target-not-empty`, ConflictError (`restore-running`) when another
    process restores there, LimitError (`disk-full`) and UnavailableError (`disk-failed`).
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise _not_empty(target)
    manifest = verify(source)
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _workshop(target.with_name(f".{target.name}.restoring")) as folder:
            _load(source, folder / "store", manifest)
            # Last: before it has its marker, nothing takes the folder for a data folder.
            mark_format(folder)
            sync_folder(folder)
            try:
                # Takes the place of an empty folder, and of nothing else.
                folder.rename(target)
            except OSError as error:
                if target.exists():
                    raise _not_empty(target) from error
                raise
        sync_folder(target.parent)
    except OSError as error:
        raise saving_failed(error) from error
    return manifest


def _write_quads(store: Store, path: Path) -> Backup:
    ledger = _Ledger()
    with gzip.open(path, "wb", compresslevel=_LEVEL) as file:
        store.dump(cast(IO[bytes], _Tee(file, ledger)))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    made = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return Backup(FORMAT, ledger.commit, ledger.quads, digest, made, f"gse-skills {version('gse-skills')}")


def _write_tar(path: Path, quads: Path, manifest: Backup) -> None:
    description = path.with_name(_MANIFEST)
    description.write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for part in (description, quads):
                tar.add(part, part.name, filter=_impersonal)
        file.flush()
        os.fsync(file.fileno())


def _impersonal(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Backup, IO[bytes]]]:
    """The manifest and the compressed quads of a backup."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(
            f"The backup {path} cannot be opened: {error.strerror}.",
            rule="backup-unreadable",
            remedy="Check its name and who may read it.",
        ) from error
    try:
        with file, tarfile.open(fileobj=file, mode="r:") as tar:
            description = _member(tar, _MANIFEST).read(_MANIFEST_LIMIT)
            manifest = _manifest(json.loads(description), path)
            yield manifest, _member(tar, _QUADS)
    except _CORRUPTION as error:
        raise _corrupt(path, str(error)) from error


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    file = tar.extractfile(name)
    if file is None:
        message = f"its {name} is not a file"
        raise ValueError(message)
    return file


def _manifest(found: dict[str, Any], path: Path) -> Backup:
    if int(found["format"]) > FORMAT:
        raise InputError(
            f"The backup {path} has format {found['format']}; this version of GSE Skills reads format {FORMAT}.",
            rule="backup-newer",
            remedy=f"Use the version that made it, {found.get('software', 'which it does not name')}, or a later one.",
        )
    return Backup(
        int(found["format"]),
        int(found["commit"]),
        int(found["quads"]),
        str(found["sha256"]),
        str(found["made"]),
        str(found["software"]),
    )


@contextmanager
def _workshop(path: Path) -> Iterator[Path]:
    """A folder inside `path` to build in, which goes in the end, for one process at a time."""
    path.mkdir(exist_ok=True, mode=0o700)
    lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConflictError(
                "Another process restores a backup there.", rule="restore-running", remedy="Wait until it is done."
            ) from error
        folder = path / "folder"
        # What a process that was killed left.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(lock)


def _load(source: Path, path: Path, manifest: Backup) -> None:
    store = ox.Store(path)
    with _opened(source) as (_, quads), gzip.open(quads) as plain:
        store.bulk_load(input=cast(IO[bytes], plain), format=ox.RdfFormat.N_QUADS, lenient=True)
    if len(store) != manifest.quads:
        raise _corrupt(source, f"{len(store)} of its quads can be read")
    store.optimize()
    store.flush()


class _Ledger:
    """Counts the quads of N-Quads that pass by in blocks, and finds the commit number among them."""

    def __init__(self) -> None:
        self.quads = 0
        self.commit = 0
        self._rest = b""

    def write(self, block: bytes) -> None:
        self.quads += block.count(b"\n")
        lines, _, self._rest = (self._rest + block).rpartition(b"\n")
        if found := _COMMIT_LINE.search(lines):
            self.commit = int(found[1])


class _Tee:
    """A file that a ledger reads along with."""

    def __init__(self, file: gzip.GzipFile, ledger: _Ledger) -> None:
        self._file = file
        self._ledger = ledger

    def write(self, block: bytes) -> int:
        self._ledger.write(block)
        return self._file.write(block)

    def flush(self) -> None:
        self._file.flush()


def _corrupt(path: Path, why: str) -> InputError:
    return InputError(
        f"The backup {path} is corrupt: {why}.", rule="backup-corrupt", remedy="Take another; nothing was restored."
    )


def _not_empty(target: Path) -> InputError:
    return InputError(
        f"{target} is not empty.",
        rule="target-not-empty",
        remedy="Name an empty folder, or one that does not exist yet.",
    )
