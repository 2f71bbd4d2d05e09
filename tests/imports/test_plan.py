"""What an import changes, rule by rule; each is named in the report."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.imports.plan import HELD
from gse_skills.vocabulary import Audience, Basis

if TYPE_CHECKING:
    from tests.conftest import Brings, Brought, History, World

MakeWorld = Callable[..., "World"]

JANUARY = datetime.date(2025, 1, 1)
MARCH = datetime.date(2025, 3, 1)
JUNE = datetime.date(2025, 6, 1)
DECEMBER = datetime.date(2025, 12, 1)
SEROLOGY, CULTURE = "LIF-VIR-02", "LIF-CEL-01"


@pytest.fixture
def known(lab: World, bring: Brings) -> World:
    """Ann, a practitioner of serology by her manager's judgement since March."""
    bring(lab, ("Ann", SEROLOGY, 3, MARCH, Basis.MANAGER), today=JUNE)
    return lab


def people(lab: World) -> set[str]:
    return {hit.card.person for hit in lab.hits("LIF")}


def held(lab: World, **asked: Any) -> list[tuple[str, str, datetime.date]]:
    return lab.who("LIF", **asked)


def test_the_first_file_adds_people_and_records(lab: World, bring: Brings) -> None:
    brought = bring(lab, ("Ann", SEROLOGY, 3, MARCH, Basis.MANAGER))
    assert brought.rules() == ["person-added", "new-record"]
    assert held(lab) == [("Ann", "Practitioner", MARCH)]


@pytest.mark.parametrize(
    "said",
    [
        (3, MARCH, Basis.MANAGER, Audience.ALLIANCE),
        (3, MARCH, Basis.MANAGER, None),
        (3, None, None, None),
    ],
    ids=["all of it", "no audience", "neither day nor basis"],
)
def test_what_the_sheet_does_not_state_is_not_compared(known: World, bring: Brings, said: tuple[Any, ...]) -> None:
    again = bring(known, ("Ann", SEROLOGY, *said), today=DECEMBER)
    assert (again.rules(), again.size) == (["same"], 0)


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ((4, JUNE, Basis.MANAGER, None), ("Ann", "Expert", JUNE)),
        ((2, JUNE, Basis.MANAGER, None), ("Ann", "Working", JUNE)),
        ((3, JUNE, Basis.MANAGER, None), ("Ann", "Practitioner", JUNE)),
        ((4, None, Basis.MANAGER, None), ("Ann", "Expert", DECEMBER)),
    ],
    ids=["higher", "lower", "seen again", "no day"],
)
def test_a_later_judgement_supersedes(
    known: World, bring: Brings, said: tuple[Any, ...], now: tuple[str, str, datetime.date]
) -> None:
    assert bring(known, ("Ann", SEROLOGY, *said), today=DECEMBER).rules() == ["superseded"]
    assert held(known) == [now]
    eve = now[2] - datetime.timedelta(1)
    assert held(known, as_of=eve) == [("Ann", "Practitioner", MARCH)]
    assert held(known, as_of=now[2]) == [now]


def test_another_judgement_of_the_same_day_is_a_correction(known: World, bring: Brings) -> None:
    assert bring(known, ("Ann", SEROLOGY, 4, MARCH, Basis.MANAGER), today=DECEMBER).rules() == ["superseded"]
    for day in (MARCH, JUNE, DECEMBER):
        assert held(known, as_of=day) == [("Ann", "Expert", MARCH)], "the old one held for no day"
    assert held(known, as_of=MARCH - datetime.timedelta(1)) == []


def test_another_basis_supersedes_and_ranks_by_it(known: World, bring: Brings) -> None:
    bring(known, ("Ann", SEROLOGY, 3, MARCH, Basis.ACCREDITED), ("Bob", SEROLOGY, 3, JUNE, Basis.MANAGER), today=JUNE)
    assert [name for name, *_ in held(known)] == ["Ann", "Bob"]


@pytest.mark.parametrize("level", [0, 1, 4])
def test_a_row_older_than_what_is_known_leaves_it_alone(known: World, bring: Brings, level: int) -> None:
    older = bring(known, ("Ann", SEROLOGY, level, JANUARY, Basis.MANAGER), today=DECEMBER)
    assert (older.rules("noted"), older.size) == (["older-than-known"], 0)


