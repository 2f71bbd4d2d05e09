"""The matchings that organisations chose for their sheets, kept for the next sheet with the same headings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gse_skills.access.private_file import PrivateFile
from gse_skills.imports.mapping import ColumnMapping
from gse_skills.imports.matching import heading_key, heading_keys
from gse_skills.imports.sheet import Row

_MOST = 50
"""Of one organisation; the oldest go."""


class KeptMatchings:
    """Matchings by organisation and headings, in one small file of the data folder."""

    def __init__(self, folder: Path) -> None:
        self._file = PrivateFile(folder / "matchings.json")

    def find(self, organisation: str, rows: Sequence[Row]) -> ColumnMapping | None:
        """The matching that an organisation chose for a sheet with the headings of these first rows, if it did."""
        there = heading_keys(rows)
        for entry in reversed(self._of(organisation)):
            if tuple(entry["headings"]) in there:
                return ColumnMapping.from_dict(entry["mapping"])
        return None

    def keep(self, organisation: str, headings: Sequence[str], mapping: ColumnMapping) -> None:
        """Keep a matching in place of that for the same headings."""
        key = list(heading_key(headings))
        with self._file.alone():
            others = [one for one in self._file.read() if one["organisation"] != organisation]
            mine = [one for one in self._of(organisation) if one["headings"] != key]
            mine.append({"organisation": organisation, "headings": key, "mapping": mapping.to_dict()})
            self._file.write([*others, *mine[-_MOST:]])

    def forget(self, organisation: str) -> None:
        """Let go of an organisation's matchings, since some of its people are erased, and a phrase may name one."""
        with self._file.alone():
            known = self._file.read()
            left = [one for one in known if one["organisation"] != organisation]
            if len(left) < len(known):
                self._file.write(left)

    def _of(self, organisation: str) -> list[dict[str, Any]]:
        return [one for one in self._file.read() if one["organisation"] == organisation]
