"""What is known of an organisation before an import: its people, their memberships, and their current records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from gse_skills.imports.assertion import PersonFacts
from gse_skills.index import Columns, Index, day_of
from gse_skills.records import Person, SkillRecord
from gse_skills.records.lexical import record_value
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, GSE, Audience, Basis, Identifier, Level


@dataclass(frozen=True, slots=True)
class Known:
    """A person whom the organisation has recorded."""

    person: Person
    membership: int | None
    """The current membership, or None when the person has left."""


@dataclass(slots=True)
class OrganisationState:
    """The state of one organisation at one commit."""

    organisation: str
    people: dict[int, Known]
    records: Columns
    """Current records sorted by person."""
    views: NDArray[np.int32]
    """The view of each record, by position in `audiences`."""
    audiences: tuple[Audience, ...]
    by_number: dict[str, int] = field(default_factory=dict)
    by_email: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, int | None] = field(default_factory=dict)
    """None where two people share a name."""

    def __post_init__(self) -> None:
        for identifier, known in self.people.items():
            person = known.person
            if person.staff_number:
                self.by_number[person.staff_number.casefold()] = identifier
            if person.email:
                self.by_email[person.email.casefold()] = identifier
            name = person.name.casefold()
            self.by_name[name] = None if name in self.by_name else identifier

    def find(self, facts: PersonFacts) -> Known | None:
        """The person of whom a row speaks: by staff number, else by email, else by a name that only one person has."""
        if facts.identifier:
            found = self.by_number.get(facts.identifier.casefold())
        elif facts.email:
            found = self.by_email.get(facts.email.casefold())
        else:
            found = self.by_name.get(facts.name.casefold())
        return None if found is None else self.people[found]

    def records_of(self, person: int) -> list[SkillRecord]:
        """A person's current records."""
        columns = self.records
        key = np.uint64(person)
        start = int(np.searchsorted(columns.person, key, "left"))
        end = int(np.searchsorted(columns.person, key, "right"))
        return [
            SkillRecord(
                int(columns.record[i]),
                person,
                int(columns.skill[i]),
                Level(int(columns.level[i])),
                Basis(int(columns.basis[i])),
                day_of(int(columns.assessed[i])),
                self.audiences[self.views[i]],
            )
            for i in range(start, end)
        ]


def read_state(store: Store, index: Index, organisation: str) -> OrganisationState:
    """Read an organisation's state; the records come from the index, the people from the source graph."""
    columns, views = index.records_of(organisation)
    return OrganisationState(
        organisation,
        {known.person.identifier.value: known for known in read_people(store, organisation)},
        columns,
        views,
        tuple(_audience(view) for view in sorted(index.current)),
    )


def _audience(view: str) -> Audience:
    name = view.removeprefix(GRAPH["view/"])
    return Audience.PRIVATE if name.startswith("organisation/") else Audience(name)


def read_people(store: Store, organisation: str) -> Iterator[Known]:
    """The people whom an organisation has recorded, those who left included."""
    source = NamedNode(GRAPH[f"source/{organisation}"])
    memberships = {}
    for row in store.select(Query("current_memberships"), source=source):
        membership, person, unit, grade, site, availability = (term and term.value for term in row)
        available = None if availability is None else availability == GSE.Available
        memberships[person] = (record_value(membership), unit, grade, site, available)
    for row in store.select(Query("people_of_source"), source=source):
        iri, name, number, mailbox, audience = (term and term.value for term in row)
        membership, unit, grade, site, available = memberships.get(iri, (None, None, None, None, None))
        person = Person(
            Identifier.from_iri(iri),
            organisation,
            name,
            number,
            mailbox and mailbox.removeprefix("mailto:"),
            unit,
            grade,
            site,
            available,
            Audience.from_iri(audience) if audience else None,
        )
        yield Known(person, membership)
