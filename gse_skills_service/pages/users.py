"""Who may sign in, and as whom they may act: given and taken away by whoever runs the service."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills import audit
from gse_skills.access import Caller, User
from gse_skills.errors import InputError, NotFoundError
from gse_skills.register import Register
from gse_skills_service.api.administration import administrators
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.form import Reading, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link
from gse_skills_service.pages.managing import (
    CONFIRMED,
    Short,
    Sure,
    caller_hidden,
    caller_words,
    callers_offered,
    find_caller,
    person_meant,
    read_caller,
    show,
)
from gse_skills_service.pages.views import CallerForm, Check, Listed, Listing, Mistake, Users
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False, dependencies=[Depends(administrators)])

USERS = "/administration/users"
_SHOWN = 100
_TOLD = {"granted": "They may act so from now on.", "taken": "It was taken away, and holds from the next request on."}
_BACK = Link("Users and what they may act as", USERS)
Only = Annotated[str, Query(max_length=300)]


@router.get(USERS)
def list_users(
    request: Request,
    register: Registered,
    done: Annotated[str, Query(max_length=10)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """Everybody who was granted something or has signed in."""
    return show(request, _view(register, page=page, told=_TOLD.get(done, "")))


@router.post(USERS, dependencies=[Depends(require_recent_sign_in)])
def let_act(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    name: Short = "",
    role: Short = "",
    org: Short = "",
    person: Short = "",
    chosen: Annotated[str, Form(max_length=20)] = "",
    sure: Sure = "",
) -> Response:
    """Show what would be granted, and once that is confirmed grant it."""
    reading, form = Reading(), CallerForm(role, org, person, chosen=chosen)
    found = find_caller(register, access, witness, form)
    form = replace(form, people=found.people, chosen=found.chosen)
    try:
        if reading.text(FieldName.NAME, name, "who it is: the mail address with which they sign in"):
            with reading.asking(FieldName.NAME):
                register.users.require_name(name)
        caller = read_caller(reading, register, form, found)
        reading.finish()
        if sure != CONFIRMED:
            return show(request, _check(register, name.strip(), caller, form))
        audit.grant(register.users, witness, name, caller)
    except InputError as error:
        mistakes = mistakes_of(error, {"unknown-user-name": FieldName.NAME}, FieldName.PERSON)
        return show(request, _view(register, *mistakes, name=name, form=form), status_of(error))
    return RedirectResponse(address(USERS, done="granted"), 303)


@router.get(f"{USERS}/{{identifier}}/removal")
def ask_removal(request: Request, register: Registered, identifier: str, caller: Only = "") -> HTMLResponse:
    """What would be taken away: one grant, or with no `caller` the user."""
    user = _user(register, identifier)
    if caller and caller not in user.grants:
        raise NotFoundError("They do not act so.", rule="unknown-grant", remedy="See the list of users.")
    facts = [("User", user.name)]
    acts = [Caller.parse(caller)] if caller else list(user.callers)
    facts += [("May act as", caller_words(one, register)) for one in acts]
    title = "Take this away?" if caller else "Take the user away, with all they may act as?"
    note = "It ends with their next request. The stewards of the organisation read of it in the audit log."
    action = address(f"{USERS}/{user.identifier}/removal", caller=caller)
    return show(request, Check(title, tuple(facts), action, "Take it away", _BACK, notes=(note,), grave=True))


@router.post(f"{USERS}/{{identifier}}/removal", dependencies=[Depends(require_recent_sign_in)])
def take_away(
    request: Request, register: Registered, witness: Witnessed, identifier: str, caller: Only = "", sure: Sure = ""
) -> Response:
    """Take away a grant or a user."""
    if sure != CONFIRMED:
        return ask_removal(request, register, identifier, caller)
    audit.revoke(register.users, witness, _user(register, identifier).name, Caller.parse(caller) if caller else None)
    return RedirectResponse(address(USERS, done="taken"), 303)


def _user(register: Register, identifier: str) -> User:
    user = register.users.get(identifier)
    if user is None:
        raise NotFoundError("There is no such user.", rule="unknown-user", remedy="See the list of users.")
    return user


def _check(register: Register, name: str, caller: Caller, form: CallerForm) -> Check:
    facts = (("User", name), ("May act as", caller_words(caller, register)), *person_meant(form, caller))
    hidden = ((FieldName.NAME, name), *caller_hidden(caller))
    note = "It holds at once. The stewards of the organisation read of it in the audit log."
    return Check("Let them act in this role?", facts, USERS, "Let them", _BACK, hidden, notes=(note,))


def _view(
    register: Register,
    *mistakes: Mistake,
    page: int = 1,
    name: str = "",
    form: CallerForm | None = None,
    told: str = "",
) -> Users:
    users = sorted(register.users.users(), key=lambda user: user.name)
    shown = users[(page - 1) * _SHOWN : page * _SHOWN]
    following = Link("More users", address(USERS, page=page + 1)) if len(users) > page * _SHOWN else None
    rows = tuple(row for user in shown for row in _rows(user, register))
    listing = Listing("Users", ("User", "May act as"), rows, "Nobody was let in yet.", following)
    return Users(listing, USERS, callers_offered(register), name, form or CallerForm(), told, mistakes)


def _rows(user: User, register: Register) -> list[Listed]:
    removal = f"{USERS}/{user.identifier}/removal"
    whole = Link("Take the user away", removal)
    if not user.grants:
        return [Listed((user.name, "Nothing was granted"), (whole,))]
    acts = zip(user.grants, user.callers, strict=True)
    return [
        Listed(
            (user.name, caller_words(caller, register)),
            (Link("Take away", address(removal, caller=text)), *([whole] if number == 0 else [])),
        )
        for number, (text, caller) in enumerate(acts)
    ]
