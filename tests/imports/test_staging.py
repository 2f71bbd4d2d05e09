"""The staging file: everything comes out person by person, and a digest that names exactly what would happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.staging import Outcome, Staged, Staging

ANN = PersonFacts("staff:1", "1", "Ann", unit="Blue team", available=True, row=2)
BOB = PersonFacts("name:bob", None, "Bob", row=3)


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Staging]:
    staging = Staging(tmp_path / "staging.sqlite")
    yield staging
    staging.close()


def staged(skill: int = 5, row: int = 2, column: int = 3, level: int = 4, audience: str | None = None) -> Staged:
    return Staged(skill, row, column, level, 20_000, None, audience, 0)


KEYS = st.text(st.sampled_from("ab:é\U0001f600 "), max_size=3).map("name:{}".format)


@given(people=st.lists(KEYS, unique=True), said=st.lists(st.tuples(KEYS, st.integers(0, 5), st.integers(2, 9))))
def test_everything_said_of_a_person_comes_together(people: list[str], said: list[tuple[str, int, int]]) -> None:
    """Also where something is said of a key that is nobody's: it is left out, and everybody else's stays theirs."""
    staging = Staging(Path(":memory:"))
    for key in people:
        staging.person(PersonFacts(key, None, key), 1)
    for key, skill, row in said:
        staging.assertion(key, staged(skill, row))
    found = {facts.key: [(one.skill, one.row) for one in mine] for facts, _, mine in staging.by_person()}
    assert found == {key: sorted((skill, row) for other, skill, row in said if other == key) for key in people}
    assert list(found) == sorted(people)
    staging.close()


def test_the_first_row_that_names_a_person_wins(staging: Staging) -> None:
    staging.person(ANN, 2)
    staging.person(PersonFacts("staff:1", "1", "Anne", row=9), 9)
    assert list(staging.by_person()) == [(ANN, 2, [])]


def test_more_than_a_batch_is_kept(staging: Staging) -> None:
    staging.person(ANN, 2)
    for row in range(5_000):
        staging.assertion(ANN.key, staged(row % 7, row))
        staging.outcome(Outcome(row, 0, "noted" if row % 2 else "refused", "r"))
    ((_, _, mine),) = staging.by_person()
    assert len(mine) == 5_000
    assert staging.counts() == {"noted": 2_500, "refused": 2_500}


def test_people_are_given_by_the_kind_of_their_key(staging: Staging) -> None:
    email = PersonFacts("email:a@x.uk", None, "", "a@x.uk")
    for number, person in enumerate((ANN, BOB, email)):
        staging.person(person, number)
    assert [list(staging.people(kind)) for kind in ("staff", "email", "name")] == [[ANN], [email], [BOB]]


def test_people_who_are_one_are_joined(staging: Staging) -> None:
    for person in (ANN, BOB):
        staging.person(person, person.row)
    for key, row in ((ANN.key, 2), (BOB.key, 3), (BOB.key, 4)):
        staging.assertion(key, staged(row=row))
    joined = PersonFacts("staff:1", "1", "Ann", "ann@x.uk")
    staging.join({BOB.key: ANN.key}, {ANN.key: joined})
    ((facts, _, mine),) = staging.by_person()
    assert (facts, [one.row for one in mine]) == (joined, [2, 3, 4])


def test_outcomes_come_by_row_and_column_and_as_many_as_asked_for(staging: Staging) -> None:
    first, second, third = Outcome(2, 0, "noted", "b"), Outcome(2, 1, "refused", "a"), Outcome(3, -1, "added", "c")
    for outcome in (third, second, first):
        staging.outcome(outcome)
    assert list(staging.outcomes()) == [first, second, third]
    assert list(staging.outcomes("added", "noted")) == [first, third]
    assert list(staging.outcomes(limit=1)) == [first]


CHANGES: dict[str, Callable[[Staging], None]] = {
    "another level": lambda staging: staging.assertion(ANN.key, staged(level=3)),
    "another skill": lambda staging: staging.assertion(ANN.key, staged(skill=6)),
    "another audience": lambda staging: staging.assertion(ANN.key, staged(audience="public")),
    "another person": lambda staging: staging.assertion(BOB.key, staged()),
    "another row": lambda staging: staging.assertion(ANN.key, staged(row=3)),
    "nothing said": lambda staging: None,
    "another unit": lambda staging: staging.person(PersonFacts("staff:2", "2", "Cleo", unit="Red team"), 4),
    "another detail": lambda staging: staging.outcome(
        Outcome(2, 3, "changed", "superseded", "Virology", "Was Working.")
    ),
    "another end": lambda staging: staging.outcome(
        Outcome(0, -1, "ended", "not-in-file", "Optics", "Ann: was Expert.")
    ),
}


def test_the_digest_tells_apart_whatever_would_happen_differently() -> None:
    digests = {}
    for name, change in CHANGES.items():
        staging = Staging(Path(":memory:"))
        staging.person(ANN, 2)
        change(staging)
        digests[name] = staging.digest()
        staging.close()
    assert len(set(digests.values())) == len(CHANGES), digests


def test_the_digest_does_not_depend_on_the_order_in_which_things_were_found() -> None:
    outcomes = [Outcome(0, -1, "ended", "not-in-file", name, "Was Expert.") for name in ("Optics", "Virology")]
    digests = set()
    for order in (outcomes, outcomes[::-1]):
        staging = Staging(Path(":memory:"))
        for outcome in order:
            staging.outcome(outcome)
        digests.add(staging.digest())
        staging.close()
    assert len(digests) == 1
