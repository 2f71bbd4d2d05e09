"""`gse-skills map suggest`: candidates for a mapping set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.release import release
from gse_skills.cli.service import Data, open_service
from gse_skills.errors import InputError
from gse_skills.framework import OWN_SCHEME, read_scheme
from gse_skills.imports import open_sheet
from gse_skills.mapping import Matcher, Suggestions, read_phrases, require_name, written
from gse_skills.mapping.body import MappingSuggestionsBody
from gse_skills.mapping.read import SUFFIX
from gse_skills.sandbox import Sandbox

SHOWN = 20
_TABLES = (".csv", ".tsv", ".xlsx", ".ods")


def suggest(
    source: Annotated[
        Path,
        typer.Argument(help="A list of phrases (CSV, XLSX or ODS), or whatever else `framework load` takes."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help=f"The file to write, NAME{SUFFIX}; it must not be there yet.")
    ],
    column: Annotated[str, typer.Option("--column", help="The heading of the column that holds the phrases.")] = "",
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook; the first.")] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=20, help="Candidates for each phrase, at most.")] = 3,
    least: Annotated[float, typer.Option("--least", min=0, max=1, help="How alike words must be to be shown.")] = 0.4,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Find skills of the framework that a local list, or another scheme, may mean, and write them down for review.

    What you get is an SSSOM set: delete the rows that are wrong, mend the predicates, and bring it in with `map apply`.
    Exit code 1 when nothing is found. Examples:

      gse-skills map suggest team-list.xlsx --column Skill --output team-list.sssom.tsv

      gse-skills map suggest other-scheme.ttl --output gse-to-other.sssom.tsv --most 1 --json
    """
    name = _name(output)
    with open_service(data) as service:
        matcher = Matcher(release(service, OWN_SCHEME))
    with Sandbox() as sandbox:
        if source.suffix.lower() in _TABLES:
            with open_sheet(sandbox, _there(source), sheet) as reading:
                phrases = read_phrases(reading, column)
            found = matcher.phrases(name, phrases, source.name, most=most, least=least)
        else:
            found = matcher.scheme(name, read_scheme(source, sandbox, name), most=most, least=least)
    output.write_text(written(found.mapping_set), "utf-8", newline="")
    body = MappingSuggestionsBody.of(found, str(output))
    if as_json:
        dump(body)
    else:
        _tell(found, output)
    raise typer.Exit(0 if body.mappings else 1)


def _name(output: Path) -> str:
    """The name of the set that will be in a file; raises InputError when it cannot be written (`file-exists`)."""
    if not output.name.endswith(SUFFIX):
        message = f"{output.name} does not end in {SUFFIX}."
        raise InputError(message, rule="bad-mapping-name", remedy=f"Call it {output.name.partition('.')[0]}{SUFFIX}.")
    name = output.name.removesuffix(SUFFIX)
    require_name(name)
    if output.exists():
        message = f"There is a file {output}, which somebody may have reviewed."
        raise InputError(message, rule="file-exists", remedy="Name another file, or delete it first.")
    return name


def _there(source: Path) -> Path:
    if not source.is_file():
        raise InputError(f"There is no file {source}.", rule="no-such-source", remedy="Check the path.")
    return source


def _tell(found: Suggestions, output: Path) -> None:
    rows = found.mapping_set.mappings
    shown = [
        (one.object_label, one.predicate.rpartition("#")[2], one.subject_label, f"{one.confidence:.2f}")
        for one in rows[:SHOWN]
    ]
    table(shown, ("theirs", "relation", "ours", "confidence"))
    if len(rows) > SHOWN:
        say(f"… {len(rows) - SHOWN:,} more.")
    for label in found.unmatched[:SHOWN]:
        say(f"  nothing like it: {label}")
    if len(found.unmatched) > SHOWN:
        say(f"  … {len(found.unmatched) - SHOWN:,} more.")
    say(f"{len(rows):,} candidates, none for {len(found.unmatched):,}. Look through them: {output}")
