"""A difference as JSON."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from gse_skills.framework.difference.change import ChangeKind, Difference, Fault, Release, Revision


class DifferenceBody(BaseModel):
    """The JSON of a difference; its parts are the value objects of `change`, member for member.

    A value is a concept or other thing (`iri`, `notation`, `label`), a text (`value`, `language`, `datatype`) or a
    requirement (`skill`, `level`, `essential`). What is not told is an empty string, a missing date or domain null.
    """

    model_config = ConfigDict(frozen=True)

    old: Release
    new: Release
    same: bool = Field(description="Whether nothing changed.")
    counts: dict[ChangeKind, int] = Field(description="How many concepts have a change of each kind.")
    faults: tuple[Fault, ...] = Field(description="What the rules of our own framework forbid.")
    schemes: tuple[Revision, ...] = Field(description="Changes to the metadata of schemes.")
    concepts: tuple[Revision, ...] = Field(description="Changes to concepts, by IRI.")
    resources: tuple[Revision, ...] = Field(description="Changes to anything else that is described.")

    @classmethod
    def of(cls, difference: Difference) -> Self:
        """The JSON of `difference`."""
        return cls(
            old=difference.old,
            new=difference.new,
            same=difference.same,
            counts=difference.counts(),
            faults=difference.faults,
            schemes=difference.schemes,
            concepts=difference.concepts,
            resources=difference.resources,
        )
