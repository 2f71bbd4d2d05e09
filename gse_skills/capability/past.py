"""An organisation as it was on a day, as an index of its own that is asked like that of now.

Its people are the members of that day, and whoever has a record that held on it. For whoever sees all records: views
say neither since when somebody is a member nor where they worked before.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gse_skills.access import Access
from gse_skills.capability.known import known_records, posts_on
from gse_skills.capability.sight import sees_whole
from gse_skills.errors import RefusedError
from gse_skills.framework import Framework
from gse_skills.index import Columns, Index, Partition, People, Post, day_number, held
from gse_skills.index.counting import counting
from gse_skills.records import Standing
from gse_skills.store import Store
from gse_skills.vocabulary import Audience

Day = datetime.date


def require_whole(access: Access, organisation: str) -> None:
    """Refuse what was known then to whoever does not see all records; raises RefusedError (rule `not-whole`)."""
    if not sees_whole(access, organisation):
        raise not_whole()


def not_whole() -> RefusedError:
    """The error for asking what was known then of records that are not all seen."""
    return RefusedError(
        "What was known then is told only to whoever sees all records of the organisation.",
        rule="not-whole",
        remedy="Ask without `known_at` for the numbers as they are known now, or ask a steward.",
    )


def index_on(
    store: Store,
    framework: Framework,
    index: Index,
    views: Sequence[str],
    organisation: str,
    day: Day,
    known_at: Day | None = None,
) -> Index:
    """The index of an organisation's people and records of a day, all in the organisation's own view.

    As known now, from `index` over `views`, which are all that hold something of the organisation; or as it was known
    at the end of `known_at`.
    """
    if known_at is None:
        rows = _of_index(index, views, organisation, day, framework)
    else:
        history = known_records(store, framework, organisation, known_at)
        rows = holding_on(history, day, index.standing)
    posts = posts_on(store, organisation, day, known_at)
    known = np.union1d(np.fromiter(posts, np.uint64, len(posts)), rows.person.astype(np.uint64))
    of_each = [posts.get(identifier, Post()) for identifier in known.tolist()]
    distinct = tuple(sorted(set(of_each)))
    number = {post: place for place, post in enumerate(distinct)}
    size = len(known)
    people = People(
        known, np.zeros(size, np.uint16), np.zeros(size, np.uint8), np.array([number[p] for p in of_each], np.uint32)
    )
    return Index(
        index.commit,
        index.fingerprint,
        index.concepts,
        (organisation,),
        distinct,
        people,
        {Audience.PRIVATE.view(organisation): Partition.of(rows, people, known, index.concepts, ended=False)},
        standing=index.standing,
    )


def holding_on(history: Columns, day: Day, standing: Standing) -> Columns:
    """Of some records, persons as identifiers, those that held on a day, and of several judgements the one that
    counted."""
    number = day_number(day)
    rows = history.take((history.assessed <= number) & (history.until > number))
    persons, place = np.unique(rows.person, return_inverse=True)
    counted = counting(replace(rows, person=place.astype(np.uint64)), standing)
    return _named(counted, persons)


def _of_index(index: Index, views: Sequence[str], organisation: str, day: Day, framework: Framework) -> Columns:
    wanted = index.organisations.index(organisation) if organisation in index.organisations else -1
    everybody = np.flatnonzero(index.people.organisation == wanted).astype(np.uint32)
    found = held(index, views, np.arange(len(framework.iris), dtype=np.int32), everybody, day)
    return _named(found.rows, index.people.identifier[everybody])


def _named(rows: Columns, persons: NDArray[np.uint64]) -> Columns:
    """Persons as identifiers in place of positions."""
    return replace(rows, person=persons[rows.person.astype(np.int64)])
