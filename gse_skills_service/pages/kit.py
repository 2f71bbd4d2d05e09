"""What every page route needs: the renderer, and the frame of whoever is looking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from gse_skills.access import ANONYMOUS
from gse_skills.errors import GseSkillsError
from gse_skills_service.auth import get_access, get_caller, get_callers, get_register, get_session
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.assets import Assets
from gse_skills_service.pages.callers import Cast, in_words
from gse_skills_service.pages.frame import Frame, Link, Option, Section, ViewAs
from gse_skills_service.pages.notices import notices_for
from gse_skills_service.pages.templating import Pages
from gse_skills_service.pages.views import Problem, View
from gse_skills_service.witness import purpose_of

LOOK_AS, ACT_AS, SIGN_IN, SIGN_OUT = "/look-as", "/act-as", "/sign-in", "/sign-out"
PURPOSE_PAGE, AUDIT, DESK = "/purpose", "/audit", "/desk"

_TITLES = {
    401: "You need to sign in",
    403: "You cannot do this",
    404: "Page not found",
    429: "Too many requests",
    500: "Sorry, there is a problem with the service",
    503: "Sorry, the service is unavailable",
}
"""Of error pages, as the GOV.UK Design System has them; for others the phrase of the status does."""
_NO_PAGE = (
    "If you typed the web address, check it is correct.",
    "If you pasted the web address, check you copied the entire address.",
)
"""What the page says of an address under which there is nothing, as the GOV.UK Design System has it."""
_NO_SUCH_ADDRESS = "no-such-address"
"""The rule of a request for one."""


class PageKit:
    """Renders views in the frame of a request; kept as `app.state.pages`."""

    def __init__(self) -> None:
        self.assets = Assets.from_folder()
        self._pages = Pages(self.assets)
        self._cast = Cast()

    def page(self, request: Request, view: View, section: Section | None = None, status: int = 200) -> HTMLResponse:
        """A view as a response."""
        return HTMLResponse(self._pages.render(view, _answerable(request, self._frame(request, section))), status)

    def problem(self, request: Request, body: Mapping[str, Any]) -> HTMLResponse:
        """A problem document as a page."""
        choices = tuple(
            Link(str(choice["label"]), address("/framework/concept", iri=choice["iri"]))
            for choice in body.get("choices", ())
            if isinstance(choice, dict)
        )
        detail, remedy = body["detail"], body.get("remedy", "")
        if body["rule"] == _NO_SUCH_ADDRESS:
            detail, remedy = _NO_PAGE
        title = _TITLES.get(body["status"], body["title"])
        view = Problem(body["status"], title, detail, remedy, choices)
        return self.page(request, view, status=body["status"])

    def _frame(self, request: Request, section: Section | None) -> Frame:
        register = get_register(request)
        settings = register.settings
        try:
            caller = get_caller(request)
        except GseSkillsError:
            # A page about a bad token is shown to nobody in particular.
            caller = ANONYMOUS
        access, back = register.access(caller), _back(request)
        frame = Frame(
            section,
            in_words(caller, register),
            settings.demo,
            marking=settings.marking,
            notices=notices_for(register, access),
        )
        session = get_session(request)
        if session is not None and session.user is not None and register.users.get(session.user) is not None:
            callers = get_callers(request)
            offered = tuple(Option(str(one), in_words(one, register)) for one in callers)
            if offered and caller not in callers:
                # What they acted as is theirs no more, and they choose what to go on as.
                offered = (Option(str(caller), in_words(caller, register)), *offered)
            view_as = ViewAs(ACT_AS, offered, str(caller), back) if len(offered) > 1 else None
            return replace(frame, view_as=view_as, sign_out=SIGN_OUT, csrf=session.form_key)
        view_as = ViewAs(LOOK_AS, self._cast.of(register), str(caller), back) if settings.demo else None
        sign_in = Link("Sign in", address(SIGN_IN, next=back)) if request.app.state.issuer else None
        return replace(frame, view_as=view_as, sign_in=sign_in)


def _answerable(request: Request, frame: Frame) -> Frame:
    """The frame with what makes looking accountable, and the way to what is the caller's own."""
    try:
        access = get_access(request, get_caller(request))
    except GseSkillsError:
        return frame
    looks = access.home is not None and len(access.views) > 1
    href = address(PURPOSE_PAGE, next=_back(request)) if looks and request.url.path != PURPOSE_PAGE else ""
    own = access.home is not None or access.administers or access.owns_framework
    desk = Link("Your desk", DESK) if own and request.url.path != DESK else None
    return replace(frame, purpose=purpose_of(request) if looks else "", purpose_href=href, desk=desk)


def _back(request: Request) -> str:
    """The page to come back to."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return path if request.method == "GET" else "/"
