"""The question "who has which skill": one skill or several, and what narrows it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Self

from gse_skills.errors import InputError
from gse_skills.index import MAX_SKILLS, Match
from gse_skills.vocabulary import Basis, Level

MAX_LIMIT = 500
_LEVELS = {level.label.casefold(): level for level in Level}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A skill (a notation, IRI, preferred or alternative label), and its lowest level if it has one of its own."""

    skill: str
    min_level: Level | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """A skill as addresses and commands write it: with its own level after an at sign, or without.

        >>> Wanted.parse("LIF-VIR@Expert")
        Wanted(skill='LIF-VIR', min_level=<Level.EXPERT: 4>)
        >>> Wanted.parse("signals @ noise")
        Wanted(skill='signals @ noise', min_level=None)
        """
        skill, at, level = text.rpartition("@")
        if at and level.strip().casefold() in _LEVELS:
            return cls(skill.strip(), _LEVELS[level.strip().casefold()])
        return cls(text.strip())

    def __str__(self) -> str:
        """As `parse` reads it."""
        return self.skill if self.min_level is None else f"{self.skill}@{self.min_level.label}"


@dataclass(frozen=True, slots=True)
class ExpertsQuestion:
    """Who holds a skill, or several?"""

    skill: str | tuple[Wanted, ...]
    """One skill by any of its names, or as many as `MAX_SKILLS`."""
    min_level: Level = Level.AWARENESS
    """The lowest level of the skills that have none of their own."""
    organisation: str | None = None
    available: bool | None = None
    as_of: datetime.date | None = None
    limit: int = 20
    cursor: str | None = None
    fresh: bool = False
    """Only judgements that are not yet to be confirmed anew on the day asked for."""
    match: Match = Match.ALL
    units: tuple[str, ...] = ()
    """Only people of one of these units, as their cards write them, as with sites and grades; an empty text is who
    has none said."""
    sites: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    """Only levels judged in one of these ways."""
    facets: bool = False
    """Whether to count what each further choice would find."""

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The skills asked for.

        Raises InputError (`bad-limit`, `no-skill`, `too-many-skills`) when the question cannot be asked.
        """
        if not 1 <= self.limit <= MAX_LIMIT:
            raise InputError(
                f"A page of {self.limit} is not possible.", rule="bad-limit", remedy=f"Ask for 1 to {MAX_LIMIT}."
            )
        wanted = (Wanted(self.skill),) if isinstance(self.skill, str) else tuple(dict.fromkeys(self.skill))
        if not wanted:
            raise InputError("The question names no skill.", rule="no-skill", remedy="Name at least one.")
        if len(wanted) > MAX_SKILLS:
            raise InputError(
                f"The question names {len(wanted)} skills.",
                rule="too-many-skills",
                remedy=f"Ask for at most {MAX_SKILLS} at once.",
            )
        return wanted
