"""What every page route needs: the renderer, and the frame of whoever is looking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from gse_skills.access import Caller, Role
from gse_skills.errors import GseSkillsError
from gse_skills.register import State
from gse_skills_service.auth import get_caller, get_register, get_session
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.assets import Assets
from gse_skills_service.pages.frame import Frame, Link, Option, Section, ViewAs
from gse_skills_service.pages.templating import Pages
from gse_skills_service.pages.views import Problem, View

LOOK_AS, ACT_AS, SIGN_IN, SIGN_OUT = "/look-as", "/act-as", "/sign-in", "/sign-out"
_ROLES = {Role.MEMBER: "Member", Role.STEWARD: "Steward"}


class PageKit:
    """Renders views in the frame of a request; kept as `app.state.pages`."""

    def __init__(self) -> None:
        self.assets = Assets.from_folder()
        self._pages = Pages(self.assets)

    def page(self, request: Request, view: View, section: Section | None = None, status: int = 200) -> HTMLResponse:
        """A view as a response."""
        return HTMLResponse(self._pages.render(view, _frame(request, section)), status)

    def problem(self, request: Request, body: Mapping[str, Any]) -> HTMLResponse:
        """A problem document as a page."""
        choices = tuple(
            Link(str(choice["label"]), address("/framework/concept", iri=choice["iri"]))
            for choice in body.get("choices", ())
            if isinstance(choice, dict)
        )
        view = Problem(body["status"], body["title"], body["detail"], body.get("remedy", ""), choices)
        return self.page(request, view, status=body["status"])


def _frame(request: Request, section: Section | None) -> Frame:
    register = get_register(request)
    settings, state = register.settings, register.state
    try:
        caller = get_caller(request)
    except GseSkillsError:
        # A page about a bad token is shown to nobody in particular.
        caller = Caller(Role.ANONYMOUS)
    session = get_session(request)
    user = register.users.get(session.user) if session and session.user else None
    back = _back(request)
    if user is not None and session is not None:
        offered = [Option(grant, in_words(Caller.parse(grant), state)) for grant in user.grants]
        view_as = ViewAs(ACT_AS, tuple(offered), str(caller), back) if len(offered) > 1 else None
        return Frame(
            section,
            in_words(caller, state),
            settings.demo,
            view_as,
            None,
            SIGN_OUT,
            session.form_key,
            settings.marking,
        )
    view_as = ViewAs(LOOK_AS, _anybody(state), str(caller), back) if settings.demo else None
    sign_in = Link("Sign in", address(SIGN_IN, next=back)) if request.app.state.issuer else None
    return Frame(section, in_words(caller, state), settings.demo, view_as, sign_in, marking=settings.marking)


def _back(request: Request) -> str:
    """The page to come back to."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return path if request.method == "GET" else "/"


def _anybody(state: State) -> tuple[Option, ...]:
    """As whom one can look at the demo."""
    callers = [
        Caller(role, organisation.slug) for role in (Role.MEMBER, Role.STEWARD) for organisation in state.organisations
    ]
    return (Option("anonymous", "Anonymous"), *(Option(str(one), in_words(one, state)) for one in callers))


def in_words(caller: Caller, state: State) -> str:
    """A caller as people say it."""
    if caller.role is Role.OPERATOR:
        return "Operator"
    names = {organisation.slug: organisation.name for organisation in state.organisations}
    if caller.organisation not in names:
        return "Anonymous"
    return f"{_ROLES[caller.role]} of {names[caller.organisation]}"
