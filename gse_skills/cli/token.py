"""`gse-skills token`: API tokens."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.access import FORMS, Caller
from gse_skills.answers import TokenBody, TokensBody
from gse_skills.cli.output import Json, dump, note, say, table
from gse_skills.cli.service import Data, Purpose, address, open_service

app = typer.Typer(
    help="API tokens: shown once, kept as hashes.\n\nExample: gse-skills token list", no_args_is_help=True
)


@app.command()
def create(
    caller: Annotated[str, typer.Argument(help=f"One of: {', '.join(FORMS)}.")],
    note_: Annotated[str, typer.Option("--note", help="What it is for.")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long it is valid.")] = 90,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make a token and show it, once.

    Example: gse-skills token create steward:larkmoor --note "nightly import" --days 30
    """
    asked = {"caller": str(Caller.parse(caller)), "note": note_, "days": days}
    with open_service(data, purpose) as service:
        token = service.post(address("tokens"), TokenBody, asked)
    if as_json:
        dump(token)
        return
    note(f"Token {token.name} for {token.caller}, valid until {token.expires}. It is not shown again:")
    say(token.secret or "")


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List the tokens, without their secrets.

    Example: gse-skills token list --data /srv/gse-skills
    """
    with open_service(data) as service:
        found = service.get(address("tokens"), TokensBody)
    if as_json:
        dump(found)
        return
    rows = [(token.name, token.caller, token.expires, token.note) for token in found.items]
    table(rows, ("name", "caller", "expires", "note"))


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="The token's name.")], purpose: Purpose = "", data: Data = None
) -> None:
    """Make a token worthless at once.

    Example: gse-skills token revoke 3f9a1c20
    """
    with open_service(data, purpose) as service:
        service.send("DELETE", address("tokens", name))
    say(f"Token {name} is revoked.")
