"""Workbooks, XLSX and ODS: check, then let calamine read one sheet. Runs in the child."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import cast

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gse_skills.errors import InputError
from gse_skills.imports.archive import open_archive
from gse_skills.imports.columns import RECOGNISED, plainness
from gse_skills.imports.delimited import MAX_COLUMNS
from gse_skills.imports.finding import letter
from gse_skills.imports.markup import MAX_ROWS, Extent, scan_ods, scan_xlsx
from gse_skills.imports.rules import refuse
from gse_skills.imports.sheet import HEAD, Cell, Row

MAX_CELLS = 12_000_000
"""Cells between A1 and the last one in use: calamine keeps them all, at about 32 bytes each."""
MAX_SHEETS = 40
"""Among so many sheets the one to read is looked for."""


class Workbook:
    """A workbook with one of its sheets chosen. Where `sheet` names none and `seek` asks for it, that is the visible
    one with the most rows under headings that are recognised; else, or if there is none, the first that is not empty.

    Raises InputError: `corrupt-file`, `zip-bomb`, `too-large`, `password-protected`, `not-a-spreadsheet`,
    `no-such-sheet`, `empty-file`, `merged-cells`, `formula-without-value`.
    """

    def __init__(self, path: Path, sheet: str | None, *, seek: bool = False) -> None:
        self.kind, archive = open_archive(path)
        with archive:
            extents = scan_ods(archive) if self.kind == "ods" else {}
            for name, extent in extents.items():
                _check_size(extent, name)
            try:
                self._open(path, sheet, lambda name: extents.get(name) or scan_xlsx(archive, name), seek=seek)
            except CalamineError as error:
                raise refuse("corrupt-file", "The workbook is broken.", value=str(error)) from None

    def _open(self, path: Path, sheet: str | None, extent_of: Callable[[str], Extent], *, seek: bool) -> None:
        self._book = CalamineWorkbook.from_path(str(path))
        self.sheets = [
            found.name
            for found in self._book.sheets_metadata
            if found.typ is SheetTypeEnum.WorkSheet and found.visible is SheetVisibleEnum.Visible
        ]
        found = self._largest(extent_of) if seek and sheet is None and len(self.sheets) > 1 else None
        for name in self._candidates(found or sheet):
            if name != found:
                self._load(name, extent_of(name))
            if self._cells.start is not None or self.extent.faults:
                break
        else:
            raise refuse("empty-file", "No sheet of the workbook holds anything.", sheets=self.sheets)
        for block in _merged(self._cells):
            self.extent.merge(block)
        self.extent.check()

    def _load(self, name: str, extent: Extent) -> None:
        self.sheet, self.extent = name, extent
        _check_size(extent, name)
        self._cells = self._book.get_sheet_by_name(name)

    def _largest(self, extent_of: Callable[[str], Extent]) -> str | None:
        """The visible sheet with the most rows among those most plainly of skills; it is loaded then."""
        best, worth, extents = None, (0, 0), dict[str, Extent]()
        # What is wrong with a sheet that nobody asked for need not stop another.
        for name in self.sheets[:MAX_SHEETS]:
            with suppress(InputError):
                extents[name] = extent_of(name)
        for name, extent in sorted(extents.items(), key=lambda one: -one[1].last_row):
            if worth >= (RECOGNISED, extent.last_row):
                break
            with suppress(InputError, CalamineError):
                self._load(name, extent)
                found = plainness(self._head()), sum(1 for _ in self.rows())
                if found[0] and found > worth:
                    best, worth = name, found
        if best is not None and self.sheet != best:
            self._load(best, extents[best])
        return best

    def _head(self) -> tuple[Row, ...]:
        # As they are, times of day and durations too: what reads them takes anything for a text.
        rows = cast("Iterator[tuple[int, list[Cell]]]", self.rows())
        return tuple(Row(number, tuple(cells)) for number, cells in islice(rows, HEAD))

    def _candidates(self, sheet: str | None) -> list[str]:
        if sheet is None:
            return self.sheets
        names = self._book.sheet_names
        for found in (sheet, *(name for name in names if name.casefold() == sheet.strip().casefold())):
            if found in names:
                return [found]
        raise refuse("no-such-sheet", f"The workbook has no sheet “{sheet}”.", value=sheet, choices=self.sheets)

    @property
    def height(self) -> int:
        """The number of rows, blank ones above and between included."""
        end = self._cells.end
        return end[0] + 1 if end else 0

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Each row that holds anything, with its number from 1."""
        start = self._cells.start
        # Calamine gives the rows above the first cell but leaves out the columns to its left.
        margin: list[object] = [""] * (start[1] if start else 0)
        width = self._cells.width
        for number, cells in enumerate(self._cells.iter_rows(), 1):
            if cells.count("") < width:
                yield number, [*margin, *cells] if margin else list(cells)


def _check_size(extent: Extent, sheet: str) -> None:
    if extent.last_row > MAX_ROWS or extent.last_column >= MAX_COLUMNS:
        raise refuse("too-large", f"“{sheet}” goes beyond the last row or column a spreadsheet has.", sheet=sheet)
    cells = extent.last_row * (extent.last_column + 1)
    if cells > MAX_CELLS:
        corner = f"{letter(extent.last_column)}{extent.last_row}"
        raise refuse(
            "too-large",
            f"“{sheet}” reaches to cell {corner}: {cells:,} cells, more than {MAX_CELLS:,}.",
            value=corner,
            row=extent.last_row,
            column=letter(extent.last_column),
        )


def _merged(sheet: CalamineSheet) -> Iterator[tuple[int, int, int, int]]:
    for (first_row, first_column), (last_row, last_column) in sheet.merged_cell_ranges or ():
        yield first_row + 1, first_column, last_row + 1, last_column
