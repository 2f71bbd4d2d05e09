"""Gaps, pathways, plans and progress of people, and of organisations."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.capability import FigureBody
from gse_skills.answers.expert import person_digits
from gse_skills.answers.role import RoleRef
from gse_skills.answers.skill import ConceptRef
from gse_skills.development import (
    CategoryProgress,
    Gap,
    Goal,
    GroupProgress,
    NeedGap,
    Pathway,
    Pathways,
    PersonGap,
    PersonProgress,
    Plan,
    WhoIsClose,
)
from gse_skills.development.plan import Progress
from gse_skills.framework import Framework
from gse_skills.vocabulary import ID, Level

_WHOLE = "Whether every record of the person is counted, or those that you see."


class NeedGapBody(Body):
    """One requirement of a role, and what a person holds of it."""

    skill: ConceptRef
    essential: bool
    standing: str = Field(
        description="`met`, `below` (assessed, at a lower level) or `not mapped`: nobody asked, which is not none.",
        examples=["below"],
    )
    needed: str | None = Field(description="Null where the scheme gives no level: any will do.", examples=["Expert"])
    held: str | None = Field(description="Null when there is no record.", examples=["Working"])
    basis: str | None = Field(description="Who judged what is held.", examples=["Self"])
    assessed_on: datetime.date | None
    by: ConceptRef | None = Field(description="The skill of the record that counts: this one or one beneath it.")
    mapped: ConceptRef | None = Field(description="The concept over whose mapping to this scheme it counts.")
    missing: int = Field(description="Steps between levels that are missing.")
    near: ConceptRef | None = Field(description="A skill held that is near to what is missing, and eases it.")
    deprecated: bool = Field(description="The skill is no longer used; what took its place counts for it.")

    @classmethod
    def of(cls, one: NeedGap, framework: Framework) -> Self:
        """A requirement of a role of `framework`."""
        record = one.held.record if one.held else None
        mapped = one.held.mapped if one.held else ""
        return cls(
            skill=ConceptRef.of(framework.concept(one.need.skill)),
            essential=one.need.essential,
            standing=one.standing.value,
            needed=one.needed.label if one.needed else None,
            held=record.level.label if record else None,
            basis=record.basis.label if record else None,
            assessed_on=record.assessed_on if record else None,
            by=ConceptRef.of(framework.concept(record.skill)) if record else None,
            mapped=ConceptRef.of(framework.concept(mapped)) if mapped else None,
            missing=one.missing,
            near=ConceptRef.of(framework.concept(one.near.record.skill)) if one.near else None,
            deprecated=framework.concept(one.need.skill).deprecated,
        )


class GapBody(Body):
    """What lies between a person and a role."""

    person: str = Field(description="Sixteen hexadecimal digits.", examples=["00000000000000ff"])
    name: str
    organisation: str = Field(description="Slug.")
    role: RoleRef
    own: RoleRef | None = Field(
        description="Their own role, when the next one was asked for; null when a role was named."
    )
    own_recorded: bool | None = Field(
        description="Whether their own role is recorded; otherwise it was taken from their skills. Null without `own`."
    )
    fits: bool = Field(description="Nothing essential is missing.")
    missing: int = Field(description="Essential steps between levels that are missing.")
    effort: float = Field(description="All missing steps, weighted and eased.")
    essential: list[NeedGapBody]
    desirable: list[NeedGapBody]
    whole: bool = Field(description=_WHOLE)
    as_of: datetime.date | None = Field(None, description="The day of the answer; null for today.")
    known_at: datetime.date | None = Field(None, description="As known at the end of that day; null for as known now.")

    @classmethod
    def of(cls, found: PersonGap, framework: Framework) -> Self:
        """An answer."""
        gap: Gap = found.gap
        return cls(
            person=person_digits(found.card.person),
            name=found.card.name,
            organisation=found.card.organisation,
            role=RoleRef.placed(gap.role, framework),
            own=RoleRef.placed(found.own.profile, framework) if found.own else None,
            own_recorded=found.own.recorded if found.own else None,
            fits=gap.fits,
            missing=gap.missing,
            effort=round(gap.effort, 1),
            essential=[NeedGapBody.of(one, framework) for one in gap.essential],
            desirable=[NeedGapBody.of(one, framework) for one in gap.desirable],
            whole=found.whole,
            as_of=found.as_of,
            known_at=found.known_at,
        )


class MoveBody(Body):
    """A step of a pathway, into a role."""

    role: RoleRef
    effort: float = Field(description="Missing steps, weighted and eased, after the role before.")


class PathwayBody(Body):
    """The cheapest way into a role."""

    role: RoleRef
    moves: list[MoveBody] = Field(description="The roles on the way, and last the role itself.")
    effort: float
    cost: float = Field(description="By which pathways are ordered: long moves cost more than their parts.")
    missing: list[NeedGapBody] = Field(description="What the role needs beyond what is held today.")

    @classmethod
    def of(cls, way: Pathway, framework: Framework) -> Self:
        """A pathway."""
        return cls(
            role=RoleRef.placed(way.role, framework),
            moves=[
                MoveBody(role=RoleRef.placed(move.role, framework), effort=round(move.effort, 1)) for move in way.moves
            ],
            effort=round(way.effort, 1),
            cost=round(way.cost, 1),
            missing=[NeedGapBody.of(one, framework) for one in way.missing],
        )


class PathwaysBody(Body):
    """Where the skills of a person lead."""

    person: str = Field(examples=["00000000000000ff"])
    name: str
    organisation: str
    fits: list[RoleRef] = Field(description="Roles of which nothing essential is missing.")
    pathways: list[PathwayBody] = Field(description="The cheapest first.")
    whole: bool = Field(description=_WHOLE)
    as_of: datetime.date | None = Field(None, description="The day of the answer; null for today.")
    known_at: datetime.date | None = Field(None, description="As known at the end of that day; null for as known now.")

    @classmethod
    def of(cls, found: Pathways, framework: Framework) -> Self:
        """An answer."""
        return cls(
            person=person_digits(found.card.person),
            name=found.card.name,
            organisation=found.card.organisation,
            fits=[RoleRef.placed(role, framework) for role in found.fits],
            pathways=[PathwayBody.of(way, framework) for way in found.pathways],
            whole=found.whole,
            as_of=found.as_of,
            known_at=found.known_at,
        )


class GoalBody(Body):
    """A development goal, and what has become of the level."""

    id: str = Field(description="Sixteen hexadecimal digits.", examples=["00000000000000ff"])
    skill: ConceptRef
    level: str = Field(examples=["Practitioner"])
    begins: datetime.date
    by: datetime.date
    how: str
    evidence: list[str] = Field(description="Links, and references in words.")
    opportunity: str | None = Field(description="Sixteen digits of the opportunity by which to reach it.")
    state: str = Field(description="`planned`, `under way`, `done` or `dropped`.", examples=["under way"])
    created: datetime.datetime
    stated: datetime.datetime = Field(description="When it was last stated as it is.")
    stated_by: str = Field(description="`person` or `steward`.", examples=["person"])
    then: str | None = Field(description="Level when the goal was set, as known now; null when nobody had asked.")
    now: str | None = Field(description="Level now.")
    moved: bool = Field(description="Whether the level is higher than when the goal was set.")
    reached: bool = Field(description="Whether the level of the goal is held.")

    @classmethod
    def of(cls, goal: Goal, progress: Progress, framework: Framework) -> Self:
        """A goal."""
        return cls(
            id=goal.digits,
            skill=_concept(goal.skill, framework),
            level=goal.level.label,
            begins=goal.begins,
            by=goal.by,
            how=goal.how,
            evidence=list(goal.evidence),
            opportunity=goal.opportunity[-16:] or None,
            state=goal.state.value,
            created=goal.created,
            stated=goal.stated,
            stated_by="person" if goal.stated_by.startswith(ID["person/"]) else "steward",
            then=progress.then.label if progress.then else None,
            now=progress.now.label if progress.now else None,
            moved=progress.moved,
            reached=(progress.now or 0) >= goal.level,
        )


class PlanBody(Body):
    """A person's development plan: for the person and their stewards."""

    person: str = Field(examples=["00000000000000ff"])
    organisation: str
    version: str = Field(description="Also the ETag; changes name it, and are refused when the plan has changed since.")
    goals: list[GoalBody] = Field(description="Open ones first, by the day on which they are due.")
    dry_run: bool = False

    @classmethod
    def of(cls, plan: Plan, framework: Framework, *, dry_run: bool = False) -> Self:
        """A plan."""
        return cls(
            person=plan.person,
            organisation=plan.organisation,
            version=plan.version,
            goals=[GoalBody.of(goal, plan.progress[goal.digits], framework) for goal in plan.goals],
            dry_run=dry_run,
        )


