"""A concept's life, as a chain of differences tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gse_skills.framework.difference.change import Change, Difference, Release
from gse_skills.framework.difference.wording import sentence


@dataclass(frozen=True, slots=True)
class Event:
    """One change in the life of a concept, and the release that brought it."""

    release: Release
    change: Change

    def __str__(self) -> str:
        return sentence(self.change)


def timeline(iri: str, differences: Iterable[Difference]) -> tuple[Event, ...]:
    """The changes of the concept with that IRI, in the order of `differences`, which is that of the releases.

    Empty when none of them changed it.
    """
    found = ((difference.new, difference.revision(iri)) for difference in differences)
    return tuple(Event(release, change) for release, one in found if one for change in one.changes)
