"""Reading the log, from either end, without holding more than one entry."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from gse_skills.audit.entry import Entry, read_entry
from gse_skills.audit.segment import lines, lines_back, segments
from gse_skills.errors import InputError


def entries(
    folder: Path,
    *,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
    naming: Collection[str] = (),
    newest_first: bool = False,
) -> Iterator[Entry]:
    """The entries of the log in `folder`, also while it is written; none when there is no log.

    `since` and `until` leave out those that are older or younger; `naming` leaves out, quickly, lines in which none of
    its texts occurs. Raises InputError (rule `audit-broken`) at a line that is not as it was written.
    """
    # Texts of one beginning, such as actions, are found at the speed of one.
    sought = re.compile("|".join(map(re.escape, naming)).encode())
    paths = _from(segments(folder), since)
    for path in reversed(paths) if newest_first else paths:
        if until is not None and _begins_after(path, until):
            continue
        for line in lines_back(path) if newest_first else _whole(path):
            if naming and not sought.search(line):
                continue
            entry = _read(line, path)
            if (since is None or entry.time >= since) and (until is None or entry.time <= until):
                yield entry


def _whole(path: Path) -> Iterator[bytes]:
    for line in lines(path):
        if not line.endswith(b"\n"):
            # Being written, or set aside when the log is next opened; `verify` tells them from an altered line.
            return
        yield line[:-1]


def _begins_after(path: Path, moment: datetime.datetime) -> bool:
    first = next(_whole(path), None)
    return first is not None and _read(first, path).time > moment


def _from(paths: list[Path], since: datetime.datetime | None) -> list[Path]:
    """Without the segments that ended before `since`: times never go back."""
    if since is None:
        return paths
    first = 0
    for place, path in enumerate(paths):
        line = next(_whole(path), None)
        if line is None or _read(line, path).time >= since:
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
