"""Deciding on a proposal."""

from __future__ import annotations

import datetime

from gse_skills.access import Access
from gse_skills.errors import InputError, RefusedError
from gse_skills.framework import SKILL_KINDS
from gse_skills.index import Delta
from gse_skills.proposals.proposal import (
    Decision,
    DecisionOutcome,
    Proposal,
    ProposalKind,
    write_decision,
    write_proposal,
)
from gse_skills.proposals.queue import find
from gse_skills.proposals.term import Term
from gse_skills.proposals.wording import plain
from gse_skills.register import Register
from gse_skills.vocabulary import Identifier


def decide(
    register: Register,
    identifier: str,
    outcome: DecisionOutcome,
    access: Access,
    *,
    reason: str = "",
    concept: str = "",
) -> Term | Proposal:
    """Decide on a phrase or a proposal; a later decision takes the place of an earlier one, which stays in the
    history.

    `identifier` is the sixteen digits of its IRI, `concept` the notation, IRI or label of what it is mapped to. The
    same decision again changes nothing. Raises RefusedError (rule `not-framework-owner`), NotFoundError
    (`unknown-proposal`, `unknown-term`), AmbiguousError (`ambiguous-label`) and InputError (`reason-missing`,
    `text-too-long`, `concept-missing`, `concept-not-wanted`, `not-to-be-mapped`).
    """
    if not access.owns_framework:
        raise RefusedError(
            "Only the framework's owner decides on proposals.",
            rule="not-framework-owner",
            remedy="Ask the owner of the framework; your own proposals show what was decided, and why.",
        )
    with register.change() as change:
        found = find(register, identifier, access)
        chosen = _checked(register, found, outcome, plain(reason, "reason"), concept)
        former = found.decision
        if former is not None and _content(former) == _content(chosen):
            return found
        proposal = found if isinstance(found, Proposal) else _proposal_of(found, chosen.decided)
        if isinstance(found, Term) and not found.decisions:
            write_proposal(proposal, change)
        write_decision(proposal, chosen, change)
        register.commit(change, Delta())
    return find(register, identifier, access)


def _content(decision: Decision) -> tuple[object, ...]:
    return decision.outcome, decision.reason, decision.concept


def _proposal_of(term: Term, now: datetime.datetime) -> Proposal:
    # Of no organisation: those that use the phrase may be many, and others after them.
    return Proposal(term.identifier, ProposalKind.TERM, term.phrase, (), "", now, term.decisions)


def _checked(
    register: Register, found: Term | Proposal, outcome: DecisionOutcome, reason: str, concept: str
) -> Decision:
    """The decision, if it is one that can be made."""
    if outcome is DecisionOutcome.DECLINED and not reason:
        raise InputError(
            "Nothing says why it is declined.", rule="reason-missing", remedy="Give a reason; the proposer sees it."
        )
    if outcome is not DecisionOutcome.MAPPED and concept.strip():
        raise InputError(
            "Only what is mapped is mapped to a concept.",
            rule="concept-not-wanted",
            remedy="Leave the concept out, or decide to map.",
        )
    target = _target(register, found, concept) if outcome is DecisionOutcome.MAPPED else ""
    former = found.decision
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return Decision(
        Identifier.mint("decision"), outcome, now, reason, target, former.identifier.iri if former is not None else ""
    )


def _target(register: Register, found: Term | Proposal, concept: str) -> str:
    if isinstance(found, Proposal) and found.kind is not ProposalKind.NEW:
        raise InputError(
            "Only a phrase or a proposed new skill can be mapped to one that is there.",
            rule="not-to-be-mapped",
            remedy="Accept it, or decline it with a reason.",
        )
    if not concept.strip():
        raise InputError(
            "Nothing says what it is mapped to.", rule="concept-missing", remedy="Name the skill that it means."
        )
    return register.state.lookup.resolve(concept, kinds=SKILL_KINDS).concept
