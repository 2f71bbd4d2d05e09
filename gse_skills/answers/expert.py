"""Who has which skill."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.person import CardBody
from gse_skills.answers.skill import ConceptRef
from gse_skills.experts import ExpertsAnswer, Hit, Split, Step
from gse_skills.vocabulary import ID


class StepBody(Body):
    """One link of the chain that explains a hit."""

    kind: str = Field(examples=["stated"])
    label: str
    iri: str | None

    @classmethod
    def of(cls, step: Step) -> Self:
        """A step."""
        return cls(kind=step.kind, label=step.label, iri=step.iri)


class HitBody(CardBody):
    """A person who has the skill."""

    level: str = Field(examples=["Expert"])
    basis: str = Field(examples=["Manager"])
    assessed_on: datetime.date
    age_days: int
    reconfirm_by: datetime.date | None = Field(description="The day by which the level is to be confirmed anew.")
    skill: str = Field(description="IRI of the concept recorded, which may be narrower than the one asked for.")
    why: list[StepBody]

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """A hit."""
        return cls(
            **asdict(hit.card),
            level=hit.level.label,
            basis=hit.basis.label,
            assessed_on=hit.assessed_on,
            age_days=hit.age_days,
            reconfirm_by=hit.reconfirm_by,
            skill=hit.skill,
            why=[StepBody.of(step) for step in hit.why],
        )


class SplitBody(Body):
    """The people of an organisation by what is known; unknown is not none."""

    organisation: str
    has: int
    below: int = Field(description="Assessed, below the level asked.")
    without: int = Field(description="Mapped in this branch of the framework, without this skill.")
    not_mapped: int = Field(description="Nothing recorded in this branch: as far as is known, nobody has asked.")

    @classmethod
    def of(cls, split: Split) -> Self:
        """A split."""
        return cls(
            organisation=split.organisation,
            has=split.has,
            below=split.below,
            without=split.without,
            not_mapped=split.not_mapped,
        )


class ExpertsBody(Body):
    """Who has which skill."""

    concept: ConceptRef
    branch: list[str] = Field(description="The branch within which people count as mapped.")
    min_level: str
    as_of: datetime.date | None
    total: int = Field(description="How many people have it, over all pages.")
    items: list[HitBody]
    organisations: list[SplitBody]
    next_cursor: str | None

    @classmethod
    def of(cls, answer: ExpertsAnswer) -> Self:
        """An answer."""
        return cls(
            concept=ConceptRef.of(answer.concept),
            branch=list(answer.branch),
            min_level=answer.question.min_level.label,
            as_of=answer.question.as_of,
            total=answer.total,
            items=[HitBody.of(hit) for hit in answer.hits],
            organisations=[SplitBody.of(split) for split in answer.splits],
            next_cursor=answer.next_cursor,
        )


def person_digits(iri: str) -> str:
    """The sixteen digits by which the API names a person.

    >>> person_digits("https://w3id.org/gse-skills/id/person/00000000000000ff")
    '00000000000000ff'
    """
    return iri.removeprefix(f"{ID!s}person/")
