"""`gse-skills unit`: the tree of an organisation's units."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer

from gse_skills.answers import DeclarationBody, OwnCoverageBody, StatementBody, UnitEndBody, UnitsBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, Purpose, address, open_service

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
    with open_service(data) as service:
        found = service.get(address("organisations", org, "units"), UnitsBody)
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
    with open_service(data, purpose) as service:
        found = service.post(address("organisations", org, "units"), UnitsBody, asked, {"dry_run": dry_run})
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
    asked = {"name": name, "under": under, "since": since.date(), "move": True}
    with open_service(data, purpose) as service:
        found = service.post(address("organisations", org, "units"), UnitsBody, asked, {"dry_run": dry_run})
    _tell(found, as_json)


@app.command()
def end(
    org: Org,
    name: Name,
    on: Annotated[
        datetime.datetime, typer.Option("--on", formats=_FORMATS, help="The first day on which it is no more.")
    ],
    into: Annotated[
        str | None, typer.Option("--into", help="Where its people, the units below it and its targets go.")
    ] = None,
    dry_run: DryRun = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """End a unit; two that end into a third merge. Figures as of an earlier day stay as they were.

    Examples:

      gse-skills unit end larkmoor Serology --on 2026-07-01 --into "Virology Section" --dry-run

      gse-skills unit end larkmoor "Old Section" --on 2026-07-01
    """
    asked = {"name": name, "on": on.date(), "into": into}
    with open_service(data, purpose) as service:
        where = address("organisations", org, "units", "end")
        found = service.post(where, UnitEndBody, asked, {"dry_run": dry_run})
    if as_json:
        dump(found)
        return
    say(f"{found.unit} {'would end' if found.dry_run else 'ends'} on {found.on:%-d %B %Y}.")
    if found.into:
        say(f"To {found.into}: people {found.people:,}, units below {len(found.units):,}, targets {found.targets:,}.")
    elif found.targets:
        say(f"Targets dropped: {found.targets:,}.")
    if found.declarations:
        say(f"Declared headcounts that end with it: {found.declarations:,}.")
    if found.dry_run:
        say("Nothing was changed: this was a dry run.")


@app.command()
def declare(
    org: Org,
    headcount: Annotated[int, typer.Option("--headcount", help="How many people there are, with units below.")],
    unit: Annotated[str, typer.Option("--unit", help="Of this unit; the whole organisation without it.")] = "",
    branch: Annotated[
        str | None, typer.Option("--branch", help="A domain, group or skill of which people were asked.")
    ] = None,
    mapped: Annotated[int | None, typer.Option("--mapped", help="How many people were asked of the branch.")] = None,
    on: Annotated[
        datetime.datetime | None, typer.Option("--on", formats=_FORMATS, help="The day as of which it is true; today.")
    ] = None,
    dry_run: DryRun = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Declare how many people there are, and how many of them were asked of a branch of the framework.

    Examples:

      gse-skills unit declare larkmoor --headcount 1200

      gse-skills unit declare larkmoor --unit Biology --headcount 40 --branch LIF --mapped 30 --dry-run
    """
    asked = {"headcount": headcount, "unit": unit, "branch": branch, "mapped": mapped, "stated_on": _day(on)}
    with open_service(data, purpose) as service:
        where = address("organisations", org, "coverage")
        found = service.post(where, DeclarationBody, asked, {"dry_run": dry_run})
    if as_json:
        dump(found)
        return
    what = f"{found.unit or org}: {found.headcount:,} people"
    if found.branch is not None:
        what += f", {found.mapped:,} of them asked of {found.branch.label}"
    say(f"{'Would be declared' if found.dry_run else 'Declared'}: {what}, as of {found.stated_on.isoformat()}.")


@app.command()
def coverage(
    org: Org,
    unit: Annotated[
        str | None, typer.Option("--unit", help="Only this unit; the organisation and all without it.")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show how much is mapped, by unit and domain, as the last change left it, with what is declared.

    Example: gse-skills unit coverage larkmoor --unit Biology
    """
    with open_service(data) as service:
        found = service.get(address("organisations", org, "coverage"), OwnCoverageBody)
    if unit is not None:
        found = found.of_unit(unit)
    if as_json:
        dump(found)
        return
    declared = [
        (
            one.unit or org,
            one.headcount,
            one.branch.label if one.branch else "",
            one.mapped if one.mapped is not None else "",
            one.stated_on.isoformat(),
        )
        for one in found.declared
    ]
    if declared:
        table(declared, ("declared by", "headcount", "branch", "asked", "on"))
    rows = [(one.unit or org, one.branch.notation or "", one.branch.label, *_numbers(one)) for one in found.statements]
    table(rows, ("unit", "", "branch", "headcount", "known", "mapped", "as of"))
    say(f"Framework version {found.framework_version}. Not mapped means that nobody was asked; it does not mean none.")


def _numbers(one: StatementBody) -> tuple[str | int, ...]:
    said = f" (declared {one.headcount_declared_on})" if one.headcount_declared_on else ""
    told = {"mapped": f"{one.mapped:,}", "none": f"none of {one.asked or 0:,} asked", "not-mapped": "not mapped"}
    return f"{one.headcount:,}{said}", one.known, told[one.standing], one.stated_on.isoformat()


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
