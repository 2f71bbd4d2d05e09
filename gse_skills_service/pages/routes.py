"""All pages, put into the application."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from gse_skills_service.auth import require_form_key, require_known
from gse_skills_service.pages import (
    administration,
    assess,
    assessments,
    audit,
    browse,
    comparison,
    complaints,
    coverage,
    desk,
    development,
    dossier,
    erasure,
    expertise,
    framework,
    identity,
    import_history,
    incidents,
    opportunities,
    organisations,
    person,
    plan,
    profession,
    proposals,
    purpose,
    query,
    releases,
    retention,
    roles,
    sharing,
    sheets,
    site,
    targets,
    tokens,
    users,
)
from gse_skills_service.pages.kit import PageKit

_FOR_THOSE_WITHIN = (desk, proposals, purpose, sheets)
"""Whoever has not signed in has nothing there; what else they lack a right to, its own route refuses."""


def install(app: FastAPI) -> None:
    """Give `app` its pages and static files."""
    kit = PageKit()
    app.state.pages = kit
    app.mount("/assets", kit.assets)
    # The address of a concept takes any name, so what has an address of its own beneath /framework comes before.
    for part in (
        site,
        desk,
        identity,
        incidents,
        opportunities,
        organisations,
        comparison,
        expertise,
        development,
        person,
        plan,
        roles,
        releases,
        browse,
        framework,
        proposals,
        sheets,
        import_history,
        query,
        audit,
        purpose,
        dossier,
        assessments,
        assess,
        erasure,
        complaints,
        administration,
        users,
        tokens,
        retention,
        sharing,
        coverage,
        targets,
        profession,
    ):
        within = [Depends(require_known)] if part in _FOR_THOSE_WITHIN else []
        app.include_router(part.router, dependencies=[*within, Depends(require_form_key)])
