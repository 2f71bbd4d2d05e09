"""What one person holds, of every concept: read from the index by person, closed upwards, and over mappings.

The rule is that of every question: of all records at or below a concept the best counts, by level, then by how it was
judged, then by day. Over a mapping to the same or to a broader concept of another scheme a level counts there too; a
close mapping only eases what is missing. What somebody sees of a person is what their views show; a person sees all of
their own.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from pyoxigraph import NamedNode

from gse_skills.access import Access
from gse_skills.capability import holding_on, known_records, not_whole
from gse_skills.framework import ONTOLOGY, Framework
from gse_skills.index import Columns, Index, day_of, require_told
from gse_skills.index.columns import OPEN
from gse_skills.people import Card, read_cards, unknown_person
from gse_skills.rebuild import PUBLISHED
from gse_skills.register import Register, today
from gse_skills.store import Query, Store
from gse_skills.vocabulary import SKOS, Audience, Basis, Identifier, Level


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A record of the person, as the index has it."""

    skill: str
    """IRI."""
    level: Level
    basis: Basis
    assessed_on: datetime.date
    until: datetime.date | None = None
    """None while it holds."""

    @property
    def rank(self) -> tuple[int, int, int]:
        """The better the higher: level, basis, day."""
        return int(self.level), int(self.basis), self.assessed_on.toordinal()

    def holds_on(self, day: datetime.date | None) -> bool:
        """Whether it holds on a day, as known now; now for None."""
        if day is None:
            return self.until is None
        return self.assessed_on <= day and (self.until is None or self.until > day)


@dataclass(frozen=True, slots=True)
class Held:
    """The best that is held of a concept, and the record that says so."""

    record: PersonRecord
    mapped: str = ""
    """IRI of the concept over whose mapping it counts; empty within one scheme."""

    @property
    def level(self) -> Level:
        """The level held."""
        return self.record.level


@dataclass(frozen=True, slots=True)
class Holding:
    """Everything that one person holds, as far as the caller may see it."""

    best: Mapping[str, Held]
    """By IRI of each concept at or above a record."""
    close: Mapping[str, Held] = field(default_factory=dict)
    """By IRI of concepts to which something that is held is only closely mapped: it does not count, it eases."""

    def level(self, concept: str) -> int:
        """0 where there is no record at or below the concept, else 1 to 4."""
        held = self.best.get(concept)
        return int(held.level) if held else 0

    def of(self, concepts: Sequence[str]) -> Held | None:
        """The best that is held of any of these."""
        known = [self.best[concept] for concept in concepts if concept in self.best]
        return max(known, key=lambda held: held.record.rank, default=None)


def views_of(access: Access, digits: str) -> tuple[str, ...]:
    """The views that show the caller a person: theirs, and for the person also their organisation's own."""
    if access.home is None or access.person != digits:
        return access.views
    own = Audience.PRIVATE.view(access.home)
    return access.views if own in access.views else (*access.views, own)


def sees_all(access: Access, card: Card) -> bool:
    """Whether the caller sees every record of a person."""
    return Audience.PRIVATE.view(card.organisation) in views_of(access, card.person.rpartition("/")[2])


def find_card(register: Register, access: Access, digits: str) -> Card:
    """The card of a person; raises NotFoundError (rule `unknown-person`) for a hidden one as for one who is not."""
    if len(digits) != 16 or set(digits) - set("0123456789abcdef"):
        raise unknown_person()
    iri = Identifier("person", int(digits, 16)).iri
    # The index knows which views show somebody, so that the store is asked for no others.
    index, place = register.state.index, place_of(register.state.index, digits)
    showing = [view for view in views_of(access, digits) if place is not None and _shows(index, view, place)]
    card = read_cards([iri], showing[-1:], register.store).get(iri)
    if card is None:
        raise unknown_person()
    return card


def holding_of(
    register: Register,
    access: Access,
    digits: str,
    *,
    as_of: datetime.date | None = None,
    known_at: datetime.date | None = None,
) -> Holding:
    """What a person holds whom the caller sees, today or on a day; mappings to other schemes included.

    As known now, or as it was known at the end of `known_at`, which is then also the day where `as_of` names none.
    Raises InputError (`day-to-come`, `before-any-record`), and RefusedError (`not-whole`) where `known_at` is asked by
    somebody who does not see all records of the person.
    """
    require_told(today(), as_of, known_at)
    state, views = register.state, views_of(access, digits)
    if as_of is None and known_at is None:
        known = records_of(state.index, views, state.framework, digits)
        records = [one for one in known if one.until is None]
    else:
        if known_at is None:
            history = _history(state.index, views, digits)
        else:
            card = find_card(register, access, digits)
            if not sees_all(access, card):
                raise not_whole()
            history = known_records(register.store, state.framework, card.organisation, known_at, card.person)
        rows = holding_on(history, as_of or known_at or today(), state.standing)
        records = [_record(rows, row, state.framework) for row in range(len(rows))]
    return close_over(records, state.framework, register.store)


