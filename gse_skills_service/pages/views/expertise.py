"""The question "who has which skill" and what became of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import ClassVar

from gse_skills.experts import Split
from gse_skills.vocabulary import Basis, Level
from gse_skills_service.pages import wording
from gse_skills_service.pages.frame import Option
from gse_skills_service.pages.views.common import ConceptLink, Mistake


@dataclass(frozen=True, slots=True)
class ExpertiseForm:
    """The question as typed; each field is named in FieldName."""

    skill: str = ""
    concept: str = ""
    min_level: str = ""
    org: str = ""
    available: bool = False
    as_of: str = ""
    """As typed; a UK date in numbers is turned into the ISO one that addresses carry."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "as_of", wording.iso_day(self.as_of))


@dataclass(frozen=True, slots=True)
class Unknown:
    """No concept has that name; the nearest, best first, each linking to the same question about it."""

    kind: ClassVar[str] = "unknown"
    nearest: tuple[ConceptLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several concepts have that name; each links to the same question about it."""

    kind: ClassVar[str] = "ambiguous"
    choices: tuple[ConceptLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the reason for an answer: `relation` says how it follows from the step before."""

    relation: str
    text: str
    href: str = ""
    notation: str = ""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person found, with the best record they have for the question."""

    name: str
    organisation: str
    level: Level
    basis: Basis
    assessed_on: datetime.date
    skill: str
    """The skill recorded, which may be narrower than the one asked about."""
    href: str = ""
    unit: str = ""
    grade: str = ""
    site: str = ""
    available: bool | None = None
    """None when nobody has said."""
    why: tuple[Step, ...] = ()
    reconfirm_by: datetime.date | None = None
    """The day by which the level is to be confirmed anew."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who has it, and of everybody else what is known."""

    kind: ClassVar[str] = "answer"
    concept: ConceptLink
    min_level: Level
    day: datetime.date
    """The day the answer holds for; ages are counted to it."""
    total: int
    """The number of people found."""
    people: tuple[FoundPerson, ...] = ()
    """This page of them."""
    first_rank: int = 1
    split: tuple[Split, ...] = ()
    """Each with the name of its organisation."""
    next_href: str = ""
    start_href: str = ""
    """The first page, when this is not it."""
    api_href: str = ""
    sparql_href: str = ""
    csv_href: str = ""

    @property
    def totals(self) -> Split:
        """The split over all organisations."""
        rows = self.split
        return Split(
            "All organisations",
            sum(row.has for row in rows),
            sum(row.below for row in rows),
            sum(row.without for row in rows),
            sum(row.not_mapped for row in rows),
        )

    def age(self, person: FoundPerson) -> str:
        """How old the person's assessment is, in words."""
        return wording.age(person.assessed_on, self.day)


@dataclass(frozen=True, slots=True)
class Expertise:
    """The question "who has which skill", and what became of it; `outcome` is None before it is asked."""

    template: ClassVar[str] = "expertise.html"
    form: ExpertiseForm = field(default_factory=ExpertiseForm)
    organisations: tuple[Option, ...] = ()
    outcome: Answer | Ambiguous | Unknown | None = None
    mistakes: tuple[Mistake, ...] = ()

    @property
    def organisation(self) -> str:
        """The name of the organisation asked about, its slug when it is not among the choices."""
        names = {option.value: option.text for option in self.organisations}
        return names.get(self.form.org, self.form.org)
