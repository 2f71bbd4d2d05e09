"""The SPARQL page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link


@dataclass(frozen=True, slots=True)
class Example:
    """A documented query."""

    title: str
    description: str
    href: str
    """The query page with this query in its box."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A term of a result as text; an unbound variable is None in its row."""

    text: str
    href: str = ""
    language: str = ""
    datatype: str = ""
    """As a prefixed name, empty for plain strings."""


@dataclass(frozen=True, slots=True)
class Table:
    """The solutions of a SELECT."""

    kind: ClassVar[str] = "table"
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    total: int
    """Solutions in all; more than `rows` when the page shows only the first."""


@dataclass(frozen=True, slots=True)
class Graph:
    """The triples of a CONSTRUCT or DESCRIBE, as Turtle."""

    kind: ClassVar[str] = "graph"
    turtle: str


@dataclass(frozen=True, slots=True)
class Truth:
    """The answer to an ASK."""

    kind: ClassVar[str] = "truth"
    value: bool


@dataclass(frozen=True, slots=True)
class Query:
    """The SPARQL page; posts `query` to `action`. `mistake` is the message of a query that was refused or stopped."""

    template: ClassVar[str] = "query.html"
    action: str
    text: str = ""
    examples: tuple[Example, ...] = ()
    outcome: Table | Graph | Truth | None = None
    mistake: str = ""
    remedy: str = ""
    seconds: float | None = None
    downloads: tuple[Link, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()
    """Prefixes that need no declaration, or that are handy, with their namespaces."""
