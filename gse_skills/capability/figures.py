"""Figures of an organisation's hidden records for those who may have figures and no names.

Counted from published states only: a state is published when enough people differ from every one published before, so
that no two figures at two dates give one person away. A state is kept as the table that it gave and, for the
comparison, a keyed digest for each person; it is never counted again.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import secrets
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gse_skills.access.private_file import PrivateFile
from gse_skills.capability.units import Tree, unit_key
from gse_skills.disclosure import Figure, Hierarchy, Protected, Rules, State, Table, protect, publishable, state_at
from gse_skills.errors import NotFoundError
from gse_skills.framework import OWN_SCHEME, Framework
from gse_skills.index import Index, held, holdings, members
from gse_skills.vocabulary import Audience, Level

NO_TREE = Tree({}, {})
_OWN = "\x1f"
"""Ends the name of the place that is a unit by itself, where the unit has others below it. No name of a unit holds it:
it is white space, which names are cut at."""
LEVELS = tuple(level.label for level in Level)
_SHARED = (Audience.PUBLIC.view(""), Audience.ALLIANCE.view(""))


@dataclass(frozen=True, slots=True)
class Published:
    """A state that was published, and what may be said of it."""

    state: State
    framework: str
    """Fingerprint of the framework by which it was counted."""
    table: Table

    @property
    def day(self) -> datetime.date:
        """The day on which it was published."""
        return self.state.day

    def differing(self, counted: Counted, key: bytes) -> int:
        """How many people count otherwise than in this state, were every unit still where it was then."""
        former = _tree_of(self.table.places)
        return State(self.day, replace(counted, tree=former).digests(key)).changed(self.state)


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

    def publish(
        self, organisation: str, index: Index, framework: Framework, today: datetime.date, tree: Tree = NO_TREE
    ) -> bool:
        """Publish how the organisation's hidden records are now, if enough people differ; tells whether it was done.

        `tree` says which units hang below which today; units that it does not know hang below the organisation. Where a
        unit was moved since a state, enough people differ from it, or nobody, also where the unit was: people of whom
        nothing became otherwise but what they hang below hide nobody in the figures of their own unit.
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
        above = _tree_of(counted._places()[0]).above
        moved = (one for one in known if _tree_of(one.table.places).above != above)
        if any(0 < one.differing(counted, self._key()) < self._rules.threshold for one in moved):
            return False
        self._write(organisation, [*known, Published(state, framework.fingerprint, counted.table())])
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
            self._protected[key] = protect(known[number].table, self._rules)
        wanted = organisation if unit is None else f"{organisation}/{unit_key(unit)}"
        protected = self._protected[key]
        named = {_place_key(name): name for name in reversed(protected.table.places.names)}
        if (place := (named.get(f"{wanted}{_OWN}") if only else None) or named.get(wanted)) is None:
            raise NotFoundError(
                f"No figures of “{unit}” were published by {day}.",
                rule="no-such-cell",
                remedy="Ask for the organisation as a whole, or for a unit that the published figures name.",
            )
        return Figures(chosen.day, place, known[number].framework, protected)

    def states(self, organisation: str) -> list[Published]:
        """The published states of an organisation, the oldest first."""
        return [_read(entry) for entry in self._file(organisation).read()]

    def units(self, organisation: str) -> set[str]:
        """The names of units in published states."""
        places = (name for one in self.states(organisation) for name in one.table.places.names)
        return {unit for name in places if (unit := name.partition("/")[2].removesuffix(_OWN))}

    def forget(self, organisation: str, people: Sequence[int], units: Mapping[str, str] | None = None) -> None:
        """Leave no trace of people in the comparison, nor in names of units: `units` has other names by key.

        The figures stay, as they give nobody away.
        """
        key = self._key()
        gone = {_alias(key, person) for person in people}
        known = self.states(organisation)
        kept = [
            Published(
                State(one.day, {alias: said for alias, said in one.state.people.items() if alias not in gone}),
                one.framework,
                replace(one.table, places=_renamed(one.table.places, units or {})),
            )
            for one in known
        ]
        if known:
            self._write(organisation, kept)
            self._protected = {key: told for key, told in self._protected.items() if key[0] != organisation}

    def _file(self, organisation: str) -> PrivateFile:
        return PrivateFile(self._folder / f"{organisation}{self._kind}.json")

    def _write(self, organisation: str, states: Sequence[Published]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file(organisation).write(map(_written, states))

    def _key(self) -> bytes:
        """The key of the digests, made once: without it nobody can be looked for in them."""
        file = PrivateFile(self._folder / "key.json")
        if not (known := file.read()):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.write([{"key": secrets.token_hex(32)}])
            known = file.read()
        return bytes.fromhex(known[0]["key"])


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """An organisation's people with the levels of those records that are not shared with the alliance."""

    organisation: str
    identifiers: NDArray[np.uint64]
    units: tuple[str, ...]
    """As the organisation writes each, once whatever the case and spacing; empty for those of whom no unit is said."""
    unit: NDArray[np.int64]
    """Of each person, the position of their unit in `units`."""
    branches: Hierarchy
    hidden: NDArray[np.bool_]
    """(persons, branches, levels): whether a record that is not shared says that level or above."""
    mapped: NDArray[np.bool_]
    """(persons, branches): whether anything is recorded."""
    tree: Tree = NO_TREE

    @classmethod
    def of(cls, organisation: str, index: Index, framework: Framework, tree: Tree = NO_TREE) -> Counted:
        """How an organisation's people are now; `tree` says which units hang below which."""
        own = (Audience.PRIVATE.view(organisation),)
        persons = members(index, (*_SHARED, *own), organisation)
        branches = _branches(framework)
        skills = np.unique(np.concatenate([framework.descendants(iri) for iri in branches.names]))
        hidden, whole = (
            holdings(held(index, views, skills, persons), framework, branches.names).levels.T
            for views in (own, (*_SHARED, *own))
        )
        posts = [index.posts[post].unit for post in index.people.post[persons].tolist()]
        written = {unit_key(unit): unit for unit in sorted(set(posts), reverse=True)} | dict(tree.names)
        keys = sorted({unit_key(unit) for unit in set(posts)})
        number = {key: place for place, key in enumerate(keys)}
        ranks = np.array(list(Level), np.uint8)
        return cls(
            organisation,
            index.people.identifier[persons],
            tuple(written[key] for key in keys),
            np.array([number[unit_key(unit)] for unit in posts], np.int64),
            branches,
            hidden[:, :, None] >= ranks,
            whole > 0,
            tree,
        )

    def table(self) -> Table:
        """Units in their tree below the organisation, groups below their domain, and the levels."""
        places, leaves = self._places()
        size = (len(places), len(self.branches), len(LEVELS))
        counts, mapped = np.zeros(size, np.int64), np.zeros(size[:2], np.bool_)
        for number, leaf in enumerate(leaves):
            theirs = self.unit == number
            counts[leaf] = self.hidden[theirs].sum(axis=0)
            mapped[leaf] = self.mapped[theirs].any(axis=0)
        return Table.from_leaves(places, self.branches, LEVELS, counts, mapped)

    def _places(self) -> tuple[Hierarchy, list[int]]:
        """The places, and of each unit the one that counts those who are in the unit itself.

        A unit with others below it is the sum of these and of a place for the unit by itself.
        """
        names = {unit_key(unit): unit for unit in self.units}
        for unit in self.units:
            names |= {unit_key(above): above for above in self.tree.path(unit)}
        below: dict[str | None, list[str]] = {}
        for key in sorted(names):
            above = self.tree.above.get(key)
            below.setdefault(above if above in names else None, []).append(key)
        called, parents = [self.organisation], [-1]
        leaf: dict[str, int] = {}
        queue: list[tuple[str, int]] = [(key, 0) for key in reversed(below.get(None, []))]
        while queue:
            key, above_it = queue.pop()
            place = leaf[key] = len(called)
            called.append(f"{self.organisation}/{names[key]}")
            parents.append(above_it)
            if key in below:
                leaf[key] = len(called)
                called.append(f"{called[place]}{_OWN}")
                parents.append(place)
                queue.extend((one, place) for one in reversed(below[key]))
        kinds = ("organisation", *("unit" for _ in called[1:]))
        return Hierarchy(tuple(called), tuple(parents), kinds), [leaf[unit_key(unit)] for unit in self.units]

    def digests(self, key: bytes) -> dict[int, int]:
        """Each person as nobody can recognise them, with a digest of all that the table counts of them."""
        if not len(self.identifiers):
            return {}
        everything = np.concatenate([self.hidden.reshape(len(self.identifiers), -1), self.mapped], axis=1)
        said = np.packbits(everything, axis=1)
        where = ["\0".join((*self.tree.path(unit), unit)).encode() for unit in self.units]
        return {
            _alias(key, int(identifier)): _digest(key, said[row].tobytes(), where[self.unit[row]])
            for row, identifier in enumerate(self.identifiers)
        }


def _branches(framework: Framework) -> Hierarchy:
    """The domains and groups of our framework; a group with several domains counts in the first."""
    names: list[str] = []
    parents: list[int] = []
    for domain in framework.top_concepts(OWN_SCHEME):
        names.append(domain)
        parents.append(-1)
        above = len(names) - 1
        for group in sorted(framework.concept(domain).narrower):
            if group not in names:
                names.append(group)
                parents.append(above)
    return Hierarchy(tuple(names), tuple(parents), tuple("domain" if parent < 0 else "group" for parent in parents))


def _place_key(name: str) -> str:
    organisation, slash, unit = name.partition("/")
    return f"{organisation}{slash}{unit_key(unit)}{_OWN if unit.endswith(_OWN) else ''}"


def _tree_of(places: Hierarchy) -> Tree:
    """The tree of units by which a table was counted."""
    names: dict[str, str] = {}
    above: dict[str, str] = {}
    for name, parent in zip(places.names, places.parents, strict=True):
        unit = name.partition("/")[2]
        if unit and not unit.endswith(_OWN):
            names[unit_key(unit)] = unit
            if upper := places.names[parent].partition("/")[2]:
                above[unit_key(unit)] = unit_key(upper)
    return Tree(names, above)


def _renamed(places: Hierarchy, units: Mapping[str, str]) -> Hierarchy:
    names: list[str] = []
    for name in places.names:
        organisation, slash, unit = name.partition("/")
        own = _OWN if unit.endswith(_OWN) else ""
        called = f"{organisation}{slash}{units.get(unit_key(unit), unit.removesuffix(_OWN))}"
        # Two units may get one name by it, and no name may come twice.
        names.append(f"{called}{own}" if f"{called}{own}" not in names else f"{called} ({len(names)}){own}")
    return replace(places, names=tuple(names))


def _alias(key: bytes, person: int) -> int:
    return _digest(key, person.to_bytes(8, "big"))


def _digest(key: bytes, *said: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(b"\0".join(said), key=key, digest_size=7).digest(), "big")


def _written(one: Published) -> dict[str, Any]:
    table = one.table
    return {
        "day": one.day.isoformat(),
        "framework": one.framework,
        "people": _packed(np.array([*one.state.people.items()], np.uint64).reshape(-1, 2)),
        "places": [table.places.names, table.places.parents, table.places.kinds],
        "branches": [table.branches.names, table.branches.parents, table.branches.kinds],
        "counts": _packed(table.counts),
        "mapped": _packed(table.mapped),
    }


def _read(entry: dict[str, Any]) -> Published:
    places, branches = (Hierarchy(*map(tuple, entry[name])) for name in ("places", "branches"))
    size = (len(places), len(branches))
    counts = _unpacked(entry["counts"], np.int64).reshape(*size, len(LEVELS))
    table = Table(places, branches, LEVELS, counts, _unpacked(entry["mapped"], np.bool_).reshape(size))
    people = dict(_unpacked(entry["people"], np.uint64).reshape(-1, 2).tolist())
    return Published(State(datetime.date.fromisoformat(entry["day"]), people), entry["framework"], table)


def _packed(array: NDArray[Any]) -> str:
    return base64.b64encode(zlib.compress(array.tobytes())).decode("ascii")


def _unpacked(text: str, kind: type[np.generic]) -> NDArray[Any]:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), kind)


__all__ = ["LEVELS", "Counted", "Figures", "Published", "PublishedFigures"]
