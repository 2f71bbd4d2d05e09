"""What an organisation can do, now and over the years."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from gse_skills.answers import CapabilityBody, ComparisonBody, TrendBody
from gse_skills.audit import Action
from gse_skills.capability import AHEAD, FURTHEST, CapabilityQuestion, TrendQuestion
from gse_skills.capability.comparison import MOST_SIDES, ComparisonQuestion, compare
from gse_skills.capability_report import POLICY, Form, report
from gse_skills.errors import InputError
from gse_skills_service.api.answering import KnownAt, answer, answer_bytes, problems, told_of
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Capability"])

Slug = Annotated[str, Path(description="The organisation, by slug.", examples=["larkmoor"])]
Concept = Annotated[
    str | None, Query(description="Notation, IRI or label; all of the framework without it.", examples=["LIF"])
]
_FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {form.media_type.partition(";")[0]: {"schema": {"type": "string"}} for form in Form}}
}


@router.get(
    "/organisations/{slug}/capability",
    response_model=CapabilityBody,
    responses={**_FILES, **problems(400, 403, 404, 409)},
    summary="What it can do",
)
def get_capability(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: Slug,
    unit: Annotated[
        str | None, Query(description="Only this unit and those below it, as the organisation writes it.")
    ] = None,
    concept: Concept = None,
    as_of: Annotated[datetime.date | None, told_of("People who have left since are counted and not named.")] = None,
    known_at: KnownAt = None,
    fragility: Annotated[
        bool, Query(description="Work out as well which few departures would cost most, and who bridges groups.")
    ] = False,
    only: Annotated[
        bool, Query(description="The unit by itself, without those below it; neither declarations nor targets then.")
    ] = False,
    ahead: Annotated[
        int,
        Query(
            description="How many months to look ahead for people known to leave; for whoever sees all records.",
            ge=1,
            le=FURTHEST,
        ),
    ] = AHEAD,
    form: Annotated[
        Literal["json", "csv", "xlsx", "ods", "html"],
        Query(alias="format", description="A file to take away: a table, a workbook, or a page that prints."),
    ] = "json",
) -> Response:
    """Coverage, depth by level, recency and what hangs on one person, over the records that you may see.

    Profession leads get, beside these, published figures of the records that are not shared with them: bands, or the
    rule by which a figure is withheld. Not mapped means that nobody was asked; it does not mean none.
    """
    if only and unit is None:
        raise InputError("Nothing says which unit is meant.", rule="unit-missing", remedy="Give `unit` beside `only`.")
    question = CapabilityQuestion(slug, unit, concept, as_of, fragility, only, ahead, known_at, bridges=fragility)
    if form != "json":
        told = report(register, question, access, Form(form))
        witness.saw(Action.EXPORT, [(slug, person) for person in told.people_named])
        headers = {"Content-Security-Policy": POLICY} if form == "html" else {}
        kind = "inline" if form == "html" else "attachment"
        headers["Content-Disposition"] = f'{kind}; filename="capability-{slug}.{form}"'
        return answer_bytes(request, told.content, Form(form).media_type, headers)
    found = register.ask_capability(question, access)
    if found.people_named:
        witness.saw(Action.SEARCH_EXPERTS, [(slug, person) for person in found.people_named])
    return answer(request, CapabilityBody.of(found, register.state))


@router.get(
    "/organisations/{slug}/comparison",
    response_model=ComparisonBody,
    responses=problems(400, 403, 404, 409),
    summary="Units or days side by side",
)
def get_comparison(
    request: Request,
    register: Registered,
    access: Allowed,
    slug: Slug,
    concept: Concept = None,
    units: Annotated[
        list[Annotated[str, Field(max_length=300)]] | None,
        Query(
            description="Units, each with those below it, as the organisation writes them, such as `units=Virology "
            "Branch&units=Serology Branch`; an empty one is the whole organisation, as is none.",
            max_length=MOST_SIDES,
        ),
    ] = None,
    days: Annotated[
        str | None,
        Query(
            description="Days, set apart by commas; today without it.",
            examples=["2025-12-31,2026-06-30"],
            max_length=200,
        ),
    ] = None,
    known_at: KnownAt = None,
) -> Response:
    """Of each unit on each day: people, how many of them are mapped, depth by level, and what hangs on one person.

    The numbers are those of its capability. At most twelve sides stand beside each other.
    """
    question = ComparisonQuestion(slug, concept, tuple(units or ()), _days(days), known_at)
    sides = compare(question, lambda side: register.ask_capability(side, access))
    return answer(request, ComparisonBody.of(sides, register.state))


@router.get(
    "/organisations/{slug}/trend",
    response_model=TrendBody,
    responses=problems(400, 403, 404, 409),
    summary="How it came to be so",
)
def get_trend(
    request: Request,
    register: Registered,
    access: Allowed,
    slug: Slug,
    concept: Concept = None,
    days: Annotated[
        str | None,
        Query(
            description="Days, set apart by commas; the ends of the last twelve quarters and today without it.",
            examples=["2024-12-31,2025-12-31"],
            max_length=1_000,
        ),
    ] = None,
    known_at: Annotated[
        datetime.date | None,
        Query(description="As known at the end of that day; for those who see all records of the organisation."),
    ] = None,
) -> Response:
    """People at each level or above at several days; people who have left since are counted and not named."""
    question = TrendQuestion(slug, concept, _days(days), known_at)
    return answer(request, TrendBody.of(register.ask_trend(question, access), register.state))


def _days(text: str | None) -> tuple[datetime.date, ...]:
    try:
        return tuple(datetime.date.fromisoformat(day.strip()) for day in text.split(",")) if text else ()
    except ValueError:
        raise InputError(f"“{text}” are not days.", rule="bad-date", remedy="Write 2025-12-31,2026-12-31.") from None
