"""The tree of units: history stays right whatever moves, and nothing hangs below itself."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.capability import Structure, read_structure, write_structure
from gse_skills.errors import InputError
from gse_skills.store import Change, EmbeddedStore

NAMES = ("Biology", "Chemistry", "Virology", "Serology")
APRIL, JULY = datetime.date(2025, 4, 1), datetime.date(2025, 7, 1)


def test_a_move_in_the_middle_of_a_year_leaves_the_first_half_as_it_was() -> None:
    tree = Structure("aster").placed("Biology", None).placed("Chemistry", None).placed("Virology", "Biology")
    moved = tree.placed("Virology", "Chemistry", since=JULY)
    assert moved.at(APRIL).path("virology") == ("Biology",)
    assert moved.at(JULY).path("VIROLOGY") == ("Chemistry",)
    assert moved.at(APRIL).below("Biology") == {"biology", "virology"}
    assert moved.at(JULY).below("Biology") == {"biology"}
    deeper = moved.placed("Serology", "Virology")
    assert deeper.at(APRIL).path("Serology") == ("Biology", "Virology")
    assert deeper.at(JULY).path("Serology") == ("Chemistry", "Virology")


def test_a_unit_that_is_no_more_leaves_those_below_it_with_the_organisation() -> None:
    tree = Structure("aster").placed("Biology", None, until=JULY).placed("Virology", "Biology")
    assert tree.at(APRIL).path("Virology") == ("Biology",)
    assert tree.at(JULY).path("Virology") == ()
    assert "biology" not in tree.at(JULY).names


def test_a_unit_that_only_sheets_name_can_be_above() -> None:
    tree = Structure("aster").placed("Virology", "biology", named=("Biology",))
    assert tree.at(APRIL).path("Virology") == ("Biology",)
    with pytest.raises(InputError) as error:
        Structure("aster").placed("Virology", "Biology")
    assert error.value.rule == "unknown-unit"


@pytest.mark.parametrize(
    ("name", "above", "since", "until", "rule"),
    [
        ("Biology", "Virology", None, None, "unit-cycle"),
        ("Biology", "Biology", None, None, "unit-cycle"),
        ("Biology", "Virology", JULY, None, "unit-cycle"),
        ("Virology", None, JULY, APRIL, "unit-dates"),
        ("Virology", None, JULY, JULY, "unit-dates"),
        ("  ", None, None, None, "unit-name"),
        ("x" * 201, None, None, None, "unit-name"),
    ],
)
def test_what_cannot_be_is_refused(
    name: str, above: str | None, since: datetime.date | None, until: datetime.date | None, rule: str
) -> None:
    tree = Structure("aster").placed("Biology", None).placed("Virology", "Biology")
    with pytest.raises(InputError) as error:
        tree.placed(name, above, since, until)
    assert error.value.rule == rule


def test_a_place_with_an_end_leaves_no_second_one_open() -> None:
    tree = Structure("aster").placed("Biology", None).placed("Virology", "Biology")
    for above in ("Biology", None):
        ended = tree.placed("Virology", above, until=JULY)
        assert [(place.since, place.until) for place in ended.of("Virology")] == [(None, JULY)]
        assert "virology" not in ended.at(JULY).names
    later = tree.placed("Virology", None, since=JULY).placed("Virology", "Biology", until=APRIL)
    assert [(place.since, place.until) for place in later.of("Virology")] == [(None, APRIL), (JULY, None)]


def test_a_unit_that_ends_takes_what_is_below_it_into_another() -> None:
    tree = Structure("aster").placed("Biology", None).placed("Chemistry", None).placed("Virology", "Biology")
    ended = tree.ended("Biology", JULY, "Chemistry")
    assert ended.at(APRIL).path("Virology") == ("Biology",)
    assert ended.at(JULY).path("Virology") == ("Chemistry",)
    assert "biology" not in ended.at(JULY).names
    empty = tree.ended("Virology", JULY).ended("Biology", JULY)
    assert empty.at(JULY).names == {"chemistry": "Chemistry"}
    sheets = Structure("aster").ended("Serology", JULY, "Virology", ("Serology", "Virology"))
    assert set(sheets.at(APRIL).names) == {"serology", "virology"}
    assert set(sheets.at(JULY).names) == {"virology"}


@pytest.mark.parametrize(
    ("name", "on", "into", "rule"),
    [
        ("Biology", JULY, None, "unit-not-empty"),
        ("Biology", JULY, "Virology", "unit-cycle"),
        ("Biology", JULY, "Biology", "unit-cycle"),
        ("Biology", JULY, "Gone", "unit-ended"),
        ("Gone", JULY, "Biology", "unit-ended"),
        ("Young", APRIL, "Biology", "unit-dates"),
        ("Nowhere", JULY, "Biology", "unknown-unit"),
        ("Virology", JULY, "Nowhere", "unknown-unit"),
    ],
)
def test_an_end_that_cannot_be_is_refused(name: str, on: datetime.date, into: str | None, rule: str) -> None:
    tree = Structure("aster").placed("Biology", None).placed("Virology", "Biology")
    tree = tree.placed("Gone", None, until=APRIL).placed("Young", None, since=JULY)
    with pytest.raises(InputError) as error:
        tree.ended(name, on, into)
    assert error.value.rule == rule


def named_only_by_places(
    name: str, said: list[tuple[str, str | None, datetime.date | None, datetime.date | None]]
) -> bool:
    """Whether nothing was put below a unit, which would give it a place of its own if it had none."""
    return all(above != name for _, above, _, _ in said)


days = st.none() | st.dates(datetime.date(2025, 1, 1), datetime.date(2025, 1, 8))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.none() | st.sampled_from(NAMES), days, days), max_size=8))
def test_any_history_is_a_tree_on_every_day_and_is_kept_as_it_is(
    said: list[tuple[str, str | None, datetime.date | None, datetime.date | None]],
) -> None:
    structure, expected = Structure("aster"), dict[tuple[str, datetime.date], tuple[int, str | None]]()
    week = [datetime.date(2024, 12, 31) + datetime.timedelta(n) for n in range(10)]
    store, refused = EmbeddedStore(None), set[str]()
    for number, (name, above, since, until) in enumerate(said):
        try:
            new = structure.placed(name, above, since, until, NAMES)
        except InputError as error:
            refused.add(error.rule)
            continue
        with Change() as change:
            write_structure(structure, new, change)
            store.apply(change)
        structure = new
        inside = [day for day in week if (since is None or since <= day) and (until is None or day < until)]
        cut = {expected[name, day][0] for day in inside if (name, day) in expected}
        for day in week:
            if day in inside:
                expected[name, day] = number, above
            elif until is not None and until <= day and expected.get((name, day), (None, None))[0] in cut:
                del expected[name, day]
        assert set(read_structure(store, "aster").places) == set(structure.places)
    assert refused <= {"unit-cycle", "unit-dates"}
    for day in week:
        tree = structure.at(day)
        for name in NAMES:
            assert name not in tree.path(name)
            held = [place for place in structure.of(name) if place.holds(day)]
            assert len(held) <= 1
            if named_only_by_places(name, said):
                assert (name.casefold() in tree.names) == ((name, day) in expected)
            above = expected.get((name, day), (0, None))[1]
            if above is not None and above.casefold() in tree.names:
                assert tree.path(name)[-1] == above
