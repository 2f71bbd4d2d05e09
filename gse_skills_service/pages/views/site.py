"""The home page, and the pages about the service itself."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.common import Mistake


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its words."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Home:
    """The first page. `examples` are questions with their answers' addresses; `figures` may be empty."""

    template: ClassVar[str] = "home.html"
    examples: tuple[Link, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Something on a desk, with what it is about; `waiting` is how much of it is open, where that is counted."""

    link: Link
    about: str
    waiting: int | None = None


@dataclass(frozen=True, slots=True)
class LacksForm:
    """Of whom it is asked what they lack for which role, as somebody typed it."""

    person: str = ""
    role: str = ""
    people: tuple[Option, ...] = ()
    """Whom `person` may mean."""
    chosen: str = ""
    """Digits of the one of them who is meant."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What whoever is looking has: `own` for themself, `kept` for others."""

    template: ClassVar[str] = "desk.html"
    caller: str
    own: tuple[Task, ...] = ()
    kept: tuple[Task, ...] = ()
    lacks: LacksForm | None = None
    """None for whoever has no colleagues here."""
    action: str = ""
    """Where it goes."""
    roles: tuple[Option, ...] = ()
    """To be suggested: label and code."""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as a page: the same title, detail and remedy as in the problem document (RFC 9457)."""

    template: ClassVar[str] = "problem.html"
    status: int
    title: str
    detail: str
    remedy: str
    choices: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Accessibility:
    """The accessibility statement, in the form of the model statement for public sector bodies."""

    template: ClassVar[str] = "accessibility.html"
    prepared: datetime.date
    reviewed: datetime.date
    contact: str = ""
    """Where to write or call, beside the page for complaints."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that the service sets."""

    name: str
    purpose: str
    expires: str


@dataclass(frozen=True, slots=True)
class Cookies:
    """The cookies page."""

    template: ClassVar[str] = "cookies.html"
    cookies: tuple[Cookie, ...] = ()
