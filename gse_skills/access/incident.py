"""Incidents: for a stated purpose and a limited time, those called to one see the emergency audience."""

from __future__ import annotations

import datetime
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gse_skills.access.private_file import PrivateFile
from gse_skills.errors import ConflictError, InputError, NotFoundError
from gse_skills.vocabulary import ID

LONGEST = datetime.timedelta(hours=24)
"""The longest that an incident is open where the settings say nothing; if it lasts, another is opened, and told of."""
PURPOSE_LIMIT, REFERENCE_LIMIT = 200, 60


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
    drill: bool = False
    """Everything as in earnest, but that nobody sees more by it."""
    settled: bool = False
    """It is over, that was told, and those who were called to it have been dismissed."""

    @property
    def iri(self) -> str:
        """What the audit log calls it."""
        return ID[f"incident/{self.identifier}"]

    @property
    def over(self) -> datetime.datetime:
        """When it ends, or ended."""
        return self.closed or self.ends

    def open_at(self, moment: datetime.datetime) -> bool:
        """Whether it goes on at that moment."""
        return self.opened <= moment < self.over


class IncidentStore:
    """The incidents of a data folder, in one small file that only its owner can read."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], datetime.datetime] = _now,
        longest: datetime.timedelta = LONGEST,
    ) -> None:
        self._file = PrivateFile(path)
        self._clock = clock
        self._longest = longest
        self.settling = threading.Lock()
        """Held while the end of incidents is told, so that each is told once."""

    def incidents(self) -> list[Incident]:
        """All incidents, the oldest first."""
        return [_read(entry) for entry in self._file.read()]

    def under_way(self) -> list[Incident]:
        """The incidents that are open now, drills among them, the oldest first."""
        moment = self._clock()
        return [one for one in self.incidents() if one.open_at(moment)]

    def unsettled(self) -> list[Incident]:
        """The incidents that are over, which nobody has been told yet."""
        moment = self._clock()
        return [one for one in self.incidents() if not one.settled and one.over <= moment]

    def open_ones(self) -> frozenset[str]:
        """The identifiers of the incidents whose responders see the emergency audience now."""
        return frozenset(one.identifier for one in self.under_way() if not one.drill)

    def get(self, identifier: str) -> Incident:
        """One incident; raises NotFoundError (rule `unknown-incident`)."""
        for one in self.incidents():
            if one.identifier == identifier:
                return one
        raise NotFoundError(
            f"There is no incident {identifier}.", rule="unknown-incident", remedy="See `gse-skills incident list`."
        )

    def plan(
        self, organisation: str, purpose: str, reference: str, lasts: datetime.timedelta, *, drill: bool = False
    ) -> Incident:
        """An incident as it would be opened now; raises InputError (rules `purpose-needed`, `bad-end`)."""
        purpose, reference = " ".join(purpose.split()), " ".join(reference.split())
        if not (0 < len(purpose) <= PURPOSE_LIMIT and 0 < len(reference) <= REFERENCE_LIMIT):
            raise InputError(
                "An incident has a purpose and a reference.",
                rule="purpose-needed",
                remedy=f"Say why in up to {PURPOSE_LIMIT} characters, and give the number that the emergency has "
                f"elsewhere in up to {REFERENCE_LIMIT}.",
            )
        if not datetime.timedelta(0) < lasts <= self._longest:
            hours = self._longest / datetime.timedelta(hours=1)
            raise InputError(
                "An incident does not last that long.",
                rule="bad-end",
                remedy=f"Give an end within {hours:g} hours; if it lasts, open another then.",
            )
        now = self._clock().replace(microsecond=0)
        return Incident(secrets.token_hex(8), purpose, reference, organisation, now, now + lasts, drill=drill)

    def open(self, incident: Incident) -> None:
        """Open an incident that was planned."""
        with self._file.alone():
            self._write([*self.incidents(), incident])

    def close(self, identifier: str) -> Incident:
        """Close an incident before its end; raises NotFoundError (`unknown-incident`), ConflictError (`not-open`)."""
        with self._file.alone():
            closed = replace(self.going_on(identifier), closed=self._clock())
            self._write([closed if one.identifier == identifier else one for one in self.incidents()])
        return closed

    def going_on(self, identifier: str) -> Incident:
        """One incident that is open; raises NotFoundError (`unknown-incident`) and ConflictError (`not-open`)."""
        one = self.get(identifier)
        if not one.open_at(self._clock()):
            raise ConflictError("The incident is over already.", rule="not-open", remedy="Open another if need be.")
        return one

    def settle(self, identifiers: Iterable[str]) -> None:
        """Note that the end of these has been told."""
        told = frozenset(identifiers)
        with self._file.alone():
            self._write([replace(one, settled=one.settled or one.identifier in told) for one in self.incidents()])

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
        entry["identifier"],
        entry["purpose"],
        entry["reference"],
        entry["organisation"],
        opened,
        ends,
        closed,
        bool(entry.get("drill")),
        bool(entry.get("settled")),
    )
