"""What the decisions on phrases mean to an import."""

from __future__ import annotations

from gse_skills.imports.phrases import Verdict
from gse_skills.proposals.proposal import DecisionOutcome, ProposalKind, phrase_key, read_proposals
from gse_skills.store import Store


def read_verdicts(store: Store) -> dict[str, Verdict]:
    """The decisions in force on phrases, by the form in which phrases are told apart."""
    return {
        phrase_key(one.text): _verdict(one.decision.outcome, one.decision.reason, one.decision.concept)
        for one in read_proposals(store)
        if one.kind is ProposalKind.TERM and one.decision is not None
    }


def _verdict(outcome: DecisionOutcome, reason: str, concept: str) -> Verdict:
    match outcome:
        case DecisionOutcome.MAPPED:
            return Verdict("The framework's owner decided what it means.", reason, concept)
        case DecisionOutcome.ACCEPTED:
            return Verdict("The framework's owner has accepted it for the next release.", reason)
        case DecisionOutcome.DECLINED:
            return Verdict("The framework's owner has declined it.", reason)
