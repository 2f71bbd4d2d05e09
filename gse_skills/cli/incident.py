"""`gse-skills incident`: incidents, opened and led by whoever holds the data folder in a duty officer's name."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.answers import CalledBody, IncidentBody, IncidentsBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, address, open_service

app = typer.Typer(
    help="Incidents: who sees the records kept for emergencies, why, and until when.\n\n"
    "Example: gse-skills incident list",
    no_args_is_help=True,
)

Identifier = Annotated[str, typer.Argument(metavar="ID", help="As `incident list` gives it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")]


@app.command("open")
def open_(
    org: Annotated[str, typer.Option("--org", help="In whose name, by short name.")],
    purpose: Annotated[str, typer.Option("--purpose", help="Why, in one line; everybody looked at can read it.")],
    reference: Annotated[str, typer.Option("--reference", help="The number that the emergency has elsewhere.")],
    hours: Annotated[float, typer.Option("--hours", help="How long it goes on; it cannot be prolonged.")],
    calls: Annotated[
        list[str] | None, typer.Option("--call", metavar="NAME", help="A user to call at once; may be given again.")
    ] = None,
    drill: Annotated[bool, typer.Option("--drill", help="As in earnest, but nobody sees more by it.")] = False,
    dry_run: DryRun = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Open an incident, and tell the stewards of every organisation. Those called see the records for emergencies.

    Example: gse-skills incident open --org larkmoor --purpose "Outbreak at Harrow" --reference INC-7 --hours 8
    """
    asked = {
        "organisation": org,
        "purpose": purpose,
        "reference": reference,
        "hours": hours,
        "drill": drill,
        "calls": calls or [],
    }
    with open_service(data) as service:
        made = service.post(address("incidents"), IncidentBody, asked, {"dry_run": dry_run})
    if as_json:
        dump(made)
        return
    kind = "drill" if made.drill else "incident"
    if dry_run:
        say(f"It would open a {kind} of {made.organisation} until {made.ends:%Y-%m-%d %H:%M} UTC.")
        return
    say(f"Opened {kind} {made.id} of {made.organisation}, until {made.ends:%Y-%m-%d %H:%M} UTC.")
    for one in made.responders or ():
        say(f"{one.name} may act as {one.caller}.")


@app.command()
def close(identifier: Identifier, dry_run: DryRun = False, data: Data = None, as_json: Json = False) -> None:
    """Close an incident before its end. Whoever was called sees no more from that moment on.

    Example: gse-skills incident close 3f9a1c20b4d5e6f7
    """
    with open_service(data) as service:
        closed = service.post(address("incidents", identifier, "close"), IncidentBody, asked={"dry_run": dry_run})
    if as_json:
        dump(closed)
        return
    say(f"{'It would close' if dry_run else 'Closed'} incident {closed.id}: {closed.purpose} ({closed.reference}).")


@app.command("call")
def call_(
    identifier: Identifier,
    name: Annotated[str, typer.Argument(help="The mail address with which they sign in, or ISSUER|SUBJECT.")],
    org: Annotated[str | None, typer.Option("--org", help="In whose name; else that of the incident.")] = None,
    dry_run: DryRun = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Let a user respond to an incident in the name of an organisation for which they may act.

    Example: gse-skills incident call 3f9a1c20b4d5e6f7 ann.alder@larkmoor.example
    """
    asked = {"name": name, "organisation": org}
    with open_service(data) as service:
        found = service.post(address("incidents", identifier, "responders"), CalledBody, asked, {"dry_run": dry_run})
    if as_json:
        dump(found)
        return
    say(f"{found.name} {'could' if dry_run else 'may'} act as {found.caller}.")


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List the incidents, the newest first.

    Example: gse-skills incident list --json
    """
    with open_service(data) as service:
        found = service.get(address("incidents"), IncidentsBody)
    if as_json:
        dump(found)
        return
    rows = [
        (
            one.id,
            "open" if one.open else "over",
            "drill" if one.drill else "",
            one.organisation,
            f"{one.opened:%Y-%m-%d %H:%M}",
            f"{one.closed or one.ends:%Y-%m-%d %H:%M}",
            one.reference,
            one.purpose,
        )
        for one in found.items
    ]
    table(rows, ("id", "is", "", "organisation", "opened (UTC)", "end (UTC)", "reference", "purpose"))
