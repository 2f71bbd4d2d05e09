"""Entries: events in their place in the chain, one line of JSON each.

The line is the canonical form of RFC 8785 (JSON Canonicalization Scheme), which has one way to write a value: members
sorted, no white space, no needless escapes. Of numbers it holds whole ones only. The hash is the SHA-256 of the line
without its member `hash`; since the line holds the hash of the entry before, it covers everything before it too.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from gse_skills.access import Caller, Role
from gse_skills.audit.action import Action, Outcome
from gse_skills.audit.anchor import Anchor
from gse_skills.audit.event import Event
from gse_skills.errors import InputError

LINE_LIMIT = 1 << 18
"""Bytes of the longest line; the limits of an event keep it well below."""
_TEXTS = ("digest", "purpose", "rule", "token", "user", "request", "about", "grant")
_LISTS = ("organisations", "things", "graphs")


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that is in the log."""

    number: int
    time: datetime.datetime
    """UTC; never before that of the entry before, whatever the clock said."""
    event: Event
    previous: str
    """Hash of the entry before."""
    digest: str
    """Hash of this entry."""

    @property
    def anchor(self) -> Anchor:
        """Where the log stands with this entry."""
        return Anchor(self.number, self.digest)


def compose(number: int, time: datetime.datetime, event: Event, previous: str) -> tuple[bytes, str]:
    """The line of an entry, without its end, and its hash."""
    members: dict[str, Any] = {"number": number, "time": _written(time), "previous": previous}
    members |= {"role": event.caller.role.value, "action": event.action.value, "outcome": event.outcome.value}
    if event.caller.organisation is not None:
        members["organisation"] = event.caller.organisation
    if event.people:
        members["people"] = {slug: list(those) for slug, those in event.people.items()}
    members |= {name: list(value) for name in _LISTS if (value := getattr(event, name))}
    members |= {name: value for name in _TEXTS if (value := getattr(event, name))}
    if event.count:
        members["count"] = event.count
    members["hash"] = digest = hash_of(members)
    return canonical(members), digest


def canonical(members: dict[str, Any]) -> bytes:
    """The canonical form of what is made of objects, lists, strings and whole numbers.

    >>> canonical({"b": ["é"], "a": {"y": 1, "x": "\\n"}}).decode()
    '{"a":{"x":"\\\\n","y":1},"b":["é"]}'
    """
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hash_of(members: dict[str, Any]) -> str:
    """The hash of an entry: of all its members but the hash itself."""
    return hashlib.sha256(canonical({name: value for name, value in members.items() if name != "hash"})).hexdigest()


def members_of(line: bytes) -> dict[str, Any]:
    """The members of a line that is as it was written; raises ValueError when it is not."""
    try:
        members = json.loads(line)
        if not isinstance(members, dict) or canonical(members) != line or hash_of(members) != members.get("hash"):
            raise ValueError(line[:80])
    except RecursionError as error:
        raise ValueError(line[:80]) from error
    if type(members.get("number")) is not int or not isinstance(members.get("previous"), str):
        raise ValueError(line[:80])
    return members


def read_entry(line: bytes) -> Entry:
    """The entry of a line; raises ValueError when the line is not as it was written."""
    members = members_of(line)
    try:
        parts: dict[str, Any] = {name: tuple(members.get(name, ())) for name in _LISTS}
        parts |= {name: members.get(name, "") for name in _TEXTS} | {"count": members.get("count", 0)}
        event = Event(
            Caller(Role(members["role"]), members.get("organisation")),
            Action(members["action"]),
            Outcome(members["outcome"]),
            {slug: tuple(those) for slug, those in members.get("people", {}).items()},
            **parts,
        )
        time = datetime.datetime.fromisoformat(members["time"])
        return Entry(members["number"], time, event, members["previous"], members["hash"])
    except (KeyError, TypeError, AttributeError, InputError) as error:
        raise ValueError(line[:80]) from error


def _written(time: datetime.datetime) -> str:
    return time.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
