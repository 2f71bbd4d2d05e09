"""The backups in a folder: which there are, and which have had their time.

How old a backup is stands in its name, where this software chose the name, and otherwise in its manifest; what can be
read from neither, such as an encrypted one under another name, is never taken away.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gse_skills.errors import InputError
from gse_skills.store.archive import peek

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"gse-skills-(\d{8}T\d{6}Z)\.tar(\.age)?")


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in a folder."""

    path: Path
    size: int
    made: datetime.datetime | None
    """None when nothing tells."""
    encrypted: bool

    def is_older(self, than: datetime.timedelta, now: datetime.datetime) -> bool:
        """Whether it was made longer ago; one whose age is unknown was not."""
        return self.made is not None and now - self.made > than


@dataclass(frozen=True, slots=True)
class Pruning:
    """What a pruning takes away, and what it leaves though its time is over or nobody knows."""

    gone: tuple[Kept, ...]
    overdue: tuple[Kept, ...]
    """Older, and kept as one of the newest."""
    unknown: tuple[Kept, ...]


def named(folder: Path, now: datetime.datetime, *, encrypted: bool) -> Path:
    """What a backup that is made now is called.

    >>> moment = datetime.datetime(2026, 11, 22, 2, 30, tzinfo=datetime.UTC)
    >>> named(Path("backups"), moment, encrypted=True).name
    'gse-skills-20261122T023000Z.tar.age'
    """
    return folder / f"gse-skills-{now.astimezone(datetime.UTC).strftime(_STAMP)}.tar{'.age' if encrypted else ''}"


def shelved(folder: Path) -> list[Kept]:
    """The backups in a folder, the newest first and those of unknown age at the end; other files are passed over.

    Raises InputError (rule `no-such-folder`).
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}.", rule="no-such-folder", remedy="Name the folder of backups.")
    found = [kept for path in sorted(folder.iterdir()) if path.is_file() and (kept := _look(path)) is not None]
    return sorted(found, key=lambda one: one.made.timestamp() if one.made else float("-inf"), reverse=True)


def pruning(shelf: Sequence[Kept], older_than: datetime.timedelta, keep: int, now: datetime.datetime) -> Pruning:
    """What to take from a shelf as `shelved` gives it: what is older, but for the `keep` newest."""
    dated = [one for one in shelf if one.made is not None]
    return Pruning(
        tuple(one for one in dated[keep:] if one.is_older(older_than, now)),
        tuple(one for one in dated[:keep] if one.is_older(older_than, now)),
        tuple(one for one in shelf if one.made is None),
    )


def _look(path: Path) -> Kept | None:
    if path.name.startswith("."):
        return None
    try:
        said = peek(path)
    except InputError as error:
        # A damaged one under our name still holds people, and still has to go in its time.
        if error.rule != "backup-newer" and not _NAME.fullmatch(path.name):
            return None
        return Kept(path, path.stat().st_size, _from_name(path.name), encrypted=False)
    made = _from_name(path.name) or (None if said is None else datetime.datetime.fromisoformat(said.made))
    return Kept(path, path.stat().st_size, made, encrypted=said is None)


def _from_name(name: str) -> datetime.datetime | None:
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return datetime.datetime.strptime(found[1], _STAMP).replace(tzinfo=datetime.UTC)
    except ValueError:
        return None
