"""Opportunities, applications for them, and what came of these."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.skill import ConceptRef
from gse_skills.framework import Framework
from gse_skills.opportunity import (
    Application,
    Match,
    Moved,
    Movement,
    Offered,
    Opportunity,
    Payment,
    Stage,
    Status,
    Step,
    StepKind,
    StepRole,
    Taken,
)
from gse_skills.vocabulary import Level, LevelLabel

OpportunityAudience = Literal["public", "alliance", "private"]


class AimBody(Body):
    """What an opportunity does for one skill."""

    skill: ConceptRef
    from_level: LevelLabel | None = Field(description="The least to bring along; null where nothing is needed.")
    level: LevelLabel = Field(description="That can be reached.")


class StepBody(Body):
    """A step: what was done, when and in which role."""

    step: StepKind
    role: StepRole
    taken: datetime.datetime
    reason: str
    on_day: datetime.date | None = Field(description="Of a beginning or completion.")

    @classmethod
    def all(cls, steps: Sequence[Step]) -> list[Self]:
        """Steps, the first one first."""
        return [
            cls(step=one.kind, role=one.role, taken=one.when, reason=one.reason, on_day=one.on_day) for one in steps
        ]


class OpportunityBody(Body):
    """An opportunity."""

    id: str = Field(examples=["00000000000000ff"])
    iri: str
    title: str
    text: str
    status: Status
    host: str = Field(description="Slug of the organisation that offers it.")
    scheme: str
    kind: str
    develops: list[AimBody]
    starts: datetime.date
    ends: datetime.date = Field(description="The last day.")
    site: str
    remote: bool
    two_way: bool
    places: int
    free: int = Field(description="Places that nobody has taken.")
    audience: OpportunityAudience = Field(description="`private` is for the members of its organisation.")
    contact: str = Field(description="The mailbox of a role.")
    releasing_employer: str
    payment: Payment | None = Field(description="Who pays salary and on-costs.")
    offered: datetime.datetime
    steps: list[StepBody] = Field(description="For whoever keeps the records of its host; empty for others.")

    @classmethod
    def of(cls, found: Offered, framework: Framework) -> Self:
        """An opportunity as a caller sees it."""
        one = found.opportunity
        return cls(
            id=one.digits,
            iri=one.identifier.iri,
            title=one.title,
            text=one.text,
            status=one.status,
            host=one.host,
            scheme=one.scheme.slug,
            kind=one.kind.slug,
            develops=aims_of(one, framework),
            starts=one.starts,
            ends=one.ends,
            site=one.site,
            remote=one.remote,
            two_way=one.two_way,
            places=one.places,
            free=found.free,
            audience=_audience(one),
            contact=one.contact,
            releasing_employer=one.releasing_employer,
            payment=one.payment,
            offered=one.offered,
            steps=StepBody.all(one.steps),
        )


class OpportunitiesBody(Body):
    """Opportunities that a caller may see."""

    total: int
    items: list[OpportunityBody]

    @classmethod
    def of(cls, found: Sequence[Offered], framework: Framework, limit: int) -> Self:
        """The first of them."""
        return cls(total=len(found), items=[OpportunityBody.of(one, framework) for one in found[:limit]])


class MatchBody(Body):
    """An opportunity that develops what a person needs."""

    opportunity: OpportunityBody
    skill: ConceptRef = Field(description="What is needed.")
    needed: LevelLabel
    held: LevelLabel | None
    reaches: LevelLabel = Field(description="The level to which it leads.")
    closes: bool = Field(description="It leads to the level that is needed.")
    ready: bool = Field(description="The person brings along the level that it asks for.")
    in_time: bool
    near: bool = Field(description="At the person's place, or remote.")


class MatchesBody(Body):
    """The opportunities that close a person's gaps, the fittest first."""

    total: int
    items: list[MatchBody]

    @classmethod
    def of(cls, found: Sequence[Match], framework: Framework, limit: int) -> Self:
        """The first of them."""
        items = [
            MatchBody(
                opportunity=OpportunityBody.of(one.offered, framework),
                skill=ConceptRef.of(framework.concept(one.need.skill)),
                needed=_label(one.need.needed),
                held=_label(one.need.held) if one.need.held is not None else None,
                reaches=_label(one.reaches),
                closes=one.closes,
                ready=one.ready,
                in_time=one.in_time,
                near=one.near,
            )
            for one in found[:limit]
        ]
        return cls(total=len(found), items=items)


