"""Who asks: a bearer token, or in demo mode the caller whom the visitor has chosen to look as."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from gse_skills.access import ANONYMOUS, OPERATOR, Access, Caller
from gse_skills.errors import InputError, RefusedError
from gse_skills.register import Register

COOKIE = "look_as"


def get_register(request: Request) -> Register:
    """The register that the application serves."""
    register: Register = request.app.state.register
    return register


def get_caller(request: Request) -> Caller:
    """The caller; raises RefusedError (rule `bad-token`) for a token that is not valid, rather than look anonymous."""
    register = get_register(request)
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme:
        caller = None
        if scheme.casefold() == "bearer":
            caller = OPERATOR if request.app.state.operator.admits(secret) else register.tokens.caller(secret)
        if caller is None:
            raise RefusedError(
                "The token is not valid, or has expired.",
                rule="bad-token",
                remedy="Ask for a new one: `gse-skills token create`.",
            )
        return caller
    if register.settings.demo and COOKIE in request.cookies:
        try:
            return Caller.parse(request.cookies[COOKIE])
        except InputError:
            return ANONYMOUS
    return ANONYMOUS


def get_access(request: Request, caller: Annotated[Caller, Depends(get_caller)]) -> Access:
    """What the caller may see and do."""
    return get_register(request).access(caller)


Registered = Annotated[Register, Depends(get_register)]
Allowed = Annotated[Access, Depends(get_access)]
