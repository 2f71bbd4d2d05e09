"""Whom a file means: its people joined with one another and with those the organisation knows.

A person is known by staff number, else by email address, else by name. A row may carry fewer of the three than another
row of the same person, and this year's sheet more than last year's, so whoever is not found by the first is looked for
by the next among those whom nothing tells apart from them. One person found is that person; none is somebody new;
several are not guessed between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.state import UNNAMED, Known

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
    _emails: dict[str, list[PersonFacts]] = field(default_factory=lambda: defaultdict(list))
    """The people of the file by email, as far as others of the file could be one of them."""
    _names: dict[str, list[PersonFacts]] = field(default_factory=lambda: defaultdict(list))
    _keys: dict[int, str] = field(default_factory=dict)
    """Under which key a known person goes."""

    def run(self) -> Identities:
        for identifier, known in self.known.items():
            person = known.person
            if person.staff_number:
                self.by_number[folded_number(person.staff_number)] = identifier
            if person.email:
                self._known_emails[person.email.casefold()].append(identifier)
            if person.name != UNNAMED:
                self._known_names[person.name.casefold()].append(identifier)
        self._adopt()
        if any(True for kind in ("email", "name") for _ in self.people(kind)):
            for facts in self.people("staff"):
                self._met(facts)
            for kind, find in (("email", self._by_email), ("name", self._by_name)):
                fresh = list(self._unnumbered(kind, find))
                for facts in fresh:
                    self._met(facts)
        return Identities(self.by_number, self.found, self.same, self.unclear)

    def _adopt(self) -> None:
        """Numbers that are new, of people who were known without one."""
        claims: dict[int, list[str]] = defaultdict(list)
        for facts in self.people("staff"):
            if facts.identifier and folded_number(facts.identifier) not in self.by_number:
                one = self._without_number(facts)
                if one is not None:
                    claims[one].append(facts.key)
        self.found.update((keys[0], one) for one, keys in claims.items() if len(keys) == 1)

    def _without_number(self, facts: PersonFacts) -> int | None:
        if facts.email and (found := self._here(self._known_emails, facts.email)):
            only = found.pop() if len(found) == 1 else None
        else:
            only = self._namesake(facts)
        return None if only is None or self.known[only].person.staff_number else only

    def _namesake(self, facts: PersonFacts) -> int | None:
        """The only known person of that name, unless their addresses tell them apart."""
        found = self._here(self._known_names, facts.name)
        if len(found) != 1:
            return None
        only = found.pop()
        email = self.known[only].person.email
        return None if facts.email and email and email.casefold() != facts.email.casefold() else only

    def _here(self, index: Mapping[str, list[int]], text: str) -> set[int]:
        """The known people of a name or address; those who have left only when nobody else is."""
        found = index.get(text.casefold(), ())
        return {one for one in found if self.known[one].membership is not None} or set(found)

    def _met(self, facts: PersonFacts) -> None:
        """Keep whom others of the file could be."""
        entity = self._entity(facts)
        if isinstance(entity, int):
            self._keys.setdefault(entity, facts.key)
        if facts.email:
            self._emails[facts.email.casefold()].append(facts)
        if facts.name:
            self._names[facts.name.casefold()].append(facts)

    def _entity(self, facts: PersonFacts) -> Entity:
        if facts.identifier and (known := self.by_number.get(folded_number(facts.identifier))) is not None:
            return known
        return self.found.get(facts.key, facts.key)

    def _unnumbered(self, kind: str, find: Callable[[PersonFacts], set[Entity]]) -> Iterator[PersonFacts]:
        """Settle the people who come without a staff number; gives those who stand for themselves."""
        for facts in self.people(kind):
            found = find(facts)
            if len(found) > 1:
                self.unclear[facts.key] = frozenset(one for one in found if isinstance(one, int))
                continue
            entity = found.pop() if found else facts.key
            key = self._keys.setdefault(entity, facts.key) if isinstance(entity, int) else entity
            if key != facts.key:
                self.same[facts.key] = key
                continue
            if isinstance(entity, int):
                self.found[facts.key] = entity
            yield facts

    def _by_email(self, facts: PersonFacts) -> set[Entity]:
        assert facts.email is not None
        found: set[Entity] = {self._entity(other) for other in self._emails.get(facts.email.casefold(), ())}
        found |= self._here(self._known_emails, facts.email)
        if found:
            return found
        # The address is new: of somebody known by name who had none, or of nobody yet.
        others = {self._entity(other) for other in self._names.get(facts.name.casefold(), ()) if not other.email}
        known = self._namesake(facts)
        found = others if known is None else others | {known}
        return found if len(found) == 1 else set()

    def _by_name(self, facts: PersonFacts) -> set[Entity]:
        known = self._here(self._known_names, facts.name)
        found = {self._entity(other) for other in self._names.get(facts.name.casefold(), ())} | known
        if len(found) > 1:
            alone = {one for one in known if self._known_by_name_alone(one)}
            return set(alone) if len(alone) == 1 else found
        return found

    def _known_by_name_alone(self, identifier: int) -> bool:
        person = self.known[identifier].person
        return not person.staff_number and not person.email
