"""Whom an organisation's records reach."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.skill import ConceptRef
from gse_skills.framework import Framework
from gse_skills.sharing import Moved, Sharing
from gse_skills.vocabulary import Audience

AudienceName = Literal["public", "alliance", "emergency", "private"]
"""An audience as options and bodies take it: the value of each, since a type is not made of values."""


class BranchBody(Body):
    """The audience chosen for a branch of the framework."""

    concept: ConceptRef
    audience: AudienceName


class SharingBody(Body):
    """What an organisation has chosen."""

    organisation: str = Field(examples=["larkmoor"])
    default: AudienceName = Field(description="Where neither the record, the branch nor the person says anything.")
    branches: list[BranchBody]
    people: dict[str, AudienceName] = Field(
        description="By the sixteen digits of the person; narrower than what a record says, it holds.",
        examples=[{"00000000000000ff": "private"}],
    )

    @classmethod
    def of(cls, organisation: str, sharing: Sharing, framework: Framework) -> Self:
        """What was chosen."""
        branches = [
            BranchBody(concept=ConceptRef.of(framework.concept(iri)), audience=audience.value)
            for iri, audience in sorted(sharing.branches.items())
            if iri in framework
        ]
        people = {person: audience.value for person, audience in sorted(sharing.people.items())}
        return cls(organisation=organisation, default=sharing.default.value, branches=branches, people=people)


class MoveBody(Body):
    """Records that go from one audience to another."""

    before: AudienceName
    after: AudienceName
    records: int


class MovedBody(Body):
    """What a choice moves."""

    dry_run: bool
    moves: list[MoveBody]
    people: int = Field(description="How many people's records these are.")
    sharing: SharingBody = Field(description="What is chosen now; after a dry run, as before.")

    @classmethod
    def of(cls, moved: Moved, sharing: SharingBody, *, dry_run: bool) -> Self:
        """What was moved, or would be."""

        def widths(move: tuple[tuple[Audience, Audience], int]) -> tuple[int, int]:
            (before, after), _ = move
            return before.width, after.width

        moves = [
            MoveBody(before=before.value, after=after.value, records=count)
            for (before, after), count in sorted(moved.records.items(), key=widths)
        ]
        return cls(dry_run=dry_run, moves=moves, people=moved.people, sharing=sharing)
