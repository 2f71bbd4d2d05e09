"""What the pages that manage something share: callers and audiences in words, and answers that nobody else keeps."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import HTMLResponse

from gse_skills.access import Caller, Role
from gse_skills.errors import InputError
from gse_skills.register import Register
from gse_skills.vocabulary import Audience
from gse_skills_service.api.dossier import PERSONAL
from gse_skills_service.pages.frame import FieldName, Option
from gse_skills_service.pages.views import Callers, Mistake, View

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
_FIELD_OF_RULE = {"unknown-role": FieldName.ROLE, "unknown-organisation": FieldName.ORG}


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
    """What can be chosen as a caller; responders are called to an incident by a duty officer."""
    roles = tuple(Option(role.value, words) for role, words in _ROLES.items() if role is not Role.RESPONDER)
    return Callers(roles, tuple(Option(one.slug, one.name) for one in register.state.organisations))


def chosen_caller(register: Register, role: str, org: str, person: str) -> Caller:
    """The caller that was chosen; raises InputError (`unknown-role`, `unknown-caller`, `unknown-organisation`)."""
    if role not in {option.value for option in callers_offered(register).roles}:
        raise InputError("Nothing was chosen.", rule="unknown-role", remedy="Choose as whom they may act.")
    alone = role in (Role.ADMINISTRATOR.value, Role.FRAMEWORK_OWNER.value)
    if not alone and not org:
        raise InputError("It is no role without an organisation.", rule="unknown-organisation", remedy="Choose one.")
    if not alone:
        register.state.organisation(org)
    place = "/".join(filter(None, ("" if alone else org, digits(person) if role == Role.PERSON.value else "")))
    return Caller.parse(f"{role}:{place}" if place else role)


def caller_mistake(error: InputError) -> Mistake:
    """What is wrong with a caller that was chosen, beside the field that is."""
    return Mistake(_FIELD_OF_RULE.get(error.rule, FieldName.PERSON), f"{error.message} {error.remedy}".strip())


def digits(text: str) -> str:
    """The digits of a person from what somebody pasted: these, or an address that ends with them.

    >>> digits("https://example.org/id/person/00000000000000FF/ "), digits("00000000000000ff")
    ('00000000000000ff', '00000000000000ff')
    """
    return text.strip().rstrip("/").rpartition("/")[2].lower()
