"""One person."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.skill import ConceptRef
from gse_skills.framework import Framework
from gse_skills.people import PersonAnswer
from gse_skills.records import Standing


class HeldSkillBody(Body):
    """A current record."""

    skill: ConceptRef
    level: str
    basis: str
    assessed_on: datetime.date
    reconfirm_by: datetime.date = Field(description="The day by which the level is to be confirmed anew.")


class CardBody(Body):
    """What the caller may see of a person beside their skills."""

    person: str = Field(description="IRI; it says nothing of whom it names.")
    name: str
    organisation: str = Field(description="Slug of the organisation.")
    unit: str | None
    grade: str | None
    site: str | None
    available: bool | None = Field(description="Null when nobody has said.")
    role: str | None = Field(None, description="IRI of the person's own role; null when nobody has said.")


class PersonBody(CardBody):
    """A person with the current records that the caller may see."""

    skills: list[HeldSkillBody]

    @classmethod
    def of(cls, answer: PersonAnswer, framework: Framework, standing: Standing | None = None) -> Self:
        """A person; `standing` says how long their levels are fresh."""
        standing = standing or Standing()
        return cls(
            **asdict(answer.card),
            skills=[
                HeldSkillBody(
                    skill=ConceptRef.of(framework.concept(held.skill)),
                    level=held.level.label,
                    basis=held.basis.label,
                    assessed_on=held.assessed_on,
                    reconfirm_by=standing.reconfirm_by(framework.number(held.skill), held.assessed_on),
                )
                for held in answer.skills
            ],
        )
