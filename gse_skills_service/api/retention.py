"""How long an organisation keeps things: seen and chosen by its stewards."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gse_skills.answers import KeptForOneBody
from gse_skills.audit import Action
from gse_skills.retention import Kind, choose, kept_for, longest
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Retention"])

Slug = Annotated[str, Path(description="The organisation, by slug.", examples=["larkmoor"])]


class MonthsChosen(BaseModel):
    """How long to keep things; a kind that is left out is kept for as long as the installation allows."""

    model_config = ConfigDict(extra="forbid")

    months: dict[Kind, int] = Field(description="By kind.", examples=[{"leavers": 6}])


@router.get(
    "/organisations/{slug}/retention",
    response_model=KeptForOneBody,
    responses=problems(403, 404),
    summary="How long things are kept",
)
def get_retention(request: Request, register: Registered, access: Allowed, slug: Slug) -> Response:
    """How many months an organisation keeps each kind of thing, and how many the installation allows at most."""
    months = kept_for(register, access, slug)
    return answer(request, KeptForOneBody(organisation=slug, months=months, longest=longest(register)))


@router.put(
    "/organisations/{slug}/retention",
    response_model=KeptForOneBody,
    responses=problems(400, 403, 404, 413, 503, 507),
    summary="Choose how long things are kept",
)
def put_retention(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, slug: Slug, asked: MonthsChosen
) -> Response:
    """Choose times shorter than the installation's, in place of all that were chosen before.

    Nothing goes by that at once: what has had its time goes with the next run, which is once a day.
    """
    with witness.doing(Action.CHANGE, [slug], allowed=slug in access.keeps):
        months = choose(register, access, slug, {kind: asked.months.get(kind) for kind in Kind})
    return answer(request, KeptForOneBody(organisation=slug, months=months, longest=longest(register)))
