"""`gse-skills framework`: the taxonomy itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from gse_skills.answers import SchemeBody, SkillsBody
from gse_skills.cli.check import check
from gse_skills.cli.export import export
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.release import rehearse, release, releases
from gse_skills.cli.role import role, roles
from gse_skills.cli.service import Data, address, open_service, operator_address
from gse_skills.framework import Scheme, read_scheme
from gse_skills.framework.difference import DifferenceBody, compare, lines, write_notes
from gse_skills.sandbox import Sandbox

_RELEASE = re.compile(r"[a-z0-9-]+(@.*)?")
"""What can be the name of a release: slug or slug@version."""

app = typer.Typer(
    help='Search the framework and bring in concept schemes.\n\nExample: gse-skills framework search "gene sequencing"',
    no_args_is_help=True,
)
for command in (check, export, rehearse, releases, roles, role):
    app.command()(command)


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
    with open_service(data) as service:
        found = service.get(address("skills"), SkillsBody, {"q": words, "limit": limit})
    if as_json:
        dump(found)
    else:
        rows = [
            (s.notation or s.iri, s.label, s.kind, s.scheme, s.matched_label, s.matched_language, f"{s.score:.2f}")
            for s in found.items
        ]
        table(rows, ("notation", "label", "kind", "scheme", "matched", "language", "score"))
    raise typer.Exit(0 if found.items else 1)


@app.command()
def load(
    source: Annotated[Path, typer.Argument(help="A SKOS file, an ESCO download, or the Digital and Data folder.")],
    slug: Annotated[str, typer.Option("--slug", help="Short name of the scheme; from the file's name.")] = "",
    decisions: Annotated[
        Path | None,
        typer.Option("--decisions", help="The sheet of `framework rehearse`, as you changed it.", dir_okay=False),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Bring in a concept scheme, in place of an older state of the same, which stays beside it as a release.

    Examples:

      gse-skills framework load esco-v1.1.1-en.csv.zip

      gse-skills framework load gdd-capability-framework/

      gse-skills framework load framework-0.2.0.ttl --decisions decisions.csv
    """
    asked = {"source": source.absolute(), "slug": slug, "decisions": decisions and decisions.absolute()}
    with open_service(data) as service:
        loaded = service.post(operator_address("schemes"), SchemeBody, asked)
    if as_json:
        dump(loaded)
        return
    say(f"{loaded.title} ({loaded.slug}): {loaded.statements:,} statements, {loaded.changed:,} changed.")
    for line in loaded.notes:
        say(f"  note: {line}")


@app.command()
def diff(
    old: Annotated[
        str, typer.Argument(metavar="A", help="The older state: whatever `framework load` takes, or slug@version.")
    ],
    new: Annotated[str, typer.Argument(metavar="B", help="The newer state; a slug means the release in force.")],
    rdf: Annotated[
        Path | None, typer.Option("--rdf", help="Write change notes into this file, in RDF.", dir_okay=False)
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say what changed between two states of a concept scheme. Exit code 0 when nothing did, 1 when something did.

    A state is a file or folder, or else the name of a release that `framework releases` lists.

    Examples:

      gse-skills framework diff framework-0.1.0.ttl framework-0.2.0.ttl --rdf change-notes.ttl

      gse-skills framework diff gse@0.1.0 gse

      gse-skills framework diff esco-1.1.0/ esco-1.1.1/ --json
    """
    before, after = _schemes((old, new), data)
    found = compare(before, after)
    if rdf is not None:
        write_notes(found, rdf, after.triples)
    if as_json:
        dump(DifferenceBody.of(found))
    else:
        for line in lines(found):
            say(line)
    raise typer.Exit(0 if found.same else 1)


def _schemes(names: Sequence[str], data: Path | None) -> list[Scheme]:
    """The states that names on the command line mean; the data folder is opened only for those that it holds."""
    with ExitStack() as stack:
        files = [Path(name).exists() or not _RELEASE.fullmatch(name) for name in names]
        sandbox = stack.enter_context(Sandbox()) if any(files) else None
        service = None if all(files) else stack.enter_context(open_service(data))
        found: list[Scheme] = []
        for place, (name, is_file) in enumerate(zip(names, files, strict=True)):
            if is_file and sandbox is not None:
                # The slug, which only a store needs, is never in the way.
                found.append(read_scheme(Path(name), sandbox, f"state-{place + 1}"))
            elif service is not None:
                found.append(release(service, name))
        return found