def test_an_undated_row_of_an_older_picture_is_as_old_as_the_picture(known: World, bring: Brings) -> None:
    older = bring(known, ("Ann", SEROLOGY, 4), snapshot=JANUARY, today=DECEMBER)
    assert (older.rules("noted"), older.size) == (["older-than-known"], 0)


def test_none_ends_a_record_on_its_day(known: World, bring: Brings) -> None:
    ended = bring(known, ("Ann", SEROLOGY, 0, JUNE), today=DECEMBER)
    assert ended.rules() == ["stated-none"]
    assert held(known) == []
    assert held(known, as_of=JUNE - datetime.timedelta(1)) == [("Ann", "Practitioner", MARCH)]
    assert held(known, as_of=JUNE) == []


def test_none_of_what_nobody_recorded_changes_nothing(known: World, bring: Brings) -> None:
    nothing = bring(known, ("Ann", CULTURE, 0, JUNE), today=DECEMBER)
    assert (nothing.rules(), nothing.size) == (["none-held"], 0)


@pytest.mark.parametrize(
    ("first", "second", "rules", "level"),
    [
        ((3, MARCH, None), (3, MARCH, None), ["new-record", "repeated"], "Practitioner"),
        ((3, MARCH, None), (4, MARCH, None), ["new-record", "contradiction"], "Practitioner"),
        ((3, None, None), (4, None, None), ["new-record", "contradiction"], "Practitioner"),
        ((3, MARCH, None), (0, MARCH, None), ["new-record", "contradiction"], "Practitioner"),
        ((3, JUNE, None), (4, MARCH, None), ["new-record", "overtaken-in-file"], "Practitioner"),
        ((3, MARCH, None), (4, JUNE, None), ["overtaken-in-file", "new-record"], "Expert"),
        ((3, MARCH, Basis.SELF), (4, MARCH, Basis.MANAGER), ["kept-beside", "new-record"], "Expert"),
        ((3, MARCH, None), (4, None, None), ["new-record", "overtaken-in-file"], "Practitioner"),
    ],
    ids=["same", "level", "level undated", "none", "earlier day", "later day", "stronger basis", "undated"],
)
def test_rows_that_disagree(
    lab: World,
    bring: Brings,
    first: tuple[Any, ...],
    second: tuple[Any, ...],
    rules: list[str],
    level: str,
) -> None:
    file = (("Ann", SEROLOGY, *first), ("Ann", SEROLOGY, *second))
    assert bring(lab, *file, today=JUNE).rules()[1:] == rules
    assert [found[1] for found in held(lab)] == [level]
    assert bring(lab, *file, today=DECEMBER).size == 0


def test_rows_that_differ_in_their_audience_contradict(lab: World, bring: Brings) -> None:
    said = ("Ann", SEROLOGY, 3, MARCH, None)
    both = bring(lab, (*said, Audience.PRIVATE), (*said, Audience.PUBLIC), today=JUNE)
    assert both.rules() == ["person-added", "new-record", "contradiction"]
    assert lab.who("LIF", "anonymous") == []


def test_a_record_goes_no_further_because_a_newer_sheet_says_nothing_of_its_audience(lab: World, bring: Brings) -> None:
    bring(lab, ("Ann", SEROLOGY, 3, MARCH, None, Audience.PRIVATE), today=JUNE)
    bring(lab, ("Ann", SEROLOGY, 4, JUNE), today=JUNE)
    assert lab.who("LIF", "member:aster") == []
    assert [level for _, level, _ in lab.who("LIF", "steward:aster")] == ["Expert"]


def test_another_audience_moves_the_record(known: World, bring: Brings) -> None:
    assert known.who("LIF", "anonymous") == []
    moved = bring(known, ("Ann", SEROLOGY, 3, MARCH, Basis.MANAGER, Audience.PUBLIC), today=JUNE)
    assert moved.rules() == ["superseded"]
    assert [name for name, *_ in known.who("LIF", "anonymous")] == ["Ann"]


