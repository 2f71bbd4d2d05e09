"""The sheets of the template as a file: CSV, XLSX, and ODS.

The same sheets give the same bytes. Every cell is text, so nothing that stands in a framework is ever calculated; only
in columns that a sheet names are whole numbers and dates written as what they are.

ODS is written here, in 60 lines, since no library fits. Measured on a sheet of 1,500 rows and 24 columns: odfdo took
9.3 s and needs lxml; odswriter took 0.8 s but runs line breaks and spaces together and puts the time of day into the
archive; odfpy and pyexcel-ods have had no release since 2020.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gse_skills.errors import TooLargeError
from gse_skills.framework.template import (
    ABOUT_SHEET,
    IRI,
    MAX_CELL,
    REQUIREMENTS_SHEET,
    SCHEME_SHEET,
    SHEET_COLUMN,
    Heading,
    Sheet,
    guarded,
)
from gse_skills.vocabulary import Level

MAX_ROWS = 1_048_576
"""Rows of a sheet of a workbook."""
_NARROW = frozenset((IRI, "Notation", "Level", "Importance", "Language", "Top concept", "Deprecated", "Grade"))
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every part of an archive: the first that ZIP knows."""
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"

HOW_TO = (
    "This is the spreadsheet template of a concept scheme. Fill it in and bring it in with:",
    "gse-skills framework load FILE",
    "Columns may be left out or stand in another order; their headings must stay. Rows that are empty do no harm.",
    "A text's language stands in its heading as a BCP 47 tag; for another language add a column, such as: "
    "Definition (cy).",
    "Several values in one cell are set apart by a bar ( | ); before a bar within a value write a backslash.",
    "Parent, Related, Replaced by, Next role, Role and Skill name other rows by notation, or any concept by its IRI.",
    "A row's IRI is that of the scheme and its notation, unless the column IRI says otherwise.",
    "The sheet Other states in full whatever has no column. The sheet About is not read.",
)


def write_csv(sheets: Sequence[Sheet], about: Sequence[str]) -> bytes:
    """One table, its first column the name of the sheet; UTF-8 with a byte order mark, as spreadsheet programs like it.

    Raises TooLargeError (rule `cell-too-long`).
    """
    columns = list(dict.fromkeys(heading for sheet in sheets for heading in sheet.places))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((SHEET_COLUMN, *columns))
    width = len(columns) - 1
    writer.writerows((ABOUT_SHEET, guarded(line), *("",) * width) for line in about)
    for sheet in sheets:
        for cells in _rows(sheet, columns):
            writer.writerow((sheet.name, *map(guarded, cells)))
    return text.getvalue().encode("utf-8-sig")


def _rows(sheet: Sheet, columns: Iterable[Heading]) -> Iterator[list[str]]:
    for row in sheet.rows:
        cells = [row.cells.get(heading, "") for heading in columns]
        for heading, cell in zip(columns, cells, strict=True):
            if len(cell) > MAX_CELL:
                message = f"A cell of the column “{heading}” has {len(cell):,} characters, more than {MAX_CELL:,}."
                extra = {"sheet": sheet.name, "row": row.number, "column": str(heading)}
                raise TooLargeError(message, rule="cell-too-long", remedy="Take it as RDF.", extra=extra)
        yield cells


def _check_height(sheet: Sheet) -> None:
    if len(sheet.rows) >= MAX_ROWS:
        message = f"The sheet “{sheet.name}” has {len(sheet.rows):,} rows, more than a workbook holds."
        raise TooLargeError(message, rule="too-many-rows", remedy="Take it as CSV or as RDF.")


def write_xlsx(sheets: Sequence[Sheet], about: Sequence[str], marking: str, day: datetime.date) -> bytes:
    """A workbook, its headings frozen, with lists to choose from where there are few choices.

    Raises TooLargeError (rules `cell-too-long`, `too-many-rows`).
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        made = datetime.datetime.combine(day, datetime.time())
        book.set_properties({"title": about[0], "keywords": marking, "comments": marking, "created": made})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = book.add_format({"num_format": "@", "bold": True, "text_wrap": True, "valign": "top"})
        whole, date = (book.add_format({"num_format": look, "valign": "top"}) for look in ("#,##0", "yyyy-mm-dd"))
        page = _page(book, ABOUT_SHEET, marking)
        page.set_column(0, 0, 110, text)
        for number, line in enumerate(about):
            page.write_string(number, 0, line, text)
        for sheet in sheets:
            _fill(_page(book, sheet.name, marking), sheet, _Looks(text, bold, whole, date))
    return file.getvalue()


def _page(book: xlsxwriter.Workbook, name: str, marking: str) -> Worksheet:
    page = book.add_worksheet(name)
    page.set_header(f"&C{marking}")
    page.set_footer(f"&C{marking}")
    page.set_landscape()
    page.fit_to_pages(1, 0)
    return page


class _Looks(NamedTuple):
    """The formats of cells."""

    text: Format
    bold: Format
    whole: Format
    date: Format


def _value(cell: str) -> int | datetime.date | None:
    """The whole number or date that a cell of a typed column is; None for words.

    >>> _value("12"), _value("2026-03-31"), _value("not mapped")
    (12, datetime.date(2026, 3, 31), None)
    """
    if re.fullmatch(r"-?\d{1,15}", cell):
        return int(cell)
    return datetime.date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d", cell) else None


def _fill(page: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    _check_height(sheet)
    text = looks.text
    columns = list(sheet.places)
    page.freeze_panes(1, 1)
    page.repeat_rows(0)
    for place, heading in enumerate(columns):
        page.set_column(place, place, 14 if heading.name in _NARROW else 32, text)
        page.write_string(0, place, str(heading), looks.bold)
    for number, cells in enumerate(_rows(sheet, columns), 1):
        for place, cell in enumerate(cells):
            match _value(cell) if columns[place] in sheet.typed else None:
                case int() as value:
                    page.write_number(number, place, value, looks.whole)
                case datetime.date() as value:
                    page.write_datetime(number, place, value, looks.date)
                case None if cell:
                    page.write_string(number, place, cell, text)
    if sheet.name == REQUIREMENTS_SHEET:
        for place, choices in ((2, [level.label for level in Level]), (3, ["Essential", "Desirable"])):
            page.data_validation(1, place, MAX_ROWS - 1, place, {"validate": "list", "source": choices})
    elif sheet.name != SCHEME_SHEET and columns:
        page.autofilter(0, 0, max(1, len(sheet.rows)), len(columns) - 1)


def write_ods(sheets: Sequence[Sheet], about: Sequence[str], marking: str) -> bytes:
    """An OpenDocument 1.3 spreadsheet (ISO/IEC 26300), with the marking at the head and foot of each page.

    Raises TooLargeError (rules `cell-too-long`, `too-many-rows`).
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _part(archive, "mimetype", _ODS, zipfile.ZIP_STORED)  # uncompressed and first, as the standard wants it
        _part(archive, "META-INF/manifest.xml", _MANIFEST)
        _part(archive, "styles.xml", _STYLES.format(marking=escape(marking)))
        _part(archive, "content.xml", "".join(_content(sheets, about)))
    return file.getvalue()


