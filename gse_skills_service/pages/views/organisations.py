"""Organisations: what they have mapped, and what one of them can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.common import Mistake
from gse_skills_service.pages.views.imports import DateFields

_NO_DATE = DateFields()


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
    charted: str = ""
    """What the chart counts, where the table counts otherwise."""
    rest: str = ""
    """What else there is to say, after the table."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """An organisation that has mapped a part of the framework, or asked about it."""

    organisation: Link
    depth: str
    """The practitioners or better, of the people mapped, or that nobody of those asked has it."""
    share: str
    """What part of all people they are."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A part of the framework that some organisation has mapped."""

    branch: Link
    """To its own parts, or to the skill."""
    cells: tuple[HeatCell, ...]
    rest: str
    """In words of the other organisations that they have not mapped it; empty where all have."""
    chart: Markup
    """The cells as SVG."""


@dataclass(frozen=True, slots=True)
class Organisations:
    """All organisations, and how much is mapped of each in which domain or group."""

    template: ClassVar[str] = "organisations.html"
    domains: tuple[Option, ...]
    chosen: str
    """Notation of the domain whose groups are shown; empty for the domains."""
    names: tuple[tuple[Link, str], ...]
    """Each with how many people are seen of it."""
    heat: tuple[HeatRow, ...]
    not_mapped: tuple[Link, ...]
    """The parts of the framework that no organisation has mapped."""
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class OrganisationForm:
    """The question, as in the address."""

    concept: str = ""
    unit: str = ""
    as_of: DateFields = _NO_DATE
    ahead: str = ""
    """Months to look ahead for people known to leave."""
    known_at: DateFields = _NO_DATE
    """As known at the end of that day; only for whoever sees all records."""


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
    leaving: str
    """Who is known to leave, in words; empty for whoever may not know it."""
    declared: str
    """The declared headcount in words; empty where none is, or the caller may not know it."""
    headcounts: Link | None
    """To all that is declared, for those who belong to the organisation."""
    domains: tuple[Option, ...]
    units: tuple[Option, ...]
    downloads: tuple[Link, ...]
    provenance: Provenance
    mistakes: tuple[Mistake, ...] = ()
    told_of: str = ""
    """Of which other day it is, in words to go behind what it is about; empty for today as known now."""


@dataclass(frozen=True, slots=True)
class SidesForm:
    """Which sides are asked for, as in the address; an empty unit is the whole organisation."""

    first: str = ""
    second: str = ""
    as_of: DateFields = _NO_DATE
    """The earlier of two days; empty for today alone."""
    concept: str = ""


@dataclass(frozen=True, slots=True)
class Sides:
    """Units, or days, of an organisation side by side."""

    template: ClassVar[str] = "comparison.html"
    name: str
    href: str
    """The organisation's page."""
    form: SidesForm
    units: tuple[Option, ...]
    grid: Grid | None = None
    """None as long as there is nothing to compare."""
    whole: bool = True
    answer: Link | None = None
    """The same by the API."""
    mistakes: tuple[Mistake, ...] = ()
