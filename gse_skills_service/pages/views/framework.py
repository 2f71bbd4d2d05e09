"""Searching the framework, and one concept of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gse_skills.vocabulary import Level
from gse_skills_service.pages.frame import Link
from gse_skills_service.pages.views.common import ConceptLink


@dataclass(frozen=True, slots=True)
class Search:
    """Concepts that match `query`; with no query, the domains to `browse`."""

    template: ClassVar[str] = "search.html"
    query: str = ""
    results: tuple[ConceptLink, ...] = ()
    nearest: tuple[ConceptLink, ...] = ()
    """When there are no results."""
    browse: tuple[ConceptLink, ...] = ()


@dataclass(frozen=True, slots=True)
class LanguageText:
    """A text with its language as a BCP 47 tag."""

    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Skill:
    """A concept in full, whatever its kind."""

    template: ClassVar[str] = "skill.html"
    label: str
    kind: str
    """In words, such as "Skill" or "Skill group"."""
    iri: str
    scheme: Link
    notation: str = ""
    definition: str = ""
    scope_note: str = ""
    path: tuple[Link, ...] = ()
    """From the top concept down to its parent."""
    alt_labels: tuple[str, ...] = ()
    other_labels: tuple[LanguageText, ...] = ()
    levels: tuple[tuple[Level, str], ...] = ()
    """What each level means."""
    levels_of: Link | None = None
    """The group whose levels these are, when they are not its own."""
    broader: tuple[Link, ...] = ()
    narrower: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()
    matches: tuple[Link, ...] = ()
    """The same or close skills in other schemes."""
    themes: tuple[str, ...] = ()
    emergencies: tuple[str, ...] = ()
    """Kinds of emergency in which it is wanted."""
    deprecated: bool = False
    replaced_by: tuple[Link, ...] = ()
    who_href: str = ""
    downloads: tuple[Link, ...] = ()
