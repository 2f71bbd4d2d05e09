"""A person's own record: to read, to take away, and to have put right."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from gse_skills.answers import CorrectedBody, CorrectionBody, CorrectionsBody, DossierBody
from gse_skills.audit import Action
from gse_skills.dossier import (
    POLICY,
    Dossier,
    Fact,
    Form,
    Outcome,
    Wish,
    correct,
    read_dossier,
    read_kept,
    read_requests,
    settle,
    step_of,
    take_away,
)
from gse_skills.errors import RefusedError
from gse_skills.register import Register
from gse_skills.sparql.negotiation import negotiate, not_acceptable
from gse_skills_service.api.answering import answer, answer_bytes, problems
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["My record"])

_FORMS = {"application/json": "json", **{form.media_type.partition(";")[0]: form.value for form in Form}}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string"}} for kind in _FORMS if kind != "application/json"}}
}
FormName = Annotated[
    Literal["json", "jsonld", "csv", "html", "text"] | None,
    Query(alias="format", description="The form, in place of the Accept header; `csv` is an archive of tables."),
]
DryRun = Annotated[bool, Query(description="Say what would change, and change nothing.")]
PERSONAL = {"Cache-Control": "private, no-store"}
"""Nobody else's browser or proxy keeps what is of one person."""


class NewCorrection(BaseModel):
    """What a person says should be."""

    fact: Fact = Field(description="What is wrong.", examples=["grade"])
    value: str = Field("", max_length=1_000, description="What it should be; empty when there should be nothing.")
    skill: str = Field("", max_length=300, description="Of a level: notation, IRI or label of the skill.")
    reason: str = Field(
        "",
        max_length=4_000,
        description="Why, in up to 1,000 characters; not needed for a level that you judged yourself. Leave out "
        "health, ethnicity, beliefs, union membership and vetting: none of it belongs here.",
    )


class NewSettlement(BaseModel):
    """How a steward settles a request."""

    outcome: Outcome
    reason: str = Field("", max_length=4_000, description="Why; the person sees it. Needed to decline.")


@router.get("/me", response_model=DossierBody, responses={**_FILE, **problems(403, 404, 406)}, summary="My record")
def get_me(request: Request, register: Registered, access: Allowed, form: FormName = None) -> Response:
    """Everything that is kept of you, where it came from, whom it reaches and why, and who looked at you.

    As JSON, as linked data (JSON-LD with PROV and SKOS), as tables to open in a spreadsheet, to print, or as text.
    """
    return respond_with(request, register, read_dossier(register, require_person(access), access), form)


@router.get(
    "/people/{identifier}/record",
    response_model=DossierBody,
    responses={**_FILE, **problems(400, 404, 406)},
    summary="The record of one person whole",
)
def get_record(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Annotated[str, Path(description="The sixteen digits at the end of the person's IRI.", max_length=64)],
    form: FormName = None,
) -> Response:
    """As `GET /api/v1/me`, for the person and for the stewards of their organisation; the log tells of stewards.

    A person whose record is not yours to read is answered like one who is not there.
    """
    dossier = read_dossier(register, identifier, access)
    witness.opened(Action.EXPORT, dossier.organisation, dossier.person)
    return respond_with(request, register, dossier, form)


@router.get(
    "/me/corrections",
    response_model=CorrectionsBody,
    responses=problems(403, 404),
    summary="My requests for correction",
)
def get_my_corrections(request: Request, register: Registered, access: Allowed) -> Response:
    """What you asked to have put right, what stands meanwhile, and what became of it."""
    dossier = read_kept(register, require_person(access), access)
    name = dossier.identity.name
    made = [CorrectionBody.made(one, name, step_of(dossier, one)) for one in dossier.requests]
    return answer(request, CorrectionsBody(items=made))


@router.post(
    "/me/corrections",
    response_model=CorrectedBody,
    responses=problems(400, 403, 404, 409, 413, 503, 507),
    summary="Put something right in my record",
)
def post_my_correction(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    asked: NewCorrection,
    dry_run: DryRun = False,
) -> Response:
    """A level that you judged yourself changes at once; of everything else your organisation's stewards are asked.

    Both values stand until they have settled it.
    """
    digits = require_person(access)
    wish = Wish(asked.fact, asked.value, asked.skill, asked.reason)
    with witness.doing(Action.CHANGE, [access.home or ""], dry_run=dry_run):
        made = correct(register, access, wish, dry_run=dry_run)
    name = read_kept(register, digits, access).identity.name
    return answer(request, CorrectedBody.of(made, name, dry_run=dry_run))


@router.get(
    "/organisations/{slug}/corrections",
    response_model=CorrectionsBody,
    responses=problems(403, 404),
    summary="Requests for correction to an organisation",
)
def get_corrections(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: Annotated[str, Path(max_length=100)],
) -> Response:
    """What people asked the stewards of an organisation to put right: open requests first, the oldest of them first."""
    found = read_requests(register, access, slug)
    witness.saw(Action.READ_PERSON, [(slug, one.dossier.person) for one in found])
    return answer(request, CorrectionsBody(items=[CorrectionBody.of(one) for one in found]))


@router.post(
    "/organisations/{slug}/corrections/{identifier}",
    response_model=CorrectionBody,
    responses=problems(400, 403, 404, 409, 413, 503, 507),
    summary="Settle a request for correction",
)
def post_settlement(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: Annotated[str, Path(max_length=100)],
    identifier: Annotated[str, Path(description="`id` of the request.", max_length=64)],
    asked: NewSettlement,
    dry_run: DryRun = False,
) -> Response:
    """Accept, which changes what is kept in the same step, or decline with a reason that the person sees."""
    found = settle(register, access, slug, identifier, asked.outcome, reason=asked.reason, dry_run=True)
    witness.saw(Action.READ_PERSON, [(slug, found.dossier.person)])
    if not dry_run:
        with witness.doing(Action.CHANGE, [slug]):
            found = settle(register, access, slug, identifier, asked.outcome, reason=asked.reason, dry_run=False)
    return answer(request, CorrectionBody.of(found))


def require_person(access: Allowed) -> str:
    """The digits of the person whom the caller is; raises RefusedError (rule `not-a-person`)."""
    if not access.person:
        raise RefusedError(
            "Only a person of whom the register has an entry has a record of their own.",
            rule="not-a-person",
            remedy="Sign in with the account that your organisation has tied to your entry.",
        )
    return access.person


def respond_with(request: Request, register: Register, dossier: Dossier, form: str | None) -> Response:
    """A dossier in the form asked for; raises InputError (rule `not-acceptable`)."""
    chosen = form or _FORMS.get(negotiate(request.headers.get("accept"), tuple(_FORMS)) or "")
    if chosen is None:
        raise not_acceptable(f"Ask for one of {', '.join(_FORMS)}.")
    marking = register.settings.marking
    headers = {**PERSONAL, "Vary": "Accept"}
    if chosen == "json":
        body = DossierBody.of(dossier, marking).model_dump_json().encode()
        return answer_bytes(request, body, "application/json", headers)
    file = Form(chosen)
    content = take_away(dossier, file, marking, datetime.datetime.now(datetime.UTC).date())
    way = "attachment" if file in (Form.CSV, Form.JSON_LD) else "inline"
    headers["Content-Disposition"] = f'{way}; filename="record.{file.ending}"'
    if file is Form.HTML:
        headers["Content-Security-Policy"] = POLICY
    return answer_bytes(request, content, file.media_type, headers)
