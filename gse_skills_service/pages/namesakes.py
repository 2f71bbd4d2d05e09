"""The people whom somebody may mean who typed a name into a form, of those whom they see."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gse_skills.access import Access
from gse_skills.audit import Action, Witness
from gse_skills.people import Card, find_people, read_cards
from gse_skills.register import Register
from gse_skills.vocabulary import ID
from gse_skills_service.pages.form import Reading
from gse_skills_service.pages.frame import FieldName, Option

_MOST = 20
"""Offered at once; more words of the name make them fewer."""


@dataclass(frozen=True, slots=True)
class Namesakes:
    """What a form offers to choose from, and what was chosen: digits, empty where it is still to be chosen."""

    people: tuple[Option, ...] = ()
    chosen: str = ""
    name: str = ""
    """Of the only one."""
    total: int = 0
    """How many there are; only the first are offered."""


def find_namesakes(
    register: Register, access: Access, witness: Witness, typed: str, chosen: str = "", organisation: str | None = None
) -> Namesakes:
    """Whom a text may mean: digits, an address that ends with them, or words of a name.

    `chosen` are the digits of one who was offered before. With `organisation` only its people are meant. Somebody whom
    the caller does not see is not told apart from nobody; what is told stands in the log.
    """
    said = chosen or digits(typed)
    named = not is_digits(said)
    if named:
        found = find_people(typed, access, register.store)
    else:
        found = tuple(read_cards([ID[f"person/{said}"]], access.views, register.store).values())
    meant = [card for card in found if organisation in (None, card.organisation)]
    # Whoever is asked about is most often a colleague at home.
    cards = sorted(meant, key=lambda card: card.organisation != access.home)[:_MOST]
    witness.saw(Action.SEARCH_EXPERTS, [(card.organisation, card.person) for card in cards])
    names = {one.slug: one.name for one in register.state.organisations}
    people = tuple(Option(digits(card.person), _words(card, names)) for card in cards)
    name = cards[0].name if len(cards) == 1 else ""
    # Part of a name, of however few, is nobody's name.
    sure = name != "" and (not named or name.casefold() == typed.strip().casefold())
    return Namesakes(people, people[0].value if sure else "", name, len(meant))


def read_namesake(
    reading: Reading,
    field: FieldName,
    typed: str,
    found: Namesakes,
    what: str,
    instead: str = "another part of the name",
) -> str:
    """The digits of whom somebody means; tells that none was named, that none is known and what to enter `instead`, or
    that one is to be chosen."""
    if found.chosen:
        return found.chosen
    if not typed.strip():
        reading.text(field, typed, what)
    elif not found.people:
        reading.blame(field, f"You are shown nobody of that name. Enter {instead}")
    else:
        more = f". The first {_MOST} of {found.total:,} are shown: enter more of the name to see others"
        reading.blame(FieldName.CHOSEN, "Choose whom you mean" + (more if found.total > _MOST else ""))
    return ""


def digits(text: str) -> str:
    """The digits of a person from what somebody pasted: these, or an address that ends with them.

    >>> digits("https://example.org/id/person/00000000000000FF/ "), digits("00000000000000ff")
    ('00000000000000ff', '00000000000000ff')
    """
    return text.strip().rstrip("/").rpartition("/")[2].lower()


def is_digits(text: str) -> bool:
    """Whether a text is the identifier of a person and no name."""
    return re.fullmatch("[0-9a-f]{16}", text) is not None


def _words(card: Card, names: dict[str, str]) -> str:
    return ", ".join(filter(None, (card.name, names.get(card.organisation, card.organisation), card.unit, card.site)))
