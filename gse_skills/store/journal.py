"""The list of what a bulk ingest still has to take away, kept beside the store until it is done."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gse_skills.store.disk import sync_folder

_MARK = "# commit "


class Journal:
    """One file of N-Quads whose first line, a comment, names the commit that the list belongs to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f"{path.name}.part")
        self._draft.unlink(missing_ok=True)

    def write(self, commit: int, lines: Iterable[str]) -> None:
        """Keep the list for `commit`; it is on the disk before this returns, or raises OSError."""
        try:
            with self._draft.open("w", encoding="utf-8", newline="\n") as file:
                file.write(f"{_MARK}{commit}\n")
                file.writelines(f"{line}\n" for line in lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            self._draft.unlink(missing_ok=True)
            raise
        self._draft.replace(self._path)
        sync_folder(self._path.parent)

    def commit(self) -> int | None:
        """The commit that the list belongs to, or None when there is no list."""
        with suppress(FileNotFoundError), self._path.open(encoding="utf-8") as file:
            return int(file.readline().removeprefix(_MARK))
        return None

    def lines(self) -> Iterator[str]:
        """The quads of the list."""
        with self._path.open(encoding="utf-8", newline="\n") as file:
            next(file)
            for line in file:
                yield line.rstrip("\n")

    def discard(self) -> None:
        """Forget the list."""
        self._path.unlink(missing_ok=True)
