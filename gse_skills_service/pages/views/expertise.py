"""The question "who has which skill" and what became of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import ClassVar

from gse_skills.experts import Split
from gse_skills.index import Match
from gse_skills.vocabulary import Basis, Level
from gse_skills_service.pages import wording
from gse_skills_service.pages.frame import FieldName, Link, Option
from gse_skills_service.pages.views.common import ConceptLink, Mistake
from gse_skills_service.pages.views.imports import DateFields


@dataclass(frozen=True, slots=True)
class ExpertiseForm:
    """The question as typed; each field is named in FieldName."""

    skill: str = ""
    """What stands in the box."""
    concept: str = ""
    """IRIs of what was chosen from suggestions, with spaces between; they tell which of one name is meant."""
    min_level: str = ""
    org: str = ""
    available: bool = False
    as_of: DateFields = field(default_factory=DateFields)
    match: str = ""
    """"any", or all."""
    units: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    """Names, in small letters."""
    fresh: bool = False
    whole: bool = False
    """Everybody on one page, as far as one holds them."""


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
class Choice:
    """A skill as a box to tick."""

    value: str
    """As the address carries it."""
    concept: ConceptLink
    ticked: bool = True


@dataclass(frozen=True, slots=True)
class Understood:
    """A phrase and the skills that it may mean; one is ticked when it is understood."""

    choices: tuple[Choice, ...]
    phrase: str = ""
    """As it was written; empty where it is the name of the skill."""
    guessed: bool = False
    """Whether a search found what is ticked."""

    @property
    def is_clear(self) -> bool:
        """Whether something is ticked."""
        return any(choice.ticked for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Facet:
    """A kind of choice with counts, as a group of boxes."""

    name: FieldName
    legend: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows an answer, with how many people each choice would find."""

    organisations: tuple[Option, ...]
    available: int
    fresh: int
    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the reason for an answer: `relation` says how it follows from the step before."""

    relation: str
    text: str
    href: str = ""
    notation: str = ""


@dataclass(frozen=True, slots=True)
class FoundSkill:
    """The best record that a person has of one of the skills asked for."""

    level: Level
    basis: Basis
    assessed_on: datetime.date
    skill: str
    """The skill recorded, which may be narrower than the one asked about."""
    asked: str = ""
    """The one asked about, where it is another."""
    why: tuple[Step, ...] = ()
    reconfirm_by: datetime.date | None = None
    """The day by which the level is to be confirmed anew."""
    due: bool = False
    """Whether that day has passed."""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person found, with what they hold of the skills asked about; one at least."""

    name: str
    organisation: str
    held: tuple[FoundSkill, ...]
    href: str = ""
    unit: str = ""
    grade: str = ""
    site: str = ""
    available: bool | None = None
    """None when nobody has said."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Who has it, and of everybody else what is known."""

    kind: ClassVar[str] = "answer"
    asked: tuple[ConceptLink, ...]
    """What is asked about; where a skill has a level of its own, its label says so."""
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
    match: Match = Match.ALL
    filters: Filters | None = None
    organisation_hrefs: tuple[str, ...] = ()
    """For each split the same question of that organisation alone, or empty."""
    next_href: str = ""
    start_href: str = ""
    """The first page, when this is not it."""
    share_href: str = ""
    api_href: str = ""
    sparql: str = ""
    """The query; empty where SPARQL cannot ask it."""
    sparql_href: str = ""
    csv_href: str = ""
    whole: Link | None = None
    """The same on one page, to be printed, where this one has not everybody."""
    have_some: int = 0
    """Where nobody has all of several skills, how many have one of them at least."""
    some_href: str = ""
    """These people, who has most first."""

    @property
    def skills(self) -> str:
        """What is asked about, in words."""
        names = [concept.label for concept in self.asked]
        if len(names) == 1:
            return names[0]
        if len(names) > 3:
            return f"{'all' if self.match is Match.ALL else 'any'} of {len(names)} skills"
        return f"{', '.join(names[:-1])} {'and' if self.match is Match.ALL else 'or'} {names[-1]}"

    @property
    def it(self) -> str:
        """What is asked about, in short."""
        if len(self.asked) == 1:
            return "it"
        return "all of them" if self.match is Match.ALL else "any of them"

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

    def age(self, held: FoundSkill) -> str:
        """How old an assessment is, in words."""
        return wording.age(held.assessed_on, self.day)


@dataclass(frozen=True, slots=True)
class Expertise:
    """The question "who has which skill", and what became of it; `outcome` is None before it is asked."""

    template: ClassVar[str] = "expertise.html"
    form: ExpertiseForm = field(default_factory=ExpertiseForm)
    organisations: tuple[Option, ...] = ()
    outcome: Answer | Ambiguous | Unknown | None = None
    mistakes: tuple[Mistake, ...] = ()
    understood: tuple[Understood, ...] = ()
    lost: tuple[str, ...] = ()
    """Phrases of which nothing is known."""
    sites: Facet | None = None
    """Of everybody whom the caller sees."""

    @property
    def organisation(self) -> str:
        """The name of the organisation asked about, its slug when it is not among the choices."""
        names = {option.value: option.text for option in self.organisations}
        return names.get(self.form.org, self.form.org)

    @property
    def narrowed(self) -> str:
        """What narrows the question beside level and day, in words; empty where nothing does."""
        form = self.form
        kinds = {Basis[name.upper()] for name in form.basis}
        said = [
            f"of {self.organisation}" if form.org else "",
            f"in {_listed(form.units)}" if form.units else "",
            f"at {_listed(form.sites)}" if form.sites else "",
            f"of grade {_listed(form.grades)}" if form.grades else "",
            f"with levels judged by {' or '.join(wording.assessor(one) for one in sorted(kinds))}" if kinds else "",
            "with levels that are not yet to be confirmed anew" if form.fresh else "",
        ]
        who = "people said to be available" if form.available else "people"
        return " ".join((who, *filter(None, said))) if form.available or any(said) else ""


def _listed(names: tuple[str, ...]) -> str:
    return " or ".join(name or "none said" for name in names)
