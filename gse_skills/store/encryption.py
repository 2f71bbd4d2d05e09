"""Encryption of backups in the age format (age-encryption.org/v1), which the tool `age` and others read without us.

A backup is encrypted to public keys, so that the machine that makes it cannot read it. Both ways it streams: what is
plain passes through memory alone.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

import pyrage

from gse_skills.errors import ConflictError, InputError

_MAGIC = b"age-encryption.org/v1\n"
_BLOCK = 1 << 20


class Readable(Protocol):
    """What can be read in portions."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, none at the end."""
        ...


def make_identity(path: Path) -> str:
    """Write a new identity, which decrypts, to the file `path` for its owner alone; returns the public key to it.

    Raises ConflictError (rule `target-exists`).
    """
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConflictError(f"{path} exists already.", rule="target-exists", remedy="Name another file.") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def recipients_of(keys: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """The public keys; raises InputError (rule `bad-key`) for what is none.

    >>> recipients_of(["age1"])
    Traceback (most recent call last):
    gse_skills.errors.InputError: “age1” is not a public key. Write it as `gse-skills backup key` prints it: age1….
    """
    found = []
    for key in keys:
        try:
            found.append(pyrage.x25519.Recipient.from_str(key.strip()))
        except pyrage.RecipientError as error:
            # A private key given by mistake should not end in a log.
            shown = "what was given" if "SECRET" in key.upper() else f"“{key}”"
            raise InputError(
                f"{shown} is not a public key.",
                rule="bad-key",
                remedy="Write it as `gse-skills backup key` prints it: age1….",
            ) from error
    return found


def identities_of(path: Path) -> list[pyrage.x25519.Identity]:
    """The identities in a file, one a line, as `make_identity` and age-keygen write them.

    Raises InputError (rule `bad-identity`) when the file cannot be read or holds anything else.
    """
    try:
        lines = [line.strip() for line in path.read_text("ascii").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise _no_identity(path) from error
    if not found:
        raise _no_identity(path)
    return found


def is_encrypted(file: IO[bytes]) -> bool:
    """Whether a file is in the age format; it is left at its beginning."""
    found = file.read(len(_MAGIC))
    file.seek(0)
    return found == _MAGIC


def encrypt(source: Readable, target: IO[bytes], recipients: Sequence[pyrage.x25519.Recipient]) -> None:
    """Write `source` to `target` for whoever has the identity to one of `recipients`; raises OSError."""
    try:
        pyrage.encrypt_io(source, target, recipients)
    except pyrage.EncryptError as error:
        # The only way that this fails once the keys are keys: what reading or writing came upon, told as text.
        raise OSError(str(error)) from error


@contextmanager
def decrypted(path: Path, file: IO[bytes], identity: Path | None) -> Iterator[IO[bytes]]:
    """What the encrypted `file`, opened from `path`, holds, to be read once from beginning to end.

    Raises InputError: `backup-encrypted` without an identity, `bad-identity`, `backup-key` when it is for other keys,
    and `backup-corrupt`, at the latest when the block ends, for a file that was cut or altered.
    """
    if identity is None:
        raise InputError(
            f"The backup {path} is encrypted.", rule="backup-encrypted", remedy="Give the identity with --identity."
        )
    identities = identities_of(identity)
    reading, writing = os.pipe()
    failed: list[Exception] = []

    def work() -> None:
        # Whoever reads may leave first.
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as sink:
            try:
                pyrage.decrypt_io(file, sink, identities)
            except (pyrage.DecryptError, OSError) as error:
                if not isinstance(error, BrokenPipeError):
                    failed.append(error)

    # The library pushes what it decrypts, and the reader of the archive pulls.
    thread = threading.Thread(target=work, name="decryption")
    thread.start()
    try:
        with os.fdopen(reading, "rb") as plain:
            yield plain
            # Only its end proves that the file was not cut.
            while plain.read(_BLOCK):
                pass
    finally:
        thread.join()
        if failed:
            raise _undecryptable(path, failed[0]) from failed[0]


def _undecryptable(path: Path, error: Exception) -> InputError:
    if "matching keys" in str(error):
        return InputError(
            f"The backup {path} is encrypted to other keys.",
            rule="backup-key",
            remedy="Give the identity whose public key was named when it was made.",
        )
    return InputError(
        f"The backup {path} is corrupt: {error}.", rule="backup-corrupt", remedy="Take another; nothing was restored."
    )


def _no_identity(path: Path) -> InputError:
    return InputError(
        f"{path} is no file of identities.",
        rule="bad-identity",
        remedy="Give the file that `gse-skills backup key` made: AGE-SECRET-KEY-1….",
    )
