"""What an establishment works in: its groups and teams, how usual each skill is there, and what it calls them."""

from __future__ import annotations

from collections.abc import Mapping

from gse_skills.demo.dice import Dice, totals
from gse_skills.demo.establishment import Establishment, rank
from gse_skills.demo.ground import Ground, Group
from gse_skills.demo.wording import Names, Wording

_CORE = 2
"""Places of its focus that an establishment has asked its people about for certain."""
_UNMAPPED = 0.2
"""Share of the other groups of its focus that it has not got round to."""
_WANE = 0.3
"""How fast teams get smaller, from one place of its focus to the next."""
_HOME, _SECOND, _ELSEWHERE = 0.6, 0.25, 0.07
"""Shares of a person's skills in their own group, in their second, and anywhere; the rest lies near their own."""
_FALL = 0.35
"""How fast skills of a group get less usual, from one to the next."""


class Practice:
    """The practice of one establishment."""

    def __init__(self, establishment: Establishment, ground: Ground, names: Names, seed: int) -> None:
        dice = Dice(seed, establishment.organisation.slug, "practice")
        ranks = {iri: rank(establishment.focus, group) for iri, group in ground.groups.items()}
        order = sorted({place for place in ranks.values() if place is not None})
        asked = {ground.groups[iri]: order.index(place) for iri, place in ranks.items() if place is not None}
        kept = [group for group, place in asked.items() if place < _CORE or not dice.chance(_UNMAPPED)]
        self.groups: dict[str, Group] = {group.iri: group for group in kept}
        """The groups that it works in and has asked its people about, by IRI."""
        self.unmapped: tuple[str, ...] = tuple(group.iri for group in asked if group.iri not in self.groups)
        """IRIs of the groups of its focus that it has asked nobody about: unknown, which is not none."""
        self.teams: dict[str, tuple[str, int]] = {
            group.iri: (
                f"{group.label} {dice.pick(('Team', 'Section', 'Branch'))}",
                dice.below(len(establishment.sites)),
            )
            for group in kept
        }
        """By group the team that works in it, and the position of its site."""
        self.wording: Wording = names.wording(
            dice, [skill for group in kept for skill in group.skills], establishment.words
        )
        self.positions = ground.positions
        self._kept = tuple(kept)
        self._sizes = totals(len(group.skills) / (1 + _WANE * asked[group]) for group in kept)
        self._usual = {group.iri: _usual(group, dice) for group in kept}
        self._near = {group.iri: self._nearest(group) for group in kept}

    def _nearest(self, group: Group) -> tuple[Group, ...]:
        near = [self.groups[iri] for iri in group.near if iri in self.groups]
        return tuple(near or [other for other in self._kept if other is not group] or [group])

    def home(self, dice: Dice) -> Group:
        """The group that a person belongs to."""
        return dice.weigh(self._kept, self._sizes)

    def second(self, dice: Dice, home: Group) -> Group:
        """A group near that one, the nearer the more likely."""
        near = self._near[home.iri]
        return near[int(dice.roll() * dice.roll() * len(near))]

    def skills(self, dice: Dice, home: Group, second: Group, wanted: int) -> dict[str, int]:
        """So many skills, if there are, each with how far from home it lies: 0, 1 or 2."""
        found: dict[str, int] = {}
        away = int(_ELSEWHERE * wanted + dice.roll())
        self._draw(dice, found, home, int(_HOME * wanted + 0.5), 0)
        self._draw(dice, found, second, int(_SECOND * wanted + 0.5), 1)
        for group in dice.order((1 / (1 + place), group) for place, group in enumerate(self._near[home.iri])):
            self._draw(dice, found, group, min(3, wanted - away - len(found)), 1)
        for _ in range(wanted - len(found)):
            self._draw(dice, found, dice.pick(self._kept), 1, 2)
        for group in (home, *self._near[home.iri], *self._kept):
            self._draw(dice, found, group, wanted - len(found), 1)
        return found

    def _draw(self, dice: Dice, found: dict[str, int], group: Group, wanted: int, distance: int) -> None:
        if wanted > 0:
            fresh = [skill for skill in dice.order(self._usual[group.iri]) if skill not in found]
            found.update(dict.fromkeys(fresh[:wanted], distance))


def _usual(group: Group, dice: Dice) -> tuple[tuple[float, str], ...]:
    """The group's skills, each with how usual it is here; the one that hangs on one person is not among them."""
    shared = [(1.0, skill) for skill in group.skills if skill != group.rare]
    return tuple((1 / (1 + _FALL * rank), skill) for rank, skill in enumerate(dice.order(shared)))


def lone_skills(practices: Mapping[str, Practice], seed: int) -> dict[str, dict[str, str]]:
    """By slug of an organisation and IRI of a group, the skill that one person there holds and nobody else."""
    dice = Dice(seed, "lone")
    groups = {group.iri: group for practice in practices.values() for group in practice.groups.values()}
    found: dict[str, dict[str, str]] = {slug: {} for slug in practices}
    for iri in sorted(groups):
        owner = dice.pick([slug for slug, practice in practices.items() if iri in practice.groups])
        if rare := groups[iri].rare:
            found[owner][iri] = rare
    return found
