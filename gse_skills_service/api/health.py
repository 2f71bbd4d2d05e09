"""Whether the service lives, whether it is ready, and what it has done."""

from __future__ import annotations

import shutil
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from gse_skills.access import Access, Role
from gse_skills.errors import NotFoundError, UnavailableError
from gse_skills_service.api.answering import problems
from gse_skills_service.auth import Registered, get_access

router = APIRouter(tags=["Health"])

_ROOM = 0.05
"""The share of the disk that must be free."""
_HERE = ("127.0.0.1", "::1")


class Health(BaseModel):
    """The state of the service."""

    status: str


@router.get("/healthz", summary="Does the service live?")
async def healthz() -> Health:
    """Answers as long as the process does, also when every thread has work."""
    return Health(status="ok")


@router.get("/readyz", responses=problems(503), summary="Is it ready?")
def readyz(register: Registered) -> Health:
    """Asks the store a question, whether the index reflects what it answers, whether the audit log can be written, and
    whether the disk has room."""
    graphs = register.store.graphs()
    register.audit.check()
    if register.store.commit != register.state.index.commit or not graphs:
        raise UnavailableError("The index is behind the store.", rule="not-ready", remedy="Try again in a moment.")
    disk = shutil.disk_usage(register.folder.path)
    if disk.free < disk.total * _ROOM:
        raise UnavailableError(
            f"The disk is nearly full: {disk.free / disk.total:.0%} is free.",
            rule="disk-nearly-full",
            remedy="Make room; what is there can be read, and nothing is lost.",
        )
    return Health(status="ready")


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, access: Annotated[Access, Depends(get_access)]) -> Response:
    """Counts for Prometheus, to this machine and the operator; to everybody else there is no such address."""
    here = request.client is not None and request.client.host in _HERE
    forwarded = "x-forwarded-for" in request.headers or "forwarded" in request.headers
    if access.caller.role is not Role.OPERATOR and (not here or forwarded):
        raise NotFoundError("Not Found", rule="no-such-address", remedy="Check the address.")
    return Response(request.app.state.traffic.exposition(), media_type=CONTENT_TYPE_LATEST)
