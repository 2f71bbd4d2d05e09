"""`gse-skills retention`: how long things are kept, and taking away what has had its time."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer

from gse_skills.answers import KeptForBody, MonthsBody, RetentionBody
from gse_skills.cli.erase import tell
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, address, open_service, operator_address
from gse_skills.retention import Kind

app = typer.Typer(help="How long things are kept.\n\nExample: gse-skills retention run --dry-run", no_args_is_help=True)


@app.command()
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")] = False,
    as_of: Annotated[
        datetime.datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="Take that day for today; dry, also one to come."),
    ] = None,
    expected: Annotated[
        str | None, typer.Option("--expected", help="The digest of the dry run: take away just that, or nothing.")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Take away what has had its time, in all organisations at once; tells how much, never what.

    The store's files are written anew if anything goes. Example: gse-skills retention run --dry-run --as-of 2027-01-01
    """
    asked = {"as_of": as_of and as_of.date(), "dry_run": dry_run, "expected": expected}
    with open_service(data) as service:
        body = service.post(address("retention", "runs"), RetentionBody, asked=asked)
    if as_json:
        dump(body)
        return
    for one in body.items:
        say(f"{one.organisation or 'The service itself'}: {one.complaints:,} complaints")
        tell(one.gone)
    if dry_run:
        say("To take away just this, run it with:")
        say(f"  --expected {body.digest}")


@app.command()
def show(data: Data = None, as_json: Json = False) -> None:
    """How many months each organisation keeps each kind of thing.

    Example: gse-skills retention show --json
    """
    with open_service(data) as service:
        body = service.get(address("retention"), KeptForBody)
    if as_json:
        dump(body)
        return
    rows = [("(at most)", body.longest), *((one.organisation, one.months) for one in body.items)]
    table([(name, *(months[kind] for kind in Kind)) for name, months in rows], ("organisation", *Kind))


@app.command()
def choose(
    kind: Annotated[Kind, typer.Argument(help="What is kept.")],
    months: Annotated[
        int, typer.Argument(min=0, help="For how many months; 0 for as long as the installation allows.")
    ],
    org: Annotated[str, typer.Option("--org", help="The organisation that chooses.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Choose a shorter time than the installation's.

    Example: gse-skills retention choose leavers 6 --org larkmoor
    """
    asked = {"organisation": org, "kind": kind, "months": months or None}
    with open_service(data) as service:
        body = service.post(operator_address("retention", "choices"), MonthsBody, asked)
    if as_json:
        dump(body)
        return
    say(", ".join(f"{name}: {number} months" for name, number in body.months.items()))
