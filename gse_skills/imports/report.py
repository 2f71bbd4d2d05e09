"""The annotated copy of a sheet: the same rows and columns, and beside each row what happened and what would mend it.

Written as a stream, from a second reading of the same file and the outcomes in order of row, as an Excel workbook or,
when the name ends in .csv, as text. What a sheet says is written as text and never as a formula; in CSV a text that a
spreadsheet program would take for a formula gets an apostrophe before it (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import datetime
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from gse_skills.imports.finding import letter
from gse_skills.imports.sheet import Cell, SheetReading
from gse_skills.imports.staging import Outcome

TITLES = ("What happened", "Detail", "Remedy")
MAX_ROWS = 1_048_576
MAX_CELL = 32_767
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
_CLASSES = ("refused", "changed", "ended", "added", "noted")
_FILLS = {"refused": "#F6D7D2", "changed": "#FFF2CC", "ended": "#FFF2CC", "added": "#CCE2D8", "noted": "#FFF7E0"}
_MEMORY = 1 << 20


class Annotation(NamedTuple):
    """What stands beside a row."""

    happened: str
    detail: str
    remedy: str
    worst: str
    """The status that colours the row, empty for none."""


def write_report(
    path: Path,
    reading: SheetReading,
    outcomes: Iterable[Outcome],
    *,
    header_row: int,
    summary: Mapping[str, object],
    marking: str = "OFFICIAL",
) -> None:
    """Write the annotated copy to `path`.

    `reading` is a fresh reading of the sheet, `outcomes` come in order of row; those of row 0 are about the file.
    `header_row` is the row in which the new columns get their titles, `summary` what to say of the whole, in order.
    Raises what reading raises; then no file is left, and a file that was there before stays as it was.
    """
    write = _write_csv if path.suffix.lower() == ".csv" else _write_xlsx
    # Beside the report, whose folder is the caller's: what is written on the way holds personal data and must go too.
    with tempfile.TemporaryDirectory(prefix=".report-", dir=path.parent) as folder:
        draft = Path(folder) / path.name
        write(draft, reading, _Outcomes(outcomes, header_row), header_row, summary, marking)
        draft.replace(path)


class _Outcomes:
    """The outcomes in step with the rows."""

    def __init__(self, outcomes: Iterable[Outcome], header_row: int) -> None:
        self._outcomes = iter(outcomes)
        self._ahead = next(self._outcomes, None)
        self._header_row = header_row

    def about_file(self) -> Iterator[Outcome]:
        """Those of the file and its headings, which come first."""
        yield from self.up_to(self._header_row)

    def up_to(self, row: int) -> Iterator[Outcome]:
        """Those that are left, up to a row."""
        while self._ahead is not None and self._ahead.row <= row:
            yield self._ahead
            self._ahead = next(self._outcomes, None)

    def of(self, row: int) -> Annotation:
        """What stands beside a row; what belongs to rows that the sheet does not show is told with the next one."""
        return annotate(list(self.up_to(row)), row)


def annotate(outcomes: list[Outcome], row: int) -> Annotation:
    """The outcomes of one row as one line.

    >>> annotate([Outcome(5, 3, "refused", "level-out-of-range", "9", "“9” is no level.", "Use 1 to 4.")], 5)[:3]
    ('refused', 'D “9”: “9” is no level. [level-out-of-range]', 'Use 1 to 4.')
    """
    counts = Counter(outcome.status for outcome in outcomes)
    happened = ", ".join(status if count == 1 else f"{status} {count}" for status, count in counts.items())
    details = [_detail(outcome, row) for outcome in outcomes]
    remedies = dict.fromkeys(outcome.remedy for outcome in outcomes if outcome.remedy)
    worst = next((status for status in _CLASSES if status in counts), "")
    return Annotation(happened, "\n".join(details), "\n".join(remedies), worst)


def _detail(outcome: Outcome, row: int) -> str:
    where = "" if outcome.row == row else f"row {outcome.row} "
    where += "" if outcome.column < 0 else letter(outcome.column)
    value = f"“{outcome.value}”" if outcome.value else ""
    place = " ".join(part for part in (where.strip(), value) if part)
    said = f"{place}: {outcome.detail}" if place and outcome.detail else place or outcome.detail
    return f"{said} [{outcome.rule}]" if outcome.rule else said


def _about(outcome: Outcome) -> tuple[str, ...]:
    place = f"row {outcome.row}" if outcome.row else "file"
    place += f", column {letter(outcome.column)}" if outcome.column >= 0 else ""
    return (outcome.status, place, outcome.value, f"{outcome.detail} [{outcome.rule}]".strip(), outcome.remedy)


_ABOUT_TITLES = ("Status", "Where", "Value", "Detail", "Remedy")


def _write_xlsx(
    path: Path, reading: SheetReading, outcomes: _Outcomes, header_row: int, summary: Mapping[str, object], marking: str
) -> None:
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "Annotated import", "keywords": marking, "comments": marking})
        sheets = [book.add_worksheet(name) for name in ("Rows", "Summary", "About the file")]
        for sheet in sheets:
            sheet.set_header(f"&C{marking}")
            sheet.set_footer(f"&C{marking}")
        about = _XlsxSheet(book, sheets[2])
        about.row(0, (marking, *_ABOUT_TITLES), bold=True)
        for number, outcome in enumerate(outcomes.about_file(), 1):
            about.row(number, ("", *_about(outcome)))
        left_out = _fill_rows(_XlsxSheet(book, sheets[0]), reading, outcomes, header_row)
        lines = [("Marking", marking), *summary.items()]
        if left_out:
            lines.append(("Rows beyond the last that a workbook holds", left_out))
        for number, (name, value) in enumerate(lines):
            _XlsxSheet(book, sheets[1]).row(number, (name, value if isinstance(value, int | float) else str(value)))


def _fill_rows(sheet: _XlsxSheet, reading: SheetReading, outcomes: _Outcomes, header_row: int) -> int:
    """Copy the rows with their annotations; the number of rows that did not fit."""
    width = max(len(row.cells) for row in reading.head())
    sheet.sheet.set_column(width, width, 16)
    sheet.sheet.set_column(width + 1, width + 2, 60)
    sheet.sheet.freeze_panes(header_row, 0)
    left_out = 0
    for number, cells in reading.rows:
        if number > MAX_ROWS:
            left_out += 1
            continue
        if number == header_row:
            sheet.row(number - 1, _beside(cells, TITLES, width), bold=True)
            continue
        found = outcomes.of(number) if number > header_row else Annotation("", "", "", "")
        sheet.row(number - 1, _beside(cells, found[:3], width), fill=found.worst)
    return left_out


def _beside(cells: tuple[Cell, ...], said: tuple[str, ...], width: int) -> tuple[Cell, ...]:
    """The cells of a row, what is said of them, and what a ragged row has beyond the others."""
    return (*cells[:width], *("",) * (width - len(cells)), *said, *cells[width:])


class _XlsxSheet:
    """One worksheet, written row by row, by the type of each cell."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        self.sheet = sheet
        day = {"num_format": "dd/mm/yyyy"}
        self._bold = book.add_format({"bold": True})
        self._plain = {"": None, **{status: book.add_format({"bg_color": fill}) for status, fill in _FILLS.items()}}
        self._day = {"": book.add_format(day)}
        self._day |= {status: book.add_format({**day, "bg_color": fill}) for status, fill in _FILLS.items()}

    def row(self, number: int, cells: Iterable[Cell], *, bold: bool = False, fill: str = "") -> None:
        """Write a row, counted from 0."""
        form = self._bold if bold else self._plain[fill]
        for column, cell in enumerate(cells):
            if cell == "":
                continue
            if isinstance(cell, bool):
                self.sheet.write_boolean(number, column, cell, form)
            elif isinstance(cell, int | float):
                self.sheet.write_number(number, column, cell, form)
            elif isinstance(cell, datetime.date) and cell.year >= 1900:
                self.sheet.write_datetime(number, column, cell, self._day[fill])
            else:
                self.sheet.write_string(number, column, str(cell)[:MAX_CELL], form)


