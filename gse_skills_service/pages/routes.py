"""All pages, put into the application."""

from __future__ import annotations

from fastapi import FastAPI

from gse_skills_service.pages import expertise, framework, query, sheets, site
from gse_skills_service.pages.kit import PageKit


def install(app: FastAPI) -> None:
    """Give `app` its pages and static files."""
    kit = PageKit()
    app.state.pages = kit
    app.mount("/assets", kit.assets)
    for part in (site, expertise, framework, sheets, query):
        app.include_router(part.router)
