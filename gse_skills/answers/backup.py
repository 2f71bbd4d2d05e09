"""Backups as JSON."""

from __future__ import annotations

import datetime

from gse_skills.answers.body import Body
from gse_skills.store.archive import Backup
from gse_skills.store.shelf import Kept, Pruning


class BackupBody(Body):
    """What a backup holds."""

    made: datetime.datetime
    commit: int
    statements: int
    files: list[str]
    """What lies beside the store, by path in the data folder."""
    software: str

    @classmethod
    def of(cls, backup: Backup) -> BackupBody:
        """From what its manifest says."""
        return cls(
            made=datetime.datetime.fromisoformat(backup.made),
            commit=backup.commit,
            statements=backup.quads,
            files=[file.name for file in backup.files],
            software=backup.software,
        )


class KeptBody(Body):
    """A backup in a folder."""

    file: str
    made: datetime.datetime | None
    size: int
    encrypted: bool

    @classmethod
    def of(cls, kept: Kept) -> KeptBody:
        """From what is known of it."""
        return cls(file=str(kept.path), made=kept.made, size=kept.size, encrypted=kept.encrypted)


class ShelfBody(Body):
    """The backups in a folder, the newest first."""

    items: list[KeptBody]


class PruningBody(Body):
    """What a pruning took away, and what it left."""

    gone: list[KeptBody]
    overdue: list[KeptBody]
    unknown: list[KeptBody]

    @classmethod
    def of(cls, pruning: Pruning) -> PruningBody:
        """From what was decided."""
        return cls(
            gone=list(map(KeptBody.of, pruning.gone)),
            overdue=list(map(KeptBody.of, pruning.overdue)),
            unknown=list(map(KeptBody.of, pruning.unknown)),
        )
