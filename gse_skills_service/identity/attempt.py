"""A sign-in under way."""

from __future__ import annotations

import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way: what only the browser that began it, and we, know."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    next: str
    """The page to come back to."""

    @classmethod
    def begin(cls, redirect_uri: str, following: str) -> Attempt:
        """A new attempt, with three secrets of 256 bits."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, redirect_uri, following)
