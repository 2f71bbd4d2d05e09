"""Invented names: no two the same, and nobody's."""

from __future__ import annotations

from itertools import islice

from gse_skills.demo import names
from gse_skills.demo.dice import Dice

# The commonest surnames of the United Kingdom, and common ones that are compounds as the invented ones are.
REAL_SURNAMES = {
    "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Robinson", "Wright", "Thompson",
    "Evans", "Walker", "White", "Roberts", "Green", "Hall", "Wood", "Jackson", "Clarke", "Patel", "Khan", "Lewis",
    "Ali", "Begum", "Ahmed", "Hussain", "Campbell", "Stewart", "Murphy", "Kelly", "Ashworth", "Butterfield",
    "Copperfield", "Barraclough", "Thistlethwaite", "Applegate", "Silverstone", "Micklethwaite", "Hollingworth",
    "Blackburn", "Whitfield", "Caulfield", "Bradshaw", "Cavendish", "Summerfield", "Greenwood", "Fairbrother",
    "Wainwright", "Cartwright", "Arkwright", "Longbottom", "Ramsbottom", "Gravelle", "Kettlewell", "Satterthwaite",
}  # fmt: skip


def test_people_of_an_organisation_have_names_and_mailboxes_of_their_own() -> None:
    found = list(islice(names.people(Dice("names")), 30_000))
    assert len(set(found)) == 30_000
    assert len({names.mailbox(name, "larkmoor") for name in found}) == 30_000


def test_an_initial_tells_people_apart_when_the_names_run_out() -> None:
    pairs = len(names.GIVEN) * len(names.FIRST) * len(names.LAST)
    last, first = islice(names.people(Dice("names")), pairs - 1, pairs + 1)
    assert len(last.split()) == 2
    assert len(first.split()) == 3


def test_every_compound_is_another() -> None:
    size = len(names.FIRST) * len(names.LAST)
    assert len({names.compound(number) for number in range(size)}) == size


def test_surnames_are_nobodys() -> None:
    size = len(names.FIRST) * len(names.LAST)
    assert not {names.compound(number) for number in range(size)} & REAL_SURNAMES


def test_mailboxes_reach_nobody() -> None:
    for name in islice(names.people(Dice("mail")), 500):
        mailbox = names.mailbox(name, "larkmoor")
        assert mailbox.isascii()
        assert mailbox.endswith("@larkmoor.example")


def test_places_leave_out_what_is_taken() -> None:
    first = next(names.places())
    found = list(names.places({first}))
    assert first not in found
    assert len(set(found)) == len(found) == len(names.FIRST) * len(names.LAST) - 1
