"""`gse-skills target`: how many people an organisation needs at which level in what, by when."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

import typer

from gse_skills.answers import TargetBody, TargetsBody
from gse_skills.cli.days import AsOf, day_of
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, Purpose, address, open_service

app = typer.Typer(
    help="How many people an organisation needs.\n\nExample: gse-skills target list larkmoor", no_args_is_help=True
)
Org = Annotated[str, typer.Argument(help="The organisation, by its short name.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be, and change nothing.")]


@app.command("list")
def list_(org: Org, as_of: AsOf = None, data: Data = None, as_json: Json = False) -> None:
    """Show an organisation's targets; `gse-skills capability` says how they stand.

    Examples:

      gse-skills target list larkmoor

      gse-skills target list larkmoor --as-of 2025-12-31
    """
    with open_service(data) as service:
        found = service.get(address("organisations", org, "targets"), TargetsBody, {"as_of": day_of(as_of)})
    if as_json:
        dump(found)
        return
    table([_row(one) for one in found.items], ("target", "needed", "skill", "", "by", "", "unit"))


@app.command()
def add(
    org: Org,
    concept: Annotated[str, typer.Argument(help="A domain, group or skill.")],
    people: Annotated[int, typer.Option("--people", help="How many people are needed.")],
    by: Annotated[datetime.datetime, typer.Option("--by", formats=["%Y-%m-%d", "%d/%m/%Y"], help="By when.")],
    level: Annotated[
        Literal["awareness", "working", "practitioner", "expert"], typer.Option("--level", help="Or above.")
    ] = "practitioner",
    unit: Annotated[str, typer.Option("--unit", help="For this unit and those below it.")] = "",
    wanted: Annotated[bool, typer.Option("--wanted", help="Wanted, not essential.")] = False,
    dry_run: DryRun = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Set a target.

    Example: gse-skills target add larkmoor LIF-VIR --people 3 --level practitioner --by 2028-03-31
    """
    asked = {
        "concept": concept,
        "level": level.capitalize(),
        "people": people,
        "by": by.date(),
        "essential": not wanted,
        "unit": unit,
    }
    with open_service(data, purpose) as service:
        found = service.post(address("organisations", org, "targets"), TargetBody, asked, {"dry_run": dry_run})
    _tell(found, "set", as_json)


@app.command()
def drop(
    org: Org,
    target: Annotated[str, typer.Argument(help="Its sixteen digits, as the list shows them.")],
    dry_run: DryRun = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Drop a target; that it was one before today stays in history.

    Example: gse-skills target drop larkmoor 00000000000000ff
    """
    with open_service(data, purpose) as service:
        found = service.delete(address("organisations", org, "targets", target), TargetBody, {"dry_run": dry_run})
    _tell(found, "dropped", as_json)


def _row(one: TargetBody) -> tuple[str | int, ...]:
    return (
        one.identifier,
        f"{one.needed:,} at {one.level.lower()}",
        one.concept.notation or "",
        one.concept.label,
        one.by.isoformat(),
        "essential" if one.essential else "wanted",
        one.unit,
    )


def _tell(found: TargetBody, what: str, as_json: bool) -> None:
    if as_json:
        dump(found)
        return
    verb = f"would be {what}" if found.dry_run else f"is {what}"
    say(f"The target {found.identifier if not found.dry_run else ''} {verb}: {' '.join(map(str, _row(found)[1:]))}.")