@pytest.mark.parametrize("default", Audience)
@pytest.mark.parametrize("stated", [None, *Audience])
def test_the_audience_decides_the_view(
    world: MakeWorld, bring: Brings, default: Audience, stated: Audience | None
) -> None:
    lab = world(aster=default)
    bring(lab, ("Ann", SEROLOGY, 3, MARCH, None, stated), today=JUNE)
    seen = {caller for caller in ("anonymous", "member:aster", "steward:aster", "operator") if lab.who("LIF", caller)}
    expected = {
        Audience.PUBLIC: {"anonymous", "member:aster", "steward:aster", "operator"},
        Audience.ALLIANCE: {"member:aster", "steward:aster", "operator"},
        Audience.PRIVATE: {"steward:aster", "operator"},
        Audience.EMERGENCY: {"steward:aster", "operator"},
    }
    assert seen == expected[stated or default]


def test_only_a_full_picture_ends_what_it_does_not_mention(known: World, bring: Brings) -> None:
    bring(known, ("Bob", CULTURE, 2, MARCH), ("Ann", CULTURE, 1, MARCH), today=JUNE)
    part = bring(known, ("Bob", CULTURE, 2, MARCH), today=DECEMBER)
    assert (part.rules(), part.size) == (["same"], 0)
    full = bring(known, ("Ann", CULTURE, 1, MARCH), today=DECEMBER, full=True, snapshot=JUNE)
    assert full.counts == {"ended": 2, "person-left": 1, "unchanged": 1}
    assert held(known) == [("Ann", "Awareness", MARCH)]
    eve = JUNE - datetime.timedelta(1)
    assert held(known, as_of=eve) == [("Ann", "Practitioner", MARCH)]
    assert held(known, as_of=JUNE) == [("Ann", "Awareness", MARCH)]


def test_a_picture_without_a_day_is_of_the_day_of_its_import(known: World, bring: Brings) -> None:
    bring(known, ("Ann", CULTURE, 1, MARCH), today=DECEMBER, full=True)
    assert [level for _, level, _ in held(known, as_of=DECEMBER - datetime.timedelta(1))] == ["Practitioner"]
    assert [level for _, level, _ in held(known, as_of=DECEMBER)] == ["Awareness"]


def test_a_full_picture_ends_nothing_that_is_newer_than_itself(known: World, bring: Brings) -> None:
    older = bring(known, ("Bob", CULTURE, 1, JANUARY), today=DECEMBER, full=True, snapshot=JANUARY)
    assert older.rules("noted") == ["older-than-known"]
    assert [name for name, *_ in held(known)] == ["Ann", "Bob"]
    mentioned = bring(known, ("Ann", CULTURE, 1, JANUARY), today=DECEMBER, full=True, snapshot=JANUARY)
    assert "ended" not in {outcome.status for outcome in mentioned.outcomes if "Ann" in outcome.detail}
    assert ("Ann", "Practitioner", MARCH) in held(known)


def test_a_refused_cell_mentions_its_skill(known: World, bring: Brings) -> None:
    bring(known, ("Ann", CULTURE, 1, MARCH), today=JUNE)
    full = bring(known, ("Ann", SEROLOGY, HELD), today=DECEMBER, full=True)
    assert full.rules() == ["not-in-file"]
    assert [level for _, level, _ in held(known)] == ["Practitioner"]


def test_a_row_that_could_be_anybodys_keeps_everybody_from_having_left(known: World, bring: Brings) -> None:
    kept = bring(known, ("Bob", CULTURE, 1, MARCH), today=DECEMBER, full=True, leavers=False)
    assert kept.rules("noted") == ["leavers-kept"]
    assert {name for name, *_ in held(known)} == {"Ann", "Bob"}


def test_whoever_left_can_come_back(known: World, bring: Brings) -> None:
    """Found again as the same person, with the history; not shown on any day while they are away."""
    before = people(known)
    bring(known, ("Bob", CULTURE, 1, MARCH), today=JUNE, full=True)
    assert held(known, as_of=MARCH) == [("Bob", "Awareness", MARCH)]
    back = bring(known, ("Ann", SEROLOGY, 4, DECEMBER), today=DECEMBER)
    assert back.counts == {"added": 1, "person-changed": 1}
    assert before < people(known)
    assert held(known, as_of=MARCH) == [("Ann", "Practitioner", MARCH), ("Bob", "Awareness", MARCH)]


