"""Erasure and retention as JSON: by counts alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Self

from pydantic import Field

from gse_skills.access import Access
from gse_skills.answers.body import Body
from gse_skills.erasure import Erased
from gse_skills.register import Register
from gse_skills.retention import Due, Kind, digest, longest, months_of, organisations_seen


class ErasedBody(Body):
    """What went, or in a dry run would go."""

    people: int
    records: int = Field(description="Current ones, and those that had ended.")
    memberships: int
    others: int = Field(description="Requests of theirs, and what else belongs to them.")
    phrases: int = Field(description="That only they used, or in which they are named.")
    file_names: int = Field(description="Of imports; the imports stay.")
    units: int = Field(description="Whose names name them, with nobody else in them: they get other names.")
    sign_ins: int = Field(description="Users and tokens that could act as them.")
    statements: int = Field(description="In the organisation's own graph and in the views.")
    backups: int = Field(description="In the data folder: they may hold what goes until they are pruned.")
    dry_run: bool

    @classmethod
    def of(cls, erased: Erased) -> Self:
        """From the counts."""
        return cls(**asdict(erased))


class DueBody(Body):
    """What went of an organisation because its time was over."""

    organisation: str = Field(description="Slug; empty for complaints about the service.")
    months: dict[Kind, int] = Field(description="How long each kind of thing is kept.")
    gone: ErasedBody
    complaints: int


class RetentionBody(Body):
    """A run of the retention rules, or how long things are kept."""

    items: list[DueBody]
    digest: str = Field(
        description="Give it as `expected` with the real run, to make sure that just this goes.", max_length=64
    )

    @classmethod
    def of(cls, due: list[Due]) -> Self:
        """From what was due."""
        return cls(
            items=[
                DueBody(
                    organisation=one.organisation,
                    months=dict(one.months),
                    gone=ErasedBody.of(one.erased),
                    complaints=one.complaints,
                )
                for one in due
            ],
            digest=digest(due),
        )


class MonthsBody(Body):
    """How long each kind of thing is kept."""

    organisation: str
    months: dict[Kind, int]


class KeptForOneBody(MonthsBody):
    """How long an organisation keeps things, and how long it may."""

    longest: dict[Kind, int] = Field(description="What the installation allows.")


class KeptForBody(Body):
    """How long each organisation keeps things."""

    longest: dict[Kind, int] = Field(description="What the installation allows.")
    items: list[MonthsBody]

    @classmethod
    def of(cls, register: Register, access: Access) -> Self:
        """Of the organisations whose records the caller keeps, or of all for whoever runs the service."""
        slugs = organisations_seen(register, access)
        items = [MonthsBody(organisation=slug, months=months_of(register, slug)) for slug in slugs]
        return cls(longest=longest(register), items=items)
