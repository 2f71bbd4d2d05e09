"""Tallies: of what anybody can make happen as often as they like, the first has an entry and the rest are counted.

So nobody can fill the disk by being refused: of one caller and one rule there are at most two entries a minute, the
first at once, and when the minute is over one that says how many there were besides. What they differ by is given out
by those who run the service: roles, organisations, users, tokens. Where a refused stranger comes from is not told.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from gse_skills.audit.event import Event

MINUTE = 60.0


@dataclass(slots=True)
class _Counted:
    since: float
    last: Event
    count: int = 0


class Tally:
    """Counts events of a kind; thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: dict[Hashable, _Counted] = {}

    def take(self, event: Event) -> list[Event]:
        """Count an event; returns what is to be written now: what is due, and the event if it is the first."""
        kind = _kind(event)
        with self._lock:
            found = self._due(self._clock() - MINUTE)
            known = self._counted.get(kind)
            if known is None:
                self._counted[kind] = _Counted(self._clock(), event)
                return [*found, event]
            known.count += 1
            known.last = event
            return found

    def knows(self, event: Event) -> bool:
        """Whether one of that kind was counted a short time ago."""
        return _kind(event) in self._counted

    def due(self, *, everything: bool = False) -> list[Event]:
        """What is to be written of those whose minute is over, or of all."""
        if not self._counted:
            return []
        with self._lock:
            return self._due(float("inf") if everything else self._clock() - MINUTE)

    def _due(self, before: float) -> list[Event]:
        over = [kind for kind, one in self._counted.items() if one.since <= before]
        ended = [self._counted.pop(kind) for kind in over]
        return [replace(one.last, count=one.count) for one in ended if one.count]


def _kind(event: Event) -> Hashable:
    return event.caller, event.action, event.outcome, event.rule, event.user, event.token
