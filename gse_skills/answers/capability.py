"""What an organisation can do."""

from __future__ import annotations

import datetime
from typing import Literal, Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.expert import person_digits
from gse_skills.answers.skill import ConceptRef
from gse_skills.capability import (
    Capability,
    Coverage,
    Declaration,
    Figures,
    Fragility,
    Going,
    Leaving,
    Line,
    Reached,
    Standing,
    Trend,
    UnitCount,
)
from gse_skills.disclosure import Figure
from gse_skills.framework import OWN_SCHEME, Framework
from gse_skills.index import day_of
from gse_skills.register import State
from gse_skills.vocabulary import Basis, Level

StandingName = Literal["met", "short", "not-mapped", "not-known"]
_DECLARED = "As declared, for those who belong to the organisation; null where nothing is."
_VERSION = "What was counted, as a digest: the same for the same people and records."


class FigureBody(Body):
    """A count as somebody gets it who may not see the people: a band, or why there is none."""

    low: int | None = Field(None, description="The smallest count that it can be.", examples=[10])
    high: int | None = Field(None, description="The largest count that it can be.", examples=[14])
    withheld: str | None = Field(None, description="The rule by which it is withheld.", examples=["small-number"])

    @classmethod
    def of(cls, figure: Figure) -> Self:
        """A figure; neither band nor rule where nobody was asked."""
        return cls(low=figure.low, high=figure.high, withheld=figure.rule)


class LineBody(Body):
    """One concept; people count once, by the best of their records at or below it."""

    concept: ConceptRef
    mapped: int = Field(description="People with any record here; of the others nobody was asked, as far as is known.")
    at_least: dict[str, int] = Field(description="People at each level or above.", examples=[{"Practitioner": 12}])
    bench: int = Field(description="People at working level, one below practitioner.")
    fresh: int = Field(description="Of those mapped, how many were assessed within two years.")
    newest: datetime.date | None = Field(description="The newest assessment.")
    judged_by: dict[str, int] = Field(description="Of those mapped, by who judged their best level.")
    hanging: int = Field(description="Skills here that only one person holds at practitioner level or above.")
    asked: int | None = Field(
        None, description="People who were asked of it, as declared; for whoever sees all records."
    )
    asked_declared_on: datetime.date | None = None
    leaving: int | None = Field(
        None,
        description="Of those at working level or above, people known to leave within the time looked ahead; for "
        "whoever sees all records. Null where no leaving date is known of anybody in scope, which is not none.",
    )
    should_have_left: int | None = Field(
        None, description="Of those at working level or above, people whose leaving date has passed; told as `leaving`."
    )
    not_shared: dict[str, FigureBody] | None = Field(
        None, description="Records that are not shared with you, at each level or above, as published figures."
    )

    @classmethod
    def of(
        cls,
        line: Line,
        framework: Framework,
        figures: Figures | None,
        asked: Declaration | None = None,
        going: Going | None = None,
    ) -> Self:
        """A line."""
        return cls(
            concept=ConceptRef.of(framework.concept(line.concept)),
            mapped=line.mapped,
            at_least=_by_level(line.holders),
            bench=line.bench,
            fresh=line.fresh,
            newest=day_of(line.newest) if line.newest else None,
            judged_by={basis.label: count for basis, count in zip(Basis, line.bases, strict=True)},
            hanging=line.hanging,
            asked=asked.mapped if asked else None,
            asked_declared_on=asked.stated_on if asked else None,
            leaving=going.leaving if going else None,
            should_have_left=going.overdue if going else None,
            not_shared=_figures(line.concept, figures),
        )


class SinglePointBody(Body):
    """A skill that hangs on one person."""

    skill: ConceptRef
    person: str | None = Field(
        examples=["00000000000000ff"], description="Null for somebody who has left since the day asked for."
    )
    level: str = Field(examples=["Expert"])
    behind: int = Field(description="People at working level, who could take over soonest.")


