"""Sessions of people who signed in: kept here, so that the browser holds nothing but a random name."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from gse_skills_service.identity.attempt import Attempt

_IDLE_SECONDS = 30 * 60
_LONGEST_SECONDS = 8 * 3600
_ATTEMPT_SECONDS = 10 * 60
_RECENT_SECONDS = 15 * 60
_MOST = 100_000
"""Sessions kept at a time, and as many sign-ins under way; the one that was idle longest goes first. Anybody can begin
to sign in as often as they like, and nobody who is in goes for that."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is known of a browser that signed in, or is about to."""

    user: str | None
    """The user's identifier; None while they are signing in."""
    acting_as: str
    """The caller that they chose, as `Caller.parse` reads it; empty when there is none."""
    form_key: str
    """What every form of theirs carries, so that no other site can send one."""
    begun: float
    seen: float
    attempt: Attempt | None = None
    address: str | None = None
    """The mail address that the issuer verified when they signed in."""


class Sessions:
    """The sessions of one running service; thread-safe. A restart signs everybody out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._attempts: OrderedDict[str, Session] = OrderedDict()

    def begin(self, attempt: Attempt) -> str:
        """A session for a sign-in under way; returns its name, for the cookie."""
        return self._keep(None, "", attempt)

    def signed_in(self, user: str, acting_as: str, address: str | None = None) -> str:
        """The session of somebody who has signed in; its name is new, so that nobody can have planted it."""
        return self._keep(user, acting_as, None, address)

    def is_recent(self, session: Session) -> bool:
        """Whether they signed in a short while ago, and so are likely to be the one who sits there."""
        return self._clock() - session.begun <= _RECENT_SECONDS

    def get(self, name: str) -> Session | None:
        """The session of that name, None when there is none or its time is over."""
        with self._lock:
            kept = self._attempts if name in self._attempts else self._sessions
            session = kept.get(name)
            if session is None:
                return None
            now = self._clock()
            idle = _IDLE_SECONDS if session.user else _ATTEMPT_SECONDS
            if now - session.seen > idle or now - session.begun > _LONGEST_SECONDS:
                del kept[name]
                return None
            kept[name] = session = replace(session, seen=now)
            kept.move_to_end(name)
            return session

    def act_as(self, name: str, caller: str) -> None:
        """Choose another of the user's callers."""
        with self._lock:
            if name in self._sessions:
                self._sessions[name] = replace(self._sessions[name], acting_as=caller)

    def end(self, name: str) -> None:
        """Forget a session."""
        with self._lock:
            self._sessions.pop(name, None)
            self._attempts.pop(name, None)

    def _keep(self, user: str | None, acting_as: str, attempt: Attempt | None, address: str | None = None) -> str:
        name, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            kept = self._sessions if attempt is None else self._attempts
            kept[name] = Session(user, acting_as, secrets.token_urlsafe(32), now, now, attempt, address)
            while len(kept) > _MOST:
                kept.popitem(last=False)
        return name
