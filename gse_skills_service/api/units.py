"""An organisation's tree of units: seen by those who belong to it, said by its stewards."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gse_skills.answers import UnitEndBody, UnitsBody
from gse_skills.audit import Action
from gse_skills.errors import InputError
from gse_skills.establishment import move_unit, place_unit, structure_of
from gse_skills.reorganisation import end_unit
from gse_skills_service.api.answering import Day, answer, problems
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Units and targets"])

Slug = Annotated[str, Path(description="The organisation, by slug.", examples=["larkmoor"])]


class NewPlace(BaseModel):
    """Where a unit hangs, from when until when."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=300, description="As the sheets write it.", examples=["Virology Section"])
    under: str | None = Field(
        None, max_length=300, description="The unit directly above; null for the organisation.", examples=["Biology"]
    )
    since: Day | None = Field(None, description="Null for as long as anybody knows.")
    until: Day | None = Field(None, description="The first day on which it hangs there no more.")
    move: bool = Field(False, description="A move of a unit that is known, from `since` on.")


class NewEnd(BaseModel):
    """The day on which a unit is no more, and where what was in it goes on."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=300, description="As the sheets write it.", examples=["Serology"])
    on: Day = Field(description="The first day on which it is no more; not one to come.")
    into: str | None = Field(
        None,
        max_length=300,
        description="The unit into which its people, the units below it and its targets go; null where nothing is left "
        "in it, whose targets are then dropped.",
        examples=["Virology Section"],
    )


_ENDS = {
    "a merger": {
        "summary": "One of two units that merge into a third",
        "value": {"name": "Serology", "on": "2026-07-01", "into": "Virology Section"},
    },
    "an empty unit": {"summary": "A unit in which nothing is left", "value": {"name": "Serology", "on": "2026-07-01"}},
}
_EXAMPLES = {
    "a unit": {"summary": "Say where a unit hangs", "value": {"name": "Virology Section", "under": "Biology"}},
    "a move": {
        "summary": "Move it in the middle of a year",
        "value": {"name": "Virology Section", "under": None, "since": "2026-07-01", "move": True},
    },
}


@router.get(
    "/organisations/{slug}/units", response_model=UnitsBody, responses=problems(403, 404), summary="The tree of units"
)
def get_units(request: Request, register: Registered, access: Allowed, slug: Slug) -> Response:
    """All places of the units, past and to come; for those who belong to the organisation."""
    return answer(request, UnitsBody.of(structure_of(register, access, slug)))


@router.post(
    "/organisations/{slug}/units",
    response_model=UnitsBody,
    responses=problems(400, 403, 404, 409),
    summary="Say where a unit hangs",
)
def place(
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: Slug,
    asked: Annotated[NewPlace, Body(openapi_examples=_EXAMPLES)],
    dry_run: Annotated[bool, Query(description="Only say what would be.")] = False,
) -> UnitsBody:
    """What was said of the unit for that time gives way; other times, and figures as of them, stay as they were."""
    access.require_keeper(slug)
    if asked.move and (asked.since is None or asked.until is not None):
        raise InputError(
            "A move has a day on which it happens, and no end.",
            rule="unit-dates",
            remedy="Give `since` and leave out `until`.",
        )
    with witness.doing(Action.CHANGE, [slug], dry_run=dry_run):
        if asked.move and asked.since is not None:
            found = move_unit(register, access, slug, asked.name, asked.under, asked.since, dry_run=dry_run)
        else:
            found = place_unit(
                register, access, slug, asked.name, asked.under, asked.since, asked.until, dry_run=dry_run
            )
    return UnitsBody.of(found, dry_run=dry_run)


@router.post(
    "/organisations/{slug}/units/end",
    response_model=UnitEndBody,
    responses=problems(400, 403, 404, 409),
    summary="End a unit",
)
def end(
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: Slug,
    asked: Annotated[NewEnd, Body(openapi_examples=_ENDS)],
    dry_run: Annotated[bool, Query(description="Only say what would be.")] = False,
) -> UnitEndBody:
    """From that day on it is no more: who is in it, what is below it and what it aims at go on in another unit.

    Two units that end into a third merge. Figures as of an earlier day stay as they were.
    """
    access.require_keeper(slug)
    with witness.doing(Action.CHANGE, [slug], dry_run=dry_run):
        found = end_unit(register, access, slug, asked.name, asked.on, asked.into, dry_run=dry_run)
    return UnitEndBody.of(slug, found, dry_run=dry_run)
