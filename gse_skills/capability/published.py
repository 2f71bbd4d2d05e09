"""A state of published figures, and how it lies in its file."""

from __future__ import annotations

import base64
import datetime
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gse_skills.capability.counted import LEVELS
from gse_skills.capability.renewing import OWN, Rows
from gse_skills.capability.units import unit_key
from gse_skills.disclosure import Hierarchy, State, Table


@dataclass(frozen=True, slots=True)
class Published:
    """A state that was published, and what may be said of it."""

    state: State
    framework: str
    """Fingerprint of the framework by which it was counted."""
    table: Table
    held: NDArray[np.bool_]
    """(places, branches): the figures that stay as they were published before."""
    name: str
    """By which it is known what it is compared by; empty where that was not kept."""

    @property
    def day(self) -> datetime.date:
        """The day on which it was published."""
        return self.state.day


def renamed(places: Hierarchy, units: Mapping[str, str]) -> Hierarchy:
    """The same places with other names for some units, by key."""
    names: list[str] = []
    for name in places.names:
        organisation, slash, unit = name.partition("/")
        own = OWN if unit.endswith(OWN) else ""
        called = f"{organisation}{slash}{units.get(unit_key(unit), unit.removesuffix(OWN))}"
        # Two units may get one name by it, and no name may come twice.
        names.append(f"{called}{own}" if f"{called}{own}" not in names else f"{called} ({len(names)}){own}")
    return replace(places, names=tuple(names))


def written(one: Published) -> dict[str, Any]:
    """As the file has it."""
    table = one.table
    return {
        "day": one.day.isoformat(),
        "framework": one.framework,
        "people": _packed(np.array([*one.state.people.items()], np.uint64).reshape(-1, 2)),
        "places": [table.places.names, table.places.parents, table.places.kinds],
        "branches": [table.branches.names, table.branches.parents, table.branches.kinds],
        "counts": _packed(table.counts),
        "mapped": _packed(table.mapped),
        "held": _packed(one.held),
        "name": one.name,
    }


def written_rows(rows: Rows) -> dict[str, Any]:
    """As the file has it."""
    columns = {name: _packed(getattr(rows, name)) for name in ("alias", "place", "person", "branch", "digest", "lost")}
    return {**columns, "size": rows.lost.shape}


def read_rows(entry: dict[str, Any]) -> Rows:
    """From what the file has."""
    return Rows(
        _unpacked(entry["alias"], np.uint64),
        _unpacked(entry["place"], np.int64),
        _unpacked(entry["person"], np.int64),
        _unpacked(entry["branch"], np.int64),
        _unpacked(entry["digest"], np.uint64),
        _unpacked(entry["lost"], np.int64).reshape(entry["size"]),
    )


def read(entry: dict[str, Any]) -> Published:
    """From what the file has."""
    places, branches = (Hierarchy(*map(tuple, entry[name])) for name in ("places", "branches"))
    size = (len(places), len(branches))
    counts = _unpacked(entry["counts"], np.int64).reshape(*size, len(LEVELS))
    table = Table(places, branches, LEVELS, counts, _unpacked(entry["mapped"], np.bool_).reshape(size))
    people = dict(_unpacked(entry["people"], np.uint64).reshape(-1, 2).tolist())
    held = _unpacked(entry["held"], np.bool_).reshape(size) if "held" in entry else np.zeros(size, np.bool_)
    return Published(
        State(datetime.date.fromisoformat(entry["day"]), people), entry["framework"], table, held, entry.get("name", "")
    )


def _packed(array: NDArray[Any]) -> str:
    return base64.b64encode(zlib.compress(array.tobytes())).decode("ascii")


def _unpacked(text: str, kind: type[np.generic]) -> NDArray[Any]:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), kind)
