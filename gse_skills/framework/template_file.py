"""A filled template as a file: read by the sandbox, row by row, and taken apart into its sheets.

The file is parsed in the disposable child that reads every spreadsheet (job "sheet"), with its bounds on size, memory
and time; what arrives here are its lines, see `gse_skills.imports.reader`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gse_skills.errors import InputError
from gse_skills.framework.template import (
    ABOUT_SHEET,
    OTHER_SHEET,
    REQUIREMENTS_SHEET,
    SCHEME_SHEET,
    SHEET_COLUMN,
    SHEETS,
    Heading,
    Row,
    Sheet,
    columns_of,
    headings_of,
    split_heading,
    unguarded,
)
from gse_skills.sandbox.limits import Limits

if TYPE_CHECKING:
    from gse_skills.framework.load import Sandbox

ENDINGS = (".csv", ".xlsx", ".ods")
KNOWN = (SCHEME_SHEET, *SHEETS, REQUIREMENTS_SHEET, OTHER_SHEET)
_LIMITS = Limits(memory_bytes=1 << 30, wall_seconds=300.0, cpu_seconds=120.0, output_bytes=1 << 30)
_EMPTY_TEMPLATE = "Start from `gse-skills framework export --empty template.xlsx`, or from an export of the framework."
_TAGGED = frozenset(column.heading for sheet in SHEETS for column in columns_of(sheet) if column.tagged)

Cells = Sequence[str]


def read_sheets(path: Path, sandbox: Sandbox) -> tuple[list[Sheet], list[str]]:
    """The sheets of a filled template, and notes on what of the file was not read.

    Raises InputError: those of the reader of spreadsheets (`corrupt-file`, `too-large`, ...), `not-the-template` when
    no sheet has a name of the template's, `unknown-sheet` and `unknown-column` for headings that mean nothing here,
    `repeated-column`, `merged-cells`, and `formula-without-value` or `error-value` for cells without a value.
    """
    header, rows = _read(path, None, sandbox)
    if header["format"] == "csv":
        return _from_table(path, rows), []
    names = [str(name) for name in header["sheets"]]
    by_name = {name.strip().casefold(): name for name in names}
    wanted = [(known, by_name[known.casefold()]) for known in KNOWN if known.casefold() in by_name]
    if not wanted:
        raise _no_template(path, names)
    sheets = []
    for known, name in wanted:
        found = rows if name == header["sheet"] else _read(path, name, sandbox)[1]
        sheets.append(_sheet(known, found))
    left = set(names) - {name for _, name in wanted}
    left -= {name for name in left if name.strip().casefold() == ABOUT_SHEET.casefold()}
    return sheets, [f"The sheet “{name}” is none of the template's and is not read." for name in sorted(left)]


def _no_template(path: Path, found: list[str]) -> InputError:
    message = f"{path.name} is not the template of a concept scheme: it has none of its sheets."
    return InputError(message, rule="not-the-template", remedy=_EMPTY_TEMPLATE, extra={"found": found, "sheets": KNOWN})


def _read(path: Path, sheet: str | None, sandbox: Sandbox) -> tuple[dict[str, Any], list[tuple[int, Cells]]]:
    """The header and the rows of one sheet; a sheet that is empty has no rows."""
    asked = {"path": str(path.absolute()), "sheet": sheet}
    try:
        lines = b"".join(sandbox.run("sheet", asked, limits=_LIMITS)).splitlines()
    except InputError as error:
        if sheet is None or error.rule != "empty-file":
            raise
        return {}, []
    header: dict[str, Any] = json.loads(lines[0])
    for row, column, rule, value in header.get("faults", ()):
        message = f"Sheet “{sheet or header.get('sheet')}”, row {row}: the cell {value or 'has no value'}."
        extra = {"sheet": sheet or header.get("sheet"), "row": row, "column": letter(column), "value": value}
        raise InputError(message, rule=rule, remedy="Put the value itself into the cell.", extra=extra)
    for first_row, first_column, _, _ in header.get("merged", ()):
        message = f"Sheet “{sheet or header.get('sheet')}” has merged cells, the first in row {first_row}."
        extra = {"sheet": sheet or header.get("sheet"), "row": first_row, "column": letter(first_column)}
        raise InputError(message, rule="merged-cells", remedy="Unmerge them and repeat the value.", extra=extra)
    return header, [(number, [_text(cell) for cell in cells]) for number, cells in map(json.loads, lines[1:])]


def _text(cell: object) -> str:
    """A cell as text: a whole number without its point, a date in ISO form."""
    match cell:
        case str():
            return cell.strip()
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case dict():
            return str(cell["d"])
    return str(cell)


def _sheet(name: str, rows: Iterable[tuple[int, Cells]]) -> Sheet:
    ordered = iter(rows)
    number, headings = next(ordered, (1, ()))
    places = _places(name, number, headings, headings_of(name))
    found = (Row(number, _cells(cells, places)) for number, cells in ordered)
    return Sheet(name, tuple(row for row in found if row.cells), places)


def _cells(cells: Cells, places: Mapping[Heading, int]) -> dict[Heading, str]:
    return {heading: cells[place] for heading, place in places.items() if place < len(cells) and cells[place]}


def _places(sheet: str, row: int, headings: Cells, known: Iterable[str]) -> dict[Heading, int]:
    """Which column is which; a heading that means nothing is refused rather than its column passed over."""
    names = {name.casefold(): name for name in known}
    places: dict[Heading, int] = {}
    for place, text in enumerate(headings):
        if not text:
            continue
        stated, language = split_heading(text)
        name = names.get(stated.casefold(), "")
        extra = {"sheet": sheet, "row": row, "column": letter(place), "value": text}
        if not name or (language and name not in _TAGGED):
            message = f"Sheet “{sheet}”, row {row}, column {letter(place)}: “{text}” is no column of the template."
            remedy = f"Correct or delete the column. Known are: {', '.join(names.values())}."
            raise InputError(message, rule="unknown-column", remedy=remedy, extra=extra)
        if Heading(name, language) in places:
            message = f"Sheet “{sheet}”, row {row}, column {letter(place)}: “{text}” is there twice."
            raise InputError(message, rule="repeated-column", remedy="Keep one of the two.", extra=extra)
        places[Heading(name, language)] = place
    return places


def _from_table(path: Path, rows: Iterable[tuple[int, Cells]]) -> list[Sheet]:
    """The sheets that the rows of a CSV file belong to."""
    ordered: Iterator[tuple[int, Cells]] = iter(rows)
    number, headings = next(ordered, (1, ()))
    if not headings or headings[0].casefold() != SHEET_COLUMN.casefold():
        raise _no_template(path, list(headings[:1]))
    known = dict.fromkeys(name for sheet in KNOWN for name in headings_of(sheet))
    places = _places("CSV", number, ["", *headings[1:]], known)
    by_name = {name.casefold(): name for name in KNOWN}
    found: dict[str, list[Row]] = defaultdict(list)
    for number, cells in ordered:
        stated = cells[0] if cells else ""
        if stated.casefold() == ABOUT_SHEET.casefold():
            continue
        if stated.casefold() not in by_name:
            message = f"Row {number}, column A: “{stated}” is no sheet of the template."
            extra = {"row": number, "column": "A", "value": stated, "sheets": KNOWN}
            remedy = f"Write one of: {', '.join(KNOWN)}."
            raise InputError(message, rule="unknown-sheet", remedy=remedy, extra=extra)
        row = Row(number, _cells([unguarded(cell) for cell in cells], places))
        found[by_name[stated.casefold()]].append(row)
    return [Sheet(name, tuple(found[name]), places) for name in KNOWN if name in found]


def letter(column: int) -> str:
    """A column, counted from 0, as spreadsheets call it.

    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name
