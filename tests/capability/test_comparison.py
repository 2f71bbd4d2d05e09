"""What a comparison asks of each of its sides."""

from __future__ import annotations

import datetime

import pytest

from gse_skills.capability.comparison import MOST_SIDES, ComparisonQuestion
from gse_skills.errors import InputError

DAYS = (datetime.date(2025, 12, 31), datetime.date(2026, 6, 30))


def test_units_stand_in_the_order_asked_and_each_with_its_days() -> None:
    question = ComparisonQuestion("lab", "LIF", ("Serology", "", "Serology"), DAYS, DAYS[1])
    sides = question.sides()
    assert [(one.unit, one.as_of) for one in sides] == [
        *(("Serology", day) for day in DAYS),
        *((None, day) for day in DAYS),
    ]
    assert {(one.organisation, one.concept, one.known_at) for one in sides} == {("lab", "LIF", DAYS[1])}
    (whole,) = ComparisonQuestion("lab").sides()
    assert (whole.unit, whole.as_of, whole.known_at) == (None, None, None)


def test_only_so_many_sides_stand_beside_each_other() -> None:
    units = tuple(map(str, range(MOST_SIDES // 2)))
    assert len(ComparisonQuestion("lab", units=units, days=DAYS).sides()) == MOST_SIDES
    with pytest.raises(InputError) as error:
        ComparisonQuestion("lab", units=(*units, "another"), days=DAYS).sides()
    assert error.value.rule == "too-many-sides"
