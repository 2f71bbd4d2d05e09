"""Incidents as they are kept: within bounds, ended by the clock, told of once."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from gse_skills.access import Caller, IncidentStore, UserStore
from gse_skills.errors import ConflictError, InputError, NotFoundError

HOUR = datetime.timedelta(hours=1)
BEGAN = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> IncidentStore:
    return IncidentStore(tmp_path / "incidents.json", clock, 3 * HOUR)


Open = Callable[..., str]


@pytest.fixture
def opened(store: IncidentStore) -> Open:
    def opened(*, drill: bool = False) -> str:
        incident = store.plan("aster", " Outbreak\nin a harbour ", "INC-7", 2 * HOUR, drill=drill)
        store.open(incident)
        return incident.identifier

    return opened


def test_it_is_open_from_its_beginning_to_its_end(store: IncidentStore, clock: Clock, opened: Open) -> None:
    one = opened()
    assert store.get(one).purpose == "Outbreak in a harbour"
    assert store.open_ones() == {one}
    clock.now += 2 * HOUR - datetime.timedelta(microseconds=1)
    assert store.open_ones() == {one}
    assert store.unsettled() == []
    clock.now = BEGAN + 2 * HOUR
    assert store.open_ones() == frozenset()
    assert [incident.identifier for incident in store.unsettled()] == [one]
    store.settle([one])
    assert store.unsettled() == []


def test_closing_ends_it_at_once_and_once(store: IncidentStore, clock: Clock, opened: Open) -> None:
    one, other = opened(), opened()
    clock.now += HOUR
    assert store.close(one).over == BEGAN + HOUR
    assert store.open_ones() == {other}
    for again in (store.close, store.going_on):
        with pytest.raises(ConflictError) as err:
            again(one)
        assert err.value.rule == "not-open"


def test_a_drill_is_under_way_and_opens_nothing(store: IncidentStore, opened: Open) -> None:
    one = opened(drill=True)
    assert [incident.identifier for incident in store.under_way()] == [one]
    assert store.open_ones() == frozenset()


@pytest.mark.parametrize(
    ("purpose", "reference", "lasts", "rule"),
    [
        (" ", "INC-7", HOUR, "purpose-needed"),
        ("Outbreak", "\n", HOUR, "purpose-needed"),
        ("x" * 201, "INC-7", HOUR, "purpose-needed"),
        ("Outbreak", "x" * 61, HOUR, "purpose-needed"),
        ("Outbreak", "INC-7", 0 * HOUR, "bad-end"),
        ("Outbreak", "INC-7", -HOUR, "bad-end"),
        ("Outbreak", "INC-7", 3.01 * HOUR, "bad-end"),
    ],
)
def test_what_cannot_be_opened(
    store: IncidentStore, purpose: str, reference: str, lasts: datetime.timedelta, rule: str
) -> None:
    with pytest.raises(InputError) as err:
        store.plan("aster", purpose, reference, lasts)
    assert err.value.rule == rule


def test_one_that_there_is_not(store: IncidentStore) -> None:
    with pytest.raises(NotFoundError) as err:
        store.get("0000000000000000")
    assert err.value.rule == "unknown-incident"


def test_another_process_sees_the_same(store: IncidentStore, tmp_path: Path, clock: Clock, opened: Open) -> None:
    one = opened(drill=True)
    assert IncidentStore(tmp_path / "incidents.json", clock).get(one) == store.get(one)


def test_whoever_was_called_is_dismissed_and_keeps_the_rest(tmp_path: Path) -> None:
    users = UserStore(tmp_path / "users.json")
    kept, gone = "00000000000000aa", "00000000000000bb"
    for grant in ("member:aster", f"responder:aster/{kept}", f"responder:aster/{gone}"):
        users.grant("ann@example.org", Caller.parse(grant))
    users.dismiss([gone])
    assert users.named("ann@example.org").grants == ("member:aster", f"responder:aster/{kept}")


def test_a_mistyped_responder_is_no_user_afterwards_and_whoever_came_stays_for_the_audit_log(tmp_path: Path) -> None:
    users, gone = UserStore(tmp_path / "users.json"), "00000000000000bb"
    for name in ("mistyped@example.org", "petra@example.org"):
        users.grant(name, Caller.parse(f"responder:aster/{gone}"))
    petra, idle = users.let_in("petra@example.org"), users.let_in("idle@example.org")
    users.dismiss([gone])
    assert {(user.name, user.grants) for user in users.users()} == {(petra.name, ()), (idle.name, ())}
    assert users.named("petra@example.org").identifier == petra.identifier
    assert "mistyped" not in (tmp_path / "users.json").read_text()


def test_whoever_is_let_in_twice_is_one_user_and_was_granted_nothing(tmp_path: Path) -> None:
    users = UserStore(tmp_path / "users.json")
    user = users.let_in("Ann@Example.org")
    assert (user.name, user.grants) == ("ann@example.org", ())
    assert users.let_in("ann@example.org") == user
    assert users.users() == [user]
