"""An import in steps: upload, columns, review, done; and the history of imports with its undo."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from gse_skills_service.pages import wording
from gse_skills_service.pages.frame import FieldName, Option
from gse_skills_service.pages.views.common import ConceptLink, Mistake


@dataclass(frozen=True, slots=True)
class DateFields:
    """A date as typed into the three fields of the GOV.UK date input; false where nothing is typed."""

    day: str = ""
    month: str = ""
    year: str = ""

    @classmethod
    def from_form(cls, form: Mapping[str, object], name: FieldName) -> DateFields:
        """Read the fields `name-day`, `name-month` and `name-year`, or where these are empty the one field `name`,
        which links have.

        >>> DateFields.from_form({"assessed_on-day": "7", "assessed_on-month": "3"}, FieldName.ASSESSED_ON)
        DateFields(day='7', month='3', year='')
        >>> DateFields.from_form({"as_of": "2026-03-31"}, FieldName.AS_OF)
        DateFields(day='31', month='3', year='2026')
        """
        parts = [str(form.get(f"{name}-{part}", "")).strip()[:10] for part in ("day", "month", "year")]
        return cls(*parts) if any(parts) else cls.parse(str(form.get(name, "")))

    @classmethod
    def parse(cls, text: str) -> DateFields:
        """A day in one text, ISO 8601 or in numbers as in the UK; any other text is kept, and is no date.

        >>> DateFields.parse("2026-03-07"), DateFields.parse("7/3/2026"), DateFields.parse("soon").is_numeric
        (DateFields(day='7', month='3', year='2026'), DateFields(day='7', month='3', year='2026'), False)
        """
        said = wording.iso_day(text)
        found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", said, re.ASCII)
        return cls(found[3].removeprefix("0"), found[2].removeprefix("0"), found[1]) if found else cls(said[:20])

    @classmethod
    def of(cls, day: datetime.date) -> DateFields:
        """A day as somebody would have typed it."""
        return cls(str(day.day), str(day.month), str(day.year))

    def __bool__(self) -> bool:
        """Whether anything was typed."""
        return bool(self.day or self.month or self.year)

    @property
    def is_numeric(self) -> bool:
        """Whether numbers and nothing else were typed."""
        return all(part.isascii() and part.isdecimal() for part in (self.day, self.month, self.year) if part)

    @property
    def iso(self) -> str:
        """The day as addresses have it; empty where it is none."""
        try:
            day = self.date()
        except ValueError:
            return ""
        return day.isoformat() if day else ""

    def hidden(self, name: FieldName) -> tuple[tuple[str, str], ...]:
        """The same three fields with what was typed, to be sent again.

        >>> DateFields("7", "3").hidden(FieldName.BY)
        (('by-day', '7'), ('by-month', '3'), ('by-year', ''))
        """
        return tuple((f"{name}-{part}", getattr(self, part)) for part in ("day", "month", "year"))

    def date(self) -> datetime.date | None:
        """The date, None when all three fields are empty; raises ValueError when it is not one.

        >>> DateFields("7", "3", "2026").date()
        datetime.date(2026, 3, 7)
        """
        if not self:
            return None
        if len(self.year) != 4:
            raise ValueError("a day is written with a year of four digits")
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
class ColumnRow:
    """A column of the sheet: its letter, heading, first values, and what it is taken for."""

    field: str
    letter: str
    heading: str
    samples: tuple[str, ...]
    choice: str
    why: str = ""
    """Why it is taken for that, or what else it may be."""
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """What a row of the sheet says, as it would be read."""

    row: int
    who: str
    skill: str
    level: str
    day: str
    basis: str
    trouble: str


@dataclass(frozen=True, slots=True)
class ImportColumns:
    """Step 2: what each column is taken for, with the first rows read so."""

    template: ClassVar[str] = "import_columns.html"
    organisation: str
    file_name: str
    action: str
    cancel_href: str
    header_row: int
    columns: tuple[ColumnRow, ...]
    roles: tuple[Option, ...]
    """What a column can be taken for."""
    lines: tuple[PreviewLine, ...]
    keep: bool
    trouble: str = ""
    """Why the sheet cannot be read so."""
    more_columns: int = 0
    """Columns that are not shown, and taken as recognised."""
    sheet: str = ""
    """Which sheet of a workbook is read."""
    sheets: tuple[Option, ...] = ()
    """All that can be; a text file has none."""
    mistakes: tuple[Mistake, ...] = ()


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
    people_changed: int = 0
    """People whose name, unit or the like changes, who come back or leave."""
    bare: int = 0
    """People of `people` of whom every row was refused or left out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say of one cell or row."""

    place: str
    """As B7; a row as 7; empty for the file as a whole."""
    heading: str
    value: str
    rule: str
    outcome: str
    """What happened."""
    remedy: str = ""
    refused: bool = False
    href: str = ""
    """Where the cell is shown among its neighbours."""


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """A kind of problem, to see only those: its slug, how many there are, and whether it is chosen."""

    rule: str
    count: int
    href: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A record before and after; an empty level says that there is none."""

    what: str
    """The skill, or the person, whichever the group is not."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """What changes of one person or one skill."""

    name: str
    new: int
    changed: int
    ended: int
    same: int
    lines: tuple[ChangeLine, ...]
    """The first of them."""

    @property
    def more(self) -> int:
        """How many changes are not shown."""
        return self.new + self.changed + self.ended - len(self.lines)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody whom the organisation did not know, and with how many records they begin."""

    name: str
    records: int


