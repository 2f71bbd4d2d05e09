"""An organisation's targets: seen by those who belong to it, set by its stewards."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gse_skills.answers import TargetBody, TargetsBody
from gse_skills.audit import Action
from gse_skills.establishment import Wanted, add_target, drop_target, targets_of
from gse_skills.vocabulary import Level
from gse_skills_service.api.answering import Day, answer, problems, told_of
from gse_skills_service.api.units import Slug
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Units and targets"])

DryRun = Annotated[bool, Query(description="Only say what would be.")]


class NewTarget(BaseModel):
    """So many people at a level or above, by a day."""

    model_config = ConfigDict(extra="forbid")

    concept: str = Field(max_length=300, description="Notation, IRI or label.", examples=["LIF-VIR"])
    level: Literal["Awareness", "Working", "Practitioner", "Expert"]
    people: int = Field(examples=[3])
    by: Day
    essential: bool = Field(True, description="Whether it is essential; otherwise it is wanted.")
    unit: str = Field("", max_length=300, description="Empty for the whole organisation.")


_EXAMPLES = {
    "essential": {
        "summary": "Three practitioners in virology",
        "value": {"concept": "LIF-VIR", "level": "Practitioner", "people": 3, "by": "2028-03-31"},
    }
}


@router.get(
    "/organisations/{slug}/targets",
    response_model=TargetsBody,
    responses=problems(400, 403, 404),
    summary="Its targets",
)
def get_targets(
    request: Request,
    register: Registered,
    access: Allowed,
    slug: Slug,
    as_of: Annotated[datetime.date | None, told_of("One is set and dropped on the day on which that is said.")] = None,
) -> Response:
    """The targets of now or of a day, for those who belong to the organisation; its capability says how they stand."""
    found = targets_of(register, access, slug, as_of)
    return answer(request, TargetsBody.of(slug, found, register.state.framework, as_of))


@router.post(
    "/organisations/{slug}/targets",
    response_model=TargetBody,
    responses=problems(400, 403, 404, 409),
    summary="Set a target",
)
def set_target(
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: Slug,
    asked: Annotated[NewTarget, Body(openapi_examples=_EXAMPLES)],
    dry_run: DryRun = False,
) -> TargetBody:
    """Set a target; one for a skill that is no longer used is refused, and what took its place is named."""
    access.require_keeper(slug)
    wanted = Wanted(asked.concept, Level[asked.level.upper()], asked.people, asked.by, asked.essential, asked.unit)
    with witness.doing(Action.CHANGE, [slug], dry_run=dry_run):
        found = add_target(register, access, slug, wanted, dry_run=dry_run)
    return TargetBody.of(found, register.state.framework, dry_run=dry_run)


@router.delete(
    "/organisations/{slug}/targets/{identifier}",
    response_model=TargetBody,
    responses=problems(403, 404, 409),
    summary="Drop a target",
)
def drop(
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: Slug,
    identifier: Annotated[str, Path(description="Its sixteen digits.", max_length=100)],
    dry_run: DryRun = False,
) -> TargetBody:
    """Drop a target; that it was one before today stays in history."""
    access.require_keeper(slug)
    with witness.doing(Action.CHANGE, [slug], dry_run=dry_run):
        found = drop_target(register, access, slug, identifier, dry_run=dry_run)
    return TargetBody.of(found, register.state.framework, dry_run=dry_run)
