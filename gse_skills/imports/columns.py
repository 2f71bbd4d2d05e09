"""Which column holds what: recognised from the headings, guessed where these are in no list, and said in the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from gse_skills.errors import InputError
from gse_skills.imports.finding import Finding, Unread, letter, noted
from gse_skills.imports.guess import HALF, Cells, Ground, named_within, says_otherwise
from gse_skills.imports.guessing import Guessing
from gse_skills.imports.header import Header, ResolveSkill, find_header, header_notes, texts_of
from gse_skills.imports.levels import Levels
from gse_skills.imports.roles import PERSON_ROLES, Role, is_left_out
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
    grounds: Mapping[int, Ground] = field(default_factory=dict, compare=False)
    """By what each column that is read was recognised; one that a mapping names is not here."""
    doubts: Mapping[int, Role] = field(default_factory=dict, compare=False)
    """What columns that are left out may hold."""

    @property
    def guessed(self) -> Mapping[int, Ground]:
        """The columns with a role that their headings alone do not name, with what spoke for it."""
        roles = set(self.columns.values())
        return {
            column: ground
            for column, ground in sorted(self.grounds.items())
            if column in roles and ground is not Ground.HEADING
        }

    def heading(self, column: int) -> str:
        """The heading of a column, empty when it has none."""
        return self.headings.get(column) or self.ignored.get(column, "")


def recognise(rows: Sequence[Row], resolve_skill: ResolveSkill, merged: Sequence[Block] = ()) -> SheetColumns:
    """Recognise the columns of a sheet by its first rows (about 20).

    `resolve_skill` says whether a phrase names a skill; `merged` are the sheet's merged blocks.
    Raises InputError: `no-header`, `no-person-column`, `no-skill-column`, `no-level-column`, `two-header-rows`.
    """
    header = headings(rows, resolve_skill)
    sorting = Sorting.of(header, rows, resolve_skill)
    if PERSON_ROLES.isdisjoint(sorting.columns):
        raise refuse("no-person-column", "Of several columns none is plainly of the person.", row=header.last_row)
    return sorting.finish(header_notes(header, rows, merged))


def headings(rows: Sequence[Row], resolve_skill: ResolveSkill) -> Header:
    """The headings of a sheet, by the lists or by words within them; raises what `find_header` raises."""
    try:
        return find_header(rows, resolve_skill)
    except InputError as error:
        found = worded_header(rows) if error.rule in ("no-header", "no-person-column") else None
        if found is None:
            raise
        return found


RECOGNISED = 2
"""How plain a sheet is of which the columns are recognised."""


def plainness(rows: Sequence[Row]) -> int:
    """How plainly the first rows of a sheet are of people and levels, as far as can be told without a framework:
    `RECOGNISED`, 1 where somebody has to say what the columns are, 0 for any other sheet."""
    if not rows:
        return 0
    try:
        sorting = Sorting.of(headings(rows, lambda _: False), rows, lambda _: False)
    except InputError:
        return 0

    def levels_in(columns: Iterable[int]) -> bool:
        return any(sorting.cells(column).role(HALF) is Role.LEVEL for column in columns)

    known = {Role.SKILL, Role.LEVEL} & sorting.columns.keys()
    if len(known) == 2 or levels_in(sorting.skills):
        return RECOGNISED
    return int(bool(known) or levels_in(sorting.ignored))


def worded_header(rows: Sequence[Row]) -> Header | None:
    """The row in which the most headings name a role by words within them; one of them has to say who."""
    best, most = None, 0
    for row in rows:
        header = Header(row.number, row.number, texts_of(row))
        named = [one for text in header.texts if text and (one := named_within(text))]
        says_who = any(one.sure and one.role in PERSON_ROLES for one in named)
        if len(named) > most and says_who and sum(map(bool, header.texts)) > 1:
            best, most = header, len(named)
    return best


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
        self.grounds: dict[int, Ground] = {}
        self.holds_skills = False
        """Whether a column is known to hold levels of a skill."""
        self._sample = sample
        self._resolve = resolve_skill
        self._levels = Levels(words)

    @classmethod
    def of(cls, header: Header, rows: Sequence[Row], resolve_skill: ResolveSkill) -> Sorting:
        """The columns below these headings, sorted."""
        sorting = cls(header, [row.cells for row in rows if row.number > header.last_row], resolve_skill)
        sorting.take_roles(header.roles())
        Guessing(sorting).run()
        sorting.sort_others()
        return sorting

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
                self.columns[role], self.grounds[column] = column, Ground.HEADING
                self.note("column-recognised", column, f"{self._named(column)} is read as {role.label}.")

    def take_guess(self, role: Role, column: int, ground: Ground) -> None:
        """Give a column a role that its whole heading does not name, and say so."""
        self.columns[role], self.grounds[column] = column, ground
        rule, read = ("column-recognised", "read as") if ground is Ground.HEADING else ("column-guessed", "taken for")
        told = self._named(column) if self.heading(column) else f"Column {letter(column)}"
        self.note(rule, column, f"{told} is {read} {role.label}, {ground.value}.")

    def left(self) -> list[int]:
        """The columns of which nothing is known yet."""
        taken = {*self.columns.values(), *self.skills, *self.ignored}
        width = max([len(self.header.texts), *(len(cells) for cells in self._sample)])
        return [column for column in range(width) if column not in taken]

    def names_a_skill(self, column: int) -> bool:
        """Whether the heading of a column is a skill's name."""
        return bool(self.heading(column)) and self._resolve(self.heading(column))

    def cells(self, column: int) -> Cells:
        """What the first cells of a column look like."""
        cells = [cells[column] for cells in self._sample if column < len(cells)]
        return Cells(cells, self._resolve, self._levels)

    def sort_others(self) -> None:
        """Sort the columns that have no role: in a matrix some are skills."""
        for column in self.left():
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
            self.grounds[column] = Ground.HEADING
            return True
        cells = [cells[column] for cells in self._sample if column < len(cells) and text_of(cells[column])]
        readings = [self._levels.read(cell) for cell in cells]
        wrong = [reading for reading in readings if isinstance(reading, Unread)]
        readable = all(reading.rule == "tick-is-not-a-level" for reading in wrong)
        self.holds_skills |= readable and bool(cells)
        if readable:
            self.grounds[column] = Ground.CELLS
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
            grounds={column: self.grounds[column] for column in sorted(read) if column in self.grounds},
            doubts=self.doubts(shape),
        )

    def doubts(self, shape: Shape | None = None) -> dict[int, Role]:
        """What columns that are left out may hold, as far as the sheet has no such column; a level may also be a skill
        of its own, unless the sheet is long."""
        found: dict[int, Role] = {}
        for column, heading in self.ignored.items():
            if says_otherwise(heading):
                continue
            named, role = named_within(heading), self.cells(column).role(HALF)
            if named is not None and (named.sure or role is named.role):
                role = named.role
            closed = shape is Shape.MATRIX and role is Role.SKILL and self._named_skills()
            if role is not None and role not in self.columns and not closed:
                found[column] = role
        return found

    def _named_skills(self) -> bool:
        return any(self.grounds.get(column) is Ground.HEADING for column in self.skills)

    def _leave_out_level(self) -> None:
        """A level column of a matrix belongs to no skill."""
        column = self.columns.pop(Role.LEVEL, None)
        if column is not None:
            del self.grounds[column]
            self.ignored[column] = self.heading(column)
            self.findings = [finding for finding in self.findings if finding.column != column]
            message = f"{self._named(column)} is left out: each skill has a column of its own."
            self.note("column-ignored", column, message)

    def _missing(self, rule: str, message: str) -> Exception:
        found = [text for text in self.header.texts if text]
        shown = ", ".join(found[:20])
        row = self.header.last_row
        return refuse(rule, message.format(row=row, headings=shown), row=row, value=shown, headings=found)
