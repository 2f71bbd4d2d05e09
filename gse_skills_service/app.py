"""The application, made from a register: nothing global, so that tests make as many as they like."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from gse_skills import __version__
from gse_skills.register import Register
from gse_skills_service import api, operations, problems, sparql
from gse_skills_service.api import health
from gse_skills_service.middleware import Guard
from gse_skills_service.operator import OperatorKey
from gse_skills_service.pages import routes
from gse_skills_service.uploads import Uploads

_DESCRIPTION = """
Who has which skill, across an alliance of laboratories and departments, in one shared taxonomy.

Without a token only what is public is seen. Errors are RFC 9457 problem details with the rule that fired and the
remedy.
"""
_ROOM_FOR_A_FORM = 1 << 20


_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def create_app(register: Register, operator: OperatorKey | None = None) -> FastAPI:
    """The service over an open register; `operator` is the key that its command line may use."""
    settings = register.settings
    app = FastAPI(
        title="GSE Skills",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        # The ready-made documentation pages load their scripts from another host.
        docs_url=None,
        redoc_url=None,
    )
    app.state.register = register
    app.state.operator = operator or OperatorKey()
    app.state.uploads = Uploads(register.folder.spool, settings.upload_mib << 20)
    problems.install(app)
    app.include_router(api.router)
    app.include_router(health.router)
    app.include_router(operations.router)
    sparql.install(app)
    routes.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    # The command line on this machine asks under the address on which the service listens.
    own = f"[{settings.host}]" if ":" in settings.host else settings.host
    hosts = (*settings.allowed_hosts, own, *_LOOPBACK)
    app.add_middleware(Guard, max_body=(settings.upload_mib << 20) + _ROOM_FOR_A_FORM, allowed_hosts=hosts)
    return app
