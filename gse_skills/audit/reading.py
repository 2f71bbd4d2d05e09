"""Reading the log, from the oldest entry on, without holding more than one of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from gse_skills.audit.entry import Entry, read_entry
from gse_skills.audit.segment import lines, segments
from gse_skills.errors import InputError


def entries(folder: Path, *, since: datetime.datetime | None = None, naming: str = "") -> Iterator[Entry]:
    """The entries of the log in `folder`, also while it is written; none when there is no log.

    `since` leaves out those that are older; `naming` leaves out, quickly, lines in which that text does not occur.
    Raises InputError (rule `audit-broken`) at a line that is not as it was written.
    """
    sought = naming.encode()
    for path in _from(segments(folder), since):
        for line in lines(path):
            if not line.endswith(b"\n"):
                # Being written, or set aside when the log is next opened; `verify` tells them from an altered line.
                break
            if sought not in line:
                continue
            entry = _read(line[:-1], path)
            if since is None or entry.time >= since:
                yield entry


def _from(paths: list[Path], since: datetime.datetime | None) -> list[Path]:
    """Without the segments that ended before `since`: times never go back."""
    if since is None:
        return paths
    first = 0
    for place, path in enumerate(paths):
        with path.open("rb") as file:
            line = file.readline()
        if not line.endswith(b"\n") or _read(line[:-1], path).time >= since:
            break
        first = place
    return paths[first:]


def _read(line: bytes, path: Path) -> Entry:
    try:
        return read_entry(line)
    except ValueError as error:
        raise InputError(
            f"The audit log is not as it was written: {path.name} holds a line that is no entry.",
            rule="audit-broken",
            remedy="See `gse-skills audit verify`, and tell whoever is responsible for the service.",
        ) from error
