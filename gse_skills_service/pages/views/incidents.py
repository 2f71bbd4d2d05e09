"""Incidents: the list with the form to open one, and one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.views.common import Mistake


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident as the list shows it."""

    purpose: str
    href: str
    reference: str
    organisation: str
    """Its name."""
    opened: str
    ended: str
    """When it ends or ended, in words."""
    drill: bool
    going_on: bool


@dataclass(frozen=True, slots=True)
class IncidentForm:
    """What a duty officer wants to open, as they typed it."""

    purpose: str = ""
    reference: str = ""
    hours: str = "4"
    calls: str = ""
    """Names of users, one a line."""
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Incidents:
    """The incidents that the reader may know of; `action` is empty for whoever opens none."""

    template: ClassVar[str] = "incidents.html"
    rows: tuple[IncidentRow, ...]
    action: str = ""
    organisation: str = ""
    """The name of that in whose name they open one."""
    longest: str = ""
    """How many hours one goes on at most."""
    form: IncidentForm = IncidentForm()
    sees_all: bool = False
    """Those that are over too."""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class OneIncident:
    """An incident; without `close_action` the reader does not lead it."""

    template: ClassVar[str] = "incident.html"
    row: IncidentRow
    list_href: str
    responders: tuple[tuple[str, str], ...] | None = None
    """Who was called, and as what, in words; None for whoever may not know it."""
    close_action: str = ""
    call_action: str = ""
    name: str = ""
    """Whom to call, as it was typed."""
    mistakes: tuple[Mistake, ...] = ()
