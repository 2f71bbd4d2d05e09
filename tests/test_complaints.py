"""Complaints: taken from anybody, acknowledged in thirty days, read by whoever has to handle them."""

from __future__ import annotations

import datetime
import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from gse_skills.access import OPERATOR, Access, Caller, access_of
from gse_skills.complaints import AN_HOUR, DAYS, ComplaintStore, Stage
from gse_skills.errors import ConflictError, InputError, LimitError, NotFoundError, RefusedError


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    at: datetime.datetime = datetime.datetime(2026, 7, 1, 9, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.at

    def go(self, **more: int) -> None:
        self.at += datetime.timedelta(**more)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> ComplaintStore:
    return ComplaintStore(tmp_path / "complaints.json", clock)


def access(caller: str) -> Access:
    return access_of(OPERATOR if caller == "operator" else Caller.parse(caller), ["alder", "birch"])


def test_it_is_kept_where_only_the_owner_reads(store: ComplaintStore, tmp_path: Path, clock: Clock) -> None:
    made = store.make("My level\x00 is wrong.\r\nAnd nobody answers.", organisation="alder", contact="jo@example.org")
    assert made.text == "My level  is wrong.\nAnd nobody answers."
    assert stat.S_IMODE((tmp_path / "complaints.json").stat().st_mode) == 0o600
    again = ComplaintStore(tmp_path / "complaints.json", clock)
    assert again.get(f" {made.reference.upper()} ") == made
    assert (made.stage, made.days_left(clock())) == (Stage.RECEIVED, DAYS)


def test_each_is_shown_to_whoever_handles_it(store: ComplaintStore) -> None:
    alder, birch, service = (store.make("It is wrong.", organisation=slug) for slug in ("alder", "birch", ""))
    assert store.listed(access("administrator")) == store.listed(access("operator")) == (alder, birch, service)
    assert store.listed(access("steward:alder")) == (alder,)
    for caller in ("anonymous", "member:alder", "lead:alder", f"person:alder/{'0' * 16}", "framework-owner"):
        with pytest.raises(RefusedError) as caught:
            store.listed(access(caller))
        assert caught.value.rule == "not-for-complaints"
    with pytest.raises(NotFoundError) as hidden:
        store.acknowledge(birch.reference, access("steward:alder"))
    with pytest.raises(NotFoundError) as unknown:
        store.acknowledge("0" * 16, access("steward:alder"))
    assert str(hidden.value) == str(unknown.value)


def test_the_clock_runs_until_it_is_acknowledged_and_overdue_ones_come_first(
    store: ComplaintStore, clock: Clock
) -> None:
    old = store.make("The first.")
    clock.go(days=DAYS)
    assert (old.days_left(clock()), old.overdue(clock())) == (0, False)
    clock.go(days=1)
    new = store.make("The second.")
    assert old.overdue(clock())
    assert store.listed(access("administrator")) == (old, new)
    read = store.acknowledge(old.reference, access("administrator"))
    assert (read.stage, read.overdue(clock())) == (Stage.ACKNOWLEDGED, False)
    assert store.listed(access("administrator")) == (new, read)
    clock.go(days=1)
    assert store.acknowledge(old.reference, access("administrator")) == read


def test_an_answer_acknowledges_and_is_read_by_reference(store: ComplaintStore, clock: Clock) -> None:
    made = store.make("It is wrong.", organisation="alder")
    with pytest.raises(InputError) as caught:
        store.answer(made.reference, " ", access("steward:alder"))
    assert caught.value.rule == "text-missing"
    store.answer(made.reference, "It was put right.", access("steward:alder"))
    found = store.get(made.reference)
    assert (found.stage, found.answer, found.acknowledged) == (Stage.ANSWERED, "It was put right.", clock())
    assert store.answer(made.reference, "It was put right.", access("steward:alder")) == found
    with pytest.raises(ConflictError) as again:
        store.answer(made.reference, "No.", access("steward:alder"))
    assert again.value.rule == "already-answered"


@pytest.mark.parametrize(
    ("text", "rule"), [("", "text-missing"), (" \r\n", "text-missing"), ("x" * 4001, "text-too-long")]
)
def test_what_says_nothing_or_too_much_is_not_taken(store: ComplaintStore, text: str, rule: str) -> None:
    with pytest.raises(InputError) as caught:
        store.make(text)
    assert caught.value.rule == rule


def test_a_flood_is_stemmed_and_the_same_words_are_taken_once(store: ComplaintStore, clock: Clock) -> None:
    first = store.make("Number 0")
    assert store.make("Number 0") == first
    for number in range(1, AN_HOUR):
        store.make(f"Number {number}")
    with pytest.raises(LimitError) as caught:
        store.make("One more")
    assert caught.value.rule == "too-many-complaints"
    clock.go(hours=1)
    assert store.make("One more").stage is Stage.RECEIVED


def test_what_somebody_erased_said_goes_and_that_they_said_it_stays(store: ComplaintStore, tmp_path: Path) -> None:
    hers = store.make("I am Ann Archer.", organisation="alder", contact="ann@example.org", person="0" * 15 + "1")
    other = store.make("It is wrong.", organisation="alder", person="0" * 15 + "2")
    store.answer(hers.reference, "Dear Ann Archer, it was put right.", access("operator"))
    store.forget({"0" * 15 + "1"})
    assert b"Archer" not in (tmp_path / "complaints.json").read_bytes()
    assert b"ann@" not in (tmp_path / "complaints.json").read_bytes()
    found = store.get(hers.reference)
    assert (found.stage, found.person, found.text) == (Stage.ANSWERED, "", "removed")
    assert store.get(other.reference) == other
