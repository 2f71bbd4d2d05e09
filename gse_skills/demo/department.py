"""A department of real roles: invented people with what the Digital and Data framework asks of real role levels.

Each person holds one role level, and with it every skill that the role really needs at the level that it really needs.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gse_skills.demo import names
from gse_skills.demo.dice import Dice
from gse_skills.demo.sheets import DemoSheet, write_xlsx
from gse_skills.demo.style import BASES, TODAY, Cell
from gse_skills.errors import InputError
from gse_skills.framework import ONTOLOGY, SKILL_KINDS, Framework, RoleProfile
from gse_skills.framework.words import normalise
from gse_skills.imports.columns import Shape
from gse_skills.imports.mapping import ColumnMapping, Place
from gse_skills.imports.roles import Role
from gse_skills.organisation import Organisation
from gse_skills.vocabulary import Audience, Basis, Level

ORGANISATION = Organisation("digital-roles", "Department for Digital Roles (fictional)", Audience.ALLIANCE)
SCHEME = "ddat"
MOST_PEOPLE = 1_000_000

_COLUMNS: tuple[tuple[str, Role | None], ...] = (
    ("Staff number", Role.PERSON_ID),
    ("Name", Role.NAME),
    ("Email", Role.EMAIL),
    ("Team", Role.UNIT),
    ("Digital and Data role", Role.OWN_ROLE),
    ("Skill", Role.SKILL),
    ("Skill level", Role.LEVEL),
    ("Date assessed", Role.ASSESSED_ON),
    ("Assessed by", Role.BASIS),
)


@dataclass(frozen=True, slots=True)
class Department:
    """The department as it was written, and what an import of it has to give."""

    organisation: Organisation
    sheet: DemoSheet
    holders: Mapping[str, tuple[int, int, int, int]]
    """By IRI of the skill, how many people hold it at each of the four levels, ascending."""

    def at_least(self, skill: str, level: Level) -> int:
        """How many people hold a skill at that level or above."""
        return sum(self.holders.get(skill, (0, 0, 0, 0))[level - 1 :])


def department(
    framework: Framework, folder: Path, people: int = 10_000, seed: int = 2026, today: datetime.date = TODAY
) -> Department:
    """Write the sheet of a department of so many people, one XLSX with a row a person and skill, about nine each.

    Every role level whose skills have levels is held by somebody when there are people enough. Skills go by their
    preferred labels; where one is also the name of another concept, a saved mapping says which is meant.

    Raises InputError: "demo-size", and "no-roles" when the framework does not hold the Digital and Data framework.
    """
    if not 1 <= people <= MOST_PEOPLE:
        remedy = f"Ask for 1 to {MOST_PEOPLE:,}."
        raise InputError(f"No department has {people:,} people.", rule="demo-size", remedy=remedy)
    staff = _Staff(framework, people, seed, today)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "role-skills.xlsx"
    write_xlsx(path, staff.rows(), today)
    holders = staff.holders()
    records = sum(map(sum, holders.values()))
    mapping = _mapping(framework, holders, folder / "role-skills.mapping.json")
    sheet = DemoSheet(ORGANISATION.slug, path, True, today, Basis.MANAGER, people, records, 0, mapping)
    return Department(ORGANISATION, sheet, holders)


class _Staff:
    """The people of the department; what is remembered of them is how many hold each role."""

    def __init__(self, framework: Framework, people: int, seed: int, today: datetime.date) -> None:
        self._framework = framework
        self._people = people
        self._dice = Dice(seed, ORGANISATION.slug)
        self._today = today
        self._roles = self._dice.order((1.0, role) for role in _roles(framework))
        self._held: Counter[int] = Counter()

    def rows(self) -> Iterator[Sequence[Cell]]:
        """The headings, then a row a person and skill."""
        dice = self._dice
        needs = [self._needs(role) for role in self._roles]
        yield [heading for heading, _ in _COLUMNS]
        for place, name in zip(range(self._people), names.people(dice), strict=False):
            role = place if place < len(self._roles) else dice.below(len(self._roles))
            self._held[role] += 1
            title, team, skills = needs[role]
            person = (f"DR{10_000 + place}", name, names.mailbox(name, ORGANISATION.slug), team, title)
            review = dice.below(3 * 365)
            basis = BASES[dice.pick(tuple(Basis))]
            for label, level in skills:
                day = self._today - datetime.timedelta(days=review + dice.below(90))
                yield (*person, label, level, day, basis)

    def _needs(self, role: RoleProfile) -> tuple[str, str, list[tuple[str, str]]]:
        """Title, team, and the skills with their levels in words."""
        above = [self._framework.concept(iri) for iri in self._framework.ancestors(role.iri)]
        team = next(concept.pref_label for concept in above if not concept.broader)
        needs = [
            (self._framework.concept(need.skill).pref_label, need.level.label)
            for need in role.requirements
            if need.level
        ]
        return role.label, team, needs

    def holders(self) -> dict[str, tuple[int, int, int, int]]:
        """How many people hold each skill at each level, once the rows are written."""
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for place, held in self._held.items():
            for need in self._roles[place].requirements:
                if need.level:
                    counts[need.skill][need.level - 1] += held
        return {skill: (one, two, three, four) for skill, (one, two, three, four) in sorted(counts.items())}


def _roles(framework: Framework) -> list[RoleProfile]:
    found = [
        role
        for role in framework.roles.values()
        if role.scheme == SCHEME and any(need.level for need in role.requirements)
    ]
    if not found:
        raise InputError(
            "The framework holds no role levels of the Digital and Data framework.",
            rule="no-roles",
            remedy="Load it with “gse-skills framework load”.",
        )
    return found


def _mapping(framework: Framework, skills: Mapping[str, object], path: Path) -> Path | None:
    """A saved mapping for the preferred labels that name other concepts as well, or None when there are none."""
    shared: Counter[str] = Counter()
    for concept in framework.concepts:
        if concept.scheme != ONTOLOGY and concept.kind in SKILL_KINDS:
            labels = (concept.notation or "", concept.pref_label, *concept.alt_labels, *concept.hidden_labels)
            others = (label.text for label in concept.other_labels)
            shared.update({normalise(label) for label in (*labels, *others)})
    wanted = {framework.concept(skill).pref_label: skill for skill in skills}
    phrases = {label: skill for label, skill in sorted(wanted.items()) if shared[normalise(label)] > 1}
    if not phrases:
        return None
    columns = {role: Place(heading) for heading, role in _COLUMNS if role}
    ColumnMapping(Shape.LONG, columns, phrases=phrases).save(path)
    return path
