"""The SPARQL page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from gse_skills_service.pages.frame import Link


@dataclass(frozen=True, slots=True)
class Example:
    """A documented query."""

    title: str
    description: str
    href: str
    """The query page with this query in its box."""


@dataclass(frozen=True, slots=True)
class Topic:
    """The documented queries of one kind."""

    title: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A term of a result as text; an unbound variable is None in its row."""

    text: str
    href: str = ""
    language: str = ""
    datatype: str = ""
    """As a prefixed name, empty for plain strings and for whole and decimal numbers."""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The solutions of a SELECT."""

    kind: ClassVar[str] = "table"
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    total: int
    """Solutions in all, of which `rows` are one page."""
    first: int = 1
    """The number of the first row among all."""
    previous: int = 0
    next: int = 0
    """The pages before and after this one; 0 where there is none."""
    chart: Markup | None = None
    """The same numbers as an SVG, where the result has one label and one or two numbers a row."""
    charted: int = 0
    """How many solutions the chart shows: the first ones."""


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
class Place:
    """Where in a query something is wrong: the line as it was written, and what leads a mark below it to the place."""

    line: int
    column: int
    text: str
    indent: str


@dataclass(frozen=True, slots=True)
class Query:
    """The SPARQL page; posts `query` to `action`. `mistake` is the message of a query that was refused or stopped."""

    template: ClassVar[str] = "query.html"
    action: str
    text: str = ""
    topics: tuple[Topic, ...] = ()
    outcome: Table | Graph | Truth | None = None
    mistake: str = ""
    remedy: str = ""
    place: Place | None = None
    seconds: float | None = None
    downloads: tuple[Link, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()
    """Prefixes that need no declaration, or that are handy, with their namespaces."""
    completions: str = ""
    """Where the editor gets its suggestions; empty for the page without an editor."""
    other: Link | None = None
    """The page with the editor from the one without, and the other way round."""
