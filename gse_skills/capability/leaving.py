"""Who is known to leave: how many of those who hold something, and what nobody would hold when they have gone.

Only for whoever sees all records of an organisation. No view says when somebody leaves, and no figure of it is
published: a horizon that moves by a day would tell of one person on which day they go.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from gse_skills.errors import InputError
from gse_skills.index import Holdings, Index, Pairs
from gse_skills.records.lexical import day as day_said
from gse_skills.records.lexical import record_value
from gse_skills.records.standing import later
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, Level

AHEAD = 12
"""Months that are looked ahead where nobody says how many."""
FURTHEST = 60
"""Months that can be looked ahead: beyond, what is known says little."""


@dataclass(frozen=True, slots=True, eq=False)
class LeavingDays:
    """When the people in scope leave, as far as anybody has said."""

    identifiers: tuple[int, ...]
    """Of each person."""
    days: NDArray[np.int64]
    """Of each person, the day from which they will no longer be there, as an ordinal; 0 where it is not known."""

    def of(self, place: int) -> datetime.date | None:
        """The day on which the person at a place leaves."""
        day = int(self.days[place])
        return datetime.date.fromordinal(day) if day else None

    @property
    def digest(self) -> str:
        """The same for the same days of the same people, in whichever order they are kept."""
        told = sorted((self.identifiers[place], int(self.days[place])) for place in np.flatnonzero(self.days).tolist())
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Going:
    """Of those who hold a concept at working level or above."""

    leaving: int
    """People who leave within the time looked ahead."""
    overdue: int
    """People whose day has passed and who are still kept as members."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A skill that somebody holds at practitioner level or above, and nobody would once the known leavers have gone."""

    skill: str
    """IRI."""
    since: datetime.date
    """The day from which nobody would."""
    people: tuple[str | None, ...]
    """IRIs of those who take it with them; None for who has left since the day asked for."""
    behind: int
    """People at working level who are not known to leave: who could take over."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is known of who leaves, of the people in scope."""

    months: int
    until: datetime.date
    """The last day looked at."""
    known: int
    """People of whom a day is known; the rest may leave or stay."""
    all: Going
    """Of all people in scope, whatever they hold."""
    lines: Mapping[str, Going]
    """By concept."""
    lost: tuple[Lost, ...]
    overdue: tuple[tuple[str | None, datetime.date], ...]
    """Who should have left, with the day, the longest ago first."""
    digest: str
    """Of the days that were counted."""

    @property
    def named(self) -> tuple[str, ...]:
        """IRIs of the people that it names."""
        said = (*(person for one in self.lost for person in one.people), *(person for person, _ in self.overdue))
        return tuple(person for person in said if person)


def require_horizon(months: int) -> None:
    """Raise InputError (rule `bad-horizon`) for a number of months that nobody can look ahead."""
    if not 1 <= months <= FURTHEST:
        raise InputError(
            f"Nobody looks {months} months ahead.", rule="bad-horizon", remedy=f"Give 1 to {FURTHEST} months."
        )


def days_of(
    index: Index, persons: NDArray[np.uint32], store: Store, organisation: str, as_of: datetime.date | None
) -> LeavingDays:
    """The day on which each person leaves, as the memberships of a day say, or those that hold now."""
    said = _said(store, organisation, as_of)
    identifiers = tuple(index.people.identifier[persons].tolist())
    days = np.zeros(len(persons), np.int64)
    for place, identifier in enumerate(identifiers if said else ()):
        if identifier in said:
            days[place] = said[identifier].toordinal()
    return LeavingDays(identifiers, days)


def overdue(store: Store, organisation: str, today: datetime.date) -> int:
    """How many members of an organisation should have left: their day has come, and nothing has ended."""
    return sum(day <= today for day in _said(store, organisation, None).values())


def _said(store: Store, organisation: str, as_of: datetime.date | None) -> dict[int, datetime.date]:
    """The day by identifier of the person, as the memberships of a day say, or those that hold now."""
    found: dict[int, tuple[str, str]] = {}
    text = as_of.isoformat() if as_of else ""
    rows = store.select(Query("leaving_of_source"), source=NamedNode(GRAPH[f"source/{organisation}"]))
    for person, leaves, since, until in rows:
        begins, ends = (since.value if since else ""), (until.value if until else "9999-12-31")
        if begins <= text < ends if as_of else until is None:
            identifier = record_value(person.value)
            # Of two memberships that hold at once the one that began last.
            found[identifier] = max(found.get(identifier, ("", "")), (begins, leaves.value))
    return {identifier: day_said(leaves) for identifier, (_, leaves) in found.items()}


def ahead(
    leavers: LeavingDays,
    day: datetime.date,
    months: int,
    best: Holdings,
    deep: Pairs,
    skills: Sequence[str],
    named: Callable[[int], str | None],
) -> Leaving:
    """What is known of who leaves in the `months` after `day`.

    `best` has the lines, `deep` the levels in `skills`, both of the people of `leavers`; `named` gives the IRI of the
    person at a place. Raises InputError (rule `bad-horizon`).
    """
    require_horizon(months)
    until, days = later(day, months), leavers.days
    late = (days > 0) & (days <= day.toordinal())
    leaving = (days > day.toordinal()) & (days <= until.toordinal())
    strong = best.levels >= Level.WORKING
    lines = {
        concept: Going(int((row & leaving).sum()), int((row & late).sum()))
        for concept, row in zip(best.concepts, strong, strict=True)
    }
    longest_ago = sorted(np.flatnonzero(late).tolist(), key=lambda place: (days[place], place))
    return Leaving(
        months,
        until,
        int((days > 0).sum()),
        Going(int(leaving.sum()), int(late.sum())),
        lines,
        _lost(days, late | leaving, deep, skills, named),
        tuple((named(place), datetime.date.fromordinal(int(days[place]))) for place in longest_ago),
        leavers.digest,
    )


def _lost(
    days: NDArray[np.int64],
    going: NDArray[np.bool_],
    deep: Pairs,
    skills: Sequence[str],
    named: Callable[[int], str | None],
) -> tuple[Lost, ...]:
    strong = deep.level >= Level.PRACTITIONER
    stays = ~going[deep.person]
    holders = np.bincount(deep.concept[strong], minlength=len(skills))
    left = np.bincount(deep.concept[strong & stays], minlength=len(skills))
    behind = np.bincount(deep.concept[(deep.level == Level.WORKING) & stays], minlength=len(skills))
    gone = (holders > 0) & (left == 0)
    people: dict[int, list[int]] = defaultdict(list)
    mine = strong & gone[deep.concept]
    for concept, person in zip(deep.concept[mine].tolist(), deep.person[mine].tolist(), strict=True):
        people[concept].append(person)
    return tuple(
        Lost(
            skills[concept],
            datetime.date.fromordinal(max(int(days[place]) for place in places)),
            tuple(named(place) for place in places),
            int(behind[concept]),
        )
        for concept, places in sorted(people.items())
    )
