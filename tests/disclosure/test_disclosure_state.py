"""Figures of two dates do not give away who came or went in between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.disclosure import State, publishable, published_states, state_at
from gse_skills.errors import NotFoundError

FIRST = date(2025, 1, 1)
histories = st.lists(st.dictionaries(st.integers(0, 25), st.integers(0, 3), max_size=26), min_size=1, max_size=6).map(
    lambda states: [State(FIRST + timedelta(90 * number), people) for number, people in enumerate(states)]
)


@given(histories)
def test_any_two_published_states_differ_by_enough_people(states: list[State]) -> None:
    published = published_states(states, 10)
    assert all(a.changed(b) >= 10 for a in published for b in published if a is not b)


@given(histories, st.integers(0, 25))
def test_one_person_more_or_less_changes_no_published_state(states: list[State], person: int) -> None:
    published = published_states(states, 10)
    last = published[-1]
    nearly = State(last.day + timedelta(90), {**last.people, person: 99})
    assert published_states([*published, nearly], 10) == published


def test_who_comes_and_goes_again_is_not_seen_across_a_state_between() -> None:
    """The third state is one person off the first, though far off the second."""
    people = dict.fromkeys(range(40), 1)
    states = [
        State(FIRST, people),
        State(FIRST + timedelta(90), dict.fromkeys(range(20), 2)),
        State(FIRST + timedelta(180), {**people, 99: 1}),
    ]
    assert not publishable(states[:2], states[2], 10)
    assert published_states(states, 10) == tuple(states[:2])


def test_a_day_is_answered_from_the_last_published_state() -> None:
    early, late = State(FIRST, {1: 1}), State(FIRST + timedelta(90), {2: 2})
    assert state_at([late, early], FIRST + timedelta(89)) is early
    assert state_at([late, early], FIRST + timedelta(90)) is late


def test_before_the_first_there_is_nothing() -> None:
    with pytest.raises(NotFoundError) as err:
        state_at([State(FIRST, {})], FIRST - timedelta(1))
    assert err.value.rule == "no-published-state"
