"""Releases of concept schemes: the list, and what one changed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link


@dataclass(frozen=True, slots=True)
class ReleaseLink:
    """A release as lists show it."""

    name: str
    """As slug@version."""
    href: str
    title: str
    version: str
    since: datetime.date
    """When it was brought in."""
    current: bool


@dataclass(frozen=True, slots=True)
class Releases:
    """All releases, by scheme, the newest first."""

    template: ClassVar[str] = "releases.html"
    schemes: tuple[tuple[str, tuple[ReleaseLink, ...]], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A concept and what a release changed about it."""

    concept: Link
    notation: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """One release."""

    template: ClassVar[str] = "release.html"
    release: ReleaseLink
    iri: str
    metadata: tuple[tuple[str, str], ...] = ()
    """Heading and value."""
    former: Link | None = None
    """The release whose place it took."""
    counts: tuple[tuple[int, str], ...] = ()
    changes: tuple[tuple[str, tuple[Changed, ...]], ...] = ()
    """By domain."""
    left_out: int = 0
    """Concepts that changed and are not shown, where there are very many."""
    downloads: tuple[Link, ...] = ()
    crumbs: tuple[Link, ...] = ()
