"""One person, as far as a caller may see them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from gse_skills.errors import NotFoundError
from gse_skills.people import read_cards
from gse_skills.vocabulary import FRAMEWORK, Audience, Basis, Level

if TYPE_CHECKING:
    from tests.conftest import Brings, World

MakeWorld = Callable[..., "World"]

MARCH = datetime.date(2025, 3, 1)
JUNE = datetime.date(2025, 6, 1)
ANN = ("7", "Ann", "Blue team", True)


@pytest.fixture
def lab(world: MakeWorld, bring: Brings) -> World:
    """Ann with a record for each audience, and Bob, of whom only those who keep the records know."""
    made = world(aster=Audience.PRIVATE)
    bring(
        made,
        (ANN, "LIF-VIR-01", 2, JUNE, Basis.PEER, Audience.PUBLIC),
        (ANN, "LIF-VIR-02", 4, MARCH, Basis.SELF, Audience.ALLIANCE),
        (ANN, "LIF-CEL-01", 4, JUNE, None, Audience.PRIVATE),
        (ANN, "CHE-ANA-01", 1, MARCH, None, Audience.EMERGENCY),
        ("Bob", "CHE-ANA-01", 1, MARCH),
        today=JUNE,
    )
    return made


def digits(lab: World, name: str) -> str:
    return next(hit.card.person for skill in ("LIF", "CHE") for hit in lab.hits(skill) if hit.card.name == name)[-16:]


@pytest.mark.parametrize(
    ("caller", "skills"),
    [
        ("anonymous", ["LIF-VIR-01"]),
        ("member:aster", ["LIF-VIR-02", "LIF-VIR-01"]),
        ("member:nowhere", ["LIF-VIR-01"]),
        ("steward:aster", ["LIF-CEL-01", "LIF-VIR-02", "LIF-VIR-01", "CHE-ANA-01"]),
        ("operator", ["LIF-CEL-01", "LIF-VIR-02", "LIF-VIR-01", "CHE-ANA-01"]),
    ],
)
def test_each_caller_sees_the_records_meant_for_them_highest_level_first(
    lab: World, caller: str, skills: list[str]
) -> None:
    found = lab.person(digits(lab, "Ann"), caller)
    assert [held.skill for held in found.skills] == [FRAMEWORK[skill] for skill in skills]
    card = found.card
    assert (card.name, card.organisation, card.unit, card.available) == ("Ann", "aster", "Blue team", True)
    lowest = found.skills[-1]
    if lowest.skill == FRAMEWORK["LIF-VIR-01"]:
        assert (lowest.level, lowest.basis, lowest.assessed_on) == (Level.WORKING, Basis.PEER, JUNE)


@pytest.mark.parametrize(
    "spoil", [str.upper, lambda text: text[:-1], lambda text: f"{text}0", lambda text: f"-{text[1:]}"]
)
def test_an_identifier_is_sixteen_lower_case_digits(lab: World, spoil: Callable[[str], str]) -> None:
    # Hardly ever has neither a letter among its digits.
    identifier = max((digits(lab, name) for name in ("Ann", "Bob")), key=lambda text: text != text.upper())
    with pytest.raises(NotFoundError) as err:
        lab.person(spoil(identifier))
    assert err.value.rule == "unknown-person"


def test_ended_records_are_not_shown(lab: World, bring: Brings) -> None:
    bring(lab, (ANN, "LIF-VIR-01", 0, JUNE), today=JUNE)
    assert FRAMEWORK["LIF-VIR-01"] not in {held.skill for held in lab.person(digits(lab, "Ann")).skills}


def test_whoever_left_is_nobody(lab: World, bring: Brings) -> None:
    identifier = digits(lab, "Ann")
    bring(lab, ("Bob", "CHE-ANA-01", 1, MARCH), today=JUNE, full=True)
    with pytest.raises(NotFoundError) as err:
        lab.person(identifier)
    assert err.value.rule == "unknown-person"


def test_no_view_tells_a_staff_number(lab: World) -> None:
    cards = read_cards(
        [f"https://w3id.org/gse-skills/id/person/{digits(lab, 'Ann')}"], lab.access("operator").views, lab.store
    )
    assert [card.name for card in cards.values()] == ["Ann"]
    assert not any('"7"' in quad for quad in lab.views())