def _part(archive: zipfile.ZipFile, name: str, text: str, packing: int = zipfile.ZIP_DEFLATED) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = packing
    archive.writestr(info, text.encode())


def _content(sheets: Sequence[Sheet], about: Sequence[str]) -> Iterator[str]:
    yield _CONTENT_START
    yield from _table(ABOUT_SHEET, [[line] for line in about], "wide", 0)
    for sheet in sheets:
        _check_height(sheet)
        columns = list(sheet.places)
        rows = chain([list(map(str, columns))], _rows(sheet, columns))
        typed = frozenset(place for place, heading in enumerate(columns) if heading in sheet.typed)
        yield from _table(sheet.name, rows, "column", len(columns), typed)
    yield "</office:spreadsheet></office:body></office:document-content>"


def _table(
    name: str, rows: Iterable[Sequence[str]], style: str, width: int, typed: frozenset[int] = frozenset()
) -> Iterator[str]:
    yield f"<table:table table:name={quoteattr(name)}>"
    yield f'<table:table-column table:style-name="{style}" table:number-columns-repeated="{max(width, 1)}"/>'
    for number, cells in enumerate(rows):
        look = "heading" if width and not number else "text"
        said = (_cell(cell, look, typed=place in typed and number > 0) for place, cell in enumerate(cells))
        yield f"<table:table-row>{''.join(said)}</table:table-row>"
    yield "</table:table>"


def _cell(text: str, style: str, *, typed: bool) -> str:
    if not text:
        return "<table:table-cell/>"
    match _value(text) if typed else None:
        case int() as value:
            said = f'table:style-name="text" office:value-type="float" office:value="{value}"'
            return f"<table:table-cell {said}><text:p>{value}</text:p></table:table-cell>"
        case datetime.date() as value:
            said = f'table:style-name="date" office:value-type="date" office:date-value="{value}"'
            return f"<table:table-cell {said}><text:p>{value}</text:p></table:table-cell>"
    paragraphs = "".join(f"<text:p>{_paragraph(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell table:style-name="{style}" office:value-type="string">{paragraphs}</table:table-cell>'


def _paragraph(line: str) -> str:
    """One line; white space that XML would run together is said in elements (OpenDocument 1.3, part 3, 6.1.2)."""
    spaced = re.sub(r"(?<= ) +|^ +", lambda run: f'<text:s text:c="{len(run[0])}"/>', escape(line))
    return spaced.replace("\t", "<text:tab/>")


_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{_OASIS}:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
)
_NUMBER = f'xmlns:number="{_OASIS}:datastyle:1.0"'
_FO = f'xmlns:fo="{_OASIS}:xsl-fo-compatible:1.0"'
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = (
    f'{_XML}<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_STYLES = (
    f'{_XML}<office:document-styles {_NAMESPACES} {_FO} office:version="1.3"><office:automatic-styles>'
    '<style:page-layout style:name="page">'
    '<style:page-layout-properties style:print-orientation="landscape" fo:page-width="29.7cm" fo:page-height="21cm"/>'
    "</style:page-layout></office:automatic-styles><office:master-styles>"
    '<style:master-page style:name="Default" style:page-layout-name="page">'
    "<style:header><text:p>{marking}</text:p></style:header>"
    "<style:footer><text:p>{marking}</text:p></style:footer>"
    "</style:master-page></office:master-styles></office:document-styles>"
)
_CONTENT_START = (
    f'{_XML}<office:document-content {_NAMESPACES} {_FO} {_NUMBER} office:version="1.3"><office:automatic-styles>'
    '<number:date-style style:name="iso"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    "</number:date-style>"
    '<style:style style:name="column" style:family="table-column">'
    '<style:table-column-properties style:column-width="6cm"/></style:style>'
    '<style:style style:name="wide" style:family="table-column">'
    '<style:table-column-properties style:column-width="20cm"/></style:style>'
    '<style:style style:name="text" style:family="table-cell">'
    '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/></style:style>'
    '<style:style style:name="date" style:family="table-cell" style:data-style-name="iso">'
    '<style:table-cell-properties style:vertical-align="top"/></style:style>'
    '<style:style style:name="heading" style:family="table-cell">'
    '<style:table-cell-properties fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
