"""The data folder as a whole: a backup of everything in it that is truth, and its upgrade with a backup before it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gse_skills.audit import extent
from gse_skills.store import DataFolder, Store
from gse_skills.store.archive import Backup, Part
from gse_skills.store.backup import backup
from gse_skills.store.folder import FORMAT
from gse_skills.store.upgrade import STEPS, Step, upgrade


def take_backup(folder: DataFolder, store: Store, target: Path, keys: Sequence[str] = ()) -> Backup:
    """Write a backup of a data folder and its open store, encrypted for `keys` if there are any.

    The store is as of one commit, and the audit log tells of every change in it. Raises what `store.backup` raises.
    """
    return backup(
        store,
        target,
        lambda stage: _beside(folder, stage),
        stage=folder.spool,
        keys=keys,
        folder_format=folder.format,
    )


def bring_up_to_date(
    folder: DataFolder, store: Store, steps: Mapping[int, Step] = STEPS, to: int = FORMAT
) -> Path | None:
    """Upgrade an older data folder, after a backup of it; returns the backup, None when there was nothing to upgrade.

    The backup lies in `folder.backups`; one of an upgrade that was cut short is left as it is. Raises what
    `store.backup` and `store.upgrade` raise.
    """
    if folder.format >= to:
        return None
    folder.backups.mkdir(exist_ok=True, mode=0o700)
    kept = folder.backups / f"before-format-{to}.tar"
    if not kept.exists():
        take_backup(folder, store, kept)
    upgrade(folder, store, steps, to)
    return kept


def _beside(folder: DataFolder, stage: Path) -> Iterator[Part]:
    """What lies beside the store. Files but for the log are replaced as a whole, so a copy is of one moment."""
    log = extent(folder.audit, stage)
    for name, path in folder.beside():
        parent, _, last = name.rpartition("/")
        if folder.path / parent == folder.audit and (last in log or path.suffix == ".jsonl"):
            continue
        copy = stage / f"copy-{name.replace('/', '-')}"
        shutil.copyfile(path, copy)
        yield Part(name, copy, copy.stat().st_size)
    for part in log.values():
        yield Part(f"{folder.audit.name}/{part.name}", part.path, part.size)