def _history(index: Index, views: Sequence[str], digits: str) -> Columns:
    """The records of a person that some views show, current and ended, also those that do not count."""
    place, found = place_of(index, digits), Columns.empty()
    for side in (index.current, index.ended, index.beside):
        for partition in (side[view] for view in views if view in side and place is not None):
            rows = np.flatnonzero(partition.person == place)
            if len(rows):
                found = found.plus(partition.columns(index.people).take(rows))
    return found


def _record(rows: Columns, row: int, framework: Framework) -> PersonRecord:
    until = int(rows.until[row])
    return PersonRecord(
        framework.iris[int(rows.skill[row])],
        Level(int(rows.level[row])),
        Basis(int(rows.basis[row])),
        day_of(int(rows.assessed[row])),
        None if until == int(OPEN) else day_of(until),
    )


def close_over(records: Sequence[PersonRecord], framework: Framework, store: Store) -> Holding:
    """What follows from some records that hold: of every concept above them, and of what these are mapped to."""
    best: dict[str, Held] = {}
    close: dict[str, Held] = {}
    for record in records:
        for concept in framework.ancestors(record.skill):
            _better(best, concept, Held(record))
    if len(framework.schemes.keys() - {ONTOLOGY}) < 2:
        return Holding(best)
    own = dict(best)
    for concept, relation, other in counterparts(store, sorted(own)):
        if other not in framework:
            continue
        held = Held(own[concept].record, concept)
        if relation in (SKOS.exactMatch, SKOS.broadMatch):
            for above in framework.ancestors(other):
                _better(best, above, held)
        elif relation == SKOS.closeMatch:
            _better(close, other, held)
    return Holding(best, close)


def counterparts(store: Store, concepts: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Concept, mapping relation and concept of another scheme, for each mapping of some concepts; none is `related`.

    Sorted, so that of two mappings that give as much always the same one is told.
    """
    if not concepts:
        return
    asked = [NamedNode(concept) for concept in concepts]
    rows = store.select(Query("counterparts"), view=NamedNode(PUBLISHED), concepts=asked)
    yield from sorted((concept.value, relation.value, other.value) for concept, relation, other in rows)


def records_of(index: Index, views: Sequence[str], framework: Framework, digits: str) -> tuple[PersonRecord, ...]:
    """All records of a person that some views show, current and ended, each once, the newest first."""
    place = place_of(index, digits)
    if place is None:
        return ()
    found: dict[int, PersonRecord] = {}
    for side in (index.current, index.ended, index.beside):
        for partition in (side[view] for view in views if view in side):
            # The columns lie in order of skill; one pass over the numbers of people takes a millisecond a million.
            rows = np.flatnonzero(partition.person == place)
            skills = np.searchsorted(partition.offsets, rows, side="right") - 1
            for row, skill in zip(rows.tolist(), skills.tolist(), strict=True):
                found[int(partition.record[row])] = PersonRecord(
                    framework.iris[skill],
                    Level(int(partition.level[row])),
                    Basis(int(partition.basis[row])),
                    day_of(int(partition.assessed[row])),
                    None if partition.until is None else day_of(int(partition.until[row])),
                )
    return tuple(sorted(found.values(), key=lambda one: (-one.assessed_on.toordinal(), one.skill, -one.level)))


def place_of(index: Index, digits: str) -> int | None:
    """The number of a person in the index; None when it does not know them."""
    identifier = np.uint64(int(digits, 16))
    place = int(np.searchsorted(index.people.identifier, identifier))
    return place if place < len(index.people) and index.people.identifier[place] == identifier else None


def _shows(index: Index, view: str, place: int) -> bool:
    if view not in index.current:
        return False
    members = index.current[view].members
    at = int(np.searchsorted(members, place))
    return at < len(members) and int(members[at]) == place


def _better(known: dict[str, Held], concept: str, held: Held) -> None:
    former = known.get(concept)
    if former is None or held.record.rank > former.record.rank:
        known[concept] = held
