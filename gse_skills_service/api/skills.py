"""Skills: search, and one in full."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from gse_skills.answers import SkillBody, SkillsBody, SuggestionBody
from gse_skills.framework import SKILL_KINDS
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Registered

router = APIRouter(tags=["Framework"])


@router.get("/skills", response_model=SkillsBody, summary="Search for skills")
def search_skills(
    request: Request,
    register: Registered,
    q: Annotated[str, Query(description="Any words.", max_length=200, examples=["virology"])],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    scheme: Annotated[list[str] | None, Query(description="Only these concept schemes.")] = None,
) -> Response:
    """Find skills by any words: labels, alternative labels, notations and definitions, forgiving of typing errors."""
    state = register.state
    found = state.search.search(q, limit, schemes=scheme, kinds=SKILL_KINDS)
    items = [SuggestionBody.found(suggestion, state.framework) for suggestion in found]
    return answer(request, SkillsBody(query=q, items=items))


@router.get("/skills/{name:path}", response_model=SkillBody, responses=problems(404, 409), summary="One skill in full")
def get_skill(
    request: Request,
    register: Registered,
    name: Annotated[str, Path(description="Notation, IRI or label.", examples=["LIF-VIR"])],
) -> Response:
    """A skill by notation, IRI, preferred or alternative label."""
    state = register.state
    concept = state.framework.concept(state.lookup.resolve(name).concept)
    return answer(request, SkillBody.full(concept, state.framework))
