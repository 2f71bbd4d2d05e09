"""The audit log, as far as it concerns the reader."""

from __future__ import annotations

import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from gse_skills import audit
from gse_skills.access.policy import AuditScope, audit_scope
from gse_skills.answers import AnchorBody, AuditBody, AuditEntryBody
from gse_skills.audit import Action, Narrowing, Page, Witness
from gse_skills.errors import RefusedError
from gse_skills.register import Register
from gse_skills_service.api.answering import Day, answer, problems
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Audit"])


@router.get(
    "/audit", response_model=AuditBody, responses=problems(400, 403, 503), summary="Who looked, and what was changed"
)
def get_audit(
    request: Request,
    register: Registered,
    witness: Witnessed,
    since: Annotated[Day | None, Query(description="From this day on (UTC).")] = None,
    until: Annotated[Day | None, Query(description="Up to this day (UTC).")] = None,
    org: Annotated[str, Query(description="What concerns this organisation, by slug.", max_length=200)] = "",
    person: Annotated[
        str, Query(description="What tells of this person: the sixteen digits of the IRI.", pattern="^([0-9a-f]{16})?$")
    ] = "",
    action: Annotated[Action | None, Query(description="Only this.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.", max_length=64)] = None,
) -> Response:
    """Entries of the audit log that concern you, the newest first; that you read them is told there too.

    A person reads of the looks at themself; a steward what tells of their organisation's people and data; an
    administrator of sign-ins, permissions, tokens, backups and refusals, and of nobody's record.
    """
    asked = Narrowing(*moments(since, until), org, person, action)
    page = read_part(register, witness, asked, limit, cursor)
    body = AuditBody(items=list(map(AuditEntryBody.of, page.items)), next_cursor=page.next_cursor)
    response = answer(request, body)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/audit/anchor", response_model=AnchorBody, responses=problems(403), summary="The anchor of the audit log")
def get_anchor(request: Request, register: Registered, access: Allowed) -> Response:
    """Number and hash of the last entry, for somebody else to keep: `gse-skills audit verify --anchor` asks for it.

    For administrators alone, since the number tells how much is told of others.
    """
    access.require_administrator()
    response = answer(request, AnchorBody(anchor=str(register.audit.anchor)))
    response.headers["Cache-Control"] = "no-store"
    return response


def part_of(witness: Witness) -> AuditScope:
    """The part of the log that a caller may read; raises RefusedError (rule `no-audit-part`) where there is none."""
    scope = audit_scope(witness.access)
    if scope == AuditScope():
        raise RefusedError(
            "No part of the audit log is yours to read.",
            rule="no-audit-part",
            remedy="Sign in as the person of whom it tells, as a steward, or as the administrator.",
        )
    return scope


def read_part(register: Register, witness: Witness, asked: Narrowing, limit: int, cursor: str | None) -> Page:
    """A page of the caller's part; raises RefusedError (`no-audit-part`) and InputError (`bad-cursor`)."""
    scope = part_of(witness)
    witness.told(Action.READ_AUDIT)
    return audit.read_page(register.folder.audit, scope, asked, limit, cursor)


def moments(
    since: datetime.date | None, until: datetime.date | None
) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """The first and the last moment of those days."""
    first = None if since is None else datetime.datetime.combine(since, datetime.time.min, datetime.UTC)
    return first, None if until is None else datetime.datetime.combine(until, datetime.time.max, datetime.UTC)
