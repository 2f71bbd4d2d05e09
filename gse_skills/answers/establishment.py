"""An organisation's tree of units, its targets, and how much of it is mapped."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Literal, Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.capability import FigureBody, framework_version
from gse_skills.answers.skill import ConceptRef
from gse_skills.capability import Declaration, Stated, Structure, Target, unit_key
from gse_skills.establishment import OwnCoverage
from gse_skills.framework import Framework
from gse_skills.register import State
from gse_skills.reorganisation import UnitEnd


class PlaceBody(Body):
    """For some time a unit hangs below another, or below the organisation."""

    unit: str = Field(examples=["Virology Section"])
    under: str | None = Field(description="The unit directly above; null for the organisation.", examples=["Biology"])
    since: datetime.date | None = Field(description="Null for as long as anybody knows.")
    until: datetime.date | None = Field(description="The first day on which it hangs there no more.")


class UnitsBody(Body):
    """All places of an organisation's units, past and to come."""

    organisation: str = Field(examples=["larkmoor"])
    places: list[PlaceBody]
    dry_run: bool = Field(False, description="Whether this is only what would be.")

    @classmethod
    def of(cls, structure: Structure, *, dry_run: bool = False) -> Self:
        """The tree of units."""
        names = {place.iri: place.name for place in structure.places}
        places = [
            PlaceBody(unit=one.name, under=names.get(one.above), since=one.since, until=one.until)
            for one in sorted(structure.places, key=lambda one: (one.name, one.since or datetime.date.min))
        ]
        return cls(organisation=structure.organisation, places=places, dry_run=dry_run)


class UnitEndBody(Body):
    """The end of a unit, and what goes on elsewhere."""

    organisation: str = Field(examples=["larkmoor"])
    unit: str = Field(examples=["Serology"])
    on: datetime.date = Field(description="The first day on which it is no more.")
    into: str | None = Field(description="The unit in which everything goes on; null where nothing was left.")
    people: int = Field(description="Who goes on there.")
    units: list[str] = Field(description="What hung directly below it.")
    targets: int = Field(description="Targets that go on there, or are dropped with a unit that goes nowhere.")
    declarations: int = Field(description="What was declared of the unit and ends with it.")
    places: list[PlaceBody] = Field(description="Of all units, as they are then.")
    dry_run: bool = Field(False, description="Whether this is only what would be.")

    @classmethod
    def of(cls, organisation: str, end: UnitEnd, *, dry_run: bool = False) -> Self:
        """The end of a unit."""
        return cls(
            organisation=organisation,
            unit=end.unit,
            on=end.on,
            into=end.into,
            people=end.people,
            units=list(end.units),
            targets=end.targets,
            declarations=end.declarations,
            places=UnitsBody.of(end.structure).places,
            dry_run=dry_run,
        )


class TargetBody(Body):
    """So many people at a level or above, by a day."""

    identifier: str = Field(examples=["00000000000000ff"])
    concept: ConceptRef
    level: str = Field(examples=["Practitioner"])
    needed: int = Field(examples=[3])
    by: datetime.date
    essential: bool
    unit: str = Field(description="Empty for the whole organisation.")
    dry_run: bool = False

    @classmethod
    def of(cls, target: Target, framework: Framework, *, dry_run: bool = False) -> Self:
        """A target."""
        return cls(
            identifier=f"{target.identifier.value:016x}",
            concept=ConceptRef.of(framework.concept(target.concept)),
            level=target.level.label,
            needed=target.people,
            by=target.by,
            essential=target.essential,
            unit=target.unit,
            dry_run=dry_run,
        )


class TargetsBody(Body):
    """An organisation's targets of a day."""

    organisation: str = Field(examples=["larkmoor"])
    as_of: datetime.date | None = Field(None, description="The day of the answer; null for today.")
    items: list[TargetBody]

    @classmethod
    def of(
        cls, organisation: str, targets: Iterable[Target], framework: Framework, as_of: datetime.date | None = None
    ) -> Self:
        """The targets whose concept there still is."""
        items = [TargetBody.of(one, framework) for one in targets if one.concept in framework]
        return cls(organisation=organisation, as_of=as_of, items=items)


