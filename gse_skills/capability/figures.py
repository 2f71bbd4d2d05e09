"""Figures of an organisation's hidden records for those who may have figures and no names.

Counted from published states only: a state is published when enough people differ from every one published before, and
of it only those figures are new from which nothing follows of fewer people than that; the others stay as they were
published before. So no two figures at two dates give one person away. A state is kept as the table that it gave and,
for the comparison, keyed digests for each person; it is never counted again.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gse_skills.access.private_file import PrivateFile
from gse_skills.capability.counted import LEVELS, NO_TREE, Counted, alias_of
from gse_skills.capability.published import Published, read, read_rows, renamed, written, written_rows
from gse_skills.capability.renewing import OWN, Rows, Side, may_not_renew, units_of
from gse_skills.capability.units import Tree, unit_key
from gse_skills.disclosure import (
    Figure,
    Protected,
    Rules,
    State,
    Table,
    Withheld,
    protect,
    publishable,
    state_at,
)
from gse_skills.errors import NotFoundError
from gse_skills.framework import Framework
from gse_skills.index import Index


@dataclass(frozen=True, slots=True)
class Figures:
    """What a caller gets: the state that answers, and its protected table."""

    day: datetime.date
    """On which it was published."""
    place: str
    """The organisation, or a unit of it, as the table names it."""
    framework: str
    """Fingerprint of the framework by which it was counted."""
    protected: Protected

    def mapped(self, branch: str) -> bool:
        """Whether the table tells of a branch, and anything is recorded there."""
        return self.tells(branch) and self.of(branch, LEVELS[0]) != Figure()

    def tells(self, branch: str) -> bool:
        """Whether the table tells of a branch."""
        return branch in self.protected.table.branches.names

    def of(self, branch: str, level: str) -> Figure:
        """The figure of a branch at a level or above; raises NotFoundError (rule `no-such-cell`)."""
        return self.protected.figure(self.place, branch, level)


class PublishedFigures:
    """The published states of a data folder's organisations, one file each that only its owner can read."""

    def __init__(
        self,
        folder: Path,
        rules: Rules,
        count: Callable[[str, Index, Framework], Counted] | None = None,
        kind: str = "",
    ) -> None:
        """`count` is what is counted in place of the levels of hidden records, `kind` what its files are told by."""
        self._folder = folder
        self._rules = rules
        self._count = count
        self._kind = kind
        self._protected: dict[tuple[str, datetime.date, int], Protected] = {}
        self._alone: dict[tuple[str, datetime.date, int], Protected] = {}
        """What states would give without those before."""

    def publish(
        self, organisation: str, index: Index, framework: Framework, today: datetime.date, tree: Tree = NO_TREE
    ) -> bool:
        """Publish how the organisation's hidden records are now, if enough people differ; tells whether it was done.

        `tree` says which units hang below which today; units that it does not know hang below the organisation. Only
        such figures become new from which nothing follows of few people (`may_not_renew`); nothing is published where
        these would all be what they were.
        """
        known = self.states(organisation)
        counted = (
            Counted.of(organisation, index, framework, tree)
            if self._count is None
            else self._count(organisation, index, framework)
        )
        state = State(today, counted.digests(self._key()))
        if not state.people or not publishable((one.state for one in known), state, self._rules.threshold):
            return False
        table, rows, kept = counted.table(), counted.rows(self._key()), self._rows(organisation)
        protected = protect(table, self._rules)
        new = Side(table.places, table.branches.names, rows, _shown(protected))
        earlier = [
            self._side(organisation, known, number, kept[one.name])
            for number, one in enumerate(known)
            if one.name in kept
        ]
        held = may_not_renew(earlier, new, self._rules.threshold)
        if known and not _renewed(protected, self._told(organisation, known), new.shown & ~held):
            return False
        name = secrets.token_hex(8)
        self._write_rows(organisation, {**kept, name: rows})
        self._write(organisation, [*known, Published(state, framework.fingerprint, table, held, name)])
        return True

    def at(self, organisation: str, day: datetime.date, unit: str | None = None, *, only: bool = False) -> Figures:
        """The figures of an organisation, or of one unit, that answer for a day.

        A unit counts with those that hung below it on the day of publication, with `only` by itself. Raises
        NotFoundError (rule `no-published-state`, `no-such-cell`).
        """
        known = self.states(organisation)
        chosen = state_at([one.state for one in known], day)
        number = next(number for number, one in enumerate(known) if one.state is chosen)
        key = (organisation, chosen.day, number)
        if key not in self._protected:
            self._protected[key] = self._told(organisation, known[: number + 1])
        wanted = organisation if unit is None else f"{organisation}/{unit_key(unit)}"
        protected = self._protected[key]
        named = {_place_key(name): name for name in reversed(protected.table.places.names)}
        if (place := (named.get(f"{wanted}{OWN}") if only else None) or named.get(wanted)) is None:
            raise NotFoundError(
                f"No figures of “{unit}” were published by {day}.",
                rule="no-such-cell",
                remedy="Ask for the organisation as a whole, or for a unit that the published figures name.",
            )
        return Figures(chosen.day, place, known[number].framework, protected)

    def states(self, organisation: str) -> list[Published]:
        """The published states of an organisation, the oldest first."""
        return [read(entry) for entry in self._file(organisation).read()]

    def units(self, organisation: str) -> set[str]:
        """The names of units in published states."""
        places = (name for one in self.states(organisation) for name in one.table.places.names)
        return {unit for name in places if (unit := name.partition("/")[2].removesuffix(OWN))}

    def forget(self, organisation: str, people: Sequence[int], units: Mapping[str, str] | None = None) -> None:
        """Leave no trace of people in the comparison, nor in names of units: `units` has other names by key.

        The figures stay, as they give nobody away.
        """
        key = self._key()
        gone = {alias_of(key, person) for person in people}
        known = self.states(organisation)
        kept = [
            Published(
                State(one.day, {alias: said for alias, said in one.state.people.items() if alias not in gone}),
                one.framework,
                replace(one.table, places=renamed(one.table.places, units or {})),
                one.held,
                one.name,
            )
            for one in known
        ]
        if known:
            self._write_rows(
                organisation, {name: rows.without(gone) for name, rows in self._rows(organisation).items()}
            )
            self._write(organisation, kept)
            for kept_by in (self._protected, self._alone):
                for number in [number for number in kept_by if number[0] == organisation]:
                    del kept_by[number]

    def _file(self, organisation: str) -> PrivateFile:
        return PrivateFile(self._folder / f"{organisation}{self._kind}.json")

    def _write(self, organisation: str, states: Sequence[Published]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file(organisation).write(map(written, states))

    def _side(self, organisation: str, states: Sequence[Published], number: int, rows: Rows) -> Side:
        one = states[number]
        shown = _shown(self._by_itself(organisation, states, number)) & ~one.held
        return Side(one.table.places, one.table.branches.names, rows, shown)

    def _by_itself(self, organisation: str, states: Sequence[Published], number: int) -> Protected:
        key = (organisation, states[number].day, number)
        if key not in self._alone:
            self._alone[key] = protect(states[number].table, self._rules)
        return self._alone[key]

    def _told(self, organisation: str, states: Sequence[Published]) -> Protected:
        """What the last of some states gives: of the figures that stay, what was published before of the same units;
        nothing where that was nothing."""
        *earlier, one = states
        found = self._by_itself(organisation, states, len(earlier))
        if not one.held.any():
            return found
        counts, mapped, reasons = one.table.counts.copy(), one.table.mapped.copy(), found.reasons.copy()
        before = self._told(organisation, earlier) if earlier else found
        cells = _cells(before.table) if earlier else {}
        sets = units_of(one.table.places)
        for place, branch in np.argwhere(one.held).tolist():
            then = cells.get((sets[place], one.table.branches.names[branch]))
            if then is None:
                mapped[place, branch], reasons[place, branch] = True, 1 + list(Withheld).index(Withheld.DIFFERENCE)
            else:
                counts[place, branch], mapped[place, branch] = before.table.counts[then], before.table.mapped[then]
                reasons[place, branch] = before.reasons[then]
        return replace(found, table=replace(one.table, counts=counts, mapped=mapped), reasons=reasons)

    def _rows_file(self, organisation: str) -> PrivateFile:
        return PrivateFile(self._folder / f"{organisation}{self._kind}.people.json")

    def _rows(self, organisation: str) -> dict[str, Rows]:
        """What each state is compared by, by its name."""
        return {entry["name"]: read_rows(entry) for entry in self._rows_file(organisation).read()}

    def _write_rows(self, organisation: str, rows: Mapping[str, Rows]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._rows_file(organisation).write({"name": name, **written_rows(one)} for name, one in rows.items())

    def _key(self) -> bytes:
        """The key of the digests, made once: without it nobody can be looked for in them."""
        file = PrivateFile(self._folder / "key.json")
        if not (known := file.read()):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.write([{"key": secrets.token_hex(32)}])
            known = file.read()
        return bytes.fromhex(known[0]["key"])


def _shown(protected: Protected) -> NDArray[np.bool_]:
    return np.asarray(protected.shown.any(axis=2))


def _renewed(now: Protected, then: Protected, own: NDArray[np.bool_]) -> bool:
    """Whether any of a state's `own` figures is another than what was told before of the same units."""
    cells, sets, base = _cells(then.table), units_of(now.table.places), now.rules.base
    for place, branch in np.argwhere(own).tolist():
        old = cells.get((sets[place], now.table.branches.names[branch]))
        here = np.where(now.shown[place, branch], now.table.counts[place, branch] // base, -1)
        if old is None or not np.array_equal(here, np.where(then.shown[old], then.table.counts[old] // base, -1)):
            return True
    return False


def _cells(table: Table) -> dict[tuple[frozenset[str], str], tuple[int, int]]:
    """The cells by the units that they count, and by branch."""
    sets = units_of(table.places)
    columns = list(enumerate(table.branches.names))
    return {(units, branch): (place, column) for place, units in enumerate(sets) for column, branch in columns}


def _place_key(name: str) -> str:
    organisation, slash, unit = name.partition("/")
    return f"{organisation}{slash}{unit_key(unit)}{OWN if unit.endswith(OWN) else ''}"


__all__ = ["LEVELS", "Counted", "Figures", "Published", "PublishedFigures"]
