"""Nobody fills the disk by being refused: of those that come often the first is told, and how many there were."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from gse_skills.access import ANONYMOUS, OPERATOR, Caller
from gse_skills.audit import Action, AuditError, AuditLog, Event, Outcome, entries, verify
from gse_skills.audit.tally import Tally

REFUSED = Event(ANONYMOUS, Action.REFUSED, Outcome.REFUSED, rule="not-steward")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_the_first_is_told_at_once_and_the_others_as_a_number() -> None:
    clock = Clock()
    tally = Tally(clock)
    assert tally.take(REFUSED) == [REFUSED]
    for n in range(1, 100):
        assert tally.take(replace(REFUSED, request=f"r{n}")) == []
    assert tally.due() == []
    clock.now += 60
    last = replace(REFUSED, request="r99", count=99)
    assert tally.take(replace(REFUSED, request="r100")) == [last, replace(REFUSED, request="r100")]
    clock.now += 60
    # Of one there is nothing more to say.
    assert tally.due(everything=True) == []


def test_callers_and_rules_are_told_apart() -> None:
    tally = Tally(Clock())
    kinds = [
        REFUSED,
        replace(REFUSED, rule="bad-token"),
        replace(REFUSED, caller=Caller.parse("member:alder")),
        replace(REFUSED, user="00ff"),
        replace(REFUSED, token="3f9a1c20"),
        replace(REFUSED, action=Action.SIGN_IN),
    ]
    for kind in kinds:
        assert tally.take(kind) == [kind]
    assert [tally.take(replace(kind, request="again")) for kind in kinds] == [[]] * len(kinds)


def test_a_flood_leaves_two_entries_and_the_right_number(tmp_path: Path) -> None:
    with AuditLog(tmp_path, durable=False) as log:

        def flood() -> None:
            for _ in range(500):
                log.count(REFUSED)

        threads = [threading.Thread(target=flood) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert log.anchor.number == 1
    first, rest = entries(tmp_path)
    assert (first.event.count, rest.event.count) == (0, 3_999)
    assert verify(tmp_path).whole


def test_what_was_counted_goes_before_the_next_entry_once_its_minute_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gse_skills.audit.tally.MINUTE", 0.0)
    with AuditLog(tmp_path, durable=False) as log:
        log.count(REFUSED)
        monkeypatch.undo()
        log.count(REFUSED)
        log.count(REFUSED)
        monkeypatch.setattr("gse_skills.audit.tally.MINUTE", 0.0)
        log.append(Event(OPERATOR, Action.BACKUP))
        told = [(entry.event.action, entry.event.count) for entry in entries(tmp_path)]
    assert told == [(Action.REFUSED, 0), (Action.REFUSED, 2), (Action.BACKUP, 0)]


def test_what_is_only_counted_needs_a_log_too(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, durable=False)
    log.count(REFUSED)
    log.close()
    for event in (REFUSED, replace(REFUSED, rule="other")):
        with pytest.raises(AuditError) as err:
            log.count(event)
        assert err.value.rule == "audit-failed"
