"""The desk: what whoever is looking has to see to, and what is theirs alone; one place for what the bar cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from gse_skills.access import Access
from gse_skills.access.policy import AuditScope, audit_scope
from gse_skills.complaints import Stage
from gse_skills.dossier import read_requests
from gse_skills.register import Register
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.callers import in_words
from gse_skills_service.pages.frame import Link
from gse_skills_service.pages.kit import AUDIT, DESK
from gse_skills_service.pages.notices import INCIDENTS
from gse_skills_service.pages.views import Desk, Task

router = APIRouter(include_in_schema=False)


@router.get(DESK)
def desk(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """What the caller has to see to; for whoever has nothing, what they would have to be."""
    view = Desk(in_words(access.caller, register), tuple(_own(access)), tuple(_kept(register, access)))
    page: HTMLResponse = request.app.state.pages.page(request, view)
    return page


def _own(access: Access) -> Iterator[Task]:
    if access.person:
        yield Task(Link("My record", "/me"), "What is kept of you: see it, correct it, take it away.")
        yield Task(Link("My levels and endorsements", "/endorsements"), "State and confirm levels; ask, and be asked.")
        yield Task(Link("My development plan", f"/people/{access.person}/plan"), "What you work towards, and by when.")
        yield Task(Link("What I lack for a role", f"/people/{access.person}/gap"), "Your skills beside a role's.")
    if access.home is not None:
        yield Task(Link("Opportunities", "/opportunities"), "Placements, mentors, lectures: find one, or offer one.")
        yield Task(Link("My organisation", f"/organisations/{access.home}"), "What it can do, and what hangs on whom.")
        yield Task(Link("Proposals", "/proposals"), "Ask for a change of the framework, and see what came of it.")
        yield Task(Link("Incidents", INCIDENTS), "Emergencies that go on, and who was called to them.")
    if audit_scope(access) != AuditScope():
        yield Task(Link("Who looked, and what was changed", AUDIT), "The part of the audit log that concerns you.")


def _kept(register: Register, access: Access) -> Iterator[Task]:
    if access.keeps and access.home is not None:
        waiting = sum(one.request.settlement is None for one in read_requests(register, access, access.home))
        yield Task(Link("Requests for correction", "/corrections"), "People who want something put right.", waiting)
        yield Task(Link("Requests for endorsement", "/endorsements"), "What your people asked others to endorse.")
        yield Task(Link("Import a spreadsheet", "/import"), "In your own words; you see first what it would do.")
    if access.keeps or access.administers:
        waiting = sum(one.stage is Stage.RECEIVED for one in register.complaints.listed(access))
        yield Task(Link("Complaints", "/complaints"), "To be acknowledged within 30 days.", waiting)
    if access.owns_framework:
        yield Task(Link("Proposals to decide", "/proposals"), "Wishes for the framework, and phrases nothing matched.")