class HeadcountBody(Body):
    """How many people there are, as an organisation or a unit declares."""

    people: int = Field(examples=[40])
    declared_on: datetime.date

    @classmethod
    def of(cls, said: Declaration | None) -> Self | None:
        """What is declared, if anything is."""
        return None if said is None else cls(people=said.headcount, declared_on=said.stated_on)


class NoneBody(Body):
    """A concept of which people were asked, as declared, and of which nobody has anything."""

    concept: ConceptRef
    asked: int
    declared_on: datetime.date


class UnitBody(Body):
    """A unit with people whom you see, in it or below it."""

    name: str = Field(description="As the organisation writes it; empty for those of whom no unit is said.")
    path: list[str] = Field(description="The units above it, the highest first.")
    own: int = Field(description="People in the unit itself.")
    people: int = Field(description="People in it and in all units below it.")
    mapped: int = Field(description="Of these, people with any record in the part asked for.")
    headcount: HeadcountBody | None = Field(None, description=_DECLARED)

    @classmethod
    def of(cls, unit: UnitCount) -> Self:
        """A unit."""
        return cls(
            name=unit.name,
            path=list(unit.path),
            own=unit.own,
            people=unit.people,
            mapped=unit.mapped,
            headcount=HeadcountBody.of(unit.declared),
        )


class ReachedBody(Body):
    """A target, and how far it is met."""

    identifier: str = Field(examples=["00000000000000ff"])
    concept: ConceptRef
    level: str = Field(examples=["Practitioner"])
    needed: int = Field(description="People at that level or above.", examples=[3])
    by: datetime.date
    essential: bool = Field(description="Whether it is essential; otherwise it is wanted.")
    unit: str = Field(description="Empty for the whole organisation.")
    have: int = Field(description="People whom you see at that level or above.")
    short_by: int = Field(description="How many more are needed.")
    standing: StandingName = Field(
        description="`not-mapped`: nobody was asked, which is not none. `not-known`: too few of those whom you see."
    )

    @classmethod
    def of(cls, reached: Reached, framework: Framework) -> Self:
        """A target as it stands."""
        target = reached.target
        return cls(
            identifier=f"{target.identifier.value:016x}",
            concept=ConceptRef.of(framework.concept(target.concept)),
            level=target.level.label,
            needed=target.people,
            by=target.by,
            essential=target.essential,
            unit=target.unit,
            have=reached.have,
            short_by=reached.short_by,
            standing=reached.standing.value,
        )


class DepartureBody(Body):
    """The next person whose leaving would cost most, after those before them have left."""

    person: str | None
    skills: list[ConceptRef] = Field(description="What nobody would hold any more at practitioner level or above.")
    leaves_on: datetime.date | None = Field(
        None, description="The day from which they will not be there, if known; for whoever sees all records."
    )


class BridgeBody(Body):
    """Somebody who links parts of the framework that few others link."""

    person: str | None
    groups: list[ConceptRef]
    share: float = Field(description="The part of all shortest paths between two others that leads over them.")
    alone: bool = Field(description="Whether without them the graph of people and groups would fall apart.")


class FragilityBody(Body):
    """What departures would do."""

    departures: list[DepartureBody]
    bridges: list[BridgeBody]
    sampled: bool = Field(description="Whether the bridges are an estimate: the graph was too big for all its paths.")

    @classmethod
    def of(cls, found: Fragility, framework: Framework) -> Self:
        """What departures would do."""

        def refs(iris: tuple[str, ...]) -> list[ConceptRef]:
            return [ConceptRef.of(framework.concept(iri)) for iri in iris]

        return cls(
            departures=[
                DepartureBody(person=_digits(one.person), skills=refs(one.skills), leaves_on=one.leaves_on)
                for one in found.departures
            ],
            bridges=[
                BridgeBody(
                    person=_digits(one.person), groups=refs(one.groups), share=round(one.share, 4), alone=one.alone
                )
                for one in found.bridges
            ],
            sampled=found.sampled,
        )


