"""CSV tables of a published classification, in a folder or inside ZIP files, read row by row with bounds."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gse_skills.errors import InputError, TooLargeError

LARGEST_MEMBER = 256 * 1024 * 1024
"""Bytes that one table may hold, unpacked; ESCO's largest has 21 MB."""
LARGEST_FIELD = 8 * 1024 * 1024
"""Characters that one field may hold: ESCO lists all concepts of a scheme in a single one."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file, lying in a folder or as a member of a ZIP file."""

    name: str
    path: Path
    member: str = ""

    def rows(self, *columns: str) -> Iterator[tuple[int, Row]]:
        """The rows with their number in the file, the header being row 1; a missing cell is an empty text.

        Raises InputError: rule "missing-column" when one of `columns` is not there, "bad-encoding" when the file is
        not UTF-8, "bad-csv" when it is no CSV; TooLargeError (rule "table-too-large").
        """
        with self._open() as binary, _long_fields():
            reader = csv.DictReader(io.TextIOWrapper(binary, "utf-8-sig", newline=""), strict=True)
            try:
                missing = [column for column in columns if column not in (reader.fieldnames or ())]
                if missing:
                    message = f"{self.name} has no column {', '.join(missing)}."
                    raise InputError(message, rule="missing-column", remedy="Give the file as it was published.")
                for number, row in enumerate(reader, start=2):
                    yield number, {key: value or "" for key, value in row.items() if key is not None}
            except UnicodeDecodeError:
                message = f"{self.name} is not UTF-8."
                raise InputError(message, rule="bad-encoding", remedy="Save it as CSV in UTF-8.") from None
            except (zipfile.BadZipFile, zlib.error):
                message = f"{self.path.name} is damaged: {self.name} cannot be unpacked."
                raise InputError(message, rule="bad-zip", remedy="Download it again.") from None
            except csv.Error as error:
                message = f"{self.name} cannot be read as CSV: {error}."
                raise InputError(message, rule="bad-csv", remedy="Give the file as it was published.") from None

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        if not self.member:
            self._measure(self.path.stat().st_size)
            with self.path.open("rb") as binary:
                yield binary
            return
        with zipfile.ZipFile(self.path) as archive:
            # zipfile refuses to unpack more than this declared size, so a bomb cannot exceed it
            self._measure(archive.getinfo(self.member).file_size)
            with archive.open(self.member) as binary:
                yield binary

    def _measure(self, size: int) -> None:
        if size > LARGEST_MEMBER:
            message = f"{self.name} holds {size:,} bytes, more than {LARGEST_MEMBER:,}."
            raise TooLargeError(message, rule="table-too-large", remedy="Give the file as it was published.")


def tables(path: Path) -> dict[str, Table]:
    """The CSV tables by file name in a folder and in the ZIP files of that folder, or in one ZIP file.

    A table that lies unpacked in the folder comes before one of the same name in a ZIP file. Raises InputError (rule
    "bad-zip").
    """
    if path.is_dir():
        found: dict[str, Table] = {}
        for archive in sorted(path.glob("*.zip")):
            found |= _members(archive)
        return found | {file.name: Table(file.name, file) for file in sorted(path.glob("*.csv"))}
    return _members(path)


def _members(archive: Path) -> dict[str, Table]:
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if name.casefold().endswith(".csv")]
    except zipfile.BadZipFile:
        message = f"{archive.name} is not a ZIP file."
        raise InputError(message, rule="bad-zip", remedy="Download it again.") from None
    return {Path(name).name: Table(Path(name).name, archive, name) for name in sorted(names)}


@contextmanager
def _long_fields() -> Iterator[None]:
    """The limit on fields is the csv module's own and holds for everybody: put it back as it was."""
    before = csv.field_size_limit(LARGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)
