"""Signing in and out, and choosing as which of one's callers to act."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from gse_skills.access import Caller
from gse_skills.errors import NotFoundError, RefusedError
from gse_skills_service.auth import get_register, get_session, is_secure, session_cookie
from gse_skills_service.identity import Attempt, Issuer, Sessions
from gse_skills_service.operator import origin
from gse_skills_service.pages.addresses import inside
from gse_skills_service.pages.kit import ACT_AS, SIGN_IN, SIGN_OUT

router = APIRouter(include_in_schema=False)

_CALLBACK = f"{SIGN_IN}/callback"


@router.get(SIGN_IN)
def sign_in(request: Request, next: str = "/") -> RedirectResponse:  # noqa: A002 - the field's name
    """Send the browser to the issuer.

    Raises NotFoundError (rule `no-issuer`) where there is none, and UnavailableError (`issuer-unreachable`).
    """
    attempt = Attempt.begin(_callback(request), inside(next))
    response = RedirectResponse(_issuer(request).sign_in_address(attempt), 303)
    _set_cookie(request, response, _sessions(request).begin(attempt))
    return response


@router.get(_CALLBACK)
def signed_in(request: Request, state: str = "", code: str = "") -> RedirectResponse:
    """Take the browser back from the issuer.

    Raises RefusedError: `sign-in-failed` when this is not the browser that began, or the issuer does not confirm it;
    `unknown-user` for somebody whom nobody has let in.
    """
    session = get_session(request)
    attempt = session.attempt if session else None
    if attempt is None or not secrets.compare_digest(attempt.state.encode(), state.encode()):
        raise RefusedError(
            "Signing in failed. This is not the browser in which it began, or it took too long.",
            rule="sign-in-failed",
            remedy="Sign in again.",
        )
    sessions = _sessions(request)
    sessions.end(request.cookies[session_cookie(request)])
    user = get_register(request).users.find(_issuer(request).redeem(code, attempt))
    if user is None or not user.grants:
        raise RefusedError(
            "You are who you say, but nobody has let you in here.",
            rule="unknown-user",
            remedy="Ask the administrator of this service to add you: `gse-skills user grant`.",
        )
    response = RedirectResponse(attempt.next, 303)
    _set_cookie(request, response, sessions.signed_in(user.identifier, user.grants[0]))
    return response


@router.post(SIGN_OUT)
def sign_out(request: Request) -> RedirectResponse:
    """End the session."""
    name = session_cookie(request)
    _sessions(request).end(request.cookies.get(name, ""))
    response = RedirectResponse("/", 303)
    response.delete_cookie(name, secure=is_secure(request), httponly=True, samesite="lax")
    return response


@router.post(ACT_AS)
def act_as(
    request: Request,
    caller: Annotated[str, Form(max_length=100)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the field's name
) -> RedirectResponse:
    """Act as another of one's callers; raises RefusedError (rule `not-granted`)."""
    session = get_session(request)
    user = get_register(request).users.get(session.user) if session and session.user else None
    if user is None or str(Caller.parse(caller)) not in user.grants:
        raise RefusedError(
            f"You may not act as {caller}.", rule="not-granted", remedy="Choose one of those that you are offered."
        )
    _sessions(request).act_as(request.cookies[session_cookie(request)], caller)
    return RedirectResponse(inside(next), 303)


def _issuer(request: Request) -> Issuer:
    issuer: Issuer | None = request.app.state.issuer
    if issuer is None:
        raise NotFoundError(
            "Nobody can sign in here: no issuer is set.",
            rule="no-issuer",
            remedy="Use an API token, or set GSE_SKILLS_OIDC_ISSUER and GSE_SKILLS_OIDC_CLIENT_ID.",
        )
    return issuer


def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


def _callback(request: Request) -> str:
    public = get_register(request).settings.public_url
    host, port = request.scope["server"]
    return (public.rstrip("/") if public else origin(host, port)) + _CALLBACK


def _set_cookie(request: Request, response: RedirectResponse, name: str) -> None:
    # Lax, since the issuer leads the browser here from its own site; forms are held by their key.
    response.set_cookie(session_cookie(request), name, secure=is_secure(request), httponly=True, samesite="lax")
