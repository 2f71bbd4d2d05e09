"""`gse-skills framework export`: a release as a file, and the empty spreadsheet template."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel

from gse_skills.cli.output import Json, dump, say
from gse_skills.cli.release import release
from gse_skills.cli.service import Data, open_service, settings_for
from gse_skills.framework import OWN_SCHEME
from gse_skills.framework.export import Form, empty_template
from gse_skills.framework.export import export as exported


class ExportBody(BaseModel):
    """A file that was written."""

    file: str
    name: str
    """What it holds: a slug or slug@version; empty for the empty template."""
    form: str
    size: int
    """In bytes."""
    sha256: str


def export(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[NAME] FILE",
            help="Slug of a scheme, or slug@version (gse when left out); then the file, whose ending says the form: "
            ".ttl, .rdf, .jsonld, .nt, .csv, .xlsx, .ods or .html.",
        ),
    ],
    empty: Annotated[
        bool, typer.Option("--empty", help="Write the spreadsheet template with nothing in it: give FILE alone.")
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Write a release as RDF, as the spreadsheet template that `framework load` takes, or as a printable document.

    A file that is there already is written anew.

    Examples:

      gse-skills framework export framework.html

      gse-skills framework export gse template.xlsx

      gse-skills framework export gse@0.1.0 gse-0.1.0.ttl

      gse-skills framework export --empty template.ods
    """
    if len(words) > (1 if empty else 2):
        raise typer.BadParameter("Give the name of a release and one file." if not empty else "Give one file.")
    path = Path(words[-1])
    name = "" if empty else words[0] if len(words) == 2 else OWN_SCHEME
    form = Form.of(path)
    marking = settings_for(data).marking
    if empty:
        content = empty_template(form, marking)
    else:
        with open_service(data) as service:
            triples = release(service, name).triples
        content = exported(triples, form, marking)
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    body = ExportBody(file=str(path), name=name, form=form.value, size=len(content), sha256=digest)
    if as_json:
        dump(body)
    else:
        say(f"{body.file}: {form.label}, {body.size:,} bytes.")
