"""Which opportunities close a person's gaps: those that develop what is missing, in a fixed order."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from gse_skills.framework import Framework
from gse_skills.opportunity.finding import Offered, related
from gse_skills.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Need:
    """A skill in which somebody wants to reach a level."""

    skill: str
    """IRI."""
    needed: Level
    held: Level | None = None
    """None for somebody of whom nothing is known."""

    @property
    def is_met(self) -> bool:
        """Whether nothing is missing."""
        return self.held is not None and self.held >= self.needed


@dataclass(frozen=True, slots=True)
class Match:
    """An opportunity that develops what somebody needs."""

    offered: Offered
    need: Need
    reaches: Level
    """The level to which it leads."""
    ready: bool
    """The person brings along the level that it asks for."""
    in_time: bool
    """It ends by the day by which the level is needed."""
    near: bool
    """It is at the person's place, or one takes part from elsewhere."""
    closeness: int
    """0 for the skill itself, 1 for something narrower, 2 for something broader."""

    @property
    def closes(self) -> bool:
        """Whether it leads to the level that is needed."""
        return self.reaches >= self.need.needed


def match(
    needs: Iterable[Need],
    offered: Iterable[Offered],
    framework: Framework,
    *,
    by: datetime.date | None = None,
    place: str = "",
) -> tuple[Match, ...]:
    """The opportunities with a free place that develop something missing, each with the need that it serves best.

    First those for which the levels fit, then what ends `by` that day, then what is at `place`, then the closest skill,
    the soonest start, and the identifier, so that the same question always has the same order.
    """
    missing = {need.skill: need for need in needs if not need.is_met}
    near = {skill: related(skill, framework) for skill in sorted(missing)}
    found = []
    for one in offered:
        fits = [each for skill, need in missing.items() for each in _fits(one, need, near[skill], by, place)]
        if fits and one.free:
            found.append(min(fits, key=_rank))
    return tuple(sorted(found, key=_rank))


def _fits(one: Offered, need: Need, near: dict[str, int], by: datetime.date | None, place: str) -> Iterable[Match]:
    opportunity = one.opportunity
    here = opportunity.remote or (bool(place) and opportunity.site.casefold() == place.strip().casefold())
    for aim in opportunity.aims:
        if aim.skill in near and aim.level > (need.held or 0):
            yield Match(
                one,
                need,
                aim.level,
                aim.from_level is None or (need.held or 0) >= aim.from_level,
                by is None or opportunity.ends <= by,
                here,
                near[aim.skill],
            )


def _rank(one: Match) -> tuple[object, ...]:
    opportunity = one.offered.opportunity
    return (
        not (one.ready and one.closes),
        not one.ready,
        not one.closes,
        not one.in_time,
        not one.near,
        one.closeness,
        opportunity.starts,
        opportunity.identifier,
        one.need.skill,
    )
