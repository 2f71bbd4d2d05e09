"""Import in steps: upload, what each column is, review of the dry run, done."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from gse_skills.access import Access
from gse_skills.answers import ImportBody
from gse_skills.errors import AmbiguousError, GseSkillsError, InputError
from gse_skills.framework import SKILL_KINDS
from gse_skills.imports import ColumnMapping, Defaults
from gse_skills.imports.guess import Ground
from gse_skills.imports.kept import KeptMatchings
from gse_skills.imports.matching import (
    A_SKILL,
    LEFT_OUT,
    ColumnSample,
    Matching,
    SheetHead,
    chosen,
    mapping_of,
    matched,
    read_lines,
    recognised,
)
from gse_skills.imports.phrases import Phrases
from gse_skills.imports.roles import Role
from gse_skills.proposals import read_verdicts
from gse_skills.register import Register, today
from gse_skills.sheet_import import ImportOptions, import_sheet, read_head, require_possible
from gse_skills.vocabulary import Basis
from gse_skills_service.api.imports import read_mapping, report_address, run_import
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages import sheet_review
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.form import Reading, mistakes_of
from gse_skills_service.pages.frame import FieldName, Option, Section
from gse_skills_service.pages.views import (
    ColumnRow,
    DateFields,
    ImportColumns,
    ImportDone,
    ImportForm,
    ImportUpload,
    Mistake,
    PreviewLine,
    View,
)
from gse_skills_service.problems import status_of
from gse_skills_service.uploads import Draft, Reviewed, Upload, Uploads
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_MAPPING_BYTES = 1 << 20
_ROW = re.compile("[0-9]{1,9}")
_COLUMNS = 200
"""As many are shown; more are taken as they are recognised."""
_FIELD_OF_RULE = {
    "mapping-invalid": FieldName.MAPPING,
    "mapping-mismatch": FieldName.MAPPING,
    "bad-snapshot": FieldName.ASSESSED_ON,
    "older-picture": FieldName.ASSESSED_ON,
    "not-steward": FieldName.ORG,
}


def get_uploads(request: Request) -> Uploads:
    """The uploads of the service."""
    uploads: Uploads = request.app.state.uploads
    return uploads


async def get_fields(request: Request) -> dict[str, str]:
    """The fields of a form, however many it has."""
    form: FormData = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Kept = Annotated[Uploads, Depends(get_uploads)]
Fields = Annotated[dict[str, str], Depends(get_fields)]


@router.get("/import")
def upload_form(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """Step 1: choose the file and say what it is."""
    return _show(request, _upload(register, access, ImportForm()))


@router.post("/import")
def take(
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
    """Take the file, and go on to the review; to its columns where somebody has to look what they are."""
    form = ImportForm(org, DateFields(day.strip(), month.strip(), year.strip()), basis, full == "true")
    try:
        upload, options, head = _sent(register, access, uploads, form, sheet, mapping)
        draft = _draft(register, upload, options, head)
        uploads.draft(upload, draft)
        if draft.options.mapping is not None or draft.matching.settled:
            _review(register, access, uploads, upload, draft)
            return RedirectResponse(f"/import/{upload.name}/review", 303)
    except GseSkillsError as error:
        mistakes = mistakes_of(error, _FIELD_OF_RULE, FieldName.SHEET)
        return _show(request, replace(_upload(register, access, form), mistakes=mistakes), status_of(error))
    return RedirectResponse(f"/import/{upload.name}/columns", 303)


@router.get("/import/{name}/columns")
def columns_form(request: Request, register: Registered, access: Allowed, uploads: Kept, name: str) -> HTMLResponse:
    """Step 2: what each column is taken for, and how the first rows are read so."""
    upload = uploads.get(name, access.caller)
    return _show(request, _columns(register, upload, uploads.drafted(upload)))


@router.post("/import/{name}/columns")
def choose_columns(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    uploads: Kept,
    name: str,
    fields: Fields,
) -> Response:
    """Show how it is read so, or go on to the review."""
    upload = uploads.get(name, access.caller)
    drafted = uploads.drafted(upload)
    if (other := fields.get(FieldName.SHEET, "")) and other != drafted.head.header.sheet:
        return _other_sheet(request, register, access, uploads, upload, other)
    draft = _chosen(register, drafted, fields)
    uploads.draft(upload, draft)
    if fields.get(FieldName.ACTION) != "continue":
        return _show(request, _columns(register, upload, draft))
    try:
        mapping = mapping_of(draft.matching, draft.options.mapping)
        _review(register, access, uploads, upload, replace(draft, options=replace(draft.options, mapping=mapping)))
    except GseSkillsError as error:
        mistakes = (Mistake.of(error, FieldName.COLUMNS),)
        return _show(request, replace(_columns(register, upload, draft), mistakes=mistakes), status_of(error))
    return RedirectResponse(f"/import/{name}/review", 303)


def _other_sheet(
    request: Request, register: Register, access: Access, uploads: Uploads, upload: Upload, sheet: str
) -> HTMLResponse:
    """The columns of another sheet of the workbook, as they are recognised: what was chosen was of the one before."""
    drafted = uploads.drafted(upload)
    try:
        options = replace(drafted.options, sheet=sheet, mapping=None)
        draft = _draft(register, upload, options, read_head(register, upload.sheet, options, access))
    except GseSkillsError as error:
        mistakes = (Mistake.of(error, FieldName.SHEET),)
        return _show(request, replace(_columns(register, upload, drafted), mistakes=mistakes), status_of(error))
    uploads.draft(upload, draft)
    return _show(request, _columns(register, upload, draft))


@router.get("/import/{name}/review")
def review(
    request: Request,
    register: Registered,
    access: Allowed,
    uploads: Kept,
    name: str,
    by: Annotated[str, Query()] = "person",
    rule: Annotated[str, Query()] = "",
    typed: Annotated[str, Query(max_length=300)] = "",
) -> HTMLResponse:
    """Step 3: what the file would do; nothing is changed yet."""
    upload = uploads.get(name, access.caller)
    kept = uploads.drafted(upload).was_kept
    view = sheet_review.review_of(
        uploads.reviewed(upload), name, register.state, by=by, rule=rule, kept=kept, typed=typed
    )
    return _show(request, view)


@router.post("/import/{name}/words")
def choose_words(
    register: Registered, access: Allowed, witness: Witnessed, uploads: Kept, name: str, fields: Fields
) -> Response:
    """Say which skills the words mean that nothing matched, and see again what the file would do."""
    upload = uploads.get(name, access.caller)
    reviewed, draft = uploads.reviewed(upload), uploads.drafted(upload)
    said = {}
    unknown = ""
    for number, phrase in sheet_review.words(fields):
        typed = fields.get(f"{FieldName.OTHER}-{number}", "").strip()[:300]
        meant = _named(typed, register) if typed else fields.get(f"{FieldName.SKILL}-{number}")
        if meant:
            said[phrase] = meant
        elif typed:
            unknown = unknown or typed
    mapping = reviewed.options.mapping or ColumnMapping.of(reviewed.result.columns)
    options = replace(draft.options, mapping=replace(mapping, phrases={**mapping.phrases, **said}))
    _review(register, access, uploads, upload, replace(draft, options=options))
    return RedirectResponse(address(f"/import/{name}/review", typed=unknown), 303)


def _named(text: str, register: Register) -> str:
    """The IRI of the one skill that bears a name or code; empty where none does, or several."""
    try:
        found = register.state.lookup.find(text, kinds=SKILL_KINDS)
    except AmbiguousError:
        return ""
    return "" if found is None else found.concept


@router.get("/import/{name}/cell/{row}/{column}")
def cell(
    request: Request, register: Registered, access: Allowed, uploads: Kept, name: str, row: int, column: str
) -> HTMLResponse:
    """A cell of the sheet among its neighbours, as it was sent."""
    upload = uploads.get(name, access.caller)
    reviewed = uploads.reviewed(upload)
    return _show(request, sheet_review.part_of(register, access, upload, reviewed, row, column))


@router.post("/import/{name}/confirm")
def confirm(register: Registered, access: Allowed, witness: Witnessed, uploads: Kept, name: str) -> Response:
    """Do just what the review showed, and show it done."""
    upload = uploads.get(name, access.caller)
    reviewed, draft = uploads.reviewed(upload), uploads.drafted(upload)
    with upload.confirming:
        if not uploads.is_finished(upload):
            uploads.finish(upload, run_import(register, witness, upload, reviewed.options, "xlsx", dry_run=False))
            if draft.keep and reviewed.options.mapping is not None:
                kept = KeptMatchings(register.folder.path)
                kept.keep(upload.organisation, _headings(draft.matching), reviewed.options.mapping)
                if not uploads.is_kept(upload):
                    # Somebody was erased between: whom the words name nobody looked.
                    kept.forget(upload.organisation)
    return RedirectResponse(f"/import/{name}/done", 303)


@router.get("/import/{name}/done")
def done(request: Request, register: Registered, access: Allowed, uploads: Kept, name: str) -> HTMLResponse:
    """Step 4: it is saved."""
    upload = uploads.get(name, access.caller)
    body, draft = uploads.finished(upload), uploads.drafted(upload)
    view = ImportDone(
        register.state.organisation(body.organisation).name,
        body.source_name,
        sheet_review.counts_of(body),
        body.report_url or "",
        "/import",
        f"/organisations/{body.organisation}/imports",
        kept_matching=draft.keep and draft.options.mapping is not None,
    )
    return _show(request, view)


def _show(request: Request, view: View, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.IMPORT, status)
    return page


def _upload(register: Register, access: Access, form: ImportForm) -> ImportUpload:
    mine = [one for one in register.state.organisations if one.slug in access.keeps]
    options = tuple(Option(organisation.slug, organisation.name) for organisation in mine)
    return ImportUpload("/import", options, form, f"{register.settings.upload_mib} MB")


def _sent(
    register: Register,
    access: Access,
    uploads: Uploads,
    form: ImportForm,
    sheet: UploadFile | None,
    mapping: UploadFile | None,
) -> tuple[Upload, ImportOptions, SheetHead]:
    """What was sent, with the first rows of the sheet.

    Raises FormError with all that is wrong, RefusedError (`not-steward`) before anything else, and UnavailableError.
    """
    saved, trouble = _mapping(mapping)
    reading, bases = Reading(), {basis.label: basis for basis in Basis}
    name = sheet.filename or "" if sheet is not None else ""
    options = ImportOptions(form.org, name, form.full, None, bases.get(form.basis, Basis.SELF), saved)
    sent = None
    if form.org:
        access.require_keeper(form.org)
    else:
        reading.blame(FieldName.ORG, "Choose an organisation")
    if sheet is None or not name:
        reading.blame(FieldName.SHEET, "Choose a CSV, XLSX or ODS file")
    elif form.org:
        with reading.asking(FieldName.SHEET):
            upload = uploads.save(sheet.file, name, access.caller, form.org)
            sent = upload, read_head(register, upload.sheet, options, access)
    day = reading.optional_date(FieldName.ASSESSED_ON, form.assessed_on, "the date of the sheet")
    if day is not None:
        with reading.asking(FieldName.ASSESSED_ON):
            require_possible(day)
    with reading.asking(FieldName.MAPPING):
        if trouble is not None:
            raise trouble
    reading.finish()
    assert sent is not None, "without an organisation or a file there is a mistake"
    return sent[0], replace(options, snapshot=day), sent[1]


def _mapping(file: UploadFile | None) -> tuple[ColumnMapping | None, InputError | None]:
    """The saved mapping that was sent, or what is wrong with it."""
    if file is None or not file.filename:
        return None, None
    try:
        return read_mapping(file.file.read(_MAPPING_BYTES).decode("utf-8", "replace")), None
    except InputError as error:
        return None, error


def _phrases(register: Register, mapping: ColumnMapping | None) -> Phrases:
    state, saved = register.state, mapping.phrases if mapping else {}
    return Phrases(state.framework, state.lookup, state.search, saved, read_verdicts(register.store))


def _draft(register: Register, upload: Upload, options: ImportOptions, head: SheetHead) -> Draft:
    """How an upload is to be read to begin with: by the mapping that was sent, by that which the organisation chose
    for an earlier sheet with these headings, or as its columns are recognised."""
    # From now on it is this sheet of the workbook, whatever is chosen for its columns.
    options, kept = replace(options, sheet=head.header.sheet), None
    if options.mapping is None:
        kept = KeptMatchings(register.folder.path).find(upload.organisation, head.rows)
        options = replace(options, mapping=kept)
    return Draft(options, head, _matching(register, head, options.mapping), kept is not None)


def _matching(register: Register, head: SheetHead, mapping: ColumnMapping | None) -> Matching:
    phrases = _phrases(register, mapping)
    if mapping is None:
        return recognised(head, phrases)
    return matched(head, mapping.fit(head.rows, phrases.names_a_skill, head.header.merged))


def _chosen(register: Register, draft: Draft, fields: dict[str, str]) -> Draft:
    """What somebody chose, put in the place of what was proposed."""
    known = {*(role.value for role in Role), A_SKILL, LEFT_OUT}
    choices = dict(draft.matching.choices)
    for one in draft.matching.columns:
        said = fields.get(f"column-{one.column}", "")
        if said in known:
            choices[one.column] = said
    row = fields.get(FieldName.HEADER_ROW, "")
    header_row = int(row) if _ROW.fullmatch(row) else draft.matching.header_row
    matching = chosen(draft.head, header_row, choices, draft.matching)
    return replace(draft, matching=matching, keep=fields.get(FieldName.KEEP) == "true", was_kept=False)


def _review(register: Register, access: Access, uploads: Uploads, upload: Upload, draft: Draft) -> None:
    """See what an upload would do, and keep that to be confirmed."""
    result = import_sheet(
        register, upload.sheet, draft.options, access, dry_run=True, report=upload.report("xlsx"), watch=True
    )
    body = ImportBody.of(result, register.state.framework, report_address(upload, "xlsx"))
    uploads.draft(upload, draft)
    uploads.await_confirmation(upload, Reviewed(replace(draft.options, expected=body.digest), result, body))


def _columns(register: Register, upload: Upload, draft: Draft) -> ImportColumns:
    matching, trouble = draft.matching, _trouble(draft)
    lines: tuple[PreviewLine, ...] = ()
    if not trouble:
        try:
            lines = _lines(register, draft)
        except GseSkillsError as error:
            trouble = f"{error.message} {error.remedy}".strip()
    return ImportColumns(
        register.state.organisation(upload.organisation).name,
        upload.source_name,
        f"/import/{upload.name}/columns",
        "/import",
        matching.header_row,
        tuple(_column(matching, one) for one in matching.columns[:_COLUMNS]),
        _roles(),
        lines,
        draft.keep,
        trouble,
        max(0, len(matching.columns) - _COLUMNS),
        sheet=draft.head.header.sheet or "",
        sheets=tuple(Option(name, name) for name in draft.head.header.sheets),
    )


def _column(matching: Matching, one: ColumnSample) -> ColumnRow:
    choice, ground = matching.choices.get(one.column, LEFT_OUT), matching.grounds.get(one.column)
    doubt = matching.doubts.get(one.column)
    why, is_guess = "", False
    if choice != LEFT_OUT and ground is not None:
        is_guess = ground is not Ground.HEADING
        why = ground.value if is_guess else f"Recognised {ground.value}"
    elif choice == LEFT_OUT and doubt is not None:
        matrix = doubt is Role.LEVEL and A_SKILL in matching.choices.values()
        why = f"It may be {'a skill, with a level in each cell' if matrix else doubt.label}. Choose, if it counts."
    return ColumnRow(f"column-{one.column}", one.letter, one.heading, one.samples, choice, why, is_guess)


def _trouble(draft: Draft) -> str:
    """Why the columns cannot be recognised, until somebody chooses."""
    error = draft.matching.trouble
    return f"Say above what each column is. {error.message}" if error else ""


def _lines(register: Register, draft: Draft) -> tuple[PreviewLine, ...]:
    mapping = mapping_of(draft.matching, draft.options.mapping)
    phrases = _phrases(register, mapping)
    columns = mapping.fit(draft.head.rows, phrases.names_a_skill, draft.head.header.merged)
    day = draft.options.snapshot or today()
    found = read_lines(draft.head, columns, phrases, Defaults(day, draft.options.basis, today()))
    return tuple(PreviewLine(one.row, one.who, one.skill, one.level, one.day, one.basis, one.trouble) for one in found)


def _roles() -> tuple[Option, ...]:
    labels = ((role.value, role.label.removeprefix("the ").removeprefix("a ")) for role in Role)
    named = tuple(Option(value, f"{label[:1].upper()}{label[1:]}") for value, label in labels)
    return (Option(LEFT_OUT, "Leave it out"), *named, Option(A_SKILL, "One skill, with a level in each cell"))


def _headings(matching: Matching) -> list[str]:
    """The headings by place, blank ones too."""
    by_column = {one.column: one.heading for one in matching.columns}
    return [by_column.get(column, "") for column in range(max(by_column, default=-1) + 1)]
