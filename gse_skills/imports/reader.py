"""Read somebody's file, in the disposable child, and send it out as JSON lines.

The first line is the header, then one line a row that holds anything, `[number, [cells]]`. A cell is a text (empty for
an empty cell), a number, true or false, or `{"d": "2025-01-31"}`. What a file is, is told by its bytes, not its name.
"""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gse_skills.imports.archive import OLE, ZIP, refuse_compound
from gse_skills.imports.delimited import MAX_CELL, DelimitedFile
from gse_skills.imports.rules import refuse
from gse_skills.imports.workbook import Workbook

MAX_FILE = 100 << 20
"""Bytes of a file."""
MAX_ROW_TEXT = 2_000_000
"""Characters of one row as JSON."""
_BATCH = 1 << 16

Numbered = tuple[int, Sequence[object]]


def run(args: dict[str, object], emit: Callable[[bytes], None]) -> None:
    """Read `args["path"]` and emit its lines, many to a chunk; `args["sheet"]` names a sheet of a workbook. Where that
    is None, the first that holds anything is read, or with `args["seek"]` the one with the most rows under headings.

    Raises InputError (TooLargeError for `too-large` and `zip-bomb`) with a rule of `rules.FILE_RULES` for what is wrong
    with the file, after the rows before it when a row is at fault.
    """
    before = csv.field_size_limit(MAX_CELL)
    try:
        header, rows = _open(Path(str(args["path"])), _text(args.get("sheet")), seek=bool(args.get("seek")))
        emit(_line(header))
        _emit_rows(rows, emit)
    finally:
        csv.field_size_limit(before)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _open(path: Path, sheet: str | None, *, seek: bool) -> tuple[dict[str, object], Iterator[Numbered]]:
    size = path.stat().st_size
    if not size:
        raise refuse("empty-file", "The file is empty.")
    if size > MAX_FILE:
        raise refuse("too-large", f"The file has {size >> 20} MiB, more than {MAX_FILE >> 20}.", value=f"{size} bytes")
    with path.open("rb") as file:
        start = file.read(8)
    if start == OLE:
        refuse_compound(path)
    if start.startswith(ZIP):
        return _workbook(path, sheet, seek=seek)
    return _delimited(path, sheet)


def _workbook(path: Path, sheet: str | None, *, seek: bool) -> tuple[dict[str, object], Iterator[Numbered]]:
    book = Workbook(path, sheet, seek=seek)
    header = {
        "format": book.kind,
        "sheet": book.sheet,
        "sheets": book.sheets,
        "height": book.height,
        "merged": book.extent.merged,
        "faults": book.extent.faults,
    }
    return header, book.rows()


def _delimited(path: Path, sheet: str | None) -> tuple[dict[str, object], Iterator[Numbered]]:
    if sheet is not None:
        raise refuse("no-such-sheet", "A text file has no sheets.", value=sheet, choices=[])
    file = DelimitedFile(path)
    header = {
        "format": "csv",
        "encoding": file.encoding.name,
        "encoding_assumed": file.encoding.assumed,
        "delimiter": file.delimiter,
    }
    return header, file.rows()


def _emit_rows(rows: Iterator[Numbered], emit: Callable[[bytes], None]) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_other).encode
    batch: list[str] = []
    held = 0
    for row in rows:
        line = encode(row)
        if len(line) > MAX_ROW_TEXT:
            raise refuse("too-large", f"Row {row[0]} holds {len(line):,} characters.", row=row[0])
        batch.append(line)
        held += len(line)
        if held > _BATCH:
            emit(("\n".join(batch) + "\n").encode("utf-8", "replace"))
            batch.clear()
            held = 0
    if batch:
        emit(("\n".join(batch) + "\n").encode("utf-8", "replace"))


def _other(cell: object) -> object:
    """Dates as `{"d": ...}` without their time of day; times and durations, which no column of ours holds, as text."""
    if isinstance(cell, datetime.datetime):
        return {"d": cell.date().isoformat()}
    if isinstance(cell, datetime.date):
        return {"d": cell.isoformat()}
    return str(cell)
