"""Roles: search, and one in full."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from gse_skills.answers import RoleBody, RolesBody
from gse_skills.framework import RoleQuestion, category_named, find_roles, role_named
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Registered

router = APIRouter(tags=["Framework"])

CategoryName = Literal["Deep Specialist", "Specialist", "Affiliate"]


@router.get("/roles", response_model=RolesBody, responses=problems(400, 404, 409), summary="Roles and occupations")
def list_roles(
    request: Request,
    register: Registered,
    q: Annotated[str, Query(description="Any words; all roles without.", max_length=200)] = "",
    category: Annotated[CategoryName | None, Query(description="Only this professional category.")] = None,
    grade: Annotated[str, Query(description="Only this typical grade.", max_length=20, examples=["HEO"])] = "",
    scheme: Annotated[str, Query(description="Only this concept scheme.", max_length=64, examples=["gse"])] = "",
    skill: Annotated[str, Query(description="Only those that need this skill or one beneath it.", max_length=300)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.", max_length=300)] = None,
) -> Response:
    """Find roles by any words, category, grade, scheme, or a skill that they need.

    A role is whatever has requirements: ours, those of the Digital and Data framework, and the occupations of ESCO,
    which give no levels.
    """
    state = register.state
    question = RoleQuestion(q, category_named(category or ""), grade, scheme, skill)
    found = find_roles(question, state.framework, state.lookup, state.search)
    return answer(request, RolesBody.of(found, state.framework, limit, cursor))


@router.get("/roles/{name:path}", response_model=RoleBody, responses=problems(404, 409), summary="One role in full")
def get_role(
    request: Request,
    register: Registered,
    name: Annotated[str, Path(description="Notation, IRI or label.", examples=["ROL-LIF-01"])],
) -> Response:
    """A role or occupation by notation, IRI or label, with what it needs and the steps up and down its ladder."""
    state = register.state
    return answer(request, RoleBody.full(role_named(name, state.framework, state.lookup), state.framework))
