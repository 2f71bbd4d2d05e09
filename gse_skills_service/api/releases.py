"""The releases of concept schemes."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gse_skills.answers import ReleasesBody
from gse_skills_service.api.answering import answer
from gse_skills_service.auth import Registered

router = APIRouter(tags=["Framework"])


@router.get("/releases", response_model=ReleasesBody, summary="Releases of the framework and other schemes")
def list_releases(request: Request, register: Registered) -> Response:
    """Which releases of concept schemes are or were in force here, and the graph that holds each."""
    return answer(request, ReleasesBody.of(register.state.releases))
