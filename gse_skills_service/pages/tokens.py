"""API tokens: made and revoked by whoever runs the service; a secret is shown once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills import audit
from gse_skills.access import Caller
from gse_skills.access.token import Token
from gse_skills.register import Register
from gse_skills_service.api.administration import LONGEST_DAYS, administrators
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.once import show_once, take_shown
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.form import FormError, Reading
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
from gse_skills_service.pages.views import CallerForm, Check, Listed, Listing, Mistake, NewToken, Tokens
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False, dependencies=[Depends(administrators)])

TOKENS = "/administration/tokens"
_TOLD = {
    "revoked": "The token is worthless from now on.",
    "made": "The token is made. Its secret is shown once and cannot be shown again.",
}
_BACK = Link("API tokens", TOKENS)


@dataclass(frozen=True, slots=True)
class _Made:
    token: Token
    secret: str


@router.get(TOKENS)
def list_tokens(
    request: Request, register: Registered, done: Annotated[str, Query(max_length=10)] = ""
) -> HTMLResponse:
    """The tokens, without their secrets; after one was made its secret, once."""
    made = take_shown(request, TOKENS, _Made) if done == "made" else None
    if made is not None:
        return show(request, NewToken(made.secret, _facts(made.token, register), _BACK))
    return show(request, _view(register, told=_TOLD.get(done, "")))


@router.post(TOKENS, dependencies=[Depends(require_recent_sign_in)])
def make_token(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    role: Short = "",
    org: Short = "",
    person: Short = "",
    chosen: Annotated[str, Form(max_length=20)] = "",
    note: Short = "",
    days: Short = "",
    sure: Sure = "",
) -> Response:
    """Show what would be made, and once that is confirmed make it and lead to its secret."""
    note = " ".join(note.split())
    reading, form = Reading(), CallerForm(role, org, person, chosen=chosen)
    found = find_caller(register, access, witness, form)
    form = replace(form, people=found.people, chosen=found.chosen)
    try:
        caller = read_caller(reading, register, form, found)
        lasts = reading.number(FieldName.DAYS, days, "for how many days", 1, LONGEST_DAYS)
        reading.finish()
    except FormError as error:
        return show(request, _view(register, *error.mistakes, note=note, days=days, form=form), status_of(error))
    if sure != CONFIRMED:
        return show(request, _check(register, caller, form, note, lasts))
    token, secret = audit.create_token(register.tokens, witness, caller, note=note, days=lasts)
    return show_once(request, TOKENS, address(TOKENS, done="made"), _Made(token, secret))


@router.get(f"{TOKENS}/{{name}}/revocation")
def ask_revocation(request: Request, register: Registered, name: str) -> HTMLResponse:
    """What would be worthless."""
    token = register.tokens.named(name)
    action = f"{TOKENS}/{token.name}/revocation"
    note = "What uses it is refused from its next request on."
    check = Check("Revoke this token?", _facts(token, register), action, "Revoke it", _BACK, notes=(note,), grave=True)
    return show(request, check)


@router.post(f"{TOKENS}/{{name}}/revocation", dependencies=[Depends(require_recent_sign_in)])
def revoke(request: Request, register: Registered, witness: Witnessed, name: str, sure: Sure = "") -> Response:
    """Make a token worthless."""
    if sure != CONFIRMED:
        return ask_revocation(request, register, name)
    audit.revoke_token(register.tokens, witness, name)
    return RedirectResponse(address(TOKENS, done="revoked"), 303)


def _facts(token: Token, register: Register) -> tuple[tuple[str, str], ...]:
    acts = caller_words(Caller.parse(token.caller), register)
    return (
        ("Name", token.name),
        ("Acts as", acts),
        ("For", token.note or "Not said"),
        ("Expires", _day(token.expires)),
    )


def _check(register: Register, caller: Caller, form: CallerForm, note: str, days: int) -> Check:
    facts = (
        ("Acts as", caller_words(caller, register)),
        *person_meant(form, caller),
        ("For", note or "Not said"),
        ("Valid for", f"{days} days"),
    )
    hidden = (
        *caller_hidden(caller),
        (FieldName.NOTE, note),
        (FieldName.DAYS, str(days)),
    )
    told = "Whoever has the secret may do all that this caller may. The stewards of the organisation are told."
    return Check("Make this token?", facts, TOKENS, "Make it", _BACK, hidden, notes=(told,))


def _view(
    register: Register,
    *mistakes: Mistake,
    note: str = "",
    days: str = "90",
    form: CallerForm | None = None,
    told: str = "",
) -> Tokens:
    now = datetime.datetime.now(datetime.UTC)
    rows = tuple(_row(token, register, now) for token in reversed(register.tokens.tokens()))
    listing = Listing("Tokens, the newest first", ("Name", "Acts as", "For", "Made", "Expires"), rows)
    return Tokens(listing, TOKENS, callers_offered(register), note, days, form or CallerForm(), told, mistakes)


def _row(token: Token, register: Register, now: datetime.datetime) -> Listed:
    over = datetime.datetime.fromisoformat(token.expires) <= now
    ends = f"{_day(token.expires)}{' (over)' if over else ''}"
    acts = caller_words(Caller.parse(token.caller), register)
    revoke_ = Link("Revoke", f"{TOKENS}/{token.name}/revocation")
    return Listed((token.name, acts, token.note, _day(token.created), ends), (revoke_,))


def _day(moment: str) -> str:
    return wording.day(datetime.datetime.fromisoformat(moment).date())
