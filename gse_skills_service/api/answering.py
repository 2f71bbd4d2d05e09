"""What the operations share: conditional answers, and how problems show in the API's description."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from fastapi import Query, Request, params
from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gse_skills.index import require_in_range
from gse_skills_service.problems import MEDIA_TYPE


class Problem(BaseModel):
    """RFC 9457 problem details; further members hold the offending things."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    rule: str = Field(description="A stable name of the rule that fired.")
    remedy: str = Field("", description="What would mend it.")


def _in_range(day: datetime.date) -> datetime.date:
    require_in_range(day)
    return day


Day = Annotated[datetime.date, AfterValidator(_in_range)]
"""A day that is stated or looked for. Days of which figures are asked are bounded where the figures are told."""
KnownAt = Annotated[
    datetime.date | None,
    Query(
        description="As it was known at the end of that day; without `as_of` also of that day. Only for whoever sees "
        "all records.",
        examples=["2025-12-31"],
    ),
]


def told_of(more: str = "") -> params.Query:
    """The parameter `as_of` of an operation; `more` says what is peculiar to it."""
    told = " ".join(filter(None, ("Answer for that day, as known now.", more)))
    return params.Query(description=told, examples=["2025-12-31"])


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The responses of an operation that are problems."""
    return {
        status: {"description": "Problem", "content": {MEDIA_TYPE: {"schema": _problem_schema()}}}
        for status in statuses
    }


@cache
def _problem_schema() -> dict[str, Any]:
    return Problem.model_json_schema()


def answer(request: Request, body: BaseModel) -> Response:
    """`body` as JSON with an ETag of its bytes, or 304 when the client has it already."""
    return answer_bytes(request, body.model_dump_json().encode(), "application/json")


def answer_bytes(
    request: Request, content: bytes, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """`content` with an ETag of it, or 304 when the client has it already; `headers` go with either.

    The tag is made from the answer alone: a commit number in it would tell of changes that the caller may not see.
    """
    tag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    known = {value.strip().removeprefix("W/") for value in request.headers.get("if-none-match", "").split(",")}
    if request.method == "GET" and known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
