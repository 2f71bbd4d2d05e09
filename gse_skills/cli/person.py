"""`gse-skills person`: everything that is kept of one person, to give to them."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gse_skills.answers import DossierBody
from gse_skills.cli.output import Json, dump, note
from gse_skills.cli.service import Data, Purpose, address, open_service
from gse_skills.errors import InputError

app = typer.Typer(
    help="One person's record: what a request for access to personal data is answered with.\n\n"
    "Example: gse-skills person show 00000000000000ff",
    no_args_is_help=True,
)


class _Shape(StrEnum):
    TEXT = "text"
    JSONLD = "jsonld"
    CSV = "csv"
    HTML = "html"


@app.command()
def show(
    person: Annotated[str, typer.Argument(help="The sixteen digits at the end of the person's address.")],
    form: Annotated[_Shape, typer.Option("--format", help="csv is an archive of tables; html prints.")] = _Shape.TEXT,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file to write.", dir_okay=False)] = None,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show everything that is kept of a person, and who looked at them. The audit log tells of it, and so the person.

    Examples:

      gse-skills person show 00000000000000ff

      gse-skills person show 00000000000000ff --format csv -o record.zip --purpose "request for access, case 12"
    """
    if form is _Shape.CSV and output is None and not as_json:
        raise InputError(
            "The tables come as an archive, which no terminal shows.", rule="bad-output", remedy="Name a file with -o."
        )
    asked = {"format": "json" if as_json else form}
    with open_service(data, purpose) as service:
        content = service.send("GET", address("people", person, "record"), asked).content
    if as_json:
        dump(DossierBody.model_validate_json(content))
    elif output is None:
        sys.stdout.write(content.decode())
    else:
        output.write_bytes(content)
        note(f"Written: {output}. It is all about one person; hand it to them and keep no copy.")
