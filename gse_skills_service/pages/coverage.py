"""An organisation's headcounts and how many were asked about what: for those who belong to it, declared by stewards."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.audit import Action
from gse_skills.capability import Declaration
from gse_skills.errors import ConflictError, InputError, NotFoundError
from gse_skills.establishment import Declared, declarations_of, declare_coverage, known_units
from gse_skills.register import Register
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address, skill_page
from gse_skills_service.pages.form import Reading, date_sent, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link, Option
from gse_skills_service.pages.managing import CONFIRMED, Short, Sure, show
from gse_skills_service.pages.views import Check, CoverageForm, CoverageOf, DateFields, Listed, Listing
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_FIELD_OF_RULE = {
    "headcount-range": FieldName.PEOPLE,
    "headcount-too-low": FieldName.PEOPLE,
    "mapped-and-branch": FieldName.MAPPED,
    "mapped-too-many": FieldName.MAPPED,
    "future-date": FieldName.SINCE,
    "older-than-known": FieldName.SINCE,
    "unknown-unit": FieldName.UNIT,
}
_WHOLE = "The whole organisation"
Part = Annotated[str, Form(max_length=20)]


@router.get("/organisations/{slug}/coverage")
def show_coverage(
    request: Request,
    register: Registered,
    access: Allowed,
    slug: str,
    done: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """What is declared now; raises RefusedError (rule `not-member`)."""
    told = "It is declared. What was declared of the same before stays in history." if done else ""
    return show(request, replace(_view(register, access, slug), told=told))


@router.post("/organisations/{slug}/coverage")
def declare(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: str,
    since: Annotated[DateFields, date_sent(FieldName.SINCE)],
    unit: Short = "",
    people: Part = "",
    skill: Short = "",
    mapped: Part = "",
    sure: Sure = "",
) -> Response:
    """Show what would be declared, and once that is confirmed declare it."""
    access.require_keeper(slug)
    form = CoverageForm(unit, people, skill, mapped, since)
    try:
        asked = _asked(register, form)
        would = declare_coverage(register, access, slug, asked, dry_run=True)
        if sure != CONFIRMED:
            return show(request, _check(register, slug, form, would))
        with witness.doing(Action.CHANGE, [slug]):
            declare_coverage(register, access, slug, asked)
    except (InputError, ConflictError, NotFoundError) as error:
        if error.rule == "unknown-organisation":
            raise
        mistakes = mistakes_of(error, _FIELD_OF_RULE, FieldName.SKILL)
        view = replace(_view(register, access, slug), form=form, mistakes=mistakes)
        return show(request, view, status_of(error))
    return RedirectResponse(address(coverage_page(slug), done="true"), 303)


def coverage_page(slug: str) -> str:
    """The address of what an organisation declares."""
    return f"/organisations/{slug}/coverage"


def _asked(register: Register, form: CoverageForm) -> Declared:
    """The declaration as it was filled in; raises FormError."""
    reading, part, mapped = Reading(), form.skill.strip(), form.mapped.strip()
    asked = Declared(
        reading.number(FieldName.PEOPLE, form.people, "how many people work there"),
        form.unit,
        reading.concept(FieldName.SKILL, part, "a part of the framework", register.state) if part else None,
        reading.number(FieldName.MAPPED, mapped, "how many were asked") if mapped else None,
        reading.optional_date(FieldName.SINCE, form.since, "the day as of which it holds"),
    )
    reading.finish()
    return asked


def _check(register: Register, slug: str, form: CoverageForm, would: Declaration) -> Check:
    hidden = (
        (FieldName.UNIT, form.unit),
        (FieldName.PEOPLE, form.people),
        (FieldName.SKILL, form.skill),
        (FieldName.MAPPED, form.mapped),
        *form.since.hidden(FieldName.SINCE),
    )
    facts = zip(_COLUMNS, _cells(register, would), strict=True)
    back = Link(f"Headcounts of {register.state.organisation(slug).name}", coverage_page(slug))
    note = "What was declared of the same unit and part before gives way, and stays in history."
    told = tuple((name, said) for name, said in facts if said)
    return Check("Declare this?", told, coverage_page(slug), "Declare it", back, hidden, notes=(note,))


_COLUMNS = ("For", "People", "Part of the framework", "Asked about it", "As of")


def _cells(register: Register, one: Declaration) -> tuple[str, ...]:
    framework = register.state.framework
    branch = framework.concept(one.branch).pref_label if one.branch and one.branch in framework else one.branch or ""
    share = f"{one.mapped:,} of {one.headcount:,}" if one.mapped is not None else ""
    if one.mapped is not None and one.headcount:
        share += f" ({one.mapped / one.headcount:.0%})"
    return (one.unit or _WHOLE, f"{one.headcount:,}", branch, share, wording.day(one.stated_on))


def _view(register: Register, access: Access, slug: str) -> CoverageOf:
    declared = declarations_of(register, access, slug)
    framework = register.state.framework
    rows = tuple(
        Listed(
            _cells(register, one),
            href=skill_page(framework.concept(one.branch)) if one.branch and one.branch in framework else "",
        )
        for one in sorted(declared, key=lambda one: (one.unit, one.branch or ""))
    )
    name = register.state.organisation(slug).name
    view = CoverageOf(
        Link(name, f"/organisations/{slug}"), Listing("What is declared", _COLUMNS, rows, "Nothing is declared.")
    )
    if slug not in access.keeps:
        return view
    units = tuple(Option(name, name) for name in known_units(register, access, slug))
    return replace(view, action=coverage_page(slug), units=units)