def _write_csv(
    path: Path, reading: SheetReading, outcomes: _Outcomes, header_row: int, summary: Mapping[str, object], marking: str
) -> None:
    with (
        path.open("w", encoding="utf-8-sig", newline="") as file,
        tempfile.SpooledTemporaryFile(_MEMORY, "w+", encoding="utf-8", newline="", dir=str(path.parent)) as tail,
    ):
        _csv_writer(tail)(("About the file", *_ABOUT_TITLES))
        for outcome in outcomes.about_file():
            _csv_writer(tail)(("", *_about(outcome)))
        write = _csv_writer(file)
        width = max(len(row.cells) for row in reading.head())
        expected = 1
        for number, cells in reading.rows:
            for _ in range(expected, number):
                write(())
            expected = number + 1
            said = TITLES if number == header_row else outcomes.of(number)[:3] if number > header_row else ("", "", "")
            write(_beside(cells, said, width))
        write(())
        for name, value in (("Marking", marking), *summary.items()):
            write((name, str(value)))
        tail.seek(0)
        while block := tail.read(_MEMORY):
            file.write(block)


def _csv_writer(file: IO[str]) -> Callable[[Iterable[object]], object]:
    writer = csv.writer(file)
    return lambda cells: writer.writerow([harmless(cell) for cell in cells])


def harmless(cell: object) -> object:
    """A text that no spreadsheet program takes for a formula.

    >>> harmless("=1+1"), harmless(-1), harmless("Expert")
    ("'=1+1", -1, 'Expert')
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
