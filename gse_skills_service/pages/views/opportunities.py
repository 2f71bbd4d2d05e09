"""Opportunities: the search, one of them, the form to offer one, and applications."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.common import Mistake
from gse_skills_service.pages.views.imports import DateFields

_NO_DATE = DateFields()


@dataclass(frozen=True, slots=True)
class OpportunityCard:
    """An opportunity as lists show it."""

    title: str
    href: str
    host: str
    scheme: str
    kind: str
    starts: datetime.date
    ends: datetime.date
    place: str
    """The site, and whether one can take part from elsewhere."""
    develops: tuple[tuple[Link, str], ...]
    """Each skill with its levels in words."""
    free: int
    places: int


@dataclass(frozen=True, slots=True)
class OpportunityForm:
    """What somebody looks for, as they typed it."""

    skill: str = ""
    scheme: str = ""
    kind: str = ""
    starts: DateFields = _NO_DATE
    ends: DateFields = _NO_DATE
    place: str = ""


@dataclass(frozen=True, slots=True)
class Opportunities:
    """The search and what it found."""

    template: ClassVar[str] = "opportunities.html"
    action: str
    form: OpportunityForm
    schemes: tuple[Option, ...]
    kinds: tuple[Option, ...]
    feed_href: str
    cards: tuple[OpportunityCard, ...] = ()
    total: int = 0
    offer_href: str = ""
    """Empty for whoever may not offer one."""
    applications_href: str = ""
    """Empty for whoever has none."""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A step as the history shows it."""

    what: str
    role: str
    when: str
    reason: str = ""
    on_day: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class OneOpportunity:
    """An opportunity; an action is empty for whoever may not take it."""

    template: ClassVar[str] = "opportunity.html"
    card: OpportunityCard
    list_href: str
    status: str
    text: str
    audience: str
    contact: str
    two_way: bool = False
    releasing_employer: str = ""
    payment: str = ""
    apply_action: str = ""
    application: Link | None = None
    """The caller's own, when they have applied."""
    plan_href: str = ""
    """Where the caller makes it a goal of theirs; empty for whoever has no plan."""
    confirm_action: str = ""
    withdraw_action: str = ""
    history: tuple[HistoryLine, ...] = ()
    reason: str = ""
    """What was typed into the form."""
    told: str = ""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferForm:
    """What somebody wants to offer, as they typed it."""

    title: str = ""
    text: str = ""
    scheme: str = ""
    kind: str = ""
    concepts: str = ""
    """Skills by notation, IRI or label, one a line."""
    from_level: str = ""
    level: str = "Working"
    starts: DateFields = _NO_DATE
    ends: DateFields = _NO_DATE
    place: str = ""
    remote: bool = False
    two_way: bool = False
    places: str = "1"
    audience: str = "alliance"
    contact: str = ""
    releasing_employer: str = ""
    payment: str = ""


@dataclass(frozen=True, slots=True)
class NewOpportunity:
    """The form for an opportunity."""

    template: ClassVar[str] = "opportunity_new.html"
    action: str
    list_href: str
    form: OfferForm
    organisation: str
    """The name of the host; empty for whoever may not offer."""
    steward: bool
    schemes: tuple[Option, ...]
    kinds: tuple[Option, ...]
    levels: tuple[Option, ...]
    payments: tuple[Option, ...]
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application as lists show it."""

    title: str
    href: str
    name: str
    stage: str
    host: str
    home: str
    when: datetime.date
    waits: bool = False
    """For the caller."""
    person_href: str = ""
    """The page of whoever applied, where the caller may open it."""


@dataclass(frozen=True, slots=True)
class Applications:
    """The caller's own applications, and those that a steward has to see to."""

    template: ClassVar[str] = "applications.html"
    list_href: str
    mine: tuple[ApplicationRow, ...] = ()
    steward: bool = False
    queue: tuple[ApplicationRow, ...] = ()
    unconfirmed: tuple[OpportunityCard, ...] = ()


@dataclass(frozen=True, slots=True)
class LevelLine:
    """What became of a level."""

    skill: Link
    before: str
    after: str
    wanted: str
    movement: str


@dataclass(frozen=True, slots=True)
class StepForm:
    """A step, as somebody typed it."""

    step: str = ""
    reason: str = ""
    on_day: DateFields = _NO_DATE


@dataclass(frozen=True, slots=True)
class OneApplication:
    """An application with its steps; `action` is empty for whoever may take none."""

    template: ClassVar[str] = "application.html"
    row: ApplicationRow
    opportunity: Link
    list_href: str
    text: str
    agreed: str
    """Who has agreed and who has not, in words."""
    history: tuple[HistoryLine, ...]
    levels: tuple[LevelLine, ...] = ()
    action: str = ""
    steps: tuple[Option, ...] = ()
    dated: bool = False
    """Some step has a day of its own."""
    declines: bool = False
    """Some step needs a reason."""
    following: tuple[str, ...] = ()
    """What comes next, for whoever applied."""
    sent: bool = False
    """It was sent a moment ago."""
    form: StepForm = StepForm()
    told: str = ""
    mistakes: tuple[Mistake, ...] = ()
