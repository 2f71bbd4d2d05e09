"""An organisation's tree of units, and its targets."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.skill import ConceptRef
from gse_skills.capability import Structure, Target
from gse_skills.framework import Framework


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
    """An organisation's targets of now."""

    organisation: str = Field(examples=["larkmoor"])
    items: list[TargetBody]

    @classmethod
    def of(cls, organisation: str, targets: Iterable[Target], framework: Framework) -> Self:
        """The targets whose concept there still is."""
        items = [TargetBody.of(one, framework) for one in targets if one.concept in framework]
        return cls(organisation=organisation, items=items)
