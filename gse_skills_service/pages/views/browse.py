"""Browsing the framework: by letter, as a tree, and two concepts side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link
from gse_skills_service.pages.views.common import Mistake


@dataclass(frozen=True, slots=True)
class Entry:
    """A label of the alphabetical list; `preferred` is empty unless the concept is better called otherwise."""

    label: str
    href: str
    notation: str = ""
    preferred: str = ""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The labels that begin with one letter."""

    template: ClassVar[str] = "az.html"
    letter: str
    letters: tuple[Link, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A concept with those beneath it."""

    link: Link
    notation: str
    beneath: tuple[Branch, ...] = ()
    open: bool = False
    """Whether what is beneath it shows at once."""
    found: bool = False
    """Whether it is what was looked for."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The whole framework on one page, or what of it is called by the words of `query`, with all that lies above."""

    template: ClassVar[str] = "tree.html"
    title: str
    branches: tuple[Branch, ...]
    query: str = ""
    found: int = 0
    search_href: str = ""
    """The same question to the search, which forgives misspelling and knows other schemes."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One property of two concepts; a side may be empty."""

    heading: str
    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two concepts, once both are known, by aspect."""

    template: ClassVar[str] = "compare.html"
    first: str = ""
    second: str = ""
    mistakes: tuple[Mistake, ...] = ()
    links: tuple[Link, ...] = ()
    """The two concepts; empty until both are known."""
    aspects: tuple[Aspect, ...] = ()
