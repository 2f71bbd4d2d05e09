"""A folder that comes into its place whole or not at all, and a store made of N-Quads in it.

What restores a backup needs, and whatever else makes a store anew.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from gse_skills.errors import ConflictError, InputError
from gse_skills.store.disk import saving_failed, sync_folder


@contextmanager
def building(target: Path) -> Iterator[Path]:
    """A folder beside `target` to build in, which takes its place when the block ends well, in one step of the disk.

    `target` must be an empty folder or not exist. What a process that was killed had built goes when the next begins.
    Raises InputError (rule `target-not-empty`), ConflictError (`restore-running`) when another process builds there,
    LimitError (`disk-full`) and UnavailableError (`disk-failed`).
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise _not_empty(target)
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _workshop(target.with_name(f".{target.name}.restoring")) as folder:
            yield folder
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


def fill(path: Path, quads: IO[bytes]) -> int:
    """Make a store at `path` of N-Quads, on the disk when this returns; returns how many quads it holds.

    Raises SyntaxError and ValueError for what is no N-Quads, OSError for the disk, and what reading `quads` raises.
    """
    store = ox.Store(path)
    store.bulk_load(input=quads, format=ox.RdfFormat.N_QUADS, lenient=True)
    store.optimize()
    store.flush()
    return len(store)


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


def _not_empty(target: Path) -> InputError:
    return InputError(
        f"{target} is not empty.",
        rule="target-not-empty",
        remedy="Name an empty folder, or one that does not exist yet.",
    )
