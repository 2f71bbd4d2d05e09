"""What each column of a sheet is taken for, as somebody chooses it who looks at the first rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from gse_skills.errors import GseSkillsError, InputError
from gse_skills.imports.assertion import Assertion, PersonFacts
from gse_skills.imports.columns import Shape, SheetColumns, Sorting, recognise, worded_header
from gse_skills.imports.finding import Finding, letter
from gse_skills.imports.guess import Ground
from gse_skills.imports.header import Header, candidates, texts_of
from gse_skills.imports.interpret import Defaults, interpret
from gse_skills.imports.mapping import ColumnMapping, Place
from gse_skills.imports.phrases import Phrases
from gse_skills.imports.roles import PERSON_ROLES, Role
from gse_skills.imports.rules import MATCHING_RULES
from gse_skills.imports.sheet import Row, SheetHeader, SheetReading
from gse_skills.imports.text import fold, text_of

LEFT_OUT, A_SKILL = "left-out", "a-skill"
"""What a column can be taken for besides a role: for nothing, or for one skill, with a level in each cell."""
_SAMPLES = 3
_LINES = 8

Choices = Mapping[int, str]
"""By column: the value of a role, `A_SKILL` or `LEFT_OUT`."""


@dataclass(frozen=True, slots=True)
class SheetHead:
    """The first rows of a sheet, which can be read again and again."""

    header: SheetHeader
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, reading: SheetReading) -> SheetHead:
        """The head of a sheet that is being read; raises what `SheetReading.head` raises."""
        rows = reading.head()
        last = rows[-1].number
        faults = tuple(fault for fault in reading.header.faults if fault.row <= last)
        return cls(replace(reading.header, faults=faults), rows)

    def reading(self) -> SheetReading:
        """The head as if it were the whole sheet."""
        return SheetReading(self.header, iter(self.rows))


@dataclass(frozen=True, slots=True)
class ColumnSample:
    """A column as its first rows show it."""

    column: int
    heading: str
    samples: tuple[str, ...]

    @property
    def letter(self) -> str:
        """As spreadsheets name it."""
        return letter(self.column)


@dataclass(frozen=True, slots=True)
class Matching:
    """What the columns of a sheet are taken for."""

    header_row: int
    columns: tuple[ColumnSample, ...]
    choices: Choices
    trouble: GseSkillsError | None = None
    """Why the sheet cannot be read so."""
    grounds: Mapping[int, Ground] = field(default_factory=dict)
    """By what each column was recognised, as long as nobody chose."""
    doubts: Mapping[int, Role] = field(default_factory=dict)
    """What columns that are left out may hold."""

    @property
    def settled(self) -> bool:
        """Whether nobody need look: all that the sheet seems to say is recognised by headings."""
        return self.trouble is None and not self.doubts and set(self.grounds.values()) <= {Ground.HEADING}


@dataclass(frozen=True, slots=True)
class Line:
    """What a row says, as it would be read."""

    row: int
    who: str
    skill: str
    level: str
    day: str
    basis: str
    trouble: str = ""


def recognised(head: SheetHead, phrases: Phrases) -> Matching:
    """What the columns are taken for where nobody has chosen."""
    try:
        columns = recognise(head.rows, phrases.names_a_skill, head.header.merged)
    except InputError as error:
        header = worded_header(head.rows) or _likely_header(head.rows)
        sorting = Sorting.of(header, head.rows, phrases.names_a_skill)
        choices = {column: role.value for role, column in sorting.columns.items()}
        samples = _samples(head, header.last_row, header.texts)
        return Matching(header.last_row, samples, choices, error, sorting.grounds, sorting.doubts())
    return matched(head, columns)


def matched(head: SheetHead, columns: SheetColumns) -> Matching:
    """The matching that columns amount to."""
    choices = {column: role.value for role, column in columns.columns.items()}
    choices |= dict.fromkeys(columns.skills, A_SKILL)
    samples = _samples(head, columns.header_row, _headings(columns))
    return Matching(columns.header_row, samples, choices, None, columns.grounds, columns.doubts)


def chosen(head: SheetHead, header_row: int, choices: Choices, proposed: Matching) -> Matching:
    """The matching that somebody chose; other headings than those proposed start anew from what these say."""
    if header_row == proposed.header_row:
        same = {column for column, choice in choices.items() if choice == proposed.choices.get(column)}
        grounds = {column: ground for column, ground in proposed.grounds.items() if column in same}
        return replace(proposed, choices=choices, trouble=None, grounds=grounds)
    row = next((row for row in head.rows if row.number == header_row), head.rows[0])
    header = Header(row.number, row.number, texts_of(row))
    return Matching(
        row.number,
        _samples(head, row.number, header.texts),
        {column: role.value for column, role in header.roles().items()},
    )


def mapping_of(matching: Matching, kept: ColumnMapping | None = None) -> ColumnMapping:
    """A matching as a mapping; words for levels and skills are those of `kept`.

    Raises InputError: `column-twice`, `no-person-column`, `no-skill-column`, `no-level-column`, `two-shapes`,
    `skill-without-heading`.
    """
    roles: dict[Role, Place] = {}
    skills: list[Place] = []
    ignored: list[Place] = []
    for one in matching.columns:
        place, choice = Place(one.heading, one.column), matching.choices.get(one.column, LEFT_OUT)
        if choice == A_SKILL:
            _require_heading(one)
            skills.append(place)
        elif choice == LEFT_OUT:
            ignored.append(place)
        else:
            role = Role(choice)
            if role in roles:
                raise _twice(role, roles[role], one)
            roles[role] = place
    _require_whole(roles, skills)
    return ColumnMapping(
        Shape.MATRIX if skills else Shape.LONG,
        roles,
        tuple(skills),
        tuple(ignored),
        matching.header_row,
        kept.levels if kept else {},
        kept.default_basis if kept else None,
        kept.phrases if kept else {},
    )


def read_lines(head: SheetHead, columns: SheetColumns, phrases: Phrases, defaults: Defaults) -> tuple[Line, ...]:
    """What the first rows say when they are read so."""
    names: dict[str, str] = {}
    lines: list[Line] = []
    for said in interpret(head.reading(), columns, defaults):
        match said:
            case PersonFacts():
                names[said.key] = said.name or said.identifier or said.email or ""
            case Assertion():
                lines.append(_line(said, names, phrases))
            case Finding() if said.severity == "refused":
                who = names.get(said.person_key or "", "")
                lines.append(Line(said.row, who, said.phrase or "", "", "", "", said.message))
    return tuple(islice(lines, _LINES))


def _line(said: Assertion, names: Mapping[str, str], phrases: Phrases) -> Line:
    position, trouble = phrases.position(said.phrase), ""
    if position is None:
        trouble = "No skill of that name is known." if phrases.rule(said.phrase) == "unknown-term" else ""
        trouble = trouble or "Several skills have that name."
        skill = said.phrase
    else:
        framework = phrases.framework
        skill = framework.concept(framework.iris[phrases.known[position].skill]).pref_label
    return Line(
        said.row,
        names.get(said.person_key, ""),
        skill,
        said.level.label if said.level else "Not held",
        f"{said.assessed_on:%-d %B %Y}" if said.assessed_on else "",
        said.basis.label if said.basis else "",
        trouble,
    )


def heading_keys(rows: Sequence[Row]) -> set[tuple[str, ...]]:
    """All that could be the headings of a sheet, as they are compared."""
    return {heading_key(header.texts) for header in candidates(rows)}


def heading_key(texts: Sequence[str]) -> tuple[str, ...]:
    """Headings as they are compared: neither case nor punctuation counts, nor blank columns at the end."""
    folded = [fold(text) for text in texts]
    while folded and not folded[-1]:
        folded.pop()
    return tuple(folded)


def _headings(columns: SheetColumns) -> tuple[str, ...]:
    known = {**columns.ignored, **columns.headings}
    return tuple(known.get(column, "") for column in range(max(known) + 1))


def _likely_header(rows: Sequence[Row]) -> Header:
    """The row in which the most cells name something, the first of them."""
    singles = [header for header in candidates(rows) if header.first_row == header.last_row]
    return max(singles, key=lambda one: (len(one.roles()), sum(map(bool, one.texts)), -one.last_row))


def _samples(head: SheetHead, header_row: int, headings: Sequence[str]) -> tuple[ColumnSample, ...]:
    below = [row.cells for row in head.rows if row.number > header_row]
    width = max([len(headings), *(len(cells) for cells in below)])
    found = []
    for column in range(width):
        texts = (text_of(cells[column]) for cells in below if column < len(cells))
        samples = tuple(islice((text for text in texts if text), _SAMPLES))
        heading = headings[column] if column < len(headings) else ""
        if heading or samples:
            found.append(ColumnSample(column, heading, samples))
    return tuple(found)


def _require_heading(one: ColumnSample) -> None:
    if not one.heading:
        raise _contradiction(
            "skill-without-heading", f"Column {one.letter} has no heading, so nobody can say which skill it is of."
        )


def _require_whole(roles: Mapping[Role, Place], skills: Sequence[Place]) -> None:
    """Raise when something is missing without which no row says anything."""
    if PERSON_ROLES.isdisjoint(roles):
        raise _contradiction("no-person-column", "No column says who: a name, a staff number or an email address.")
    if skills and (Role.SKILL in roles or Role.LEVEL in roles):
        message = "Some columns are taken for a skill each, and another for the skill or level of the row."
        raise _contradiction("two-shapes", message)
    if not skills and Role.SKILL not in roles:
        raise _contradiction("no-skill-column", "No column says which skill, and none is taken for a skill of its own.")
    if not skills and Role.LEVEL not in roles:
        raise _contradiction("no-level-column", "No column says at which level.")


def _twice(role: Role, first: Place, second: ColumnSample) -> InputError:
    earlier = letter(first.column or 0)
    return _contradiction("column-twice", f"Columns {earlier} and {second.letter} are both taken for {role.label}.")


def _contradiction(rule: str, message: str) -> InputError:
    return InputError(message, rule=rule, remedy=MATCHING_RULES[rule])
