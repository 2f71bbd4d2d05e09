"""Who looked and what was changed, for those whom it concerns."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from gse_skills.access import Access, Caller, Role
from gse_skills.access.policy import AuditScope
from gse_skills.audit import SERVICE, Action, Excerpt, Narrowing, Outcome
from gse_skills.people import read_cards
from gse_skills.rebuild import MAPPING, SCHEME, VIEW
from gse_skills.register import Register, State
from gse_skills.vocabulary import FRAMEWORK, ID
from gse_skills_service.api.audit import moments, part_of, read_part
from gse_skills_service.auth import Registered
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address, skill_page
from gse_skills_service.pages.form import FormError, Reading, date_asked
from gse_skills_service.pages.frame import FieldName, Link, Option
from gse_skills_service.pages.kit import AUDIT
from gse_skills_service.pages.views import Audit, AuditForm, AuditRow, DateFields, Mistake
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_SHOWN, _NAMED = 50, 3
_PERSON, _INCIDENT, _IMPORT = ID["person/"], ID["incident/"], ID["import/"]
_DONE = {
    Action.READ_PERSON: "Opened a record",
    Action.SEARCH_EXPERTS: "Searched for people",
    Action.QUERY: "Asked a question in SPARQL over records that are shared",
    Action.EXPORT: "Downloaded a list of people",
    Action.IMPORT: "Imported a spreadsheet",
    Action.CHANGE: "Made a change",
    Action.ERASE: "Erased a record",
    Action.SIGN_IN: "Signed in",
    Action.SIGN_OUT: "Signed out",
    Action.ACT_AS: "Went on in another role",
    Action.TOKEN_CREATED: "Made an API token",
    Action.TOKEN_REVOKED: "Revoked an API token",
    Action.PERMISSION_CHANGED: "Let somebody act in a role",
    Action.PERMISSION_REVOKED: "Took a role from somebody",
    Action.ORGANISATION_ADDED: "Added an organisation",
    Action.INCIDENT_OPENED: "Opened an incident",
    Action.INCIDENT_ENDED: "An incident ended",
    Action.READ_AUDIT: "Read the audit log",
    Action.READ_COMPLAINTS: "Read complaints",
    Action.BACKUP: "Took a backup",
    Action.RESTORE: "Restored a backup",
    Action.REFUSED: "Asked for what they may not have",
    Action.RECOVERED: "The log was not as its last writer should have left it",
}
_OPPORTUNITY, _APPLICATION, _PROPOSAL = ID["opportunity/"], ID["participation/"], ID["proposal/"]
_CHANGED = {
    _IMPORT: "Undid an import",
    _OPPORTUNITY: "Confirmed or took back an opportunity",
    _APPLICATION: "Took a step on an application",
    _PROPOSAL: "Decided a proposal for the framework",
    SCHEME: "Loaded a framework or a list of skills",
    MAPPING: "Loaded mappings between lists of skills",
    VIEW: "Built what is shown anew",
}
"""What a change was, by how the IRI of what it concerns begins."""
_LOOKS = (Action.READ_PERSON, Action.SEARCH_EXPERTS, Action.QUERY, Action.EXPORT)
"""What somebody is asked a reason for."""
_ENDED = {Outcome.REFUSED: "refused", Outcome.FAILED: "failed", Outcome.BEGUN: "begun; no end of it is known"}
_ROLES = {
    Role.ANONYMOUS: "Somebody who had not signed in",
    Role.MEMBER: "A member",
    Role.PERSON: "A member",
    Role.LEAD: "A profession lead",
    Role.STEWARD: "A steward",
    Role.DUTY_OFFICER: "A duty officer",
    Role.RESPONDER: "A responder",
    Role.FRAMEWORK_OWNER: "The owner of the framework",
    Role.ADMINISTRATOR: "An administrator",
    Role.OPERATOR: "The operator of this service",
}


@router.get(AUDIT)
def show_audit(
    request: Request,
    register: Registered,
    witness: Witnessed,
    since: Annotated[DateFields, date_asked(FieldName.SINCE)],
    until: Annotated[DateFields, date_asked(FieldName.UNTIL)],
    action: Annotated[str, Query(max_length=40)] = "",
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> HTMLResponse:
    """The reader's part of the log; raises RefusedError (rule `no-audit-part`) where there is none."""
    scope, state = part_of(witness), register.state
    chosen = Action(action) if action in set(Action) else None
    form = AuditForm(since, until, chosen.value if chosen else "")
    mistakes: tuple[Mistake, ...] = ()
    rows: tuple[AuditRow, ...] = ()
    following = ""
    try:
        days = _days(form)
    except FormError as error:
        mistakes = error.mistakes
    else:
        asked = Narrowing(*moments(*days), action=chosen)
        page = read_part(register, witness, asked, _SHOWN, cursor)
        rows = tuple(_rows(page.items, register, witness.access))
        following = address(AUDIT, **_parameters(form), cursor=page.next_cursor) if page.next_cursor else ""
    title, explanation = _words(scope, state)
    view = Audit(
        title,
        explanation,
        form,
        _offered(scope),
        bool(scope.organisations),
        rows,
        following,
        mistakes,
    )
    response: HTMLResponse = request.app.state.pages.page(request, view, status=400 if mistakes else 200)
    return response


def _words(scope: AuditScope, state: State) -> tuple[str, str]:
    if scope.organisations:
        return (
            "Who looked at our people, and what was changed",
            "Looks from other organisations at people of yours, questions over records that are shared, which may have "
            "met people of yours, and changes of what your organisation keeps.",
        )
    if scope.person:
        return (
            "Who looked at my record, and why",
            "Looks from other organisations at your record. Who looked is told as a role in an organisation.",
        )
    return (
        "What happened in this service",
        "Sign-ins, roles and tokens, backups, refusals and changes of the framework. Who looked at whose record is not "
        "told here.",
    )


