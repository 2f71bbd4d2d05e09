"""Organisations: what they have mapped, and what one of them can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.common import Mistake


@dataclass(frozen=True, slots=True)
class Provenance:
    """What every number on a page comes from."""

    data: str
    """Digest of what was counted."""
    framework: str
    """Version of the framework."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of numbers, each a text; the first cell of a row names it."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str | Link, ...], ...]
    nothing: str = "None."
    numeric: bool = True
    """Whether all cells after the first are numbers."""
    chart: Markup | None = None
    """The same numbers as SVG."""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Organisations:
    """All organisations, and how much is mapped of each in which domain or group."""

    template: ClassVar[str] = "organisations.html"
    domains: tuple[Option, ...]
    chosen: str
    """Notation of the domain whose groups are shown; empty for the domains."""
    names: tuple[Link, ...]
    heat: Grid
    keys: tuple[tuple[str, str], ...]
    """The columns of the heat map: code and label."""
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class OrganisationForm:
    """The question, as in the address."""

    concept: str = ""
    unit: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class OneOrganisation:
    """What an organisation, or a unit of it, can do in a part of the framework."""

    template: ClassVar[str] = "organisation.html"
    name: str
    href: str
    form: OrganisationForm
    whole: bool
    people: int
    mapped: int
    what: str
    """The part of the framework in words."""
    grids: tuple[Grid, ...]
    not_mapped: tuple[Link, ...]
    none: tuple[tuple[Link, str], ...]
    """Where people were asked and nobody has a record, with how many were asked."""
    declared: str
    """The declared headcount in words; empty where none is, or the caller may not know it."""
    headcounts: Link | None
    """To all that is declared, for those who belong to the organisation."""
    domains: tuple[Option, ...]
    units: tuple[Option, ...]
    downloads: tuple[Link, ...]
    provenance: Provenance
    mistakes: tuple[Mistake, ...] = ()
