"""Importing spreadsheets."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Body, File, Form, Path, Query, Request, UploadFile
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from gse_skills.answers import ImportBody, ImportsBody, UndoBody
from gse_skills.audit import Action, Witness
from gse_skills.errors import InputError, NotFoundError
from gse_skills.import_history import UndoResult, read_history, undo_import
from gse_skills.imports import ColumnMapping
from gse_skills.register import Register
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.vocabulary import ID, Basis, BasisName
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.uploads import Upload
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Imports"])

Slug = Annotated[str, Path(description="The organisation, by slug.", examples=["larkmoor"])]

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class ImportForm(BaseModel):
    """What goes with an uploaded sheet."""

    full: bool = False
    snapshot: datetime.date | None = None
    basis: BasisName = "self"
    mapping: str | None = None
    sheet: str | None = None
    expected: str | None = None
    report: Literal["xlsx", "csv"] = "xlsx"

    def options(self, organisation: str, source_name: str) -> ImportOptions:
        """The options of the import; raises InputError (rule `mapping-invalid`)."""
        return ImportOptions(
            organisation,
            source_name,
            self.full,
            self.snapshot,
            Basis[self.basis.upper()],
            read_mapping(self.mapping) if self.mapping else None,
            self.sheet or None,
            self.expected,
        )


def read_mapping(text: str) -> ColumnMapping:
    """A saved mapping from its JSON; raises InputError (rule `mapping-invalid`)."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"The mapping is not JSON: {error}.", rule="mapping-invalid", remedy="Send the mapping as it was saved."
        ) from None
    return ColumnMapping.from_dict(data if isinstance(data, dict) else {})


def run_import(
    register: Register,
    witness: Witness,
    upload: Upload,
    options: ImportOptions,
    form: str,
    *,
    dry_run: bool,
    progress: Callable[[int], None] = lambda done: None,
) -> ImportBody:
    """Import an upload, dry or for real, leaving the annotated copy beside it; `progress` as `import_sheet` has it."""
    report = upload.report(form)
    with witness.doing(Action.IMPORT, [options.organisation], dry_run=dry_run):
        result = import_sheet(
            register, upload.sheet, options, witness.access, dry_run=dry_run, report=report, progress=progress
        )
    return ImportBody.of(result, register.state.framework, report_address(upload, form))


def report_address(upload: Upload, form: str) -> str:
    """Where the annotated copy of an upload lies."""
    return f"/api/v1/imports/{upload.name}/report.{form}"


@router.post(
    "/organisations/{slug}/imports",
    response_model=ImportBody,
    responses=problems(400, 403, 404, 409, 413, 503, 507),
    summary="Import a spreadsheet",
)
def post_import(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: str,
    file: Annotated[UploadFile, File(description="CSV, XLSX or ODS.")],
    full: Annotated[bool, Form(description="The file is the full picture: what it lacks has ended.")] = False,
    snapshot: Annotated[datetime.date | None, Form(description="The day of which it is the picture.")] = None,
    basis: Annotated[BasisName, Form(description="Where unsaid.")] = "self",
    mapping: Annotated[str | None, Form(description="A saved column mapping, as JSON.")] = None,
    sheet: Annotated[str | None, Form(description="The sheet of a workbook.")] = None,
    expected: Annotated[str | None, Form(description="`digest` of the dry run.")] = None,
    report: Annotated[Literal["xlsx", "csv"], Form(description="Form of the annotated copy.")] = "xlsx",
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")] = False,
) -> Response:
    """Import people and skills from a spreadsheet, in one transaction: all that could be read, or nothing.

    Cells that cannot be read are refused one by one, with the rule and the remedy, and stop nothing else.
    """
    access.require_keeper(slug)
    form = ImportForm(
        full=full, snapshot=snapshot, basis=basis, mapping=mapping, sheet=sheet, expected=expected, report=report
    )
    options = form.options(slug, file.filename or "sheet")
    upload = request.app.state.uploads.save(file.file, options.source_name, access.caller, slug)
    progress = request.app.state.progress
    done = run_import(register, witness, upload, options, form.report, dry_run=dry_run, progress=progress)
    return answer(request, done)


class UndoForm(BaseModel):
    """What goes with an undo."""

    model_config = ConfigDict(extra="forbid")

    expected: str | None = Field(None, max_length=64, description="`digest` of the dry run.")


_UNDO_EXAMPLES = {
    "the last import": {"summary": "Undo it, whatever that does", "value": {}},
    "a dry run confirmed": {
        "summary": "Do just what the dry run said, or nothing",
        "value": {"expected": "3f9a1c20d4e5b6a7980112233445566f"},
    },
}


def run_undo(
    register: Register, witness: Witness, slug: str, identifier: str, *, expected: str | None, dry_run: bool
) -> UndoResult:
    """Undo an import, dry or for real."""
    with witness.doing(Action.CHANGE, [slug], things=[ID[f"import/{identifier}"]], dry_run=dry_run):
        return undo_import(register, slug, identifier, witness.access, dry_run=dry_run, expected=expected)


@router.get(
    "/organisations/{slug}/imports",
    response_model=ImportsBody,
    responses=problems(403, 404),
    summary="The imports of an organisation",
)
def get_imports(request: Request, register: Registered, access: Allowed, slug: Slug) -> Response:
    """Those that changed something, the newest first: when, on whose behalf, which file, what it did, and which of them
    was undone. For those who keep the organisation's records."""
    return answer(request, ImportsBody.of(read_history(register, slug, access)))


@router.post(
    "/organisations/{slug}/imports/{identifier}/undo",
    response_model=UndoBody,
    responses=problems(400, 403, 404, 409, 503, 507),
    summary="Undo the last import",
)
def post_undo(
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: Slug,
    identifier: Annotated[str, Path(description="The import, by its sixteen digits.", examples=["9f3a5c7e1b2d4f60"])],
    asked: Annotated[UndoForm, Body(openapi_examples=_UNDO_EXAMPLES)],
    dry_run: Annotated[bool, Query(description="Say what would change, and change nothing.")] = False,
) -> UndoBody:
    """Take back the last import of an organisation, in one transaction: the records that it brought go, those that it
    ended hold again, names and units are as they were. Refused when later changes build on it (`built-on`)."""
    access.require_keeper(slug)
    return UndoBody.of(run_undo(register, witness, slug, identifier, expected=asked.expected, dry_run=dry_run))


@router.get(
    "/imports/{name}/report.{form}",
    response_class=FileResponse,
    responses={200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}}, **problems(404)},
    summary="The annotated copy of a sheet",
)
def get_report(request: Request, access: Allowed, name: str, form: Literal["xlsx", "csv"]) -> FileResponse:
    """The rows and columns as they were sent, and beside each what happened. Only for who sent it, for an hour."""
    upload: Upload = request.app.state.uploads.get(name, access.caller)
    path = upload.report(form)
    if not path.exists():
        raise NotFoundError("There is no such report.", rule="unknown-upload", remedy="Import the file again.")
    stem = upload.source_name.rsplit(".", 1)[0]
    return FileResponse(path, media_type=MEDIA_TYPES[form], filename=f"{stem}-annotated.{form}")
