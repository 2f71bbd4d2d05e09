"""The application, made from a register: nothing global, so that tests make as many as they like."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from gse_skills import __version__
from gse_skills.errors import InputError
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills_service import (
    datasets,
    downloads,
    exchanges,
    feed,
    linked_data,
    operating,
    reconcile,
    sparql,
)
from gse_skills_service.api import health
from gse_skills_service.identity import Sessions
from gse_skills_service.middleware import Guard
from gse_skills_service.once import ShownOnce
from gse_skills_service.operator import OperatorKey
from gse_skills_service.pages import routes
from gse_skills_service.settling import settling
from gse_skills_service.traffic import Traffic, TrafficMiddleware

if TYPE_CHECKING:
    from gse_skills_service.identity.issuer import Issuer

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
        lifespan=settling(register),
        title="GSE Skills",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        # The ready-made documentation pages load their scripts from another host.
        docs_url=None,
        redoc_url=None,
    )
    app.state.issuer = _issuer(settings)
    app.state.sessions = Sessions()
    app.state.shown_once = ShownOnce()
    app.state.traffic = Traffic(settings.requests_per_minute)
    operating.install(app, register, operator or OperatorKey(), _unseen)
    app.include_router(health.router)
    app.include_router(linked_data.router)
    app.include_router(reconcile.router)
    datasets.install(app)
    downloads.install(app)
    feed.install(app)
    sparql.install(app)
    routes.install(app)
    exchanges.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(TrafficMiddleware, traffic=app.state.traffic)
    # The command line on this machine asks under the address on which the service listens.
    own = f"[{settings.host}]" if ":" in settings.host else settings.host
    public = urlsplit(settings.public_url or "").hostname or own
    hosts = (*settings.allowed_hosts, own, public, *_LOOPBACK)
    app.add_middleware(
        Guard,
        max_body=(settings.upload_mib << 20) + _ROOM_FOR_A_FORM,
        allowed_hosts=hosts,
        secure=urlsplit(settings.public_url or "").scheme == "https",
    )
    return app


def _unseen(done: int) -> None:
    """Nobody looks at the progress of what is asked over HTTP."""


def _issuer(settings: Settings) -> Issuer | None:
    """The issuer that signs people in, None where none is set; raises InputError (rule `issuer-incomplete`)."""
    if settings.oidc_issuer is None:
        return None
    if settings.oidc_client_id is None:
        raise InputError(
            "An issuer is set, but not what it calls this service.",
            rule="issuer-incomplete",
            remedy="Set GSE_SKILLS_OIDC_CLIENT_ID too.",
        )
    # Here, since the cryptography that it needs takes a start longest to load, and few have an issuer.
    from gse_skills_service.identity.issuer import Issuer

    secret = settings.oidc_client_secret
    return Issuer(
        settings.oidc_issuer,
        settings.oidc_client_id,
        None if secret is None else secret.get_secret_value(),
        settings.oidc_audience,
        settings.oidc_token_type,
    )
