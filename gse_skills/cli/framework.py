"""`gse-skills framework`: the taxonomy itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.session import Data, open_session

app = typer.Typer(help="Search the framework and bring in concept schemes.", no_args_is_help=True)


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="Any words.")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=50)] = 10,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Find skills by any words, forgiving of typing errors. Exit code 1 when nothing is found.

    Example: gse-skills framework search "gene sequencing"
    """
    with open_session(data) as session:
        found = session.search(words, limit)
    if as_json:
        dump(found)
    else:
        rows = [
            (s.notation or s.iri, s.label, s.kind, s.scheme, s.matched_label, f"{s.score:.2f}") for s in found.items
        ]
        table(rows, ("notation", "label", "kind", "scheme", "matched", "score"))
    raise typer.Exit(0 if found.items else 1)


@app.command()
def load(
    source: Annotated[Path, typer.Argument(help="A SKOS file, an ESCO download, or the Digital and Data folder.")],
    slug: Annotated[str, typer.Option("--slug", help="Short name of the scheme; from the file's name.")] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Bring in a concept scheme, in place of an older state of the same.

    Examples:

      gse-skills framework load esco-v1.1.1-en.csv.zip

      gse-skills framework load gdd-capability-framework/
    """
    with open_session(data) as session:
        loaded = session.load_scheme(source, slug)
    if as_json:
        dump(loaded)
        return
    say(f"{loaded.title} ({loaded.slug}): {loaded.statements:,} statements, {loaded.changed:,} changed.")
    for line in loaded.notes:
        say(f"  note: {line}")
