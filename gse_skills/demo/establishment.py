"""What an invented establishment is like: what it works in, how it judges its people, and the sheets that it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gse_skills.demo.ground import Group
from gse_skills.demo.style import Style
from gse_skills.organisation import Organisation

Grades = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Establishment:
    """An invented laboratory or department."""

    organisation: Organisation
    focus: tuple[str, ...]
    """What it works in, the most important first: notations of groups and domains, and words that the label of a domain
    may hold, in lower case, so that it finds its place in a framework that grows."""
    share: float
    """Its part of the alliance's people, against those of the others."""
    grades: Grades
    """For each of five steps of seniority, the grades there."""
    bases: tuple[float, float, float, float]
    """How often its levels are judged by the person, a peer, the manager, an accredited body."""
    words: tuple[float, float, float]
    """How often it names a skill by an alternative label, the preferred one, the notation."""
    sites: tuple[str, ...]
    number: str
    """What its staff numbers begin with; digits alone make them numbers."""
    sheets: tuple[Style, ...]
    people: int = 0
    """How many people it has today."""

    @property
    def age(self) -> int:
        """Days from its newest sheet to today."""
        return min(style.age for style in self.sheets)

    @property
    def earlier(self) -> int | None:
        """Days from an earlier sheet of everybody to today, if it keeps one."""
        return max((style.age for style in self.sheets if style.full and style.age > self.age), default=None)

    @property
    def states_audience(self) -> bool:
        """Whether a sheet of its says how far a record may reach."""
        return any(field == "audience" for style in self.sheets for _, field in style.columns)


def rank(focus: Sequence[str], group: Group) -> int | None:
    """The place in `focus` of the first entry that names the group or its domain, or None."""
    label = group.domain.label.lower()
    named = (group.notation, group.domain.notation)
    return next((place for place, entry in enumerate(focus) if entry in named or holds(label, entry)), None)


def holds(label: str, entry: str) -> bool:
    """Whether an entry of a focus is a word that the label of a domain, in lower case, holds."""
    return entry.islower() and entry in label
