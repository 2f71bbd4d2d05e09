"""The pages of organisations: how much is mapped of all of them, and what one can do."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from gse_skills.access import Access
from gse_skills.answers import (
    CapabilityBody,
    LineBody,
    TrendBody,
    framework_version,
    headcount_in_words,
    person_digits,
    standing_in_words,
)
from gse_skills.audit import Action
from gse_skills.capability import (
    Capability,
    CapabilityQuestion,
    Cell,
    Coverage,
    CoverageQuestion,
    Standing,
    TrendQuestion,
    sees_structure,
)
from gse_skills.capability.chart import Chart, heat
from gse_skills.capability_report import Form, charts_of
from gse_skills.errors import InputError
from gse_skills.framework import OWN_SCHEME, Concept, Framework
from gse_skills.people import read_cards
from gse_skills.register import Register, State
from gse_skills.vocabulary import Level
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address, person_page, skill_page
from gse_skills_service.pages.coverage import coverage_page
from gse_skills_service.pages.frame import FieldName, Link, Option, Section
from gse_skills_service.pages.views import Grid, Mistake, OneOrganisation, OrganisationForm, Organisations, Provenance
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_Short = Annotated[str, Query(max_length=300)]
_LEVELS = tuple(level.label for level in Level)
_ASKED = ("Asked",)
_STRONG = Level.PRACTITIONER - 1


@router.get("/organisations")
def list_organisations(request: Request, register: Registered, access: Allowed, concept: _Short = "") -> HTMLResponse:
    """All organisations, and a heat map of what is mapped of each, over what the caller may see."""
    state = register.state
    found = register.ask_coverage(CoverageQuestion(concept or None), access)
    names = {one.slug: one.name for one in state.organisations}
    columns = tuple(state.framework.concept(iri) for iri in found.branches)
    view = Organisations(
        _domains(state.framework),
        found.concept.notation or found.concept.iri if found.concept else "",
        tuple(Link(one.name, _page(one.slug)) for one in state.organisations),
        _heat(found, names, columns),
        tuple((_code(column), column.pref_label) for column in columns),
        Provenance(found.version, framework_version(state)),
    )
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.ORGANISATIONS)
    return page


@router.get("/organisations/{slug}")
def one_organisation(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    slug: str,
    concept: _Short = "",
    unit: _Short = "",
    as_of: _Short = "",
) -> HTMLResponse:
    """What an organisation can do: coverage and depth, trend, what hangs on one person, units, targets."""
    form = OrganisationForm(concept.strip(), unit, as_of.strip())
    register.state.organisation(slug)
    mistakes: tuple[Mistake, ...] = ()
    try:
        found = _asked(register, access, slug, form)
    except InputError as error:
        # The page still shows the organisation, with what is wrong beside the field that is.
        fields = {"bad-date": FieldName.AS_OF, "unknown-unit": FieldName.UNIT}
        mistakes = (Mistake(fields.get(error.rule, FieldName.CONCEPT), f"{error.message} {error.remedy}"),)
        found = _asked(register, access, slug, OrganisationForm())
    witness.saw(Action.SEARCH_EXPERTS, [(slug, person) for person in found.people_named])
    view = replace(_view(register, access, slug, form, found), mistakes=mistakes)
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.ORGANISATIONS, 400 if mistakes else 200)
    return page


def _asked(register: Register, access: Access, slug: str, form: OrganisationForm) -> Capability:
    try:
        day = datetime.date.fromisoformat(form.as_of) if form.as_of else None
    except ValueError:
        raise InputError(f"“{form.as_of}” is not a date.", rule="bad-date", remedy="Write it as 2026-03-31.") from None
    return register.ask_capability(CapabilityQuestion(slug, form.unit or None, form.concept or None, day, True), access)


def _view(register: Register, access: Access, slug: str, form: OrganisationForm, found: Capability) -> OneOrganisation:
    state = register.state
    body = CapabilityBody.of(found, state)
    history = TrendBody.of(register.ask_trend(TrendQuestion(slug, found.question.concept), access), state)
    named = read_cards(found.people_named, access.views, register.store)
    people = {person_digits(iri): Link(card.name, person_page(iri)) for iri, card in named.items()}
    charts = {name: Markup(chart) for name, chart in charts_of(body, history).items()}  # noqa: S704 - our own SVG
    api = address(
        f"/api/v1/organisations/{quote(slug)}/capability",
        concept=found.question.concept,
        unit=found.question.unit,
        as_of=found.question.as_of,
    )
    join = "&" if "?" in api else "?"
    return OneOrganisation(
        name=state.organisation(slug).name,
        href=_page(slug),
        form=form,
        whole=found.whole,
        people=found.people,
        mapped=found.mapped,
        what=found.concept.pref_label if found.concept else "the whole framework",
        grids=tuple(_grids(body, history, charts, state, people)),
        declared=headcount_in_words(body.headcount) if body.headcount else "",
        headcounts=_headcounts(access, slug),
        none=tuple(
            (_concept_link(state, one.concept.iri), f"{one.asked:,} asked, declared on {one.declared_on:%-d %B %Y}")
            for one in body.none
        ),
        not_mapped=tuple(_concept_link(state, iri) for iri in found.not_mapped),
        domains=_domains(state.framework),
        units=tuple(Option(one.name, " > ".join((*one.path, one.name))) for one in found.units if one.name),
        downloads=(
            *(Link(form_.value.upper(), f"{api}{join}format={form_.value}") for form_ in Form),
            Link("JSON", api),
        ),
        provenance=Provenance(found.version, framework_version(state)),
    )


def _headcounts(access: Access, slug: str) -> Link | None:
    if not sees_structure(access, slug):
        return None
    return Link("Declare a headcount" if slug in access.keeps else "All headcounts declared", coverage_page(slug))


def _grids(
    body: CapabilityBody, history: TrendBody, charts: dict[str, Markup], state: State, people: Mapping[str, Link]
) -> list[Grid]:
    asked = any(one.asked is not None for one in body.lines)
    lines = Grid(
        "lines",
        "Coverage and depth",
        (
            "Part of the framework",
            "Mapped",
            *_LEVELS,
            "Within two years",
            "Hanging on one",
            *(["Asked"] if asked else []),
        ),
        tuple(_line(one, body.organisation, state, asked=asked) for one in body.lines),
        "Nothing is recorded here: nobody was asked, as far as is known, which is not none.",
        chart=charts["Lines"] if body.lines else None,
        about="People at each level or above; each counts once, by the best of their levels there."
        + (" Asked says how many people were asked, as declared." if asked else ""),
    )
    days = tuple(
        (f"{one.day:%-d %B %Y}", *(f"{one.at_least[level]:,}" for level in _LEVELS)) for one in history.moments
    )
    grids = [lines]
    if body.figures_of:
        grids.append(_not_shared(body))
    grids.append(
        Grid(
            "trend",
            "Over the years",
            ("Day", *_LEVELS),
            days,
            chart=charts["Trend"],
            about="The whole organisation, as known now. People who have left since are counted, and not named.",
        )
    )
    return [*grids, _points(body, state, people), _departures(body, people), _units(body), _targets(body)]


def _line(one: LineBody, slug: str, state: State, *, asked: bool) -> tuple[str | Link, ...]:
    concept = state.framework.concept(one.concept.iri)
    deeper = address(_page(slug), concept=concept.notation or concept.iri)
    name = f"{concept.pref_label} {concept.notation or ''}".strip()
    label = Link(name, deeper if concept.narrower else skill_page(concept))
    counts = (one.mapped, *one.at_least.values(), one.fresh, one.hanging)
    told = ["" if one.asked is None else f"{one.asked:,}"] if asked else []
    return (label, *(f"{count:,}" for count in counts), *told)


def _not_shared(body: CapabilityBody) -> Grid:
    def said(one: LineBody, level: str) -> str:
        figure = (one.not_shared or {})[level]
        if figure.withheld:
            return f"withheld ({figure.withheld})"
        return "not mapped" if figure.low is None else f"{figure.low} to {figure.high}"

    return Grid(
        "not-shared",
        "Records that are not shared with you",
        ("Part of the framework", *_LEVELS),
        tuple((one.concept.label, *(said(one, level) for level in _LEVELS)) for one in body.lines if one.not_shared),
        about=f"Published figures of {body.figures_of:%-d %B %Y}, in bands, so that none gives a person away.",
    )


def _person(digits: str | None, people: Mapping[str, Link]) -> str | Link:
    return "has left since" if digits is None else people.get(digits, digits)


def _points(body: CapabilityBody, state: State, people: Mapping[str, Link]) -> Grid:
    return Grid(
        "points",
        "Skills that hang on one person",
        ("Skill", "Level", "Person", "At working level behind them"),
        tuple(
            (
                Link(f"{one.skill.label} {one.skill.notation or ''}".strip(), _concept_link(state, one.skill.iri).href),
                one.level,
                _person(one.person, people),
                f"{one.behind:,}",
            )
            for one in body.single_points
        ),
        "No skill hangs on one person, as far as you may see.",
        numeric=False,
        about="Only one person has the skill at practitioner level or above.",
    )


def _departures(body: CapabilityBody, people: Mapping[str, Link]) -> Grid:
    found = body.fragility
    rows = tuple(
        (f"{number}", _person(one.person, people), ", ".join(skill.label for skill in one.skills))
        for number, one in enumerate(found.departures if found else (), 1)
    )
    return Grid(
        "departures",
        "Which departures would cost most",
        ("Order", "Person", "Skills that nobody would have any more"),
        rows,
        "No few departures would cost a skill at practitioner level or above.",
        numeric=False,
        about="One after another, each time the person with whom most skills would be lost.",
    )


def _units(body: CapabilityBody) -> Grid:
    def name(unit: str, path: list[str]) -> str | Link:
        if not unit:
            return "No unit said"
        return Link(" > ".join((*path, unit)), address(_page(body.organisation), unit=unit))

    return Grid(
        "units",
        "Units",
        ("Unit", "People in it", "With units below it", "Mapped of these", "Headcount declared"),
        tuple(
            (
                name(one.name, one.path),
                f"{one.own:,}",
                f"{one.people:,}",
                f"{one.mapped:,}",
                headcount_in_words(one.headcount) if one.headcount else "",
            )
            for one in body.units
        ),
        "No unit with people is visible to you.",
    )


def _targets(body: CapabilityBody) -> Grid:
    return Grid(
        "targets",
        "Targets",
        ("Target", "By", "Importance", "Unit", "Have", "How it stands"),
        tuple(
            (
                f"{one.needed:,} at {one.level.lower()} level in {one.concept.label}",
                f"{one.by:%-d %B %Y}",
                "Essential" if one.essential else "Wanted",
                one.unit or "All",
                f"{one.have:,}",
                standing_in_words(Standing(one.standing), one.short_by).capitalize(),
            )
            for one in body.targets
        ),
        "No targets are set, or you do not belong to the organisation.",
        numeric=False,
    )


def _heat(found: Coverage, names: dict[str, str], columns: tuple[Concept, ...]) -> Grid:
    asked = [tuple(one[iri].mapped or 0 if iri in one else 0 for iri in found.branches) for one in found.asked]
    rows = [
        (
            names.get(slug, slug),
            people,
            [(cell.mapped, cell.holders[_STRONG], many) for cell, many in zip(cells, said, strict=True)],
        )
        for slug, people, cells, said in zip(found.organisations, found.people, found.cells, asked, strict=True)
    ]
    title = "Practitioners or better, of the people mapped, by organisation and part of the framework"
    chart = heat(Chart("heat", title), [_code(column) for column in columns], rows)
    table: tuple[tuple[str | Link, ...], ...] = tuple(
        (
            Link(names.get(slug, slug), _page(slug)),
            f"{people:,}" + (f" (declared: {headcount.headcount:,})" if headcount else ""),
            *(_heat_cell(cell, many) for cell, many in zip(cells, said, strict=True)),
        )
        for slug, people, headcount, cells, said in zip(
            found.organisations, found.people, found.headcounts, found.cells, asked, strict=True
        )
    )
    return Grid(
        "heat",
        "What is mapped, and how deep",
        ("Organisation", "People", *(_code(column) for column in columns)),
        table,
        "You see nobody of any organisation.",
        chart=Markup(chart) if rows else None,  # noqa: S704 - our own SVG, its texts escaped
        about="In each cell the practitioners or better, of the people mapped. Not mapped is not none: nobody was "
        "asked, as far as is known. The darker, the greater the part of all people who are practitioners or better.",
    )


def _heat_cell(cell: Cell, asked: int) -> str:
    if cell.mapped:
        return f"{cell.holders[_STRONG]:,} of {cell.mapped:,}"
    return f"none of {asked:,} asked" if asked else "not mapped"


def _domains(framework: Framework) -> tuple[Option, ...]:
    domains = map(framework.concept, framework.top_concepts(OWN_SCHEME))
    return tuple(Option(_code(one), one.pref_label) for one in domains if not one.deprecated)


def _code(concept: Concept) -> str:
    return concept.notation or concept.pref_label


def _concept_link(state: State, iri: str) -> Link:
    concept = state.framework.concept(iri)
    return Link(concept.pref_label, skill_page(concept))


def _page(slug: str) -> str:
    return f"/organisations/{quote(slug)}"
