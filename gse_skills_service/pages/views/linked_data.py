"""Pages of linked data: anything that has no page of its own, the ontology, and a small preview of a concept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a property: a text with its language, or something with a page of its own."""

    text: str
    href: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Statements:
    """A property with its values."""

    name: str
    """As a prefixed name."""
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """What is said of something, and what points at it."""

    template: ClassVar[str] = "resource.html"
    label: str
    iri: str
    statements: tuple[Statements, ...]
    links_here: tuple[Statements, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[Link, ...] = ()
    downloads: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property or individual of the ontology."""

    name: str
    """Local name; the anchor of its place on the page."""
    label: str
    definition: str = ""
    facts: tuple[Statements, ...] = ()
    """What else the ontology says of it."""
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Ontology:
    """The ontology, to read."""

    template: ClassVar[str] = "ontology.html"
    title: str
    iri: str
    version: str
    description: str
    sections: tuple[tuple[str, tuple[Term, ...]], ...]
    """Classes, properties and individuals."""
    downloads: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """A concept on a card, to be shown in the frame of another application; it has no surroundings."""

    template: ClassVar[str] = "preview.html"
    label: str
    kind: str
    notation: str
    scheme: str
    definition: str
    path: tuple[str, ...] = ()
    alt_labels: tuple[str, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()
