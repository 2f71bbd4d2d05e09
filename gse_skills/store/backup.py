"""Backup and restore: a data folder as one file, which can be encrypted.

What is derived (views apart: index, snapshots, uploads) is not in it and is made anew. Both ways memory stays flat, and
neither a half backup nor a half restored folder is ever found under the name it was asked for. What is plain touches no
disk but that of the data folder, unless the backup itself is to be plain.
"""

from __future__ import annotations

import datetime
import gzip
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import IO, cast

from pyrage.x25519 import Recipient

from gse_skills.errors import ConflictError, InputError
from gse_skills.store.archive import FORMAT, QUADS, Backup, Consume, Ledger, Part, Stream, corrupt, drain, read
from gse_skills.store.building import building, fill
from gse_skills.store.disk import saving_failed, sync_folder
from gse_skills.store.encryption import encrypt, recipients_of
from gse_skills.store.folder import FORMAT as FOLDER_FORMAT
from gse_skills.store.folder import mark_format
from gse_skills.store.seam import Store

_BLOCK = 1 << 20
_LEVEL = 3
"""Of gzip: measured on 200,000 quads, level 6 takes a quarter longer for a tenth less."""

Beside = Callable[[Path], Iterable[Part]]
"""Says what lies beside the store, with a folder for what it has to copy."""


def backup(
    store: Store,
    target: Path,
    beside: Beside = lambda stage: (),
    *,
    stage: Path | None = None,
    keys: Sequence[str] = (),
    folder_format: int = FOLDER_FORMAT,
) -> Backup:
    """Write a backup of `store`, as of one commit, to the file `target`; the store can be written to meanwhile.

    `beside` is asked once the commit is fixed, so a log that it gives tells of every change in the backup. `stage` is
    the folder for the plain quads until they are written (that of the system otherwise), `keys` are the public keys
    for which to encrypt. Only the owner may read the file. It is on the disk, whole, when this returns.

    Raises ConflictError (rule `target-exists`), InputError (`no-such-folder`, `bad-key`), LimitError (`disk-full`),
    UnavailableError (`disk-failed`), and what the store raises.
    """
    recipients = recipients_of(keys)
    _check_target(target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with tempfile.TemporaryDirectory(prefix="backup-", dir=stage) as folder:
            quads = Path(folder) / QUADS
            ledger = _write_quads(store, quads)
            parts = tuple(beside(Path(folder)))
            said = _manifest(ledger, quads, parts, folder_format)
            _write(Stream(said, quads, parts), draft, recipients)
        draft.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise saving_failed(error) from error
    finally:
        draft.unlink(missing_ok=True)
    return said


def verify(path: Path, identity: Path | None = None) -> Backup:
    """Read all of the backup `path`, and return what its manifest says if the rest agrees with it.

    `identity` is the file with the identity to an encrypted one. Raises what `archive.read` raises.
    """
    return read(path, identity, drain, lambda name: drain)


def restore(source: Path, target: Path, identity: Path | None = None) -> Backup:
    """Restore the backup `source` into the data folder `target`, which must be empty or not exist yet.

    It has the format that it had; whoever opens it upgrades it. Raises InputError as `verify` does and
    `backup-newer` also for a folder of a later format, and what `building` raises.
    """
    held = 0
    with building(target) as folder:

        def load(quads: IO[bytes]) -> None:
            nonlocal held
            held = fill(folder / "store", quads)

        said = read(source, identity, load, lambda name: _copy_to(folder / name))
        if held != said.quads:
            raise corrupt(source, f"{held} of its quads can be read")
        if said.folder > FOLDER_FORMAT:
            raise InputError(
                f"The backup {source} is of a data folder of format {said.folder}; this version of GSE Skills knows "
                f"formats up to {FOLDER_FORMAT}.",
                rule="backup-newer",
                remedy=f"Use the version that made it, {said.software}, or a later one.",
            )
        # Last: before it has its marker, nothing takes the folder for a data folder.
        mark_format(folder, said.folder)
    return said


def _check_target(target: Path) -> None:
    if target.exists():
        raise ConflictError(f"{target} exists already.", rule="target-exists", remedy="Name another file.")
    if not target.parent.is_dir():
        raise InputError(
            f"There is no folder {target.parent}.", rule="no-such-folder", remedy="Make it, or name another."
        )


def _write_quads(store: Store, path: Path) -> Ledger:
    ledger = Ledger()
    # Without the time, which says nothing that the manifest does not.
    with gzip.GzipFile(path, "wb", compresslevel=_LEVEL, mtime=0) as file:
        store.dump(cast(IO[bytes], _Tee(file, ledger)))
    return ledger


def _manifest(ledger: Ledger, quads: Path, parts: Sequence[Part], folder_format: int) -> Backup:
    with quads.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    made = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    software = f"gse-skills {version('gse-skills')}"
    files = tuple(part.described() for part in parts)
    return Backup(FORMAT, ledger.commit, ledger.quads, digest, made, software, folder_format, files)


def _write(stream: Stream, path: Path, recipients: Sequence[Recipient]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        if recipients:
            encrypt(stream, file, recipients)
        else:
            while block := stream.read():
                file.write(block)
        file.flush()
        os.fsync(file.fileno())


def _copy_to(path: Path) -> Consume:
    """Write a file beside the store, for its owner alone."""

    def copy(source: IO[bytes]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(source, file, _BLOCK)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)

    return copy


class _Tee:
    """A file that a ledger reads along with."""

    def __init__(self, file: gzip.GzipFile, ledger: Ledger) -> None:
        self._file = file
        self._ledger = ledger

    def write(self, block: bytes) -> int:
        self._ledger.write(block)
        return self._file.write(block)

    def flush(self) -> None:
        self._file.flush()
