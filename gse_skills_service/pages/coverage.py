"""An organisation's headcounts and how many were asked about what: for those who belong to it, declared by stewards."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.audit import Action
from gse_skills.capability import Declaration
from gse_skills.errors import ConflictError, GseSkillsError, InputError, NotFoundError
from gse_skills.establishment import Declared, coverage_of, declare_coverage, known_units
from gse_skills.register import Register
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address, skill_page
from gse_skills_service.pages.frame import FieldName, Link, Option
from gse_skills_service.pages.managing import CONFIRMED, show
from gse_skills_service.pages.views import Check, CoverageForm, CoverageOf, DateFields, Listed, Listing, Mistake
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_FIELD_OF_RULE = {
    "bad-number": FieldName.PEOPLE,
    "headcount-range": FieldName.PEOPLE,
    "headcount-too-low": FieldName.PEOPLE,
    "bad-mapped": FieldName.MAPPED,
    "mapped-and-branch": FieldName.MAPPED,
    "mapped-too-many": FieldName.MAPPED,
    "bad-date": FieldName.SINCE,
    "future-date": FieldName.SINCE,
    "older-than-known": FieldName.SINCE,
    "unknown-unit": FieldName.UNIT,
}
_WHOLE = "The whole organisation"
Short = Annotated[str, Form(max_length=300)]
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
    unit: Short = "",
    people: Part = "",
    skill: Short = "",
    mapped: Part = "",
    since_day: Annotated[str, Form(alias="since-day", max_length=10)] = "",
    since_month: Annotated[str, Form(alias="since-month", max_length=10)] = "",
    since_year: Annotated[str, Form(alias="since-year", max_length=10)] = "",
    sure: Part = "",
) -> Response:
    """Show what would be declared, and once that is confirmed declare it."""
    access.require_keeper(slug)
    form = CoverageForm(unit, people, skill, mapped, DateFields(since_day, since_month, since_year))
    try:
        asked = _asked(form)
        would = declare_coverage(register, access, slug, asked, dry_run=True)
        if sure != CONFIRMED:
            return show(request, _check(register, slug, form, would))
        with witness.doing(Action.CHANGE, [slug]):
            declare_coverage(register, access, slug, asked)
    except (InputError, ConflictError, NotFoundError) as error:
        if error.rule == "unknown-organisation":
            raise
        view = replace(_view(register, access, slug), form=form, mistakes=(_mistake(error),))
        return show(request, view, status_of(error))
    return RedirectResponse(address(coverage_page(slug), done="true"), 303)


def coverage_page(slug: str) -> str:
    """The address of what an organisation declares."""
    return f"/organisations/{slug}/coverage"


def _asked(form: CoverageForm) -> Declared:
    """The declaration as it was filled in; raises InputError (`bad-number`, `bad-mapped`, `bad-date`)."""
    headcount = _number(form.people, "bad-number")
    if headcount is None:
        raise InputError("It is not said how many people.", rule="bad-number", remedy="Enter a whole number.")
    return Declared(headcount, form.unit, form.skill.strip() or None, _number(form.mapped, "bad-mapped"), _day(form))


def _number(text: str, rule: str) -> int | None:
    said = text.strip().replace(",", "")
    if said and not said.isdecimal():
        raise InputError(f"“{said}” is no number of people.", rule=rule, remedy="Enter a whole number.")
    return int(said) if said else None


def _day(form: CoverageForm) -> datetime.date | None:
    try:
        return form.since.date()
    except ValueError:
        raise InputError("That is no date.", rule="bad-date", remedy="Enter a real date, such as 31 3 2026.") from None


def _mistake(error: GseSkillsError) -> Mistake:
    return Mistake(_FIELD_OF_RULE.get(error.rule, FieldName.SKILL), f"{error.message} {error.remedy}".strip())


def _check(register: Register, slug: str, form: CoverageForm, would: Declaration) -> Check:
    hidden = (
        (FieldName.UNIT, form.unit),
        (FieldName.PEOPLE, form.people),
        (FieldName.SKILL, form.skill),
        (FieldName.MAPPED, form.mapped),
        *((f"{FieldName.SINCE}-{part}", getattr(form.since, part)) for part in ("day", "month", "year")),
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
    found = coverage_of(register, access, slug)
    framework = register.state.framework
    rows = tuple(
        Listed(
            _cells(register, one),
            href=skill_page(framework.concept(one.branch)) if one.branch and one.branch in framework else "",
        )
        for one in sorted(found.declarations, key=lambda one: (one.unit, one.branch or ""))
    )
    name = register.state.organisation(slug).name
    view = CoverageOf(
        Link(name, f"/organisations/{slug}"), Listing("What is declared", _COLUMNS, rows, "Nothing is declared.")
    )
    if slug not in access.keeps:
        return view
    units = tuple(Option(name, name) for name in known_units(register, access, slug))
    return replace(view, action=coverage_page(slug), units=units)
