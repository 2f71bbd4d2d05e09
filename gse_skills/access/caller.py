"""Callers: what the service knows of whoever asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from gse_skills.errors import InputError


class Role(Enum):
    """The roles of a caller."""

    ANONYMOUS = "anonymous"
    MEMBER = "member"
    PERSON = "person"
    """A member of whom there is a register entry: they see their own whole."""
    LEAD = "lead"
    """A profession lead of an organisation: of what is private to it, figures and no names."""
    STEWARD = "steward"
    DUTY_OFFICER = "duty-officer"
    """A member who may open an incident."""
    RESPONDER = "responder"
    """A member whom a duty officer called to an incident."""
    FRAMEWORK_OWNER = "framework-owner"
    ADMINISTRATOR = "administrator"
    """Who runs the service; by that alone they read nobody's record."""
    OPERATOR = "operator"
    """Whoever holds the data folder itself, at the command line of its machine; never given to a token."""


_MADE_OF: dict[Role, tuple[str, ...]] = {
    Role.ANONYMOUS: (),
    Role.MEMBER: ("ORGANISATION",),
    Role.PERSON: ("ORGANISATION", "PERSON"),
    Role.LEAD: ("ORGANISATION",),
    Role.STEWARD: ("ORGANISATION",),
    Role.DUTY_OFFICER: ("ORGANISATION",),
    Role.RESPONDER: ("ORGANISATION", "INCIDENT"),
    Role.FRAMEWORK_OWNER: (),
    Role.ADMINISTRATOR: (),
}
"""What follows a role in the name of a caller; the operator has no name that could be granted."""
_PART = {"PERSON": re.compile("[0-9a-f]{16}"), "INCIDENT": re.compile("[0-9a-f]{16}"), "ORGANISATION": re.compile(".+")}
FORMS = tuple(
    role.value + (f":{'/'.join(parts)}" if parts else "")
    for role, parts in _MADE_OF.items()
    if role is not Role.ANONYMOUS
)
"""How the callers are written that somebody can be granted."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller: a role, and the organisation in which they have it."""

    role: Role
    organisation: str | None = None
    """Slug; None for callers who belong to none."""
    subject: str = ""
    """Sixteen hexadecimal digits: of a person's own IRI, or of the incident to which a responder was called."""

    @classmethod
    def parse(cls, text: str) -> Caller:
        """A caller as people write one, in one of the `FORMS`, or `anonymous`.

        >>> Caller.parse("steward:porton")
        Caller(role=<Role.STEWARD: 'steward'>, organisation='porton', subject='')
        >>> Caller.parse("person:porton/00000000000000ff").subject
        '00000000000000ff'

        Raises InputError (rule `unknown-caller`).
        """
        name, colon, rest = text.partition(":")
        role = next((role for role in _MADE_OF if role.value == name), None)
        wanted = _MADE_OF[role] if role is not None else ()
        parts = rest.split("/") if colon else []
        if (
            role is None
            or len(parts) != len(wanted)
            or not all(_PART[kind].fullmatch(part) for kind, part in zip(wanted, parts, strict=True))
        ):
            raise InputError(
                f"“{text}” is not a caller.",
                rule="unknown-caller",
                remedy=f"Write one of: {', '.join(FORMS)}.",
            )
        return cls(role, *parts)

    def __str__(self) -> str:
        place = "/".join(filter(None, (self.organisation, self.subject)))
        return f"{self.role.value}:{place}" if place else self.role.value


ANONYMOUS = Caller(Role.ANONYMOUS)
OPERATOR = Caller(Role.OPERATOR)
