"""The imports of an organisation, and the undo of the last of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Caller
from gse_skills.errors import ConflictError
from gse_skills.import_history import PastImport, read_history, read_import, undo_import
from gse_skills.register import Register
from gse_skills_service.api.imports import run_undo
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages import wording
from gse_skills_service.pages.callers import in_words
from gse_skills_service.pages.frame import Section
from gse_skills_service.pages.views import ImportHistory, ImportUndo, PastImportRow, UndoEffect, View
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
    """The import, and the way to see what its undo would do."""
    past = read_import(register, slug, digits, access)
    try:
        past.require_undoable()
    except ConflictError as error:
        return _refused(request, register, slug, past, error)
    return _show(request, _view(register, slug, past))


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
    """Say what an undo would do, or with what was `expected` do just that."""
    past = read_import(register, slug, digits, access)
    try:
        if expected:
            run_undo(register, witness, slug, digits, expected=expected, dry_run=False)
            return RedirectResponse(f"/organisations/{slug}/imports?undone=true", 303)
        return _show(request, _tried(register, access, slug, digits))
    except ConflictError as error:
        if error.rule != "changed-meanwhile":
            return _refused(request, register, slug, past, error)
        view = replace(_tried(register, access, slug, digits), refusal=_said(error))
        return _show(request, view, status_of(error))


def _view(register: Register, slug: str, past: PastImport) -> ImportUndo:
    back = f"/organisations/{slug}/imports"
    name = register.state.organisation(slug).name
    return ImportUndo(name, past.file_name, past.when, _what(past), back, f"{back}/{past.digits}/undo")


def _tried(register: Register, access: Allowed, slug: str, digits: str) -> ImportUndo:
    result = undo_import(register, slug, digits, access, dry_run=True)
    did = result.did
    effect = UndoEffect(did.withdrawn, did.restored, did.people_removed, did.people_restored, did.digest)
    return replace(_view(register, slug, result.past), effect=effect)


def _refused(request: Request, register: Register, slug: str, past: PastImport, error: ConflictError) -> HTMLResponse:
    view = replace(_view(register, slug, past), action="", refusal=_said(error))
    return _show(request, view, status_of(error))


def _said(error: ConflictError) -> str:
    return f"{error.message} {error.remedy}"


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
