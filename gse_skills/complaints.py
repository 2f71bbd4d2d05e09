"""Complaints about how personal data is handled, and the thirty days in which each must be acknowledged.

Standard: Data (Use and Access) Act 2025, section 103 (Data Protection Act 2018, section 164A): a complaint can
be made electronically, is acknowledged within 30 days and answered without undue delay. They are no linked data: they
lie in a private file beside users and incidents.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from gse_skills.access import Access
from gse_skills.access.private_file import PrivateFile
from gse_skills.errors import ConflictError, InputError, LimitError, NotFoundError, RefusedError

DAYS = 30
"""In which a complaint is acknowledged."""
MAX_TEXT, MAX_CONTACT = 4_000, 200
AN_HOUR = 20
"""Complaints that are taken in an hour, from everybody together: the file is small, and anybody may write to it."""
FORGOTTEN = "removed"
"""Takes the place of what somebody said who was erased."""
_TIMES = ("received", "acknowledged", "answered")


class Stage(StrEnum):
    """How far a complaint has come."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint."""

    reference: str
    """Sixteen random hexadecimal digits: whoever knows them may read it."""
    received: datetime.datetime
    organisation: str
    """Slug of the organisation concerned; empty when it is about the service."""
    person: str
    """The digits of the person who was signed in; empty for everybody else."""
    text: str
    contact: str
    """Where to answer, if anywhere."""
    acknowledged: datetime.datetime | None = None
    answered: datetime.datetime | None = None
    answer: str = ""

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        if self.answered is not None:
            return Stage.ANSWERED
        return Stage.RECEIVED if self.acknowledged is None else Stage.ACKNOWLEDGED

    @property
    def due(self) -> datetime.datetime:
        """Until when it must be acknowledged."""
        return self.received + datetime.timedelta(days=DAYS)

    def days_left(self, now: datetime.datetime) -> int:
        """Days until the last on which it may be acknowledged, negative once it is overdue.

        >>> day = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.UTC)
        >>> one = Complaint("0" * 16, day, "", "", "It is wrong.", "")
        >>> one.days_left(day), one.days_left(day + datetime.timedelta(days=30, seconds=1))
        (30, 0)
        """
        return (self.due.date() - now.date()).days

    def overdue(self, now: datetime.datetime) -> bool:
        """Whether it should have been acknowledged by now."""
        return self.acknowledged is None and self.days_left(now) < 0


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class ComplaintStore:
    """The complaints of a data folder, in one file that only its owner can read."""

    def __init__(self, path: Path, clock: Callable[[], datetime.datetime] = _now) -> None:
        self._file = PrivateFile(path)
        self._clock = clock

    def now(self) -> datetime.datetime:
        """The time by which the days are counted."""
        return self._clock()

    def make(self, text: str, *, organisation: str = "", contact: str = "", person: str = "") -> Complaint:
        """Take a complaint; the same words within an hour are the same complaint.

        Raises InputError (rules `text-missing`, `text-too-long`) and LimitError (rule `too-many-complaints`).
        """
        said, reach = _plain(text, MAX_TEXT), _plain(contact, MAX_CONTACT)
        if not said:
            raise InputError("The complaint says nothing.", rule="text-missing", remedy="Say what went wrong.")
        with self._file.alone():
            now = self._clock().replace(microsecond=0)
            known = self._all()
            recent = [one for one in known if now - one.received < datetime.timedelta(hours=1)]
            made = Complaint(secrets.token_hex(8), now, organisation, person, said, reach)
            for one in recent:
                if replace(made, reference=one.reference, received=one.received) == one:
                    return one
            if len(recent) >= AN_HOUR:
                raise LimitError(
                    "More complaints came in the last hour than are taken.",
                    rule="too-many-complaints",
                    remedy="Send it again later, or write to your organisation's data protection officer.",
                    extra={"retry_after": 3600},
                )
            self._write([*known, made])
        return made

    def get(self, reference: str) -> Complaint:
        """The complaint with that reference; raises NotFoundError (rule `unknown-complaint`)."""
        for one in self._all():
            if secrets.compare_digest(one.reference.encode(), reference.strip().casefold().encode()):
                return one
        raise _unknown()

    def of(self, person: str) -> tuple[Complaint, ...]:
        """What somebody, named by their digits, complained of while they were signed in, the newest first."""
        return tuple(reversed([one for one in self._all() if one.person == person]))

    def listed(self, access: Access) -> tuple[Complaint, ...]:
        """The complaints that the caller has to handle: overdue ones first, then by when they are due.

        An administrator handles all, a steward those about their organisation. Raises RefusedError (rule
        `not-for-complaints`) for everybody else.
        """
        if not access.administers and not access.keeps:
            raise RefusedError(
                "Complaints are handled by administrators and by stewards.",
                rule="not-for-complaints",
                remedy="To read what became of yours, give its reference.",
            )
        mine = (one for one in self._all() if access.administers or one.organisation in access.keeps)
        return tuple(sorted(mine, key=lambda one: (one.acknowledged is not None, one.answered is not None, one.due)))

    def to_handle(self, reference: str, access: Access) -> Complaint:
        """A complaint that the caller has to handle.

        Raises RefusedError (`not-for-complaints`) and NotFoundError (`unknown-complaint`).
        """
        for one in self.listed(access):
            if one.reference == reference:
                return one
        raise _unknown()

    def acknowledge(self, reference: str, access: Access) -> Complaint:
        """Say that a complaint was read; doing it again changes nothing. Raises what `answer` raises of the caller."""
        return self._amend(reference, access, lambda one, now: replace(one, acknowledged=one.acknowledged or now))

    def answer(self, reference: str, text: str, access: Access) -> Complaint:
        """Answer a complaint, which acknowledges it too.

        Raises RefusedError (`not-for-complaints`), NotFoundError (`unknown-complaint`), InputError (`text-missing`,
        `text-too-long`) and ConflictError (`already-answered`).
        """
        self.to_handle(reference, access)
        said = _plain(text, MAX_TEXT)
        if not said:
            raise InputError("The answer says nothing.", rule="text-missing", remedy="Say what was found and done.")

        def answered(one: Complaint, now: datetime.datetime) -> Complaint:
            if one.answered is not None and one.answer != said:
                raise ConflictError(
                    "The complaint is answered.", rule="already-answered", remedy="Take it up again with the person."
                )
            acknowledged = one.acknowledged or now
            return replace(one, acknowledged=acknowledged, answered=one.answered or now, answer=said)

        return self._amend(reference, access, answered)

    def forget(self, people: Collection[str]) -> None:
        """Take out what people who are erased, named by their digits, said while they were signed in.

        That there was a complaint, and how far it came, stays.
        """
        with self._file.alone():
            known = self._all()
            without = [
                replace(one, person="", text=FORGOTTEN, contact="", answer=FORGOTTEN if one.answer else "")
                if one.person in people
                else one
                for one in known
            ]
            if without != known:
                self._write(without)

    def answered(self, organisation: str, until: datetime.date) -> tuple[Complaint, ...]:
        """The complaints about an organisation, or about the service, that were answered by the end of a day."""
        return tuple(
            one
            for one in self._all()
            if one.organisation == organisation and one.answered is not None and one.answered.date() <= until
        )

    def let_go(self, organisation: str, until: datetime.date) -> None:
        """Take away those that were answered by the end of a day."""
        with self._file.alone():
            gone = {one.reference for one in self.answered(organisation, until)}
            if gone:
                self._write([one for one in self._all() if one.reference not in gone])

    def _amend(
        self, reference: str, access: Access, change: Callable[[Complaint, datetime.datetime], Complaint]
    ) -> Complaint:
        with self._file.alone():
            self.to_handle(reference, access)
            amended = {one.reference: one for one in self._all()}
            amended[reference] = change(amended[reference], self._clock().replace(microsecond=0))
            self._write(list(amended.values()))
        return amended[reference]

    def _all(self) -> list[Complaint]:
        return [_read(entry) for entry in self._file.read()]

    def _write(self, complaints: list[Complaint]) -> None:
        self._file.write(
            {
                name: value.isoformat() if isinstance(value, datetime.datetime) else value
                for name, value in asdict(one).items()
            }
            for one in complaints
        )


def _read(entry: dict[str, Any]) -> Complaint:
    times = {name: datetime.datetime.fromisoformat(entry[name]) if entry[name] else None for name in _TIMES}
    return Complaint(**(entry | times))


def _plain(text: str, most: int) -> str:
    """The words without what cannot be shown; raises InputError (rule `text-too-long`)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in lines).strip()
    if len(shown) > most:
        raise InputError(
            f"That has {len(shown):,} characters.",
            rule="text-too-long",
            remedy=f"Shorten it to {most:,} characters.",
        )
    return shown


def _unknown() -> NotFoundError:
    return NotFoundError(
        "There is no complaint with that reference.",
        rule="unknown-complaint",
        remedy="Check the reference, sixteen letters and digits.",
    )
