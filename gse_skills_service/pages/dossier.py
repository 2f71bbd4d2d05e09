"""A person's own record, the same for their stewards, and the requests to have something put right."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.audit import Action
from gse_skills.dossier import (
    Asked,
    Dossier,
    Fact,
    Outcome,
    Standing,
    Wish,
    correct,
    read_dossier,
    read_requests,
    settle,
)
from gse_skills.dossier.tables import tables_of
from gse_skills.errors import ConflictError, GseSkillsError, InputError, RefusedError
from gse_skills.register import Register
from gse_skills_service.api.dossier import PERSONAL, require_person
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.erasure import erasure_link
from gse_skills_service.pages.frame import FieldName, Link, Option
from gse_skills_service.pages.record import parts_of
from gse_skills_service.pages.views import CorrectionForm, Corrections, Mistake, Record, RequestRow, View
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

ME, QUEUE = "/me", "/corrections"
_FORMS = {"html": "To print", "csv": "Tables for a spreadsheet (ZIP of CSV)", "jsonld": "Linked data (JSON-LD)"}
_FIELD_OF_RULE = {
    "bad-value": FieldName.VALUE,
    "nothing-to-correct": FieldName.VALUE,
    "skill-missing": FieldName.SKILL,
    "unknown-term": FieldName.SKILL,
    "unknown-role": FieldName.VALUE,
    "role-not-in-use": FieldName.VALUE,
    "leaving-date-past": FieldName.VALUE,
    "ambiguous-label": FieldName.SKILL,
    "reason-missing": FieldName.REASON,
    "text-too-long": FieldName.REASON,
}
_TOLD = {
    "done": "It was put right.",
    "asked": "The stewards of your organisation were asked. You see below what becomes of it.",
}


@router.get(ME)
def my_record(
    request: Request, register: Registered, access: Allowed, sent: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    """Everything that is kept of whoever looks."""
    dossier = read_dossier(register, require_person(access), access)
    return _show(request, replace(_mine(dossier, register), told=_TOLD.get(sent, "")))


@router.post(ME)
def send_correction(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    fact: Annotated[str, Form(max_length=20)] = "",
    value: Annotated[str, Form(max_length=1_000)] = "",
    skill: Annotated[str, Form(max_length=300)] = "",
    reason: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Put something right, or ask for it."""
    digits = require_person(access)
    try:
        wish = Wish(_fact(fact), value, skill, reason)
        # What is wrong with it shows before the log tells of a change.
        correct(register, access, wish, dry_run=True)
        with witness.doing(Action.CHANGE, [access.home or ""]):
            made = correct(register, access, wish, dry_run=False)
    except (InputError, ConflictError) as error:
        view = _mine(read_dossier(register, digits, access), register)
        mistakes = (_mistake(error, FieldName.FACT),)
        form = CorrectionForm(fact, value, skill, reason)
        return _show(request, replace(view, form=form, mistakes=mistakes), status_of(error))
    return RedirectResponse(address(ME, sent="asked" if made.request is not None else "done"), 303)


@router.get("/people/{identifier}/record")
def their_record(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, identifier: str
) -> HTMLResponse:
    """Everything that is kept of a person, for the stewards of their organisation; the log tells of it."""
    dossier = read_dossier(register, identifier, access)
    witness.opened(Action.READ_PERSON, dossier.organisation, dossier.person)
    view = _record(dossier, register, f"/api/v1/people/{dossier.person}/record")
    return _show(request, replace(view, erasure=erasure_link(dossier, access)))


@router.get(QUEUE)
def list_requests(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """The requests to the organisation whose records the caller keeps."""
    return _show(request, _queue(register, access))


@router.post("/corrections/{identifier}")
def send_settlement(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    outcome: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Settle a request, and show the queue."""
    slug = _home(access)
    try:
        if outcome not in set(Outcome):
            raise InputError("Nothing was chosen.", rule="bad-outcome", remedy="Accept or decline.")
        chosen = Outcome(outcome)
        settle(register, access, slug, identifier, chosen, reason=reason, dry_run=True)
        with witness.doing(Action.CHANGE, [slug]):
            settle(register, access, slug, identifier, chosen, reason=reason, dry_run=False)
    except (InputError, ConflictError) as error:
        if error.rule == "unknown-request":
            raise
        view = replace(_queue(register, access), wrong=identifier, mistakes=(_mistake(error, FieldName.OUTCOME),))
        return _show(request, view, status_of(error))
    return RedirectResponse(QUEUE, 303)


def _show(request: Request, view: View, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, status=status)
    page.headers.update(PERSONAL)
    return page


def _record(dossier: Dossier, register: Register, api: str) -> Record:
    downloads = tuple(Link(text, address(api, format=form)) for form, text in _FORMS.items())
    named = replace(dossier, organisation=register.state.organisation(dossier.organisation).name)
    return Record(f"Everything kept of {dossier.identity.name}", parts_of(tables_of(named), register), downloads)


def _mine(dossier: Dossier, register: Register) -> Record:
    facts = tuple(Option(fact.value, fact.label) for fact in Fact)
    return replace(_record(dossier, register, "/api/v1/me"), title="My record", action=ME, facts=facts)


def _fact(text: str) -> Fact:
    try:
        return Fact(text)
    except ValueError:
        raise InputError("Nothing was chosen.", rule="bad-fact", remedy="Choose what is wrong.") from None


def _mistake(error: GseSkillsError, otherwise: FieldName) -> Mistake:
    return Mistake.of(error, _FIELD_OF_RULE.get(error.rule, otherwise))


def _home(access: Access) -> str:
    if access.home is None or access.home not in access.keeps:
        raise RefusedError(
            "Requests for correction are for stewards.",
            rule="not-steward",
            remedy="Sign in as a steward of the organisation; your own requests are in your record.",
        )
    return access.home


def _queue(register: Register, access: Access) -> Corrections:
    slug = _home(access)
    rows = [_row(one) for one in read_requests(register, access, slug)]
    open_ones = tuple(row for row in rows if row.action)
    settled = tuple(row for row in rows if not row.action)
    return Corrections(register.state.organisation(slug).name, open_ones, settled)


def _row(one: Asked) -> RequestRow:
    request, settlement = one.request, one.request.settlement
    return RequestRow(
        request.digits,
        one.dossier.identity.name,
        one.step.what,
        one.step.before,
        one.step.after,
        one.basis,
        request.reason,
        request.asked.date(),
        request.standing.value.capitalize(),
        f"/people/{one.dossier.person}/record",
        f"{QUEUE}/{request.digits}" if request.standing is Standing.OPEN else "",
        settlement.settled.date() if settlement else None,
        settlement.reason if settlement else "",
    )