class LostBody(Body):
    """A skill that nobody would hold any more at practitioner level or above once the known leavers have gone."""

    skill: ConceptRef
    since: datetime.date = Field(description="The day from which nobody would hold it.")
    people: list[str | None] = Field(
        description="Who take it with them; null for somebody who has left since the day asked for.",
        examples=[["00000000000000ff"]],
    )
    behind: int = Field(description="People at working level who are not known to leave.")


class OverdueBody(Body):
    """Somebody who should have left by what is recorded, and is still kept as a member."""

    person: str | None = Field(examples=["00000000000000ff"])
    leaves_on: datetime.date


class LeavingBody(Body):
    """Who is known to leave, of the people in scope; whoever stays is not told apart from whoever has not said."""

    months: int = Field(description="How many months are looked ahead.", examples=[12])
    until: datetime.date = Field(description="The last day looked at.")
    known: int = Field(description="People of whom a leaving date is known.")
    leaving: int | None = Field(
        description="People known to leave by then; null where no date is known of anybody, which is not none."
    )
    should_have_left: int | None = Field(description="People whose leaving date has passed; null as `leaving`.")
    lost: list[LostBody] = Field(description="Lost when the known leavers go.")
    overdue: list[OverdueBody] = Field(description="Who should have left, the longest ago first.")

    @classmethod
    def of(cls, found: Leaving, framework: Framework) -> Self:
        """Who is known to leave."""
        return cls(
            months=found.months,
            until=found.until,
            known=found.known,
            leaving=found.all.leaving if found.known else None,
            should_have_left=found.all.overdue if found.known else None,
            lost=[
                LostBody(
                    skill=ConceptRef.of(framework.concept(one.skill)),
                    since=one.since,
                    people=[_digits(person) for person in one.people],
                    behind=one.behind,
                )
                for one in found.lost
            ],
            overdue=[OverdueBody(person=_digits(person), leaves_on=day) for person, day in found.overdue],
        )


class CapabilityBody(Body):
    """What an organisation, or one of its units, can do."""

    organisation: str = Field(examples=["larkmoor"])
    unit: str | None
    concept: ConceptRef | None = Field(description="The part of the framework asked for; null for all of it.")
    as_of: datetime.date | None = Field(description="The day of the answer; null for today.")
    known_at: datetime.date | None = Field(None, description="As known at the end of that day; null for as known now.")
    whole: bool = Field(description="Whether all records of the organisation are counted, or those shared with you.")
    people: int = Field(
        description="People in scope whom you see. On another day the members of that day and whoever had a record "
        "that held on it; where you do not see all records, the latter."
    )
    mapped: int = Field(description="Of these, people with any record in the part asked for.")
    headcount: HeadcountBody | None = Field(None, description=_DECLARED)
    lines: list[LineBody]
    none: list[NoneBody] = Field(description="Where people were asked, as declared, and nobody has a record.")
    not_mapped: list[ConceptRef] = Field(description="Where nobody has a record: not mapped, which is not none.")
    single_points: list[SinglePointBody]
    units: list[UnitBody] = Field(description="In the order of the tree, as far as you may know it.")
    targets: list[ReachedBody] = Field(description="For those who belong to the organisation.")
    fragility: FragilityBody | None = Field(None, description="When it was asked for.")
    leaving: LeavingBody | None = Field(None, description="For whoever sees all records of the organisation.")
    figures_of: datetime.date | None = Field(
        None, description="The day of the published figures of what is not shared with you."
    )
    data: str = Field(description=_VERSION, examples=["0f3c9a51d2e4b687"])
    framework: str = Field(description="Fingerprint of the framework by which it was counted.")
    framework_version: str = Field(examples=["0.2.0"])

    @classmethod
    def of(cls, found: Capability, state: State) -> Self:
        """An answer."""
        question, framework = found.question, state.framework
        return cls(
            organisation=question.organisation,
            unit=question.unit,
            concept=ConceptRef.of(found.concept) if found.concept else None,
            as_of=question.as_of or question.known_at,
            known_at=question.known_at,
            whole=found.whole,
            people=found.people,
            mapped=found.mapped,
            headcount=HeadcountBody.of(found.declared),
            lines=[
                LineBody.of(one, framework, found.figures, found.asked.get(one.concept), found.going(one.concept))
                for one in found.lines
            ],
            none=[
                NoneBody(
                    concept=ConceptRef.of(framework.concept(iri)), asked=said.mapped or 0, declared_on=said.stated_on
                )
                for iri in found.none
                for said in (found.asked[iri],)
            ],
            not_mapped=[ConceptRef.of(framework.concept(iri)) for iri in found.not_mapped],
            single_points=[
                SinglePointBody(
                    skill=ConceptRef.of(framework.concept(point.skill)),
                    person=_digits(person),
                    level=point.level.label,
                    behind=point.behind,
                )
                for person, point in found.points
            ],
            units=[UnitBody.of(unit) for unit in found.units],
            targets=[ReachedBody.of(one, framework) for one in found.targets],
            fragility=FragilityBody.of(found.fragility, framework) if found.fragility else None,
            leaving=LeavingBody.of(found.leaving, framework) if found.leaving else None,
            figures_of=found.figures.day if found.figures else None,
            data=found.version,
            framework=framework.fingerprint,
            framework_version=framework_version(state),
        )


