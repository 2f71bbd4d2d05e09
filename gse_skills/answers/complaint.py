"""Complaints about how personal data is handled."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.complaints import Complaint


class ComplaintBody(Body):
    """A complaint, as whoever handles it sees it."""

    reference: str
    received: datetime.datetime
    organisation: str = Field(description="Slug; empty when it is about the service.")
    text: str
    contact: str
    stage: str = Field(description="`received`, `acknowledged` or `answered`.")
    due: datetime.datetime = Field(description="Until when it must be acknowledged.")
    days_left: int = Field(description="Negative once that has passed.")
    answer: str

    @classmethod
    def of(cls, one: Complaint, now: datetime.datetime) -> Self:
        """A complaint."""
        return cls(
            reference=one.reference,
            received=one.received,
            organisation=one.organisation,
            text=one.text,
            contact=one.contact,
            stage=one.stage,
            due=one.due,
            days_left=one.days_left(now),
            answer=one.answer,
        )


class ComplaintsBody(Body):
    """Complaints, those to be acknowledged first."""

    items: list[ComplaintBody]