def test_people_are_told_by_number_and_never_across_organisations(world: MakeWorld, bring: Brings) -> None:
    both = world(aster=Audience.ALLIANCE, birch=Audience.ALLIANCE)
    for slug in ("aster", "birch"):
        bring(both, (("7", "Ann"), SEROLOGY, 3, MARCH), organisation=slug, today=JUNE)
    assert len(people(both)) == 2
    bring(both, (("7", "Ann"), SEROLOGY, 0, JUNE), organisation="birch", today=JUNE)
    assert [hit.card.organisation for hit in both.hits("LIF")] == ["aster"]


def test_a_corrected_name_replaces_the_old_one(lab: World, bring: Brings) -> None:
    bring(lab, (("7", "Anne Exampel"), SEROLOGY, 3, MARCH), today=JUNE)
    before = people(lab)
    corrected = bring(lab, (("7", "Ann Example"), SEROLOGY, 3, MARCH), today=JUNE)
    assert corrected.counts == {"person-changed": 1, "unchanged": 1}
    assert (held(lab), people(lab)) == ([("Ann Example", "Practitioner", MARCH)], before)
    # What an undo of that import would need is kept where nobody is found by it, until the next import.
    assert [quad.endswith("/undoable/aster/before>") for quad in lab.quads() if "Exampel" in quad] == [True]
    bring(lab, (("7", "Ann Example"), SEROLOGY, 4, JUNE), today=JUNE)
    assert not any("Exampel" in quad for quad in lab.quads())


def test_a_person_without_a_name_is_a_person(lab: World, bring: Brings) -> None:
    bring(lab, (("7", ""), SEROLOGY, 3, MARCH), today=JUNE)
    assert held(lab) == [("Name not given", "Practitioner", MARCH)]
    assert bring(lab, (("7", ""), SEROLOGY, 3, MARCH), today=DECEMBER).size == 0
    bring(lab, (("7", "Ann"), SEROLOGY, 3, MARCH), today=DECEMBER)
    assert held(lab) == [("Ann", "Practitioner", MARCH)]


def test_a_row_that_could_be_of_several_people_is_refused_and_nothing_of_theirs_ends(lab: World, bring: Brings) -> None:
    two = ((("1", "Ann"), SEROLOGY, 3, MARCH), (("2", "Ann"), SEROLOGY, 4, MARCH))
    bring(lab, *two, (("3", "Cleo"), SEROLOGY, 1, MARCH), today=JUNE)
    before = held(lab)
    for full in (False, True):
        unclear = bring(lab, ("Ann", CULTURE, 2), ("Cleo", SEROLOGY, 1), today=DECEMBER, full=full)
        assert unclear.rules("refused") == ["ambiguous-person"]
        assert (unclear.size, held(lab)) == (0, before)


def test_where_somebody_works_follows_the_newest_file(lab: World, bring: Brings) -> None:
    def place(unit: str | None, available: bool | None, **when: Any) -> Brought:
        return bring(lab, (("7", "Ann", unit, available), SEROLOGY, 3, MARCH), **when)

    def now() -> tuple[str | None, bool | None]:
        (hit,) = lab.hits("LIF")
        return (hit.card.unit, hit.card.available)

    place("Blue team", True, today=JUNE)
    assert now() == ("Blue team", True)
    assert place("Red team", None, today=DECEMBER, snapshot=JANUARY).size == 0, "an older file"
    assert place("Red team", None, today=DECEMBER).rules() == ["person-changed", "same"]
    assert now() == ("Red team", True)
    assert place(None, None, today=DECEMBER).size == 0, "what the file does not say stays"
    place(None, False, today=DECEMBER)
    assert now() == ("Red team", False)
    assert (len(lab.hits("LIF", available=False)), len(lab.hits("LIF", available=True))) == (1, 0)


@given(data=st.data())
def test_a_dry_run_says_what_the_real_run_does_and_a_second_run_changes_nothing(
    world: MakeWorld, histories: st.SearchStrategy[History], data: st.DataObject
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations)
    for today, file in history.files:
        before = lived.quads()
        dry = lived.bring(file, today, dry_run=True)
        assert lived.quads() == before
        real: Brought = lived.bring(file, today)
        assert (dry.digest, dry.counts, dry.size) == (real.digest, real.counts, real.size)
        # A day later only what the file states counts; a picture of a stated day is of that day whenever it comes.
        later = today if file.snapshot else today + datetime.timedelta(data.draw(st.integers(0, 3)))
        after = lived.quads()
        again = lived.bring(file, later)
        assert again.size == 0, again.outcomes
        assert lived.quads() == after
