"""The API under `/api/v1`."""

from fastapi import APIRouter, Depends

from gse_skills_service.api import (
    administration,
    assessments,
    audit,
    capability,
    coverage,
    development,
    dossier,
    experts,
    imports,
    incidents,
    opportunities,
    organisations,
    people,
    proposals,
    releases,
    retention,
    roles,
    sharing,
    skills,
    targets,
    units,
)
from gse_skills_service.api.answering import problems
from gse_skills_service.auth import get_caller
from gse_skills_service.parameters import require_known_parameters

# Who brings a token is told everywhere when it is not valid, also where none is needed.
router = APIRouter(
    prefix="/api/v1",
    dependencies=[Depends(get_caller), Depends(require_known_parameters)],
    responses=problems(400, 401, 422),
)
for part in (
    skills,
    roles,
    releases,
    experts,
    organisations,
    capability,
    coverage,
    units,
    targets,
    sharing,
    retention,
    people,
    development,
    dossier,
    assessments,
    imports,
    proposals,
    opportunities,
    audit,
    incidents,
    administration,
):
    router.include_router(part.router)
