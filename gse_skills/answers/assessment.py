"""Assessments, requests for endorsement, and calibration."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.capability import FigureBody
from gse_skills.answers.skill import ConceptRef
from gse_skills.assessment import Assessed, Calibration
from gse_skills.assessment.calibration import MEASURES
from gse_skills.assessment.endorse import Endorsement
from gse_skills.framework import Framework


class AssessedBody(Body):
    """What an assessment came to, or with a dry run would come to."""

    dry_run: bool
    person: str = Field(description="Sixteen hexadecimal digits of the person's IRI.")
    organisation: str
    skill: ConceptRef
    before: str | None = Field(description="What the same judge had said.", examples=["Working"])
    level: str = Field(examples=["Practitioner"])
    basis: str = Field(examples=["Self"])
    assessed_on: datetime.date
    reconfirm_by: datetime.date = Field(description="The day by which the level is to be confirmed anew.")
    counts: bool = Field(description="Whether it is shown; otherwise it is kept beside what counts.")
    counting: str = Field(description="What counts in its place.", examples=["Working (Manager)"])

    @classmethod
    def of(cls, one: Assessed, framework: Framework, *, dry_run: bool) -> Self:
        """An assessment."""
        return cls(
            dry_run=dry_run,
            person=one.person,
            organisation=one.organisation,
            skill=ConceptRef.of(framework.concept(one.skill)),
            before=one.before.label if one.before else None,
            level=one.level.label,
            basis=one.basis.label,
            assessed_on=one.assessed_on,
            reconfirm_by=one.reconfirm_by,
            counts=one.counts is None,
            counting=f"{one.counts.level.label} ({one.counts.basis.label})" if one.counts else "",
        )


class EndorsementBody(Body):
    """A request for endorsement, as far as whoever looks may see it."""

    id: str = Field(description="Sixteen hexadecimal digits.")
    organisation: str = Field(description="That keeps the record of whoever asks.")
    asker: str = Field(description="Name.")
    asker_person: str = Field(description="Sixteen hexadecimal digits of their IRI.")
    asked: str = Field(description="Name; empty when you may not see it.")
    asked_person: str = Field(description="Sixteen hexadecimal digits of their IRI; empty when they were erased.")
    skill: str = Field(description="IRI of the concept.")
    label: str
    notation: str
    level: str
    basis: str = Field(description="As what they are asked.", examples=["Peer"])
    reason: str
    evidence: list[str]
    made: datetime.datetime
    expires: datetime.date
    status: str = Field(description="`open`, `given`, `declined`, `withdrawn` or `expired`.")
    answered: datetime.datetime | None
    answer: str = Field(description="Why it was answered so.")
    mine: str = Field(description="What you may do: `answer`, `withdraw`, or nothing.")

    @classmethod
    def of(cls, one: Endorsement) -> Self:
        """A request."""
        request, answered = one.request, one.request.answered
        return cls(
            id=request.digits,
            organisation=request.organisation,
            asker=one.asker,
            asker_person=f"{request.asker:016x}",
            asked=one.asked,
            asked_person="" if request.asked is None else f"{request.asked:016x}",
            skill=request.skill,
            label=one.label,
            notation=one.notation,
            level=request.level.label,
            basis=request.basis.label,
            reason=request.reason,
            evidence=list(request.evidence),
            made=request.made,
            expires=request.expires,
            status=one.standing,
            answered=answered.when if answered else None,
            answer=answered.reason if answered else "",
            mine=one.mine,
        )


class EndorsementsBody(Body):
    """Requests for endorsement."""

    items: list[EndorsementBody]


class SpreadBody(Body):
    """How what people say of themselves differs from what others say, of one unit and group."""

    unit: str = Field(description="As the organisation writes it; empty for all of it.")
    group: ConceptRef | None = Field(description="Null for all of the part asked for.")
    people: int
    pairs: int = Field(description="Of one person and one skill of which both judged.")
    mean: float = Field(description="By how many levels people say more of themselves, on average.")
    differences: dict[int, int] = Field(description="Pairs, by how many levels people say more of themselves.")


class ProtectedSpreadBody(Body):
    """People of one unit and branch, in figures that give nobody away."""

    unit: str = Field(description="As the organisation writes it; empty for all of it.")
    branch: ConceptRef = Field(description="A domain or group.")
    figures: dict[str, FigureBody] = Field(
        description="People, each counted in every one that holds in some skill: `compared`, and of these who say of "
        "themselves `at least as much`, `more`, `more by two levels`."
    )


class CalibrationBody(Body):
    """The spread of what people say of themselves against what others say."""

    organisation: str
    against: str = Field(examples=["Manager"])
    as_of: datetime.date | None = Field(None, description="The day of the answer; null for today.")
    known_at: datetime.date | None = Field(None, description="As known at the end of that day; null for as known now.")
    items: list[SpreadBody] = Field(description="Exact, for the organisation's stewards.")
    protected: list[ProtectedSpreadBody] = Field(
        description="Figures for profession leads; those withheld are left out."
    )
    figures_of: datetime.date | None = Field(description="The day on which the figures were published.")

    @classmethod
    def of(cls, found: Calibration, framework: Framework) -> Self:
        """An answer."""
        return cls(
            organisation=found.question.organisation,
            against=found.question.against.label,
            as_of=found.question.day,
            known_at=found.question.known_at,
            items=[
                SpreadBody(
                    unit=one.unit,
                    group=ConceptRef.of(framework.concept(one.group)) if one.group else None,
                    people=one.people,
                    pairs=one.pairs,
                    mean=round(one.mean, 2),
                    differences=dict(one.differences),
                )
                for one in found.spreads
            ],
            protected=[
                ProtectedSpreadBody(
                    unit=one.unit,
                    branch=ConceptRef.of(framework.concept(one.branch)),
                    figures={name: FigureBody.of(figure) for name, figure in zip(MEASURES, one.figures, strict=True)},
                )
                for one in found.protected
            ],
            figures_of=found.figures_of,
        )
