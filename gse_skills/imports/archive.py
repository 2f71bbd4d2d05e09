"""Zip archives that say they are workbooks: what they declare, before any part is unpacked. Runs in the child."""

from __future__ import annotations

import lzma
import mmap
import struct
import zipfile
import zlib
from pathlib import Path

from gse_skills.imports.rules import refuse

MAX_UNPACKED = 400 << 20
"""Bytes that all parts of a workbook may unpack to."""
MAX_RATIO = 400
RATIO_FROM = 32 << 20
"""A part of more than `RATIO_FROM` bytes may be at most `MAX_RATIO` times its packed size; rows alike reach 160."""
MAX_PARTS = 5_000
MAX_DIRECTORY = 1 << 20

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_END = b"PK\x05\x06"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
)
"""What the zip library raises for archives whose parts are not where, or not what, their directory says."""


def refuse_compound(path: Path) -> None:
    """Refuse an OLE compound file, saying which kind: a workbook under a password, or Excel 97 to 2003."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        encrypted = data.find("EncryptedPackage".encode("utf-16-le")) >= 0
    if encrypted:
        raise refuse("password-protected", "The workbook is under a password.")
    raise refuse("not-a-spreadsheet", "The file is of Excel 97 to 2003 (.xls) or older, or no workbook.", value=".xls")


def open_archive(path: Path) -> tuple[str, zipfile.ZipFile]:
    """The kind of workbook, "xlsx" or "ods", and its archive, once its directory has been found harmless.

    Raises InputError with rule `corrupt-file`, `zip-bomb`, `password-protected` or `not-a-spreadsheet`.
    """
    _check_directory(path)
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise refuse("corrupt-file", "The file starts like a workbook and is broken.", value=str(error)) from None
    parts = archive.infolist()
    _check_sizes(parts)
    if any(part.flag_bits & 1 for part in parts):
        raise refuse("password-protected", "The parts of the workbook are encrypted.")
    return _kind(archive), archive


def _check_directory(path: Path) -> None:
    """Look at the directory's declared size first: the zip library would read all of it into memory."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or at + 20 > len(tail):
        raise refuse("corrupt-file", "The file starts like a workbook and breaks off.")
    (directory,) = struct.unpack_from("<I", tail, at + 12)
    if directory > MAX_DIRECTORY:
        raise refuse("zip-bomb", "The workbook lists far more parts than any workbook has.", value=f"{directory} bytes")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS:
        raise refuse("zip-bomb", f"The workbook has {len(parts)} parts.", value=str(len(parts)))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED:
        raise refuse("zip-bomb", f"The workbook unpacks to {unpacked >> 20} MiB.", value=f"{unpacked} bytes")
    for part in parts:
        if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            ratio = part.file_size // max(part.compress_size, 1)
            raise refuse("zip-bomb", f"{part.filename} unpacks to {ratio} times its size.", value=part.filename)


def _kind(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "mimetype" in names and read_part(archive, "mimetype", 200).startswith(_ODS):
        if b"encryption-data" in read_part(archive, "META-INF/manifest.xml", 1 << 20):
            raise refuse("password-protected", "The workbook is under a password.")
        return "ods"
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise refuse("not-a-spreadsheet", "The file is a zip archive but not an XLSX or ODS workbook.")


def read_part(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """The first `limit` bytes of a part; raises InputError `corrupt-file` when it is not there or broken."""
    try:
        with archive.open(name) as part:
            return part.read(limit)
    except BROKEN as error:
        raise refuse("corrupt-file", f"{name} is missing from the workbook or broken.", value=str(error)) from None
