"""The organisations of the alliance."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from gse_skills.answers import OrganisationBody, OrganisationsBody
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Registered

router = APIRouter(tags=["Organisations"])


@router.get("/organisations", response_model=OrganisationsBody, summary="All organisations")
def list_organisations(request: Request, register: Registered) -> Response:
    """The organisations that keep records here; that they do is public."""
    items = [OrganisationBody.of(organisation) for organisation in register.state.organisations]
    return answer(request, OrganisationsBody(items=items))


@router.get(
    "/organisations/{slug}", response_model=OrganisationBody, responses=problems(404), summary="One organisation"
)
def get_organisation(
    request: Request, register: Registered, slug: Annotated[str, Path(examples=["larkmoor"])]
) -> Response:
    """An organisation by its slug."""
    return answer(request, OrganisationBody.of(register.state.organisation(slug)))
