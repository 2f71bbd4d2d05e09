"""What a proposal is, what can be decided on it, and how both are written and read as RDF."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from pyoxigraph import NamedNode

from gse_skills.framework.words import normalise
from gse_skills.records import organisation_iri, organisation_slug
from gse_skills.store import Change, Query, Store, term
from gse_skills.vocabulary import DCTERMS, GRAPH, GSE, PROV, RDF, Identifier

PROPOSALS = GRAPH["proposals"]


class ProposalKind(StrEnum):
    """What a proposal wants of the framework.

    >>> ProposalKind.MERGE.iri
    'https://w3id.org/gse-skills/ontology#MergeSkills'
    """

    TERM = "term"
    NEW = "new"
    CHANGE = "change"
    MERGE = "merge"
    RETIRE = "retire"

    @property
    def iri(self) -> str:
        """The IRI of the kind's individual in the ontology."""
        return GSE[_KINDS[self]]


class DecisionOutcome(StrEnum):
    """What the framework's owner decides."""

    ACCEPTED = "accepted"
    MAPPED = "mapped"
    DECLINED = "declined"

    @property
    def iri(self) -> str:
        """The IRI of the outcome's individual in the ontology."""
        return GSE[self.value.capitalize()]


class Status(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    MAPPED = "mapped"
    DECLINED = "declined"


_KINDS = {
    ProposalKind.TERM: "UnmatchedTerm",
    ProposalKind.NEW: "NewSkill",
    ProposalKind.CHANGE: "ChangeSkill",
    ProposalKind.MERGE: "MergeSkills",
    ProposalKind.RETIRE: "RetireSkill",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on a proposal."""

    identifier: Identifier
    outcome: DecisionOutcome
    decided: datetime.datetime
    reason: str = ""
    concept: str = ""
    """IRI of the concept that it is mapped to, or empty."""
    revises: str = ""
    """IRI of the decision whose place it takes, or empty."""


class Decided:
    """What is decided on, once or several times."""

    __slots__ = ()
    decisions: tuple[Decision, ...]
    """The newest last."""

    @property
    def decision(self) -> Decision | None:
        """The decision in force."""
        return self.decisions[-1] if self.decisions else None

    @property
    def status(self) -> Status:
        """Where it stands."""
        return Status(self.decision.outcome.value) if self.decision else Status.OPEN


@dataclass(frozen=True, slots=True)
class Proposal(Decided):
    """A proposal with everything that was decided on it, the newest decision last."""

    identifier: Identifier
    kind: ProposalKind
    text: str
    concepts: tuple[str, ...]
    """IRIs of the concepts concerned, sorted."""
    organisation: str
    """Slug; empty for a phrase, which may be of several organisations."""
    proposed: datetime.datetime
    decisions: tuple[Decision, ...] = ()


def phrase_key(phrase: str) -> str:
    """The form in which phrases are told apart, that of labels: case, accents, spacing and punctuation do not matter.

    >>> phrase_key("Virus-stuff "), phrase_key("C++"), phrase_key("?")
    ('virus stuff', 'c++', '?')
    """
    return normalise(phrase) or phrase.strip().casefold()


def phrase_identifier(phrase: str) -> Identifier:
    """The identifier of a phrase's proposal, made of the phrase: whoever asks for it anew finds the same one.

    >>> phrase_identifier("Virus stuff") == phrase_identifier("virus-stuff")
    True
    """
    digest = hashlib.sha256(phrase_key(phrase).encode()).digest()
    return Identifier("proposal", int.from_bytes(digest[:8]))


def write_proposal(proposal: Proposal, change: Change) -> None:
    """Write a new proposal, without its decisions."""
    subject = term.iri(proposal.identifier.iri)
    said = [
        (RDF.type, term.iri(GSE.Proposal)),
        (GSE.proposalKind, term.iri(proposal.kind.iri)),
        (DCTERMS.description, term.literal(proposal.text)),
        (PROV.generatedAtTime, term.date_time(proposal.proposed)),
        *((DCTERMS.subject, term.iri(concept)) for concept in proposal.concepts),
    ]
    if proposal.organisation:
        said.append((PROV.wasAttributedTo, term.iri(organisation_iri(proposal.organisation))))
    _write(subject, said, change)


def write_decision(proposal: Proposal, decision: Decision, change: Change) -> None:
    """Write a decision on a proposal."""
    said = [
        (RDF.type, term.iri(GSE.ProposalDecision)),
        (GSE.decides, term.iri(proposal.identifier.iri)),
        (GSE.outcome, term.iri(decision.outcome.iri)),
        (PROV.generatedAtTime, term.date_time(decision.decided)),
    ]
    if decision.reason:
        said.append((DCTERMS.description, term.literal(decision.reason)))
    if decision.concept:
        said.append((GSE.mappedTo, term.iri(decision.concept)))
    if decision.revises:
        said.append((PROV.wasRevisionOf, term.iri(decision.revises)))
    _write(term.iri(decision.identifier.iri), said, change)


def _write(subject: str, said: list[tuple[str, str]], change: Change) -> None:
    for predicate, value in said:
        change.add(subject, term.iri(predicate), value, term.iri(PROPOSALS))


def read_proposals(store: Store) -> tuple[Proposal, ...]:
    """All proposals, the newest first."""
    graph = NamedNode(PROPOSALS)
    decisions: dict[str, list[Decision]] = {}
    for proposal, decision in _decisions(store, graph):
        decisions.setdefault(proposal, []).append(decision)
    found: dict[str, Proposal] = {}
    for row in store.select(Query("proposals"), graph=graph):
        iri, kind, text, when, organisation, concept = (value.value if value else "" for value in row)
        one = found.get(iri) or Proposal(
            Identifier.from_iri(iri),
            next(each for each in ProposalKind if each.iri == kind),
            text,
            (),
            organisation_slug(organisation) if organisation else "",
            datetime.datetime.fromisoformat(when),
            _in_order(decisions.get(iri, [])),
        )
        found[iri] = replace(one, concepts=tuple(sorted({*one.concepts, concept} - {""})))
    return tuple(sorted(found.values(), key=lambda one: (-one.proposed.timestamp(), one.identifier)))


def _decisions(store: Store, graph: NamedNode) -> Iterator[tuple[str, Decision]]:
    for row in store.select(Query("proposal_decisions"), graph=graph):
        iri, proposal, outcome, when, reason, concept, former = (value.value if value else "" for value in row)
        chosen = next(each for each in DecisionOutcome if each.iri == outcome)
        moment = datetime.datetime.fromisoformat(when)
        yield proposal, Decision(Identifier.from_iri(iri), chosen, moment, reason, concept, former)


def _in_order(decisions: list[Decision]) -> tuple[Decision, ...]:
    """Decisions from the first to the last: each but the first names the one before it."""
    after = {decision.revises: decision for decision in decisions}
    ordered: list[Decision] = []
    while len(ordered) < len(decisions):
        ordered.append(after[ordered[-1].identifier.iri if ordered else ""])
    return tuple(ordered)
