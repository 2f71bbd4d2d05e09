"""`gse-skills imports` and `gse-skills undo`: what an organisation imported, and the last of it taken back."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.answers import ImportsBody, PastImportBody, UndoBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, Purpose, Service, address, open_service
from gse_skills.errors import NotFoundError

Org = Annotated[str, typer.Argument(help="The organisation, by its short name.")]


def imports(org: Org, data: Data = None, as_json: Json = False) -> None:
    """Show what an organisation imported, the newest first, and which of it was undone.

    Example: gse-skills imports larkmoor
    """
    with open_service(data) as service:
        found = service.get(address("organisations", org, "imports"), ImportsBody)
    if as_json:
        dump(found)
        return
    table(
        [(one.identifier, one.when.isoformat(), one.by, one.file_name, one.rows, *_counts(one)) for one in found.items],
        ("import", "when", "as", "file", "rows", "added", "changed", "ended", "state"),
    )


def undo(
    org: Org,
    identifier: Annotated[str | None, typer.Argument(help="The import; the last one when left out.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Undo the last import of an organisation: what it brought goes, and what it ended holds again.

    It is refused when later changes build on it. Example: gse-skills undo larkmoor --dry-run
    """
    with open_service(data, purpose) as service:
        name = identifier or _last(service, org)
        asked = {"dry_run": dry_run}
        done = service.post(address("organisations", org, "imports", name, "undo"), UndoBody, {}, asked)
    if as_json:
        dump(done)
        return
    would = "would be" if dry_run else "are"
    say(f"{done.undone.file_name} of {done.undone.when:%d/%m/%Y %H:%M}:")
    say(f"  {done.withdrawn:,} records {would} withdrawn, {done.restored:,} hold again")
    say(f"  {done.people_removed:,} people {would} removed, {done.people_restored:,} are as they were before")
    if dry_run:
        say("Nothing was changed.")


def _last(service: Service, org: str) -> str:
    for one in service.get(address("organisations", org, "imports"), ImportsBody).items:
        if one.undoable:
            return one.identifier
    raise NotFoundError(
        f"There is no import of {org} that can be undone.",
        rule="unknown-import",
        remedy="See `gse-skills imports`; only the last one can be undone, and only once.",
    )


def _counts(one: PastImportBody) -> tuple[int, int, int, str]:
    state = "undone" if one.undone else "last" if one.undoable else ""
    return one.counts.get("added", 0), one.counts.get("changed", 0), one.counts.get("ended", 0), state
