"""Organisations."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.organisation import Organisation


class OrganisationBody(Body):
    """An organisation of the alliance."""

    iri: str
    slug: str = Field(examples=["larkmoor"])
    name: str

    @classmethod
    def of(cls, organisation: Organisation) -> Self:
        """An organisation."""
        return cls(iri=organisation.iri, slug=organisation.slug, name=organisation.name)


class OrganisationsBody(Body):
    """The organisations, by slug."""

    items: list[OrganisationBody]
