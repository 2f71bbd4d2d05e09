"""An import in three steps: upload, review, done."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from gse_skills_service.pages.frame import FieldName, Option
from gse_skills_service.pages.views.common import ConceptLink, Mistake


@dataclass(frozen=True, slots=True)
class DateFields:
    """A date as typed into the three fields of the GOV.UK date input."""

    day: str = ""
    month: str = ""
    year: str = ""

    @classmethod
    def from_form(cls, form: Mapping[str, object], name: FieldName) -> DateFields:
        """Read the fields `name-day`, `name-month` and `name-year`.

        >>> DateFields.from_form({"assessed_on-day": "7", "assessed_on-month": "3"}, FieldName.ASSESSED_ON)
        DateFields(day='7', month='3', year='')
        """
        return cls(*(str(form.get(f"{name}-{part}", "")).strip() for part in ("day", "month", "year")))

    def date(self) -> datetime.date | None:
        """The date, None when all three fields are empty; raises ValueError when it is not one.

        >>> DateFields("7", "3", "2026").date()
        datetime.date(2026, 3, 7)
        """
        if not (self.day or self.month or self.year):
            return None
        return datetime.date(int(self.year), int(self.month), int(self.day))


@dataclass(frozen=True, slots=True)
class ImportForm:
    """The upload as filled in; the files themselves cannot be shown again."""

    org: str = ""
    assessed_on: DateFields = field(default_factory=DateFields)
    basis: str = ""
    full: bool = False


@dataclass(frozen=True, slots=True)
class ImportUpload:
    """Step 1: choose the file and say what it is. Posts a multipart form to `action`."""

    template: ClassVar[str] = "import_upload.html"
    action: str
    organisations: tuple[Option, ...]
    """Those for which the caller may import; empty says that there are none."""
    form: ImportForm = field(default_factory=ImportForm)
    limit: str = ""
    """The largest file taken, in words."""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class RecognisedColumn:
    """A column of the sheet and what it was taken for; `meaning` is empty for one that was left out."""

    header: str
    meaning: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import does to skill records, by number."""

    rows: int
    people: int
    """People who are new to the organisation's records."""
    added: int
    changed: int
    ended: int
    unchanged: int
    refused: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say of one cell or row."""

    row: int
    """0 for the file as a whole."""
    column: str
    value: str
    rule: str
    outcome: str
    """What happened."""
    remedy: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class UnknownTerm:
    """A phrase that names no skill: the number of rows that use it, and the nearest concepts with scores."""

    term: str
    rows: int
    nearest: tuple[ConceptLink, ...] = ()
    verdict: str = ""
    """What the framework's owner decided on it, and why."""


@dataclass(frozen=True, slots=True)
class ImportReview:
    """Step 2: what the file would do. Nothing is saved yet; the button posts to `confirm_action`."""

    template: ClassVar[str] = "import_review.html"
    organisation: str
    file_name: str
    counts: ImportCounts
    confirm_action: str
    cancel_href: str
    annotated_href: str
    full: bool = False
    columns: tuple[RecognisedColumn, ...] = ()
    unknown_terms: tuple[UnknownTerm, ...] = ()
    unknown_total: int = 0
    findings: tuple[Finding, ...] = ()
    """The first of them."""
    findings_total: int = 0
    kept_terms: int = 0
    """Unknown terms that would be kept for the framework's owner."""

    @property
    def changes(self) -> int:
        """The number of records that would change, and of terms that would be kept."""
        return self.counts.added + self.counts.changed + self.counts.ended + self.kept_terms


@dataclass(frozen=True, slots=True)
class ImportDone:
    """Step 3: it is saved."""

    template: ClassVar[str] = "import_done.html"
    organisation: str
    file_name: str
    counts: ImportCounts
    annotated_href: str
    again_href: str
