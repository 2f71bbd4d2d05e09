"""Incidents: the list, the form to open one, and one of them with what its duty officers can do."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access, Incident
from gse_skills.callout import Opening, call, called, close_incident, incidents_seen, open_incident
from gse_skills.errors import InputError, NotFoundError
from gse_skills.register import Register
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.pages import wording
from gse_skills_service.pages.callers import in_words
from gse_skills_service.pages.form import Reading, mistakes_of
from gse_skills_service.pages.frame import FieldName
from gse_skills_service.pages.notices import INCIDENTS, incident_page
from gse_skills_service.pages.views import IncidentForm, IncidentRow, Incidents, Mistake, OneIncident, View
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_FIELD_OF_RULE = {"bad-end": FieldName.HOURS, "unknown-user-name": FieldName.NAME}


@router.get(INCIDENTS)
def list_incidents(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """The incidents that the reader may know of, and for duty officers the form to open one."""
    return _show(request, _list(register, access))


@router.post(INCIDENTS, dependencies=[Depends(require_recent_sign_in)])
def send_incident(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    purpose: Annotated[str, Form(max_length=2_000)] = "",
    reference: Annotated[str, Form(max_length=2_000)] = "",
    hours: Annotated[str, Form(max_length=20)] = "",
    name: Annotated[str, Form(max_length=30_000)] = "",
    drill: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Open an incident, and show it."""
    form = IncidentForm(purpose, reference, hours, name, drill == "true")
    access.require_duty_officer(access.home or "")
    try:
        asked = _asked(form, access.home or "")
        opened = open_incident(register, access, witness, asked, dry_run=False)
    except InputError as error:
        mistakes = mistakes_of(error, _FIELD_OF_RULE, FieldName.PURPOSE)
        view = replace(_list(register, access), form=form, mistakes=mistakes)
        return _show(request, view, status_of(error))
    return RedirectResponse(incident_page(opened), 303)


@router.get(INCIDENTS + "/{identifier}")
def one_incident(request: Request, register: Registered, access: Allowed, identifier: str) -> HTMLResponse:
    """An incident; raises NotFoundError (rule `unknown-incident`) for one that the reader may not know of."""
    return _show(request, _one(register, access, identifier))


@router.post(INCIDENTS + "/{identifier}/close")
def send_close(register: Registered, access: Allowed, witness: Witnessed, identifier: str) -> RedirectResponse:
    """Close it."""
    return RedirectResponse(incident_page(close_incident(register, access, witness, identifier)), 303)


@router.post(INCIDENTS + "/{identifier}/responders", dependencies=[Depends(require_recent_sign_in)])
def send_call(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    name: Annotated[str, Form(max_length=1_000)] = "",
) -> Response:
    """Call somebody of the duty officer's own organisation."""
    try:
        call(register, access, witness, identifier, name)
    except InputError as error:
        if error.rule != "unknown-user-name":
            raise
        view = replace(_one(register, access, identifier), name=name, mistakes=(Mistake.of(error, FieldName.NAME),))
        return _show(request, view, status_of(error))
    return RedirectResponse(f"{INCIDENTS}/{identifier}", 303)


def _show(request: Request, view: View, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, None, status)
    return page


def _asked(form: IncidentForm, organisation: str) -> Opening:
    """The incident as it was filled in; raises FormError."""
    reading, lasts = Reading(), datetime.timedelta()
    purpose = reading.text(FieldName.PURPOSE, form.purpose, "the purpose")
    reference = reading.text(FieldName.REFERENCE, form.reference, "the reference")
    try:
        lasts = datetime.timedelta(hours=float(reading.text(FieldName.HOURS, form.hours, "for how many hours") or 0))
    except (ValueError, OverflowError):
        reading.blame(FieldName.HOURS, "For how many hours must be a number, such as 4 or 1.5")
    reading.finish()
    names = tuple(line.strip() for line in form.calls.splitlines() if line.strip())
    return Opening(organisation, purpose, reference, lasts, form.drill, names)


def _list(register: Register, access: Access) -> Incidents:
    rows = tuple(_row(one, register) for one in incidents_seen(register, access))
    sees_all = bool(access.keeps) or access.opens_incidents
    if not access.opens_incidents or access.home is None:
        return Incidents(rows, sees_all=sees_all)
    organisation = register.state.organisation(access.home).name
    return Incidents(rows, INCIDENTS, organisation, f"{register.settings.incident_hours:g}", sees_all=sees_all)


def _one(register: Register, access: Access, identifier: str) -> OneIncident:
    incident = next((one for one in incidents_seen(register, access) if one.identifier == identifier), None)
    if incident is None:
        raise NotFoundError(
            "You know of no such incident.", rule="unknown-incident", remedy=f"See {INCIDENTS} for those that are open."
        )
    row, responders = _row(incident, register), called(register, access, incident)
    if responders is None:
        return OneIncident(row, INCIDENTS)
    view = OneIncident(row, INCIDENTS, tuple((one.name, in_words(one.caller, register)) for one in responders))
    page = incident_page(incident)
    return replace(view, close_action=f"{page}/close", call_action=f"{page}/responders") if row.going_on else view


def _row(incident: Incident, register: Register) -> IncidentRow:
    names = {organisation.slug: organisation.name for organisation in register.state.organisations}
    return IncidentRow(
        incident.purpose,
        incident_page(incident),
        incident.reference,
        names.get(incident.organisation, incident.organisation),
        wording.moment(incident.opened),
        wording.moment(incident.over),
        incident.drill,
        incident.open_at(datetime.datetime.now(datetime.UTC)),
    )
