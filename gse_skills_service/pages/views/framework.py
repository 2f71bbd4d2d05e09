"""Searching the framework, and one concept of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from gse_skills.vocabulary import Level
from gse_skills_service.pages.frame import Link
from gse_skills_service.pages.views.common import ConceptLink, Mistake
from gse_skills_service.pages.views.roles import RoleLink


@dataclass(frozen=True, slots=True)
class Search:
    """Concepts that match `query`; with no query, the domains to `browse`."""

    template: ClassVar[str] = "search.html"
    query: str = ""
    results: tuple[ConceptLink, ...] = ()
    browse: tuple[ConceptLink, ...] = ()
    downloads: tuple[Link, ...] = ()
    """The framework as a file, in each form."""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class LanguageText:
    """A text with its language as a BCP 47 tag."""

    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Match:
    """A concept of another scheme: what this one is to it, such as "close to", and the scheme's name, if known."""

    relation: str
    concept: Link
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """A release in the life of a concept, and what it changed about it."""

    release: Link
    since: datetime.date
    current: bool
    present: bool
    """Whether the release has the concept."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """How many of the people whom the caller sees hold a skill, or any of a group or domain."""

    at_least: tuple[tuple[Level, int], ...]
    """People at each level or above."""
    people: int
    """Whom the caller sees at all, of how many organisations."""
    organisations: int


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
    language: str = ""
    """Of label, other names and texts, where it is not the page's."""
    other_labels: tuple[LanguageText, ...] = ()
    """Names in other languages."""
    levels: tuple[tuple[Level, str], ...] = ()
    """What each level means."""
    levels_of: Link | None = None
    """The group whose levels these are, when they are not its own."""
    broader: tuple[Link, ...] = ()
    narrower: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()
    matches: tuple[Match, ...] = ()
    """What it is mapped to in other schemes."""
    previous: Link | None = None
    next: Link | None = None
    """Its neighbours among those beneath the same concept."""
    roles: tuple[RoleLink, ...] = ()
    """Those that need it."""
    roles_total: int = 0
    roles_href: str = ""
    """All of them."""
    life: tuple[Stage, ...] = ()
    """The newest first."""
    compare_href: str = ""
    themes: tuple[str, ...] = ()
    emergencies: tuple[str, ...] = ()
    """Kinds of emergency in which it is wanted."""
    deprecated: bool = False
    replaced_by: tuple[Link, ...] = ()
    who_href: str = ""
    held: Held | None = None
    coverage_href: str = ""
    """How much is mapped of a group or domain, by organisation."""
    suggest_href: str = ""
    """The form to suggest a change."""
    downloads: tuple[Link, ...] = ()
