"""The value objects of a difference: what changed, of which concept, from which release to which."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class ChangeKind(StrEnum):
    """What sort of change; the value is its name in JSON. The order is that of reports: what matters most first."""

    ADDED = "added"
    REMOVED = "removed"
    DEPRECATED = "deprecated"
    REVIVED = "revived"
    SPLIT = "split"
    MERGED = "merged"
    REPLACED = "replaced"
    SUCCEEDED = "succeeded"
    RENOTATED = "renotated"
    RETYPED = "retyped"
    MOVED = "moved"
    RELABELLED = "relabelled"
    LABELS = "alternative-labels"
    REDEFINED = "redefined"
    LEVELS = "level-descriptions"
    RELATED = "related"
    THEMES = "themes"
    EMERGENCIES = "emergencies"
    REQUIREMENTS = "requirements"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with an IRI; `notation` and `label` are empty where neither state gives one."""

    iri: str
    notation: str = ""
    label: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.notation, self.label) if part) or self.iri


@dataclass(frozen=True, slots=True)
class Text:
    """A literal; `language` is empty where it has none, `datatype` where it is a plain string."""

    value: str
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A requirement of a role: a skill, the name of the level or empty where none is given, and how it matters."""

    skill: Named
    level: str
    essential: bool


Value = Named | Text | Need


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one concept.

    `property` is the IRI of what changed, `language` the tag where it is text in one. `before` holds the values that
    only the old state has, `after` those that only the new one has, each in order. Where a concept is added or
    removed, they are its broader concepts; where it is deprecated, `after` names all that replace it.
    """

    kind: ChangeKind
    property: str
    language: str = ""
    before: tuple[Value, ...] = ()
    after: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """Everything that changed about one concept, scheme or other thing that the data describe.

    `kind` is the concept's kind (see `framework.concept.Kind`), "scheme" or "resource". `domain` is the topmost concept
    above it, None where it stands alone. Names are those of the new state, or of the old one if it is gone.
    """

    subject: Named
    kind: str
    domain: Named | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A state of a scheme, as its own metadata tell it; what they do not tell is empty."""

    scheme: str
    title: str
    version: str = ""
    version_iri: str = ""
    modified: datetime.date | None = None

    def __str__(self) -> str:
        told = (self.title or self.scheme, self.version and f"version {self.version}", str(self.modified or ""))
        return ", ".join(part for part in told if part)


@dataclass(frozen=True, slots=True)
class Fault:
    """A change that our own framework's rules forbid."""

    rule: str
    subject: Named
    message: str
    remedy: str


@dataclass(frozen=True)
class Difference:
    """What changed between two states of a scheme; revisions are ordered by IRI, their changes by kind.

    `schemes` tells of the metadata of concept schemes, `resources` of things that are neither concept nor scheme, such
    as a publisher.
    """

    old: Release
    new: Release
    concepts: tuple[Revision, ...] = ()
    schemes: tuple[Revision, ...] = ()
    resources: tuple[Revision, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return not (self.concepts or self.schemes or self.resources)

    def of(self, kind: ChangeKind) -> Iterator[tuple[Revision, Change]]:
        """The changes of that kind, with the revisions of concepts that they are in."""
        return ((one, change) for one in self.concepts for change in one.changes if change.kind == kind)

    def counts(self) -> dict[ChangeKind, int]:
        """How many concepts have a change of each kind, without the kinds that none has."""
        found = Counter(kind for one in self.concepts for kind in {change.kind for change in one.changes})
        return {kind: found[kind] for kind in ChangeKind if kind in found}

    def revision(self, iri: str) -> Revision | None:
        """What changed about the concept with that IRI; None when nothing did, or neither state has it."""
        return self._by_iri.get(iri)

    @cached_property
    def _by_iri(self) -> dict[str, Revision]:
        return {one.subject.iri: one for one in self.concepts}
