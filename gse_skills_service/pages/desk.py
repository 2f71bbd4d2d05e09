"""The desk: what whoever is looking has to see to, and what is theirs alone; one place for what the bar cannot hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.access.policy import AuditScope, audit_scope
from gse_skills.assessment import Standing, read_endorsements
from gse_skills.capability import overdue
from gse_skills.complaints import Stage
from gse_skills.dossier import read_requests
from gse_skills.errors import RefusedError
from gse_skills.proposals import Status, read_queue
from gse_skills.register import Register, today
from gse_skills.vocabulary import Audience
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.administration import ORGANISATIONS, STATE
from gse_skills_service.pages.callers import in_words
from gse_skills_service.pages.coverage import coverage_page
from gse_skills_service.pages.development import read_role, roles_offered
from gse_skills_service.pages.form import FormError, Reading
from gse_skills_service.pages.frame import FieldName, Link, Section
from gse_skills_service.pages.kit import AUDIT, DESK
from gse_skills_service.pages.managing import RETENTION, SHARING, Short
from gse_skills_service.pages.namesakes import find_namesakes, read_namesake
from gse_skills_service.pages.notices import INCIDENTS
from gse_skills_service.pages.opportunities import count_waiting
from gse_skills_service.pages.profession import PROFESSION
from gse_skills_service.pages.targets import targets_page
from gse_skills_service.pages.tokens import TOKENS
from gse_skills_service.pages.users import USERS
from gse_skills_service.pages.views import Desk, LacksForm, Task
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)


@router.get(DESK)
def desk(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """What the caller has to see to; for whoever has nothing, what they would have to be."""
    return _show(request, _desk(register, access))


@router.post(DESK)
def find_gap(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    person: Short = "",
    chosen: Annotated[str, Form(max_length=20)] = "",
    role: Short = "",
) -> Response:
    """To what somebody lacks for a role: a name is sent, not asked for, so that no address holds it.

    Whom the caller does not see is nobody. Raises RefusedError (rule `not-a-member`).
    """
    if access.home is None:
        raise RefusedError(
            "You belong to no organisation of this alliance, and have no colleagues in it.",
            rule="not-a-member",
            remedy="Sign in as a member of an organisation.",
        )
    reading = Reading()
    found = find_namesakes(register, access, witness, person, chosen)
    try:
        whom = read_namesake(reading, FieldName.PERSON, person, found, "the name of the person")
        meant = read_role(reading, role, register.state)
        reading.finish()
    except FormError as error:
        form = LacksForm(person, role, found.people, found.chosen)
        view = replace(_desk(register, access), lacks=form, mistakes=error.mistakes)
        return _show(request, view, status_of(error))
    return RedirectResponse(address(f"/people/{whom}/gap", role=meant), 303)


def _show(request: Request, view: Desk, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, status=status)
    return page


def _desk(register: Register, access: Access) -> Desk:
    return Desk(
        in_words(access.caller, register),
        tuple(_own(access)),
        tuple(_kept(register, access)),
        LacksForm() if access.home is not None else None,
        DESK,
        roles_offered(register.state.framework),
    )


def _own(access: Access) -> Iterator[Task]:
    if access.person:
        yield Task(Link("My record", "/me"), "What is kept of you: see it, correct it, take it away.")
        yield Task(Link("My levels and endorsements", "/endorsements"), "State and confirm levels; ask, and be asked.")
        yield Task(Link("My development plan", f"/people/{access.person}/plan"), "What you work towards, and by when.")
        yield Task(Link("What I lack for a role", f"/people/{access.person}/gap"), "Your skills beside a role's.")
    if access.opens_incidents:
        # Whoever is on duty comes for these two.
        yield Task(Link("Incidents", INCIDENTS), "Open one, call people to it, and close it.")
        yield Task(Link("Find expertise", Section.FIND), "Who can do what, and who is available.")
    if access.home is not None:
        if Audience.PRIVATE.view(access.home) in access.counts:
            yield Task(Link("Your profession", PROFESSION), "How judgements compare, how levels move, and targets.")
        yield Task(Link("Opportunities", "/opportunities"), "Placements, mentors, lectures: find one, or offer one.")
        yield Task(Link("My organisation", f"/organisations/{access.home}"), "What it can do, and what hangs on whom.")
        if access.home not in access.keeps:
            yield Task(Link("Our targets", targets_page(access.home)), "What we aim at, and how it stands.")
        yield Task(Link("Proposals", "/proposals"), "Ask for a change of the framework, and see what came of it.")
        if not access.opens_incidents:
            yield Task(Link("Incidents", INCIDENTS), "Emergencies that go on, and who was called to them.")
    if audit_scope(access) != AuditScope():
        yield Task(Link("Who looked, and what was changed", AUDIT), "The part of the audit log that concerns you.")


def _kept(register: Register, access: Access) -> Iterator[Task]:
    if access.keeps and access.home is not None:
        yield from _of_steward(register, access, access.home)
    if access.keeps or access.administers:
        waiting = sum(one.stage is Stage.RECEIVED for one in register.complaints.listed(access))
        yield Task(Link("Complaints", "/complaints"), "To be acknowledged within 30 days.", waiting)
        yield Task(Link("How long things are kept", RETENTION), "See it, choose it, and let go what has had its time.")
    if access.administers:
        yield Task(Link("Users and what they may act as", USERS), "Let people in, and take away what they may do.")
        yield Task(Link("API tokens", TOKENS), "For machines: make one, revoke one.")
        yield Task(Link("Organisations of the alliance", ORGANISATIONS), "See them, and add one.")
        yield Task(Link("How the service stands", STATE), "Versions, readiness, and the newest backup.")
    if access.owns_framework:
        waiting = sum(one.status is Status.OPEN for one in read_queue(register, access).proposals)
        yield Task(
            Link("Proposals to decide", "/proposals"),
            "Wishes for the framework, and phrases nothing matched.",
            waiting,
        )


def _of_steward(register: Register, access: Access, slug: str) -> Iterator[Task]:
    waiting = sum(one.request.settlement is None for one in read_requests(register, access, slug))
    yield Task(Link("Requests for correction", "/corrections"), "People who want something put right.", waiting)
    yield Task(
        Link("Applications", "/applications"),
        "For what you offer, and of your people.",
        count_waiting(register, access),
    )
    open_ones = sum(one.standing is Standing.OPEN for one in read_endorsements(register, access, slug))
    yield Task(
        Link("Requests for endorsement", "/endorsements"), "What your people asked others to endorse.", open_ones
    )
    late = overdue(register.store, slug, today())
    if late:
        place = f"/organisations/{slug}#should-have-left"
        yield Task(Link("People who should have left", place), "Their leaving date has passed.", late)
    yield Task(Link("Import a spreadsheet", "/import"), "In your own words; you see first what it would do.")
    yield Task(Link("Earlier imports", f"/organisations/{slug}/imports"), "What each did, and how to undo the last.")
    yield Task(Link("Whom our records reach", SHARING), "By organisation, branch and person; tried first.")
    yield Task(Link("Our targets", targets_page(slug)), "Set one, drop one, and see how they stand.")
    yield Task(Link("Our headcounts", coverage_page(slug)), "How many people there are, and were asked about what.")
    yield Task(Link("Calibration and progress", PROFESSION), "How judgements compare, and how levels move.")
