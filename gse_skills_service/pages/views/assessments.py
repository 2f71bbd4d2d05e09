"""Stating and confirming levels, and requests for endorsement."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import ClassVar

from gse_skills_service.pages.frame import Link, Option
from gse_skills_service.pages.views.common import Mistake
from gse_skills_service.pages.views.imports import DateFields

_NO_DATE = DateFields()


@dataclass(frozen=True, slots=True)
class LevelForm:
    """A level that somebody states or asks others to endorse, as they typed it."""

    skill: str = ""
    level: str = ""
    basis: str = "self"
    colleague: str = ""
    evidence: str = ""
    reason: str = ""
    chosen: str = ""
    """Digits of the one of `people` who is meant."""
    people: tuple[Option, ...] = ()
    """Whom `colleague` may mean."""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A judgement of the person's skill that stands."""

    skill: str
    notation: str
    level: str
    basis: str
    assessed_on: datetime.date
    reconfirm_by: datetime.date
    due: bool
    """It is to be confirmed anew."""
    counts: bool
    confirm: str = ""
    """What the button to confirm it sends as skill; empty where there is none."""


@dataclass(frozen=True, slots=True)
class EndorsementRow:
    """A request for endorsement."""

    identifier: str
    asker: str
    asked: str
    skill: str
    level: str
    basis: str
    reason: str
    evidence: tuple[str, ...]
    made: datetime.date
    expires: datetime.date
    status: str
    answer: str
    action: str = ""
    """Where its form goes; empty when there is nothing to do."""
    withdraws: bool = False
    """The form takes it back; otherwise it answers."""
    asker_href: str = ""
    """The page of whoever asked, and next of whoever was asked, where the caller may open it."""
    asked_href: str = ""


@dataclass(frozen=True, slots=True)
class Endorsements:
    """What a person says and asks, or for stewards what their people ask."""

    template: ClassVar[str] = "endorsements.html"
    title: str
    action: str = ""
    """Where the form goes; empty for stewards."""
    confirm_action: str = ""
    levels: tuple[Option, ...] = ()
    standing: tuple[StandingRow, ...] = ()
    got: tuple[EndorsementRow, ...] = ()
    made: tuple[EndorsementRow, ...] = ()
    form: LevelForm = LevelForm()
    told: str = ""
    wrong: str = ""
    """Identifier of the request whose form has mistakes."""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class AssessmentForm:
    """What somebody judged of a person's level, as it was typed."""

    skill: str = ""
    concept: str = ""
    """IRI of the skill that was chosen from the suggestions for `skill`."""
    level: str = ""
    basis: str = ""
    assessed_on: DateFields = _NO_DATE
    evidence: str = ""
    """A link or reference a line."""


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """An assessment of a person, to be recorded."""

    template: ClassVar[str] = "assess.html"
    title: str
    person: Link
    action: str
    levels: tuple[Option, ...]
    bases: tuple[Option, ...]
    """Those that the caller may give; a form with one sends it unasked."""
    form: AssessmentForm = AssessmentForm()
    told: str = ""
    mistakes: tuple[Mistake, ...] = ()
