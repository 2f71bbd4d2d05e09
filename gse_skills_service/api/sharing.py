"""Whom an organisation's records reach: seen and chosen by its stewards."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from gse_skills.answers import AudienceName, MovedBody, SharingBody
from gse_skills.audit import Action
from gse_skills.register import Register
from gse_skills.sharing import Choice, choose, read_sharing
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Sharing"])

Slug = Annotated[str, Path(description="The organisation, by slug.", examples=["larkmoor"])]


class ChoiceBody(BaseModel):
    """Something to choose; what it leaves out stays, and null takes a choice back."""

    model_config = ConfigDict(extra="forbid")

    default: AudienceName | None = Field(None, description="Of the organisation's records at large.")
    branches: dict[str, AudienceName | None] = Field(
        default_factory=dict,
        description="By notation, IRI or label of a domain, group or skill.",
        examples=[{"CBR": "private"}],
        max_length=1_000,
    )
    people: dict[str, AudienceName | None] = Field(
        default_factory=dict,
        description="By the sixteen digits of a person.",
        examples=[{"00000000000000ff": "private"}],
        max_length=1_000,
    )


_EXAMPLES = {
    "a branch": {"summary": "Keep a branch to ourselves", "value": {"branches": {"LIF-VIR": "private"}}},
    "the default": {"summary": "Share with the alliance", "value": {"default": "alliance"}},
}


@router.get(
    "/organisations/{slug}/sharing",
    response_model=SharingBody,
    responses=problems(403, 404),
    summary="Whom the records reach",
)
def get_sharing(request: Request, register: Registered, access: Allowed, slug: Slug) -> Response:
    """What an organisation has chosen for itself, for branches of the framework and for people."""
    return answer(request, _now(register, access, slug))


@router.patch(
    "/organisations/{slug}/sharing",
    response_model=MovedBody,
    responses=problems(403, 404, 409),
    dependencies=[Depends(require_recent_sign_in)],
    summary="Choose whom the records reach",
)
def choose_sharing(
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: Slug,
    asked: Annotated[ChoiceBody, Body(openapi_examples=_EXAMPLES)],
    dry_run: Annotated[bool, Query(description="Only say what would move.")] = False,
) -> MovedBody:
    """Choose, or take a choice back. Records move between audiences at once, former ones too."""
    access.require_keeper(slug)
    choice = Choice.named(asked.default, asked.branches, asked.people, register.state.lookup)
    with witness.doing(Action.CHANGE, [slug], list(choice.branches), dry_run=dry_run):
        moved = choose(register, access, slug, choice, dry_run=dry_run)
    return MovedBody.of(moved, _now(register, access, slug), dry_run=dry_run)


def _now(register: Register, access: Allowed, slug: str) -> SharingBody:
    return SharingBody.of(slug, read_sharing(register, access, slug), register.state.framework)
