"""One person's record, the requests to have it put right, and complaints."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.common import Mistake


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    """What a person says should be, as they typed it."""

    fact: str = ""
    value: str = ""
    skill: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """One thing that is kept."""

    name: str
    glance: str
    """What tells it from others, in a line."""
    rest: tuple[tuple[str, str], ...]
    """What else is kept of it: what it is, and what it says."""


@dataclass(frozen=True, slots=True)
class RecordPart:
    """What is kept of one kind."""

    name: str
    title: str
    groups: tuple[tuple[str, tuple[RecordEntry, ...]], ...] = ()
    """Each with a title, which is empty where there are no others."""
    same: tuple[tuple[str, str], ...] = ()
    """What all entries say alike."""
    facts: tuple[tuple[str, str], ...] = ()
    """Where there are no entries: what is known, and what it is."""
    nothing: str = ""
    """What to say when there is nothing."""

    @property
    def count(self) -> int:
        """How many entries or facts there are."""
        return len(self.facts) + sum(len(entries) for _, entries in self.groups)


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that is kept of one person."""

    template: ClassVar[str] = "record.html"
    title: str
    parts: tuple[RecordPart, ...]
    downloads: tuple[Link, ...]
    action: str = ""
    """Where the form to put something right goes; empty for whoever is not the person."""
    facts: tuple[Option, ...] = ()
    form: CorrectionForm = CorrectionForm()
    told: str = ""
    """What became of the correction that was just made."""
    mistakes: tuple[Mistake, ...] = ()
    erasure: Link | None = None
    """For whoever may erase the person."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What goes of a person, before it does and after."""

    template: ClassVar[str] = "erasure.html"
    name: str
    counts: tuple[tuple[str, int], ...]
    """What there is some of, and how much."""
    action: str = ""
    back: Link | None = None
    backups: int = 0
    """In the data folder."""
    reason: str = ""
    done: bool = False
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request for correction, as a steward sees it."""

    identifier: str
    name: str
    what: str
    before: str
    after: str
    basis: str
    reason: str
    asked: datetime.date
    status: str
    record_href: str
    action: str = ""
    """Where the form to settle it goes; empty once it is settled."""
    settled: datetime.date | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Corrections:
    """The requests to an organisation."""

    template: ClassVar[str] = "corrections.html"
    organisation: str
    open_ones: tuple[RequestRow, ...]
    settled: tuple[RequestRow, ...]
    wrong: str = ""
    """Identifier of the request whose form has mistakes."""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class ComplaintForm:
    """A complaint, as somebody typed it."""

    text: str = ""
    org: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint, as whoever made it or handles it sees it."""

    reference: str
    text: str
    contact: str
    organisation: str
    received: datetime.date
    due: datetime.date
    days_left: int
    stage: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Complaints:
    """The form, and for whoever handles complaints the list of them."""

    template: ClassVar[str] = "complaints.html"
    action: str
    find_action: str
    organisations: tuple[Option, ...]
    form: ComplaintForm = ComplaintForm()
    reference: str = ""
    """What somebody looked for."""
    taken: ComplaintRow | None = None
    """The one that was just made."""
    told: str = ""
    """What to tell above the form."""
    found: ComplaintRow | None = None
    handles: bool = False
    rows: tuple[ComplaintRow, ...] = ()
    wrong: str = ""
    """Reference of the complaint whose form has mistakes."""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Privacy:
    """The privacy notice."""

    template: ClassVar[str] = "privacy.html"
    organisations: tuple[str, ...]
    complaints_href: str
    demo: bool = False
