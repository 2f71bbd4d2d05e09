"""Signing in and out, and choosing as which of one's callers to act."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from gse_skills.access import Caller
from gse_skills.audit import Action, Witness
from gse_skills.errors import NotFoundError, RefusedError
from gse_skills_service.auth import admitted, get_callers, get_register, get_session, is_secure, session_cookie
from gse_skills_service.identity import Attempt, Sessions
from gse_skills_service.operator import origin
from gse_skills_service.pages.addresses import inside
from gse_skills_service.pages.kit import ACT_AS, SIGN_IN, SIGN_OUT
from gse_skills_service.witness import Witnessed, purpose_cookie

if TYPE_CHECKING:
    from gse_skills_service.identity.issuer import Issuer

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
    register = get_register(request)
    principal = _issuer(request).redeem(code, attempt)
    user, callers = admitted(register, principal)
    if user is None or not callers:
        raise RefusedError(
            "You are who you say, but nobody has let you in here.",
            rule="unknown-user",
            remedy="Ask the administrator of this service to add you: `gse-skills user grant`.",
        )
    access = register.access(callers[0])
    Witness(register.audit, access, user.identifier, request.state.request_id).told(Action.SIGN_IN)
    response = RedirectResponse(attempt.next, 303)
    response.delete_cookie(purpose_cookie(request), secure=is_secure(request), httponly=True, samesite="lax")
    _set_cookie(request, response, sessions.signed_in(user.identifier, str(callers[0]), principal.email))
    return response


@router.post(SIGN_OUT)
def sign_out(request: Request, witness: Witnessed) -> RedirectResponse:
    """End the session."""
    name = session_cookie(request)
    session = get_session(request)
    _sessions(request).end(request.cookies.get(name, ""))
    # The session ends in any case: who wants to be out must not be kept in.
    if session is not None and session.user is not None:
        witness.told(Action.SIGN_OUT)
    response = RedirectResponse("/", 303)
    for cookie in (name, purpose_cookie(request)):
        response.delete_cookie(cookie, secure=is_secure(request), httponly=True, samesite="lax")
    return response


@router.post(ACT_AS)
def act_as(
    request: Request,
    witness: Witnessed,
    caller: Annotated[str, Form(max_length=100)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the field's name
) -> RedirectResponse:
    """Act as another of one's callers; raises RefusedError (rule `not-granted`)."""
    chosen = Caller.parse(caller)
    if chosen not in get_callers(request):
        raise RefusedError(
            f"You may not act as {caller}.", rule="not-granted", remedy="Choose one of those that you are offered."
        )
    witness.told(Action.ACT_AS, chosen)
    _sessions(request).act_as(request.cookies[session_cookie(request)], str(chosen))
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
