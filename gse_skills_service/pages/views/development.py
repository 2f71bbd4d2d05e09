"""From a person to a role: the gap, the plan, and who is close to a role."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.common import Mistake
from gse_skills_service.pages.views.imports import DateFields

_NO_DATE = DateFields()


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A requirement, and what is held of it."""

    skill: Link
    notation: str
    needed: str
    """Empty where any level will do."""
    held: str
    """Empty where nobody has asked."""
    judged: str = ""
    """By whom, and when."""
    missing: int = 0
    """Steps between levels; of what nobody has asked about, none is known."""
    note: str = ""
    """What eases it, over which mapping it counts, or that the skill is no longer used."""


@dataclass(frozen=True, slots=True)
class HelpRow:
    """A skill that is missing, and what would help."""

    skill: Link
    notation: str
    needed: str
    """Empty where any level will do."""
    opportunities: tuple[tuple[Link, str], ...]
    """The fittest first, each with what tells it from others."""
    more: str = ""
    """Where all of them are, if there are more."""
    plan: str = ""
    """Where a goal for it is set, for whoever may."""


@dataclass(frozen=True, slots=True)
class WayRow:
    """A pathway."""

    role: Link
    over: tuple[str, ...]
    """The roles between."""
    missing: int
    """Steps between levels that are known to be missing."""
    stones: tuple[str, ...]
    """Skills held that ease it."""
    unasked: int = 0
    """Skills about which nobody has asked."""


@dataclass(frozen=True, slots=True)
class PersonGap:
    """A person and a role, and where else their skills lead."""

    template: ClassVar[str] = "gap.html"
    name: str
    path: tuple[Link, ...]
    action: str
    """Where the form to choose a role goes."""
    role_name: str = ""
    """The role as it was typed."""
    role: Link | None = None
    """None where no role is known to compare with."""
    own: str = ""
    own_recorded: bool = False
    """The role that was taken to be theirs."""
    fits: bool = False
    missing: int = 0
    """Steps between levels that are known to be missing in what is essential."""
    unasked: int = 0
    """Essential skills about which nobody has asked."""
    essential: tuple[NeedRow, ...] = ()
    desirable: tuple[NeedRow, ...] = ()
    fitting: tuple[Link, ...] = ()
    ways: tuple[WayRow, ...] = ()
    whole: bool = True
    help: tuple[HelpRow, ...] = ()
    """What is missing: first what somebody can help with, and of that what is essential."""
    roles: tuple[Option, ...] = ()
    """To be suggested: label and code."""
    told: str = ""
    """Why there is no role to compare with, where nothing is wrong with what was asked."""
    choices: tuple[Link, ...] = ()
    """Where several roles, or none, are called what was typed: the same question about each that may be meant."""
    as_of: DateFields = _NO_DATE
    of_day: str = ""
    """Of what day it is told, in words; empty for today."""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class GoalForm:
    """A goal as somebody typed it."""

    skill: str = ""
    level: str = ""
    begins: DateFields = _NO_DATE
    by: DateFields = _NO_DATE
    how: str = ""
    evidence: str = ""
    """A link or reference a line."""
    opportunity: str = ""
    """Its digits, or an address that ends with them."""
    state: str = ""
    """Only of a goal that is there."""


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal of a plan."""

    skill: Link
    level: str
    begins: datetime.date
    by: datetime.date
    how: str
    evidence: tuple[str, ...]
    state: str
    then: str
    now: str
    moved: bool
    stated_by: str
    href: str
    """Where it is changed."""
    opportunity: Link | None = None
    """Without an address once it is no longer open."""


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """A person's development plan."""

    template: ClassVar[str] = "plan.html"
    title: str
    path: tuple[Link, ...]
    action: str
    """Where a new goal goes."""
    goals: tuple[GoalRow, ...]
    levels: tuple[Option, ...]
    form: GoalForm = GoalForm()
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class GoalPage:
    """A goal, to be changed."""

    template: ClassVar[str] = "goal.html"
    skill: str
    back: Link
    action: str
    version: str
    """Of the plan that the reader sees."""
    form: GoalForm
    levels: tuple[Option, ...]
    states: tuple[Option, ...]
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class CloseRow:
    """Somebody close to a role."""

    person: Link
    organisation: str
    missing: int
    not_mapped: int
    gap: Link
    """What they lack for the role."""


@dataclass(frozen=True, slots=True)
class CloseToRole:
    """Who is close to a role, of the people whom the caller sees."""

    template: ClassVar[str] = "close.html"
    role: Link
    people: int
    fit: int
    rows: tuple[CloseRow, ...]
