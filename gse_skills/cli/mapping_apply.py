"""`gse-skills map apply`: a reviewed mapping set into the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gse_skills.cli.output import Json, dump, say
from gse_skills.cli.service import Data, open_service, operator_address
from gse_skills.mapping.body import MappingAppliedBody


def apply(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="An SSSOM/TSV file; its name is that of the set.")],
    reviewed: Annotated[
        bool, typer.Option("--reviewed", help="You looked at every row: take candidates that are not marked so too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Bring a mapping set into the store, in place of an older state of it; everybody can then query it.

    All of it or nothing: a set with an error, or with a candidate that nobody has reviewed, changes nothing. Examples:

      gse-skills map apply team-list.sssom.tsv --dry-run

      gse-skills map apply team-list.sssom.tsv --reviewed --json
    """
    asked = {"source": source.absolute(), "reviewed": reviewed, "dry_run": dry_run}
    with open_service(data) as service:
        done = service.post(operator_address("mappings"), MappingAppliedBody, asked)
    if as_json:
        dump(done)
        return
    for one in done.findings:
        say(f"{one.severity}: line {one.line}, {one.column}, {one.value}: {one.message} [{one.rule}]")
    verb = "would change" if dry_run else "changed"
    say(f"{done.set.name}: {done.set.mappings:,} mappings, {done.statements:,} statements {verb} in {done.graph}.")