class CellBody(Body):
    """An organisation and a branch."""

    mapped: int = Field(description="People with any record there.")
    asked: int | None = Field(
        None, description="People who were asked of it, as declared; for whoever sees all records of the organisation."
    )
    at_least: dict[str, int] = Field(description="People at each level or above.", examples=[{"Practitioner": 12}])


class CoverageRowBody(Body):
    """An organisation of which you see anybody."""

    organisation: str = Field(examples=["larkmoor"])
    people: int = Field(description="People whom you see.")
    headcount: HeadcountBody | None = Field(None, description=_DECLARED)
    cells: list[CellBody] = Field(description="One a branch, in their order.")


class CoverageBody(Body):
    """How much is mapped of which organisations in which branches: the numbers of a heat map."""

    concept: ConceptRef | None
    as_of: datetime.date | None = Field(description="The day of the answer; null for today.")
    known_at: datetime.date | None = Field(None, description="As known at the end of that day; null for as known now.")
    branches: list[ConceptRef]
    organisations: list[CoverageRowBody]
    data: str = Field(description=_VERSION, examples=["0f3c9a51d2e4b687"])
    framework: str = Field(description="Fingerprint of the framework by which it was counted.")
    framework_version: str = Field(examples=["0.2.0"])

    @classmethod
    def of(cls, found: Coverage, state: State) -> Self:
        """An answer."""
        framework = state.framework
        rows = zip(found.organisations, found.people, found.headcounts, found.asked, found.cells, strict=True)
        return cls(
            concept=ConceptRef.of(found.concept) if found.concept else None,
            as_of=found.question.as_of or found.question.known_at,
            known_at=found.question.known_at,
            branches=[ConceptRef.of(framework.concept(iri)) for iri in found.branches],
            organisations=[
                CoverageRowBody(
                    organisation=slug,
                    people=people,
                    headcount=HeadcountBody.of(headcount),
                    cells=[
                        CellBody(
                            mapped=cell.mapped,
                            asked=asked[branch].mapped if branch in asked else None,
                            at_least=_by_level(cell.holders),
                        )
                        for branch, cell in zip(found.branches, cells, strict=True)
                    ],
                )
                for slug, people, headcount, asked, cells in rows
            ],
            data=found.version,
            framework=framework.fingerprint,
            framework_version=framework_version(state),
        )


class MomentBody(Body):
    """The numbers of one day."""

    day: datetime.date
    at_least: dict[str, int] = Field(description="People at each level or above.", examples=[{"Practitioner": 12}])


