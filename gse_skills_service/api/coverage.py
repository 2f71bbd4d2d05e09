"""How much is mapped: over the alliance, and of one organisation by unit, with what it declares of itself."""

from __future__ import annotations

import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gse_skills.answers import CoverageBody, DeclarationBody, OwnCoverageBody
from gse_skills.audit import Action
from gse_skills.capability import CoverageQuestion
from gse_skills.establishment import Declared, coverage_of, declare_coverage
from gse_skills_service.api.answering import Day, KnownAt, answer, problems, told_of
from gse_skills_service.api.units import Slug
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Capability"])


@router.get(
    "/coverage", response_model=CoverageBody, responses=problems(400, 403, 404, 409), summary="How much is mapped where"
)
def get_coverage(
    request: Request,
    register: Registered,
    access: Allowed,
    concept: Annotated[
        str | None, Query(description="A domain or group, for what is below it; the domains without it.")
    ] = None,
    groups: Annotated[bool, Query(description="The groups instead of the domains, where no concept is named.")] = False,
    organisations: Annotated[
        str | None,
        Query(description="Slugs, set apart by commas; all without it.", examples=["larkmoor"], max_length=2_000),
    ] = None,
    as_of: Annotated[datetime.date | None, told_of()] = None,
    known_at: KnownAt = None,
) -> Response:
    """Organisations by domains or groups: people mapped and holders at each level, over the records that you may see.

    The numbers of a heat map. Not mapped means that nobody was asked; it does not mean none.
    """
    slugs = tuple(dict.fromkeys(filter(None, (organisations or "").split(","))))
    question = CoverageQuestion(concept, groups, slugs, as_of, known_at)
    return answer(request, CoverageBody.of(register.ask_coverage(question, access), register.state))


class NewDeclaration(BaseModel):
    """How many people an organisation or a unit has, and how many of them were asked of a branch."""

    model_config = ConfigDict(extra="forbid")

    headcount: int = Field(description="With those of units below it.", examples=[40])
    unit: str = Field("", max_length=300, description="As the sheets write it; empty for the whole organisation.")
    branch: str | None = Field(
        None, max_length=300, description="Notation, IRI or label of a domain, group or skill.", examples=["LIF"]
    )
    mapped: int | None = Field(
        None, description="People who were asked of the branch, whether or not they had anything to record."
    )
    stated_on: Day | None = Field(None, description="The day as of which it is true; today without it.")


_EXAMPLES = {
    "a headcount": {"summary": "Forty people", "value": {"unit": "Virology Section", "headcount": 40}},
    "a branch": {
        "summary": "Thirty of them were asked of life sciences",
        "value": {"unit": "Virology Section", "headcount": 40, "branch": "LIF", "mapped": 30},
    },
}


@router.get(
    "/organisations/{slug}/coverage",
    response_model=OwnCoverageBody,
    responses=problems(403, 404),
    summary="How much of it is mapped",
)
def get_own_coverage(request: Request, register: Registered, access: Allowed, slug: Slug) -> Response:
    """By unit and domain, as of the last change, with what is declared; for those who belong to the organisation.

    Exact numbers of people mapped are for whoever sees all records. Profession leads get published figures of those not
    shared with them, members what is declared of headcounts. A unit counts with the units below it.
    """
    return answer(request, OwnCoverageBody.of(coverage_of(register, access, slug), register.state))


@router.post(
    "/organisations/{slug}/coverage",
    response_model=DeclarationBody,
    responses=problems(400, 403, 404, 409),
    summary="Declare how many people there are",
)
def declare(
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: Slug,
    asked: Annotated[NewDeclaration, Body(openapi_examples=_EXAMPLES)],
    dry_run: Annotated[bool, Query(description="Only say what would be.")] = False,
) -> DeclarationBody:
    """Declare a headcount, and how many of these people were asked of a branch; a newer declaration takes the place of
    an older one, which stays in history."""
    access.require_keeper(slug)
    said = Declared(asked.headcount, asked.unit, asked.branch, asked.mapped, asked.stated_on)
    with witness.doing(Action.CHANGE, [slug], dry_run=dry_run):
        found = declare_coverage(register, access, slug, said, dry_run=dry_run)
    return DeclarationBody.of(found, register.state.framework, whole=True, dry_run=dry_run)
