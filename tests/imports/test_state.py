"""What is known of an organisation before an import."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from gse_skills.imports.state import former_phrases, newest_snapshot, read_people, read_state
from gse_skills.records import SkillRecord
from gse_skills.vocabulary import FRAMEWORK, Audience, Basis, Level

if TYPE_CHECKING:
    from tests.conftest import Brings, World

MakeWorld = Callable[..., "World"]

MARCH = datetime.date(2025, 3, 1)
JUNE = datetime.date(2025, 6, 1)


def test_the_state_is_of_one_organisation_and_of_what_holds(world: MakeWorld, bring: Brings) -> None:
    both = world(aster=Audience.ALLIANCE, birch=Audience.PRIVATE)
    ann = ("7", "Ann", "Blue team", False)
    bring(both, (ann, "LIF-VIR-02", 3, MARCH, Basis.PEER), (ann, "LIF-CEL-01", 1, MARCH, None, Audience.PUBLIC))
    bring(both, (ann, "LIF-VIR-02", 4, JUNE, Basis.PEER), today=JUNE)
    bring(both, (("7", "Bob"), "LIF-VIR-02", 2, MARCH), organisation="birch")
    state = read_state(both.store, both.index, "aster")
    ((identifier, known),) = state.people.items()
    person = known.person
    assert (person.name, person.staff_number, person.unit, person.available) == ("Ann", "7", "Blue team", False)
    assert (person.identifier.value, known.since) == (identifier, datetime.date(2025, 1, 1))
    records = state.records_of(identifier)

    def expected(skill: str, *said: object) -> tuple[object, ...]:
        return (both.framework.number(FRAMEWORK[skill]), *said)

    def told(record: SkillRecord) -> tuple[object, ...]:
        return (record.skill, record.level, record.basis, record.assessed_on, record.audience)

    assert {told(record) for record in records} == {
        expected("LIF-VIR-02", Level.EXPERT, Basis.PEER, JUNE, Audience.ALLIANCE),
        expected("LIF-CEL-01", Level.AWARENESS, Basis.SELF, MARCH, Audience.PUBLIC),
    }
    assert state.records_of(identifier + 1) == []
    (other,) = read_people(both.store, "birch")
    assert other.person.name == "Bob"


def test_whoever_has_left_is_known_without_a_membership(world: MakeWorld, bring: Brings) -> None:
    lab = world(aster=Audience.ALLIANCE)
    bring(lab, ("Ann", "LIF-VIR-02", 3, MARCH), ("Bob", "LIF-VIR-02", 3, MARCH))
    bring(lab, ("Bob", "LIF-VIR-02", 3, MARCH), full=True, today=JUNE)
    left = {known.person.name: known.membership is None for known in read_people(lab.store, "aster")}
    assert left == {"Ann": True, "Bob": False}


def test_an_organisation_that_sent_nothing_has_nothing(world: MakeWorld) -> None:
    lab = world(aster=Audience.ALLIANCE)
    state = read_state(lab.store, lab.index, "aster")
    assert (state.people, len(state.records), state.records_of(1)) == ({}, 0, [])
    assert (former_phrases(lab.store, "aster"), newest_snapshot(lab.store, "aster")) == ({}, None)


def test_what_phrases_meant_and_which_picture_is_newest(world: MakeWorld, bring: Brings) -> None:
    lab = world(aster=Audience.ALLIANCE, birch=Audience.ALLIANCE)
    bring(lab, ("Ann", "LIF-VIR-02", 3, MARCH), full=True, snapshot=JUNE, today=JUNE)
    bring(lab, ("Ann", "LIF-CEL-01", 3, MARCH), full=False, today=JUNE)
    assert former_phrases(lab.store, "aster") == {
        "our lif-vir-02": {FRAMEWORK["LIF-VIR-02"]},
        "our lif-cel-01": {FRAMEWORK["LIF-CEL-01"]},
    }
    assert newest_snapshot(lab.store, "aster") == JUNE
    assert newest_snapshot(lab.store, "birch") is None