class TrendBody(Body):
    """The numbers of several days."""

    organisation: str = Field(examples=["larkmoor"])
    concept: ConceptRef | None
    known_at: datetime.date | None = Field(description="As known at the end of that day; null for as known now.")
    whole: bool
    moments: list[MomentBody] = Field(description="The earliest first; people who have left since are counted.")
    data: str = Field(description=_VERSION, examples=["0f3c9a51d2e4b687"])
    framework: str = Field(description="Fingerprint of the framework by which it was counted.")
    framework_version: str = Field(examples=["0.2.0"])

    @classmethod
    def of(cls, found: Trend, state: State) -> Self:
        """An answer."""
        return cls(
            organisation=found.question.organisation,
            concept=ConceptRef.of(found.concept) if found.concept else None,
            known_at=found.question.known_at,
            whole=found.whole,
            moments=[MomentBody(day=one.day, at_least=_by_level(one.holders)) for one in found.moments],
            data=found.version,
            framework=state.framework.fingerprint,
            framework_version=framework_version(state),
        )


def framework_version(state: State) -> str:
    """The version of our framework that is in force, or its fingerprint when it has none."""
    newest = state.releases.newest(OWN_SCHEME)
    return newest.version if newest else state.framework.fingerprint[:16]


def standing_in_words(standing: Standing, short_by: int) -> str:
    """How a target stands.

    >>> standing_in_words(Standing.SHORT, 2)
    'short by 2'
    """
    words = {
        Standing.MET: "met",
        Standing.SHORT: f"short by {short_by:,}",
        Standing.NOT_MAPPED: "not mapped",
        Standing.NOT_KNOWN: f"not known: short by {short_by:,} of what is shared with you",
    }
    return words[standing]


def headcount_in_words(said: HeadcountBody) -> str:
    """A declared headcount.

    >>> headcount_in_words(HeadcountBody(people=1200, declared_on=datetime.date(2026, 3, 1)))
    '1,200 people, on 1 March 2026'
    """
    return f"{said.people:,} {'person' if said.people == 1 else 'people'}, on {said.declared_on:%-d %B %Y}"


def leaving_in_words(said: LeavingBody) -> str:
    """Who is known to leave.

    >>> until = datetime.date(2027, 3, 1)
    >>> asked = LeavingBody(
    ...     months=12, until=until, known=0, leaving=None, should_have_left=None, lost=[], overdue=[]
    ... )
    >>> leaving_in_words(asked)
    'Who leaves by 1 March 2027 is not known: no leaving date is recorded.'
    >>> leaving_in_words(asked.model_copy(update={"known": 3, "leaving": 2, "should_have_left": 0}))
    'Known to leave by 1 March 2027: 2 people. A leaving date is known of 3.'
    """
    until = f"{said.until:%-d %B %Y}"
    if said.leaving is None:
        return f"Who leaves by {until} is not known: no leaving date is recorded."
    late = f" Should have left: {said.should_have_left:,}." if said.should_have_left else ""
    people = f"{said.leaving:,} {'person' if said.leaving == 1 else 'people'}"
    return f"Known to leave by {until}: {people}.{late} A leaving date is known of {said.known:,}."


def count_or_unknown(count: int | None) -> str:
    """A count of leavers.

    >>> count_or_unknown(1200), count_or_unknown(None)
    ('1,200', 'not known')
    """
    return "not known" if count is None else f"{count:,}"


def _by_level(holders: tuple[int, int, int, int]) -> dict[str, int]:
    return {level.label: count for level, count in zip(Level, holders, strict=True)}


def _digits(person: str | None) -> str | None:
    return None if person is None else person_digits(person)


def _figures(concept: str, figures: Figures | None) -> dict[str, FigureBody] | None:
    if figures is None or not figures.tells(concept):
        return None
    return {level: FigureBody.of(figures.of(concept, level)) for level in figures.protected.table.levels}
