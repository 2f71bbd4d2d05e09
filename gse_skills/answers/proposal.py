"""Proposals for the framework."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.skill import ConceptRef, SuggestionBody
from gse_skills.framework import SKILL_KINDS, Framework
from gse_skills.proposals import Decision, DecisionOutcome, Proposal, ProposalKind, Queue, Status, Term
from gse_skills.register import State


class DecisionBody(Body):
    """What the framework's owner decided on a proposal, and why."""

    outcome: DecisionOutcome
    reason: str
    concept: ConceptRef | None = Field(description="What it is mapped to.")
    decided: datetime.datetime

    @classmethod
    def all(cls, decisions: tuple[Decision, ...], framework: Framework) -> list[Self]:
        """Decisions, the newest first."""
        return [
            cls(
                outcome=one.outcome,
                reason=one.reason,
                concept=ConceptRef.of(framework.concept(one.concept)) if one.concept in framework else None,
                decided=one.decided,
            )
            for one in reversed(decisions)
        ]


class CompanyBody(ConceptRef):
    """A concept that stood in the same sheets as a phrase."""

    imports: int = Field(description="How many of the imports that have the phrase.")


class TermBody(Body):
    """A phrase that was used and nothing matched, counted over what the caller may see."""

    id: str = Field(description="Name it so to decide on it.", examples=["00000000000000ff"])
    phrase: str
    status: Status
    organisations: list[str]
    imports: int
    cells: int = Field(description="Cells in the newest import of each organisation that has the phrase.")
    alongside: list[CompanyBody] = Field(description="Concepts that the same sheets named most often, five at most.")
    nearest: list[SuggestionBody]
    decisions: list[DecisionBody] = Field(description="The newest first; that one is in force.")

    @classmethod
    def of(cls, one: Term, state: State) -> Self:
        """A phrase, with the five nearest skills."""
        framework = state.framework
        return cls(
            id=f"{one.identifier.value:016x}",
            phrase=one.phrase,
            status=one.status,
            organisations=list(one.organisations),
            imports=one.imports,
            cells=one.cells,
            alongside=[
                CompanyBody(**ConceptRef.of(framework.concept(iri)).model_dump(), imports=count)
                for iri, count in one.alongside
                if iri in framework
            ],
            nearest=[
                SuggestionBody.found(near, framework) for near in state.search.search(one.phrase, 5, kinds=SKILL_KINDS)
            ],
            decisions=DecisionBody.all(one.decisions, framework),
        )


class ProposalBody(Body):
    """A proposal for the framework."""

    id: str = Field(examples=["00000000000000ff"])
    kind: ProposalKind
    text: str
    status: Status
    concepts: list[ConceptRef]
    organisation: str
    proposed: datetime.datetime
    decisions: list[DecisionBody] = Field(description="The newest first; that one is in force.")

    @classmethod
    def of(cls, one: Proposal, state: State) -> Self:
        """A proposal."""
        framework = state.framework
        return cls(
            id=f"{one.identifier.value:016x}",
            kind=one.kind,
            text=one.text,
            status=one.status,
            concepts=[ConceptRef.of(framework.concept(iri)) for iri in one.concepts if iri in framework],
            organisation=one.organisation,
            proposed=one.proposed,
            decisions=DecisionBody.all(one.decisions, framework),
        )


class ProposalsBody(Body):
    """What waits for the framework's owner, as far as the caller may see it."""

    terms_total: int
    terms: list[TermBody] = Field(description="The most used first.")
    proposals_total: int
    proposals: list[ProposalBody] = Field(description="The newest first.")

    @classmethod
    def of(cls, queue: Queue, state: State, limit: int) -> Self:
        """The first of a queue."""
        return cls(
            terms_total=len(queue.terms),
            terms=[TermBody.of(one, state) for one in queue.terms[:limit]],
            proposals_total=len(queue.proposals),
            proposals=[ProposalBody.of(one, state) for one in queue.proposals[:limit]],
        )


def proposed_body(one: Term | Proposal, state: State) -> TermBody | ProposalBody:
    """A phrase or a proposal, whichever it is."""
    return TermBody.of(one, state) if isinstance(one, Term) else ProposalBody.of(one, state)
