"""What a sheet says: who a person is, and at what level they hold a skill, in the sheet's own words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from gse_skills.vocabulary import Audience, Basis, Level


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person as the first row that names them gives them; None where the sheet says nothing."""

    key: str
    """What tells people of one sheet apart: `staff:`, `email:` or `name:` and the normalised value."""
    identifier: str | None
    """Staff number as the sheet writes it."""
    name: str
    """Empty when the sheet gives none."""
    email: str | None = None
    unit: str | None = None
    grade: str | None = None
    site: str | None = None
    available: bool | None = None
    row: int = 0
    """The row, as the spreadsheet numbers it."""
    role: str | None = None
    """The person's own role, as the sheet writes it; its IRI once it has been looked up."""
    leaves_on: str | None = None
    """The day on which they leave, as the sheet writes it; in ISO 8601, or `leaving.STAYS`, once it has been read."""


class Assertion(NamedTuple):
    """One statement of the sheet. A tuple, since a sheet holds millions and a frozen class costs four times as much."""

    row: int
    """As the spreadsheet numbers it, from 1."""
    column: int
    """The column of the level, from 0."""
    person_key: str
    phrase: str
    """The skill in the sheet's own words."""
    level: Level | None
    """None when the sheet says that the skill is not held."""
    assessed_on: datetime.date | None
    """None when neither sheet nor defaults give a date."""
    basis: Basis | None
    """None when neither sheet, mapping nor defaults give one."""
    audience: Audience | None
    """None when the sheet does not say: the organisation's rules apply."""
