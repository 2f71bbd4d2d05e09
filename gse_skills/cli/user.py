"""`gse-skills user`: who may sign in, and as which callers they may act."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.access import FORMS, Caller, UserStore
from gse_skills.answers import UserBody, UsersBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, Purpose, address, open_service, settings_for
from gse_skills.store import users_path

app = typer.Typer(help="Who may sign in, and as which callers.\n\nExample: gse-skills user list", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The mail address with which they sign in, or for a machine ISSUER|SUBJECT.")]
As = Annotated[str, typer.Argument(metavar="CALLER", help=f"One of: {', '.join(FORMS)}.")]


@app.command()
def grant(name: Name, caller: As, purpose: Purpose = "", data: Data = None, as_json: Json = False) -> None:
    """Let somebody act as a caller. It holds at once, also before they first sign in.

    Examples:

      gse-skills user grant ann.alder@larkmoor.example member:larkmoor

      gse-skills user grant "https://login.example|nightly-import" steward:larkmoor
    """
    asked = {"name": name, "caller": str(Caller.parse(caller))}
    with open_service(data, purpose) as service:
        user = service.post(address("users"), UserBody, asked)
    if as_json:
        dump(user)
        return
    say(f"{user.name} may act as {', '.join(user.grants)}.")


@app.command()
def revoke(
    name: Name,
    caller: Annotated[str | None, typer.Argument(metavar="[CALLER]", help="Only this; otherwise the user.")] = None,
    purpose: Purpose = "",
    data: Data = None,
) -> None:
    """Take a grant away, or the user. It holds from their next request on.

    Example: gse-skills user revoke ann.alder@larkmoor.example steward:larkmoor
    """
    asked = {"caller": caller and str(Caller.parse(caller))}
    # No address stands in a URL, so the user goes by the identifier that the file has, as `user list` shows it.
    user = UserStore(users_path(settings_for(data).data)).named(name)
    with open_service(data, purpose) as service:
        service.send("DELETE", address("users", user.identifier), asked)
    say(f"{name} may no longer act as {caller}." if caller else f"{name} is no longer a user.")


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List who may sign in.

    Example: gse-skills user list --json
    """
    with open_service(data) as service:
        found = service.get(address("users"), UsersBody)
    if as_json:
        dump(found)
        return
    rows = [(user.name, user.identifier, ", ".join(user.grants)) for user in found.items]
    table(rows, ("user", "in the audit log", "may act as"))
