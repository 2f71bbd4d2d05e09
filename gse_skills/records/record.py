"""A skill record: what somebody judged of a person's skill, and when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from gse_skills.vocabulary import Audience, Basis, Level


@dataclass(frozen=True, slots=True)
class SkillRecord:
    """A current record; identifiers are the 64 bits of their IRIs, the skill is its number in the framework."""

    identifier: int
    person: int
    skill: int
    level: Level
    basis: Basis
    assessed_on: datetime.date
    audience: Audience
