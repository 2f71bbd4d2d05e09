"""What a disk can do to us: be full, fail, and forget what was not synced to it."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from gse_skills.errors import GseSkillsError, LimitError, UnavailableError

_PROBE = 8 << 20
"""Bytes that must be free before a store that ran out of room is opened again; opening writes a few files."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def saving_failed(error: OSError) -> GseSkillsError:
    """What to raise for an `error` met while saving: LimitError (rule `disk-full`) or UnavailableError (`disk-failed`).

    The engine's errors carry no number, so its text is looked at too.

    >>> saving_failed(OSError("IO error: No space left on device: While appending")).rule
    'disk-full'
    >>> saving_failed(OSError(5, "Input/output error")).rule
    'disk-failed'
    """
    if error.errno in _NO_ROOM or any(os.strerror(number) in str(error) for number in _NO_ROOM):
        return LimitError(
            "It was not saved: there is no room left on the disk.",
            rule="disk-full",
            remedy="Free space on the disk of the data folder and do it again; nothing is half done.",
        )
    return UnavailableError(
        f"It was not saved: {error}",
        rule="disk-failed",
        remedy="Look after the disk of the data folder and do it again; nothing is half done.",
    )


def check_room(folder: Path) -> None:
    """Raise OSError when a file of a few megabytes does not fit into `folder`."""
    with tempfile.TemporaryFile(dir=folder) as file:
        os.posix_fallocate(file.fileno(), 0, _PROBE)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` last, as a renamed file's own sync does not."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
