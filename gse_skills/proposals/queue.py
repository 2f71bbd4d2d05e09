"""The queue of the framework's owner, and as much of it as anybody else may see.

The owner sees everything; a steward the phrases and proposals of their organisation; a member its proposals; everybody
else nothing. What is counted is counted over what the reader may see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gse_skills.access import Access
from gse_skills.errors import NotFoundError
from gse_skills.proposals.proposal import Proposal, ProposalKind, Status, read_proposals
from gse_skills.proposals.term import Term, read_terms
from gse_skills.register import Register


@dataclass(frozen=True, slots=True)
class Queue:
    """Phrases and proposals that a reader may see."""

    terms: tuple[Term, ...]
    """The most used first."""
    proposals: tuple[Proposal, ...]
    """The newest first; none of kind `term`, since those are told by the terms."""

    def of(self, status: Status | None) -> Queue:
        """The part of the queue that stands so; all of it for None."""
        if status is None:
            return self
        return Queue(
            tuple(one for one in self.terms if one.status is status),
            tuple(one for one in self.proposals if one.status is status),
        )


def read_queue(register: Register, access: Access) -> Queue:
    """The queue as far as the caller may see it."""
    found = read_proposals(register.store)
    decided = {one.identifier: one.decisions for one in found if one.kind is ProposalKind.TERM}
    terms = read_terms(register.store, _whose_terms(register, access), register.state.lookup, decided)
    mine = (one for one in found if one.kind is not ProposalKind.TERM and _sees(one, access))
    return Queue(terms, tuple(mine))


def find(register: Register, identifier: str, access: Access) -> Term | Proposal:
    """What has that identifier, the sixteen digits of its IRI.

    Raises NotFoundError (rule `unknown-proposal`), the same for one that is hidden as for one that is not there.
    """
    queue = read_queue(register, access)
    everything: tuple[Term | Proposal, ...] = (*queue.terms, *queue.proposals)
    for one in everything:
        if f"{one.identifier.value:016x}" == identifier:
            return one
    raise NotFoundError(
        "No proposal with that identifier is visible to you.",
        rule="unknown-proposal",
        remedy="See the list of proposals, or sign in with an account that may see it.",
    )


def _whose_terms(register: Register, access: Access) -> Iterable[str]:
    if access.owns_framework:
        return [organisation.slug for organisation in register.state.organisations]
    return sorted(access.keeps)


def _sees(proposal: Proposal, access: Access) -> bool:
    return access.owns_framework or access.home == proposal.organisation
