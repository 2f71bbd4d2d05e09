"""What calamine does not tell of a sheet, read from its XML: true extent, formulas without a value, error values,
and for ODS the merged cells. Runs in the child, before calamine lays the sheet out in memory.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from gse_skills.imports.archive import BROKEN, read_part
from gse_skills.imports.finding import column_of
from gse_skills.imports.rules import refuse

MAX_ROWS = 1_048_576
MAX_FAULTS = 5_000
MAX_MERGES = 5_000
_CHUNK = 1 << 20
_SMALL_PART = 1 << 20
_LARGEST_CELL = 4 << 20

# A cell with something in it; a styled empty cell closes itself and takes no room.
_FILLED = re.compile(rb'<(?:\w+:)?c [^<>]*?r="([A-Z]{1,3})\d{1,7}"[^<>]*(?<!/)>')
_ROW_OF_FILLED = re.compile(rb'<(?:\w+:)?c [^<>]*?r="[A-Z]{1,3}(\d{1,7})"[^<>]*(?<!/)>')
_FORMULA_ALONE = re.compile(
    rb"<(?:\w+:)?c ([^<>]*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</)"
)
_ERROR = re.compile(rb'<(?:\w+:)?c ([^<>]*\bt="e"[^<>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]{1,20})<', re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')


@dataclass(slots=True)
class Extent:
    """What a sheet's XML shows: the last row (from 1) and column (from 0) in use, its faults and merged blocks."""

    last_row: int = 0
    last_column: int = -1
    faults: list[tuple[int, int, str, str]] = field(default_factory=list)
    """Row, column, rule and value of cells that show nothing usable."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row and column, last row and column."""

    def fault(self, row: int, column: int, rule: str, value: str) -> None:
        """Keep a fault, or let it go when there are more than `check` allows."""
        if len(self.faults) <= MAX_FAULTS:
            self.faults.append((row, column, rule, value))

    def merge(self, block: tuple[int, int, int, int]) -> None:
        """Keep a merged block, or let it go when there are more than `check` allows."""
        if len(self.merged) <= MAX_MERGES:
            self.merged.append(block)

    def check(self) -> None:
        """Raise InputError when there are more faults or merged blocks than anyone means."""
        if len(self.faults) > MAX_FAULTS:
            row, _, rule, value = self.faults[0]
            message = f"More than {MAX_FAULTS:,} cells show no usable value, the first in row {row}."
            raise refuse(rule, message, row=row, value=value)
        if len(self.merged) > MAX_MERGES:
            raise refuse("merged-cells", f"More than {MAX_MERGES:,} blocks are merged.", row=self.merged[0][0])


def scan_xlsx(archive: zipfile.ZipFile, sheet: str) -> Extent:
    """Scan the worksheet called `sheet` of an XLSX archive, block by block."""
    extent = Extent()
    part = worksheet_part(archive, sheet)
    for block in _cell_blocks(archive, part):
        letters = set(_FILLED.findall(block))
        if letters:
            extent.last_column = max(extent.last_column, *(column_of(found.decode()) for found in letters))
            # Rows ascend in the file; one that lies about that meets the child's memory limit instead.
            last = block.rfind(b"<row") if b"<row" in block else 0
            rows = _ROW_OF_FILLED.findall(block, last) or _ROW_OF_FILLED.findall(block)
            extent.last_row = max(extent.last_row, *map(int, rows))
        if b"<f" in block or b":f" in block:
            _find(extent, _FORMULA_ALONE, block, "formula-without-value")
        if b't="e"' in block:
            _find(extent, _ERROR, block, "error-value")
    return extent


def _cell_blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part's XML in blocks that end between cells."""
    rest = b""
    try:
        with archive.open(part) as file:
            while block := file.read(_CHUNK):
                rest += block
                end = max(rest.rfind(b"<c "), rest.rfind(b":c "))
                end = rest.rfind(b"<", 0, end + 1)
                if end <= 0 and len(rest) > _LARGEST_CELL:
                    end = len(rest) - _CHUNK
                if end > 0:
                    yield rest[:end]
                    rest = rest[end:]
    except BROKEN as error:
        raise refuse("corrupt-file", f"{part} is broken.", value=str(error)) from None
    yield rest


