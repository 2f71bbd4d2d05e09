"""Units and days side by side: the same question of several units, or of several days, or of both."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from gse_skills.capability.ask import Capability, CapabilityQuestion
from gse_skills.errors import InputError, NotFoundError

MOST_SIDES = 12
"""More stand side by side on no screen."""


@dataclass(frozen=True, slots=True)
class ComparisonQuestion:
    """How do units or days of an organisation compare?"""

    organisation: str
    """Slug."""
    concept: str | None = None
    """Notation, IRI or label; None for all of the framework."""
    units: tuple[str, ...] = ()
    """Each with those below it, as the organisation writes it; the empty one is the whole organisation, as is none."""
    days: tuple[datetime.date, ...] = ()
    """Today, or the day of `known_at`, where there is none."""
    known_at: datetime.date | None = None
    """As known at the end of that day; None for as known now."""

    def sides(self) -> tuple[CapabilityQuestion, ...]:
        """What is asked of each side: unit by unit in the order given, of each its days.

        >>> question = ComparisonQuestion("larkmoor", units=("Serology", ""))
        >>> [one.unit for one in question.sides()]
        ['Serology', None]

        Raises InputError (rule `too-many-sides`).
        """
        units, days = tuple(dict.fromkeys(self.units)) or ("",), tuple(dict.fromkeys(self.days)) or (None,)
        if len(units) * len(days) > MOST_SIDES:
            raise InputError(
                f"{len(units)} units on {len(days)} days are {len(units) * len(days)} sides.",
                rule="too-many-sides",
                remedy=f"Compare at most {MOST_SIDES} at once.",
            )
        return tuple(
            CapabilityQuestion(self.organisation, unit or None, self.concept, day, known_at=self.known_at)
            for unit, day in product(units, days)
        )


@dataclass(frozen=True, slots=True)
class Side:
    """A unit, or the whole organisation, on a day."""

    question: CapabilityQuestion
    found: Capability | None
    """None where nobody is known to have been in the unit on that day, as before the first sheet that names it."""


def compare(question: ComparisonQuestion, ask: Callable[[CapabilityQuestion], Capability]) -> tuple[Side, ...]:
    """The sides, each with the answer that `ask` gives; of every unit there is one on some day.

    Raises what `ask` raises, InputError (`too-many-sides`), and NotFoundError (`unknown-unit`) for a unit in which
    nobody is on any of the days.
    """
    sides, missing = [], {}
    for side in question.sides():
        try:
            sides.append(Side(side, ask(side)))
        except NotFoundError as error:
            if error.rule != "unknown-unit":
                raise
            sides.append(Side(side, None))
            missing[side.unit] = error
    for unit, unknown in missing.items():
        if not any(side.found for side in sides if side.question.unit == unit):
            raise unknown
    return tuple(sides)
