"""What an import changes as before and after, by person and by skill: gathered while it is planned, within bounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gse_skills.records import Person, SkillRecord
from gse_skills.vocabulary import Basis, Level

_MOST = 500


@dataclass(slots=True)
class Tally:
    """How many records of a person or a skill begin, change, end and stay."""

    new: int = 0
    changed: int = 0
    ended: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One record before and after."""

    person: int
    skill: int
    """Number in the framework."""
    basis: Basis
    before: Level | None
    """None for one that is new."""
    after: Level | None
    """None for one that ends."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody whom the organisation did not know."""

    name: str
    records: int
    """With how many they begin."""


@dataclass(slots=True)
class Changes:
    """The first changes, and how many there are in all."""

    total: Tally = field(default_factory=Tally)
    people: dict[int, tuple[str, Tally]] = field(default_factory=dict)
    """The first people of whom something changes, with their names."""
    more_people: int = 0
    """People of whom something changes, besides."""
    newcomers: list[Newcomer] = field(default_factory=list)
    """The first of those who are new."""
    skills: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))
    """By number of the skill, all of them."""
    lines: list[LevelChange] = field(default_factory=list)

    def person(
        self,
        person: Person,
        kept: Sequence[SkillRecord],
        begun: Sequence[SkillRecord],
        ended: Sequence[SkillRecord],
        *,
        new: bool = False,
    ) -> None:
        """Take in what becomes of one person's records; `new` says that the organisation did not know them."""
        if new and len(self.newcomers) < _MOST:
            self.newcomers.append(Newcomer(person.name, len(begun)))
        tally = Tally(same=len(kept))
        before = {(one.skill, one.basis): one.level for one in ended}
        after = {(one.skill, one.basis): one.level for one in begun}
        for place in {**before, **after}:
            line = LevelChange(person.identifier.value, *place, before.get(place), after.get(place))
            self._count(line, tally)
        for record in kept:
            self.skills[record.skill].same += 1
        _add(self.total, tally)
        if not before and not after:
            return
        if len(self.people) < _MOST:
            self.people[person.identifier.value] = person.name, tally
        else:
            self.more_people += 1

    def _count(self, line: LevelChange, tally: Tally) -> None:
        for one in (tally, self.skills[line.skill]):
            if line.before is None:
                one.new += 1
            elif line.after is None:
                one.ended += 1
            else:
                one.changed += 1
        if len(self.lines) < _MOST:
            self.lines.append(line)

    def names(self) -> dict[int, str]:
        """The names of the people in `lines`, by identifier."""
        return {identifier: name for identifier, (name, _) in self.people.items()}


def _add(total: Tally, one: Tally) -> None:
    total.new += one.new
    total.changed += one.changed
    total.ended += one.ended
    total.same += one.same


def changed_first(tallies: Iterable[tuple[int, Tally]]) -> list[tuple[int, Tally]]:
    """Those of which something changes, the most first."""
    found = [(key, one) for key, one in tallies if one.new or one.changed or one.ended]
    return sorted(found, key=lambda pair: (-(pair[1].new + pair[1].changed + pair[1].ended), pair[0]))
