"""Which of several judgements of one person's skill counts, and until when a judgement is fresh.

A person's level is judged by themselves, by peers, by their manager, by an accredited body; each says what it says, in
a current record of its own, and none replaces another's. One of them counts: of those that were not yet to be
confirmed anew when the newest was made, the one on the strongest basis. It is a function of the records and of nothing
else, so the views can be made anew at any time, and no clock changes what they hold.
"""

from __future__ import annotations

import calendar
import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pyoxigraph as ox

from gse_skills.errors import InputError
from gse_skills.framework import Framework
from gse_skills.records.record import SkillRecord
from gse_skills.resources import folder
from gse_skills.vocabulary import FRAMEWORK, GSE, Basis

DEFAULT_MONTHS = 24
_SCHEME = FRAMEWORK.removesuffix("/")
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Standing:
    """The precedence of the bases, and how long a judgement is fresh.

    >>> Standing().stronger(Basis.MANAGER, Basis.SELF)
    True
    >>> Standing(tuple(Basis)).stronger(Basis.MANAGER, Basis.SELF)
    False
    """

    order: tuple[Basis, ...] = tuple(sorted(Basis, reverse=True))
    """The bases, the strongest first."""
    months: Mapping[int, int] = field(default_factory=dict, hash=False)
    """Months in which a judgement is fresh, by number of the skill."""
    otherwise: int = DEFAULT_MONTHS
    """Months of every other skill."""

    @classmethod
    def of(cls, order: Iterable[str], framework: Framework, file: Path | None = None) -> Self:
        """The rule by the names of the bases, with the periods of a file, or else of the shipped one.

        Raises InputError (rule `bad-periods`).
        """
        stated = read_periods(file)
        otherwise = stated.pop(_SCHEME, DEFAULT_MONTHS)
        months: dict[int, int] = {}
        # What comes later takes the place of what came before: of several periods that of the lowest concept holds.
        for iri in sorted((iri for iri in stated if iri in framework), key=lambda iri: len(framework.ancestors(iri))):
            months.update(dict.fromkeys(map(int, framework.descendants(iri)), stated[iri]))
        return cls(tuple(Basis[name.upper()] for name in order), months, otherwise)

    def stronger(self, one: Basis, other: Basis) -> bool:
        """Whether one basis has precedence over another."""
        return self.order.index(one) < self.order.index(other)

    def months_of(self, skill: int) -> int:
        """How many months a judgement of a skill is fresh."""
        return self.months.get(skill, self.otherwise)

    def reconfirm_by(self, skill: int, assessed_on: datetime.date) -> datetime.date:
        """The day by which a judgement is to be confirmed anew."""
        return later(assessed_on, self.months_of(skill))

    def counting(self, records: Iterable[SkillRecord]) -> list[SkillRecord]:
        """The records of one person that count, one a skill, in the order in which they came."""
        known = list(records)
        over = self.overruled(known)
        return [record for record in known if record.identifier not in over]

    def overruled(self, records: Iterable[SkillRecord]) -> dict[int, datetime.date]:
        """Those of one person's records that do not count, with the day on which each stopped counting.

        One that never did has the day on which it was made.
        """
        known = list(records)
        if len({record.skill for record in known}) == len(known):
            return {}
        by_skill: dict[int, list[SkillRecord]] = defaultdict(list)
        for record in known:
            by_skill[record.skill].append(record)
        return {
            record.identifier: self._stopped(record, rivals)
            for rivals in by_skill.values()
            if len(rivals) > 1
            for record in rivals
            if self._choice(rivals) is not record
        }

    def _stopped(self, record: SkillRecord, rivals: Sequence[SkillRecord]) -> datetime.date:
        for day in sorted({one.assessed_on for one in rivals if one.assessed_on >= record.assessed_on}):
            if self._choice([one for one in rivals if one.assessed_on <= day]) is not record:
                return day
        raise AssertionError("who is overruled stopped counting on some day")

    def _choice(self, rivals: Sequence[SkillRecord]) -> SkillRecord:
        newest = max(one.assessed_on for one in rivals)
        fresh = [one for one in rivals if self.reconfirm_by(one.skill, one.assessed_on) >= newest]
        return min(fresh, key=lambda one: (self.order.index(one.basis), -one.assessed_on.toordinal(), one.identifier))


def later(day: datetime.date, months: int) -> datetime.date:
    """A day some months later; the last of its month where that month is shorter.

    >>> later(datetime.date(2024, 8, 31), 6)
    datetime.date(2025, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def read_periods(file: Path | None = None) -> dict[str, int]:
    """Months by IRI of a concept, and of the framework for all others, from a Turtle file or the shipped one.

    Raises InputError (rule `bad-periods`).
    """
    source = file or folder("ontology") / "reconfirmation" / "periods.ttl"
    try:
        stated = [quad for quad in ox.parse(path=source) if quad.predicate.value == GSE.reconfirmAfter]
        months = {getattr(quad.subject, "value", ""): int(getattr(quad.object, "value", "")) for quad in stated}
    except (OSError, ValueError, SyntaxError) as error:
        raise _bad_periods(source, str(error)) from error
    for iri, count in months.items():
        if not 1 <= count <= _LONGEST:
            raise _bad_periods(source, f"{iri}: {count} months")
    return months


def _bad_periods(source: Path, why: str) -> InputError:
    return InputError(
        f"{source.name} does not say in how many months levels are to be confirmed: {why}.",
        rule="bad-periods",
        remedy=f"Write Turtle: a concept, gse:reconfirmAfter, and whole months from 1 to {_LONGEST}.",
    )
