"""`gse-skills unit`: the tree of an organisation's units."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer

from gse_skills.answers import UnitsBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.session import Data, Purpose, open_session

app = typer.Typer(
    help="The tree of an organisation's units.\n\nExample: gse-skills unit list larkmoor", no_args_is_help=True
)
_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
Org = Annotated[str, typer.Argument(help="The organisation, by its short name.")]
Name = Annotated[str, typer.Argument(help="The unit, as the sheets write it.")]
Under = Annotated[str | None, typer.Option("--under", help="The unit directly above; the organisation itself.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be, and change nothing.")]


@app.command("list")
def list_(org: Org, data: Data = None, as_json: Json = False) -> None:
    """Show where the units hang, and where they hung before.

    Example: gse-skills unit list larkmoor
    """
    with open_session(data) as session:
        found = session.units(org)
    _tell(found, as_json)


@app.command("set")
def set_(
    org: Org,
    name: Name,
    under: Under = None,
    since: Annotated[
        datetime.datetime | None, typer.Option("--from", formats=_FORMATS, help="From that day; always.")
    ] = None,
    until: Annotated[
        datetime.datetime | None,
        typer.Option("--until", formats=_FORMATS, help="The first day on which it hangs there no more."),
    ] = None,
    dry_run: DryRun = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say where a unit hangs; what was said of it for that time gives way.

    Examples:

      gse-skills unit set larkmoor Biology

      gse-skills unit set larkmoor "Virology Section" --under Biology --from 2024-04-01 --dry-run
    """
    asked = {"name": name, "under": under, "since": _day(since), "until": _day(until)}
    with open_session(data, purpose=purpose) as session:
        found = session.place_unit(org, asked, move=False, dry_run=dry_run)
    _tell(found, as_json)


@app.command()
def move(
    org: Org,
    name: Name,
    since: Annotated[datetime.datetime, typer.Option("--from", formats=_FORMATS, help="The day of the move.")],
    under: Under = None,
    dry_run: DryRun = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Move a unit from a day on; figures as of an earlier day stay as they were.

    Example: gse-skills unit move larkmoor "Virology Section" --under Chemistry --from 2026-07-01
    """
    asked = {"name": name, "under": under, "since": _day(since), "until": None}
    with open_session(data, purpose=purpose) as session:
        found = session.place_unit(org, asked, move=True, dry_run=dry_run)
    _tell(found, as_json)


def _day(moment: datetime.datetime | None) -> datetime.date | None:
    return moment.date() if moment else None


def _tell(found: UnitsBody, as_json: bool) -> None:
    if as_json:
        dump(found)
        return
    rows = [
        (
            one.unit,
            one.under or found.organisation,
            one.since.isoformat() if one.since else "",
            one.until.isoformat() if one.until else "",
        )
        for one in found.places
    ]
    table(rows, ("unit", "hangs below", "from", "until"))
    if not rows:
        say("Nothing is said of units: those that sheets name hang directly below the organisation.")
    if found.dry_run:
        say("Nothing was changed: this was a dry run.")
