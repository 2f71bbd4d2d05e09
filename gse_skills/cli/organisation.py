"""`gse-skills organisation`: the organisations of the alliance."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.answers import OrganisationBody, OrganisationsBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, address, open_service
from gse_skills.vocabulary import Audience

app = typer.Typer(
    help="The organisations of the alliance.\n\nExample: gse-skills organisation list", no_args_is_help=True
)


@app.command()
def add(
    slug: Annotated[str, typer.Argument(help="Short name: lower-case letters, digits, hyphens.")],
    name: Annotated[str, typer.Argument(help="Full name.")],
    audience: Annotated[
        Audience, typer.Option("--audience", help="Who may see its records where nothing else is said.")
    ] = Audience.PRIVATE,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Add an organisation.

    Example: gse-skills organisation add larkmoor "Larkmoor Infectious Disease Laboratory" --audience alliance
    """
    asked = {"slug": slug, "name": name, "audience": audience}
    with open_service(data) as service:
        added = service.post(address("organisations"), OrganisationBody, asked)
    if as_json:
        dump(added)
        return
    say(f"Added {name} ({slug}); its records reach: {audience.value}.")


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List the organisations.

    Example: gse-skills organisation list --json
    """
    with open_service(data) as service:
        found = service.get(address("organisations"), OrganisationsBody)
    if as_json:
        dump(found)
    else:
        table([(one.slug, one.name) for one in found.items], ("short name", "name"))
