"""The page on which two units of an organisation, or two days, or both, stand side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.answers import ComparisonBody, SideBody
from gse_skills.capability.comparison import ComparisonQuestion, compare
from gse_skills.errors import InputError
from gse_skills.index import require_told
from gse_skills.register import Register, today
from gse_skills.vocabulary import Level
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address, organisation_page
from gse_skills_service.pages.form import Reading, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link, Section
from gse_skills_service.pages.organisations import unit_options
from gse_skills_service.pages.views import DateFields, Grid, Sides, SidesForm

router = APIRouter(include_in_schema=False)

_Short = Annotated[str, Query(max_length=300)]
_WHOLE = "The whole organisation"


@router.get("/organisations/{slug}/compare")
def show_comparison(
    request: Request,
    register: Registered,
    access: Allowed,
    slug: str,
    a: _Short = "",
    b: _Short = "",
    concept: _Short = "",
) -> Response:
    """A unit beside another, beside itself on an earlier day, or both; raises NotFoundError
    (`unknown-organisation`)."""
    form = SidesForm(a, b, DateFields.from_form(request.query_params, FieldName.AS_OF), concept.strip())
    organisation = register.state.organisation(slug)
    view = Sides(organisation.name, organisation_page(slug), form, unit_options(register, access, slug))
    status = 200
    try:
        view = _compared(register, access, slug, view)
    except InputError as error:
        status, view = 400, replace(view, mistakes=mistakes_of(error, {}, FieldName.SECOND))
    if status == 200 and f"{FieldName.AS_OF}-year" in request.query_params:
        # The address to share has a day in one piece.
        return RedirectResponse(_address(view.href, form), 303)
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.ORGANISATIONS, status)
    return page


def _compared(register: Register, access: Access, slug: str, view: Sides) -> Sides:
    """The page with the sides that its form asks for; raises FormError and InputError (`unknown-unit`)."""
    form, reading, part = view.form, Reading(), view.form.concept
    concept = reading.concept(FieldName.CONCEPT, part, "a part of the framework", register.state) if part else None
    day = reading.optional_date(FieldName.AS_OF, form.as_of, "the earlier day")
    with reading.asking(FieldName.AS_OF):
        require_told(today(), day)
    reading.finish()
    units = tuple(dict.fromkeys((form.first, form.second)))
    if len(units) == 1 and day is None:
        return view
    days = () if day is None else (day, today())
    sides = compare(ComparisonQuestion(slug, concept, units, days), lambda side: register.ask_capability(side, access))
    body = ComparisonBody.of(sides, register.state)
    query = {"concept": concept, "units": units, "days": ",".join(map(str, days)) or None}
    api = address(f"/api/v1/organisations/{quote(slug)}/comparison", **query)
    return replace(view, grid=_grid(body), whole=body.whole, answer=Link("The same as JSON", api))


def _grid(body: ComparisonBody) -> Grid:
    strong = Level.PRACTITIONER.label
    by_area = [{line.concept.iri: line for line in side.lines} for side in body.sides]
    rows: list[tuple[str, ...]] = [
        ("People", *(f"{side.people:,}" for side in body.sides)),
        ("Mapped", *(_share(side) for side in body.sides)),
        ("Skills that hang on one person", *(f"{side.single_points:,}" for side in body.sides)),
    ]
    for one in body.concepts:
        lines = [lines.get(one.iri) for lines in by_area]
        told = (f"{line.at_least[strong]:,} of {line.mapped:,}" if line else "not mapped" for line in lines)
        rows.append((f"{one.label} {one.notation or ''}".strip(), *told))
    return Grid(
        "sides",
        "Side by side",
        ("", *map(_heading, body.sides)),
        tuple(rows),
        about="By part of the framework: how many are practitioners or better, of how many mapped there.",
    )


def _share(side: SideBody) -> str:
    return f"{side.mapped:,}" if side.share is None else f"{side.mapped:,} ({side.share:.0%})"


def _heading(side: SideBody) -> str:
    return f"{side.unit or _WHOLE}, {f'{side.as_of:%-d %B %Y}' if side.as_of else 'today'}"


def _address(href: str, form: SidesForm) -> str:
    return address(f"{href}/compare", a=form.first, b=form.second, as_of=form.as_of.iso, concept=form.concept)
