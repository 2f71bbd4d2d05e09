"""The files of the log: segments named by the number of their first entry, and the head beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gse_skills.audit.anchor import BEGINNING, Anchor
from gse_skills.audit.entry import LINE_LIMIT, members_of
from gse_skills.errors import InputError

HEAD = "head"
"""The file that holds the anchor of the last entry; also what is locked by whoever writes."""
TORN = "torn"
"""Under this name and a number lies what was set aside of a line that was cut short."""
_NAMES = "[0-9]" * 16 + ".jsonl"
_TAIL = LINE_LIMIT * 4


def segments(folder: Path) -> list[Path]:
    """The segments of a log, oldest first."""
    return sorted(folder.glob(_NAMES))


def segment_path(folder: Path, number: int) -> Path:
    """The segment that begins with entry `number`."""
    return folder / f"{number:016d}.jsonl"


def lines(path: Path) -> Iterator[bytes]:
    """The lines of a segment with their ends; the last has none when it was cut short, and a line that is longer than
    any could be comes in pieces."""
    with path.open("rb") as file:
        while line := file.readline(LINE_LIMIT):
            yield line


def lines_back(path: Path) -> Iterator[bytes]:
    """The lines of a segment without their ends, the last first; one that has no end is left out."""
    with path.open("rb") as file:
        end, rest, unfinished = file.seek(0, 2), b"", True
        while end:
            start = max(0, end - _TAIL)
            file.seek(start)
            rest, *whole = (file.read(end - start) + rest).split(b"\n")
            end = start
            if whole and unfinished:
                whole.pop()
                unfinished = False
            yield from reversed(whole)
            if len(rest) > LINE_LIMIT:
                # No line of ours; what comes of it is told by whoever reads it.
                yield rest
                return
        if rest and not unfinished:
            yield rest


def written_head(anchor: Anchor) -> bytes:
    """What the head's file says, always of the same length, so that it is written in place."""
    return f"{anchor.number:016d}:{anchor.digest}\n".encode()


def read_head(folder: Path) -> Anchor | None:
    """The head, None when there is none; raises ValueError when it is not as it was written."""
    try:
        said = (folder / HEAD).read_bytes()
    except FileNotFoundError:
        return None
    if not said:
        return None
    try:
        head = Anchor.parse(said.decode("ascii").rstrip("\n"))
    except InputError as error:
        raise ValueError(said) from error
    if written_head(head) != said:
        raise ValueError(said)
    return head


def last_entry(path: Path) -> tuple[Anchor, str, int]:
    """Of a segment: the anchor of its last entry that is as it was written, its time, and how many bytes at the end are
    a line that was cut short. The beginning stands for an entry when none can be read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        *whole, rest = file.read().split(b"\n")
    for line in reversed(whole):
        try:
            members = members_of(line)
        except ValueError:
            continue
        return Anchor(members["number"], members["hash"]), str(members.get("time", "")), len(rest)
    return BEGINNING, "", len(rest)