def _find(extent: Extent, pattern: re.Pattern[bytes], block: bytes, rule: str) -> None:
    for found in pattern.finditer(block):
        attributes = found[1]
        # A formula whose result is the empty text is stored as t="str" without a value: nothing is missing there.
        if rule == "formula-without-value" and b't="str"' in attributes:
            continue
        place = _PLACE.search(attributes)
        if place:
            value = found[2].decode("utf-8", "replace") if pattern.groups > 1 else ""
            extent.fault(int(place[2]), column_of(place[1].decode()), rule, value)


def worksheet_part(archive: zipfile.ZipFile, sheet: str) -> str:
    """The name of the part that holds the worksheet called `sheet` (ECMA-376 part 1, section 18.2)."""
    relation = ""
    targets: dict[str, str] = {}

    def on_sheet(name: str, attributes: dict[str, str]) -> None:
        nonlocal relation
        if name == "sheet" and attributes.get("name") == sheet:
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")

    def on_target(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _parse(read_part(archive, "xl/workbook.xml", _SMALL_PART), on_sheet)
    _parse(read_part(archive, "xl/_rels/workbook.xml.rels", _SMALL_PART), on_target)
    return posixpath.normpath(posixpath.join("/xl", targets.get(relation, ""))).lstrip("/")


def _parser(start: Callable[[str, dict[str, str]], None]) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def on_start(name: str, attributes: dict[str, str]) -> None:
        start(name.rpartition(":")[2], attributes)

    def on_doctype(*_: object) -> None:
        raise refuse("corrupt-file", "The workbook declares a document type, which no workbook does.", value="DOCTYPE")

    parser.StartElementHandler = on_start
    parser.StartDoctypeDeclHandler = on_doctype
    return parser


def _parse(xml: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    try:
        _parser(start).Parse(xml, True)
    except expat.ExpatError as error:
        raise refuse("corrupt-file", "The workbook's list of sheets is broken.", value=str(error)) from None


class _Tables:
    """Follows the tables of an ODS content.xml cell by cell (OpenDocument 1.3 part 3, section 9.1)."""

    def __init__(self) -> None:
        self.extents: dict[str, Extent] = {}
        self._extent = Extent()
        self._row = 0
        self._row_repeats = 1
        self._column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table":
            self._extent = self.extents[attributes.get("table:name", "")] = Extent()
            self._row, self._row_repeats = 0, 1
        elif name == "table-row":
            self._row += self._row_repeats if self._row else 1
            self._row_repeats = _repeats(attributes, "table:number-rows-repeated")
            self._column = 0
        elif name in ("table-cell", "covered-table-cell"):
            self._cell(attributes)
            self._column += _repeats(attributes, "table:number-columns-repeated")

    def _cell(self, attributes: dict[str, str]) -> None:
        row, column, extent = self._row, self._column, self._extent
        filled = "office:value-type" in attributes
        if filled:
            extent.last_row = max(extent.last_row, row + self._row_repeats - 1)
            last = column + _repeats(attributes, "table:number-columns-repeated") - 1
            extent.last_column = max(extent.last_column, last)
        elif "table:formula" in attributes:
            extent.fault(row, column, "formula-without-value", attributes["table:formula"])
        if attributes.get("calcext:value-type") == "error":
            extent.fault(row, column, "error-value", attributes.get("table:formula", ""))
        rows = _repeats(attributes, "table:number-rows-spanned")
        columns = _repeats(attributes, "table:number-columns-spanned")
        if rows * columns > 1:
            extent.merge((row, column, row + rows - 1, column + columns - 1))


def _repeats(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return min(int(text), MAX_ROWS * 2) if text.isdecimal() else 1


def scan_ods(archive: zipfile.ZipFile) -> dict[str, Extent]:
    """Scan all tables of an ODS archive as a stream, since calamine lays them all out when it opens the file."""
    tables = _Tables()
    parser = _parser(tables.start)
    try:
        with archive.open("content.xml") as file:
            while block := file.read(_CHUNK):
                parser.Parse(block)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refuse("corrupt-file", "The workbook's content is broken.", value=str(error)) from None
    except BROKEN as error:
        raise refuse("corrupt-file", "content.xml is missing or broken.", value=str(error)) from None
    return tables.extents
