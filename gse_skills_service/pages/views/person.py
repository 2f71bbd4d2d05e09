"""A person, as far as whoever looks may see them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from gse_skills.vocabulary import Basis, Level
from gse_skills_service.pages import wording
from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.linked_data import Resource


@dataclass(frozen=True, slots=True)
class PersonSkill:
    """What a person is recorded with of one skill."""

    skill: Link
    notation: str
    level: Level
    basis: Basis
    assessed_on: datetime.date
    reconfirm_by: datetime.date
    """The day by which the level is to be confirmed anew."""
    today: datetime.date
    evidence: tuple[str, ...] = ()
    """Addresses and references; for the person and for those who keep their records."""

    @property
    def due(self) -> bool:
        """Whether the level should have been confirmed by now."""
        return self.reconfirm_by < self.today

    @property
    def age(self) -> str:
        """How old the assessment is, in words."""
        return wording.age(self.assessed_on, self.today)


@dataclass(frozen=True, slots=True)
class PersonDomain:
    """A part of the framework with what a person holds there, the highest level first."""

    name: str
    skills: tuple[PersonSkill, ...]


@dataclass(frozen=True, slots=True)
class FormerSkill:
    """A record that has ended."""

    skill: str
    level: str
    basis: str
    assessed_on: datetime.date
    until: datetime.date


@dataclass(frozen=True, slots=True)
class Person:
    """A person, what they can do, and what the caller may do from here."""

    template: ClassVar[str] = "person.html"
    name: str
    facts: tuple[tuple[str, str | Link], ...]
    domains: tuple[PersonDomain, ...]
    actions: tuple[Link, ...]
    gap_action: str
    """Where the form to choose a role goes."""
    roles: tuple[Option, ...]
    resource: Resource
    """The same as linked data."""
    whole: bool
    """Whether every current record is shown, or those that the caller sees."""
    mine: bool = False
    broader: int = 0
    """Records left out, since one of a narrower skill says as much."""
    former: tuple[FormerSkill, ...] = ()
    """The newest end first; for the person and for those who keep their records."""

    @property
    def counts(self) -> tuple[tuple[int, str], ...]:
        """How many skills at each level there are any of, the highest level first."""
        levels = [skill.level for domain in self.domains for skill in domain.skills]
        return tuple((levels.count(level), level.label) for level in reversed(Level) if level in levels)
