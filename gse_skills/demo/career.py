"""Coherent careers: people who know their own field best, some of the next one, and more of both as they rise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gse_skills.demo import names
from gse_skills.demo.dice import Dice, totals
from gse_skills.demo.establishment import Establishment
from gse_skills.demo.ground import Group
from gse_skills.demo.practice import Practice
from gse_skills.vocabulary import Audience, Basis, Level

OLDEST = 4 * 365
"""Days to the oldest assessment."""

_STEPS = (0, 1, 2, 3, 4)
_PYRAMID = totals((0.18, 0.30, 0.27, 0.17, 0.08))
_SKILLS = (7, 10, 13, 16, 18)
"""Skills at each step of seniority, give or take two; 12 on average over the pyramid."""
_SENIOR = 2
_RISE, _FALL, _SPREAD = 0.7, 0.8, 1.2
"""Levels gained with a step of seniority, lost with a step away from home, and the width of chance."""
_LEFT, _JOINED, _ENDED, _RAISED = 0.03, 0.05, 0.05, 0.6
"""Between two sheets: people who left and joined; records that ended, and of the newer ones those that were raised."""
_OTHER_WORD, _STRAY, _STATED = 0.25, 0.07, 0.03
_AUDIENCES = (Audience.PUBLIC, Audience.PUBLIC, Audience.PRIVATE, Audience.EMERGENCY)


class Held(NamedTuple):
    """One skill of a person, on the establishment's newest sheet and on its earlier one if it keeps one."""

    skill: str | None
    """IRI, or None for a phrase that is not in the framework."""
    phrase: str
    level: Level | None
    """None when the newest sheet no longer has it."""
    age: int
    """Days from the assessment to today."""
    basis: Basis
    audience: Audience | None
    before: Level | None
    """The level on the earlier sheet; None when that has not got it yet."""
    age_before: int


@dataclass(frozen=True, slots=True)
class Career:
    """A person of the invented alliance."""

    number: str | int | None
    name: str
    email: str
    unit: str
    grade: str
    seniority: int
    """0 to 4."""
    site: int
    """Position of the site in its establishment's."""
    available: bool | None
    home: Group
    second: Group
    held: tuple[Held, ...]
    role: str
    """What their role is called; empty where none of the framework fits."""


def careers(establishment: Establishment, practice: Practice, lone: Mapping[str, str], seed: int) -> Iterator[Career]:
    """The establishment's people, always the same ones in the same order, made as they are asked for.

    `lone` are the skills that one of them holds alone, by IRI of the group: the first senior person who works in it.
    Those who have left since its earlier sheet, if it keeps one, come last and in addition to its people.
    """
    leavers = round(_LEFT * establishment.people) if establishment.earlier else 0
    named = names.people(Dice(seed, establishment.organisation.slug, "names"))
    maker = _Maker(establishment, practice, lone, Dice(seed, establishment.organisation.slug, "people"))
    for place, name in zip(range(establishment.people + leavers), named, strict=False):
        yield maker.career(place, name)


