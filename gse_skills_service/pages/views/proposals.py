"""Proposals for the framework: the queue, one of it, and the form for a new one."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.common import ConceptLink, Mistake


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """One decision as the history shows it."""

    outcome: str
    """In words, such as "Declined"."""
    when: datetime.date
    reason: str = ""
    concept: Link | None = None


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """A phrase that nothing matched, as the queue lists it."""

    phrase: str
    href: str
    status: str
    cells: int
    imports: int
    organisations: str
    """Their names."""
    reason: str = ""
    """Of the decision in force."""
    mapped_to: Link | None = None


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal, as the queue lists it."""

    kind: str
    text: str
    href: str
    status: str
    organisation: str
    when: datetime.date
    concepts: tuple[Link, ...] = ()
    reason: str = ""
    mapped_to: Link | None = None


@dataclass(frozen=True, slots=True)
class Proposals:
    """The queue, as far as the reader may see it."""

    template: ClassVar[str] = "proposals.html"
    action: str
    statuses: tuple[Option, ...]
    status: str = ""
    """The one that the list is narrowed to."""
    new_href: str = ""
    """The form for a new skill; empty for whoever may not propose."""
    owner: bool = False
    sees_phrases: bool = False
    phrases: tuple[PhraseRow, ...] = ()
    phrases_total: int = 0
    proposals: tuple[ProposalRow, ...] = ()
    proposals_total: int = 0


@dataclass(frozen=True, slots=True)
class ProposalForm:
    """What somebody wants to propose, as they typed it."""

    kind: str = "new"
    text: str = ""
    concepts: str = ""
    """Notations, IRIs or labels, one a line."""


@dataclass(frozen=True, slots=True)
class NewProposal:
    """The form for a proposal."""

    template: ClassVar[str] = "proposal_new.html"
    action: str
    form: ProposalForm
    organisation: str = ""
    """The name of that on whose behalf it is; empty for whoever may not propose."""
    about: Link | None = None
    """The skill from whose page the form was opened."""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What the owner decides, as they typed it."""

    outcome: str = ""
    reason: str = ""
    concept: str = ""


@dataclass(frozen=True, slots=True)
class OneProposal:
    """A phrase or a proposal, with what was decided; `action` is empty for whoever may not decide."""

    template: ClassVar[str] = "proposal.html"
    title: str
    kind: str
    status: str
    list_href: str
    text: str = ""
    organisations: str = ""
    when: datetime.date | None = None
    concepts: tuple[Link, ...] = ()
    phrase: bool = False
    cells: int = 0
    imports: int = 0
    alongside: tuple[tuple[Link, int], ...] = ()
    """Concepts that the same sheets named, each with how many of the imports did."""
    nearest: tuple[ConceptLink, ...] = ()
    decisions: tuple[DecidedLine, ...] = ()
    """The newest first."""
    action: str = ""
    form: DecisionForm = DecisionForm()
    mappable: bool = False
    sent: bool = False
    """It was sent a moment ago."""
    mistakes: tuple[Mistake, ...] = ()
