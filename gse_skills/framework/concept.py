"""What the library knows of one concept and of one role profile: frozen, whatever graph they came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gse_skills.vocabulary import Category, Level

Kind = Literal["domain", "group", "skill", "occupation", "role", "concept"]

SKILL_KINDS: frozenset[Kind] = frozenset({"domain", "group", "skill", "concept"})
"""The kinds that a person can hold: everything but occupations and roles."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label in another language than the concept's own; `language` is its BCP 47 tag, empty when it has none."""

    text: str
    language: str
    preferred: bool


@dataclass(frozen=True, slots=True)
class Concept:
    """A SKOS concept.

    `scheme` is the slug of the scheme it was loaded with. Labels, definition and scope note are the English ones, or
    those without a language tag, or else those of the first language there is; `language` is the tag of that (BCP 47),
    or empty. Labels in other languages are in `other_labels`. `level_descriptions` holds what each of the four levels
    means here, in ascending order, or is empty. `broader` and `narrower` each hold both directions, so that a scheme
    which states only one reads the same. `themes` and `emergencies` are the IRIs of the themes it belongs to and of the
    kinds of emergency in which it is wanted.
    """

    iri: str
    scheme: str
    kind: Kind
    notation: str | None = None
    pref_label: str = ""
    language: str = ""
    alt_labels: tuple[str, ...] = ()
    hidden_labels: tuple[str, ...] = ()
    other_labels: tuple[Label, ...] = ()
    definition: str = ""
    scope_note: str = ""
    broader: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    level_descriptions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    emergencies: tuple[str, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The preferred label in that language, or the default one when there is none.

        >>> welsh = Label("Feiroleg", "cy", preferred=True)
        >>> Concept("urn:x", "gse", "skill", pref_label="Virology", other_labels=(welsh,)).label("cy")
        'Feiroleg'
        """
        for label in self.other_labels:
            if label.preferred and label.language == language:
                return label.text
        return self.pref_label

    def language_of(self, label: str) -> str:
        """The language of one of its labels, as a BCP 47 tag; empty when that is not told.

        >>> welsh = Label("Feiroleg", "cy", preferred=True)
        >>> Concept("urn:x", "gse", "skill", pref_label="Virology", other_labels=(welsh,)).language_of("Feiroleg")
        'cy'
        """
        if label in (self.pref_label, *self.alt_labels, *self.hidden_labels):
            return self.language
        return next((one.language for one in self.other_labels if one.text == label), "")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One skill that a role needs; `level` is None where the source gives none, as ESCO does."""

    skill: str
    level: Level | None
    essential: bool


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of posts; grades are ordered by `seniority`, 1 for the most junior."""

    iri: str
    notation: str
    label: str
    seniority: int


@dataclass(frozen=True, slots=True)
class RoleProfile:
    """A role, role level or occupation with the skills it needs, essential ones first, then by IRI of the skill.

    `category` and `grade` are None, and `next`, the IRIs of the roles one step up its ladder, is empty where the source
    says nothing of them: so they are in the Digital and Data framework and in ESCO.
    """

    iri: str
    label: str
    scheme: str
    requirements: tuple[Requirement, ...]
    category: Category | None = None
    grade: Grade | None = None
    next: tuple[str, ...] = ()