@dataclass(frozen=True, slots=True)
class UnknownTerm:
    """A phrase that names no skill: the number of rows that use it, and the nearest concepts with scores."""

    term: str
    rows: int
    nearest: tuple[ConceptLink, ...] = ()
    verdict: str = ""
    """What the framework's owner decided on it, and why."""
    options: tuple[Option, ...] = ()
    """The skills that it can be said to mean."""


@dataclass(frozen=True, slots=True)
class ImportReview:
    """Step 3: what the file would do. Nothing is saved yet; the button posts to `confirm_action`."""

    template: ClassVar[str] = "import_review.html"
    organisation: str
    file_name: str
    counts: ImportCounts
    confirm_action: str
    words_action: str
    columns_href: str
    cancel_href: str
    annotated_href: str
    said: tuple[str, ...]
    """What the file is taken for, in sentences: whole or part, of which day."""
    kept_matching: bool = False
    """Whether the columns are read as they were chosen for an earlier sheet."""
    read_as: tuple[tuple[str, str], ...] = ()
    """Columns, and what each is read as."""
    grouped_by: str = "person"
    person_href: str = ""
    skill_href: str = ""
    groups: tuple[ChangeGroup, ...] = ()
    groups_total: int = 0
    newcomers: tuple[NewPerson, ...] = ()
    """The first of them."""
    unknown_terms: tuple[UnknownTerm, ...] = ()
    unknown_total: int = 0
    rules: tuple[RuleChoice, ...] = ()
    all_rules_href: str = ""
    findings: tuple[Finding, ...] = ()
    """The first of them."""
    findings_total: int = 0
    kept_terms: int = 0
    """Unknown terms that would be kept for the framework's owner."""
    mistakes: tuple[Mistake, ...] = ()

    @property
    def changes(self) -> int:
        """The number of records and people that would change, and of terms that would be kept."""
        counts = self.counts
        records = counts.added + counts.changed + counts.ended + counts.people + counts.people_changed
        return records + self.kept_terms


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A few rows of the sheet as they were sent, around one cell."""

    template: ClassVar[str] = "import_cell.html"
    file_name: str
    place: str
    letters: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    row: int
    column: int
    back_href: str


@dataclass(frozen=True, slots=True)
class ImportDone:
    """Step 4: it is saved."""

    template: ClassVar[str] = "import_done.html"
    organisation: str
    file_name: str
    counts: ImportCounts
    annotated_href: str
    again_href: str
    history_href: str
    kept_matching: bool = False
    """Whether what the columns are is kept for the next sheet."""


@dataclass(frozen=True, slots=True)
class PastImportRow:
    """An import that changed something."""

    when: datetime.datetime
    by: str
    file_name: str
    what: str
    """What it did, in words."""
    said: str
    """The whole picture or a part."""
    digest: str
    undone: str
    """When and on whose behalf it was undone, in words; empty when it was not."""
    undo_href: str = ""
    """Empty for all but the last."""


@dataclass(frozen=True, slots=True)
class ImportHistory:
    """The imports of an organisation, the newest first."""

    template: ClassVar[str] = "import_history.html"
    organisation: str
    rows: tuple[PastImportRow, ...]
    import_href: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class UndoEffect:
    """What an undo would do; `digest` is what the confirming form sends."""

    withdrawn: int
    restored: int
    people_removed: int
    people_restored: int
    digest: str


@dataclass(frozen=True, slots=True)
class ImportUndo:
    """An import to undo: what it did, then what its undo would do, to be confirmed."""

    template: ClassVar[str] = "import_undo.html"
    organisation: str
    file_name: str
    when: datetime.datetime
    what: str
    """What the import did, in words."""
    back_href: str
    action: str
    """Empty where it cannot be undone."""
    effect: UndoEffect | None = None
    """None until it was tried."""
    refusal: str = ""
    """Why it cannot be undone, or not as it was confirmed."""
