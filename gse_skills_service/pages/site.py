"""The home page, the pages about the service, and the demo's switch of caller."""

from __future__ import annotations

import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from gse_skills.access import Caller
from gse_skills.audit import Action
from gse_skills.errors import NotFoundError
from gse_skills.framework import OWN_SCHEME
from gse_skills_service.auth import COOKIE, Registered
from gse_skills_service.once import shown_cookie
from gse_skills_service.pages.addresses import address, inside
from gse_skills_service.pages.frame import Link
from gse_skills_service.pages.kit import LOOK_AS
from gse_skills_service.pages.views import Accessibility, Cookie, Cookies, Figure, Home
from gse_skills_service.witness import Witnessed, purpose_cookie

router = APIRouter(include_in_schema=False)

_EXAMPLES = (
    Link(
        "Who is a practitioner or better in virology?",
        address("/expertise", skill="Virology", min_level="Practitioner"),
    ),
    Link("Who can sequence genomes and is available?", address("/expertise", skill="LIF-GEN-01", available="true")),
    Link("Who knows machine learning?", address("/expertise", skill="Machine learning")),
)


_PREPARED, _REVIEWED = datetime.date(2026, 11, 22), datetime.date(2026, 11, 22)
"""When the accessibility statement was written, and last gone through against the pages."""


@router.get("/")
def home(request: Request, register: Registered) -> HTMLResponse:
    """The first page."""
    state = register.state
    skills = sum(concept.kind == "skill" and concept.scheme == OWN_SCHEME for concept in state.framework.concepts)
    figures = (Figure(skills, "skills in the framework"), Figure(len(state.organisations), "organisations"))
    page: HTMLResponse = request.app.state.pages.page(request, Home(_EXAMPLES, figures))
    return page


@router.get("/accessibility")
def accessibility(request: Request, register: Registered) -> HTMLResponse:
    """The accessibility statement."""
    view = Accessibility(_PREPARED, _REVIEWED, register.settings.contact)
    page: HTMLResponse = request.app.state.pages.page(request, view)
    return page


@router.get("/cookies")
def cookies(request: Request, register: Registered) -> HTMLResponse:
    """The cookies that the service sets."""
    purpose = Cookie(
        purpose_cookie(request), "Remembers why you look, as you said it.", "When you sign out or close the browser"
    )
    once = Cookie(shown_cookie(request), "Shows you once what a form of yours made.", "In a minute")
    kept = (Cookie(COOKIE, "Remembers as whom you look at the demo.", "When you close the browser"),)
    page: HTMLResponse = request.app.state.pages.page(
        request, Cookies((*(kept if register.settings.demo else ()), purpose, once))
    )
    return page


@router.post(LOOK_AS)
def look_as(
    register: Registered,
    witness: Witnessed,
    caller: Annotated[str, Form(max_length=100, pattern=r"^[a-z0-9:/-]*$")],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002
) -> RedirectResponse:
    """In the demo, look at the service as somebody else; elsewhere there is no such address."""
    if not register.settings.demo:
        raise NotFoundError("Not Found", rule="no-such-address", remedy="Check the address.")
    chosen = Caller.parse(caller)
    witness.told(Action.ACT_AS, chosen)
    response = RedirectResponse(inside(next), 303)
    response.set_cookie(COOKIE, str(chosen), httponly=True, samesite="strict")
    return response
