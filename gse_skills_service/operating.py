"""The operations over a register: all that a command in its own process needs, and a part of the service."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from gse_skills.imports.kept import KeptMatchings
from gse_skills.register import Register
from gse_skills_service import api, erasures, operations, problems
from gse_skills_service.operator import OperatorKey
from gse_skills_service.uploads import Uploads


def create_api(register: Register, operator: OperatorKey, progress: Callable[[int], None]) -> FastAPI:
    """The operations alone, for the command line in its own process: there is nobody whom to guard it from.

    `progress` gets the people compared while a sheet is imported.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    install(app, register, operator, progress)
    return app


def install(app: FastAPI, register: Register, operator: OperatorKey, progress: Callable[[int], None]) -> None:
    """Give an application the operations, what they work on, and how problems are answered."""
    app.state.register = register
    app.state.operator = operator
    app.state.progress = progress
    app.state.uploads = Uploads(register.folder.spool, register.settings.upload_mib << 20)
    register.forgetting.append(app.state.uploads.forget)
    register.forgetting.append(KeptMatchings(register.folder.path).forget)
    problems.install(app)
    app.include_router(api.router)
    app.include_router(operations.router)
    app.include_router(erasures.router)
