"""An organisation's people as published figures count them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gse_skills.capability.renewing import OWN, Rows
from gse_skills.capability.units import Tree, unit_key
from gse_skills.disclosure import Hierarchy, Table
from gse_skills.framework import OWN_SCHEME, Framework
from gse_skills.index import Index, held, holdings, members
from gse_skills.vocabulary import Audience, Level

NO_TREE = Tree({}, {})
LEVELS = tuple(level.label for level in Level)
_SHARED = (Audience.PUBLIC.view(""), Audience.ALLIANCE.view(""))


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
                called.append(f"{called[place]}{OWN}")
                parents.append(place)
                queue.extend((one, place) for one in reversed(below[key]))
        kinds = ("organisation", *("unit" for _ in called[1:]))
        return Hierarchy(tuple(called), tuple(parents), kinds), [leaf[unit_key(unit)] for unit in self.units]

    def rows(self, key: bytes) -> Rows:
        """What this is compared by with what is counted another time."""
        places, leaves = self._places()
        person, branch = np.nonzero(self.hidden.any(axis=2))
        said = np.packbits(self.hidden[person, branch], axis=1).tobytes()
        alias = [alias_of(key, int(identifier)) for identifier in self.identifiers]
        names = [name.encode() for name in self.branches.names]
        columns = zip(person.tolist(), branch.tolist(), said, strict=True)
        digests = [_digest(key, alias[row].to_bytes(8, "big"), names[of], bytes([bits])) for row, of, bits in columns]
        return Rows(
            np.array(alias, np.uint64),
            np.array(leaves, np.int64)[self.unit],
            person,
            branch,
            np.array(digests, np.uint64),
            np.zeros((len(places), len(names)), np.int64),
        )

    def digests(self, key: bytes) -> dict[int, int]:
        """Each person as nobody can recognise them, with a digest of all that the table counts of them."""
        if not len(self.identifiers):
            return {}
        everything = np.concatenate([self.hidden.reshape(len(self.identifiers), -1), self.mapped], axis=1)
        said = np.packbits(everything, axis=1)
        where = ["\0".join((*self.tree.path(unit), unit)).encode() for unit in self.units]
        return {
            alias_of(key, int(identifier)): _digest(key, said[row].tobytes(), where[self.unit[row]])
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


def alias_of(key: bytes, person: int) -> int:
    """A person as nobody can recognise them without the key."""
    return _digest(key, person.to_bytes(8, "big"))


def _digest(key: bytes, *said: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(b"\0".join(said), key=key, digest_size=7).digest(), "big")
