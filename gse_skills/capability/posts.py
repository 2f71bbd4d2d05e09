"""In which unit people work, and how many there are in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gse_skills.capability.declaration import Declaration, headcount_of
from gse_skills.capability.units import Tree, unit_key
from gse_skills.index import Index


def units_of_people(index: Index, persons: NDArray[np.uint32]) -> tuple[NDArray[np.object_], dict[str, str]]:
    """The unit of each person by its key, empty where none is said, and how units are written, by key."""
    found, which = np.unique(index.people.post[persons], return_inverse=True)
    texts = [index.posts[post].unit for post in found.tolist()]
    keys = np.array([unit_key(text) for text in texts], object)
    return keys[which] if len(texts) else np.empty(0, object), {unit_key(text): text for text in texts if text}


@dataclass(frozen=True, slots=True)
class UnitCount:
    """A unit and the people whom the caller sees in it; empty for those of whom no unit is said."""

    name: str
    path: tuple[str, ...]
    """The units above it, the highest first."""
    own: int
    """People in the unit itself."""
    people: int
    """People in it and in all units below it."""
    mapped: int
    """Of these, people with any record in the part of the framework asked for."""
    declared: Declaration | None = None
    """How many people there are in it and below, as it declares, for whoever may know of it."""


def counted_units(
    tree: Tree,
    where: NDArray[np.object_],
    names: dict[str, str],
    mapped: NDArray[np.bool_],
    declarations: Sequence[Declaration],
) -> tuple[UnitCount, ...]:
    """The units with people, and those above them, in the order of the tree."""
    own, told = Counter(where.tolist()), Counter(where[mapped].tolist())
    known = {key: tree.names.get(key, names.get(key, "")) for key in {*own, *tree.names}}
    found = []
    for key, name in known.items():
        below = tree.below(name) if name else frozenset({key})
        people, with_records = (sum(counts[one] for one in below) for counts in (own, told))
        declared = headcount_of(declarations, name) if name else None
        found.append(UnitCount(name, tree.path(name), own[key], people, with_records, declared))
    return tuple(sorted(found, key=lambda one: tuple(map(unit_key, (*one.path, one.name)))))
