"""Whom a file means: the same person found again, people told apart, and nobody guessed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.identity import Identities, identify, merged
from gse_skills.imports.state import UNNAMED, Known
from gse_skills.records import Person
from gse_skills.vocabulary import Identifier

if TYPE_CHECKING:
    from tests.conftest import BringPeople, World

MakeWorld = Callable[..., "World"]
Who = tuple[str | None, str, str | None]
"""Staff number, name, email address."""

DAY = datetime.date(2025, 3, 1)


def facts(who: Who) -> PersonFacts:
    number, name, email = who
    key = f"staff:{number.casefold()}" if number else f"email:{email}" if email else f"name:{name.casefold()}"
    return PersonFacts(key, number, name, email)


def of(file: Iterable[Who], known: dict[int, Who], left: Iterable[int] = ()) -> Identities:
    rows = [facts(who) for who in file]
    people = {
        number: Known(
            Person(Identifier("person", number), "aster", who[1] or UNNAMED, who[0], who[2]),
            None if number in left else number,
            DAY,
        )
        for number, who in known.items()
    }
    return identify(lambda kind: [one for one in rows if one.key.startswith(f"{kind}:")], people)


ANN = {1: ("A 12", "Ann", "ann@x.uk")}


@pytest.mark.parametrize(
    ("row", "known", "found"),
    [
        (("A 12", "Ann", None), ANN, 1),
        (("a12", "Somebody else", "other@x.uk"), ANN, 1),
        ((None, "", "ANN@x.uk"), ANN, 1),
        ((None, "ann", None), ANN, 1),
        (("B 1", "Ann", "ann@x.uk"), ANN, None),
        ((None, "Ann", "other@x.uk"), ANN, None),
        ((None, "Bob", None), ANN, None),
        ((None, "Name not given", None), {1: ("7", "", None)}, None),
    ],
    ids=[
        "number",
        "number, whatever else differs",
        "address",
        "name",
        "another number",
        "another address",
        "another name",
        "no name is no name",
    ],
)
def test_one_row_and_one_known_person(row: Who, known: dict[int, Who], found: int | None) -> None:
    assert of([row], known).of(facts(row)) == found


@pytest.mark.parametrize(
    ("known", "row"),
    [
        ((None, "Ann", None), ("7", "Ann", None)),
        ((None, "Ann", "ann@x.uk"), ("7", "Ann Example", "ann@x.uk")),
        ((None, "Ann", "ann@x.uk"), ("7", "Ann", None)),
        ((None, "Ann", None), (None, "Ann", "ann@x.uk")),
        (("7", "Ann", None), (None, "Ann", "ann@x.uk")),
    ],
    ids=[
        "number by name",
        "number by address",
        "number by name, address unsaid",
        "address by name",
        "by number before",
    ],
)
def test_a_newer_sheet_that_says_more_finds_who_was_known_by_less(known: Who, row: Who) -> None:
    assert of([row], {1: known}).of(facts(row)) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [("7", "Ann", None), ("8", "Ann", None)],
        [("7", "Ann", None), ("8", "Bob", None), (None, "Ann", "a@x.uk"), (None, "Ann", "b@x.uk")],
    ],
)
def test_where_two_lay_claim_to_one_neither_is_taken_for_them(rows: list[Who]) -> None:
    who = of(rows, {1: (None, "Ann", None)})
    claimants = [one for one in rows if one[1] == "Ann"][-2:]
    assert [who.of(facts(one)) for one in claimants] == [None, None]


@pytest.mark.parametrize(
    ("rows", "same"),
    [
        ([("7", "Ann", None), (None, "Ann", None)], {"name:ann": "staff:7"}),
        ([("7", "Ann", "ann@x.uk"), (None, "", "ann@x.uk")], {"email:ann@x.uk": "staff:7"}),
        ([(None, "Ann", "ann@x.uk"), (None, "Ann", None)], {"name:ann": "email:ann@x.uk"}),
        ([("7", "Ann", None), (None, "Bob", None)], {}),
        ([("7", "Ann", "ann@x.uk"), (None, "Ann", "other@x.uk")], {}),
    ],
    ids=["name", "address", "name of an address", "another name", "another address"],
)
def test_rows_of_one_person_are_joined(rows: list[Who], same: dict[str, str]) -> None:
    who = of(rows, {})
    assert (dict(who.same), dict(who.unclear)) == (same, {})
    assert of(rows, {1: rows[0]}).same == same, "also when the person is known"


def test_what_one_row_lacks_another_says() -> None:
    rows = [("7", "", "ann@x.uk"), (None, "Ann", "ann@x.uk"), (None, "Ann", None)]
    who = of(rows, {})
    assert who.same == {"email:ann@x.uk": "staff:7", "name:ann": "staff:7"}
    assert who.filled["staff:7"].name == "Ann"


@pytest.mark.parametrize(
    ("rows", "known", "unclear"),
    [
        ([(None, "Ann", None)], {1: ("1", "Ann", None), 2: ("2", "Ann", None)}, {1, 2}),
        ([(None, "", "team@x.uk")], {1: ("1", "Ann", "team@x.uk"), 2: ("2", "Bob", "team@x.uk")}, {1, 2}),
        ([("7", "Ann", None), (None, "Ann", None)], {1: ("1", "Ann", None)}, {1}),
        ([("7", "Ann", None), ("8", "Ann", None), (None, "Ann", None)], {}, set()),
    ],
    ids=["two known", "a shared address", "one known and one new", "two new"],
)
def test_what_could_be_any_of_several_is_unclear(rows: list[Who], known: dict[int, Who], unclear: set[int]) -> None:
    who = of(rows, known)
    key = facts(rows[-1]).key
    assert (set(who.unclear[key]), who.of(facts(rows[-1]))) == (unclear, None)


def test_a_name_alone_is_of_the_one_who_is_known_by_it_alone() -> None:
    assert (
        of([(None, "Ann", None)], {1: ("1", "Ann", None), 2: (None, "Ann", None)}).of(facts((None, "Ann", None))) == 2
    )


def test_who_is_here_comes_before_who_has_left() -> None:
    row: Who = (None, "Ann", None)
    known: dict[int, Who] = {1: ("1", "Ann", None), 2: ("2", "Ann", None)}
    assert of([row], known, left=[1]).of(facts(row)) == 2
    assert of([row], {1: known[1]}, left=[1]).of(facts(row)) == 1, "nobody else is here: they have come back"


def test_what_the_file_says_of_somebody_counts_before_what_was_known() -> None:
    """Number 1 is called Bob now, so the row of Ann is of somebody else; and it is so again when read again."""
    rows: list[Who] = [("1", "Bob", "bob@x.uk"), (None, "Ann", None), (None, "", "ann@x.uk")]
    who = of(rows, {1: ("1", "Ann", "ann@x.uk")})
    assert [who.of(facts(row)) for row in rows] == [1, None, None]
    assert dict(who.same) == {}


def test_an_older_file_only_adds_what_was_lacking() -> None:
    person = Person(Identifier("person", 1), "aster", "Ann", None, "ann@x.uk", "Blue team", available=True)
    known = Known(person, 1, DAY)
    said = PersonFacts("staff:7", "7", "Anne", "new@x.uk", "Red team", "G7", available=False)
    older = merged(said, known, "aster", older=True)
    assert (older.staff_number, older.email, older.name, older.unit, older.grade, older.available) == (
        ("7", "ann@x.uk", "Ann", "Blue team", None, True)
    )
    newer = merged(said, known, "aster")
    assert (newer.email, newer.name, newer.unit, newer.grade, newer.available) == (
        ("new@x.uk", "Anne", "Red team", "G7", False)
    )


def test_another_spelling_of_a_number_or_address_is_no_change() -> None:
    person = Person(Identifier("person", 1), "aster", "Ann", "A 12", "Ann@x.uk")
    again = merged(PersonFacts("staff:a12", "a12", "Ann", "ann@X.UK"), Known(person, 1, DAY), "aster")
    assert again == person


@given(data=st.data())
def test_whoever_a_file_means_it_means_again_when_it_is_read_again(
    world: MakeWorld, bring_people: BringPeople, everybody: tuple[PersonFacts, ...], data: st.DataObject
) -> None:
    lab = world()
    for _ in range(data.draw(st.integers(1, 4))):
        people = data.draw(st.lists(st.sampled_from(everybody), min_size=1, max_size=4))
        full = data.draw(st.booleans())
        bring_people(lab, people, full=full)
        again = bring_people(lab, people, full=full)
        assert again.size == 0, again.outcomes
