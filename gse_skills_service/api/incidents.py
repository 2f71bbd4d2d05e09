"""Incidents: opened by a duty officer, answered by those who are called, known of in the alliance."""

from __future__ import annotations

import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from gse_skills.answers import CalledBody, IncidentBody, IncidentsBody
from gse_skills.callout import Opening, call, close_incident, open_incident
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Incidents"])

_CHANGED = problems(400, 403, 404, 409, 413, 503, 507)
DryRun = Annotated[bool, Query(description="Only say what it would do.")]
Identifier = Annotated[str, Path(description="`id` of an incident.", max_length=64, examples=["3f9a1c20b4d5e6f7"])]


class NewIncident(BaseModel):
    """An incident to open."""

    purpose: str = Field(
        max_length=1_000,
        examples=["Outbreak in a harbour"],
        description="Why, in one line; everybody who is looked at can read it.",
    )
    reference: str = Field(
        max_length=1_000, examples=["INC-7"], description="The number that the emergency has elsewhere."
    )
    hours: float = Field(gt=0, le=10_000, examples=[8], description="How long it goes on; it cannot be prolonged.")
    organisation: str | None = Field(
        None, max_length=100, description="In whose name; your own organisation when you leave it out."
    )
    drill: bool = Field(False, description="Everything as in earnest, but that nobody sees more by it.")
    calls: list[Annotated[str, Field(max_length=300)]] = Field(
        default_factory=list, max_length=100, description="Whom to call at once, each by the name they sign in with."
    )


class NewResponder(BaseModel):
    """Somebody to call to an incident."""

    name: str = Field(
        max_length=300,
        examples=["ann.alder@larkmoor.example"],
        description="The mail address with which they sign in, or ISSUER|SUBJECT.",
    )
    organisation: str | None = Field(
        None, max_length=100, description="In whose name they respond; that of the incident when you leave it out."
    )


@router.get("/incidents", response_model=IncidentsBody, responses=problems(403), summary="Incidents")
def list_incidents(request: Request, register: Registered, access: Allowed) -> Response:
    """The incidents that you may know of, the newest first.

    Whoever belongs to an organisation of the alliance: those that are open, since their records may be looked at.
    Stewards and duty officers: those that are over too. Who was called, its own duty officers alone.
    """
    return answer(request, IncidentsBody.of(register, access))


@router.post(
    "/incidents",
    response_model=IncidentBody,
    responses=_CHANGED,
    dependencies=[Depends(require_recent_sign_in)],
    summary="Open an incident",
)
def post_incident(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    asked: NewIncident,
    dry_run: DryRun = False,
) -> Response:
    """Open an incident as a duty officer. Stewards of every organisation are told at once, and at its end.

    Those who are called see the records kept for emergencies while it goes on, and everything they look at is logged
    with it.
    """
    opening = Opening(
        asked.organisation or access.home or "",
        asked.purpose,
        asked.reference,
        datetime.timedelta(hours=asked.hours),
        asked.drill,
        tuple(asked.calls),
    )
    opened = open_incident(register, access, witness, opening, dry_run=dry_run)
    return answer(request, IncidentBody.of(opened, register, access))


@router.post(
    "/incidents/{identifier}/close", response_model=IncidentBody, responses=_CHANGED, summary="Close an incident"
)
def post_close(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Identifier,
    dry_run: DryRun = False,
) -> Response:
    """Close an incident before its end, as a duty officer of its organisation: responders see no more at once."""
    closed = close_incident(register, access, witness, identifier, dry_run=dry_run)
    return answer(request, IncidentBody.of(closed, register, access))


@router.post(
    "/incidents/{identifier}/responders",
    response_model=CalledBody,
    responses=_CHANGED,
    dependencies=[Depends(require_recent_sign_in)],
    summary="Call somebody to an incident",
)
def post_responder(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Identifier,
    asked: NewResponder,
    dry_run: DryRun = False,
) -> Response:
    """Let somebody respond to an incident, as a duty officer of its organisation.

    It is worth something to whoever may act for the organisation otherwise, at the time when they come; the answer is
    the same for whoever may not, since that may rest on records which you do not see.
    """
    found = call(register, access, witness, identifier, asked.name, asked.organisation, dry_run=dry_run)
    return answer(request, CalledBody.of(found))
