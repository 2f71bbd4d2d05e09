"""The page on which people state and confirm their levels, ask for endorsements, and answer those who ask them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.assessment import Answer, Judgement, ask, assess, read_endorsements, reconfirm, respond
from gse_skills.assessment.endorse import Endorsement
from gse_skills.audit import Action
from gse_skills.dossier import KeptRecord, read_kept
from gse_skills.errors import ConflictError, GseSkillsError, InputError
from gse_skills.people import read_cards
from gse_skills.register import Register, today
from gse_skills.vocabulary import Basis, Identifier, Level
from gse_skills_service.api.dossier import PERSONAL, require_person
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address, person_page
from gse_skills_service.pages.form import LEVELS, Reading, mistakes_of
from gse_skills_service.pages.frame import FieldName, Option
from gse_skills_service.pages.namesakes import Namesakes, find_namesakes, read_namesake
from gse_skills_service.pages.views import EndorsementRow, Endorsements, LevelForm, StandingRow
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

PAGE = "/endorsements"
_FIELD_OF_RULE = {
    "unknown-term": FieldName.SKILL,
    "ambiguous-label": FieldName.SKILL,
    "deprecated-skill": FieldName.SKILL,
    "unknown-person": FieldName.COLLEAGUE,
    "self-endorsement": FieldName.COLLEAGUE,
    "bad-endorser": FieldName.COLLEAGUE,
    "already-asked": FieldName.COLLEAGUE,
    "bad-evidence": FieldName.EVIDENCE,
    "text-too-long": FieldName.REASON,
    "reason-missing": FieldName.REASON,
    "nothing-to-change": FieldName.LEVEL,
}
_TOLD = {
    "stated": "Your level is recorded. Where another judgement has precedence, it is kept beside that.",
    "asked": "They were asked. You see below what becomes of it.",
    "confirmed": "The level is confirmed as of today.",
    "answered": "Your answer is recorded.",
}


@router.get(PAGE)
def endorsements(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    sent: Annotated[str, Query(max_length=20)] = "",
    colleague: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """A person's levels and requests; for stewards the requests of their organisation's people."""
    if not access.person and access.home is not None and access.home in access.keeps:
        rows = _rows(register, access, read_endorsements(register, access, access.home))
        return _show(request, Endorsements("Requests for endorsement", made=rows))
    found = find_namesakes(register, access, witness, colleague) if access.person and colleague else Namesakes()
    name = found.name or (colleague if not found.people else "")
    form = LevelForm(colleague=name, basis="peer" if colleague else "self", chosen=found.chosen, people=found.people)
    return _show(request, replace(_mine(register, access), told=_TOLD.get(sent, ""), form=form))


@router.post(PAGE)
def send_level(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    skill: Annotated[str, Form(max_length=300)] = "",
    level: Annotated[str, Form(max_length=20)] = "",
    basis: Annotated[str, Form(max_length=20)] = "self",
    colleague: Annotated[str, Form(max_length=300)] = "",
    chosen: Annotated[str, Form(max_length=20)] = "",
    evidence: Annotated[str, Form(max_length=10_000)] = "",
    reason: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """State one's own level, or ask somebody to endorse one."""
    require_person(access)
    found = Namesakes() if basis == "self" else find_namesakes(register, access, witness, colleague, chosen)
    form = LevelForm(skill, level, basis, colleague, evidence, reason, found.chosen, found.people)
    try:
        stated, whom = _read(register, form, found)
        # What is wrong with it shows before the log tells of a change.
        _send(register, access, form, stated, whom, dry_run=True)
        with witness.doing(Action.CHANGE, [access.home or ""]):
            _send(register, access, form, stated, whom, dry_run=False)
    except (InputError, ConflictError) as error:
        return _wrong(request, register, access, error, form=form)
    return RedirectResponse(address(PAGE, sent="stated" if basis == "self" else "asked"), 303)


