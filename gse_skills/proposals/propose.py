"""Making a proposal."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from gse_skills.access import Access
from gse_skills.errors import InputError, RefusedError
from gse_skills.index import Delta
from gse_skills.proposals.proposal import Proposal, ProposalKind, Status, read_proposals, write_proposal
from gse_skills.proposals.wording import plain
from gse_skills.register import Register
from gse_skills.vocabulary import Identifier

MAX_CONCEPTS = 20
_CONCEPTS = {
    ProposalKind.NEW: (0, MAX_CONCEPTS, "Name the skills it is near, or none."),
    ProposalKind.CHANGE: (1, 1, "Name the one skill that should change."),
    ProposalKind.MERGE: (2, MAX_CONCEPTS, "Name the skills that should be one, at least two."),
    ProposalKind.RETIRE: (1, 1, "Name the one skill that should no longer be used."),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to propose."""

    kind: ProposalKind
    text: str
    concepts: tuple[str, ...] = ()
    """Each by notation, IRI or label."""
    organisation: str | None = None
    """On whose behalf, by slug; None for the caller's own organisation."""


def propose(register: Register, wish: Wish, access: Access) -> Proposal:
    """Put a proposal to the framework's owner, on behalf of an organisation; the person is not recorded.

    The same proposal while it is open is made once. Raises RefusedError (rule `not-a-member`), NotFoundError
    (`unknown-organisation`, `unknown-term`), AmbiguousError (`ambiguous-label`) and InputError (`text-missing`,
    `text-too-long`, `term-is-no-proposal`, `concept-count`).
    """
    organisation = _on_behalf_of(register, wish, access)
    text = plain(wish.text, "proposal")
    if not text:
        raise InputError("The proposal says nothing.", rule="text-missing", remedy="Say what should be, and why.")
    concepts = _concepts(register, wish)
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    new = Proposal(Identifier.mint("proposal"), wish.kind, text, concepts, organisation, now)
    with register.change() as change:
        for old in read_proposals(register.store):
            if old.status is Status.OPEN and _content(old) == _content(new):
                return old
        write_proposal(new, change)
        register.commit(change, Delta())
    return new


def _content(proposal: Proposal) -> tuple[object, ...]:
    return proposal.kind, proposal.text, proposal.concepts, proposal.organisation


def _on_behalf_of(register: Register, wish: Wish, access: Access) -> str:
    organisation = wish.organisation or access.home
    if access.owns_framework and organisation is not None:
        return register.state.organisation(organisation).slug
    # The same whether or not there is such an organisation.
    if organisation is None or organisation != access.home:
        raise RefusedError(
            "Only members of an organisation make proposals, and only on its behalf.",
            rule="not-a-member",
            remedy="Sign in as a member or steward of the organisation; at the command line name it with --org.",
        )
    return organisation


def _concepts(register: Register, wish: Wish) -> tuple[str, ...]:
    if wish.kind is ProposalKind.TERM:
        raise InputError(
            "A phrase comes into the queue by an import, not by a proposal.",
            rule="term-is-no-proposal",
            remedy="Propose a new skill instead, or import the sheet that has the phrase.",
        )
    least, most, remedy = _CONCEPTS[wish.kind]
    lookup = register.state.lookup
    found = sorted({lookup.resolve(name).concept for name in wish.concepts[: MAX_CONCEPTS + 1] if name.strip()})
    if not least <= len(found) <= most:
        raise InputError(
            f"A proposal of this kind does not concern {len(found)} skills.", rule="concept-count", remedy=remedy
        )
    return tuple(found)
