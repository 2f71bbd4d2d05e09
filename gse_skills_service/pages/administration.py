"""What whoever runs the service manages: the organisations of the alliance, and how the service itself stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills import __version__, audit
from gse_skills.access import Access
from gse_skills.access.policy import audit_scope
from gse_skills.answers import framework_version
from gse_skills.audit import Action, Narrowing, Outcome
from gse_skills.errors import ConflictError, GseSkillsError, InputError
from gse_skills.organisation import Organisation
from gse_skills.register import Register
from gse_skills.vocabulary import Audience
from gse_skills_service.api.administration import administrators
from gse_skills_service.api.health import readyz
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.form import Reading, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link
from gse_skills_service.pages.kit import AUDIT
from gse_skills_service.pages.managing import CONFIRMED, RETENTION, Short, Sure, audience_words, audiences_offered, show
from gse_skills_service.pages.views import Check, Listed, Listing, ManagedOrganisations, Mistake, ServiceState
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False, dependencies=[Depends(administrators)])

ORGANISATIONS, STATE = "/administration/organisations", "/administration/state"
_FIELDS = {"bad-slug": FieldName.SLUG, "organisation-exists": FieldName.SLUG}


@router.get(ORGANISATIONS)
def list_organisations(
    request: Request, register: Registered, added: Annotated[str, Query(max_length=10)] = ""
) -> HTMLResponse:
    """The organisations, and the form to add one."""
    told = "The organisation was added. Let somebody act as its steward now." if added else ""
    return show(request, _organisations(register, told=told))


@router.post(ORGANISATIONS, dependencies=[Depends(require_recent_sign_in)])
def add_organisation(
    request: Request,
    register: Registered,
    witness: Witnessed,
    name: Short = "",
    slug: Short = "",
    audience: Annotated[str, Form(max_length=20)] = "",
    sure: Sure = "",
) -> Response:
    """Show what would be added, and once that is confirmed add it."""
    name, slug = " ".join(name.split()), slug.strip()
    try:
        asked = _asked(register, name, slug, audience)
        if sure != CONFIRMED:
            return show(request, _check(asked))
        with witness.doing(Action.ORGANISATION_ADDED, [asked.slug]):
            register.add_organisation(asked)
    except (InputError, ConflictError) as error:
        mistakes = mistakes_of(error, _FIELDS, FieldName.NAME)
        view = _organisations(register, *mistakes, name=name, slug=slug, audience=audience)
        return show(request, view, status_of(error))
    return RedirectResponse(address(ORGANISATIONS, added="true"), 303)


@router.get(STATE)
def state_of_service(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """How the service stands: versions, readiness, the newest backup."""
    try:
        ready, fault = readyz(register).status, ""
    except GseSkillsError as error:
        ready, fault = "no", f"{error.message} {error.remedy}"
    facts = (
        ("Ready to answer", "Yes" if ready == "ready" else "No"),
        ("Version of the software", __version__),
        ("Version of the framework", framework_version(register.state)),
        ("Format of the data folder", str(register.folder.format)),
        ("Organisations", wording.number(len(register.state.organisations))),
        ("Newest backup", _newest_backup(register, access)),
        ("Backups of an upgrade in the data folder", wording.number(register.folder.count_backups())),
    )
    links = (Link("What happened in this service", AUDIT), Link("How long things are kept", RETENTION))
    return show(request, ServiceState(facts, links, fault))


def _newest_backup(register: Register, access: Access) -> str:
    page = audit.read_page(register.folder.audit, audit_scope(access), Narrowing(action=Action.BACKUP), limit=20)
    done = next((one for one in page.items if one.outcome is Outcome.DONE), None)
    return wording.moment(done.time) if done else "The audit log tells of none"


def _asked(register: Register, name: str, slug: str, audience: str) -> Organisation:
    """The organisation as it would be; raises FormError, InputError (`bad-slug`) and ConflictError."""
    reading = Reading()
    reading.text(FieldName.NAME, name, "its full name")
    reading.text(FieldName.SLUG, slug, "its short name")
    reaches = reading.choice(
        FieldName.AUDIENCE, audience, {one.value: one for one in Audience}, "whom its records reach"
    )
    reading.finish()
    asked = Organisation(slug, name, reaches)
    register.add_organisation(asked, dry_run=True)
    return asked


def _check(asked: Organisation) -> Check:
    facts = (
        ("Full name", asked.name),
        ("Short name", asked.slug),
        ("Its records reach", audience_words(asked.audience)),
    )
    hidden = (
        (FieldName.NAME, asked.name),
        (FieldName.SLUG, asked.slug),
        (FieldName.AUDIENCE, asked.audience.value),
    )
    back = Link("Organisations of the alliance", ORGANISATIONS)
    warning = "The short name cannot be changed later."
    return Check("Add this organisation?", facts, ORGANISATIONS, "Add it", back, hidden, warning=warning)


def _organisations(
    register: Register, *mistakes: Mistake, told: str = "", name: str = "", slug: str = "", audience: str = "private"
) -> ManagedOrganisations:
    rows = tuple(Listed((one.name, one.slug), (), f"/organisations/{one.slug}") for one in register.state.organisations)
    listing = Listing("Organisations", ("Full name", "Short name"), rows)
    return ManagedOrganisations(listing, ORGANISATIONS, audiences_offered(), slug, name, audience, told, mistakes)
