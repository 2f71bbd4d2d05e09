"""How long an organisation keeps things: seen and chosen by its stewards."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gse_skills.answers import KeptForBody, KeptForOneBody, RetentionBody
from gse_skills.audit import Action
from gse_skills.retention import Kind, choose, kept_for, longest, organisations_seen, run
from gse_skills_service.api.answering import Day, answer, problems
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Retention"])

Slug = Annotated[str, Path(description="The organisation, by slug.", examples=["larkmoor"])]


@router.get("/retention", response_model=KeptForBody, responses=problems(403), summary="How long all keep things")
def get_all(request: Request, register: Registered, access: Allowed) -> Response:
    """How many months each organisation keeps each kind of thing: of all for an administrator, of their own for a
    steward."""
    return answer(request, KeptForBody.of(register, access))


@router.post(
    "/retention/runs",
    response_model=RetentionBody,
    responses=problems(400, 403, 409, 503, 507),
    dependencies=[Depends(require_recent_sign_in)],
    summary="Take away what has had its time",
)
def post_run(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    as_of: Annotated[Day | None, Query(description="Take that day for today; in a dry run also one to come.")] = None,
    dry_run: Annotated[bool, Query(description="Only count what would go.")] = True,
    expected: Annotated[
        str | None, Query(description="`digest` of the dry run: just that goes, or nothing.", max_length=64)
    ] = None,
) -> Response:
    """Run the retention rules: a steward in their organisation, an administrator in all, as the daily timer does.

    Counted are what the organisations keep whose records are yours to keep, and complaints about the service: how much
    went elsewhere is told to the stewards there. Unless `dry_run=false` is said, nothing is changed. With `expected`,
    409 `changed-meanwhile` says that something else is due by now than what the dry run counted.
    """
    slugs = organisations_seen(register, access)
    with witness.doing(Action.ERASE, slugs, dry_run=dry_run):
        return answer(request, RetentionBody.of(run(register, access, as_of=as_of, dry_run=dry_run, expected=expected)))


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
