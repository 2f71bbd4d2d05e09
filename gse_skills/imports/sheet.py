"""A sheet as the parent sees it: the child's lines put together again, row by row, in memory that does not grow."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

from gse_skills.errors import InputError, LimitError, TooLargeError
from gse_skills.imports.finding import Finding, noted
from gse_skills.imports.rules import FILE_RULES, refuse
from gse_skills.sandbox import Limits, Run, Sandbox

Cell: TypeAlias = str | int | float | bool | datetime.date
"""An empty cell is the empty text."""
HEAD = 20
"""In so many rows the headings are looked for, and what the columns hold."""
MAX_LINE = 8_000_000
"""Bytes of a line from the child that the parent will hold."""
_DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_ENCODING_NAMES = {"cp1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
LIMITS = Limits(memory_bytes=1 << 30, wall_seconds=1800.0, cpu_seconds=120.0, output_bytes=1 << 30)
"""What reading one sheet may use. Its wall clock also runs while the parent works on what it has got."""


class Row(NamedTuple):
    """One row that holds anything; a tuple, since a sheet has a million."""

    number: int
    """As the spreadsheet numbers it, from 1."""
    cells: tuple[Cell, ...]


class Block(NamedTuple):
    """A merged block: rows from 1, columns from 0, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Fault(NamedTuple):
    """A cell that shows nothing usable: `formula-without-value`, or `error-value` with the error."""

    row: int
    column: int
    rule: str
    value: str


@dataclass(frozen=True, slots=True)
class SheetHeader:
    """What the child found out about the file before its rows."""

    format: str
    """`csv`, `xlsx` or `ods`."""
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    """The visible sheets of the workbook."""
    encoding: str | None = None
    encoding_assumed: bool = False
    delimiter: str | None = None
    height: int | None = None
    """Rows of the sheet, where the format tells beforehand."""
    merged: tuple[Block, ...] = ()
    faults: tuple[Fault, ...] = ()


class SheetReading:
    """A sheet being read: its header, and its rows once from first to last. A context manager, since there is a child
    behind it; `close` ends the child early.
    """

    def __init__(self, header: SheetHeader, rows: Iterator[Row], close: Callable[[], None] | None = None) -> None:
        self.header = header
        self._rows = rows
        self._close = close

    def __enter__(self) -> SheetReading:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def rows(self) -> Iterator[Row]:
        """The rows that are left."""
        return self._rows

    def head(self, count: int = HEAD) -> tuple[Row, ...]:
        """The next rows, up to `count`, which stay in `rows`; raises InputError `empty-file` when there are none."""
        found = tuple(islice(self._rows, count))
        if not found and self.header.faults:
            fault = self.header.faults[0]
            message = f"Nothing in the sheet has a value; the first formula without one is in row {fault.row}."
            raise refuse("formula-without-value", message, row=fault.row, column=fault.column)
        if not found:
            raise refuse("empty-file", "The file holds no row with anything in it.")
        self._rows = chain(found, self._rows)
        return found

    def close(self) -> None:
        """Let the child go; no row is left then."""
        if self._close:
            self._close()
        # What led to the child must not outlive it: the sandbox counts a child until its stream is dropped.
        self._rows = iter(())


def read_sheet(chunks: Iterable[bytes], close: Callable[[], None] | None = None) -> SheetReading:
    """Put the child's lines together again, wherever its chunks were cut.

    Raises what iterating over `chunks` raises, here for the file and from `rows` for a row, and InputError
    `corrupt-file` when what arrives is not what a child sends.
    """
    lines = _lines(chunks)
    first = next(lines, None)
    if first is None:
        raise refuse("corrupt-file", "Reading the file broke off before its first row.")
    return SheetReading(_header(first), _rows(lines), close)


def open_sheet(
    sandbox: Sandbox, path: Path, sheet: str | None = None, *, seek: bool = False, limits: Limits = LIMITS
) -> SheetReading:
    """Read somebody's file in a disposable child; `sheet` names one of a workbook's sheets. Without it `seek` looks for
    the one with the most rows under headings that are recognised.

    Raises InputError with a rule of `rules.FILE_RULES`, and UnavailableError when the sandbox is full or gone.
    """
    run = sandbox.start("sheet", {"path": str(path), "sheet": sheet, "seek": seek}, limits=limits)
    try:
        return read_sheet(_translated(run), run.kill)
    except BaseException:
        run.kill()
        raise


def _translated(run: Run) -> Iterator[bytes]:
    """What the child emits; where it died of the file, the error speaks of files."""
    try:
        yield from run
    except LimitError as error:
        raise TooLargeError(
            f"Reading the file was stopped: {error.message}", rule="too-large", remedy=FILE_RULES["too-large"]
        ) from error
    except InputError as error:
        if error.rule != "crashed":
            raise
        raise refuse("corrupt-file", "The file is broken in a way that ended the process that read it.") from error


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk if rest else chunk).split(b"\n")
        rest = lines.pop()
        if len(rest) > MAX_LINE:
            raise refuse("too-large", f"A row holds more than {MAX_LINE:,} bytes.")
        yield from lines
    if rest:
        raise refuse("corrupt-file", "Reading the file broke off in the middle of a row.")


def _not_a_number(name: str) -> str:
    return name


# JSON has no word for these three; as texts they are refused wherever a number is wanted.
_decode = json.JSONDecoder(parse_constant=_not_a_number).decode


def _rows(lines: Iterator[bytes]) -> Iterator[Row]:
    for line in lines:
        try:
            found = _decode(line.decode())
            number, cells = found
            # Most rows hold no date and no bracket; only the others need a look at each cell.
            if b"{" in line or line.count(b"[") > 2:
                cells = [cell if isinstance(cell, str | float | int) else _date(cell) for cell in cells]
            yield Row(int(number), tuple(cells))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise refuse("corrupt-file", "Reading the file gave something that is no row.", value=str(error)) from None


def _date(cell: dict[str, str]) -> datetime.date:
    return datetime.date.fromisoformat(cell["d"])


def _header(line: bytes) -> SheetHeader:
    try:
        found = _decode(line.decode())
        found["sheets"] = tuple(found.get("sheets", ()))
        found["merged"] = tuple(Block(*block) for block in found.get("merged", ()))
        found["faults"] = tuple(Fault(*fault) for fault in found.get("faults", ()))
        return SheetHeader(**found)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise refuse("corrupt-file", "Reading the file gave no header.", value=str(error)) from None


def header_findings(header: SheetHeader) -> tuple[Finding, ...]:
    """What was decided about the file before its rows, for the report."""
    findings = []
    others = [name for name in header.sheets if name != header.sheet]
    if header.sheet is not None and others:
        message = f"The sheet “{header.sheet}” is read; the others are not: {', '.join(others)}."
        findings.append(noted("sheet-chosen", message, value=header.sheet))
    if header.encoding_assumed and header.encoding:
        name = _ENCODING_NAMES.get(header.encoding, header.encoding)
        message = f"The text does not say its encoding and is read as {name}."
        findings.append(noted("encoding-assumed", message, value=name))
    if header.delimiter:
        name = _DELIMITER_NAMES.get(header.delimiter, header.delimiter)
        findings.append(noted("delimiter", f"The columns are set apart by {name}.", value=header.delimiter))
    return tuple(findings)
