"""Whom a file means: its people joined with one another and with those the organisation knows.

A person is known by staff number, else by email address, else by name. A row may carry fewer of the three than another
row of the same person, and this year's sheet more than last year's, so whoever is not found by the first is looked for
by the next among those whom nothing tells apart from them. One person found is that person; none is somebody new;
several are not guessed between.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.leaving import STAYS
from gse_skills.imports.state import UNNAMED, Known
from gse_skills.records import Person
from gse_skills.records.lexical import day
from gse_skills.vocabulary import Identifier

_FACTS = ("name", "email", "unit", "grade", "site", "available", "role", "leaves_on")

Entity = int | str
"""A known person by identifier, or somebody new by the key of the file."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Who the people of a file are; only what the staff number alone does not tell is kept."""

    by_number: Mapping[str, int]
    found: Mapping[str, int]
    """Key of the file to the known person, where not by number."""
    same: Mapping[str, str]
    """Key of the file to the key under which the same person goes."""
    filled: Mapping[str, PersonFacts]
    """What is said of those people, by the key that stays: the gaps of the first filled from the others."""
    unclear: Mapping[str, frozenset[int]]
    """Key of the file to the known people of whom it could be any."""

    def of(self, facts: PersonFacts) -> int | None:
        """The known person whom `facts` are of; None for somebody new."""
        by_number = self.by_number.get(folded_number(facts.identifier)) if facts.identifier else None
        return self.found.get(facts.key) if by_number is None else by_number


def folded_number(number: str) -> str:
    """A staff number as numbers are compared: case and spaces count for nothing.

    >>> folded_number("AB 012")
    'ab012'
    """
    return "".join(number.casefold().split())


def identify(people: Callable[[str], Iterable[PersonFacts]], known: Mapping[int, Known]) -> Identities:
    """Find out who `people` are; called with "staff", "email" or "name" it gives those of the file so keyed."""
    return _Identifier(people, known).run()


def merged(facts: PersonFacts, known: Known | None, organisation: str, *, older: bool = False) -> Person:
    """A person as a file has them.

    What the file does not say stays as it was; so does the rest where the file is older than what is known of where
    they work, but for a number or address that was lacking.
    """
    if known is None:
        identifier, name = Identifier.mint("person"), facts.name or UNNAMED
        card = (facts.unit, facts.grade, facts.site, facts.available)
        person = Person(identifier, organisation, name, facts.identifier, facts.email, *card, role=facts.role)
        return replace(person, leaves_on=_leaving(facts, None))
    person = known.person
    if older:
        return replace(person, staff_number=person.staff_number or facts.identifier, email=person.email or facts.email)
    return replace(
        person,
        name=facts.name or person.name,
        staff_number=_kept(person.staff_number, facts.identifier, folded_number),
        email=_kept(person.email, facts.email, str.casefold),
        unit=facts.unit or person.unit,
        grade=facts.grade or person.grade,
        site=facts.site or person.site,
        available=person.available if facts.available is None else facts.available,
        role=facts.role or person.role,
        leaves_on=_leaving(facts, person.leaves_on),
    )


def _leaving(facts: PersonFacts, known: datetime.date | None) -> datetime.date | None:
    """The day on which somebody leaves, as a file that may say nothing of it has it."""
    if facts.leaves_on is None:
        return known
    return None if facts.leaves_on == STAYS else day(facts.leaves_on)


def _filled(facts: PersonFacts, other: PersonFacts) -> PersonFacts:
    gaps = {name: getattr(other, name) for name in _FACTS if getattr(facts, name) in (None, "")}
    return replace(facts, **gaps)


def _kept(old: str | None, new: str | None, fold: Callable[[str], str]) -> str | None:
    """The old spelling where the new one says the same."""
    return old if old and (not new or fold(new) == fold(old)) else new


