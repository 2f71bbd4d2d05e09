"""An organisation's targets: how each stands, for those who belong to it; set and dropped by its stewards."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.answers import standing_in_words
from gse_skills.audit import Action
from gse_skills.capability import Capability, CapabilityQuestion, Reached, Target
from gse_skills.errors import ConflictError, InputError
from gse_skills.establishment import Wanted, add_target, drop_target, targets_of
from gse_skills.register import Register
from gse_skills.vocabulary import Level
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address, skill_page
from gse_skills_service.pages.form import LEVELS, Reading, date_sent, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link, Option
from gse_skills_service.pages.managing import CONFIRMED, Short, Sure, show
from gse_skills_service.pages.views import Check, DateFields, Listed, Listing, TargetForm, Targets
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_FIELD_OF_RULE = {
    "target-people": FieldName.PEOPLE,
    "target-date": FieldName.BY,
    "unknown-unit": FieldName.UNIT,
}
_TOLD = {"set": "The target is set.", "dropped": "The target is dropped. That it was one before today stays."}


@router.get("/organisations/{slug}/targets")
def show_targets(
    request: Request,
    register: Registered,
    access: Allowed,
    slug: str,
    done: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """The targets of now and how they stand; raises RefusedError (rule `not-member`)."""
    return show(request, replace(_view(register, access, slug), told=_TOLD.get(done, "")))


@router.post("/organisations/{slug}/targets")
def set_target(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: str,
    by: Annotated[DateFields, date_sent(FieldName.BY)],
    skill: Short = "",
    level: Short = "",
    people: Annotated[str, Form(max_length=20)] = "",
    unit: Short = "",
    wanted: Annotated[str, Form(max_length=10)] = "",
    sure: Sure = "",
) -> Response:
    """Show the target that would be set, and once that is confirmed set it."""
    access.require_keeper(slug)
    form = TargetForm(skill, level, people, by, unit, wanted == "true")
    try:
        asked = _asked(register, form)
        would = add_target(register, access, slug, asked, dry_run=True)
        if sure != CONFIRMED:
            return show(request, _check(register, slug, form, would))
        with witness.doing(Action.CHANGE, [slug]):
            add_target(register, access, slug, asked)
    except (InputError, ConflictError) as error:
        mistakes = mistakes_of(error, _FIELD_OF_RULE, FieldName.SKILL)
        view = replace(_view(register, access, slug), form=form, mistakes=mistakes)
        return show(request, view, status_of(error))
    return RedirectResponse(address(targets_page(slug), done="set"), 303)


@router.get("/organisations/{slug}/targets/{identifier}/drop")
def ask_drop(request: Request, register: Registered, access: Allowed, slug: str, identifier: str) -> HTMLResponse:
    """The target that would be dropped."""
    found = drop_target(register, access, slug, identifier, dry_run=True)
    action = f"{targets_page(slug)}/{identifier}/drop"
    note = "That it was a target before today stays in history."
    check = Check("Drop this target?", _facts(register, found), action, "Drop it", _back(register, slug), notes=(note,))
    return show(request, replace(check, grave=True))


@router.post("/organisations/{slug}/targets/{identifier}/drop")
def drop(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: str,
    identifier: str,
    sure: Sure = "",
) -> Response:
    """Drop a target."""
    if sure != CONFIRMED:
        return ask_drop(request, register, access, slug, identifier)
    access.require_keeper(slug)
    with witness.doing(Action.CHANGE, [slug]):
        drop_target(register, access, slug, identifier)
    return RedirectResponse(address(targets_page(slug), done="dropped"), 303)


def targets_page(slug: str) -> str:
    """The address of an organisation's targets."""
    return f"/organisations/{slug}/targets"


def _back(register: Register, slug: str) -> Link:
    return Link(f"Targets of {register.state.organisation(slug).name}", targets_page(slug))


def _asked(register: Register, form: TargetForm) -> Wanted:
    """The target as it was filled in; raises FormError."""
    reading = Reading()
    asked = Wanted(
        reading.concept(FieldName.SKILL, form.skill, "a domain, group or skill", register.state),
        reading.choice(FieldName.LEVEL, form.level, LEVELS, "a level"),
        reading.number(FieldName.PEOPLE, form.people, "how many people", least=1),
        reading.date(FieldName.BY, form.by, "the day by when"),
        not form.wanted,
        form.unit,
    )
    reading.finish()
    return asked


def _facts(register: Register, target: Target) -> tuple[tuple[str, str], ...]:
    return (
        ("Skill", register.state.framework.concept(target.concept).pref_label),
        ("People", f"{target.people:,} at {target.level.label.lower()} or above"),
        ("By", wording.day(target.by)),
        ("For", target.unit or "The whole organisation"),
        ("Weight", "Essential" if target.essential else "Wanted"),
    )


def _check(register: Register, slug: str, form: TargetForm, would: Target) -> Check:
    hidden = (
        (FieldName.SKILL, form.skill),
        (FieldName.LEVEL, form.level),
        (FieldName.PEOPLE, form.people),
        (FieldName.UNIT, form.unit),
        (FieldName.WANTED, "true" if form.wanted else ""),
        *form.by.hidden(FieldName.BY),
    )
    note = "Everybody who belongs to the organisation sees its targets."
    facts, back = _facts(register, would), _back(register, slug)
    return Check("Set this target?", facts, targets_page(slug), "Set it", back, hidden, notes=(note,))


def _view(register: Register, access: Access, slug: str) -> Targets:
    state = register.state
    targets = targets_of(register, access, slug)
    found = register.ask_capability(CapabilityQuestion(slug), access)
    steward = slug in access.keeps
    rows = tuple(_row(one, found, register, slug, steward=steward) for one in targets if one.concept in state.framework)
    columns = ("Skill", "People", "By", "For", "Weight", "How it stands")
    name = state.organisation(slug).name
    view = Targets(
        Link(name, f"/organisations/{slug}"),
        Listing("Targets", columns, rows, "None is set."),
        found.whole,
    )
    if not steward:
        return view
    return replace(
        view,
        action=targets_page(slug),
        levels=tuple(Option(level.label, level.label) for level in Level),
        units=tuple(Option(one.name, " > ".join((*one.path, one.name))) for one in found.units if one.name),
    )


def _row(target: Target, found: Capability, register: Register, slug: str, *, steward: bool) -> Listed:
    concept = register.state.framework.concept(target.concept)
    reached = next((one for one in found.targets if one.target.identifier == target.identifier), None)
    facts = dict(_facts(register, target))
    cells = (facts["Skill"], facts["People"], facts["By"], facts["For"], facts["Weight"], _standing(reached, found))
    drop_ = f"{targets_page(slug)}/{target.identifier.value:016x}/drop"
    return Listed(cells, (Link("Drop", drop_),) if steward else (), skill_page(concept))


def _standing(reached: Reached | None, found: Capability) -> str:
    if reached is None:
        return ""
    said = standing_in_words(reached.standing, reached.short_by).capitalize()
    return f"{said} ({reached.have:,} of {reached.target.people:,})" if found.whole else said
