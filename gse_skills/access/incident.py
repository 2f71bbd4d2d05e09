"""Incidents: for a stated purpose and a limited time, those called to one see the emergency audience."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gse_skills.access.private_file import PrivateFile
from gse_skills.errors import ConflictError, InputError, NotFoundError

LONGEST = datetime.timedelta(hours=72)
"""The longest that an incident is open; a longer one is opened anew, and somebody thinks about it again."""
_PURPOSE_LIMIT = 300


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True, slots=True)
class Incident:
    """What is kept of an incident."""

    identifier: str
    """Sixteen random hexadecimal digits."""
    purpose: str
    """Why, in one line; for all to read who are looked at."""
    reference: str
    """The number of the emergency elsewhere."""
    organisation: str
    """Slug of the duty officer's organisation."""
    opened: datetime.datetime
    ends: datetime.datetime
    closed: datetime.datetime | None = None
    """When it was closed before its end; None when it was not."""

    def open_at(self, moment: datetime.datetime) -> bool:
        """Whether responders see the emergency audience at that moment."""
        return self.opened <= moment < (self.closed or self.ends)


class IncidentStore:
    """The incidents of a data folder, in one small file that only its owner can read."""

    def __init__(self, path: Path, clock: Callable[[], datetime.datetime] = _now) -> None:
        self._file = PrivateFile(path)
        self._clock = clock

    def incidents(self) -> list[Incident]:
        """All incidents, the oldest first."""
        return [_read(entry) for entry in self._file.read()]

    def open_ones(self) -> frozenset[str]:
        """The identifiers of the incidents that are open now."""
        moment = self._clock()
        return frozenset(one.identifier for one in self.incidents() if one.open_at(moment))

    def get(self, identifier: str) -> Incident:
        """One incident; raises NotFoundError (rule `unknown-incident`)."""
        for one in self.incidents():
            if one.identifier == identifier:
                return one
        raise NotFoundError(
            f"There is no incident {identifier}.", rule="unknown-incident", remedy="See `gse-skills incident list`."
        )

    def open(self, organisation: str, purpose: str, reference: str, lasts: datetime.timedelta) -> Incident:
        """Open an incident; raises InputError (rules `purpose-needed`, `bad-end`)."""
        if not purpose.strip() or not reference.strip() or len(purpose) + len(reference) > _PURPOSE_LIMIT:
            raise InputError(
                "An incident has a purpose and a reference.",
                rule="purpose-needed",
                remedy=f"Say why in one line, with the number of the emergency; up to {_PURPOSE_LIMIT} characters.",
            )
        if not datetime.timedelta(0) < lasts <= LONGEST:
            raise InputError(
                "An incident does not last that long.",
                rule="bad-end",
                remedy=f"Give an end within {LONGEST // datetime.timedelta(hours=1)} hours; open it anew if it lasts.",
            )
        now = self._clock().replace(microsecond=0)
        one = Incident(secrets.token_hex(8), purpose.strip(), reference.strip(), organisation, now, now + lasts)
        self._write([*self.incidents(), one])
        return one

    def close(self, identifier: str) -> Incident:
        """Close an incident before its end; raises NotFoundError (`unknown-incident`), ConflictError (`not-open`)."""
        old, now = self.get(identifier), self._clock()
        if not old.open_at(now):
            raise ConflictError("The incident is over already.", rule="not-open", remedy="There is nothing to close.")
        closed = replace(old, closed=now)
        self._write([closed if one.identifier == identifier else one for one in self.incidents()])
        return closed

    def _write(self, incidents: list[Incident]) -> None:
        self._file.write(
            {
                name: value.isoformat() if isinstance(value, datetime.datetime) else value
                for name, value in asdict(one).items()
            }
            for one in incidents
        )


def _read(entry: dict[str, str]) -> Incident:
    opened, ends = (datetime.datetime.fromisoformat(entry[name]) for name in ("opened", "ends"))
    closed = datetime.datetime.fromisoformat(entry["closed"]) if entry["closed"] else None
    return Incident(
        entry["identifier"], entry["purpose"], entry["reference"], entry["organisation"], opened, ends, closed
    )
