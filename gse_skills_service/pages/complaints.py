"""Complaints about how personal data is handled, and the privacy notice."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.audit import Action, Witness
from gse_skills.complaints import Complaint
from gse_skills.errors import ConflictError, InputError, RefusedError
from gse_skills.register import Register
from gse_skills_service.api.dossier import PERSONAL
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.once import show_once, take_shown
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.frame import FieldName, Option
from gse_skills_service.pages.views import ComplaintForm, ComplaintRow, Complaints, Mistake, Privacy
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed, tell_of_complaints

router = APIRouter(include_in_schema=False)

COMPLAINTS = "/complaints"
_FIND = f"{COMPLAINTS}/find"
_SHOWN = "Your complaint was received. Its reference was shown once, after you sent it."
Reference = Annotated[str, Form(max_length=100)]


@router.get("/privacy")
def privacy(request: Request, register: Registered) -> HTMLResponse:
    """What is kept of people, what for, for how long, and what they can do about it."""
    names = tuple(organisation.name for organisation in register.state.organisations)
    view = Privacy(names, COMPLAINTS, register.settings.demo)
    page: HTMLResponse = request.app.state.pages.page(request, view)
    return page


@router.get(COMPLAINTS)
def show_complaints(
    request: Request, register: Registered, witness: Witnessed, done: Annotated[str, Query(max_length=10)] = ""
) -> HTMLResponse:
    """The form for everybody, the complaints for whoever handles them, and after one was made its reference, once."""
    view = _view(register, witness)
    if done == "made":
        made = take_shown(request, COMPLAINTS, Complaint)
        view = replace(view, told=_SHOWN) if made is None else replace(view, taken=_row(made, register))
    return _show(request, view)


@router.post(COMPLAINTS)
def make_complaint(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    text: Annotated[str, Form(max_length=20_000)] = "",
    org: Annotated[str, Form(max_length=100)] = "",
    contact: Annotated[str, Form(max_length=1_000)] = "",
) -> Response:
    """Take a complaint and lead to its reference, which stands in no address."""
    form = ComplaintForm(text, org, contact)
    try:
        slug = register.state.organisation(org).slug if org else ""
        made = register.complaints.make(text, organisation=slug, contact=contact, person=access.person)
    except InputError as error:
        field = FieldName.CONTACT if error.rule == "text-too-long" and len(text) <= len(contact) else FieldName.TEXT
        mistakes = (Mistake.of(error, field),)
        return _show(request, replace(_view(register, witness), form=form, mistakes=mistakes), status_of(error))
    return show_once(request, COMPLAINTS, address(COMPLAINTS, done="made"), made)


@router.post(_FIND)
def find_complaint(
    request: Request, register: Registered, witness: Witnessed, reference: Reference = ""
) -> HTMLResponse:
    """What became of the complaint with a reference, which is sent in the form so that no log has it."""
    try:
        found = _row(register.complaints.get(reference), register)
    except InputError as error:
        mistakes = (Mistake.of(error, FieldName.REFERENCE),)
        view = replace(_view(register, witness), reference=reference, mistakes=mistakes)
        return _show(request, view, status_of(error))
    return _show(request, replace(_view(register, witness), reference=reference, found=found))


@router.post(f"{COMPLAINTS}/{{reference}}/acknowledgement")
def acknowledge(register: Registered, access: Allowed, witness: Witnessed, reference: str) -> Response:
    """Say that a complaint was read."""
    concerned = register.complaints.to_handle(reference, access).organisation
    with witness.doing(Action.CHANGE, [concerned]):
        register.complaints.acknowledge(reference, access)
    return RedirectResponse(COMPLAINTS, 303)


@router.post(f"{COMPLAINTS}/{{reference}}/answer")
def send_answer(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    reference: str,
    reason: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Answer a complaint."""
    concerned = register.complaints.to_handle(reference, access).organisation
    try:
        with witness.doing(Action.CHANGE, [concerned]):
            register.complaints.answer(reference, reason, access)
    except (InputError, ConflictError) as error:
        mistakes = (Mistake.of(error, FieldName.REASON),)
        return _show(request, replace(_view(register, witness), wrong=reference, mistakes=mistakes), status_of(error))
    return RedirectResponse(COMPLAINTS, 303)


def _show(request: Request, view: Complaints, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, status=status)
    page.headers.update(PERSONAL)
    return page


def _view(register: Register, witness: Witness) -> Complaints:
    options = tuple(Option(one.slug, one.name) for one in register.state.organisations)
    view = Complaints(COMPLAINTS, _FIND, options)
    try:
        mine = register.complaints.listed(witness.access)
    except RefusedError:
        return view
    tell_of_complaints(witness, mine)
    return replace(view, handles=True, rows=tuple(_row(one, register) for one in mine))


def _row(one: Complaint, register: Register) -> ComplaintRow:
    names = {organisation.slug: organisation.name for organisation in register.state.organisations}
    return ComplaintRow(
        one.reference,
        one.text,
        one.contact,
        names.get(one.organisation, one.organisation) or "This service",
        one.received.date(),
        one.due.date(),
        one.days_left(register.complaints.now()),
        one.stage.value.capitalize(),
        one.answer,
    )
