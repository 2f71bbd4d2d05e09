"""Delimited text: find out its encoding and delimiter, and stream its rows. Runs in the child.

The format is that of RFC 4180 and what spreadsheet programs make of it: other delimiters, Excel's `sep=` line,
UTF-8 with or without a byte order mark, UTF-16, and Windows-1252.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from gse_skills.imports.rules import refuse

MAX_LINE = 1_000_000
"""Characters in one line of the file."""
MAX_CELL = 32_767
"""Characters in one cell, as in Excel."""
MAX_COLUMNS = 16_384
DELIMITERS = (",", ";", "\t", "|")

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MARKUP = re.compile(r"\s*<(!doctype|html|table|\?xml|head|body)\b", re.IGNORECASE)
_UNDEFINED_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a text file; `assumed` when the bytes themselves do not prove it."""

    name: str
    assumed: bool = False


def detect_encoding(path: Path) -> Encoding:
    """The encoding of the whole file, read once in blocks.

    Raises InputError with rule `encoding` and the row when the bytes fit none, or mix two.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise refuse("encoding", "The file is UTF-32, which spreadsheet programs do not write.", value="UTF-32")
    for mark, name in _MARKS:
        if start.startswith(mark):
            _prove(path, name)
            return Encoding(name)
    wide = _wide(start)
    if wide:
        _prove(path, wide)
        return Encoding(wide, assumed=True)
    if b"\0" in start:
        raise refuse("not-a-spreadsheet", "The file is neither a workbook nor text in rows.", value="binary")
    try:
        _prove(path, "utf-8")
    except UnicodeDecodeError:
        _prove_1252(path)
        return Encoding("cp1252", assumed=True)
    return Encoding("utf-8")


def _wide(start: bytes) -> str | None:
    """UTF-16 without its mark shows as a zero in every other byte of Latin text."""
    half = max(len(start) // 2, 1)
    for name, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        if start[offset::2].count(0) > 0.4 * half and start[1 - offset :: 2].count(0) < 0.05 * half:
            return name
    return None


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            yield block


def _prove(path: Path, name: str) -> None:
    """Decode the whole file. Plain UTF-8 raises UnicodeDecodeError: Windows-1252 is still to be tried."""
    decoder = codecs.getincrementaldecoder(name)()
    lines = 1
    try:
        for block in _blocks(path):
            text = decoder.decode(block)
            damaged = text.find("\ufffd")
            if damaged >= 0:
                row = lines + text.count("\n", 0, damaged)
                message = f"Line {row} holds “\ufffd”: letters were lost before the file came here."
                raise refuse("encoding", message, row=row, value="\ufffd")
            lines += text.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if name == "utf-8":
            raise
        shown = error.object[error.start : error.start + 4].hex(" ")
        raise refuse(
            "encoding", f"The file says {name} but is not, at line {lines} or after.", row=lines, value=shown
        ) from None


def _prove_1252(path: Path) -> None:
    """Refuse bytes that Windows-1252 does not define, and files of which another part is UTF-8."""
    lines, first_bad, utf8 = 1, 0, False
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    for block in _blocks(path):
        undefined = _UNDEFINED_1252.search(block)
        text = decoder.decode(block)
        if not text.isascii():
            utf8 = utf8 or any("\x7f" < letter < "\ud800" or letter > "\udfff" for letter in set(text))
            if not first_bad and (bad := re.search("[\udc80-\udcff]", text)):
                first_bad = lines + text.count("\n", 0, bad.start())
        if undefined or (utf8 and first_bad):
            value = undefined.group().hex() if undefined else "UTF-8 and Windows-1252"
            row = first_bad or lines
            message = f"The letters are neither UTF-8 nor Windows-1252 throughout; line {row} is the first at fault."
            raise refuse("encoding", message, row=row, value=value)
        lines += text.count("\n")


class DelimitedFile:
    """A delimited text file, opened: what it is, and its rows from first to last."""

    def __init__(self, path: Path) -> None:
        self.encoding = detect_encoding(path)
        self._path = path
        sample = self._sample()
        _check_text(sample)
        self.declared = bool(re.match(r"sep=.\r?\n", sample))
        """Whether Excel's `sep=` line opens the file; spreadsheet programs do not count it as a row."""
        self.delimiter = sample[4] if self.declared else detect_delimiter(sample)

    def _open(self) -> TextIO:
        return self._path.open(encoding=self.encoding.name, newline="")

    def _sample(self) -> str:
        with self._open() as file:
            return file.read(_SAMPLE)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row that holds anything, with its number as a spreadsheet program would give it.

        Raises InputError `too-large` for a line, cell or row over the limits, `corrupt-file` for broken quoting.
        """
        with self._open() as file:
            lines = _lines(file)
            if self.declared:
                next(lines)
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            number = 0
            try:
                for number, cells in enumerate(reader, 1):
                    if len(cells) > MAX_COLUMNS:
                        raise refuse("too-large", f"Row {number} has {len(cells)} columns.", row=number)
                    if any(cells):
                        yield number, cells
            except csv.Error as error:
                raise _broken(error, number + 1) from None


def _lines(file: TextIO) -> Iterator[str]:
    for number in range(1, 1 << 62):
        line = file.readline(MAX_LINE)
        if not line:
            return
        if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
            raise refuse("too-large", f"Line {number} is longer than {MAX_LINE:,} characters.", row=number)
        yield line


def _broken(error: csv.Error, row: int) -> Exception:
    if "field limit" in str(error):
        return refuse("too-large", f"A cell of row {row} is longer than {MAX_CELL:,} characters.", row=row)
    message = f"The quotation marks around row {row} do not pair up ({error})."
    return refuse("corrupt-file", message, row=row, value=str(error))


def _check_text(sample: str) -> None:
    if _CONTROL.search(sample) or sample.startswith(("%PDF", "{\\rtf")):
        raise refuse("not-a-spreadsheet", "The file is neither a workbook nor text in rows.")
    if markup := _MARKUP.match(sample):
        raise refuse("not-a-spreadsheet", "The file is a web page or XML, not a workbook.", value=markup[0].strip())


def detect_delimiter(sample: str) -> str:
    """The delimiter under which most rows of the sample fall into the same number of columns.

    >>> detect_delimiter("Name;Level\\nDoe, Jane;Expert\\nRoe, Jo;Working\\n")
    ';'
    """
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        lines = iter(sample.splitlines(keepends=True))
        try:
            rows = [row for row in islice(csv.reader(lines, delimiter=delimiter), 50) if any(row)]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if widths:
            width, count = widths.most_common(1)[0]
            best, best_score = max(
                (best, best_score), (delimiter, (count / len(rows), width)), key=lambda scored: scored[1]
            )
    return best
