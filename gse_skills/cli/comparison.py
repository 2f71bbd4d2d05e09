"""`gse-skills compare`: units and days of an organisation side by side."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer

from gse_skills.answers import ComparisonBody, LineBody, SideBody
from gse_skills.cli.capability import Concept, Org
from gse_skills.cli.days import FORMATS, KnownAt, day_of, in_words
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, address, open_service
from gse_skills.vocabulary import Level


def compare(
    org: Org,
    concept: Concept = None,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="A unit and those below it; again for more; '' for all of it.")
    ] = None,
    day: Annotated[
        list[datetime.datetime] | None,
        typer.Option("--day", formats=FORMATS, help="A day; again for more; today without it."),
    ] = None,
    known_at: KnownAt = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Units, or days, side by side: how much is mapped, how deep it is, and what hangs on one person.

    Exit code 1 when nothing is mapped on any side. Examples:

      gse-skills compare larkmoor LIF --unit "Virology Branch" --unit "Serology Branch"

      gse-skills compare larkmoor --unit "Virology Branch" --day 2025-12-31 --day 2026-11-22 --json
    """
    days = ",".join(one.date().isoformat() for one in day or ())
    asked = {"concept": concept, "units": unit or [], "days": days, "known_at": day_of(known_at)}
    with open_service(data) as service:
        found = service.get(address("organisations", org, "comparison"), ComparisonBody, asked)
    if as_json:
        dump(found)
    else:
        _tell(found)
    raise typer.Exit(0 if found.concepts else 1)


def _tell(found: ComparisonBody) -> None:
    what = found.concept.label if found.concept else "the whole framework"
    say(f"{found.organisation}: {what}{in_words(None, found.known_at).removeprefix(',')}.")
    if not found.whole:
        say("Only records that are shared with you are counted.")
    table(
        [
            ("people", *(f"{side.people:,}" for side in found.sides)),
            ("mapped", *(f"{side.mapped:,}" for side in found.sides)),
            ("share mapped", *("" if side.share is None else f"{side.share:.0%}" for side in found.sides)),
            ("skills that hang on one", *(f"{side.single_points:,}" for side in found.sides)),
            *((one.notation or one.label, *(_cell(side, one.iri) for side in found.sides)) for one in found.concepts),
        ],
        ("", *map(_heading, found.sides)),
    )
    say("By skill area: practitioners or better / people mapped, and skills that hang on one person.")


def _heading(side: SideBody) -> str:
    return f"{side.unit or 'all of it'}, {side.as_of.isoformat() if side.as_of else 'today'}"


def _cell(side: SideBody, concept: str) -> str:
    line: LineBody | None = next((one for one in side.lines if one.concept.iri == concept), None)
    if line is None:
        return "not mapped"
    return f"{line.at_least[Level.PRACTITIONER.label]:,} / {line.mapped:,}, {line.hanging:,}"
