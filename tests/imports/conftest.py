"""Sheets to read: written as CSV, XLSX or ODS from one table, and read back without a child."""

from __future__ import annotations

import csv
import datetime
import itertools
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
import xlsxwriter

from gse_skills.imports import reader
from gse_skills.imports.columns import SheetColumns, recognise
from gse_skills.imports.interpret import Defaults, Statement, interpret
from gse_skills.imports.sheet import SheetReading, read_sheet
from gse_skills.vocabulary import Basis

Table = Sequence[Sequence[object]]
TODAY = datetime.date(2026, 11, 22)
SKILLS = {"virology", "bacteriology", "metrology", "optics", "lif-vir-02", "data analysis"}

_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"))
)


@pytest.fixture(scope="session")
def new_path(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder, numbers = tmp_path_factory.mktemp("sheets"), itertools.count()
    return lambda suffix: folder / f"{next(numbers)}{suffix}"


@pytest.fixture(scope="session")
def csv_file(new_path: Callable[[str], Path]) -> Callable[..., Path]:
    def write(rows: Table, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
        path = new_path(".csv")
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(
                [f"{cell:%d/%m/%Y}" if isinstance(cell, datetime.date) else cell for cell in row] for row in rows
            )
        return path

    return write


@pytest.fixture(scope="session")
def xlsx_file(new_path: Callable[[str], Path]) -> Callable[..., Path]:
    def write(rows: Table, *, edit: Callable[[xlsxwriter.Workbook], object] = lambda book: None) -> Path:
        """`edit` gets the workbook before it is closed; the rows are in its first sheet, called Skills."""
        path = new_path(".xlsx")
        with xlsxwriter.Workbook(str(path)) as book:
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            sheet = book.add_worksheet("Skills")
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime.date):
                        sheet.write_datetime(number, column, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    else:
                        sheet.write(number, column, cell)
            edit(book)
        return path

    return write


def ods_cell(cell: object) -> str:
    if cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, datetime.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(cell).lower()}"/>'
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'


@pytest.fixture(scope="session")
def ods_file(new_path: Callable[[str], Path]) -> Callable[..., Path]:
    def write(rows: Table = (), *, body: str | None = None, manifest: str = "", sheet: str = "Skills") -> Path:
        """`body` is the XML of the table's rows, for what `rows` cannot say."""
        if body is None:
            cells = ("".join(map(ods_cell, row)) for row in rows)
            body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
        content = (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">'
            f"<office:body><office:spreadsheet><table:table table:name={quoteattr(sheet)}>{body}</table:table>"
            "</office:spreadsheet></office:body></office:document-content>"
        )
        path = new_path(".ods")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("mimetype"), _ODS)
            archive.writestr("content.xml", content)
            archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        return path

    return write


@pytest.fixture(scope="session")
def edited(new_path: Callable[[str], Path]) -> Callable[..., Path]:
    """A copy of an archive, with one of its parts changed."""

    def copy(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
        changed = new_path(path.suffix)
        with zipfile.ZipFile(path) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
            for info in before.infolist():
                data = before.read(info)
                after.writestr(info.filename, change(data) if info.filename == part else data)
        return changed

    return copy


@pytest.fixture(scope="session")
def read() -> Callable[..., SheetReading]:
    """Reads a file without a child; `test_sheet.py` reads with one."""

    def read_file(path: Path, sheet: str | None = None, *, seek: bool = False) -> SheetReading:
        chunks: list[bytes] = []
        reader.run({"path": str(path), "sheet": sheet, "seek": seek}, chunks.append)
        return read_sheet(iter(chunks))

    return read_file


@pytest.fixture(scope="session")
def columns_of(read: Callable[..., SheetReading]) -> Callable[[Path], SheetColumns]:
    def recognised(path: Path) -> SheetColumns:
        reading = read(path)
        return recognise(reading.head(), resolve, reading.header.merged)

    return recognised


@pytest.fixture(scope="session")
def say(read: Callable[..., SheetReading]) -> Callable[..., list[Statement]]:
    """What a file says."""

    def statements(
        path: Path,
        columns: Callable[[SheetReading], SheetColumns] | None = None,
        *,
        assessed_on: datetime.date | None = None,
        basis: Basis | None = None,
    ) -> list[Statement]:
        reading = read(path)
        found = columns(reading) if columns else recognise(reading.head(), resolve, reading.header.merged)
        return list(interpret(reading, found, Defaults(assessed_on, basis, TODAY)))

    return statements


def resolve(phrase: str) -> bool:
    return phrase.casefold() in SKILLS


@pytest.fixture(scope="session")
def resolve_skill() -> Callable[[str], bool]:
    return resolve
