"""Who has which skill."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from typing import Any, Literal, Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.person import CardBody
from gse_skills.answers.skill import ConceptRef
from gse_skills.experts import Asked, ExpertsAnswer, Held, Hit, Split, Step
from gse_skills.index import Facets
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


class HeldBody(Body):
    """The best record that a person has of one of the skills asked for."""

    asked: str = Field(description="IRI of the concept asked for.")
    level: str = Field(examples=["Expert"])
    basis: str = Field(examples=["Manager"])
    assessed_on: datetime.date
    age_days: int
    reconfirm_by: datetime.date | None = Field(description="The day by which the level is to be confirmed anew.")
    skill: str = Field(description="IRI of the concept recorded, which may be narrower than the one asked for.")
    why: list[StepBody]

    @classmethod
    def of_held(cls, held: Held) -> HeldBody:
        """What is held."""
        return HeldBody(**_held(held))


class HitBody(CardBody, HeldBody):
    """A person who has it, with what they hold of the first of the skills asked for that they hold."""

    also: list[HeldBody] = Field([], description="What they hold of the others, in the order asked.")

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """A hit."""
        also = [HeldBody.of_held(held) for held in hit.held[1:]]
        return cls(**asdict(hit.card), **_held(hit.held[0]), also=also)


def _held(held: Held) -> dict[str, Any]:
    return {
        "asked": held.asked,
        "level": held.level.label,
        "basis": held.basis.label,
        "assessed_on": held.assessed_on,
        "age_days": held.age_days,
        "reconfirm_by": held.reconfirm_by,
        "skill": held.skill,
        "why": [StepBody.of(step) for step in held.why],
    }


class SplitBody(Body):
    """The people of an organisation by what is known; unknown is not none."""

    organisation: str
    has: int
    below: int = Field(description="Assessed, below the level asked; of several, one at least is.")
    without: int = Field(
        description="Mapped in this branch of the framework, without this skill; of several, so of one at least, or of "
        "each where any would do."
    )
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


class AskedBody(Body):
    """A skill that was asked for."""

    concept: ConceptRef
    min_level: str = Field(examples=["Practitioner"])
    branch: list[str] = Field(description="The branch within which people count as mapped.")

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """A skill asked for."""
        return cls(concept=ConceptRef.of(asked.concept), min_level=asked.min_level.label, branch=list(asked.branch))


class ChoiceBody(Body):
    """A further choice, and how many people it would find."""

    value: str = Field(description="As the parameter takes it; empty for people of whom nothing is said.")
    count: int


class FacetsBody(Body):
    """What each further choice would find, in place of what was chosen of its kind."""

    org: list[ChoiceBody]
    unit: list[ChoiceBody]
    site: list[ChoiceBody]
    grade: list[ChoiceBody]
    available: list[ChoiceBody]
    basis: list[ChoiceBody]
    fresh: int = Field(description="Only levels that are not yet to be confirmed anew.")

    @classmethod
    def of(cls, facets: Facets) -> Self:
        """Counted choices."""
        available = {{True: "true", False: "false", None: ""}[said]: count for said, count in facets.available.items()}
        return cls(
            org=_choices(facets.organisations),
            unit=_choices(facets.units),
            site=_choices(facets.sites),
            grade=_choices(facets.grades),
            available=_choices(available),
            basis=_choices({basis.name.lower(): count for basis, count in facets.basis.items()}),
            fresh=facets.fresh,
        )


def _choices(counts: dict[str, int]) -> list[ChoiceBody]:
    return [ChoiceBody(value=value, count=count) for value, count in counts.items()]


class ExpertsBody(Body):
    """Who has which skill."""

    concept: ConceptRef = Field(description="The first skill asked for.")
    branch: list[str] = Field(description="The branch within which people count as mapped for it.")
    min_level: str = Field(description="The lowest level of the skills that have none of their own.")
    skills: list[AskedBody] = Field(description="All skills asked for.")
    match: Literal["all", "any"] = Field(description="How many of them a person is to have.")
    as_of: datetime.date | None
    total: int = Field(description="How many people have it, over all pages.")
    items: list[HitBody]
    organisations: list[SplitBody]
    next_cursor: str | None
    facets: FacetsBody | None = Field(None, description="Counts of further choices, when they are asked for.")

    @classmethod
    def of(cls, answer: ExpertsAnswer) -> Self:
        """An answer."""
        return cls(
            concept=ConceptRef.of(answer.concept),
            branch=list(answer.branch),
            min_level=answer.question.min_level.label,
            skills=[AskedBody.of(one) for one in answer.asked],
            match=answer.question.match.value,
            as_of=answer.question.as_of,
            total=answer.total,
            items=[HitBody.of(hit) for hit in answer.hits],
            organisations=[SplitBody.of(split) for split in answer.splits],
            next_cursor=answer.next_cursor,
            facets=FacetsBody.of(answer.facets) if answer.facets else None,
        )


def person_digits(iri: str) -> str:
    """The sixteen digits by which the API names a person.

    >>> person_digits("https://w3id.org/gse-skills/id/person/00000000000000ff")
    '00000000000000ff'
    """
    return iri.removeprefix(f"{ID!s}person/")
