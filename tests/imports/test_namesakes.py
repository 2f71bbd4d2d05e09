"""Names of which somebody should make sure whose they are: noted, and nothing is guessed."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.plan import HELD

if TYPE_CHECKING:
    from tests.conftest import BringPeople, Brings, World

DAY = datetime.date(2025, 1, 1)
SEROLOGY = "LIF-VIR-02"


@pytest.mark.parametrize(
    ("first", "second", "noted"),
    [
        ("Marjorie Testwick", "Testwick, Marjorie", True),
        ("Testwick,  marjorie", "Marjorie Testwick", True),
        ("Marjorie Testwick", "Testwick, Marjory", False),
        (("T1", "Marjorie Testwick"), "Testwick, Marjorie", True),
        (("T1", "Marjorie Testwick"), ("T2", "Testwick, Marjorie"), False),
    ],
    ids=["turned", "turned first", "another", "one has a number", "numbers tell them apart"],
)
@pytest.mark.parametrize("one_file", [True, False], ids=["one file", "two files"])
def test_a_name_that_somebody_bears_the_other_way_round(
    lab: World, bring: Brings, first: object, second: object, noted: bool, one_file: bool
) -> None:
    cells = [(first, SEROLOGY, 2, DAY), (second, SEROLOGY, 3, DAY)]
    if not one_file:
        bring(lab, cells.pop(0))
    assert ("name-turned" in bring(lab, *cells).rules("noted")) is noted
    assert len(lab.hits("LIF")) == 2, "nobody is guessed to be somebody else"


def test_somebody_new_of_whom_nothing_could_be_read(lab: World, bring: Brings) -> None:
    first = bring(lab, ("Ann", SEROLOGY, HELD, DAY), ("Bea", SEROLOGY, HELD, DAY), ("Bea", SEROLOGY, 2, DAY))
    assert [(one.rule, one.value) for one in first.outcomes if one.status == "noted"] == [
        ("person-without-record", "Ann")
    ]
    assert first.counts["person-added"] == 2
    assert bring(lab, ("Ann", SEROLOGY, HELD, DAY)).rules() == []


@pytest.mark.parametrize(
    ("name", "email", "differs"),
    [
        ("Other Person", "o@two.example", True),
        ("Other Person", "Z@one.example", False),
        ("Twofold, Zara", "o@two.example", False),
        ("Other Person", None, False),
    ],
    ids=["both", "the same address", "the same name turned", "no address"],
)
def test_a_number_that_was_somebody_elses(
    lab: World, bring_people: BringPeople, name: str, email: str | None, differs: bool
) -> None:
    bring_people(lab, [PersonFacts("staff:zz1", "ZZ1", "Zara Twofold", "z@one.example")], full=False)
    again = bring_people(lab, [PersonFacts("staff:zz1", "ZZ1", name, email)], full=False)
    assert ("name-differs" in again.rules("noted")) is differs
