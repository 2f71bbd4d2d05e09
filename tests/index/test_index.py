"""The index after a change is the index built anew, and its columns are as small as promised."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.index import Delta, Facts, Index
from gse_skills.vocabulary import Audience, Basis, Level

if TYPE_CHECKING:
    from tests.conftest import History, World

MakeWorld = Callable[..., "World"]
Contents = Callable[[Index], dict[str, object]]


@given(data=st.data())
def test_an_index_that_followed_every_change_is_the_one_built_anew(
    world: MakeWorld, histories: st.SearchStrategy[History], contents: Contents, data: st.DataObject
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations)
    # Some go on from an index that was built after a restart, when those who left are in no view.
    restarts = data.draw(st.lists(st.booleans(), min_size=len(history.files), max_size=len(history.files)))
    for (today, file), restart in zip(history.files, restarts, strict=True):
        lived.bring(file, today)
        anew = lived.built()
        assert contents(lived.index) == contents(anew)
        if restart:
            lived.index = anew


def many(records: int, people: int) -> Index:
    """An index of one view with as many records of as many people, from a seed."""
    dice = random.Random(7)
    delta = Delta(people={person: Facts(f"org-{person % 8}", person % 3) for person in range(people)})
    delta.shown["view"].update(range(people))
    for record in range(records):
        skill, person, day = dice.randrange(600), dice.randrange(people), dice.randrange(20_000, 28_000)
        delta.add("view", skill, person, record, Level(1 + record % 4), Basis(1 + record % 4), day)
    return Index(0, "", 600).updated(delta, 1)


def test_a_record_takes_at_most_20_bytes_with_the_people_counted_in() -> None:
    index = many(24_000, 2_000)
    assert len(index) == 24_000
    assert index.nbytes / len(index) <= 20
    people = index.people
    assert index.nbytes > people.identifier.nbytes + people.organisation.nbytes + people.available.nbytes + 16 * 24_000


def test_people_without_records_stay_when_others_get_some() -> None:
    """Unknown is not none: who has no record yet must go on being counted as not mapped."""
    shown = Delta(people={1: Facts("aster"), 2: Facts("aster")})
    shown.shown["view"].update((1, 2))
    first = Index(0, "", 1).updated(shown, 1)
    given_one = Delta(people={1: Facts("aster")})
    given_one.add("view", 0, 1, 10, Level.EXPERT, Basis.SELF, 0)
    second = first.updated(given_one, 2)
    assert second.people.identifier[second.current["view"].members].tolist() == [1, 2]
    assert len(second) == 1


def test_an_older_index_is_not_altered_by_a_newer_one(contents: Contents) -> None:
    first = many(100, 10)
    before = contents(first)
    more = Delta(people={10_000: Facts("new", 1), 3: Facts("org-3", 2)})
    more.shown["view"].add(10_000)
    more.hidden["view"].add(5)
    more.add("view", 1, 10_000, 999, Level.EXPERT, Basis.SELF, 1)
    second = first.updated(more, 2)
    assert contents(first) == before
    assert (second.commit, len(second), second.organisations[-1]) == (2, 101, "new")
    assert 5 not in second.people.identifier[second.current["view"].members]


def test_the_skills_in_use_are_those_of_current_and_of_ended_records() -> None:
    delta = Delta(people={1: Facts("aster")})
    delta.shown["view"].add(1)
    delta.add("view", 2, 1, 10, Level.EXPERT, Basis.SELF, 0)
    delta.end("view", 5, 1, 11, Level.EXPERT, Basis.SELF, 0, 1)
    assert Index(0, "", 8).updated(delta, 1).skills().tolist() == [2, 5]


def test_the_records_of_an_organisation_come_by_person_with_the_view_of_each(world: MakeWorld) -> None:
    index = many(300, 16)
    columns, views = index.records_of("org-3")
    assert set(columns.person.tolist()) == {3, 11}
    assert columns.person.tolist() == sorted(columns.person.tolist())
    assert views.tolist() == [0] * len(columns)
    nobody, none = index.records_of("nowhere")
    assert (len(nobody), len(none)) == (0, 0)
    assert np.array_equal(world(aster=Audience.PUBLIC).index.skills(), [])
