"""Saying why one looks, once for all looks until one signs out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.audit import PURPOSE_LIMIT, require_purpose
from gse_skills.errors import InputError
from gse_skills_service.auth import Allowed, Registered, is_secure
from gse_skills_service.pages.addresses import inside
from gse_skills_service.pages.frame import FieldName, Option
from gse_skills_service.pages.kit import PURPOSE_PAGE
from gse_skills_service.pages.views import Mistake, Purpose
from gse_skills_service.witness import purpose_cookie, purpose_of

router = APIRouter(include_in_schema=False)

_OFFERED = (
    "Responding to an emergency",
    "Finding an expert for a piece of work",
    "Planning for an emergency or an exercise",
    "Planning the workforce",
    "Development, mentoring or a placement",
    "Keeping the records right",
)
_OTHER = "other"
Back = Annotated[str, Form(alias=FieldName.NEXT.value, max_length=2000)]


@router.get(PURPOSE_PAGE)
def ask_purpose(request: Request, register: Registered, access: Allowed, next: str = "/") -> HTMLResponse:  # noqa: A002 - the field's name
    """Ask why somebody looks."""
    said = purpose_of(request)
    chosen = said if said in _OFFERED or not said else _OTHER
    return _show(request, register, inside(next), chosen, said if chosen == _OTHER else "")


@router.post(PURPOSE_PAGE)
def keep_purpose(
    request: Request,
    register: Registered,
    access: Allowed,
    purpose: Annotated[str, Form(max_length=2000)] = "",
    other: Annotated[str, Form(max_length=2000)] = "",
    back: Back = "/",
) -> Response:
    """Keep it in the browser, and lead back to where they were."""
    said = (other if purpose == _OTHER else purpose).strip()
    try:
        require_purpose(said)
    except InputError as error:
        field = FieldName.OTHER if purpose == _OTHER else FieldName.PURPOSE
        return _show(request, register, inside(back), purpose, other, Mistake(field, error.remedy))
    if not said:
        field = FieldName.OTHER if purpose == _OTHER else FieldName.PURPOSE
        return _show(request, register, inside(back), purpose, other, Mistake(field, "Say why you look"))
    response = RedirectResponse(inside(back), 303)
    response.set_cookie(purpose_cookie(request), quote(said), secure=is_secure(request), httponly=True, samesite="lax")
    return response


def _show(
    request: Request, register: Registered, back: str, purpose: str, other: str, *mistakes: Mistake
) -> HTMLResponse:
    view = Purpose(
        PURPOSE_PAGE,
        back,
        tuple(Option(one, one) for one in _OFFERED),
        purpose,
        other[: 2 * PURPOSE_LIMIT],
        register.settings.purpose_required,
        mistakes,
    )
    page: HTMLResponse = request.app.state.pages.page(request, view, status=400 if mistakes else 200)
    return page
