"""A development goal of a person, and how it is stated: in the source graph of their organisation, never in a view.

A goal is attributed to the person whose it is (`prov:wasAttributedTo`), so that it is told, taken away and erased with
everything else of theirs. It says when it was first set and when it was last stated, and by whom: by the person, or by
their organisation, since stewards are not named.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gse_skills.errors import InputError
from gse_skills.index import require_in_range
from gse_skills.proposals.wording import plain
from gse_skills.records import organisation_iri
from gse_skills.records.lexical import day
from gse_skills.records.view import person_term
from gse_skills.store import term
from gse_skills.vocabulary import DCTERMS, GSE, PROV, RDF, Identifier, Level


class GoalState(StrEnum):
    """How far a goal has come."""

    PLANNED = "planned"
    UNDER_WAY = "under way"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def iri(self) -> str:
        """The IRI of the state's individual in the ontology."""
        return GSE[self.value.title().replace(" ", "")]

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self in (GoalState.PLANNED, GoalState.UNDER_WAY)

    @classmethod
    def named(cls, name: str) -> GoalState:
        """The state so called; raises InputError (rule `unknown-goal-state`).

        >>> GoalState.named("Under way")
        <GoalState.UNDER_WAY: 'under way'>
        """
        said = " ".join(name.casefold().replace("-", " ").split())
        if said in set(cls):
            return cls(said)
        raise InputError(
            f"A goal cannot be “{name}”.", rule="unknown-goal-state", remedy=f"Write one of: {', '.join(cls)}."
        )


@dataclass(frozen=True, slots=True)
class Goal:
    """A skill that a person means to have at a level by a day."""

    identifier: Identifier
    skill: str
    """IRI."""
    level: Level
    begins: datetime.date
    by: datetime.date
    how: str
    """The opportunity or activity, in words."""
    evidence: tuple[str, ...]
    """Links, and references in words."""
    state: GoalState
    created: datetime.datetime
    stated: datetime.datetime
    """When it was last stated as it is."""
    stated_by: str
    """IRI of the person, or of their organisation for a steward."""
    opportunity: str = ""
    """IRI of the opportunity by which to reach it; empty for none."""

    @property
    def digits(self) -> str:
        """The sixteen hexadecimal digits by which it is named."""
        return f"{self.identifier.value:016x}"

    def statements(self, person: str) -> list[tuple[str, str]]:
        """What is said of it, as pairs of predicate and object in N-Triples; `person` is given by their digits."""
        said = [
            (RDF.type, term.iri(GSE.DevelopmentGoal)),
            (PROV.wasAttributedTo, person_term(int(person, 16))),
            (GSE.goalSkill, term.iri(self.skill)),
            (GSE.goalLevel, term.iri(self.level.iri)),
            (GSE.goalBegins, term.date(self.begins)),
            (GSE.goalDue, term.date(self.by)),
            (DCTERMS.description, term.literal(self.how)),
            (GSE.goalState, term.iri(self.state.iri)),
            (DCTERMS.created, term.date_time(self.created)),
            (PROV.generatedAtTime, term.date_time(self.stated)),
            (DCTERMS.creator, term.iri(self.stated_by)),
            *((GSE.evidence, term.literal(piece)) for piece in self.evidence),
            *((GSE.goalOpportunity, term.iri(iri)) for iri in (self.opportunity,) if iri),
        ]
        return [(term.iri(predicate), value) for predicate, value in said]

    @classmethod
    def read(cls, iri: str, said: Mapping[str, Iterable[str]]) -> Goal:
        """The goal that the values of its properties state."""

        def one(name: str) -> str:
            return next(iter(said[name]))

        states = {state.iri: state for state in GoalState}
        return cls(
            Identifier.from_iri(iri),
            one(GSE.goalSkill),
            Level.from_iri(one(GSE.goalLevel)),
            day(one(GSE.goalBegins)),
            day(one(GSE.goalDue)),
            one(DCTERMS.description),
            tuple(sorted(said.get(GSE.evidence, ()))),
            states[one(GSE.goalState)],
            datetime.datetime.fromisoformat(one(DCTERMS.created)),
            datetime.datetime.fromisoformat(one(PROV.generatedAtTime)),
            one(DCTERMS.creator),
            next(iter(said.get(GSE.goalOpportunity, ())), ""),
        )


def checked_how(text: str) -> str:
    """What is to be done, in words; raises InputError (rules `how-missing`, `text-too-long`)."""
    said = plain(text, "text")
    if not said:
        raise InputError(
            "Nothing says how the goal is to be reached.",
            rule="how-missing",
            remedy="Say in a line what you will do: a course, a placement, a piece of work.",
        )
    return said


def checked_days(begins: datetime.date, by: datetime.date) -> None:
    """Raise InputError (rules `dates-out-of-order`, `day-out-of-range`) for days that make no goal."""
    require_in_range(begins, by)
    if by < begins:
        raise InputError(
            f"The goal is due on {by}, before it begins on {begins}.",
            rule="dates-out-of-order",
            remedy="Give a day by which to reach it that is not before the day on which it begins.",
        )


def author_iri(organisation: str, person: str, *, themself: bool) -> str:
    """Who states a goal: the person, or in the name of their organisation a steward."""
    return Identifier("person", int(person, 16)).iri if themself else organisation_iri(organisation)
