"""`gse-skills incident`: incidents, opened and led by whoever holds the data folder in a duty officer's name."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Protocol
from urllib.parse import quote

import httpx
import typer

from gse_skills.access import OPERATOR
from gse_skills.answers import CalledBody, IncidentBody, IncidentsBody
from gse_skills.audit import Witness
from gse_skills.callout import Opening, call, close_incident, open_incident
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.session import Data, ask, reached, settings_for
from gse_skills.register import Register

app = typer.Typer(
    help="Incidents: who sees the records kept for emergencies, why, and until when.\n\n"
    "Example: gse-skills incident list",
    no_args_is_help=True,
)

Identifier = Annotated[str, typer.Argument(metavar="ID", help="As `incident list` gives it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")]


class Incidents(Protocol):
    """What commands ask about incidents, wherever the register is open."""

    def list(self) -> IncidentsBody:
        """All incidents."""
        ...

    def open(self, asked: Opening, *, dry_run: bool) -> IncidentBody:
        """Open one."""
        ...

    def close(self, identifier: str, *, dry_run: bool) -> IncidentBody:
        """Close one."""
        ...

    def call(self, identifier: str, name: str, organisation: str | None, *, dry_run: bool) -> CalledBody:
        """Call somebody to one."""
        ...


class LocalIncidents:
    """The register opened here."""

    def __init__(self, register: Register) -> None:
        self._register, self._access = register, register.access(OPERATOR)
        self._witness = Witness.of(register.audit, self._access)

    def list(self) -> IncidentsBody:
        """All incidents."""
        return IncidentsBody.of(self._register, self._access)

    def open(self, asked: Opening, *, dry_run: bool) -> IncidentBody:
        """Open one."""
        opened = open_incident(self._register, self._access, self._witness, asked, dry_run=dry_run)
        return IncidentBody.of(opened, self._register, self._access)

    def close(self, identifier: str, *, dry_run: bool) -> IncidentBody:
        """Close one."""
        closed = close_incident(self._register, self._access, self._witness, identifier, dry_run=dry_run)
        return IncidentBody.of(closed, self._register, self._access)

    def call(self, identifier: str, name: str, organisation: str | None, *, dry_run: bool) -> CalledBody:
        """Call somebody to one."""
        found = call(self._register, self._access, self._witness, identifier, name, organisation, dry_run=dry_run)
        return CalledBody.of(found)


class ServiceIncidents:
    """The register through the service that holds it."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def list(self) -> IncidentsBody:
        """All incidents."""
        return IncidentsBody.model_validate(ask(self._client, "GET", "/api/v1/incidents"))

    def open(self, asked: Opening, *, dry_run: bool) -> IncidentBody:
        """Open one."""
        body = {
            "organisation": asked.organisation,
            "purpose": asked.purpose,
            "reference": asked.reference,
            "hours": asked.lasts / datetime.timedelta(hours=1),
            "drill": asked.drill,
            "calls": asked.calls,
        }
        return IncidentBody.model_validate(self._change("", body, dry_run=dry_run))

    def close(self, identifier: str, *, dry_run: bool) -> IncidentBody:
        """Close one."""
        path = f"/{quote(identifier, safe='')}/close"
        return IncidentBody.model_validate(self._change(path, {}, dry_run=dry_run))

    def call(self, identifier: str, name: str, organisation: str | None, *, dry_run: bool) -> CalledBody:
        """Call somebody to one."""
        path = f"/{quote(identifier, safe='')}/responders"
        return CalledBody.model_validate(
            self._change(path, {"name": name, "organisation": organisation}, dry_run=dry_run)
        )

    def _change(self, path: str, body: dict[str, Any], *, dry_run: bool) -> Any:  # noqa: ANN401 - whatever JSON says
        return ask(self._client, "POST", f"/api/v1/incidents{path}?dry_run={str(dry_run).lower()}", body)


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
    asked = Opening(org, purpose, reference, datetime.timedelta(hours=hours), drill, tuple(calls or ()))
    with _incidents(data) as incidents:
        made = incidents.open(asked, dry_run=dry_run)
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
    with _incidents(data) as incidents:
        closed = incidents.close(identifier, dry_run=dry_run)
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
    with _incidents(data) as incidents:
        found = incidents.call(identifier, name, org, dry_run=dry_run)
    if as_json:
        dump(found)
        return
    say(f"{found.name} {'could' if dry_run else 'may'} act as {found.caller}.")


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List the incidents, the newest first.

    Example: gse-skills incident list --json
    """
    with _incidents(data) as incidents:
        found = incidents.list()
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


@contextmanager
def _incidents(data: Data) -> Iterator[Incidents]:
    settings = settings_for(data)
    with reached(settings.data) as client:
        if client is not None:
            yield ServiceIncidents(client)
            return
    with Register.open(settings) as register:
        yield LocalIncidents(register)
