"""What every page tells of incidents: to a responder theirs, to stewards and duty officers those that begin and end."""

from __future__ import annotations

import datetime

from gse_skills.access import Access, Incident, Role
from gse_skills.register import Register
from gse_skills_service.pages import wording
from gse_skills_service.pages.callers import incident_of
from gse_skills_service.pages.frame import Link, Notice

INCIDENTS = "/incidents"
_TOLD_AFTER = datetime.timedelta(hours=24)
"""How long stewards and duty officers are told on every page that an incident is over."""


def incident_page(incident: Incident) -> str:
    """The address of an incident's page."""
    return f"{INCIDENTS}/{incident.identifier}"


def notices_for(register: Register, access: Access) -> tuple[Notice, ...]:
    """The notices for a caller, the most pressing first."""
    now = datetime.datetime.now(datetime.UTC)
    called = incident_of(access.caller, register)
    if access.caller.role is Role.RESPONDER and called is not None and access.home is not None:
        return (_to_responder(called, now, register),)
    if not (access.keeps or access.opens_incidents) or access.home is None:
        return ()
    told = [one for one in register.incidents.incidents() if now - one.over < _TOLD_AFTER]
    return tuple(_to_steward(one, now, register) for one in reversed(told))


def _to_responder(incident: Incident, now: datetime.datetime, register: Register) -> Notice:
    title = "Drill" if incident.drill else "Incident"
    about = f"{incident.purpose} ({incident.reference})"
    if not incident.open_at(now):
        text = f"{about} is over since {wording.moment(incident.over)}: you see what you saw before it."
        return Notice(title, text, Link("Incidents", INCIDENTS))
    seen = "This is a drill: you see no more than usual." if incident.drill else "Everything you look at is logged."
    text = f"{about}, for {_name(incident, register)}, until {wording.moment(incident.over)}. {seen}"
    return Notice(title, text, Link("About it", incident_page(incident)))


def _to_steward(incident: Incident, now: datetime.datetime, register: Register) -> Notice:
    title = "Drill" if incident.drill else "Incident"
    about = f"{incident.purpose} ({incident.reference}), opened by {_name(incident, register)}"
    if not incident.open_at(now):
        return Notice(
            f"{title} over",
            f"{about}, ended at {wording.moment(incident.over)}.",
            Link("Details", incident_page(incident)),
        )
    seen = "" if incident.drill else " Its responders see the records kept for emergencies."
    text = f"{about}, until {wording.moment(incident.over)}.{seen}"
    return Notice(title, text, Link("Details", incident_page(incident)))


def _name(incident: Incident, register: Register) -> str:
    names = {organisation.slug: organisation.name for organisation in register.state.organisations}
    return names.get(incident.organisation, incident.organisation)
