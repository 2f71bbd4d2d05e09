"""That a person applied for an opportunity, and what became of it.

It is personal data and stands in one place, the source graph of the person's organisation: so it is told, taken away
and erased with everything else that is kept of them. The host sees it through its doors, and keeps no copy.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from gse_skills.opportunity.step import Step, StepKind, StepRole, read_steps
from gse_skills.records.view import person_term
from gse_skills.store import Change, Query, Store, term
from gse_skills.vocabulary import DCTERMS, GRAPH, GSE, PROV, RDF, Identifier

_SOURCE = GRAPH["source/"]


class Stage(StrEnum):
    """Where a participation stands."""

    APPLIED = "applied"
    AGREED = "agreed"
    STARTED = "started"
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"

    @property
    def takes_place(self) -> bool:
        """Whether it takes one of the places."""
        return self in (Stage.AGREED, Stage.STARTED, Stage.FINISHED)

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it."""
        return self in (Stage.FINISHED, Stage.WITHDRAWN, Stage.DECLINED)


_LAST = {
    StepKind.BEGINNING: Stage.STARTED,
    StepKind.COMPLETION: Stage.FINISHED,
    StepKind.WITHDRAWAL: Stage.WITHDRAWN,
    StepKind.REFUSAL: Stage.DECLINED,
}


@dataclass(frozen=True, slots=True)
class Participation:
    """A person's participation in an opportunity."""

    identifier: Identifier
    opportunity: str
    """IRI."""
    host: str
    """Slug of the organisation that offers it; empty where it is not known."""
    home: str
    """Slug of the person's organisation."""
    person: str
    """IRI."""
    applied: datetime.datetime
    text: str = ""
    """Why they want to take part."""
    steps: tuple[Step, ...] = ()
    """The first one first."""

    @property
    def digits(self) -> str:
        """The sixteen hexadecimal digits by which it is named."""
        return f"{self.identifier.value:016x}"

    @property
    def sides(self) -> tuple[StepRole, ...]:
        """Whose agreement it needs: that of the host, and of the organisation that lets somebody go to another."""
        return (
            (StepRole.HOST_STEWARD,) if self.host == self.home else (StepRole.HOST_STEWARD, StepRole.RELEASING_STEWARD)
        )

    @property
    def agreed(self) -> frozenset[StepRole]:
        """The sides that have agreed."""
        return frozenset(step.role for step in self.steps if step.kind is StepKind.AGREEMENT)

    @property
    def stage(self) -> Stage:
        """Where it stands, by its steps."""
        for step in reversed(self.steps):
            if step.kind in _LAST:
                return _LAST[step.kind]
        return Stage.AGREED if self.agreed >= set(self.sides) else Stage.APPLIED

    def day_of(self, kind: StepKind) -> datetime.date | None:
        """The day on which the person began or finished."""
        return next((step.on_day for step in self.steps if step.kind is kind), None)


def write_participation(one: Participation, change: Change) -> None:
    """Write a new participation, its steps apart."""
    said = [
        (RDF.type, term.iri(GSE.Participation)),
        (GSE.participatesIn, term.iri(one.opportunity)),
        (PROV.wasAttributedTo, person_term(int(one.person[-16:], 16))),
        (PROV.generatedAtTime, term.date_time(one.applied)),
    ]
    if one.text:
        said.append((DCTERMS.description, term.literal(one.text)))
    for predicate, value in said:
        change.add(term.iri(one.identifier.iri), term.iri(predicate), value, term.iri(_SOURCE + one.home))


def read_participations(store: Store, hosts: dict[str, str]) -> tuple[Participation, ...]:
    """Everybody's participations, the newest first; `hosts` gives the host's slug by IRI of the opportunity."""
    steps = read_steps(store.select(Query("participation_steps")))
    found = [
        Participation(
            Identifier.from_iri(iri.value),
            opportunity.value,
            hosts.get(opportunity.value, ""),
            source.value.removeprefix(_SOURCE),
            person.value,
            datetime.datetime.fromisoformat(when.value),
            text.value if text is not None else "",
            steps.get(iri.value, ()),
        )
        for source, iri, opportunity, person, when, text in store.select(Query("participations"))
    ]
    return tuple(sorted(found, key=lambda one: (-one.applied.timestamp(), one.identifier)))