class DeclarationBody(Body):
    """What an organisation or a unit declares of itself."""

    identifier: str = Field(examples=["00000000000000ff"])
    unit: str = Field(description="Empty for the whole organisation.", examples=["Virology Section"])
    headcount: int = Field(examples=[40], description="How many people there are, with those of units below it.")
    branch: ConceptRef | None = Field(
        description="Of which people were asked; null where only a headcount is declared."
    )
    mapped: int | None = Field(
        description="How many were asked of the branch; null without one, and for whoever does not see all records."
    )
    stated_on: datetime.date
    dry_run: bool = False

    @classmethod
    def of(cls, said: Declaration, framework: Framework, *, whole: bool, dry_run: bool = False) -> Self:
        """A declaration; `whole` says whether the numbers of people mapped may be told."""
        return cls(
            identifier=f"{said.identifier.value:016x}",
            unit=said.unit,
            headcount=said.headcount,
            branch=ConceptRef.of(framework.concept(said.branch)) if said.branch else None,
            mapped=said.mapped if whole else None,
            stated_on=said.stated_on,
            dry_run=dry_run,
        )


CoverageName = Literal["mapped", "none", "not-mapped"]


class StatementBody(Body):
    """How much of a branch is mapped in a unit and those below it."""

    unit: str = Field(description="Empty for the whole organisation.", examples=["Virology Section"])
    branch: ConceptRef
    headcount: int = Field(description="As declared; as the records know it where nothing, or less, is declared.")
    headcount_declared_on: datetime.date | None = Field(description="Null where the records alone tell the headcount.")
    known: int = Field(description="People whom the records know.")
    mapped: int = Field(description="Of these, people with any record in the branch.")
    asked: int | None = Field(description="People asked of the branch, as declared; null where nothing is declared.")
    asked_declared_on: datetime.date | None
    standing: CoverageName = Field(
        description="`none`: people were asked and nobody has anything. `not-mapped`: nobody was asked, as far as is "
        "known."
    )
    stated_on: datetime.date = Field(description="As of that day, by the last change that touched it.")
    because: str | None = Field(description="IRI of the import or other activity that brought it about.")

    @classmethod
    def of(cls, one: Stated, said: Mapping[str, Declaration], framework: Framework) -> Self:
        """A statement; `said` are the declarations by IRI."""
        rests_on = [said[iri] for iri in one.rests_on if iri in said]
        counted = [declared.stated_on for declared in rests_on if declared.headcount == one.headcount]
        asked = [declared.stated_on for declared in rests_on if declared.branch is not None]
        return cls(
            unit=one.unit,
            branch=ConceptRef.of(framework.concept(one.branch)),
            headcount=one.headcount,
            headcount_declared_on=max(counted, default=None),
            known=one.known,
            mapped=one.mapped,
            asked=one.asked,
            asked_declared_on=max(asked, default=None) if one.asked is not None else None,
            standing="mapped" if one.mapped else "none" if one.asked else "not-mapped",
            stated_on=one.stated_on,
            because=one.because or None,
        )


class CoverageFigureBody(Body):
    """How much of a branch is mapped in a unit, of the records that are not shared with you, as a published figure."""

    unit: str = Field(description="Empty for the whole organisation.")
    branch: ConceptRef
    mapped: FigureBody


class OwnCoverageBody(Body):
    """How much of an organisation is mapped, by unit and branch."""

    organisation: str = Field(examples=["larkmoor"])
    whole: bool = Field(description="Whether you see all records, and with them exact numbers.")
    declared: list[DeclarationBody] = Field(description="What holds of it.")
    statements: list[StatementBody] = Field(description="For whoever sees all records; the organisation first.")
    not_shared: list[CoverageFigureBody] = Field(description="For profession leads.")
    figures_of: datetime.date | None = Field(None, description="The day on which these figures were published.")
    framework_version: str = Field(examples=["0.2.0"])

    @classmethod
    def of(cls, found: OwnCoverage, state: State) -> Self:
        """An answer; statements of what the framework has no more are left out."""
        framework = state.framework
        said = {one.identifier.iri: one for one in found.declarations}
        return cls(
            organisation=found.organisation,
            whole=found.whole,
            declared=[
                DeclarationBody.of(one, framework, whole=found.whole)
                for one in found.declarations
                if one.branch is None or one.branch in framework
            ],
            statements=[StatementBody.of(one, said, framework) for one in found.statements if one.branch in framework],
            not_shared=[
                CoverageFigureBody(
                    unit=unit, branch=ConceptRef.of(framework.concept(branch)), mapped=FigureBody.of(figure)
                )
                for unit, branch, figure in found.figures
            ],
            figures_of=found.figures_of,
            framework_version=framework_version(state),
        )

    def of_unit(self, name: str) -> Self:
        """What is said of one unit."""
        key = unit_key(name)

        def mine(unit: str) -> bool:
            return unit_key(unit) == key

        return self.model_copy(
            update={
                "declared": [one for one in self.declared if mine(one.unit)],
                "statements": [one for one in self.statements if mine(one.unit)],
                "not_shared": [one for one in self.not_shared if mine(one.unit)],
            }
        )
