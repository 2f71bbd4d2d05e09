"""What is shown once after a form was sent, such as the secret of a new token: kept here for a minute, for the browser
that sent it.

The answer to the form leads to another page, so that reloading what is shown sends no form again. What is
shown stands in no address and in no cookie: the cookie holds a random name, which is worth nothing once it was used.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from fastapi.responses import RedirectResponse

from gse_skills_service.auth import is_secure, session_cookie

Shown = TypeVar("Shown")
_SECONDS = 60
_MOST = 1_000
"""Kept at a time; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class _Slot:
    owner: tuple[str, ...]
    page: str
    shown: object
    made: float


class ShownOnce:
    """What waits to be shown in one running service; thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._slots: OrderedDict[str, _Slot] = OrderedDict()

    def keep(self, owner: tuple[str, ...], page: str, shown: object) -> str:
        """Keep something for a minute; returns the name by which its owner takes it on that page."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_old()
            self._slots[name] = _Slot(owner, page, shown, self._clock())
            while len(self._slots) > _MOST:
                self._slots.popitem(last=False)
        return name

    def take(self, name: str, owner: tuple[str, ...], page: str, kind: type[Shown]) -> Shown | None:
        """What was kept under a name, once; None for anybody else, on another page, again and after a minute.

        Raises TypeError where something else than `kind` was kept for that page.
        """
        with self._lock:
            self._forget_old()
            slot = self._slots.get(name)
            if slot is None or slot.owner != owner or slot.page != page:
                return None
            del self._slots[name]
        if not isinstance(slot.shown, kind):
            raise TypeError(f"{page} shows {kind.__name__}, and {type(slot.shown).__name__} was kept.")
        return slot.shown

    def _forget_old(self) -> None:
        while self._slots:
            name, slot = next(iter(self._slots.items()))
            if self._clock() - slot.made <= _SECONDS:
                return
            del self._slots[name]


def show_once(request: Request, page: str, address: str, shown: object) -> RedirectResponse:
    """Lead to a page that shows something once, to the browser that asks alone."""
    response = RedirectResponse(address, 303)
    name = request.app.state.shown_once.keep(_owner(request), page, shown)
    response.set_cookie(
        shown_cookie(request), name, max_age=_SECONDS, secure=is_secure(request), httponly=True, samesite="strict"
    )
    return response


def take_shown(request: Request, page: str, kind: type[Shown]) -> Shown | None:
    """What the page has to show to this browser now, None when there is nothing."""
    name = request.cookies.get(shown_cookie(request), "")
    slots: ShownOnce = request.app.state.shown_once
    return slots.take(name, _owner(request), page, kind) if name else None


def shown_cookie(request: Request) -> str:
    """What the cookie is called."""
    return "__Host-shown" if is_secure(request) else "shown"


def _owner(request: Request) -> tuple[str, ...]:
    """Whoever asks: a session of one who signed in, a token or, in the demo, whom the visitor looks as."""
    state = request.state
    session = request.cookies.get(session_cookie(request), "")
    return session, *(str(getattr(state, name, "")) for name in ("user", "token", "role", "organisation"))
