"""`gse-skills progress`: how the levels of an organisation's people moved."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from gse_skills.answers import OrganisationProgressBody
from gse_skills.answers.development import GroupProgressBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, address, open_service
from gse_skills.vocabulary import Level

_LEVELS = tuple(level.label for level in Level)


def progress(
    org: Annotated[str, typer.Argument(help="The organisation, by its short name.")],
    concept: Annotated[str | None, typer.Option(help="A skill, group or domain; all domains without.")] = None,
    since: Annotated[
        datetime.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day; three years ago without.")
    ] = None,
    until: Annotated[
        datetime.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; today without.")
    ] = None,
    months: Annotated[int, typer.Option(min=1, max=120, help="Length of a period.")] = 12,
    by_category: Annotated[
        bool, typer.Option("--by-category", help="By professional category, by the role of each person today.")
    ] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show how many people were at each level or above at the end of each period, by part of the framework.

    Examples:

      gse-skills progress larkmoor --concept LIF --months 6

      gse-skills progress larkmoor --by-category
    """
    asked = {
        "concept": concept,
        "since": since and since.date(),
        "until": until and until.date(),
        "months": months,
        "by_category": by_category,
    }
    with open_service(data) as service:
        found = service.get(address("organisations", org, "progress"), OrganisationProgressBody, asked)
    if as_json:
        dump(found)
        return
    headings = ("part", "day", "people", *(f"{label} or above" for label in _LEVELS))
    if not by_category:
        table(_rows(found.lines), headings)
    for one in found.categories:
        name = one.category or "No category known"
        say(f"{name}: {one.people:,} people, of {one.recorded:,} of whom the role is recorded.")
        table(_rows(one.lines), headings)
        say()
    say(f"Framework version {found.framework_version}.")


def _rows(lines: Iterable[GroupProgressBody]) -> Iterator[tuple[object, ...]]:
    """A row a part and day; the operator sees everybody, so nothing is told in bands."""
    for line in lines:
        for seen in line.seen:
            yield line.concept.label, seen.day, f"{seen.people:,}", *(f"{seen.at_least[label]:,}" for label in _LEVELS)
