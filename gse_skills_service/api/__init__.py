"""The API under `/api/v1`."""

from fastapi import APIRouter

from gse_skills_service.api import experts, imports, organisations, people, skills

router = APIRouter(prefix="/api/v1")
for part in (skills, experts, organisations, people, imports):
    router.include_router(part.router)