class _Maker:
    def __init__(self, establishment: Establishment, practice: Practice, lone: Mapping[str, str], dice: Dice) -> None:
        self._establishment = establishment
        self._practice = practice
        self._dice = dice
        self._lone = dict(lone)
        self._bases = totals(establishment.bases)
        self._newest, self._earlier = establishment.age, establishment.earlier
        self._states_audience = establishment.states_audience

    def career(self, place: int, name: str) -> Career:
        dice, practice, establishment = self._dice, self._practice, self._establishment
        seniority = dice.weigh(_STEPS, _PYRAMID)
        home = practice.home(dice)
        second = practice.second(dice, home)
        unit, site = practice.teams[home.iri]
        grade = dice.pick(establishment.grades[seniority])
        available = None if dice.chance(0.2) else dice.chance(0.7)
        held = tuple(self._held(place, home, second, seniority))
        levels = {one.skill: int(one.level or one.before or 0) for one in held if one.skill}
        return Career(
            number=_number(establishment.number, place),
            name=name,
            email=names.mailbox(name, establishment.organisation.slug),
            unit=unit,
            grade=grade,
            seniority=seniority,
            site=site,
            available=available,
            home=home,
            second=second,
            held=held,
            role=practice.positions.best(levels, seniority),
        )

    def _held(self, place: int, home: Group, second: Group, seniority: int) -> Iterator[Held]:
        dice, wording = self._dice, self._practice.wording
        stays = place < self._establishment.people
        joined = stays and dice.chance(_JOINED)
        review = self._newest + dice.below(365)
        if stays and seniority >= _SENIOR and (lone := self._take_lone(place, home, second)):
            level = max(Level.PRACTITIONER, _level(dice, seniority, -1))
            yield self._said(lone, wording.phrases[lone][0], level, review, joined, False)
        for skill, distance in self._practice.skills(dice, home, second, self._wanted(seniority)).items():
            phrases = wording.phrases[skill]
            phrase = phrases[-1] if dice.chance(_OTHER_WORD) else phrases[0]
            ended = not stays or (not joined and dice.chance(_ENDED))
            yield self._said(skill, phrase, _level(dice, seniority, distance), review, joined, ended)
        if dice.chance(_STRAY):
            yield self._said(None, dice.pick(wording.strays), _level(dice, seniority, 1), review, joined, not stays)

    def _take_lone(self, place: int, home: Group, second: Group) -> str | None:
        """A skill that waits for its only holder: of the person's groups, or of any once half the people are done."""
        own = [iri for iri in (home.iri, second.iri) if iri in self._lone]
        late = list(self._lone) if 2 * place >= self._establishment.people else []
        return self._lone.pop((own or late)[0]) if own or late else None

    def _wanted(self, seniority: int) -> int:
        """How many skills; where some of them will have ended, as many more."""
        wanted = _SKILLS[seniority] + self._dice.below(5) - 2
        return int(wanted * (1 + _ENDED) + self._dice.roll()) if self._earlier else wanted

    def _said(self, skill: str | None, phrase: str, level: Level, review: int, joined: bool, ended: bool) -> Held:
        """What the sheets say; `review` is how many days ago the person's last review was."""
        dice = self._dice
        age = review + 365 * int(4 * dice.roll() * dice.roll())
        age -= 365 if age > OLDEST else 0
        basis = dice.weigh(_BASES, self._bases)
        audience = dice.pick(_AUDIENCES) if self._states_audience and dice.chance(_STATED) else None
        if self._earlier is None:
            return Held(skill, phrase, level, age, basis, audience, None, age)
        before, age_before = _before(dice, level, age, self._earlier)
        if ended:
            return Held(skill, phrase, None, age, basis, audience, before or level, age_before)
        return Held(skill, phrase, level, age, basis, audience, None if joined else before, age_before)


_BASES: tuple[Basis, ...] = tuple(Basis)
_LEVELS: tuple[Level, ...] = tuple(Level)


def _level(dice: Dice, seniority: int, distance: int) -> Level:
    """The level of a skill so many steps from home."""
    middle = 1 + _RISE * seniority - _FALL * distance
    reached = int(middle + _SPREAD * (dice.roll() + dice.roll() - 1) + 0.5)
    return _LEVELS[min(max(reached, 1), 4) - 1]


def _before(dice: Dice, level: Level, age: int, earlier: int) -> tuple[Level | None, int]:
    """What an earlier sheet said: the same if the assessment is older than it, else a lower level or nothing yet."""
    if age >= earlier:
        return level, age
    older = age + 365 * -((age - earlier) // 365)
    return (Level(max(level - 1, 1)) if dice.chance(_RAISED) else None), older


def _number(prefix: str, place: int) -> str | int | None:
    """A staff number, or none; a prefix of digits gives a whole number.

    >>> _number("LK", 2), _number("7", 2), _number("", 2)
    ('LK010006', 7010006, None)
    """
    digits = f"{prefix}{10_000 + 3 * place:06d}"
    return (int(digits) if prefix.isdigit() else digits) if prefix else None
