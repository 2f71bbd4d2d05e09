"""`gse-skills token`: API tokens."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.access import Caller, TokenStore
from gse_skills.answers import TokenBody, TokensBody
from gse_skills.cli.output import Json, dump, note, say, table
from gse_skills.cli.session import Data, settings_for
from gse_skills.store import tokens_path

app = typer.Typer(
    help="API tokens: shown once, kept as hashes.\n\nExample: gse-skills token list", no_args_is_help=True
)


@app.command()
def create(
    caller: Annotated[str, typer.Argument(help="member:ORGANISATION or steward:ORGANISATION.")],
    note_: Annotated[str, typer.Option("--note", help="What it is for.")] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long it is valid.")] = 90,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Make a token and show it, once.

    Example: gse-skills token create steward:larkmoor --note "nightly import" --days 30
    """
    token, secret = _store(data).create(Caller.parse(caller), note=note_, days=days)
    if as_json:
        dump(TokenBody.of(token, secret))
        return
    note(f"Token {token.name} for {token.caller}, valid until {token.expires}. It is not shown again:")
    say(secret)


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List the tokens, without their secrets.

    Example: gse-skills token list --data /srv/gse-skills
    """
    tokens = _store(data).tokens()
    if as_json:
        dump(TokensBody(items=[TokenBody.of(token) for token in tokens]))
        return
    rows = [(token.name, token.caller, token.expires, token.note) for token in tokens]
    table(rows, ("name", "caller", "expires", "note"))


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="The token's name.")], data: Data = None) -> None:
    """Make a token worthless at once.

    Example: gse-skills token revoke 3f9a1c20
    """
    _store(data).revoke(name)
    say(f"Token {name} is revoked.")


def _store(data: Data) -> TokenStore:
    folder = settings_for(data).data
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return TokenStore(tokens_path(folder))
