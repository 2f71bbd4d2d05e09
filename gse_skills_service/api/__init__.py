"""The API under `/api/v1`."""

from fastapi import APIRouter, Depends

from gse_skills_service.api import experts, imports, organisations, people, proposals, releases, roles, skills
from gse_skills_service.api.answering import problems
from gse_skills_service.auth import get_caller

# Who brings a token is told everywhere when it is not valid, also where none is needed.
router = APIRouter(prefix="/api/v1", dependencies=[Depends(get_caller)], responses=problems(401, 422))
for part in (skills, roles, releases, experts, organisations, people, imports, proposals):
    router.include_router(part.router)
