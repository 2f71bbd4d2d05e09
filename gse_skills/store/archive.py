"""The form of a backup: one tar file that begins with a manifest, which says what else is in it, with hashes.

`manifest.json`, then `quads.nq.gz` (N-Quads, so that any RDF tool reads a backup without us), then below `folder/` the
files that lie beside the store. It is written and read as a stream, so that memory stays flat and encryption needs no
plain copy.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, NoReturn, cast

from gse_skills.errors import InputError
from gse_skills.store.encryption import decrypted, is_encrypted
from gse_skills.store.folder import DERIVED
from gse_skills.vocabulary import GRAPH, GSE

FORMAT = 2
"""The version of the layout; the first held no files beside the quads, and is still read."""
QUADS = "quads.nq.gz"

_MANIFEST, _FOLDER = "manifest.json", "folder/"
_MANIFEST_LIMIT = 16 << 20
_BLOCK = 1 << 20
_COMMIT_LINE = re.compile(rf'^<{re.escape(GRAPH.system)}> <{re.escape(GSE.commit)}> "(\d+)"'.encode(), re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""A path that stays where it is put, and is not hidden."""
_CORRUPTION = (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, SyntaxError, ValueError, KeyError, TypeError)
"""What reading a file that is no backup, or no longer one, comes upon."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that lies beside the store."""

    name: str
    """Its path in the data folder."""
    size: int
    sha256: str


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
    folder: int
    """The format of the data folder that it is of."""
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The first `size` bytes of the file `path`, which go by `name` in the data folder."""

    name: str
    path: Path
    size: int

    def blocks(self) -> Iterator[bytes]:
        """The bytes; raises OSError when they have become fewer."""
        left = self.size
        with self.path.open("rb") as file:
            while left:
                block = file.read(min(left, _BLOCK))
                if not block:
                    message = f"{self.name} became shorter while it was read"
                    raise OSError(message)
                left -= len(block)
                yield block

    def described(self) -> File:
        """Name, size and hash."""
        digest = hashlib.sha256()
        for block in self.blocks():
            digest.update(block)
        return File(self.name, self.size, digest.hexdigest())


class Stream:
    """The tar file of a manifest, the quads and the files beside them, made while it is read."""

    def __init__(self, manifest: Backup, quads: Path, parts: Sequence[Part]) -> None:
        # An empty block, such as the padding of a file that needs none, would look like the end.
        self._blocks = filter(None, _tar(manifest, quads, parts))
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, a block when that is not said; none at the end."""
        block = self._rest or next(self._blocks, b"")
        end = len(block) if size < 0 else size
        self._rest = block[end:]
        return block[:end]


