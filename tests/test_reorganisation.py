"""Units that end and merge in the middle of a year: what was stays as it was, what is goes on elsewhere."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

from gse_skills.access import Caller
from gse_skills.capability import CapabilityQuestion, read_declarations, read_statements
from gse_skills.errors import GseSkillsError
from gse_skills.establishment import Declared, Wanted, add_target, declare_coverage, place_unit, targets_of
from gse_skills.register import today
from gse_skills.reorganisation import end_unit
from gse_skills.vocabulary import FRAMEWORK, Audience, Level

if TYPE_CHECKING:
    from tests.conftest import Office

HEAD = "Staff number,Name,Team,Skill,Level,Date assessed\n"
SHEET = f"""{HEAD}1,Ann Alder,Virology,LIF-VIR-01,Expert,31/01/2025
2,Ben Alder,Serology,LIF-VIR-01,Practitioner,28/02/2025
3,Cat Alder,Serology,LIF-VIR-02,Working,28/02/2025
4,Dee Alder,Chemistry,CHM,Working,28/02/2025
5,Eli Alder,Phages,LIF-VIR-03,Working,28/02/2025
"""
DAY = datetime.timedelta(1)
LIF = FRAMEWORK["LIF"]


@pytest.fixture
def slug(office: Office) -> str:
    """An organisation of four teams, one of which hangs below another."""
    made = office.organisation(Audience.ALLIANCE)
    office.bring(made, SHEET, snapshot=today() - 200 * DAY)
    place_unit(office.register, by(office, made), made, "Phages", "Virology")
    return made


def by(office: Office, slug: str, role: str = "steward") -> Any:
    return office.register.access(Caller.parse(f"{role}:{slug}"))


def people(office: Office, slug: str, as_of: datetime.date | None = None) -> dict[str, int]:
    """How many people there are in each unit and below it; units without any are left out."""
    found = office.register.ask_capability(CapabilityQuestion(slug, as_of=as_of), by(office, slug))
    return {one.name: one.people for one in found.units if one.people}


def stated(office: Office, slug: str) -> dict[str, tuple[int, int]]:
    """People known and mapped in life sciences, as the statements of coverage have it."""
    return {
        one.unit: (one.known, one.mapped) for one in read_statements(office.register.store, slug) if one.branch == LIF
    }


def test_two_units_merge_into_a_third_and_history_stays(office: Office, slug: str) -> None:
    register, steward, merger = office.register, by(office, slug), today() - 30 * DAY
    place_unit(register, steward, slug, "Life Science Section", None, merger)
    soon = datetime.date(2100, 1, 1)
    add_target(register, steward, slug, Wanted("LIF-VIR", Level.EXPERT, 2, soon, True, "serology"))
    declare_coverage(register, steward, slug, Declared(10, "Serology"))
    before = {"Chemistry": 1, "Serology": 2, "Virology": 2, "Phages": 1}
    assert people(office, slug) == before
    assert stated(office, slug)["Serology"] == (2, 2)
    dump = office.dump()
    dry = end_unit(register, steward, slug, "SEROLOGY", merger, "life science section", dry_run=True)
    assert (dry.unit, dry.into, dry.people, dry.targets, dry.declarations) == (
        "Serology",
        "Life Science Section",
        2,
        1,
        1,
    )
    assert office.dump() == dump
    end_unit(register, steward, slug, "Serology", merger, "Life Science Section")
    done = end_unit(register, steward, slug, "Virology", merger, "Life Science Section")
    assert (done.people, done.units) == (1, ("Phages",))
    after = {"Chemistry": 1, "Life Science Section": 4, "Phages": 1}
    assert people(office, slug) == people(office, slug, merger) == after
    assert people(office, slug, merger - DAY) == before
    assert stated(office, slug) == {
        "": (5, 4),
        "Chemistry": (1, 0),
        "Life Science Section": (4, 4),
        "Phages": (1, 1),
    }
    assert [one.unit for one in targets_of(register, steward, slug)] == ["Life Science Section"]
    assert [one.until for one in read_declarations(register.store, slug)] == [today()]
    register.rebuild()
    assert people(office, slug) == after


def test_what_the_views_say_follows(office: Office, slug: str) -> None:
    end_unit(office.register, by(office, slug), slug, "Serology", today(), "Virology")
    other = office.register.access(Caller.parse(f"member:{office.organisation()}"))
    found = office.register.ask_capability(CapabilityQuestion(slug), other)
    assert {one.name: one.own for one in found.units} == {"Virology": 3, "Chemistry": 1, "Phages": 1}
    assert office.register.rebuild() == 0, "the views are those that follow from the source graph"


def test_a_unit_that_is_not_empty_goes_somewhere(office: Office, slug: str) -> None:
    register, steward = office.register, by(office, slug)

    def refused(name: str, on: datetime.date, into: str | None = None, role: str = "steward") -> str:
        with pytest.raises(GseSkillsError) as error:
            end_unit(register, by(office, slug, role), slug, name, on, into)
        return error.value.rule

    dump = office.dump()
    assert refused("Serology", today()) == "unit-not-empty"
    assert refused("Virology", today()) == "unit-not-empty"
    assert refused("Virology", today(), "Phages") == "unit-cycle"
    assert refused("Serology", today(), "Nowhere") == "unknown-unit"
    assert refused("Serology", today() + DAY, "Virology") == "day-to-come"
    assert refused("Serology", datetime.date(1800, 1, 1), "Virology") == "before-any-record"
    assert refused("Serology", today(), "Virology", "lead") == "not-steward"
    assert office.dump() == dump
    end_unit(register, steward, slug, "Phages", today(), "Virology")
    assert refused("Phages", today()) == "unit-ended"
    assert refused("Serology", today(), "Phages") == "unit-ended"


def test_an_empty_unit_ends_with_what_it_aimed_at(office: Office, slug: str) -> None:
    register, steward = office.register, by(office, slug)
    place_unit(register, steward, slug, "Old Section", None)
    wanted = Wanted("LIF-VIR", Level.EXPERT, 2, datetime.date(2100, 1, 1), True, "Old Section")
    add_target(register, steward, slug, wanted)
    ended = end_unit(register, steward, slug, "Old Section", today())
    assert (ended.into, ended.people, ended.units, ended.targets) == (None, 0, (), 1)
    assert targets_of(register, steward, slug) == ()


def test_who_joined_after_the_end_goes_on_from_when_they_joined(office: Office, slug: str) -> None:
    end_unit(office.register, by(office, slug), slug, "Serology", today() - 300 * DAY, "Virology")
    assert people(office, slug, today() - 200 * DAY)["Virology"] == 4
    assert "Serology" not in people(office, slug, today() - 250 * DAY)
