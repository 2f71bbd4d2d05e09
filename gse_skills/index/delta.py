"""What a change to the store means for the index, gathered while the change is planned."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gse_skills.index.columns import OPEN, Columns, Facts

_KINDS = ("I", "Q", "Q", "B", "B", "H", "H")


@dataclass(slots=True)
class Rows:
    """Records as they come, in growing arrays: 26 bytes each."""

    arrays: tuple[array[int], ...] = field(default_factory=lambda: tuple(array(kind) for kind in _KINDS))

    def append(self, skill: int, person: int, record: int, level: int, basis: int, assessed: int, until: int) -> None:
        """Add one record."""
        for column, value in zip(self.arrays, (skill, person, record, level, basis, assessed, until), strict=True):
            column.append(value)

    def columns(self) -> Columns:
        """The records as columns."""
        kinds = (np.uint32, np.uint64, np.uint64, np.uint8, np.uint8, np.uint16, np.uint16)
        return Columns(*(np.array(column, kind) for column, kind in zip(self.arrays, kinds, strict=True)))


@dataclass(slots=True)
class Delta:
    """Additions and removals by view; people are named by identifier."""

    people: dict[int, Facts] = field(default_factory=dict)
    """New or altered people."""
    shown: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """People that now appear in a view."""
    hidden: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """People that no longer do."""
    added: dict[str, Rows] = field(default_factory=lambda: defaultdict(Rows))
    """Records that are now current."""
    ended: dict[str, Rows] = field(default_factory=lambda: defaultdict(Rows))
    """Records that are no longer current, with their end."""
    beside: dict[str, Rows] = field(default_factory=lambda: defaultdict(Rows))
    """Current records that do not count, with the day on which they stopped counting."""

    dropped: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Records that a view no longer has, neither as current nor as ended: it was moved, or erased."""

    gone: set[int] = field(default_factory=set)
    """People who leave the index, with everything that it holds of them: they were erased."""

    because: str = ""
    """IRI of the activity that brings the change about, where there is one."""

    def add(self, view: str, skill: int, person: int, record: int, level: int, basis: int, assessed: int) -> None:
        """A record is now current in `view`."""
        self.added[view].append(skill, person, record, level, basis, assessed, int(OPEN))

    def end(
        self, view: str, skill: int, person: int, record: int, level: int, basis: int, assessed: int, until: int
    ) -> None:
        """A record of `view` has ended."""
        self.ended[view].append(skill, person, record, level, basis, assessed, until)

    def overrule(
        self, view: str, skill: int, person: int, record: int, level: int, basis: int, assessed: int, stopped: int
    ) -> None:
        """A record of `view` stands, and another judgement counts in its place since a day."""
        self.beside[view].append(skill, person, record, level, basis, assessed, stopped)

    def views(self) -> set[str]:
        """The views that change."""
        return {*self.shown, *self.hidden, *self.added, *self.ended, *self.beside, *self.dropped}


def as_array(identifiers: set[int]) -> NDArray[np.uint64]:
    """Identifiers as a sorted column."""
    return np.array(sorted(identifiers), np.uint64)
