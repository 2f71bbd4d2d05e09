"""Proposals for the framework, and decisions on them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from gse_skills.answers import ProposalBody, ProposalsBody, TermBody, proposed_body
from gse_skills.proposals import DecisionOutcome, ProposalKind, Status, Wish, decide, propose, read_queue
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Allowed, Registered, require_known
from gse_skills_service.witness import Witnessed, deciding, proposing

router = APIRouter(tags=["Framework"], dependencies=[Depends(require_known)])


class NewProposal(BaseModel):
    """A wish for the framework."""

    kind: ProposalKind = Field(description="`new`, `change`, `merge` or `retire`; a `term` comes by an import.")
    text: str = Field(
        max_length=4_000, description="What should be, and why, in up to 1,000 characters. No personal data."
    )
    concepts: list[str] = Field(
        default_factory=list, max_length=20, description="The skills concerned, each by notation, IRI or label."
    )
    organisation: str | None = Field(
        None, description="On whose behalf; your own organisation when you leave it out.", max_length=100
    )


class NewDecision(BaseModel):
    """What the framework's owner decides."""

    outcome: DecisionOutcome
    reason: str = Field("", max_length=4_000, description="Why; the proposer sees it. Needed to decline.")
    concept: str = Field("", max_length=500, description="What it is mapped to, by notation, IRI or label.")


@router.get("/proposals", response_model=ProposalsBody, responses=problems(403), summary="Proposals for the framework")
def list_proposals(
    request: Request,
    register: Registered,
    access: Allowed,
    status: Annotated[Status | None, Query(description="Only those that stand so.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="How many of each sort.")] = 20,
) -> Response:
    """Phrases that nothing matched, and proposals, with what was decided on them and why.

    The framework's owner sees all; a steward the phrases and proposals of their organisation; a member its proposals.
    Counts are over what you may see.
    """
    queue = read_queue(register, access).of(status)
    return answer(request, ProposalsBody.of(queue, register.state, limit))


@router.post(
    "/proposals",
    response_model=ProposalBody,
    responses=problems(400, 403, 404, 409, 413, 503, 507),
    summary="Make a proposal",
)
def post_proposal(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, asked: NewProposal
) -> Response:
    """Propose a new skill, or the change, merger or retirement of skills, on behalf of your organisation.

    Who you are is not recorded, only your organisation. The same proposal while it is open is made once.
    """
    wish = Wish(asked.kind, asked.text, tuple(asked.concepts), asked.organisation)
    with proposing(witness, wish.organisation):
        made = propose(register, wish, access)
    return answer(request, ProposalBody.of(made, register.state))


@router.post(
    "/proposals/{identifier}/decision",
    response_model=TermBody | ProposalBody,
    responses=problems(400, 403, 404, 409, 413, 503, 507),
    summary="Decide on a proposal",
)
def post_decision(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Annotated[str, Path(description="`id` of a phrase or a proposal.", max_length=64)],
    asked: NewDecision,
) -> Response:
    """Accept, map or decline, as the framework's owner; a later decision takes the place of an earlier one.

    A phrase that is mapped means that skill in every import from then on; of one that is declined, reports of imports
    give the reason.
    """
    with deciding(witness, identifier):
        found = decide(register, identifier, asked.outcome, access, reason=asked.reason, concept=asked.concept)
    return answer(request, proposed_body(found, register.state))
