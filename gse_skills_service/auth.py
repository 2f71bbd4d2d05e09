"""Who asks: a bearer token, a session of somebody who signed in, or in demo mode whom the visitor chose to look as."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Request

from gse_skills.access import ANONYMOUS, OPERATOR, Access, Caller, Principal, User
from gse_skills.callout import standing
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
    """The caller; raises RefusedError (rule `bad-token`) for a token that is not valid, rather than look anonymous.

    Who it is stays in the request's state, for the log of requests and the audit log.
    """
    request.state.user = request.state.token = ""
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
        request.state.user = session.user
        return _acting(get_callers(request), session.acting_as)
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
    if (token := register.tokens.find(secret)) is not None:
        request.state.token = token.name
        return Caller.parse(token.caller)
    issuer = request.app.state.issuer
    principal = None if issuer is None or secret.count(".") != 2 else issuer.principal(secret)
    user, callers = (None, ()) if principal is None else admitted(register, principal)
    if user is None or not callers:
        return None
    request.state.user = user.identifier
    acting = _acting(callers, request.headers.get(ACT_AS) or str(callers[0]))
    return None if acting == ANONYMOUS else acting


def admitted(register: Register, principal: Principal) -> tuple[User | None, tuple[Caller, ...]]:
    """The user whom an issuer vouches for, and the callers as which they may act; somebody whom an organisation's
    records know by their mail address becomes a user by coming."""
    user = register.users.find(principal)
    if user is None and principal.email is not None:
        slugs = (organisation.slug for organisation in register.state.organisations)
        if register.selves.of(principal.email, slugs):
            user = register.users.let_in(principal.email)
    elif user is not None and not user.came:
        user = register.users.let_in(user.name)
    return user, standing(register, user, principal.email)


def get_callers(request: Request) -> tuple[Caller, ...]:
    """The callers as which whoever signed in in this browser may act now; none for whoever did not."""
    session, register = get_session(request), get_register(request)
    if session is None or session.user is None:
        return ()
    return standing(register, register.users.get(session.user), session.address)


def _acting(callers: tuple[Caller, ...], chosen: str) -> Caller:
    """The caller as which a user acts; anonymous once they may no longer."""
    return next((caller for caller in callers if str(caller) == chosen), ANONYMOUS)


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


def require_recent_sign_in(request: Request) -> None:
    """Let somebody who signed in pass only a short while after; raises RefusedError (rule `sign-in-again`).

    A machine's token and whoever is no session have nothing that could be left open on somebody's desk.
    """
    session = None if "authorization" in request.headers else get_session(request)
    if session is not None and session.user is not None and not request.app.state.sessions.is_recent(session):
        raise RefusedError(
            "You signed in a while ago, and this is for nobody but you.",
            rule="sign-in-again",
            remedy="Sign out, sign in again, and do it within a quarter of an hour.",
        )


def get_access(request: Request, caller: Annotated[Caller, Depends(get_caller)]) -> Access:
    """What the caller may see and do."""
    return get_register(request).access(caller)


def require_known(access: Annotated[Access, Depends(get_access)]) -> None:
    """Let pass whoever belongs to an organisation, owns the framework or runs the service: default deny.

    What is published, in vocabulary and in records, is asked for without it. Raises RefusedError (rules
    `sign-in-needed`, `not-a-member`).
    """
    if access.home is not None or access.administers or access.owns_framework or access.keeps:
        return
    if access.caller == ANONYMOUS:
        raise RefusedError(
            "This is for those who have signed in.",
            rule="sign-in-needed",
            remedy="Sign in, or send an API token. What is published can be seen without.",
        )
    raise RefusedError(
        "You belong to no organisation of this alliance.",
        rule="not-a-member",
        remedy="Ask the administrator of this service to let you in.",
    )


Registered = Annotated[Register, Depends(get_register)]
Allowed = Annotated[Access, Depends(get_access)]
