"""Managing: lists of what there is, forms to change it, and the page on which a change is checked before it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.common import Mistake
from gse_skills_service.pages.views.imports import DateFields
from gse_skills_service.pages.views.organisations import Grid


@dataclass(frozen=True, slots=True)
class Listed:
    """A row: the first cell names it."""

    cells: tuple[str, ...]
    links: tuple[Link, ...] = ()
    """What can be done to it."""
    href: str = ""
    """Of what the first cell names."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A table whose rows become blocks on a narrow screen."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Listed, ...] = ()
    nothing: str = "There are none."
    following: Link | None = None
    """To the next part of a long list."""


@dataclass(frozen=True, slots=True)
class Check:
    """What is about to be done, before it is: confirming sends `hidden` back to `action`."""

    template: ClassVar[str] = "check.html"
    title: str
    facts: tuple[tuple[str, str], ...]
    action: str
    button: str
    back: Link
    hidden: tuple[tuple[str, str], ...] = ()
    listing: Listing | None = None
    notes: tuple[str, ...] = ()
    warning: str = ""
    grave: bool = False
    """It takes something away."""


@dataclass(frozen=True, slots=True)
class CallerForm:
    """A caller as somebody chooses one."""

    role: str = ""
    org: str = ""
    person: str = ""
    people: tuple[Option, ...] = ()
    """Whom `person` may mean."""
    chosen: str = ""
    """Digits of the one of them who is meant."""


@dataclass(frozen=True, slots=True)
class Callers:
    """Which callers can be chosen."""

    roles: tuple[Option, ...]
    organisations: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ManagedOrganisations:
    """The organisations, and the form to add one."""

    template: ClassVar[str] = "managed_organisations.html"
    listing: Listing
    action: str
    audiences: tuple[Option, ...]
    slug: str = ""
    name: str = ""
    audience: str = "private"
    told: str = ""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Users:
    """Who may sign in and as whom, and the form to let somebody in."""

    template: ClassVar[str] = "users.html"
    listing: Listing
    action: str
    offered: Callers
    name: str = ""
    form: CallerForm = field(default_factory=CallerForm)
    told: str = ""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Tokens:
    """API tokens, and the form to make one."""

    template: ClassVar[str] = "tokens.html"
    listing: Listing
    action: str
    offered: Callers
    note: str = ""
    days: str = "90"
    form: CallerForm = field(default_factory=CallerForm)
    told: str = ""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was made, with its secret, which is shown here and never again."""

    template: ClassVar[str] = "new_token.html"
    secret: str
    facts: tuple[tuple[str, str], ...]
    back: Link


@dataclass(frozen=True, slots=True)
class ServiceState:
    """How the service stands."""

    template: ClassVar[str] = "service_state.html"
    facts: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]
    fault: str = ""
    """Why it is not ready; empty where it is."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept; the form to choose is for stewards, the run for them and for administrators."""

    template: ClassVar[str] = "retention.html"
    listing: Listing
    run_action: str
    allowed: tuple[tuple[str, str], ...] = ()
    """How long the installation allows, where the list does not say it."""
    action: str = ""
    """Empty for whoever chooses nothing."""
    kinds: tuple[Option, ...] = ()
    kind: str = ""
    months: str = ""
    everywhere: bool = False
    """The run is one of all organisations."""
    told: str = ""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class SharingForm:
    """What a steward wants to choose: of the default, of a branch or of a person."""

    scope: str = ""
    skill: str = ""
    person: str = ""
    audience: str = ""
    people: tuple[Option, ...] = ()
    """Whom `person` may mean."""
    chosen: str = ""
    """Digits of the one of them who is meant."""


@dataclass(frozen=True, slots=True)
class SharingChoices:
    """Whom an organisation's records reach, and the forms to choose it."""

    template: ClassVar[str] = "sharing.html"
    organisation: str
    default: str
    """The value of the audience in force."""
    default_words: str
    branches: Listing
    people: Listing
    action: str
    audiences: tuple[Option, ...]
    form: SharingForm = field(default_factory=SharingForm)
    told: str = ""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetForm:
    """A target as somebody sets one."""

    skill: str = ""
    level: str = "Practitioner"
    people: str = ""
    by: DateFields = field(default_factory=DateFields)
    unit: str = ""
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """An organisation's targets with how they stand; the form is for its stewards."""

    template: ClassVar[str] = "targets.html"
    organisation: Link
    listing: Listing
    whole: bool
    """How they stand is told over all records of the organisation."""
    action: str = ""
    levels: tuple[Option, ...] = ()
    units: tuple[Option, ...] = ()
    form: TargetForm = field(default_factory=TargetForm)
    told: str = ""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageForm:
    """A declaration as somebody fills it in."""

    unit: str = ""
    people: str = ""
    skill: str = ""
    """The part of the framework, by name or code; empty for a headcount alone."""
    mapped: str = ""
    """How many were asked about it."""
    since: DateFields = field(default_factory=DateFields)


@dataclass(frozen=True, slots=True)
class CoverageOf:
    """What an organisation declares of its headcounts; the form is for its stewards."""

    template: ClassVar[str] = "coverage.html"
    organisation: Link
    listing: Listing
    action: str = ""
    units: tuple[Option, ...] = ()
    form: CoverageForm = field(default_factory=CoverageForm)
    told: str = ""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Profession:
    """A lead's start page: the ways to what they ask about their profession, each with what it is."""

    template: ClassVar[str] = "profession.html"
    organisation: str
    ways: tuple[tuple[Link, str], ...]


@dataclass(frozen=True, slots=True)
class ProfessionFigures:
    """Figures of a profession."""

    template: ClassVar[str] = "profession_figures.html"
    title: str
    organisation: str
    about: str
    grid: Grid
    back: Link


@dataclass(frozen=True, slots=True)
class CalibrationFigures:
    """How what people say of themselves compares with what others say of them."""

    template: ClassVar[str] = "calibration.html"
    title: str
    organisation: str
    about: str
    back: Link
    action: str
    """Where the day goes of which it is told."""
    grids: tuple[Grid, ...]
    folded: Grid | None = None
    """The longest, for whoever wants it."""
    summed: str = ""
    """What all of it comes to, in a sentence."""
    as_of: DateFields = field(default_factory=DateFields)
    of_day: str = ""
    """Of what day it is told, in words; empty for today."""
    mistakes: tuple[Mistake, ...] = ()
