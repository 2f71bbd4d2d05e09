"""How much is mapped, over the alliance."""

from __future__ import annotations

import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gse_skills.answers import CoverageBody
from gse_skills.capability import CoverageQuestion
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Allowed, Registered

router = APIRouter(tags=["Capability"])


@router.get(
    "/coverage", response_model=CoverageBody, responses=problems(400, 404, 409), summary="How much is mapped where"
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
    as_of: Annotated[datetime.date | None, Query(description="Answer for that day, as known now.")] = None,
) -> Response:
    """Organisations by domains or groups: people mapped and holders at each level, over the records that you may see.

    The numbers of a heat map. Not mapped means that nobody was asked; it does not mean none.
    """
    slugs = tuple(dict.fromkeys(filter(None, (organisations or "").split(","))))
    question = CoverageQuestion(concept, groups, slugs, as_of)
    return answer(request, CoverageBody.of(register.ask_coverage(question, access), register.state))
