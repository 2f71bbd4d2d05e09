"""Names of which somebody should make sure whose they are: turned round, or under a number that was somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.state import UNNAMED, Known
from gse_skills.records import Person


@dataclass(frozen=True, slots=True)
class _Bearer:
    name: str
    number: str | None
    email: str | None

    def apart(self, facts: PersonFacts) -> bool:
        """Whether a number or an address tells them from somebody else."""
        return bool((self.number and facts.identifier) or (self.email and facts.email))


@dataclass(frozen=True, slots=True)
class TurnedNames:
    """The names that stand family name first, with a comma, and those that are the same the other way round."""

    turned: Mapping[str, _Bearer] = field(default_factory=dict)
    straight: Mapping[str, _Bearer] = field(default_factory=dict)
    """Only names of which the other way is in `turned`."""

    @classmethod
    def of(cls, people: Callable[[str], Iterable[PersonFacts]], known: Mapping[int, Known]) -> TurnedNames:
        """The names of a file's people, which `people` gives as `identify` wants them, and of those known."""
        turned = {straightened(one.name): one for one in _bearers(people, known) if "," in one.name}
        if not turned:
            return cls()
        straight = ((one.name.casefold(), one) for one in _bearers(people, known) if "," not in one.name)
        return cls(turned, {name: one for name, one in straight if name in turned})

    def other(self, facts: PersonFacts) -> str:
        """The name of `facts` as somebody else bears it, the other way round.

        Empty where nobody does, or where a number or an address tells the two apart.
        """
        side = self.straight if "," in facts.name else self.turned
        found = side.get(straightened(facts.name))
        return "" if found is None or found.apart(facts) else found.name


def _bearers(people: Callable[[str], Iterable[PersonFacts]], known: Mapping[int, Known]) -> Iterator[_Bearer]:
    for one in known.values():
        if one.person.name != UNNAMED:
            yield _Bearer(one.person.name, one.person.staff_number, one.person.email)
    for facts in chain.from_iterable(people(kind) for kind in ("staff", "email", "name")):
        yield _Bearer(facts.name, facts.identifier, facts.email)


def straightened(name: str) -> str:
    """A name with the given name first, as names are compared.

    >>> straightened("Testwick, Marjorie"), straightened("Marjorie Testwick")
    ('marjorie testwick', 'marjorie testwick')
    """
    family, comma, given = name.casefold().partition(",")
    return " ".join(f"{given} {family}".split()) if comma else " ".join(family.split())


def renumbered(facts: PersonFacts, known: Person) -> bool:
    """Whether a person found by staff number comes with another name and another address than they had."""
    if not (facts.identifier and facts.name and facts.email and known.email) or known.name == UNNAMED:
        return False
    same_name = straightened(facts.name) == straightened(known.name)
    return not same_name and facts.email.casefold() != known.email.casefold()
