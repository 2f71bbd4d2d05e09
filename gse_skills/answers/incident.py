"""Incidents, and who was called to them."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field

from gse_skills.access import Access, Incident
from gse_skills.answers.body import Body
from gse_skills.callout import Called, called, incidents_seen
from gse_skills.register import Register


class CalledBody(Body):
    """Somebody who was called to an incident."""

    name: str = Field(description="The mail address, or ISSUER|SUBJECT, by which they sign in.")
    caller: str = Field(description="As whom they may act while the incident goes on.")

    @classmethod
    def of(cls, one: Called) -> Self:
        """Somebody who was called."""
        return cls(name=one.name, caller=str(one.caller))


class IncidentBody(Body):
    """An incident."""

    id: str = Field(description="Sixteen hexadecimal digits; with `dry_run` of no incident that there is.")
    organisation: str
    purpose: str
    reference: str
    opened: datetime.datetime
    ends: datetime.datetime
    closed: datetime.datetime | None = Field(description="When it was closed before its end.")
    drill: bool = Field(description="Nobody sees more by it.")
    open: bool
    responders: list[CalledBody] | None = Field(
        description="Who was called and is not dismissed; null for whoever is no duty officer of its organisation."
    )

    @classmethod
    def of(cls, incident: Incident, register: Register, access: Access) -> Self:
        """An incident as a caller may know of it."""
        responders = called(register, access, incident)
        return cls(
            id=incident.identifier,
            organisation=incident.organisation,
            purpose=incident.purpose,
            reference=incident.reference,
            opened=incident.opened,
            ends=incident.ends,
            closed=incident.closed,
            drill=incident.drill,
            open=incident.open_at(datetime.datetime.now(datetime.UTC)),
            responders=None if responders is None else [CalledBody.of(one) for one in responders],
        )


class IncidentsBody(Body):
    """The incidents that a caller may know of, the newest first."""

    items: list[IncidentBody]

    @classmethod
    def of(cls, register: Register, access: Access) -> Self:
        """The incidents; raises RefusedError (rule `not-of-alliance`)."""
        return cls(items=[IncidentBody.of(one, register, access) for one in incidents_seen(register, access)])
