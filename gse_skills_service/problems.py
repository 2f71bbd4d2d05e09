"""Errors as RFC 9457 problem details: one table from the family of errors to HTTP, one shape everywhere.

Whoever asks for a page gets the same problem as a page.
"""

from __future__ import annotations

import http
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from gse_skills import errors
from gse_skills.audit import AuditError
from gse_skills.sparql.negotiation import negotiate
from gse_skills_service.witness import tell_refusal

MEDIA_TYPE = "application/problem+json"
_TYPE = "https://w3id.org/gse-skills/problem/"

_STATUS: tuple[tuple[type[errors.GseSkillsError], int], ...] = (
    (errors.NotFoundError, 404),
    (errors.AmbiguousError, 409),
    (errors.TooLargeError, 413),
    (errors.InputError, 400),
    (errors.RefusedError, 403),
    (errors.ConflictError, 409),
    (errors.LimitError, 503),
    (errors.UnavailableError, 503),
)
_STATUS_OF_RULE = {
    "not-acceptable": 406,
    "unsupported-media-type": 415,
    "plan-changed": 412,
    "version-missing": 428,
    "memory-limit": 507,
    "disk-full": 507,
    "no-token": 401,
    "sign-in-needed": 401,
    "bad-token": 401,
    "sign-in-failed": 401,
}
_REMEDIES = {
    404: "Check the address.",
    405: "See the API description for the methods that this address takes.",
}
_METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")
log = logging.getLogger("gse_skills_service")


def status_of(error: errors.GseSkillsError) -> int:
    """The HTTP status of an error.

    >>> status_of(errors.NotFoundError("no such skill"))
    404
    """
    if error.rule in _STATUS_OF_RULE:
        return _STATUS_OF_RULE[error.rule]
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def problem(
    status: int, rule: str, detail: str, remedy: str = "", extra: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """The body of a problem: type, title, status, detail, rule, remedy, and what else the error carries."""
    title = http.HTTPStatus(status).phrase
    body = {"type": f"{_TYPE}{rule}", "title": title, "status": status, "detail": detail, "rule": rule}
    return body | ({"remedy": remedy} if remedy else {}) | dict(extra or {})


def respond(request: Request, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A problem as the response to a request: as a page for whoever asks for one, else as JSON."""
    if _wants_page(request):
        page: Response = request.app.state.pages.problem(request, body)
        page.headers.update(headers or {})
        return page
    return JSONResponse(body, body["status"], dict(headers or {}), MEDIA_TYPE)


def unforeseen(request: Request, error: Exception) -> Response:
    """The response to an error that nobody foresaw: it goes to the log, and nothing of it to the client."""
    log.error("unforeseen error", exc_info=error)
    remedy = "Try again; if it stays, tell the operators."
    return respond(request, problem(500, "unforeseen", "Something went wrong here.", remedy))


def _wants_page(request: Request) -> bool:
    if request.url.path.startswith(("/api/", "/sparql")):
        return False
    return negotiate(request.headers.get("accept"), ("application/json", "text/html")) == "text/html"


def methods_of(app: FastAPI, request: Request) -> tuple[str, ...]:
    """The methods that the routes of an address take together, where each knows of its own alone; empty beneath what is
    mounted, which answers for itself."""
    # Made anew: what a route has matched in part, it has written into the scope.
    root = {"type": "http", "path": request.scope["path"], "root_path": request.scope.get("app_root_path", "")}
    routes = [route for route in app.routes if not isinstance(route, Mount)]
    taken = {
        method for method in _METHODS for route in routes if route.matches({**root, "method": method})[0] is Match.FULL
    }
    # HEAD is answered wherever GET is: see `middleware`.
    return tuple(sorted(taken | ({"HEAD"} if "GET" in taken else set())))


def install(app: FastAPI) -> None:
    """Make `app` answer every error as a problem, but for those that nobody foresaw: see `middleware`."""

    def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, errors.GseSkillsError)
        try:
            if status_of(error) in (401, 403):
                tell_refusal(request, error.rule)
        except AuditError as failed:
            error = failed
        if error.rule == "purpose-missing" and request.method == "GET" and _wants_page(request):
            back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/purpose?{urlencode({'next': back})}", 303)
        status = status_of(error)
        headers = {}
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if status in (503, 507):
            headers["Retry-After"] = str(error.extra.get("retry_after", 5))
        return respond(request, problem(status, error.rule, error.message, error.remedy, error.extra), headers)

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = [
            {"at": ".".join(map(str, fault["loc"])), "message": fault["msg"], "value": repr(fault.get("input"))[:200]}
            for fault in error.errors()
        ]
        detail = "; ".join(f"{fault['at']}: {fault['message']}" for fault in faults)
        body = problem(422, "bad-parameter", detail, "Correct the parameters named.", {"faults": faults})
        return respond(request, body)

    def starlettes(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = error.status_code
        rule = {404: "no-such-address", 405: "method-not-allowed"}.get(status, "http-error")
        body = problem(status, rule, error.detail, _REMEDIES.get(status, ""))
        headers = dict(error.headers or {})
        if status == 405 and (methods := methods_of(app, request)):
            headers["Allow"] = ", ".join(methods)  # RFC 9110, section 15.5.6
        return respond(request, body, headers)

    app.add_exception_handler(errors.GseSkillsError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, starlettes)
