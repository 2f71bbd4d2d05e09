"""A person as an organisation knows them now."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from gse_skills.vocabulary import Audience, Identifier


@dataclass(frozen=True, slots=True)
class Person:
    """A person's card, as the newest membership gives it."""

    identifier: Identifier
    organisation: str
    """Slug."""
    name: str
    staff_number: str | None = None
    """The organisation's own number, never shown in a view."""
    email: str | None = None
    unit: str | None = None
    grade: str | None = None
    site: str | None = None
    available: bool | None = None
    """None when nobody has said."""
    audience: Audience | None = None
    """None: as the organisation's rules say."""
    role: str | None = None
    """IRI of the person's own role; None when nobody has said."""
    leaves_on: datetime.date | None = None
    """The day from which they will no longer be there, never shown in a view; None when nobody has said."""

    @property
    def availability_flag(self) -> int:
        """0 not known, 1 available, 2 not."""
        return {None: 0, True: 1, False: 2}[self.available]

    @property
    def membership(
        self,
    ) -> tuple[str | None, str | None, str | None, str | None, bool | None, datetime.date | None]:
        """What changes over time: unit, grade, site, own role, availability, the day of leaving."""
        return (self.unit, self.grade, self.site, self.role, self.available, self.leaves_on)
