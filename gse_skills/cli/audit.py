"""`gse-skills audit`: the log of who looked at what and who changed what."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer

from gse_skills import audit
from gse_skills.access import OPERATOR
from gse_skills.access.policy import access_of, audit_scope
from gse_skills.answers import AuditBody, AuditEntryBody, VerdictBody
from gse_skills.cli.output import Json, dump, note, say, table
from gse_skills.cli.service import Data, settings_for
from gse_skills.errors import NotFoundError
from gse_skills.store import audit_path

app = typer.Typer(
    help="Who looked at what, and who changed what.\n\nExample: gse-skills audit verify", no_args_is_help=True
)

_DAY = datetime.timedelta(days=1) - datetime.timedelta(microseconds=1)


@app.command()
def verify(
    anchor: Annotated[
        list[str] | None, typer.Option("--anchor", help="NUMBER:HASH that an earlier run printed; it must be there.")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Prove the log whole, or say which entries were altered, removed, added or put in another order.

    Exit code 1 when it is not whole. Keep the anchor that is printed where the log is not, and give it next time.
    Example: gse-skills audit verify --data /srv/gse-skills
    """
    anchors = [audit.Anchor.parse(text) for text in anchor or ()]
    verdict = audit.verify(audit_path(settings_for(data).data), anchors)
    if as_json:
        dump(VerdictBody.of(verdict))
    else:
        for finding in verdict.findings:
            say(f"{finding.fault}: {finding.message}")
        for line in verdict.notes:
            note(f"Note: {line}")
        state = "whole" if verdict.whole else "broken"
        say(f"The audit log is {state}: {verdict.entries:,} entries.\nAnchor: {verdict.anchor}")
    raise typer.Exit(0 if verdict.whole else 1)


@app.command("list")
def list_(
    org: Annotated[str, typer.Option("--org", help="Only what concerns this organisation's people and data.")] = "",
    person: Annotated[str, typer.Option("--person", help="Only what tells of this person: digits or IRI.")] = "",
    since: Annotated[
        datetime.datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Only from this day on (UTC).")
    ] = None,
    until: Annotated[
        datetime.datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="Only up to this day (UTC).")
    ] = None,
    action: Annotated[audit.Action | None, typer.Option("--action", help="Only this.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Only the last so many.")] = 100,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List entries, the last at the end.

    Example: gse-skills audit list --person 00000000000000ff --since 2026-01-01
    """
    folder = audit_path(settings_for(data).data)
    if not folder.is_dir():
        raise NotFoundError(
            f"There is no audit log in {folder}.", rule="no-audit-log", remedy="Check the name of the data folder."
        )
    asked = audit.Narrowing(
        since=since and since.replace(tzinfo=datetime.UTC),
        until=until and until.replace(tzinfo=datetime.UTC) + _DAY,
        organisation=org,
        person=person.rpartition("/")[2],
        action=action,
    )
    page = audit.read_page(folder, audit_scope(access_of(OPERATOR, ())), asked, limit)
    items = [AuditEntryBody.of(one) for one in reversed(page.items)]
    if as_json:
        dump(AuditBody(items=items, next_cursor=page.next_cursor))
    else:
        table(map(_row, items), ("time", "caller", "action", "outcome", "concerns", "purpose", "request"))
    raise typer.Exit(0 if items else 1)


def _row(item: AuditEntryBody) -> tuple[str, ...]:
    concerned = [f"{slug}: {len(those)} people" for slug, those in item.people.items()]
    about = ", ".join([*concerned, *item.organisations, *item.things, *item.graphs, *filter(None, [item.grant])])
    time = item.time.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
    return (
        time,
        item.caller,
        item.action,
        " ".join(filter(None, [item.outcome, item.rule, f"({item.count} times)" if item.count else ""])),
        about,
        item.purpose,
        item.request,
    )
