"""The log as far as its head stands for it, for a backup that is taken while it is written."""

from __future__ import annotations

from pathlib import Path

from gse_skills.audit.anchor import BEGINNING, Anchor
from gse_skills.audit.segment import HEAD, lines, read_head, segments
from gse_skills.store.archive import Part


def extent(folder: Path, stage: Path) -> dict[str, Part]:
    """By name, how much of each segment of the log in `folder` belongs to its head, and the head, copied to `stage`.

    Every entry that was acknowledged is in it. A log that is not as its head says is given as it is: a copy must not
    look better than what it is of.
    """
    copy = stage / HEAD
    try:
        copy.write_bytes((folder / HEAD).read_bytes())
        head = read_head(stage)
    except (FileNotFoundError, ValueError):
        head = None
    found: dict[str, Part] = {}
    for path in segments(folder):
        size = None if head is None else _size_to(path, head)
        found[path.name] = Part(path.name, path, path.stat().st_size if size is None else size)
        if size is not None:
            break
    if copy.exists():
        found[HEAD] = Part(HEAD, copy, copy.stat().st_size)
    return found


def _size_to(path: Path, head: Anchor) -> int | None:
    """How many bytes there are up to the end of an entry; None when the segment does not have it."""
    if head == BEGINNING:
        return 0
    # Within a string the quotes would be escaped (RFC 8785), so nothing else reads like it.
    mark = b'"number":%d,' % head.number
    end = 0
    for line in lines(path):
        end += len(line)
        if mark in line and line.endswith(b"\n"):
            return end
    return None
