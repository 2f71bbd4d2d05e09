"""What every page route needs: the renderer, and the frame of whoever is looking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from gse_skills.access import Caller, Role
from gse_skills.errors import GseSkillsError
from gse_skills.register import State
from gse_skills_service.auth import get_caller, get_register
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.assets import Assets
from gse_skills_service.pages.frame import Frame, Link, Option, Section, ViewAs
from gse_skills_service.pages.templating import Pages
from gse_skills_service.pages.views import Problem, View

LOOK_AS = "/look-as"
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
    view_as = _view_as(request, caller, state) if settings.demo else None
    return Frame(section, in_words(caller, state), settings.demo, view_as, None, "", settings.marking)


def _view_as(request: Request, caller: Caller, state: State) -> ViewAs:
    callers = [
        Caller(role, organisation.slug) for role in (Role.MEMBER, Role.STEWARD) for organisation in state.organisations
    ]
    options = [Option("anonymous", "Anonymous"), *(Option(str(one), in_words(one, state)) for one in callers)]
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return ViewAs(LOOK_AS, tuple(options), str(caller), back if request.method == "GET" else "/")


def in_words(caller: Caller, state: State) -> str:
    """A caller as people say it."""
    if caller.role is Role.OPERATOR:
        return "Operator"
    names = {organisation.slug: organisation.name for organisation in state.organisations}
    if caller.organisation not in names:
        return "Anonymous"
    return f"{_ROLES[caller.role]} of {names[caller.organisation]}"
