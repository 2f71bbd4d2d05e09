"""One person, as far as a caller may see them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from gse_skills.access import Access
from gse_skills.errors import NotFoundError
from gse_skills.records import organisation_slug
from gse_skills.records.lexical import day
from gse_skills.store import Query, Store
from gse_skills.vocabulary import FOAF, GSE, ORG, Basis, Identifier, Level

_DIGITS = re.compile("[0-9a-f]{16}")
_SHORTEST_NAME = 2
"""Letters; fewer would be found in nearly every name."""


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A current record of a person."""

    record: str
    skill: str
    level: Level
    basis: Basis
    assessed_on: datetime.date


@dataclass(frozen=True, slots=True)
class Card:
    """What the views say of a person beside their skills."""

    person: str
    name: str
    organisation: str
    """Slug."""
    unit: str | None
    grade: str | None
    site: str | None
    available: bool | None
    role: str | None = None
    """IRI of the person's own role; None when nobody has said."""


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """A person with the current records that the caller may see, highest level first, then newest."""

    card: Card
    skills: tuple[HeldSkill, ...]


def read_cards(people: Sequence[str], views: Sequence[str], store: Store) -> dict[str, Card]:
    """The cards of people, by IRI; those whom the views do not show are left out."""
    facts: dict[str, dict[str, str]] = {}
    # A card is the same in every view that has it, and most people are in the last, which is the least public.
    for view in reversed(views):
        shown = [(NamedNode(view), NamedNode(person)) for person in people if person not in facts]
        for person, property_, value in store.select(Query("cards"), shown=shown) if shown else ():
            facts.setdefault(person.value, {})[property_.value] = value.value
    return {person: _card(person, said) for person, said in facts.items()}


def _card(person: str, said: dict[str, str]) -> Card:
    available = said.get(GSE.availability)
    return Card(
        person,
        said[FOAF.name],
        organisation_slug(said[ORG.memberOf]),
        said.get(GSE.unit),
        said.get(GSE.grade),
        said.get(GSE.site),
        None if available is None else available == GSE.Available,
        said.get(GSE.ownRole),
    )


def read_person(identifier: str, access: Access, store: Store) -> PersonAnswer:
    """The person with that identifier, the sixteen hexadecimal digits of their IRI.

    Raises NotFoundError (rule `unknown-person`), the same for a person who is hidden as for one who is not there.
    """
    if not _DIGITS.fullmatch(identifier):
        raise unknown_person()
    iri = Identifier("person", int(identifier, 16)).iri
    card = read_cards([iri], access.views, store).get(iri)
    if card is None:
        raise unknown_person()
    query = Query("records_of_person")
    rows = (row for view in access.views for row in store.select(query, view=NamedNode(view), person=NamedNode(iri)))
    held = [
        HeldSkill(
            record.value, skill.value, Level.from_iri(level.value), Basis.from_iri(basis.value), day(assessed.value)
        )
        for record, skill, level, basis, assessed in rows
    ]
    held.sort(key=lambda skill: (-skill.level, -skill.assessed_on.toordinal(), skill.skill))
    return PersonAnswer(card, tuple(held))


def find_people(name: str, access: Access, store: Store) -> tuple[Card, ...]:
    """The people shown to a caller in whose names words begin as all words of a text, by name.

    Fewer than two letters find nobody.

    Somebody who is hidden makes no difference to it.
    """
    words = sorted(name.casefold().split(), key=len, reverse=True)
    if not words or len(words[0]) < _SHORTEST_NAME:
        return ()
    piece, query = Literal(words[0]), Query("people_named")
    found = {row[0].value for view in access.views for row in store.select(query, view=NamedNode(view), piece=piece)}
    cards = read_cards(sorted(found), access.views, store).values()
    named = ((card, card.name.casefold().split()) for card in cards)
    fits = [card for card, parts in named if all(any(part.startswith(word) for part in parts) for word in words)]
    return tuple(sorted(fits, key=lambda card: (card.name.casefold(), card.organisation, card.person)))


def unknown_person() -> NotFoundError:
    """The error for a person who is hidden and for one who is not there: the same."""
    return NotFoundError(
        "No person with that identifier is visible to you.",
        rule="unknown-person",
        remedy="Check the identifier, or sign in with an account that may see them.",
    )
