"""Erasing a person, for their stewards: what would go, why, and then that it is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse

from gse_skills.access import Access
from gse_skills.audit import Action, require_purpose
from gse_skills.dossier import Dossier, read_kept
from gse_skills.erasure import Erased, erase, home_of
from gse_skills.errors import InputError
from gse_skills.register import Register
from gse_skills_service.api.dossier import PERSONAL
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.pages.frame import FieldName, Link
from gse_skills_service.pages.views import Erasure, Mistake
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_COUNTS = (
    ("records", "Records, current and ended"),
    ("memberships", "Times in which they worked here"),
    ("others", "Requests of theirs, and the like"),
    ("phrases", "Phrases that only they used, or that name them"),
    ("file_names", "Names of imported files that name them"),
    ("units", "Names of units that name them"),
    ("sign_ins", "Accounts and API tokens"),
)


@router.get("/people/{identifier}/erasure")
def ask_erasure(request: Request, register: Registered, access: Allowed, identifier: str) -> HTMLResponse:
    """What would go, and the form to let it go."""
    return _show(request, _view(register, access, home_of(register, access, identifier), identifier))


@router.post("/people/{identifier}/erasure", dependencies=[Depends(require_recent_sign_in)])
def send_erasure(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    reason: Annotated[str, Form(max_length=2_000)] = "",
    sure: Annotated[str, Form(max_length=10)] = "",
) -> HTMLResponse:
    """Erase them, and say so; there is no page to lead to any more."""
    slug = home_of(register, access, identifier)
    view = replace(_view(register, access, slug, identifier), reason=reason)
    said, mistakes = _reason(reason)
    if sure != "true":
        mistakes.append(Mistake(FieldName.SURE, "Say that you know that it cannot be undone"))
    if mistakes:
        return _show(request, replace(view, mistakes=tuple(mistakes)), 400)
    with replace(witness, purpose=said).doing(Action.ERASE, [slug]):
        gone = erase(register, access, slug, identifier)
    return _show(request, Erasure("A person", counts(gone), backups=gone.backups, done=True))


def erasure_link(dossier: Dossier, access: Access) -> Link | None:
    """From everything that is kept of a person to its erasure, for whoever may ask for it."""
    if dossier.organisation not in access.keeps:
        return None
    return Link("Erase this person", f"/people/{dossier.person}/erasure")


def _view(register: Register, access: Access, slug: str, identifier: str) -> Erasure:
    known = read_kept(register, identifier, access, undone=True)
    would = erase(register, access, slug, identifier, dry_run=True)
    page = f"/people/{known.person}"
    back = Link("Everything that is kept of this person", f"{page}/record")
    return Erasure(known.identity.name, counts(would), f"{page}/erasure", back, would.backups)


def counts(erased: Erased) -> tuple[tuple[str, int], ...]:
    """What goes, in words, as far as there is any."""
    return tuple((label, count) for name, label in _COUNTS if (count := getattr(erased, name)))


def _reason(text: str) -> tuple[str, list[Mistake]]:
    said = " ".join(text.split())
    if not said:
        return said, [Mistake(FieldName.REASON, "Say why, for the audit log")]
    try:
        return require_purpose(said), []
    except InputError as error:
        return said, [Mistake(FieldName.REASON, error.remedy)]


def _show(request: Request, view: Erasure, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, status=status)
    page.headers.update(PERSONAL)
    return page
