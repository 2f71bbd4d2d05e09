"""Who asks: a bearer token, a session of somebody who signed in, or in demo mode whom the visitor chose to look as."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Request

from gse_skills.access import ANONYMOUS, OPERATOR, Access, Caller, User
from gse_skills.errors import InputError, RefusedError
from gse_skills.register import Register
from gse_skills_service.identity import Session

COOKIE = "look_as"
ACT_AS = "act-as"
"""The header by which a machine with several grants says which it means."""
FORM_KEY = "csrf_token"


def get_register(request: Request) -> Register:
    """The register that the application serves."""
    register: Register = request.app.state.register
    return register


def get_caller(request: Request) -> Caller:
    """The caller; raises RefusedError (rule `bad-token`) for a token that is not valid, rather than look anonymous."""
    caller = _caller(request)
    request.state.role, request.state.organisation = caller.role.value, caller.organisation or ""
    return caller


def _caller(request: Request) -> Caller:
    register = get_register(request)
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme:
        caller = _bearer(request, secret) if scheme.casefold() == "bearer" else None
        if caller is None:
            raise RefusedError(
                "The token is not valid, or has expired.",
                rule="bad-token",
                remedy="Ask for a new one: `gse-skills token create`.",
            )
        return caller
    if (session := get_session(request)) is not None and session.user is not None:
        return _acting(register.users.get(session.user), session.acting_as)
    if register.settings.demo and COOKIE in request.cookies:
        try:
            return Caller.parse(request.cookies[COOKIE])
        except InputError:
            return ANONYMOUS
    return ANONYMOUS


def _bearer(request: Request, secret: str) -> Caller | None:
    """Whose token it is: the operator's key, one of ours, or a JWT of the issuer's."""
    if request.app.state.operator.admits(secret):
        return OPERATOR
    register = get_register(request)
    if (caller := register.tokens.caller(secret)) is not None:
        return caller
    issuer = request.app.state.issuer
    principal = None if issuer is None or secret.count(".") != 2 else issuer.principal(secret)
    user = None if principal is None else register.users.find(principal)
    if user is None:
        return None
    acting = _acting(user, request.headers.get(ACT_AS) or next(iter(user.grants), ""))
    return None if acting == ANONYMOUS else acting


def _acting(user: User | None, grant: str) -> Caller:
    """The caller as which a user acts; anonymous once the grant, or the user, is gone."""
    return Caller.parse(grant) if user is not None and grant in user.grants else ANONYMOUS


def get_session(request: Request) -> Session | None:
    """The session of the browser that asks, None when it has none."""
    name = request.cookies.get(session_cookie(request))
    session: Session | None = request.app.state.sessions.get(name) if name else None
    return session


def session_cookie(request: Request) -> str:
    """What the cookie is called: with the prefix that ties it to one host, where the service is behind TLS."""
    return "__Host-session" if is_secure(request) else "session"


def is_secure(request: Request) -> bool:
    """Whether people reach the service by HTTPS."""
    return (get_register(request).settings.public_url or "").startswith("https://")


async def require_form_key(request: Request) -> None:
    """Let a form of somebody who signed in pass only with the key that our own page put into it.

    Raises RefusedError (rule `stale-form`). Whoever has no session has nothing that another site could abuse.
    """
    session = get_session(request)
    if request.method != "POST" or session is None or session.user is None:
        return
    sent = (await request.form()).get(FORM_KEY)
    if not isinstance(sent, str) or not secrets.compare_digest(sent.encode(), session.form_key.encode()):
        raise RefusedError(
            "The form is from an earlier session, or was not made here.",
            rule="stale-form",
            remedy="Open the page again and send the form from there.",
        )


def get_access(request: Request, caller: Annotated[Caller, Depends(get_caller)]) -> Access:
    """What the caller may see and do."""
    return get_register(request).access(caller)


Registered = Annotated[Register, Depends(get_register)]
Allowed = Annotated[Access, Depends(get_access)]
