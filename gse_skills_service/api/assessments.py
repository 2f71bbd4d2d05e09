"""Assessments, requests for endorsement, and calibration."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from gse_skills.answers import AssessedBody, CalibrationBody, EndorsementBody, EndorsementsBody
from gse_skills.assessment import (
    Answer,
    CalibrationQuestion,
    Judgement,
    ask,
    assess,
    calibrate,
    read_endorsements,
    reconfirm,
    respond,
)
from gse_skills.assessment.request import Standing
from gse_skills.audit import Action
from gse_skills.dossier import read_kept
from gse_skills.vocabulary import Basis, BasisName, Level, LevelLabel
from gse_skills_service.api.answering import KnownAt, answer, problems, told_of
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Assessments"])

DryRun = Annotated[bool, Query(description="Say what would change, and change nothing.")]
Digits = Annotated[str, Path(description="The sixteen digits at the end of the person's IRI.", max_length=64)]
Slug = Annotated[str, Path(description="Short name of the organisation.", max_length=100)]
_EVIDENCE = (
    "Up to ten addresses or references in words, of up to 500 characters each; files are not kept. No names, addresses "
    "or health of other people."
)


class NewAssessment(BaseModel):
    """A level, and who judged it."""

    skill: str = Field(max_length=300, description="Notation, IRI or label.", examples=["LIF-VIR-02"])
    level: LevelLabel
    basis: BasisName = Field("self", description="Who judged; a person says only what they judge themselves.")
    assessed_on: datetime.date | None = Field(None, description="When it was judged; today.")
    evidence: list[str] = Field([], max_length=50, description=_EVIDENCE)


class NewConfirmation(BaseModel):
    """A skill whose level stands."""

    skill: str = Field(max_length=300, description="Notation, IRI or label.", examples=["LIF-VIR-02"])


class NewEndorsementRequest(BaseModel):
    """Whom to ask to endorse what."""

    colleague: str = Field(max_length=100, description="The sixteen digits at the end of their IRI.")
    skill: str = Field(max_length=300, description="Notation, IRI or label.", examples=["LIF-VIR-02"])
    level: LevelLabel
    basis: Literal["peer", "manager"] = Field("peer", description="As what they are asked.")
    reason: str = Field("", max_length=4_000, description="What they may base it on, in up to 1,000 characters.")
    evidence: list[str] = Field([], max_length=50, description=_EVIDENCE)


class NewAnswer(BaseModel):
    """The answer to a request for endorsement."""

    answer: Answer
    reason: str = Field("", max_length=4_000, description="Why; whoever asked reads it. Needed to decline.")


@router.post(
    "/people/{identifier}/assessments",
    response_model=AssessedBody,
    responses=problems(400, 403, 404, 409, 413, 503, 507),
    summary="State a level",
)
def post_assessment(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Digits,
    asked: NewAssessment,
    dry_run: DryRun = False,
) -> Response:
    """State your own level, or as a steward what somebody judged; what others judged stands beside it.

    Of several judgements of a skill one counts and is shown; the answer says which.
    """
    day, evidence = asked.assessed_on, tuple(asked.evidence)
    judgement = Judgement(asked.skill, Level[asked.level.upper()], Basis[asked.basis.upper()], day, evidence)
    slug = read_kept(register, identifier, access).organisation
    if dry_run:  # what would be changed is told, and that is a look
        witness.opened(Action.READ_PERSON, slug, identifier)
    with witness.doing(Action.CHANGE, [slug], dry_run=dry_run):
        made = assess(register, access, identifier, judgement, dry_run=dry_run)
    return answer(request, AssessedBody.of(made, register.state.framework, dry_run=dry_run))


@router.post(
    "/people/{identifier}/confirmations",
    response_model=AssessedBody,
    responses=problems(400, 403, 404, 409, 413, 503, 507),
    summary="Confirm a level anew",
)
def post_confirmation(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Digits,
    asked: NewConfirmation,
    dry_run: DryRun = False,
) -> Response:
    """Confirm a level as it stands, as of today: a new record at the same level, that says which it follows."""
    slug = read_kept(register, identifier, access).organisation
    if dry_run:  # what would be changed is told, and that is a look
        witness.opened(Action.READ_PERSON, slug, identifier)
    with witness.doing(Action.CHANGE, [slug], dry_run=dry_run):
        made = reconfirm(register, access, identifier, asked.skill, dry_run=dry_run)
    return answer(request, AssessedBody.of(made, register.state.framework, dry_run=dry_run))


@router.get(
    "/me/endorsements",
    response_model=EndorsementsBody,
    responses=problems(400, 403),
    summary="My requests for endorsement",
)
def get_my_endorsements(
    request: Request,
    register: Registered,
    access: Allowed,
    status: Annotated[Standing | None, Query(description="Only requests that stand so.")] = None,
) -> Response:
    """What you asked others to endorse, and what others asked you: open requests first."""
    found = read_endorsements(register, access)
    return answer(request, _listed([EndorsementBody.of(one) for one in found], status))


@router.post(
    "/me/endorsements",
    response_model=EndorsementBody,
    responses=problems(400, 403, 404, 409, 413, 503, 507),
    summary="Ask for an endorsement",
)
def post_endorsement_request(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    asked: NewEndorsementRequest,
    dry_run: DryRun = False,
) -> Response:
    """Ask a colleague whom you can see, or your manager, to endorse a level. They learn your name and what you ask."""
    with witness.doing(Action.CHANGE, [access.home or ""], dry_run=dry_run):
        made = ask(
            register,
            access,
            asked.colleague,
            asked.skill,
            Level[asked.level.upper()],
            Basis[asked.basis.upper()],
            reason=asked.reason,
            evidence=tuple(asked.evidence),
            dry_run=dry_run,
        )
    return answer(request, EndorsementBody.of(made))


@router.post(
    "/me/endorsements/{identifier}",
    response_model=EndorsementBody,
    responses=problems(400, 403, 404, 409, 413, 503, 507),
    summary="Answer a request for endorsement",
)
def post_answer(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Annotated[str, Path(description="`id` of the request.", max_length=64)],
    asked: NewAnswer,
    dry_run: DryRun = False,
) -> Response:
    """Give it, which states the level as your judgement, or decline with a reason; or withdraw what you asked."""
    slug = next(
        (one.request.organisation for one in read_endorsements(register, access) if one.request.digits == identifier),
        access.home or "",
    )
    with witness.doing(Action.CHANGE, [slug], dry_run=dry_run):
        found = respond(register, access, identifier, asked.answer, reason=asked.reason, dry_run=dry_run)
    return answer(request, EndorsementBody.of(found))


@router.get(
    "/organisations/{slug}/endorsements",
    response_model=EndorsementsBody,
    responses=problems(400, 403, 404),
    summary="Requests for endorsement in an organisation",
)
def get_endorsements(
    request: Request,
    register: Registered,
    access: Allowed,
    slug: Slug,
    status: Annotated[Standing | None, Query(description="Only requests that stand so.")] = None,
) -> Response:
    """What an organisation's people asked others to endorse, for its stewards: open requests first."""
    found = read_endorsements(register, access, slug)
    return answer(request, _listed([EndorsementBody.of(one) for one in found], status))


@router.get(
    "/organisations/{slug}/calibration",
    response_model=CalibrationBody,
    responses=problems(400, 403, 404, 409),
    summary="How judgements differ",
)
def get_calibration(
    request: Request,
    register: Registered,
    access: Allowed,
    slug: Slug,
    against: Annotated[BasisName, Query(description="Whose judgements to compare with.")] = "manager",
    concept: Annotated[str | None, Query(description="A domain, group or skill.", max_length=300)] = None,
    as_of: Annotated[
        datetime.date | None, told_of("For profession leads the figures that were published by then.")
    ] = None,
    known_at: KnownAt = None,
) -> Response:
    """By how many levels people say more or less of themselves than others say, by unit and group."""
    question = CalibrationQuestion(slug, Basis[against.upper()], concept, as_of, known_at)
    return answer(request, CalibrationBody.of(calibrate(register, access, question), register.state.framework))


def _listed(items: list[EndorsementBody], status: Standing | None) -> EndorsementsBody:
    return EndorsementsBody(items=[one for one in items if status is None or one.status == status.value])