def _tar(manifest: Backup, quads: Path, parts: Sequence[Part]) -> Iterator[bytes]:
    description = json.dumps(asdict(manifest), indent=2).encode() + b"\n"
    yield _header(_MANIFEST, len(description)) + description + _padding(len(description))
    members = [Part(QUADS, quads, quads.stat().st_size)]
    for part in (*members, *(Part(f"{_FOLDER}{one.name}", one.path, one.size) for one in parts)):
        yield _header(part.name, part.size)
        yield from part.blocks()
        yield _padding(part.size)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _header(name: str, size: int) -> bytes:
    """It names neither owner nor time."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf(tarfile.PAX_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


Consume = Callable[[IO[bytes]], None]
"""Takes a file, and reads all of it."""


def drain(file: IO[bytes]) -> None:
    """Read a file to its end."""
    while file.read(_BLOCK):
        pass


def read(path: Path, identity: Path | None, quads: Consume, beside: Callable[[str], Consume]) -> Backup:
    """Give the N-Quads of the backup `path` to `quads`, and each file to what `beside` says of its name.

    Only when this returns are they known to be what was written. Raises InputError: `backup-corrupt` when it does not
    agree with its manifest, is cut short or is no backup, `backup-newer` when a later version of GSE Skills made it,
    `backup-unreadable` when the file cannot be opened, and what `decrypted` raises.
    """
    with _opened(path, identity) as tar:
        manifest = _read_manifest(tar, path)
        _check_quads(_next(tar, QUADS), manifest, quads)
        for said in manifest.files:
            passing = _Passing(_next(tar, f"{_FOLDER}{said.name}"))
            beside(said.name)(cast(IO[bytes], passing))
            if passing.told() != (said.size, said.sha256):
                _disagree(f"its {said.name} is not what was written")
    return manifest


def peek(path: Path) -> Backup | None:
    """What the manifest of a backup says, unproved; None when it is encrypted. Raises as `read` does."""
    with _open(path) as file:
        if is_encrypted(file):
            return None
    with _opened(path, None) as tar:
        return _read_manifest(tar, path)


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(
            f"The backup {path} cannot be opened: {error.strerror}.",
            rule="backup-unreadable",
            remedy="Check its name and who may read it.",
        ) from error


@contextmanager
def _opened(path: Path, identity: Path | None) -> Iterator[tarfile.TarFile]:
    with _open(path) as file:
        if is_encrypted(file):
            with decrypted(path, file, identity) as plain, _archive(path, plain) as tar:
                yield tar
        else:
            with _archive(path, file) as tar:
                yield tar


@contextmanager
def _archive(path: Path, file: IO[bytes]) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(fileobj=file, mode="r|") as tar:
            yield tar
    except _CORRUPTION as error:
        raise corrupt(path, str(error)) from error


def _next(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    member = tar.next()
    file = None if member is None else tar.extractfile(member)
    if member is None or member.name != name or file is None:
        _disagree(f"its {name} is not where it should be")
    return file


def _read_manifest(tar: tarfile.TarFile, path: Path) -> Backup:
    found = json.loads(_next(tar, _MANIFEST).read(_MANIFEST_LIMIT))
    version = int(found["format"])
    if version > FORMAT:
        raise InputError(
            f"The backup {path} has format {version}; this version of GSE Skills reads formats up to {FORMAT}.",
            rule="backup-newer",
            remedy=f"Use the version that made it, {found.get('software', 'which it does not name')}, or a later one.",
        )
    return Backup(
        version,
        int(found["commit"]),
        int(found["quads"]),
        str(found["sha256"]),
        str(found["made"]),
        str(found["software"]),
        int(found["folder"]) if version > 1 else 1,
        tuple(map(_file, found["files"])) if version > 1 else (),
    )


def _file(found: dict[str, Any]) -> File:
    name = str(found["name"])
    if not _NAME.fullmatch(name) or name.partition("/")[0] in DERIVED:
        _disagree(f"it holds a file {name!r}")
    return File(name, int(found["size"]), str(found["sha256"]))


def _check_quads(file: IO[bytes], manifest: Backup, consume: Consume) -> None:
    compressed, ledger = _Passing(file), Ledger()
    with gzip.open(cast(IO[bytes], compressed)) as plain:
        consume(cast(IO[bytes], _Passing(cast(IO[bytes], plain), ledger)))
    if compressed.told()[1] != manifest.sha256:
        _disagree("its quads are not those that were written")
    if (ledger.quads, ledger.commit) != (manifest.quads, manifest.commit):
        _disagree(f"it holds {ledger.quads} quads of commit {ledger.commit}")


class Ledger:
    """Counts the quads of N-Quads that pass by in blocks, and finds the commit number among them."""

    def __init__(self) -> None:
        self.quads = 0
        self.commit = 0
        self._rest = b""

    def write(self, block: bytes) -> None:
        """Look at the next block."""
        self.quads += block.count(b"\n")
        lines, _, self._rest = (self._rest + block).rpartition(b"\n")
        if found := _COMMIT_LINE.search(lines):
            self.commit = int(found[1])


class _Passing:
    """A file that is counted, hashed and looked at while it is read."""

    def __init__(self, file: IO[bytes], ledger: Ledger | None = None) -> None:
        self._file = file
        self._ledger = ledger
        self._size = 0
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._size += len(block)
        if self._ledger is None:
            self._digest.update(block)
        else:
            self._ledger.write(block)
        return block

    def told(self) -> tuple[int, str]:
        """Size and hash, after what nobody has read yet."""
        drain(cast(IO[bytes], self))
        return self._size, self._digest.hexdigest()


def _disagree(why: str) -> NoReturn:
    raise ValueError(why)


def corrupt(path: Path, why: str) -> InputError:
    """What to raise for a backup that is not what was written."""
    return InputError(
        f"The backup {path} is corrupt: {why}.", rule="backup-corrupt", remedy="Take another; nothing was restored."
    )
