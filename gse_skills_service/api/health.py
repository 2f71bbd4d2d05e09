"""Whether the service lives, and whether it is ready."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from gse_skills.errors import UnavailableError
from gse_skills_service.api.answering import problems
from gse_skills_service.auth import Registered

router = APIRouter(tags=["Health"])


class Health(BaseModel):
    """The state of the service."""

    status: str


@router.get("/healthz", summary="Does the service live?")
async def healthz() -> Health:
    """Answers as long as the process does, also when every thread has work."""
    return Health(status="ok")


@router.get("/readyz", responses=problems(503), summary="Is it ready?")
def readyz(register: Registered) -> Health:
    """Asks the store a question, and whether the index reflects what it answers."""
    if register.store.commit != register.state.index.commit or not register.store.graphs():
        raise UnavailableError("The index is behind the store.", rule="not-ready", remedy="Try again in a moment.")
    return Health(status="ready")
