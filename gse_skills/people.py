"""One person, as far as a caller may see them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from gse_skills.access import Access
from gse_skills.errors import NotFoundError
from gse_skills.records import organisation_slug
from gse_skills.records.lexical import availability_flag, day
from gse_skills.store import Query, Store
from gse_skills.vocabulary import Basis, Identifier, Level

_DIGITS = re.compile("[0-9a-f]{16}")


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


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """A person with the current records that the caller may see, highest level first, then newest."""

    card: Card
    skills: tuple[HeldSkill, ...]


def read_cards(people: Sequence[str], views: Sequence[str], store: Store) -> dict[str, Card]:
    """The cards of people, by IRI; those whom the views do not show are left out."""
    rows = store.select(Query("cards"), views=[NamedNode(v) for v in views], people=[NamedNode(p) for p in people])
    cards = {}
    for person, name, organisation, unit, grade, site, availability in rows:
        flag = availability_flag(availability)
        unit, grade, site = (term and term.value for term in (unit, grade, site))
        slug = organisation_slug(organisation.value)
        available = None if flag == 0 else flag == 1
        cards[person.value] = Card(person.value, name.value, slug, unit, grade, site, available)
    return cards


def read_person(identifier: str, access: Access, store: Store) -> PersonAnswer:
    """The person with that identifier, the sixteen hexadecimal digits of their IRI.

    Raises NotFoundError (rule `unknown-person`), the same for a person who is hidden as for one who is not there.
    """
    unknown = NotFoundError(
        "No person with that identifier is visible to you.",
        rule="unknown-person",
        remedy="Check the identifier, or sign in with an account that may see them.",
    )
    if not _DIGITS.fullmatch(identifier):
        raise unknown
    iri = Identifier("person", int(identifier, 16)).iri
    card = read_cards([iri], access.views, store).get(iri)
    if card is None:
        raise unknown
    views = [NamedNode(view) for view in access.views]
    rows = store.select(Query("records_of_person"), views=views, person=NamedNode(iri))
    held = [
        HeldSkill(
            record.value, skill.value, Level.from_iri(level.value), Basis.from_iri(basis.value), day(assessed.value)
        )
        for record, skill, level, basis, assessed in rows
    ]
    held.sort(key=lambda skill: (-skill.level, -skill.assessed_on.toordinal(), skill.skill))
    return PersonAnswer(card, tuple(held))