@dataclass(slots=True)
class _Identifier:
    people: Callable[[str], Iterable[PersonFacts]]
    known: Mapping[int, Known]
    by_number: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)
    unclear: dict[str, frozenset[int]] = field(default_factory=dict)
    _known_emails: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _known_names: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _told: dict[Entity, PersonFacts] = field(default_factory=dict)
    """What the file says of somebody, as far as others of the file could be the same."""
    _emails: dict[str, set[Entity]] = field(default_factory=lambda: defaultdict(set))
    _names: dict[str, set[Entity]] = field(default_factory=lambda: defaultdict(set))

    def run(self) -> Identities:
        for identifier, known in self.known.items():
            person = known.person
            if person.staff_number:
                self.by_number[folded_number(person.staff_number)] = identifier
            if person.email:
                self._known_emails[person.email.casefold()].append(identifier)
            if person.name != UNNAMED:
                self._known_names[person.name.casefold()].append(identifier)
        self._adopt("staff", self._without_number)
        if any(True for kind in ("email", "name") for _ in self.people(kind)):
            for facts in self.people("staff"):
                self._met(self._entity(facts), facts)
            self._adopt("email", self._without_email)
            for kind, find in (("email", self._by_email), ("name", self._by_name)):
                for entity, facts in list(self._unnumbered(kind, find)):
                    self._met(entity, facts)
        joined = set(self.same.values())
        filled = {facts.key: facts for facts in self._told.values() if facts.key in joined}
        return Identities(self.by_number, self.found, self.same, filled, self.unclear)

    def _adopt(self, kind: str, find: Callable[[PersonFacts], int | None]) -> None:
        """Numbers or addresses that are new, of people who were known without; not where two lay claim to one."""
        claims: dict[int, list[str]] = defaultdict(list)
        for facts in self.people(kind):
            one = find(facts)
            if one is not None:
                claims[one].append(facts.key)
        self.found.update((keys[0], one) for one, keys in claims.items() if len(keys) == 1)

    def _without_number(self, facts: PersonFacts) -> int | None:
        if facts.identifier and folded_number(facts.identifier) in self.by_number:
            return None
        if facts.email and (found := self._here(self._known_emails, facts.email)):
            only = found.pop() if len(found) == 1 else None
        else:
            only = self._namesake(facts)
        return None if only is None or self.known[only].person.staff_number else only

    def _without_email(self, facts: PersonFacts) -> int | None:
        if facts.email and facts.email.casefold() in self._known_emails:
            return None
        return self._namesake(facts)

    def _namesake(self, facts: PersonFacts) -> int | None:
        """The only known person of that name, unless their addresses tell them apart."""
        found = self._here(self._known_names, facts.name)
        if len(found) != 1:
            return None
        (only,) = found
        told = self._told.get(only)
        email = (told and told.email) or self.known[only].person.email
        return None if facts.email and email and email.casefold() != facts.email.casefold() else only

    def _here(self, index: Mapping[str, list[int]], text: str) -> set[int]:
        """The known people of a name or address, unless the file gives them another; those who have left only when
        nobody else is."""
        role = "email" if index is self._known_emails else "name"
        found = {one for one in index.get(text.casefold(), ()) if self._still(one, role, text)}
        return {one for one in found if self.known[one].membership is not None} or found

    def _still(self, identifier: int, role: str, text: str) -> bool:
        told = getattr(self._told.get(identifier), role, None)
        return not told or told.casefold() == text.casefold()

    def _met(self, entity: Entity, facts: PersonFacts) -> None:
        """Keep whom others of the file could be."""
        self._told[entity] = told = _filled(self._told.get(entity, facts), facts)
        if told.email:
            self._emails[told.email.casefold()].add(entity)
        if told.name:
            self._names[told.name.casefold()].add(entity)

    def _entity(self, facts: PersonFacts) -> Entity:
        if facts.identifier and (known := self.by_number.get(folded_number(facts.identifier))) is not None:
            return known
        return self.found.get(facts.key, facts.key)

    def _unnumbered(
        self, kind: str, find: Callable[[PersonFacts], set[Entity]]
    ) -> Iterator[tuple[Entity, PersonFacts]]:
        """Settle the people who come without a staff number; gives those of whom it is clear who they are."""
        for facts in self.people(kind):
            found = find(facts) or {self._entity(facts)}
            if len(found) > 1:
                self.unclear[facts.key] = frozenset(one for one in found if isinstance(one, int))
                continue
            (entity,) = found
            self.found.pop(facts.key, None)
            if entity in self._told:
                self.same[facts.key] = self._told[entity].key
            elif isinstance(entity, int):
                self.found[facts.key] = entity
            yield entity, facts

    def _by_email(self, facts: PersonFacts) -> set[Entity]:
        assert facts.email is not None
        return self._emails.get(facts.email.casefold(), set()) | self._here(self._known_emails, facts.email)

    def _by_name(self, facts: PersonFacts) -> set[Entity]:
        known = self._here(self._known_names, facts.name)
        found = self._names.get(facts.name.casefold(), set()) | known
        alone: set[Entity] = {one for one in known if self._known_by_name_alone(one)}
        return alone if len(found) > 1 and len(alone) == 1 else found

    def _known_by_name_alone(self, identifier: int) -> bool:
        person = self.known[identifier].person
        return not person.staff_number and not person.email
