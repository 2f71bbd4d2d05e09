"""The imports of an organisation, and the undo of the last of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Caller
from gse_skills.errors import ConflictError, InputError
from gse_skills.import_history import PastImport, read_history, undo_import
from gse_skills.register import Register
from gse_skills_service.api.imports import run_undo
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages import wording
from gse_skills_service.pages.callers import in_words
from gse_skills_service.pages.frame import Section
from gse_skills_service.pages.views import ImportHistory, ImportUndo, PastImportRow, View
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)


@router.get("/organisations/{slug}/imports")
def history(
    request: Request,
    register: Registered,
    access: Allowed,
    slug: str,
    undone: Annotated[str, Query(pattern="^(true)?$")] = "",
) -> HTMLResponse:
    """The imports of an organisation, the newest first."""
    found = read_history(register, slug, access)
    rows = tuple(_row(register, slug, past) for past in found)
    notice = "The import is undone. The records are as they were before it." if undone else ""
    return _show(request, ImportHistory(register.state.organisation(slug).name, rows, "/import", notice))


@router.get("/organisations/{slug}/imports/{digits}/undo")
def undo_form(request: Request, register: Registered, access: Allowed, slug: str, digits: str) -> HTMLResponse:
    """What an undo would do."""
    return _form(request, register, access, slug, digits)


@router.post("/organisations/{slug}/imports/{digits}/undo")
def undo(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: str,
    digits: str,
    expected: Annotated[str, Form()] = "",
) -> Response:
    """Do just that."""
    access.require_keeper(slug)
    if not expected:
        raise InputError(
            "Nothing says what was confirmed.", rule="not-confirmed", remedy="Look at what the undo would do first."
        )
    try:
        run_undo(register, witness, slug, digits, expected=expected, dry_run=False)
    except ConflictError as error:
        return _form(request, register, access, slug, digits, error)
    return RedirectResponse(f"/organisations/{slug}/imports?undone=true", 303)


def _form(
    request: Request,
    register: Register,
    access: Allowed,
    slug: str,
    digits: str,
    refused: ConflictError | None = None,
) -> HTMLResponse:
    back, here = f"/organisations/{slug}/imports", f"/organisations/{slug}/imports/{digits}/undo"
    try:
        result = undo_import(register, slug, digits, access, dry_run=True)
    except ConflictError as error:
        past = next(one for one in read_history(register, slug, access) if one.digits == digits)
        why, did = f"{error.message} {error.remedy}", None
        refused = error
    else:
        past, did = result.past, result.did
        why = f"{refused.message} {refused.remedy}" if refused else ""
    view = ImportUndo(
        register.state.organisation(slug).name,
        past.file_name,
        past.when,
        did.withdrawn if did else 0,
        did.restored if did else 0,
        did.people_removed if did else 0,
        did.people_restored if did else 0,
        here if did else "",
        did.digest if did else "",
        back,
        why,
    )
    return _show(request, view, status_of(refused) if refused else 200)


def _show(request: Request, view: View, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.IMPORT, status)
    return page


def _row(register: Register, slug: str, past: PastImport) -> PastImportRow:
    undone = past.undone
    return PastImportRow(
        past.when,
        _caller(register, past.by),
        past.file_name,
        _what(past),
        f"Full picture of {wording.day(past.snapshot)}" if past.snapshot else "Part of the picture",
        past.plan_digest,
        f"{wording.moment(undone.when)}, as: {_caller(register, undone.by)}" if undone else "",
        f"/organisations/{slug}/imports/{past.digits}/undo" if past.last and undone is None else "",
    )


def _caller(register: Register, text: str) -> str:
    if not text:
        return "Not noted"
    return "The operator" if text == "operator" else in_words(Caller.parse(text), register)


def _what(past: PastImport) -> str:
    counts = past.counts
    said = [
        f"{wording.number(counts[status])} {word}"
        for status, word in (
            ("added", "added"),
            ("changed", "changed"),
            ("ended", "ended"),
            ("refused", "refused"),
        )
        if counts.get(status)
    ]
    rows = f"{wording.number(past.rows)} {wording.plural(past.rows, 'row')}: " if past.rows is not None else ""
    people = counts.get("person-added", 0)
    told = f"{wording.number(people)} new {wording.plural(people, 'person')}" if people else ""
    return rows + (", ".join(filter(None, [*said, told])) or "no record changed")
