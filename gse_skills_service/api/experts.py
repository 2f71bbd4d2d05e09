"""Who has which skill."""

from __future__ import annotations

import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gse_skills.answers import ExpertsBody
from gse_skills.audit import Action
from gse_skills.experts import MAX_LIMIT, ExpertsQuestion
from gse_skills.vocabulary import Level, LevelLabel
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Expertise"])


@router.get("/experts", response_model=ExpertsBody, responses=problems(400, 404, 409), summary="Who has it")
def find_experts(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    skill: Annotated[str, Query(description="Notation, IRI or label.", max_length=300, examples=["Virology"])],
    min_level: Annotated[LevelLabel, Query(description="The lowest level that counts.")] = "Awareness",
    org: Annotated[str | None, Query(description="Only this organisation, by slug.")] = None,
    available: Annotated[
        bool | None, Query(description="Only people known to be available, or known not to be.")
    ] = None,
    as_of: Annotated[datetime.date | None, Query(description="Answer for that day, as known now.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 20,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.", max_length=64)] = None,
    fresh: Annotated[bool, Query(description="Only levels that are not yet to be confirmed anew.")] = False,
) -> Response:
    """Who holds a skill or anything narrower, ranked by level, then how it was judged, then how recently.

    Everybody whom you may see is split by organisation into those who have it, those assessed below the level, those
    mapped in this branch without it, and those not mapped in it: unknown is not none.
    """
    question = ExpertsQuestion(skill, Level[min_level.upper()], org, available, as_of, limit, cursor, fresh)
    found = register.ask_experts(question, access)
    witness.saw(Action.SEARCH_EXPERTS, found.people, [found.concept.iri])
    return answer(request, ExpertsBody.of(found))