class DatedLevelBody(Body):
    """A level from one day on."""

    level: str
    basis: str
    assessed_on: datetime.date
    until: datetime.date | None = Field(description="Null while it holds.")


class SkillProgressBody(Body):
    """The levels of a skill by date, the oldest first."""

    skill: ConceptRef
    levels: list[DatedLevelBody]


class ProgressBody(Body):
    """The levels of a person by date."""

    person: str = Field(examples=["00000000000000ff"])
    name: str
    skills: list[SkillProgressBody]
    whole: bool = Field(description=_WHOLE)

    @classmethod
    def of(cls, found: PersonProgress, framework: Framework) -> Self:
        """An answer."""
        skills = [
            SkillProgressBody(
                skill=ConceptRef.of(framework.concept(skill)),
                levels=[
                    DatedLevelBody(
                        level=one.level.label, basis=one.basis.label, assessed_on=one.assessed_on, until=one.until
                    )
                    for one in records
                ],
            )
            for skill, records in found.skills
        ]
        return cls(person=person_digits(found.card.person), name=found.card.name, skills=skills, whole=found.whole)


class DatedCountsBody(Body):
    """What was so on a day, as known now, of the people whom you see."""

    day: datetime.date
    people: int
    at_least: dict[str, int] = Field(examples=[{"Practitioner": 12}])


