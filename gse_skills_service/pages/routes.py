"""All pages, put into the application."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from gse_skills_service.auth import require_form_key
from gse_skills_service.pages import (
    assessments,
    audit,
    browse,
    complaints,
    desk,
    development,
    dossier,
    erasure,
    expertise,
    framework,
    identity,
    incidents,
    opportunities,
    organisations,
    proposals,
    purpose,
    query,
    releases,
    roles,
    sheets,
    site,
)
from gse_skills_service.pages.kit import PageKit


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
        expertise,
        development,
        roles,
        releases,
        browse,
        framework,
        proposals,
        sheets,
        query,
        audit,
        purpose,
        dossier,
        assessments,
        erasure,
        complaints,
    ):
        app.include_router(part.router, dependencies=[Depends(require_form_key)])
