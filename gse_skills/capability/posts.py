"""In which unit people work, or worked on a day."""

from __future__ import annotations

import datetime

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from gse_skills.capability.units import unit_key
from gse_skills.index import Index
from gse_skills.records.lexical import record_value
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH


def units_on(
    index: Index, persons: NDArray[np.uint32], store: Store, organisation: str, day: datetime.date | None
) -> tuple[NDArray[np.object_], dict[str, str]]:
    """The unit of each person by its key, empty where none is said, and how units are written, by key.

    With a `day`, as the memberships of the organisation's source graph have it for that day (some 10 microseconds a
    membership); without, as the index has it for now. Only whoever sees all records of the organisation may be told of
    a day: the views of others say where people work, and not where they worked.
    """
    if day is None:
        found, which = np.unique(index.people.post[persons], return_inverse=True)
        texts = [index.posts[post].unit for post in found.tolist()]
        keys = np.array([unit_key(text) for text in texts], object)
        return keys[which] if len(texts) else np.empty(0, object), {unit_key(text): text for text in texts if text}
    said = _posts(store, organisation, day)
    units = [said.get(identifier, "") for identifier in index.people.identifier[persons].tolist()]
    where = np.empty(len(units), object)
    key_of = {unit: unit_key(unit) for unit in dict.fromkeys(units)}
    where[:] = [key_of[unit] for unit in units]
    return where, {key: unit for unit, key in key_of.items() if unit}


def _posts(store: Store, organisation: str, day: datetime.date) -> dict[int, str]:
    """The unit of each person of an organisation on a day, by identifier; of two the one that began last."""
    text = day.isoformat()
    found: dict[int, tuple[str, str]] = {}
    rows = store.select(Query("posts_of_source"), source=NamedNode(GRAPH[f"source/{organisation}"]))
    for person, unit, since, until in rows:
        begins, ends = (since.value if since else ""), (until.value if until else "9999-12-31")
        if begins <= text < ends:
            identifier = record_value(person.value)
            found[identifier] = max(found.get(identifier, ("", "")), (begins, unit.value))
    return {person: unit for person, (_, unit) in found.items()}