class DatedFiguresBody(Body):
    """What was published on a day of what is not shared with you."""

    day: datetime.date
    at_least: dict[str, FigureBody]


class GroupProgressBody(Body):
    """The progress of an organisation in one part of the framework."""

    concept: ConceptRef
    seen: list[DatedCountsBody]
    not_shared: list[DatedFiguresBody] = Field(
        description="Bands by day of publication; no difference of two dates is told, and none may be made of them."
    )

    @classmethod
    def of(cls, one: GroupProgress, framework: Framework) -> Self:
        """A line."""
        return cls(
            concept=ConceptRef.of(framework.concept(one.concept)),
            seen=[
                DatedCountsBody(
                    day=at.day,
                    people=at.people,
                    at_least={level.label: count for level, count in zip(Level, at.at_least, strict=True)},
                )
                for at in one.seen
            ],
            not_shared=[
                DatedFiguresBody(
                    day=at.day,
                    at_least={
                        level.label: FigureBody.of(figure) for level, figure in zip(Level, at.figures, strict=True)
                    },
                )
                for at in one.not_shared
            ],
        )


class CategoryProgressBody(Body):
    """The progress of the people of one professional category, by the role that each of them has today."""

    category: str | None = Field(
        description="`Deep Specialist`, `Specialist` or `Affiliate`; null for people of whom none is known.",
        examples=["Specialist"],
    )
    people: int = Field(description="People whom you see.")
    recorded: int = Field(description="Of these, those whose role is recorded; of the others it is taken from skills.")
    lines: list[GroupProgressBody] = Field(description="Where any of them has a record; without published figures.")

    @classmethod
    def of(cls, one: CategoryProgress, framework: Framework) -> Self:
        """A category."""
        return cls(
            category=one.category.label if one.category else None,
            people=one.people,
            recorded=one.recorded,
            lines=[GroupProgressBody.of(line, framework) for line in one.lines],
        )


class OrganisationProgressBody(Body):
    """The progress of an organisation, a line for each part of the framework."""

    organisation: str = Field(examples=["larkmoor"])
    lines: list[GroupProgressBody]
    categories: list[CategoryProgressBody] = Field(
        [], description="The same by professional category, where that was asked for."
    )
    framework: str = Field(description="Fingerprint of the framework by which it was counted.")
    framework_version: str = Field(examples=["0.2.0"])


class CloseBody(Body):
    """Somebody close to a role."""

    person: str
    name: str
    organisation: str
    missing: int
    not_mapped: int


class WhoIsCloseBody(Body):
    """Who is close to a role, of the people whom you see."""

    role: RoleRef
    people: int
    fit: int
    close: list[CloseBody]
    as_of: datetime.date | None = Field(None, description="The day of the answer; null for today.")
    known_at: datetime.date | None = Field(
        None, description="As known at the end of that day, of the organisations of which you see all records."
    )

    @classmethod
    def of(cls, found: WhoIsClose, framework: Framework) -> Self:
        """An answer."""
        return cls(
            role=RoleRef.placed(found.role, framework),
            people=found.people,
            fit=found.fit,
            as_of=found.as_of,
            known_at=found.known_at,
            close=[
                CloseBody(
                    person=person_digits(one.card.person),
                    name=one.card.name,
                    organisation=one.card.organisation,
                    missing=one.missing,
                    not_mapped=one.not_mapped,
                )
                for one in found.close
            ],
        )


def _concept(iri: str, framework: Framework) -> ConceptRef:
    return ConceptRef.of(framework.concept(iri))
