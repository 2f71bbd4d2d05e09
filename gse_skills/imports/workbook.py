"""Workbooks, XLSX and ODS: check, then let calamine read one sheet. Runs in the child."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from gse_skills.imports.archive import open_archive
from gse_skills.imports.delimited import MAX_COLUMNS
from gse_skills.imports.finding import letter
from gse_skills.imports.markup import MAX_ROWS, Extent, scan_ods, scan_xlsx
from gse_skills.imports.rules import refuse

MAX_CELLS = 12_000_000
"""Cells between A1 and the last one in use: calamine keeps them all, at about 32 bytes each."""


class Workbook:
    """A workbook with one of its sheets chosen; `sheet` None takes the first visible one that is not empty.

    Raises InputError: `corrupt-file`, `zip-bomb`, `too-large`, `password-protected`, `not-a-spreadsheet`,
    `no-such-sheet`, `empty-file`, `merged-cells`, `formula-without-value`.
    """

    def __init__(self, path: Path, sheet: str | None) -> None:
        self.kind, archive = open_archive(path)
        with archive:
            extents = scan_ods(archive) if self.kind == "ods" else {}
            for name, extent in extents.items():
                _check_size(extent, name)
            try:
                self._open(path, sheet, lambda name: extents.get(name) or scan_xlsx(archive, name))
            except CalamineError as error:
                raise refuse("corrupt-file", "The workbook is broken.", value=str(error)) from None

    def _open(self, path: Path, sheet: str | None, extent_of: Callable[[str], Extent]) -> None:
        self._book = CalamineWorkbook.from_path(str(path))
        self.sheets = [
            found.name
            for found in self._book.sheets_metadata
            if found.typ is SheetTypeEnum.WorkSheet and found.visible is SheetVisibleEnum.Visible
        ]
        for name in self._candidates(sheet):
            self.sheet, self.extent = name, extent_of(name)
            _check_size(self.extent, name)
            self._cells = self._book.get_sheet_by_name(name)
            if self._cells.start is not None or self.extent.faults:
                break
        else:
            raise refuse("empty-file", "No sheet of the workbook holds anything.", sheets=self.sheets)
        for block in _merged(self._cells):
            self.extent.merge(block)
        self.extent.check()

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
