"""A saved mapping: what a department once decided about its sheet, as JSON, fitted to each new copy of the sheet.

    {
      "format": "gse-skills-mapping/1",
      "shape": "matrix",                                           long or matrix
      "header_row": 3,                                             optional: a hint, looked for elsewhere if not there
      "columns": {"person_id": {"heading": "Pers. ref", "column": "A"}, "name": "Who"},
      "skills": ["Virology", {"heading": "Cell work", "column": "E"}],  matrix only
      "ignored": ["Mentor"],
      "levels": {"tick": "Working", "L5": "Expert", "n/k": null},
      "default_basis": "manager",
      "phrases": {"virus stuff": "LIF-VIR-02"}
    }

A column is told by its heading; the letter chooses between two columns of one heading and names one that has none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, cast

from gse_skills.errors import InputError
from gse_skills.imports.columns import Shape, SheetColumns, Sorting
from gse_skills.imports.finding import column_of, letter
from gse_skills.imports.header import Header, ResolveSkill, candidates, header_notes
from gse_skills.imports.levels import LevelReading, parse_level
from gse_skills.imports.roles import PERSON_ROLES, Role
from gse_skills.imports.rules import refuse
from gse_skills.imports.sheet import Block, Row
from gse_skills.imports.text import fold, text_of
from gse_skills.imports.values import parse_basis
from gse_skills.vocabulary import Basis, Level

FORMAT = "gse-skills-mapping/1"
_LARGEST = 1 << 20
_KEYS = frozenset(
    {"format", "shape", "header_row", "columns", "skills", "ignored", "levels", "default_basis", "phrases"}
)


class Place(NamedTuple):
    """A column as a saved mapping names it."""

    heading: str
    column: int | None = None

    def find(self, header: Header) -> int | None:
        """The column that it is under these headings; None when there is none."""
        wanted = fold(self.heading)
        found = [column for column, text in enumerate(header.texts) if text and fold(text) == wanted] if wanted else []
        if self.column is not None and (not wanted or self.column in found):
            return self.column
        return found[0] if found else None

    def to_json(self) -> object:
        """The place as JSON."""
        return self.heading if self.column is None else {"heading": self.heading, "column": letter(self.column)}


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A mapping apart from any one file."""

    shape: Shape
    columns: Mapping[Role, Place]
    skills: tuple[Place, ...] = ()
    ignored: tuple[Place, ...] = ()
    header_row: int | None = None
    levels: Mapping[str, Level | None] = field(default_factory=dict)
    default_basis: Basis | None = None
    phrases: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: SheetColumns) -> ColumnMapping:
        """The mapping of one file, to be kept for the next."""

        def place(column: int) -> Place:
            return Place(columns.heading(column), column)

        return cls(
            columns.shape,
            {role: place(column) for role, column in columns.columns.items()},
            tuple(place(column) for column in columns.skills),
            tuple(place(column) for column in columns.ignored),
            columns.header_row,
            columns.levels,
            columns.default_basis,
            columns.phrases,
        )

    def to_dict(self) -> dict[str, object]:
        """The mapping as JSON-like values; `from_dict` reads them back."""
        return {
            "format": FORMAT,
            "shape": self.shape.value,
            "header_row": self.header_row,
            "columns": {role.value: place.to_json() for role, place in self.columns.items()},
            "skills": [place.to_json() for place in self.skills],
            "ignored": [place.to_json() for place in self.ignored],
            "levels": {word: level and level.label for word, level in self.levels.items()},
            "default_basis": self.default_basis and self.default_basis.name.lower(),
            "phrases": dict(self.phrases),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> ColumnMapping:
        """Read a mapping from JSON-like values; raises InputError `mapping-invalid` naming the part that is wrong."""
        if data.get("format") != FORMAT:
            raise _invalid("format", f"it is not {FORMAT}", data.get("format"))
        for key in data.keys() - _KEYS:
            raise _invalid(key, "no mapping has such a part", data[key])
        columns = {_role(name): _place("columns", value) for name, value in _object(data, "columns").items()}
        if PERSON_ROLES.isdisjoint(columns):
            raise _invalid("columns", "none of them says who", list(_object(data, "columns")))
        shape = _shape(data.get("shape"), columns)
        row = data.get("header_row")
        if row is not None and (not isinstance(row, int) or isinstance(row, bool) or row < 1):
            raise _invalid("header_row", "it is not a row number", row)
        phrases = _object(data, "phrases")
        for phrase, meaning in phrases.items():
            if not isinstance(meaning, str) or not meaning:
                raise _invalid("phrases", f"“{phrase}” has no notation or IRI", meaning)
        return cls(
            shape,
            columns,
            _skill_places(data),
            tuple(_place("ignored", value) for value in _list(data, "ignored")),
            row,
            {word: _level(word, value) for word, value in _object(data, "levels").items()},
            _basis(data.get("default_basis")),
            cast("dict[str, str]", phrases),
        )

    @classmethod
    def load(cls, path: Path) -> ColumnMapping:
        """Read a mapping file; raises InputError `mapping-invalid`."""
        if path.stat().st_size > _LARGEST:
            raise refuse("mapping-invalid", f"{path.name} is far larger than any mapping.", value=path.name)
        try:
            data = json.loads(path.read_text(encoding="utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise refuse("mapping-invalid", f"{path.name} is not JSON: {error}.", value=path.name) from None
        if not isinstance(data, dict):
            raise _invalid("format", "the file holds no JSON object", type(data).__name__)
        return cls.from_dict(data)

    def save(self, path: Path) -> None:
        """Write the mapping to a file that people can read and edit."""
        path.write_text(json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    def fit(self, rows: Sequence[Row], resolve_skill: ResolveSkill, merged: Sequence[Block] = ()) -> SheetColumns:
        """Apply the mapping to a sheet by its first rows; columns that it does not name are sorted as `recognise` does.

        Raises InputError `mapping-mismatch` with the headings that the sheet lacks.
        """
        header = self._find(rows)
        sample = [row.cells for row in rows if row.number > header.last_row]
        known = {phrase.casefold() for phrase in self.phrases}
        sorting = Sorting(
            header, sample, lambda phrase: phrase.casefold() in known or resolve_skill(phrase), self.levels
        )
        self._place_columns(sorting)
        sorting.take_roles(self._roles_left(sorting))
        sorting.sort_others()
        columns = sorting.finish(header_notes(header, rows, merged))
        return replace(columns, levels=self.levels, default_basis=self.default_basis, phrases=self.phrases)

    def _find(self, rows: Sequence[Row]) -> Header:
        """The headings in which the most of the mapping's places are found, the hinted row first."""
        places = [*self.columns.values(), *self.skills]
        best: tuple[int, bool, int] = (-1, False, 0)
        chosen, missing = None, places
        for order, header in enumerate(candidates(rows)):
            lacking = [place for place in places if place.find(header) is None]
            worth = (-len(lacking), header.last_row == self.header_row, -order)
            if chosen is None or worth > best:
                best, chosen, missing = worth, header, lacking
        if chosen is None or missing:
            lost = [place.heading for place in missing]
            raise refuse(
                "mapping-mismatch",
                f"The sheet lacks headings that the mapping names: {', '.join(lost)}.",
                row=chosen.last_row if chosen else 0,
                value=", ".join(lost),
                headings=lost,
            )
        return chosen

    def _place_columns(self, sorting: Sorting) -> None:
        for role, place in self.columns.items():
            column = self._column(sorting, place)
            sorting.columns[role] = column
            sorting.note("column-recognised", column, f"By the mapping, column {letter(column)} is {role.label}.")
        for place in self.skills:
            column = self._column(sorting, place)
            sorting.skills[column] = place.heading
            sorting.holds_skills = True
            sorting.note("column-recognised", column, f"By the mapping, column {letter(column)} is a skill.")
        for place in self.ignored:
            found = place.find(sorting.header)
            if found is not None:
                sorting.ignored[found] = place.heading

    def _roles_left(self, sorting: Sorting) -> dict[int, Role]:
        """The roles that headings name and the mapping does not; in a matrix no column is of skill or level."""
        taken = {*sorting.columns.values(), *sorting.skills, *sorting.ignored}
        closed = set(self.columns) | ({Role.SKILL, Role.LEVEL} if self.shape is Shape.MATRIX else set())
        left = sorting.header.roles().items()
        return {column: role for column, role in left if column not in taken and role not in closed}

    def _column(self, sorting: Sorting, place: Place) -> int:
        column = cast("int", place.find(sorting.header))
        if place.column is not None and place.column != column:
            message = f"“{place.heading}” was column {letter(place.column)} and is now {letter(column)}."
            sorting.note("column-moved", column, message)
        return column


def _invalid(part: str, message: str, value: object) -> InputError:
    return refuse("mapping-invalid", f"In the mapping, {part}: {message}.", part=part, value=str(value)[:200])


def _object(data: Mapping[str, object], key: str) -> dict[str, object]:
    found = data.get(key) or {}
    if not isinstance(found, dict):
        raise _invalid(key, "it is not a JSON object", found)
    return found


def _list(data: Mapping[str, object], key: str) -> list[object]:
    found = data.get(key) or []
    if not isinstance(found, list):
        raise _invalid(key, "it is not a list", found)
    return found


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        choices = ", ".join(role.value for role in Role)
        raise _invalid("columns", f"“{name}” is none of {choices}", name) from None


def _shape(value: object, columns: Mapping[Role, Place]) -> Shape:
    try:
        shape = Shape(value)
    except ValueError:
        raise _invalid("shape", "it is neither long nor matrix", value) from None
    long = {Role.SKILL, Role.LEVEL}
    if shape is Shape.LONG and not long <= columns.keys():
        raise _invalid("columns", "a long sheet needs skill and level", sorted(role.value for role in columns))
    if shape is Shape.MATRIX and long & columns.keys():
        raise _invalid("columns", "in a matrix each skill has its own column under skills", "skill, level")
    return shape


def _place(part: str, value: object) -> Place:
    if isinstance(value, str) and text_of(value):
        return Place(text_of(value))
    if isinstance(value, dict):
        heading, column = value.get("heading", ""), value.get("column")
        try:
            at = None if column is None else column_of(column)
        except (ValueError, TypeError, AttributeError):
            raise _invalid(part, "a column is named by its letters, as AB", column) from None
        if isinstance(heading, str) and (text_of(heading) or at is not None):
            return Place(text_of(heading), at)
    raise _invalid(part, "a column is told by its heading, or by heading and column", value)


def _skill_places(data: Mapping[str, object]) -> tuple[Place, ...]:
    places = tuple(_place("skills", value) for value in _list(data, "skills"))
    for place in places:
        if not place.heading:
            raise _invalid("skills", "the heading of a column of levels is the skill, so it cannot be empty", place)
    return places


def _level(word: str, value: object) -> Level | None:
    if value is None:
        return None
    reading = parse_level(value) if isinstance(value, str | int | float) else None
    if isinstance(reading, LevelReading) and reading.level is not None:
        return reading.level
    raise _invalid("levels", f"“{word}” is given as something that is no level", value)


def _basis(value: object) -> Basis | None:
    if value is None:
        return None
    basis = parse_basis(value) if isinstance(value, str) else None
    if basis is None:
        raise _invalid("default_basis", "it is none of self, peer, manager, accredited", value)
    return basis
