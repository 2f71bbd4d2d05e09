"""Roles for the columns of a sheet whose headings are in no list: which guesses leave no doubt."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from gse_skills.imports.guess import JUDGED, SEEN, Ground, named_within, says_nothing, says_otherwise
from gse_skills.imports.roles import Role

if TYPE_CHECKING:
    from gse_skills.imports.columns import Sorting

_NAMES = frozenset({Role.NAME, Role.GIVEN_NAME, Role.FAMILY_NAME})


class Guessing:
    """Gives roles to columns whose headings are in no list, where nothing leaves a doubt.

    Words within a heading name a role by themselves, or with the cells. Cells alone decide only what no sheet can do
    without, the skill and the level of a row, and what a column is whose heading says nothing at all.
    """

    def __init__(self, sorting: Sorting) -> None:
        self._sorting = sorting
        left = [column for column in sorting.left() if not sorting.names_a_skill(column)]
        self._free = [column for column in left if not says_otherwise(sorting.heading(column))]
        self._cells = {column: sorting.cells(column) for column in self._free}
        self._holds = {column: cells.role() for column, cells in self._cells.items()}
        self._named = {column: named_within(sorting.heading(column)) for column in self._free}
        self._skills_named = len(left) < len(sorting.left())

    def run(self) -> None:
        """Guess."""
        self._long()
        for role in Role:
            if role in (Role.SKILL, Role.LEVEL) or role in self._sorting.columns:
                continue
            if role in _NAMES and not _NAMES.isdisjoint(self._sorting.columns):
                continue
            if (found := self._worded(role) or self._unheaded(role)) is not None:
                self._take(role, *found)

    def _long(self) -> None:
        """The skill and the level of a row, both or neither; a sheet with a column a skill has neither."""
        known = self._sorting.columns
        missing = [role for role in (Role.SKILL, Role.LEVEL) if role not in known]
        if Role.SKILL in missing and self._skills_named:
            return
        found = {role: self._worded(role) or self._held(role) for role in missing}
        chosen = {column for one in found.values() if one for column in one[:1]}
        if len(chosen) < len(missing):
            return
        others = [column for column, role in self._holds.items() if role is Role.LEVEL and column not in chosen]
        if Role.SKILL in missing and others:
            return
        for role, one in found.items():
            if one is not None:
                self._take(role, *one)

    def _take(self, role: Role, column: int, ground: Ground) -> None:
        self._sorting.take_guess(role, column, ground)
        self._free.remove(column)
        del self._holds[column]

    def _worded(self, role: Role) -> tuple[int, Ground] | None:
        """The one column whose heading has words of a role, if its cells do not speak against it."""
        found = [column for column in self._free if self._agrees(column, role)]
        if len(found) != 1:
            return None
        named = self._named[found[0]]
        return found[0], Ground.HEADING if named is not None and named.sure else Ground.BOTH

    def _agrees(self, column: int, role: Role) -> bool:
        named, holds = self._named[column], self._holds[column]
        if named is None or named.role is not role:
            return False
        if not named.sure:
            return holds is role
        return role not in JUDGED or holds in (None, role)

    def _held(self, role: Role) -> tuple[int, Ground] | None:
        """The one column whose cells are of a role, and whose heading names no other."""
        found = [
            column
            for column in self._free
            if self._holds[column] is role and self._named[column] is None and self._cells[column].count >= SEEN
        ]
        return (found[0], Ground.CELLS) if len(found) == 1 else None

    def _unheaded(self, role: Role) -> tuple[int, Ground] | None:
        """The one column of days, or of yes and no, if its heading says nothing at all."""
        found = self._held(role) if role in (Role.ASSESSED_ON, Role.AVAILABLE) else None
        if found is None or not says_nothing(self._sorting.heading(found[0])):
            return None
        today = datetime.datetime.now(datetime.UTC).date()
        return found if role is Role.AVAILABLE or self._cells[found[0]].recent_days(today) else None