class LevelMovedBody(Body):
    """Whether the level of a skill moved that an opportunity was to develop."""

    skill: ConceptRef
    wanted: LevelLabel
    before: LevelLabel | None
    after: LevelLabel | None = Field(description="By what was assessed since the end.")
    movement: Movement


class ApplicationBody(Body):
    """An application for an opportunity, and what became of it."""

    id: str = Field(examples=["00000000000000ff"])
    opportunity: str = Field(description="`id` of the opportunity.")
    title: str
    host: str
    home: str = Field(description="Slug of the applicant's organisation.")
    name: str = Field(description="Of whoever applied.")
    mine: bool
    text: str
    stage: Stage
    agreed: list[StepRole] = Field(description="The sides that have agreed.")
    needed: list[StepRole] = Field(description="The sides whose agreement it needs.")
    roles: list[StepRole] = Field(description="In which you may take steps.")
    steps: list[StepBody]
    levels: list[LevelMovedBody] = Field(
        description="Did the level move: once it is finished, for the person and their own stewards."
    )

    @classmethod
    def of(cls, found: Application, framework: Framework, levels: Sequence[Moved] = ()) -> Self:
        """An application as a caller may see it."""
        one = found.participation
        return cls(
            id=one.digits,
            opportunity=found.opportunity.digits,
            title=found.opportunity.title,
            host=one.host,
            home=one.home,
            name=found.name,
            mine=found.mine,
            text=one.text,
            stage=one.stage,
            agreed=sorted(one.agreed),
            needed=list(one.sides),
            roles=list(found.roles),
            steps=StepBody.all(one.steps),
            levels=[
                LevelMovedBody(
                    skill=ConceptRef.of(framework.concept(level.skill)),
                    wanted=_label(level.wanted),
                    before=_label(level.before) if level.before is not None else None,
                    after=_label(level.after) if level.after is not None else None,
                    movement=level.movement,
                )
                for level in levels
            ],
        )


class ApplicationsBody(Body):
    """The applications that a caller may see, the newest first."""

    items: list[ApplicationBody]

    @classmethod
    def of(cls, found: Sequence[Application], framework: Framework) -> Self:
        """All of them."""
        return cls(items=[ApplicationBody.of(one, framework) for one in found])


class TakenBody(Body):
    """What came of a step."""

    changed: bool = Field(
        description="False when it had been done already, by you or by somebody else of the same side."
    )
    application: ApplicationBody

    @classmethod
    def of(cls, taken: Taken, framework: Framework) -> Self:
        """What came of it."""
        return cls(changed=taken.changed, application=ApplicationBody.of(taken.application, framework))


def aims_of(one: Opportunity, framework: Framework) -> list[AimBody]:
    """What an opportunity develops, of concepts that are here."""
    return [
        AimBody(
            skill=ConceptRef.of(framework.concept(aim.skill)),
            from_level=_label(aim.from_level) if aim.from_level is not None else None,
            level=_label(aim.level),
        )
        for aim in one.aims
        if aim.skill in framework
    ]


def _label(level: Level) -> LevelLabel:
    labels: dict[Level, LevelLabel] = {
        Level.AWARENESS: "Awareness",
        Level.WORKING: "Working",
        Level.PRACTITIONER: "Practitioner",
        Level.EXPERT: "Expert",
    }
    return labels[level]


def _audience(one: Opportunity) -> OpportunityAudience:
    names: dict[str, OpportunityAudience] = {"public": "public", "alliance": "alliance", "private": "private"}
    return names[one.audience.value]
