"""The imports of an organisation, and the undo of one, as JSON."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.import_history import PastImport, UndoResult


class UndoneBody(Body):
    """That an import was taken back."""

    when: datetime.datetime
    by: str = Field(description="On whose behalf.", examples=["steward:larkmoor"])


class PastImportBody(Body):
    """An import that changed something."""

    identifier: str = Field(description="Sixteen hexadecimal digits.", examples=["9f3a5c7e1b2d4f60"])
    when: datetime.datetime
    by: str = Field(description="On whose behalf; empty where nobody noted it.", examples=["steward:larkmoor"])
    file_name: str
    file_digest: str = Field(description="SHA-256 of the file.")
    digest: str = Field(description="That of its dry run; empty where nobody noted it.")
    full: bool = Field(description="Whether it was the full picture.")
    snapshot: datetime.date | None = Field(description="The day of which it was the full picture.")
    rows: int | None
    counts: dict[str, int] = Field(description="Cells by what happened to them, and people by what happened to them.")
    undoable: bool = Field(description="Whether it is the last one, which can be undone.")
    undone: UndoneBody | None

    @classmethod
    def of(cls, past: PastImport) -> Self:
        """From the history."""
        return cls(
            identifier=past.digits,
            when=past.when,
            by=past.by,
            file_name=past.file_name,
            file_digest=past.file_digest,
            digest=past.plan_digest,
            full=past.snapshot is not None,
            snapshot=past.snapshot,
            rows=past.rows,
            counts=past.counts,
            undoable=past.last and past.undone is None,
            undone=UndoneBody(when=past.undone.when, by=past.undone.by) if past.undone else None,
        )


class ImportsBody(Body):
    """The imports of an organisation, the newest first."""

    items: list[PastImportBody]

    @classmethod
    def of(cls, history: tuple[PastImport, ...]) -> Self:
        """From the history."""
        return cls(items=[PastImportBody.of(past) for past in history])


class UndoBody(Body):
    """What the undo of an import did, or would do."""

    organisation: str
    undone: PastImportBody = Field(description="The import, as it was before.")
    dry_run: bool
    withdrawn: int = Field(description="Records that it brought and that go.")
    restored: int = Field(description="Records that it ended and that hold again.")
    people_removed: int = Field(description="People whom nobody had recorded before it.")
    people_restored: int = Field(description="People whose name, membership or presence is again as it was.")
    digest: str = Field(description="Give it as `expected` with the real run, to make sure that just this happens.")

    @classmethod
    def of(cls, result: UndoResult) -> Self:
        """From the result."""
        did = result.did
        return cls(
            organisation=result.organisation,
            undone=PastImportBody.of(result.past),
            dry_run=result.dry_run,
            withdrawn=did.withdrawn,
            restored=did.restored,
            people_removed=did.people_removed,
            people_restored=did.people_restored,
            digest=did.digest,
        )
