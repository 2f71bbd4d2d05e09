"""The invented alliance: laboratories and departments that do not exist, their people, and the sheets they keep."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gse_skills.demo.career import Career, careers
from gse_skills.demo.establishment import Establishment
from gse_skills.demo.ground import Ground
from gse_skills.demo.practice import Practice, lone_skills
from gse_skills.demo.roster import establishments
from gse_skills.demo.sheets import DemoSheet, write_sheet
from gse_skills.demo.style import TODAY
from gse_skills.demo.wording import Names
from gse_skills.errors import InputError
from gse_skills.framework import Framework
from gse_skills.organisation import Organisation

MOST_PEOPLE = 1_000_000
MOST_ORGANISATIONS = 1_000


@dataclass(frozen=True, slots=True)
class Alliance:
    """An invented alliance; its people are made as they are asked for, and always the same."""

    establishments: tuple[Establishment, ...]
    practices: Mapping[str, Practice]
    """What each works in, by the slug of its organisation."""
    lone: Mapping[str, Mapping[str, str]]
    """By the slug, and by IRI of the group, the skill that one person there holds and nobody else in the alliance."""
    seed: int
    today: datetime.date

    @property
    def organisations(self) -> tuple[Organisation, ...]:
        """The organisations, the largest of the first eight first."""
        return tuple(establishment.organisation for establishment in self.establishments)

    def careers(self, organisation: str) -> Iterator[Career]:
        """The people of the organisation with that slug; raises KeyError when there is none."""
        establishment = next((one for one in self.establishments if one.organisation.slug == organisation), None)
        if establishment is None:
            raise KeyError(organisation)
        return careers(establishment, self.practices[organisation], self.lone[organisation], self.seed)

    def sheets(self, folder: Path) -> Iterator[DemoSheet]:
        """Write every sheet under `folder`, in a folder for each organisation, and yield each when it is written.

        An organisation's earlier sheet comes before its newer one, as it has to be imported.
        """
        for establishment in self.establishments:
            slug = establishment.organisation.slug
            home = folder / slug
            home.mkdir(parents=True, exist_ok=True)
            for style in establishment.sheets:
                day = self.today - datetime.timedelta(days=style.age)
                path = home / style.file.format(day=day)
                yield write_sheet(path, style, establishment, self.practices[slug], self.careers(slug), self.today)


def alliance(
    framework: Framework,
    people: int = 2500,
    organisations: int = 8,
    seed: int = 2026,
    today: datetime.date = TODAY,
) -> Alliance:
    """An alliance of so many people with about twelve skill records each, drawn from our own framework's skills.

    The same arguments give the same people and the same bytes. Raises InputError: "demo-size" for numbers that make
    no alliance, "no-skills" for a framework without groups of skills.
    """
    if not (1 <= organisations <= MOST_ORGANISATIONS and organisations <= people <= MOST_PEOPLE):
        message = f"There can be no alliance of {people:,} people in {organisations:,} organisations."
        remedy = f"Ask for 1 to {MOST_ORGANISATIONS:,} organisations and {MOST_PEOPLE:,} people at most."
        raise InputError(message, rule="demo-size", remedy=remedy)
    ground, names = Ground.of(framework), Names(framework)
    chosen = establishments(people, organisations, ground)
    practices = {one.organisation.slug: Practice(one, ground, names, seed) for one in chosen}
    return Alliance(chosen, practices, lone_skills(practices, seed), seed, today)
