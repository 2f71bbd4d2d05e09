"""Roles and what they need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.skill import ConceptRef
from gse_skills.framework import Framework, RoleProfile, family_of, page_of


class RoleRef(ConceptRef):
    """A role or occupation by name, with its place."""

    category: str | None = Field(description="Professional category; null where its scheme knows none.")
    grade: str | None = Field(description="Typical grade; null where its scheme knows none.", examples=["HEO"])
    family: ConceptRef | None = Field(description="The topmost concept above it.")

    @classmethod
    def placed(cls, role: RoleProfile, framework: Framework) -> Self:
        """A role of `framework`."""
        family = family_of(role, framework)
        return cls(
            **ConceptRef.of(framework.concept(role.iri)).model_dump(),
            category=role.category and role.category.label,
            grade=role.grade and role.grade.notation,
            family=family and ConceptRef.of(family),
        )


class RolesBody(Body):
    """Roles, by likeness to the words asked for, or else by scheme, family, grade and label."""

    total: int = Field(description="How many there are, over all pages.")
    items: list[RoleRef]
    next_cursor: str | None

    @classmethod
    def of(cls, found: Sequence[RoleProfile], framework: Framework, limit: int, cursor: str | None) -> Self:
        """A page of what was found; raises what `page_of` raises."""
        page, following = page_of(found, limit, cursor)
        items = [RoleRef.placed(role, framework) for role in page]
        return cls(total=len(found), items=items, next_cursor=following)


class RequirementBody(Body):
    """A skill that a role needs."""

    skill: ConceptRef
    level: str | None = Field(description="Null where the scheme gives none, as ESCO.", examples=["Practitioner"])
    essential: bool = Field(description="False: desirable.")


class RoleBody(RoleRef):
    """A role in full."""

    alt_labels: list[str]
    definition: str
    next: list[RoleRef] = Field(description="The roles one step up the ladder.")
    previous: list[RoleRef] = Field(description="The roles one step down the ladder.")
    requirements: list[RequirementBody] = Field(description="The essential ones first.")

    @classmethod
    def full(cls, role: RoleProfile, framework: Framework) -> Self:
        """`role` with its requirements and the steps of its ladder."""

        def steps(iris: Iterable[str]) -> list[RoleRef]:
            return [RoleRef.placed(framework.role(iri), framework) for iri in iris if iri in framework.roles]

        concept = framework.concept(role.iri)
        return cls(
            **RoleRef.placed(role, framework).model_dump(),
            alt_labels=list(concept.alt_labels),
            definition=concept.definition,
            next=steps(role.next),
            previous=steps(framework.roles_before.get(role.iri, ())),
            requirements=[
                RequirementBody(
                    skill=ConceptRef.of(framework.concept(need.skill)),
                    level=need.level and need.level.label,
                    essential=need.essential,
                )
                for need in role.requirements
                if need.skill in framework
            ],
        )
