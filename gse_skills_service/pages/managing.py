"""What the pages that manage something share: callers and audiences in words, and answers that nobody else keeps."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse

from gse_skills.access import Access, Caller, Role
from gse_skills.audit import Witness
from gse_skills.register import Register
from gse_skills.vocabulary import Audience
from gse_skills_service.api.dossier import PERSONAL
from gse_skills_service.pages.form import Reading
from gse_skills_service.pages.frame import FieldName, Option
from gse_skills_service.pages.namesakes import Namesakes, digits, find_namesakes, is_digits, read_namesake
from gse_skills_service.pages.views import CallerForm, Callers, View

Short = Annotated[str, Form(max_length=300)]
"""A line that somebody fills in."""
Sure = Annotated[str, Form(max_length=10)]
"""Whether a check was confirmed."""
CONFIRMED = "true"
"""What `sure` is when a check was confirmed."""
RETENTION, SHARING = "/retention", "/sharing"
_ROLES = {
    Role.MEMBER: "Member",
    Role.PERSON: "Themselves, a person in the records",
    Role.LEAD: "Profession lead",
    Role.STEWARD: "Steward",
    Role.DUTY_OFFICER: "Duty officer",
    Role.RESPONDER: "Responder to an incident",
    Role.FRAMEWORK_OWNER: "Owner of the framework",
    Role.ADMINISTRATOR: "Administrator",
}
_AUDIENCES = {
    Audience.PRIVATE: "Private: the person and the stewards of the organisation",
    Audience.EMERGENCY: "Emergency: beside these, responders while an incident is open",
    Audience.ALLIANCE: "Alliance: members of every organisation",
    Audience.PUBLIC: "Public: anybody",
}
_ROLES_OFFERED = tuple(role for role in _ROLES if role is not Role.RESPONDER)
"""Responders are called to an incident by a duty officer."""


def show(request: Request, view: View, status: int = 200) -> HTMLResponse:
    """A page that no browser and no proxy keeps."""
    page: HTMLResponse = request.app.state.pages.page(request, view, status=status)
    page.headers.update(PERSONAL)
    return page


def audience_words(audience: Audience) -> str:
    """Whom an audience is, in words."""
    return _AUDIENCES[audience]


def audiences_offered() -> tuple[Option, ...]:
    """The audiences to choose from, the narrowest first."""
    return tuple(Option(audience.value, words) for audience, words in _AUDIENCES.items())


def caller_words(caller: Caller, register: Register) -> str:
    """As whom somebody may act, without the name of a person: whoever manages that reads nobody's record.

    A caller of an organisation that there is not keeps its short name.
    """
    names = {organisation.slug: organisation.name for organisation in register.state.organisations}
    said = _ROLES[caller.role]
    if caller.organisation:
        said += f", of {names.get(caller.organisation, caller.organisation)}"
    return f"{said} ({caller.subject})" if caller.subject else said


def callers_offered(register: Register) -> Callers:
    """What can be chosen as a caller."""
    roles = tuple(Option(role.value, _ROLES[role]) for role in _ROLES_OFFERED)
    return Callers(roles, tuple(Option(one.slug, one.name) for one in register.state.organisations))


def find_caller(register: Register, access: Access, witness: Witness, form: CallerForm) -> Namesakes:
    """Whom a form may mean as whom somebody acts as themselves.

    Whoever manages callers is shown few people by name, and so identifiers are taken as they are, of whomever.
    """
    if form.role != Role.PERSON.value or not (form.person or form.chosen):
        return Namesakes()
    if not form.chosen and is_digits(digits(form.person)):
        return Namesakes(chosen=digits(form.person))
    return find_namesakes(register, access, witness, form.person, form.chosen, form.org or None)


def read_caller(reading: Reading, register: Register, form: CallerForm, found: Namesakes) -> Caller:
    """The caller that was chosen; with a stand-in where one cannot be read, as of every field."""
    role = reading.choice(FieldName.ROLE, form.role, {one.value: one for one in _ROLES_OFFERED}, "as whom they may act")
    alone = role in (Role.ADMINISTRATOR, Role.FRAMEWORK_OWNER)
    known = form.org in {one.slug for one in register.state.organisations}
    if form.role and not alone and not known:
        reading.blame(FieldName.ORG, "Choose an organisation: it is no role without one")
    person = ""
    if role is Role.PERSON:
        instead = "another part of it, or the identifier from their record"
        person = read_namesake(reading, FieldName.PERSON, form.person, found, "the name of the person", instead)
    place = "/".join(filter(None, ("" if alone else form.org, person)))
    if (known or alone) and (person or role is not Role.PERSON):
        with reading.asking(FieldName.PERSON):
            return Caller.parse(f"{role.value}:{place}" if place else role.value)
    return Caller(role)


def person_meant(form: CallerForm, caller: Caller) -> tuple[tuple[str, str], ...]:
    """Whom a form that is checked means, where they were found by name."""
    return tuple(("Person", one.text) for one in form.people if one.value == caller.subject)


def caller_hidden(caller: Caller) -> tuple[tuple[str, str], ...]:
    """A caller that was chosen, to be sent again."""
    return (
        (FieldName.ROLE, caller.role.value),
        (FieldName.ORG, caller.organisation or ""),
        (FieldName.PERSON, caller.subject),
    )
