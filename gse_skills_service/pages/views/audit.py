"""Who looked and what was changed, and why somebody looks."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.common import Mistake
from gse_skills_service.pages.views.imports import DateFields


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry in plain words."""

    when: datetime.datetime
    who: str
    what: str
    """What they did and how it ended."""
    why: str = ""
    about: tuple[Link, ...] = ()
    """The skills concerned."""
    people: tuple[str, ...] = ()
    """Names of some of those concerned; for whom they are their own people."""
    people_total: int = 0


@dataclass(frozen=True, slots=True)
class AuditForm:
    """What was chosen, as in the address."""

    since: DateFields
    until: DateFields
    action: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """The reader's part of the audit log, the newest first."""

    template: ClassVar[str] = "audit.html"
    title: str
    explanation: str
    form: AuditForm
    actions: tuple[Option, ...]
    shows_people: bool
    rows: tuple[AuditRow, ...] = ()
    next_href: str = ""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Purpose:
    """Saying why one looks, for the time that one is signed in."""

    template: ClassVar[str] = "purpose.html"
    action: str
    back: str
    offered: tuple[Option, ...]
    purpose: str = ""
    """The one of those offered that was chosen."""
    other: str = ""
    required: bool = False
    mistakes: tuple[Mistake, ...] = ()