@router.post("/endorsements/confirm")
def confirm(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    skill: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Confirm a level as it stands."""
    digits = require_person(access)
    try:
        reconfirm(register, access, digits, skill, dry_run=True)
        with witness.doing(Action.CHANGE, [access.home or ""]):
            reconfirm(register, access, digits, skill, dry_run=False)
    except (InputError, ConflictError) as error:
        return _wrong(request, register, access, error)
    return RedirectResponse(address(PAGE, sent="confirmed"), 303)


@router.post("/endorsements/{identifier}")
def send_answer(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    outcome: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Give, decline or withdraw."""
    require_person(access)
    try:
        answer = _answer(outcome, reason)
        made = respond(register, access, identifier, answer, reason=reason, dry_run=True)
        with witness.doing(Action.CHANGE, [made.request.organisation]):
            respond(register, access, identifier, answer, reason=reason, dry_run=False)
    except (InputError, ConflictError) as error:
        if error.rule == "unknown-request":
            raise
        return _wrong(request, register, access, error, identifier=identifier)
    return RedirectResponse(address(PAGE, sent="answered"), 303)


def _answer(outcome: str, reason: str) -> Answer:
    """The answer as it was filled in; raises FormError."""
    reading = Reading()
    answer = reading.choice(FieldName.OUTCOME, outcome, {one.value: one for one in Answer}, "an answer")
    if outcome == Answer.DECLINED:
        reading.text(FieldName.REASON, reason, "why you decline")
    reading.finish()
    return answer


def _read(register: Register, form: LevelForm, found: Namesakes) -> tuple[Level, str]:
    """The level and whom to ask, as they were filled in; raises FormError."""
    reading = Reading()
    reading.concept(FieldName.SKILL, form.skill, "a skill", register.state)
    level = reading.choice(FieldName.LEVEL, form.level.capitalize(), LEVELS, "a level")
    asks = form.basis != "self"
    whom = read_namesake(reading, FieldName.COLLEAGUE, form.colleague, found, "whom to ask") if asks else ""
    reading.finish()
    return level, whom


def _send(register: Register, access: Access, form: LevelForm, level: Level, colleague: str, *, dry_run: bool) -> None:
    evidence = tuple(form.evidence.splitlines())
    if form.basis == "self":
        assess(register, access, access.person, Judgement(form.skill, level, evidence=evidence), dry_run=dry_run)
    else:
        basis = Basis.MANAGER if form.basis == "manager" else Basis.PEER
        ask(
            register,
            access,
            colleague,
            form.skill,
            level,
            basis,
            reason=form.reason,
            evidence=evidence,
            dry_run=dry_run,
        )


def _wrong(
    request: Request,
    register: Register,
    access: Access,
    error: GseSkillsError,
    *,
    form: LevelForm | None = None,
    identifier: str = "",
) -> HTMLResponse:
    otherwise = FieldName.OUTCOME if identifier else FieldName.SKILL
    fields = {"reason-missing": FieldName.REASON} if identifier else _FIELD_OF_RULE
    mistakes = mistakes_of(error, fields, otherwise)
    view = replace(_mine(register, access), form=form or LevelForm(), wrong=identifier, mistakes=mistakes)
    return _show(request, view, status_of(error))


def _show(request: Request, view: Endorsements, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, status=status)
    page.headers.update(PERSONAL)
    return page


def _mine(register: Register, access: Access) -> Endorsements:
    dossier = read_kept(register, require_person(access), access)
    found, me = read_endorsements(register, access), int(access.person, 16)
    return Endorsements(
        "My levels and endorsements",
        PAGE,
        f"{PAGE}/confirm",
        tuple(Option(level.label, level.label) for level in Level),
        tuple(_standing(register, one, dossier.current) for one in dossier.current),
        _rows(register, access, [one for one in found if one.request.asked == me]),
        _rows(register, access, [one for one in found if one.request.asker == me]),
    )


def _standing(register: Register, one: KeptRecord, standing: tuple[KeptRecord, ...]) -> StandingRow:
    framework = register.state.framework
    by = one.assessed_on
    if one.skill in framework:
        by = register.state.standing.reconfirm_by(framework.number(one.skill), one.assessed_on)
    says = [other for other in standing if (other.skill, other.basis) == (one.skill, Basis.SELF)]
    # What they say themselves is confirmed; where they say nothing, what counts, once it is due.
    mine = one.basis is Basis.SELF or (not says and one.counts)
    may = mine and one.assessed_on < today() and one.skill in framework and not framework.concept(one.skill).deprecated
    return StandingRow(
        one.label,
        one.notation,
        one.level.label,
        one.basis.label,
        one.assessed_on,
        by,
        by < today(),
        one.counts,
        one.skill if may else "",
    )


def _rows(register: Register, access: Access, found: Sequence[Endorsement]) -> tuple[EndorsementRow, ...]:
    iris = [_iri(digits) for one in found for digits in (one.request.asker, one.request.asked) if digits is not None]
    seen = read_cards(list(dict.fromkeys(iris)), access.views, register.store)
    return tuple(_row(one, seen) for one in found)


def _iri(person: int) -> str:
    return Identifier("person", person).iri


def _row(one: Endorsement, seen: Collection[str]) -> EndorsementRow:
    request, answered = one.request, one.request.answered
    pages = [
        person_page(_iri(person)) if person is not None and _iri(person) in seen else ""
        for person in (request.asker, request.asked)
    ]
    return EndorsementRow(
        request.digits,
        one.asker,
        one.asked or "somebody whom you do not see",
        one.label,
        request.level.label,
        request.basis.label,
        request.reason,
        request.evidence,
        request.made.date(),
        request.expires,
        one.standing.value.capitalize(),
        answered.reason if answered else "",
        f"{PAGE}/{request.digits}" if one.mine else "",
        one.mine == "withdraw",
        *pages,
    )