def _offered(scope: AuditScope) -> tuple[Option, ...]:
    looks = (Action.READ_PERSON, Action.SEARCH_EXPERTS, Action.EXPORT)
    kept = (
        *looks,
        Action.QUERY,
        Action.IMPORT,
        Action.CHANGE,
        Action.ERASE,
        Action.PERMISSION_CHANGED,
        Action.INCIDENT_OPENED,
    )
    of_service = (*(one for one in Action if one in SERVICE), Action.CHANGE)
    offered = kept if scope.organisations else looks if scope.person else of_service
    return tuple(Option(one.value, _DONE[one]) for one in offered)


def _rows(items: Iterable[Excerpt], register: Register, access: Access) -> Iterable[AuditRow]:
    items = _without_beginnings(items)
    named = [iri for one in items for iri in _iris(one)[:_NAMED]] if access.keeps else []
    cards = read_cards(list(dict.fromkeys(named)), access.views, register.store)
    state = register.state
    names = {organisation.slug: organisation.name for organisation in state.organisations}
    for one in items:
        iris = _iris(one)
        concepts = (state.framework.concept(thing) for thing in one.things if thing in state.framework)
        yield AuditRow(
            one.time,
            _who(one.caller, names),
            _what(one, names),
            one.purpose or ("Not said" if one.action in _LOOKS else ""),
            (*(Link(concept.pref_label, skill_page(concept)) for concept in concepts), *_concerned(one)),
            tuple(cards[iri].name for iri in iris[:_NAMED] if iri in cards),
            len(iris),
        )


def _without_beginnings(items: Iterable[Excerpt]) -> list[Excerpt]:
    """Without the beginning of what is told to have ended; the newest come first."""
    ended = Counter[tuple[object, ...]]()
    kept = []
    for one in items:
        what = (one.caller, one.action, one.request, one.organisations, one.things)
        if one.outcome is Outcome.BEGUN and ended[what]:
            ended[what] -= 1
            continue
        if one.outcome is not Outcome.BEGUN:
            ended[what] += 1
        kept.append(one)
    return kept


def _iris(one: Excerpt) -> list[str]:
    return [_PERSON + digits for those in one.people.values() for digits in those]


def _who(caller: Caller, names: dict[str, str]) -> str:
    place = names.get(caller.organisation or "")
    return f"{_ROLES[caller.role]} of {place}" if place else _ROLES[caller.role]


def _what(one: Excerpt, names: dict[str, str]) -> str:
    said = _changed(one) if one.action is Action.CHANGE else _DONE[one.action]
    if one.grant:
        role, _, place = one.grant.partition(":")
        slug = place.partition("/")[0]
        said += f": {role.replace('-', ' ')}" + (f" of {names.get(slug, slug)}" if slug else "")
    if one.about:
        said += f" (known here as {one.about})"
    incidents = [thing.removeprefix(_INCIDENT) for thing in one.things if thing.startswith(_INCIDENT)]
    ended = [_ENDED[one.outcome]] if one.outcome in _ENDED else []
    ended += [wording.rule(one.rule).lower()] if one.rule else []
    ended += [f"{one.count:,} more times"] if one.count else []
    return (
        said + "".join(f", in incident {incident}" for incident in incidents) + "".join(f"; {word}" for word in ended)
    )


def _changed(one: Excerpt) -> str:
    """What a change was, as far as what it concerns says so."""
    if one.caller.role is Role.PERSON and any(thing.startswith(_OPPORTUNITY) for thing in one.things):
        return "Applied for an opportunity"
    if any(thing.startswith(FRAMEWORK) for thing in one.things):
        return "Chose whom records reach"
    said = (words for begins, words in _CHANGED.items() for thing in one.things if thing.startswith(begins))
    return next(said, _DONE[one.action])


def _concerned(one: Excerpt) -> Iterator[Link]:
    """Where what was changed is to be seen, for whoever may see it."""
    for thing in one.things:
        digits = thing.rpartition("/")[2]
        if thing.startswith(_OPPORTUNITY):
            yield Link("the opportunity", f"/opportunities/{digits}")
        elif thing.startswith(_APPLICATION):
            yield Link("the application", f"/applications/{digits}")
        elif thing.startswith(_IMPORT) and one.organisations:
            yield Link("the imports", f"/organisations/{one.organisations[0]}/imports")


def done_words(action: Action) -> str:
    """What somebody did, in words.

    >>> done_words(Action.READ_PERSON)
    'Opened a record'
    """
    return _DONE[action]


def role_words(role: Role) -> str:
    """In what role they did it.

    >>> role_words(Role.DUTY_OFFICER)
    'A duty officer'
    """
    return _ROLES[role]


def _days(form: AuditForm) -> tuple[datetime.date | None, datetime.date | None]:
    """The first and the last day; raises FormError."""
    reading = Reading()
    since = reading.optional_date(FieldName.SINCE, form.since, "the first day")
    until = reading.optional_date(FieldName.UNTIL, form.until, "the last day")
    reading.finish()
    return since, until


def _parameters(form: AuditForm) -> dict[str, object]:
    days = ((FieldName.SINCE, form.since), (FieldName.UNTIL, form.until))
    parts = {f"{field}-{part}": getattr(fields, part) for field, fields in days for part in ("day", "month", "year")}
    return {**parts, FieldName.ACTION.value: form.action}
