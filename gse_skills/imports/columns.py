"""Which column holds what: recognised from the headings, and said in the report; never guessed in silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from gse_skills.imports.finding import Finding, Unread, letter, noted
from gse_skills.imports.header import Header, ResolveSkill, find_header, header_notes
from gse_skills.imports.levels import Levels
from gse_skills.imports.roles import Role, is_left_out
from gse_skills.imports.rules import refuse
from gse_skills.imports.sheet import Block, Cell, Row
from gse_skills.imports.text import text_of
from gse_skills.vocabulary import Basis, Level


class Shape(Enum):
    """The two shapes in which teams keep skills: a row a person and skill, or a row a person and a column a skill."""

    LONG = "long"
    MATRIX = "matrix"


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """What each column of one sheet holds; columns count from 0, rows from 1."""

    shape: Shape
    header_row: int
    """The last row of headings: what follows is data."""
    columns: Mapping[Role, int]
    skills: Mapping[int, str] = field(default_factory=dict)
    """In a matrix, the skill of each column in the sheet's own words."""
    ignored: Mapping[int, str] = field(default_factory=dict)
    """Columns left out, with their headings."""
    headings: Mapping[int, str] = field(default_factory=dict)
    """The heading of every column that is read."""
    levels: Mapping[str, Level | None] = field(default_factory=dict)
    """A department's own words for levels; `tick` for every kind of tick, None for a skill that is not held."""
    default_basis: Basis | None = None
    phrases: Mapping[str, str] = field(default_factory=dict)
    """A department's own phrases for skills, with the notation or IRI that each means."""
    findings: tuple[Finding, ...] = field(default=(), compare=False)
    """What was recognised as what."""

    def heading(self, column: int) -> str:
        """The heading of a column, empty when it has none."""
        return self.headings.get(column) or self.ignored.get(column, "")


def recognise(rows: Sequence[Row], resolve_skill: ResolveSkill, merged: Sequence[Block] = ()) -> SheetColumns:
    """Recognise the columns of a sheet by its first rows (about 20).

    `resolve_skill` says whether a phrase names a skill; `merged` are the sheet's merged blocks.
    Raises InputError: `no-header`, `no-person-column`, `no-skill-column`, `no-level-column`, `two-header-rows`.
    """
    header = find_header(rows, resolve_skill)
    sample = [row.cells for row in rows if row.number > header.last_row]
    sorting = Sorting(header, sample, resolve_skill)
    sorting.take_roles(header.roles())
    sorting.sort_others()
    return sorting.finish(header_notes(header, rows, merged))


class Sorting:
    """Sorts the columns of one sheet into roles, skills and what is left out, and notes each decision."""

    def __init__(
        self,
        header: Header,
        sample: Sequence[tuple[Cell, ...]],
        resolve_skill: ResolveSkill,
        words: Mapping[str, Level | None] | None = None,
    ) -> None:
        self.header = header
        self.columns: dict[Role, int] = {}
        self.skills: dict[int, str] = {}
        self.ignored: dict[int, str] = {}
        self.findings: list[Finding] = []
        self.holds_skills = False
        """Whether a column is known to hold levels of a skill."""
        self._sample = sample
        self._resolve = resolve_skill
        self._levels = Levels(words)

    def heading(self, column: int) -> str:
        """The heading of a column."""
        return self.header.texts[column] if column < len(self.header.texts) else ""

    def note(self, rule: str, column: int, message: str) -> None:
        """Note a decision about a column, in its heading's row."""
        heading = self.heading(column)
        row = self.header.last_row
        self.findings.append(noted(rule, message, row=row, column=column, heading=heading, value=heading))

    def _named(self, column: int) -> str:
        return f"Column {letter(column)} “{self.heading(column)}”"

    def take_roles(self, roles: Mapping[int, Role]) -> None:
        """Give columns their roles; the first of two columns with one role has it."""
        for column, role in roles.items():
            if role in self.columns:
                first = letter(self.columns[role])
                self.ignored[column] = self.heading(column)
                message = f"{self._named(column)} is left out: column {first} is already read as {role.label}."
                self.note("column-repeated", column, message)
            else:
                self.columns[role] = column
                self.note("column-recognised", column, f"{self._named(column)} is read as {role.label}.")

    def sort_others(self) -> None:
        """Sort the columns that have no role: in a matrix some are skills."""
        taken = {*self.columns.values(), *self.skills, *self.ignored}
        width = max([len(self.header.texts), *(len(cells) for cells in self._sample)])
        for column in range(width):
            if column in taken:
                continue
            if not self.heading(column):
                self._unheaded(column)
            elif Role.SKILL not in self.columns and self._is_skill(column):
                self.skills[column] = self.heading(column)
                self.note("column-recognised", column, f"{self._named(column)} is read as a skill.")
            else:
                self.ignored[column] = self.heading(column)
                self.note("column-ignored", column, f"{self._named(column)} is left out.")

    def _unheaded(self, column: int) -> None:
        if any(self._texts(column)):
            self.ignored[column] = ""
            message = f"Column {letter(column)} has no heading and is left out, although there is something in it."
            self.note("column-without-heading", column, message)

    def _texts(self, column: int) -> Iterable[str]:
        return [text_of(cells[column]) for cells in self._sample if column < len(cells)]

    def _is_skill(self, column: int) -> bool:
        """Whether a column of a matrix is a skill's: its heading names one, or its cells hold levels or nothing."""
        heading = self.heading(column)
        if is_left_out(heading):
            return False
        if self._resolve(heading):
            self.holds_skills = True
            return True
        cells = [cells[column] for cells in self._sample if column < len(cells) and text_of(cells[column])]
        readings = [self._levels.read(cell) for cell in cells]
        wrong = [reading for reading in readings if isinstance(reading, Unread)]
        readable = all(reading.rule == "tick-is-not-a-level" for reading in wrong)
        self.holds_skills |= readable and bool(cells)
        return readable

    def finish(self, notes: Sequence[Finding] = ()) -> SheetColumns:
        """The columns of the sheet; raises InputError when nothing says which skill, or at which level."""
        if Role.SKILL in self.columns:
            if Role.LEVEL not in self.columns:
                raise self._missing("no-level-column", "None of the headings in row {row} is of a level: {headings}.")
            shape = Shape.LONG
        else:
            if not self.holds_skills:
                raise self._missing("no-skill-column", "None of the headings in row {row} is a skill: {headings}.")
            shape = Shape.MATRIX
            self._leave_out_level()
        read = [*self.columns.values(), *self.skills]
        return SheetColumns(
            shape,
            self.header.last_row,
            dict(self.columns),
            dict(self.skills),
            dict(sorted(self.ignored.items())),
            {column: self.heading(column) for column in sorted(read)},
            findings=(*notes, *sorted(self.findings, key=lambda finding: finding.column)),
        )

    def _leave_out_level(self) -> None:
        """A level column of a matrix belongs to no skill."""
        column = self.columns.pop(Role.LEVEL, None)
        if column is not None:
            self.ignored[column] = self.heading(column)
            self.findings = [finding for finding in self.findings if finding.column != column]
            message = f"{self._named(column)} is left out: each skill has a column of its own."
            self.note("column-ignored", column, message)

    def _missing(self, rule: str, message: str) -> Exception:
        found = [text for text in self.header.texts if text]
        shown = ", ".join(found[:20])
        row = self.header.last_row
        return refuse(rule, message.format(row=row, headings=shown), row=row, value=shown, headings=found)
