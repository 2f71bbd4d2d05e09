"""`gse-skills framework rehearse` and `releases`, and what a release holds: the life of the framework."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pyoxigraph as ox
import typer

from gse_skills.answers import RehearsalBody, ReleaseContentBody, ReleasesBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, Service, address, open_service, operator_address
from gse_skills.framework import Scheme


def rehearse(
    source: Annotated[Path, typer.Argument(help="The release: whatever `framework load` takes.")],
    slug: Annotated[str, typer.Option("--slug", help="Short name of the scheme; from the file's name.")] = "",
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="Write the sheet of decisions here, as CSV.", dir_okay=False)
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Try a release against what is recorded, before it is brought in. Changes nothing.

    Exit code 1 when records would migrate, so that somebody has to decide: then look through the sheet, change what you
    want otherwise, and give it to `framework load` with --decisions.

    Example: gse-skills framework rehearse framework-0.2.0.ttl --sheet decisions.csv
    """
    with open_service(data) as service:
        found = service.post(operator_address("rehearsals"), RehearsalBody, {"source": source.absolute(), "slug": slug})
    if sheet is not None:
        sheet.write_text(found.sheet, "utf-8-sig", newline="")
    if as_json:
        dump(found)
    else:
        _tell(found)
    moving = any(one.decision == "migrate" and one.records for one in found.impacts)
    raise typer.Exit(1 if moving else 0)


def _tell(found: RehearsalBody) -> None:
    say(f"{found.old or 'nothing'} -> {found.new}")
    for kind, count in found.counts.items():
        say(f"  {kind}: {count:,}")
    if not found.impacts:
        say("No record and no role hangs on what changes.")
    for one in found.impacts:
        say(f"{one.concept.notation} {one.concept.label} <{one.concept.iri}>")
        for change in one.changes:
            say(f"  {change}")
        places = ", ".join(f"{slug} {count:,}" for slug, count in one.records.items())
        say(f"  records: {sum(one.records.values()):,}{f' ({places})' if places else ''}")
        say(f"  roles: {len(one.roles)}; mappings: {len(one.mappings)}")
        say(f"  proposed: {' '.join((one.decision, *one.targets))}")


def releases(data: Data = None, as_json: Json = False) -> None:
    """List the releases of concept schemes that are or were in force, and the graph of each.

    Example: gse-skills framework releases
    """
    with open_service(data) as service:
        found = service.get(address("releases"), ReleasesBody)
    if as_json:
        dump(found)
        return
    rows = [
        (one.name, "in force" if one.current else "", f"{one.since:%Y-%m-%d}", one.title, one.iri)
        for one in found.items
    ]
    table(rows, ("release", "state", "since", "title", "IRI"))


def release(service: Service, name: str) -> Scheme:
    """A release as a scheme, by slug@version, or by slug the one in force."""
    body = service.get(operator_address("releases", name), ReleaseContentBody)
    triples = (quad.triple for quad in ox.parse(body.statements, format=ox.RdfFormat.N_TRIPLES))
    return Scheme(body.slug, body.title, tuple(triples))
