"""Units and days side by side."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.capability import HeadcountBody, LineBody, framework_version
from gse_skills.answers.skill import ConceptRef
from gse_skills.capability.comparison import Side
from gse_skills.register import State


class SideBody(Body):
    """A unit, or the whole organisation, on a day."""

    unit: str | None = Field(description="With those below it; null for the whole organisation.")
    as_of: datetime.date | None = Field(description="The day; null for today.")
    people: int = Field(
        description="People in it whom you see; 0 where nobody is known to have been in the unit on that day, as "
        "before the first sheet that names it."
    )
    mapped: int = Field(description="Of these, people with any record in the part asked for.")
    share: float | None = Field(description="Mapped of the people, from 0 to 1; null where there is nobody.")
    headcount: HeadcountBody | None = Field(None, description="As declared, for those who belong to the organisation.")
    single_points: int = Field(description="Skills that one person alone holds at practitioner level or above.")
    lines: list[LineBody] = Field(description="By concept; one that is not here is not mapped, which is not none.")

    @classmethod
    def of(cls, side: Side, state: State) -> Self:
        """A side."""
        found, unit, day = side.found, side.question.unit, side.question.as_of or side.question.known_at
        if found is None:
            return cls(unit=unit, as_of=day, people=0, mapped=0, share=None, single_points=0, lines=[])
        return cls(
            unit=unit,
            as_of=day,
            people=found.people,
            mapped=found.mapped,
            share=round(found.mapped / found.people, 3) if found.people else None,
            headcount=HeadcountBody.of(found.declared),
            single_points=len(found.points),
            lines=[
                LineBody.of(one, state.framework, found.figures, found.asked.get(one.concept)) for one in found.lines
            ],
        )


class ComparisonBody(Body):
    """Units or days of one organisation, or both, side by side."""

    organisation: str = Field(examples=["larkmoor"])
    concept: ConceptRef | None = Field(description="The part of the framework asked for; null for all of it.")
    known_at: datetime.date | None = Field(description="As known at the end of that day; null for as known now.")
    whole: bool = Field(description="Whether all records of the organisation are counted, or those shared with you.")
    concepts: list[ConceptRef] = Field(description="Those of which any side has a line, in their order.")
    sides: list[SideBody] = Field(description="In the order asked for: unit by unit, of each its days.")
    framework: str = Field(description="Fingerprint of the framework by which it was counted.")
    framework_version: str = Field(examples=["0.2.0"])

    @classmethod
    def of(cls, found: Sequence[Side], state: State) -> Self:
        """The sides, of which at least one has an answer."""
        first, sides = next(one.found for one in found if one.found), [SideBody.of(one, state) for one in found]
        concepts = {line.concept.iri: line.concept for side in sides for line in side.lines}
        return cls(
            organisation=first.question.organisation,
            concept=ConceptRef.of(first.concept) if first.concept else None,
            known_at=first.question.known_at,
            whole=first.whole,
            concepts=[concepts[iri] for iri in sorted(concepts)],
            sides=sides,
            framework=state.framework.fingerprint,
            framework_version=framework_version(state),
        )
