"""The answer to "who has which skill": people with the reason why each is there, and what is known of everybody."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from gse_skills.experts.question import ExpertsQuestion
from gse_skills.framework import Concept
from gse_skills.index import Facets
from gse_skills.people import Card
from gse_skills.vocabulary import Basis, Level


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain that explains a hit."""

    kind: str
    """`stated` (the department's phrase), `matched` (to a concept, and how), `broader` (counts for this one above)."""
    label: str
    iri: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A concept that was asked for."""

    concept: Concept
    min_level: Level
    branch: tuple[str, ...]
    """Labels of the branch within which people count as mapped."""


@dataclass(frozen=True, slots=True)
class Held:
    """The best record that a person has of one of the skills asked for."""

    asked: str
    """IRI of the concept asked for."""
    record: str
    level: Level
    basis: Basis
    assessed_on: datetime.date
    age_days: int
    skill: str
    """IRI of the concept recorded; it may be narrower than the one asked for."""
    why: tuple[Step, ...] = ()
    reconfirm_by: datetime.date | None = None
    """The day by which the judgement is to be confirmed anew."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A person who has it, with what they hold of the skills asked for, in the order asked; one at least."""

    card: Card
    held: tuple[Held, ...]

    @property
    def record(self) -> str:
        """IRI of the first one's record; as with the properties below, all there is where one skill was asked for."""
        return self.held[0].record

    @property
    def level(self) -> Level:
        """Its level."""
        return self.held[0].level

    @property
    def basis(self) -> Basis:
        """How it was judged."""
        return self.held[0].basis

    @property
    def assessed_on(self) -> datetime.date:
        """When it was judged."""
        return self.held[0].assessed_on

    @property
    def age_days(self) -> int:
        """How long ago."""
        return self.held[0].age_days

    @property
    def skill(self) -> str:
        """IRI of the concept recorded."""
        return self.held[0].skill

    @property
    def reconfirm_by(self) -> datetime.date | None:
        """The day by which the judgement is to be confirmed anew."""
        return self.held[0].reconfirm_by

    @property
    def why(self) -> tuple[Step, ...]:
        """Why it counts."""
        return self.held[0].why


@dataclass(frozen=True, slots=True)
class Split:
    """The people of one organisation, by what is known: unknown is not none."""

    organisation: str
    has: int
    below: int
    """Assessed, below the level asked; of several, they hold all (or any) of them, and one at least below its level."""
    without: int
    """Mapped in this branch of the framework, without this skill; of several, so of one at least (of each, for any)."""
    not_mapped: int
    """Nothing recorded in this branch: nobody has asked them, as far as is known. Of several, in that of one."""


@dataclass(frozen=True, slots=True)
class ExpertsAnswer:
    """The answer: the first or next page of hits, and the split of everybody whom the caller may see."""

    asked: tuple[Asked, ...]
    question: ExpertsQuestion
    total: int
    hits: tuple[Hit, ...]
    splits: tuple[Split, ...]
    first_rank: int
    """The rank of the first hit, from 1."""
    next_cursor: str | None
    facets: Facets | None = None

    @property
    def concept(self) -> Concept:
        """The first concept asked for."""
        return self.asked[0].concept

    @property
    def branch(self) -> tuple[str, ...]:
        """Labels of the branch within which people count as mapped for the first concept."""
        return self.asked[0].branch

    @property
    def concepts(self) -> list[str]:
        """IRIs of the concepts asked for."""
        return [one.concept.iri for one in self.asked]

    @property
    def people(self) -> tuple[tuple[str, str], ...]:
        """Whom it shows: the slug of an organisation and an IRI each."""
        return tuple((hit.card.organisation, hit.card.person) for hit in self.hits)
