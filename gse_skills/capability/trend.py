"""The same numbers at several days: how a capability came to be what it is.

As known now the index answers: records that ended keep the time in which they held. As known then the source graph
answers.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from gse_skills.access import Access
from gse_skills.capability.known import known_records
from gse_skills.capability.past import holding_on, require_whole
from gse_skills.capability.sight import relevant, sees_whole
from gse_skills.errors import InputError
from gse_skills.framework import OWN_SCHEME, SKILL_KINDS, Concept, Framework, Lookup
from gse_skills.index import DAY_ZERO, Columns, Held, Index, data_version, held_on_days, require_told
from gse_skills.records import Standing
from gse_skills.store import Store
from gse_skills.vocabulary import Level

MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class TrendQuestion:
    """How did a part of what an organisation can do become what it is?"""

    organisation: str
    concept: str | None = None
    days: tuple[datetime.date, ...] = ()
    """Empty for the ends of the last twelve quarters and today."""
    known_at: datetime.date | None = None
    """As known at the end of that day; None for as known now. Only for whoever sees all records."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The numbers of one day."""

    day: datetime.date
    holders: tuple[int, int, int, int]
    """People at each level or above in the part asked for, who have left since included."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The numbers of several days, the earliest first."""

    question: TrendQuestion
    concept: Concept | None
    whole: bool
    """Whether the caller sees all records of the organisation."""
    moments: tuple[Moment, ...]
    version: str


def ask_trend(
    question: TrendQuestion,
    access: Access,
    framework: Framework,
    lookup: Lookup,
    index: Index,
    store: Store,
    today: datetime.date,
) -> Trend:
    """The numbers at the days asked for.

    Raises InputError (`too-many-days`, `day-to-come`, `before-any-record`), RefusedError (`not-whole`, for `known_at`
    by somebody who does not see all records) and NotFoundError (`unknown-term`).
    """
    concept = None
    if question.concept is not None:
        concept = framework.concept(lookup.resolve(question.concept, kinds=SKILL_KINDS).concept)
    tops = framework.top_concepts(OWN_SCHEME) if concept is None else (concept.iri,)
    days = tuple(sorted(set(question.days or quarters(today))))
    if len(days) > MOST_DAYS:
        remedy = f"Ask for {MOST_DAYS} at most."
        raise InputError(f"{len(days)} days are too many at once.", rule="too-many-days", remedy=remedy)
    require_told(today, question.known_at, *days)
    whole = sees_whole(access, question.organisation)
    views = relevant(access.views, question.organisation)
    if question.known_at is not None:
        require_whole(access, question.organisation)
        history = known_records(store, framework, question.organisation, question.known_at)
        sides = [_on(history, framework, tops, day, index.standing) for day in days]
    else:
        numbers = np.unique(np.concatenate([framework.descendants(iri) for iri in tops]))
        sides = list(held_on_days(index, views, numbers, question.organisation, days))
    moments = tuple(_moment(day, side) for day, side in zip(days, sides, strict=True))
    version = data_version(index, *sides) if question.known_at is None else f"{_record_sum(sides):016x}"
    return Trend(question, concept, whole, moments, version)


def quarters(today: datetime.date, many: int = 12) -> tuple[datetime.date, ...]:
    """The last days of so many quarters that are over, and today.

    >>> [day.isoformat() for day in quarters(datetime.date(2026, 2, 3), 2)]
    ['2025-09-30', '2025-12-31', '2026-02-03']
    """
    days = []
    for back in range(many):
        year, quarter = divmod(today.year * 4 + (today.month - 1) // 3 - back, 4)
        days.append(datetime.date(year, quarter * 3 + 1, 1) - datetime.timedelta(1))
    return (*(day for day in reversed(days) if day > DAY_ZERO), today)


def _record_sum(sides: Sequence[Held]) -> int:
    """A number that is the same for the same records at the same days."""
    return sum(int(np.bitwise_xor.reduce(side.rows.record, initial=0)) * (at + 1) for at, side in enumerate(sides)) % (
        2**64
    )


def _moment(day: datetime.date, side: Held) -> Moment:
    best = np.zeros(len(side.persons), np.uint8)
    np.maximum.at(best, side.rows.person, side.rows.level)
    four = [int((best >= rank).sum()) for rank in Level]
    return Moment(day, (four[0], four[1], four[2], four[3]))


def _on(history: Columns, framework: Framework, tops: Sequence[str], day: datetime.date, standing: Standing) -> Held:
    rows = holding_on(history, day, standing)
    persons, position = np.unique(rows.person, return_inverse=True)
    inside = np.isin(rows.skill, np.concatenate([framework.descendants(iri) for iri in tops]))
    return Held(persons.astype(np.uint32), replace(rows, person=position.astype(np.uint64)).take(inside))
