"""Steps: what was done to an opportunity or a participation, when, by whom and in which role."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import Literal

from gse_skills.records.lexical import day
from gse_skills.store import Change, Row, term
from gse_skills.vocabulary import DCTERMS, GRAPH, GSE, PROV, RDF, Identifier


class StepKind(StrEnum):
    """What can be done.

    >>> StepKind.BEGINNING.iri
    'https://w3id.org/gse-skills/ontology#Beginning'
    """

    OFFERING = "offering"
    CONFIRMATION = "confirmation"
    APPLICATION = "application"
    AGREEMENT = "agreement"
    BEGINNING = "beginning"
    COMPLETION = "completion"
    WITHDRAWAL = "withdrawal"
    REFUSAL = "refusal"

    @property
    def iri(self) -> str:
        """The IRI of the individual in the ontology."""
        return GSE[self.value.capitalize()]


class StepRole(StrEnum):
    """In which role somebody takes a step.

    >>> StepRole.RELEASING_STEWARD.iri
    'https://w3id.org/gse-skills/ontology#ReleasingSteward'
    """

    HOST_STEWARD = "host steward"
    RELEASING_STEWARD = "releasing steward"
    HOST_MEMBER = "host member"
    PARTICIPANT = "participant"

    @property
    def iri(self) -> str:
        """The IRI of the individual in the ontology."""
        return GSE[self.value.title().replace(" ", "")]


_KINDS = {kind.iri: kind for kind in StepKind}
_ROLES = {role.iri: role for role in StepRole}
_KINDS_IN_ORDER, _ROLES_IN_ORDER = tuple(StepKind), tuple(StepRole)


@dataclass(frozen=True, slots=True)
class Step:
    """One step; steps are added and never changed."""

    identifier: Identifier
    kind: StepKind
    role: StepRole
    when: datetime.datetime
    agent: str
    """IRI of an organisation, or of the person who takes part."""
    reason: str = ""
    on_day: datetime.date | None = None
    """On which somebody began or finished."""

    @classmethod
    def now(
        cls, kind: StepKind, role: StepRole, agent: str, *, reason: str = "", on_day: datetime.date | None = None
    ) -> Step:
        """A step taken at this moment."""
        moment = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        return cls(Identifier.mint("step"), kind, role, moment, agent, reason, on_day)


def write_step(step: Step, thing: str, organisation: str, change: Change) -> None:
    """Write a step of a thing, given by its IRI, into an organisation's source graph."""
    said = [
        (RDF.type, term.iri(GSE.Step)),
        (GSE.stepOf, term.iri(thing)),
        (GSE.stepTaken, term.iri(step.kind.iri)),
        (GSE.actedAs, term.iri(step.role.iri)),
        (PROV.startedAtTime, term.date_time(step.when)),
        (PROV.wasAssociatedWith, term.iri(step.agent)),
    ]
    if step.reason:
        said.append((DCTERMS.description, term.literal(step.reason)))
    if step.on_day is not None:
        said.append((GSE.onDay, term.date(step.on_day)))
    graph = term.iri(GRAPH[f"source/{organisation}"])
    for predicate, value in said:
        change.add(term.iri(step.identifier.iri), term.iri(predicate), value, graph)


def read_steps(rows: Iterable[Row]) -> dict[str, tuple[Step, ...]]:
    """The steps among the answers of a query, by IRI of the thing, the first step first."""
    found: dict[str, list[Step]] = {}
    for thing, iri, taken, role, when, agent, reason, on_day in rows:
        step = Step(
            Identifier.from_iri(iri.value),
            _KINDS[taken.value],
            _ROLES[role.value],
            datetime.datetime.fromisoformat(when.value),
            agent.value,
            _text(reason),
            day(on_day.value) if on_day is not None else None,
        )
        found.setdefault(thing.value, []).append(step)
    return {thing: tuple(sorted(steps, key=_order)) for thing, steps in found.items()}


def _order(step: Step) -> tuple[datetime.datetime, int, int, int]:
    # Of one second: in the order in which they can follow one another.
    return step.when, _KINDS_IN_ORDER.index(step.kind), _ROLES_IN_ORDER.index(step.role), step.identifier.value


def _text(said: Literal | None) -> str:
    return "" if said is None else said.value
