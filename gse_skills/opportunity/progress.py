"""Afterwards: did the level move? What the person's records said before it began, and what they say now."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gse_skills.access import Access
from gse_skills.dossier import read_kept
from gse_skills.dossier.dossier import KeptRecord
from gse_skills.framework import Framework
from gse_skills.opportunity.applying import find_application
from gse_skills.opportunity.step import StepKind
from gse_skills.register import Register
from gse_skills.vocabulary import Level


class Movement(StrEnum):
    """What became of a level."""

    REACHED = "reached"
    """The level that the opportunity leads to."""
    UP = "up"
    UNCHANGED = "unchanged"
    DOWN = "down"
    NOT_ASSESSED = "not assessed since"
    """Nobody has judged the skill since the end, which is not the same as unchanged."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One skill that was to be developed."""

    skill: str
    """IRI."""
    wanted: Level
    before: Level | None
    """On the day on which it began; None for nobody having said."""
    after: Level | None
    """By what was assessed since the end."""

    @property
    def movement(self) -> Movement:
        """What became of the level."""
        if self.after is None:
            return Movement.NOT_ASSESSED
        if self.after >= self.wanted:
            return Movement.REACHED
        before = self.before or 0
        return Movement.UP if self.after > before else Movement.UNCHANGED if self.after == before else Movement.DOWN


def moved(register: Register, digits: str, access: Access) -> tuple[Moved, ...]:
    """Whether the levels moved of whoever has the application with those digits; nothing until it is finished.

    For the person and for those who keep their records; the host sees none of it. Raises NotFoundError (rules
    `unknown-application`, `unknown-person`).
    """
    found = find_application(register, digits, access)
    one = found.participation
    dossier = read_kept(register, one.person[-16:], access)
    began, ended = one.day_of(StepKind.BEGINNING), one.day_of(StepKind.COMPLETION)
    if began is None or ended is None:
        return ()
    framework = register.state.framework
    return tuple(
        _moved(aim.skill, aim.level, dossier.records, began, ended, framework) for aim in found.opportunity.aims
    )


def _moved(
    skill: str,
    wanted: Level,
    records: Iterable[KeptRecord],
    began: datetime.date,
    ended: datetime.date,
    framework: Framework,
) -> Moved:
    below = {framework.iris[number] for number in framework.descendants(skill)}
    mine = [record for record in records if record.skill in below]
    before = [one for one in mine if one.assessed_on <= began and (one.until is None or one.until > began)]
    # What was said before it began is no word on what came of it, also when all was on one day.
    after = [one for one in mine if one.assessed_on >= ended and one.until is None and one not in before]
    return Moved(
        skill, wanted, max((one.level for one in before), default=None), max((one.level for one in after), default=None)
    )
