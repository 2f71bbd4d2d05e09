"""Callers: what the service knows of whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gse_skills.errors import InputError


class Role(Enum):
    """The roles of a caller."""

    ANONYMOUS = "anonymous"
    MEMBER = "member"
    STEWARD = "steward"
    OPERATOR = "operator"
    """Whoever holds the data folder itself, at the command line of its machine; never given to a token."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller: a role, and the organisation in which they have it."""

    role: Role
    organisation: str | None = None
    """Slug; None for the anonymous caller and the operator."""

    @classmethod
    def parse(cls, text: str) -> Caller:
        """A caller as people write one: `anonymous`, `member:ORG` or `steward:ORG`.

        >>> Caller.parse("steward:porton")
        Caller(role=<Role.STEWARD: 'steward'>, organisation='porton')

        Raises InputError (rule `unknown-caller`).
        """
        role, _, organisation = text.partition(":")
        if text == "anonymous":
            return ANONYMOUS
        if role in ("member", "steward") and organisation:
            return cls(Role(role), organisation)
        raise InputError(
            f"“{text}” is not a caller.",
            rule="unknown-caller",
            remedy="Write anonymous, member:ORGANISATION or steward:ORGANISATION.",
        )

    def __str__(self) -> str:
        return f"{self.role.value}:{self.organisation}" if self.organisation else self.role.value


ANONYMOUS = Caller(Role.ANONYMOUS)
OPERATOR = Caller(Role.OPERATOR)
