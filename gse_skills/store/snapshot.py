"""Snapshots of the embedded store: hard-linked copies, each opened read-only by any number of other processes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pyoxigraph as ox

_LIFE = 60.0
"""Seconds that an overtaken snapshot stays, for the children that still read it."""


class Snapshots:
    """The snapshots of one store, in a folder of their own, of which the newest is current."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Take over `folder`: what an earlier run left there goes, since nobody reads it any more."""
        self._folder = folder
        self._clock = clock
        self._names = count(time.time_ns())
        self._overtaken: dict[Path, float] = {}
        self.newest: Path | None = None
        self.commit = -1
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            shutil.rmtree(old, ignore_errors=True)

    def take(self, store: ox.Store, commit: int) -> Path:
        """A new snapshot of `store` as of `commit`; raises OSError when there is no room for it."""
        fresh = self._folder / f"{commit}-{next(self._names)}"
        try:
            store.backup(fresh)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        now = self._clock()
        if self.newest is not None:
            self._overtaken[self.newest] = now
        self.newest, self.commit = fresh, commit
        for old in [path for path, since in self._overtaken.items() if now - since > _LIFE]:
            shutil.rmtree(old, ignore_errors=True)
            del self._overtaken[old]
        return fresh

    def expire(self) -> None:
        """Let go of every snapshot but the newest; nobody may read them any more."""
        for old in self._overtaken:
            shutil.rmtree(old, ignore_errors=True)
        self._overtaken.clear()
