"""One person."""

from __future__ import annotations

import datetime
from typing import Self

from gse_skills.answers.body import Body
from gse_skills.answers.skill import ConceptRef
from gse_skills.framework import Framework
from gse_skills.people import PersonAnswer


class HeldSkillBody(Body):
    """A current record."""

    skill: ConceptRef
    level: str
    basis: str
    assessed_on: datetime.date


class PersonBody(Body):
    """A person with the current records that the caller may see."""

    person: str
    name: str
    organisation: str
    unit: str | None
    grade: str | None
    site: str | None
    available: bool | None
    skills: list[HeldSkillBody]

    @classmethod
    def of(cls, answer: PersonAnswer, framework: Framework) -> Self:
        """A person."""
        card = answer.card
        return cls(
            person=card.person,
            name=card.name,
            organisation=card.organisation,
            unit=card.unit,
            grade=card.grade,
            site=card.site,
            available=card.available,
            skills=[
                HeldSkillBody(
                    skill=ConceptRef.of(framework.concept(held.skill)),
                    level=held.level.label,
                    basis=held.basis.label,
                    assessed_on=held.assessed_on,
                )
                for held in answer.skills
            ],
        )
