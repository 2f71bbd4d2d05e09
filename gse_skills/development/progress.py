"""How levels moved: of one person by what is recorded, of an organisation by people seen and by published figures."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gse_skills.access import Access
from gse_skills.capability.figures import LEVELS, Figures
from gse_skills.development.categories import CATEGORIES, categories_of
from gse_skills.development.holding import PersonRecord, find_card, records_of, sees_all, views_of
from gse_skills.disclosure import Figure
from gse_skills.errors import InputError
from gse_skills.framework import OWN_SCHEME, SKILL_KINDS
from gse_skills.index import members, require_told
from gse_skills.index.holdings import held, holdings
from gse_skills.people import Card
from gse_skills.register import Register, today
from gse_skills.vocabulary import Audience, Category, Level

MOST_PERIODS = 40
_YEARS = 3


@dataclass(frozen=True, slots=True)
class PersonProgress:
    """The levels of one person by date."""

    card: Card
    skills: tuple[tuple[str, tuple[PersonRecord, ...]], ...]
    """By IRI of the skill, each with its records, the oldest first; by skill."""
    whole: bool


@dataclass(frozen=True, slots=True)
class DatedCounts:
    """What was so at the end of a period, as known now."""

    day: datetime.date
    people: int
    """People whom the caller sees who have any record of it then."""
    at_least: tuple[int, ...]
    """Of these, how many at each level or above."""


@dataclass(frozen=True, slots=True)
class DatedFigures:
    """What was published on a day of the records that the caller does not see by name."""

    day: datetime.date
    figures: tuple[Figure, ...]
    """At each level or above: bands, never exact."""


@dataclass(frozen=True, slots=True)
class CategoryProgress:
    """The progress of the people of one professional category, by the role that each of them has today."""

    category: Category | None
    """None for people of whom no role is recorded and none is likely, or whose role is of no category."""
    people: int
    """Whom the caller sees."""
    recorded: int
    """Of these, those whose role is recorded; of the others it is taken from their skills."""
    lines: tuple[GroupProgress, ...]
    """Without published figures: what is published does not tell categories apart."""


@dataclass(frozen=True, slots=True)
class GroupProgress:
    """The progress of an organisation in one domain, group or skill."""

    concept: str
    """IRI."""
    seen: tuple[DatedCounts, ...]
    not_shared: tuple[DatedFigures, ...]
    """Empty for whoever may have no figures; each stands for itself, and no difference of two is told."""


def read_progress(register: Register, access: Access, digits: str) -> PersonProgress:
    """The levels of a person by date; raises NotFoundError (rule `unknown-person`)."""
    card = find_card(register, access, digits)
    state = register.state
    by_skill: dict[str, list[PersonRecord]] = {}
    for one in records_of(state.index, views_of(access, digits), state.framework, digits):
        by_skill.setdefault(one.skill, []).append(one)
    ordered = [(skill, tuple(sorted(those, key=_since))) for skill, those in sorted(by_skill.items())]
    return PersonProgress(card, tuple(ordered), sees_all(access, card))


def first_day(last: datetime.date) -> datetime.date:
    """The day from which levels are told where nobody says one: three years before the last.

    >>> first_day(datetime.date(2026, 3, 31)), first_day(datetime.date.min)
    (datetime.date(2023, 3, 29), datetime.date(1, 1, 1))
    """
    return datetime.date.fromordinal(max(1, last.toordinal() - _YEARS * 366))


def group_progress(
    register: Register,
    access: Access,
    organisation: str,
    concept: str | None,
    since: datetime.date,
    until: datetime.date,
    months: int = 12,
) -> tuple[GroupProgress, ...]:
    """The progress of an organisation: a line for each concept below the one asked for, or for each domain.

    A period is `months` long and ends on the last of `until`, `until` less one period, and so on back to `since`.
    Raises NotFoundError (`unknown-organisation`, `unknown-term`), AmbiguousError and InputError (`dates-out-of-order`,
    `too-many-periods`, `day-to-come`, `before-any-record`).
    """
    seen = _Seen.of(register, access, organisation, concept, since, until, months)
    published = _published(register, access, organisation, since, until)
    return tuple(
        GroupProgress(iri, counts, _told(published, iri)) for iri, counts in zip(seen.below, seen.counts(), strict=True)
    )


def category_progress(
    register: Register,
    access: Access,
    organisation: str,
    concept: str | None,
    since: datetime.date,
    until: datetime.date,
    months: int = 12,
) -> tuple[CategoryProgress, ...]:
    """The progress of an organisation by professional category, those without people left out.

    Takes and raises what `group_progress` does.
    """
    seen = _Seen.of(register, access, organisation, concept, since, until, months)
    where, recorded = categories_of(register, access.views, seen.persons)
    return tuple(
        CategoryProgress(
            category,
            int(theirs.sum()),
            int((theirs & recorded).sum()),
            tuple(
                GroupProgress(iri, counts, ())
                for iri, counts in zip(seen.below, seen.counts(theirs), strict=True)
                if any(one.people for one in counts)
            ),
        )
        for number, category in enumerate(CATEGORIES)
        for theirs in (where == number,)
        if theirs.any()
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """The levels of the people whom a caller sees, at the end of each period."""

    below: tuple[str, ...]
    days: tuple[datetime.date, ...]
    persons: NDArray[np.uint32]
    tables: tuple[NDArray[np.uint8], ...]
    """A day each: (concepts, persons), 0 for no record."""

    @classmethod
    def of(
        cls,
        register: Register,
        access: Access,
        organisation: str,
        concept: str | None,
        since: datetime.date,
        until: datetime.date,
        months: int,
    ) -> _Seen:
        """Raises what `group_progress` raises."""
        state = register.state
        state.organisation(organisation)
        require_told(today(), until)
        days = period_ends(since, until, months)
        if concept is None:
            below: Sequence[str] = state.framework.top_concepts(OWN_SCHEME)
        else:
            top = state.framework.concept(state.lookup.resolve(concept, kinds=SKILL_KINDS).concept)
            below = sorted(top.narrower) or [top.iri]
        persons = members(state.index, access.views, organisation)
        skills = np.unique(np.concatenate([state.framework.descendants(iri) for iri in below]))
        found = (held(state.index, access.views, skills, persons, day) for day in days)
        tables = tuple(holdings(one, state.framework, below).levels for one in found)
        return cls(tuple(below), days, persons, tables)

    def counts(self, chosen: NDArray[np.bool_] | None = None) -> Iterator[tuple[DatedCounts, ...]]:
        """For each concept the counts of each day, of everybody or of the people so marked."""
        tables = [table if chosen is None else table[:, chosen] for table in self.tables]
        # (days, concepts, levels)
        counts = [np.stack([(table >= rank).sum(axis=1) for rank in Level], axis=1).tolist() for table in tables]
        for row in range(len(self.below)):
            yield tuple(
                DatedCounts(day, of_day[row][0], tuple(of_day[row]))
                for day, of_day in zip(self.days, counts, strict=True)
            )


def period_ends(since: datetime.date, until: datetime.date, months: int) -> tuple[datetime.date, ...]:
    """The ends of periods from `since` to `until`, the last of them `until`.

    >>> [str(day) for day in period_ends(datetime.date(2025, 1, 31), datetime.date(2025, 5, 31), 2)]
    ['2025-01-31', '2025-03-31', '2025-05-31']

    Raises InputError (rules `dates-out-of-order`, `too-many-periods`).
    """
    if since > until:
        raise InputError(f"{since} is after {until}.", rule="dates-out-of-order", remedy="Give the earlier day first.")
    days = [until]
    while len(days) <= MOST_PERIODS:
        earlier = _months_before(until, months * len(days))
        if earlier is None or earlier < since:
            return tuple(reversed(days))
        days.append(earlier)
    raise InputError(
        f"That makes more than {MOST_PERIODS} periods.", rule="too-many-periods", remedy="Ask for longer ones."
    )


def _months_before(day: datetime.date, months: int) -> datetime.date | None:
    """The same day of an earlier month, or its last; None before there are dates."""
    month = day.year * 12 + day.month - 1 - months
    if month < 12:
        return None
    first = datetime.date(month // 12, month % 12 + 1, 1)
    last = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def _published(
    register: Register, access: Access, organisation: str, since: datetime.date, until: datetime.date
) -> tuple[Figures, ...]:
    """What was published in a time; each answer is read from its file, so once for all concepts."""
    if Audience.PRIVATE.view(organisation) not in access.counts:
        return ()
    days = sorted({one.day for one in register.figures.states(organisation) if since <= one.day <= until})
    return tuple(register.figures.at(organisation, day) for day in days)


def _told(published: Sequence[Figures], concept: str) -> tuple[DatedFigures, ...]:
    return tuple(
        DatedFigures(one.day, tuple(one.of(concept, level) for level in LEVELS))
        for one in published
        if one.tells(concept)
    )


def _since(record: PersonRecord) -> tuple[int, int]:
    return record.assessed_on.toordinal(), int(record.level)
