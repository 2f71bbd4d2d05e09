"""Proposals for the framework: phrases that nothing matched, wishes of organisations, and what the owner decided.

Everything lies in the source graph `graph/proposals`, to which each proposal and each decision is added and from which
nothing is taken; no view repeats it, so no query of a caller's reaches it.
"""

from gse_skills.proposals.decide import decide
from gse_skills.proposals.proposal import Decision, DecisionOutcome, Proposal, ProposalKind, Status
from gse_skills.proposals.propose import Wish, propose
from gse_skills.proposals.queue import Queue, find, read_queue
from gse_skills.proposals.term import Term
from gse_skills.proposals.verdicts import read_verdicts

__all__ = [
    "Decision",
    "DecisionOutcome",
    "Proposal",
    "ProposalKind",
    "Queue",
    "Status",
    "Term",
    "Wish",
    "decide",
    "find",
    "propose",
    "read_queue",
    "read_verdicts",
]
