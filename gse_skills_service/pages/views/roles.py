"""Roles: the list, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link, Option


@dataclass(frozen=True, slots=True)
class RoleLink:
    """A role as lists show it; category and grade are empty where its scheme knows none."""

    label: str
    href: str
    notation: str = ""
    category: str = ""
    grade: str = ""
    note: str = ""
    """What a list adds, such as the level at which a skill is needed."""


@dataclass(frozen=True, slots=True)
class Family:
    """Roles under one heading."""

    label: str
    roles: tuple[RoleLink, ...]


@dataclass(frozen=True, slots=True)
class RolesForm:
    """What was chosen, as in the address."""

    words: str = ""
    category: str = ""
    grade: str = ""
    scheme: str = ""
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles that were asked for, by family, or by likeness under one heading without a text."""

    template: ClassVar[str] = "roles.html"
    form: RolesForm
    categories: tuple[Option, ...]
    grades: tuple[Option, ...]
    schemes: tuple[Option, ...]
    total: int
    families: tuple[Family, ...] = ()
    next_href: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A skill that a role needs; level and meaning are empty where the scheme gives none."""

    skill: Link
    notation: str = ""
    level: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A role in full."""

    template: ClassVar[str] = "role.html"
    label: str
    iri: str
    scheme: str
    notation: str = ""
    definition: str = ""
    path: tuple[Link, ...] = ()
    category: str = ""
    grade: str = ""
    alt_labels: tuple[str, ...] = ()
    essential: tuple[Need, ...] = ()
    desirable: tuple[Need, ...] = ()
    next: tuple[RoleLink, ...] = ()
    previous: tuple[RoleLink, ...] = ()
    downloads: tuple[Link, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[Link, ...] = ()
    close_href: str = ""
    """To who is close to it."""
