"""What people hold of many concepts at once is what reading their records one by one gives, concept by concept."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.capability.coverage import count
from gse_skills.framework import Framework
from gse_skills.index import Held, data_version, held, held_on_days, holdings, pairs, present
from gse_skills.vocabulary import FRAMEWORK

if TYPE_CHECKING:
    from tests.conftest import History, World

APART = ("LIF-VIR-01", "LIF-VIR-02", "LIF-CEL", "CHE")
NESTED = ("LIF", "LIF-VIR", "LIF-VIR-01", "CHE-ANA")
"""A record counts for several of these."""


def best(found: Held, framework: Framework, concept: str) -> dict[int, int]:
    """The best level of each person at or below a concept, by position."""
    below = set(framework.descendants(concept).tolist())
    levels: dict[int, int] = {}
    rows = zip(found.rows.skill.tolist(), found.rows.person.tolist(), found.rows.level.tolist(), strict=True)
    for skill, person, level in rows:
        if skill in below:
            levels[person] = max(level, levels.get(person, 0))
    return levels


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_many_concepts_at_once_are_each_as_if_alone(
    world: Callable[..., World], histories: st.SearchStrategy[History], data: st.DataObject
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations).live(history)
    views = lived.access(data.draw(st.sampled_from(["anonymous", "operator", "member:aster"]))).views
    day = data.draw(st.none() | st.dates(datetime.date(2019, 1, 1), datetime.date(2026, 1, 1)))
    persons = present(lived.index, views, None, day)
    found = held(lived.index, views, np.arange(len(lived.framework.iris), dtype=np.int32), persons, day)
    place = lived.index.people.organisation[persons].astype(np.int64)
    concepts = [FRAMEWORK[name] for name in data.draw(st.sampled_from([APART, NESTED]))]
    expected = [best(found, lived.framework, concept) for concept in concepts]

    levels = holdings(found, lived.framework, concepts).levels
    assert [{person: int(row[person]) for person in np.flatnonzero(row).tolist()} for row in levels] == expected
    told = pairs(found, lived.framework, concepts)
    cells = list(zip(told.concept.tolist(), told.person.tolist(), told.level.tolist(), strict=True))
    assert cells == [(at, one, level) for at, row in enumerate(expected) for one, level in sorted(row.items())]
    counts = count(found, lived.framework, concepts, place, len(lived.index.organisations))
    for (organisation, at, rank), people in np.ndenumerate(counts):
        there = [level for one, level in expected[at].items() if place[one] == organisation]
        assert people == sum(level > rank for level in there)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_several_days_at_once_are_each_as_if_alone(
    world: Callable[..., World], histories: st.SearchStrategy[History], data: st.DataObject
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations).live(history)
    slug = data.draw(st.sampled_from(["aster", "nowhere"]))
    views = lived.access(data.draw(st.sampled_from(["anonymous", "operator", "member:aster"]))).views
    days = data.draw(st.lists(st.dates(datetime.date(2019, 1, 1), datetime.date(2026, 1, 1)), max_size=4))
    skills = np.sort(lived.framework.descendants(FRAMEWORK[data.draw(st.sampled_from(APART))]))

    found = held_on_days(lived.index, views, skills, slug, days)
    alone = [held(lived.index, views, skills, present(lived.index, views, slug, day), day) for day in days]
    assert [one.persons.tolist() for one in found] == [one.persons.tolist() for one in alone]
    for one, other in zip(found, alone, strict=True):
        for column in ("skill", "person", "record", "level", "basis", "assessed", "until"):
            assert getattr(one.rows, column).tolist() == getattr(other.rows, column).tolist(), column
    assert data_version(lived.index, *found) == data_version(lived.index, *alone)
