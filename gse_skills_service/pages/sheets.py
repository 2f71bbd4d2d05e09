"""Import in three steps: upload, review of the dry run, done."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.answers import ImportBody, OutcomeBody, UnmatchedBody
from gse_skills.errors import GseSkillsError, InputError
from gse_skills.imports import ColumnMapping
from gse_skills.register import Register, State
from gse_skills.sheet_import import ImportOptions
from gse_skills.vocabulary import Basis
from gse_skills_service.api.imports import read_mapping, run_import
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import concept_link
from gse_skills_service.pages.frame import FieldName, Option, Section
from gse_skills_service.pages.views import (
    DateFields,
    Finding,
    ImportCounts,
    ImportDone,
    ImportForm,
    ImportReview,
    ImportUpload,
    Mistake,
    RecognisedColumn,
    UnknownTerm,
    View,
)
from gse_skills_service.problems import status_of
from gse_skills_service.uploads import Upload, Uploads
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_SHOWN = 50
_MAPPING_BYTES = 1 << 20
_FIELD_OF_RULE = {
    "mapping-invalid": FieldName.MAPPING,
    "mapping-mismatch": FieldName.MAPPING,
    "bad-date": FieldName.ASSESSED_ON,
    "bad-snapshot": FieldName.ASSESSED_ON,
    "older-picture": FieldName.ASSESSED_ON,
    "not-steward": FieldName.ORG,
    "no-organisation": FieldName.ORG,
}


def get_uploads(request: Request) -> Uploads:
    """The uploads of the service."""
    uploads: Uploads = request.app.state.uploads
    return uploads


Kept = Annotated[Uploads, Depends(get_uploads)]


@router.get("/import")
def upload_form(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """Step 1: choose the file and say what it is."""
    return _show(request, _upload(register, access, ImportForm()))


@router.post("/import")
def review(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    uploads: Kept,
    sheet: Annotated[UploadFile | None, File()] = None,
    mapping: Annotated[UploadFile | None, File()] = None,
    org: Annotated[str, Form()] = "",
    basis: Annotated[str, Form()] = "",
    full: Annotated[str, Form()] = "",
    day: Annotated[str, Form(alias="assessed_on-day")] = "",
    month: Annotated[str, Form(alias="assessed_on-month")] = "",
    year: Annotated[str, Form(alias="assessed_on-year")] = "",
) -> Response:
    """Step 2: what the file would do; nothing is changed yet."""
    form = ImportForm(org, DateFields(day.strip(), month.strip(), year.strip()), basis, full == "true")
    try:
        if sheet is None or not sheet.filename:
            raise InputError("No file was chosen.", rule="no-file", remedy="Choose a CSV, XLSX or ODS file.")
        options = _options(form, sheet.filename, _mapping(mapping))
        access.require_keeper(options.organisation)
        upload = uploads.save(sheet.file, options.source_name, access.caller, options.organisation)
        body = run_import(register, witness, upload, options, "xlsx", dry_run=True)
    except GseSkillsError as error:
        field = _FIELD_OF_RULE.get(error.rule, FieldName.SHEET)
        mistakes = (Mistake(field, f"{error.message} {error.remedy}".strip()),)
        return _show(request, replace(_upload(register, access, form), mistakes=mistakes), status_of(error))
    uploads.await_confirmation(upload, replace(options, expected=body.digest))
    return _show(request, _review(body, upload, register.state))


@router.post("/import/{name}/confirm")
def confirm(register: Registered, access: Allowed, witness: Witnessed, uploads: Kept, name: str) -> Response:
    """Do just what the review showed, and show it done."""
    upload = uploads.get(name, access.caller)
    options = uploads.confirmed(upload)
    with upload.confirming:
        if not uploads.is_finished(upload):
            uploads.finish(upload, run_import(register, witness, upload, options, "xlsx", dry_run=False))
    return RedirectResponse(f"/import/{name}/done", 303)


@router.get("/import/{name}/done")
def done(request: Request, register: Registered, access: Allowed, uploads: Kept, name: str) -> HTMLResponse:
    """Step 3: it is saved."""
    upload = uploads.get(name, access.caller)
    body = uploads.finished(upload)
    organisation = register.state.organisation(body.organisation).name
    view = ImportDone(organisation, body.source_name, _counts(body), body.report_url or "", "/import")
    return _show(request, view)


def _show(request: Request, view: View, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.IMPORT, status)
    return page


def _upload(register: Register, access: Access, form: ImportForm) -> ImportUpload:
    mine = [one for one in register.state.organisations if one.slug in access.keeps]
    options = tuple(Option(organisation.slug, organisation.name) for organisation in mine)
    return ImportUpload("/import", options, form, f"{register.settings.upload_mib} MB")


def _mapping(file: UploadFile | None) -> ColumnMapping | None:
    if file is None or not file.filename:
        return None
    return read_mapping(file.file.read(_MAPPING_BYTES).decode("utf-8", "replace"))


def _options(form: ImportForm, source_name: str, mapping: ColumnMapping | None) -> ImportOptions:
    if not form.org:
        raise InputError("No organisation was chosen.", rule="no-organisation", remedy="Choose one.")
    bases = {basis.label: basis for basis in Basis}
    return ImportOptions(
        form.org,
        source_name,
        form.full,
        _date(form.assessed_on),
        bases.get(form.basis, Basis.SELF),
        mapping,
    )


def _date(fields: DateFields) -> datetime.date | None:
    try:
        return fields.date()
    except ValueError:
        raise InputError(
            "That is not a date.", rule="bad-date", remedy="Give day, month and year, 31 3 2026."
        ) from None


def _review(body: ImportBody, upload: Upload, state: State) -> ImportReview:
    columns = body.recognised.items()
    # What needs nobody to do anything stands in the annotated sheet.
    findings = [outcome for outcome in body.outcomes if outcome.status == "refused" or outcome.remedy]
    return ImportReview(
        organisation=state.organisation(body.organisation).name,
        file_name=body.source_name,
        counts=_counts(body),
        confirm_action=f"/import/{upload.name}/confirm",
        cancel_href="/import",
        annotated_href=body.report_url or "",
        full=body.full,
        columns=tuple(
            RecognisedColumn(body.headings.get(letter, letter), "" if role == "left out" else role)
            for letter, role in columns
        ),
        unknown_terms=tuple(_unknown(term, state) for term in body.unmatched[:_SHOWN]),
        unknown_total=len(body.unmatched),
        findings=tuple(_finding(outcome, body) for outcome in findings[:_SHOWN]),
        findings_total=len(findings),
        kept_terms=body.kept_terms,
    )


def _counts(body: ImportBody) -> ImportCounts:
    counts = body.counts
    return ImportCounts(
        rows=body.rows,
        people=counts.get("person-added", 0),
        added=counts.get("added", 0),
        changed=counts.get("changed", 0),
        ended=counts.get("ended", 0),
        unchanged=counts.get("unchanged", 0),
        refused=counts.get("refused", 0),
    )


def _unknown(term: UnmatchedBody, state: State) -> UnknownTerm:
    links = (
        concept_link(
            state.framework.concept(near.iri),
            state.framework.schemes[near.scheme],
            matched=near.matched_label,
            score=near.score,
        )
        for near in term.nearest
    )
    return UnknownTerm(term.phrase, term.cells, tuple(links), term.verdict)


def _finding(outcome: OutcomeBody, body: ImportBody) -> Finding:
    column = outcome.column or ""
    heading = body.headings.get(column, "")
    return Finding(
        outcome.row,
        f"{column} {heading}".strip(),
        outcome.value,
        outcome.rule,
        outcome.message,
        outcome.remedy,
        outcome.status == "refused",
    )
