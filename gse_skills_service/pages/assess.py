"""The page on which an assessment of a person is recorded, after a check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.assessment import Assessed, Judgement, assess, bases_of, checked_evidence
from gse_skills.audit import Action
from gse_skills.dossier import Dossier, read_kept
from gse_skills.errors import ConflictError, InputError
from gse_skills.register import Register
from gse_skills.vocabulary import ID, Basis
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address, person_page
from gse_skills_service.pages.form import LEVELS, Reading, date_sent, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link, Option
from gse_skills_service.pages.managing import CONFIRMED, show
from gse_skills_service.pages.views import AssessmentForm, Check, DateFields, NewAssessment
from gse_skills_service.pages.wording import assessor, day
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_FIELD_OF_RULE = {
    "nothing-to-change": FieldName.LEVEL,
    "future-date": FieldName.ASSESSED_ON,
    "date-too-old": FieldName.ASSESSED_ON,
    "older-than-known": FieldName.ASSESSED_ON,
    "bad-evidence": FieldName.EVIDENCE,
}
_BASES = {basis.name.lower(): basis for basis in Basis}
_TOLD = "It is recorded. What others judged of the same skill stands beside it."
_Short = Annotated[str, Form(max_length=300)]
_Word = Annotated[str, Form(max_length=20)]


def _typed(
    assessed_on: Annotated[DateFields, date_sent(FieldName.ASSESSED_ON)],
    skill: _Short = "",
    concept: _Short = "",
    level: _Word = "",
    basis: _Word = "",
    evidence: Annotated[str, Form(max_length=10_000)] = "",
) -> AssessmentForm:
    return AssessmentForm(skill, concept, level, basis, assessed_on, evidence)


@router.get("/people/{identifier}/assess")
def assessment_form(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    done: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """The form; raises NotFoundError (rule `unknown-person`)."""
    dossier = read_kept(register, identifier, access)
    # It names the person, and tells nothing else of what is kept.
    witness.saw(Action.READ_PERSON, [(dossier.organisation, ID[f"person/{dossier.person}"])])
    return show(request, replace(_view(dossier, access), told=_TOLD if done else ""))


@router.post("/people/{identifier}/assess")
def send_assessment(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    form: Annotated[AssessmentForm, Depends(_typed)],
    sure: _Word = "",
) -> Response:
    """Show what it would come to, and once that is confirmed record it; raises NotFoundError (rule `unknown-person`)
    and RefusedError (`not-your-judgement`)."""
    dossier = read_kept(register, identifier, access)
    # The check, and many a mistake, tell what stands.
    witness.opened(Action.READ_PERSON, dossier.organisation, dossier.person)
    try:
        judgement = _judgement(register, form)
        would = assess(register, access, identifier, judgement, dry_run=True)
        if sure != CONFIRMED:
            return show(request, _check(register, dossier, form, judgement, would))
        with witness.doing(Action.CHANGE, [dossier.organisation]):
            assess(register, access, identifier, judgement, dry_run=False)
    except (InputError, ConflictError) as error:
        mistakes = mistakes_of(error, _FIELD_OF_RULE, FieldName.SKILL)
        view = replace(_view(dossier, access), form=form, mistakes=mistakes)
        return show(request, view, status_of(error))
    return RedirectResponse(address(assess_page(identifier), done="true"), 303)


def assess_page(digits: str) -> str:
    """The address of the form to record an assessment of a person."""
    return f"/people/{digits}/assess"


def _view(dossier: Dossier, access: Access) -> NewAssessment:
    name = _name(dossier)
    mine = access.person == dossier.person
    return NewAssessment(
        "State a level of yours" if mine else f"Record an assessment of {name}",
        Link(name, person_page(dossier.person)),
        assess_page(dossier.person),
        tuple(Option(label, label) for label in LEVELS),
        tuple(Option(basis.name.lower(), _capital(_judge(basis))) for basis in bases_of(access, dossier)),
    )


def _check(register: Register, dossier: Dossier, form: AssessmentForm, judgement: Judgement, would: Assessed) -> Check:
    path = assess_page(dossier.person)
    hidden = (
        (FieldName.SKILL, form.skill),
        # What was checked is recorded, whatever comes to bear that name.
        (FieldName.CONCEPT, would.skill),
        (FieldName.LEVEL, form.level),
        (FieldName.BASIS, form.basis),
        *form.assessed_on.hidden(FieldName.ASSESSED_ON),
        (FieldName.EVIDENCE, form.evidence),
    )
    facts = tuple(_facts(register, dossier, judgement, would))
    back = Link("The assessment", path)
    return Check("Record this assessment?", facts, path, "Record it", back, hidden, notes=tuple(_notes(would)))


def _facts(register: Register, dossier: Dossier, judgement: Judgement, would: Assessed) -> Iterator[tuple[str, str]]:
    notation = register.state.framework.concept(would.skill).notation
    yield "Person", _name(dossier)
    yield "Skill", f"{would.label} ({notation})" if notation else would.label
    yield "Level", f"{would.level.label} (was: {would.before.label})" if would.before else would.level.label
    yield "Judged by", _capital(_judge(would.basis))
    yield "Judged on", day(would.assessed_on)
    if evidence := checked_evidence(judgement.evidence):
        yield "Evidence", "; ".join(evidence)
    yield "To be confirmed by", day(would.reconfirm_by)


def _notes(would: Assessed) -> Iterator[str]:
    if would.before is not None:
        yield "What the same judge said before gives way, and stays in history."
    if one := would.counts:
        judged = f"{one.level.label}, assessed by {assessor(one.basis)} on {day(one.assessed_on)}"
        yield f"It is kept beside what counts and is shown: {judged}."
    else:
        yield "It counts: of what was judged of this skill, it is what others are shown."


def _judgement(register: Register, form: AssessmentForm) -> Judgement:
    """What was filled in; raises FormError."""
    reading = Reading()
    judgement = Judgement(
        reading.concept(FieldName.SKILL, form.concept.strip() or form.skill, "a skill", register.state),
        reading.choice(FieldName.LEVEL, form.level, LEVELS, "a level"),
        reading.choice(FieldName.BASIS, form.basis, _BASES, "who judged it"),
        reading.optional_date(FieldName.ASSESSED_ON, form.assessed_on, "the day on which it was judged"),
        tuple(form.evidence.splitlines()),
    )
    reading.finish()
    return judgement


def _name(dossier: Dossier) -> str:
    return dossier.identity.name or "A person without a name"


def _judge(basis: Basis) -> str:
    return "the person themselves" if basis is Basis.SELF else assessor(basis)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
