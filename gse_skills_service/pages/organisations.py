"""The pages of organisations: how much is mapped of all of them, and what one can do."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from gse_skills.access import Access
from gse_skills.answers import (
    CapabilityBody,
    LeavingBody,
    LineBody,
    TrendBody,
    count_or_unknown,
    framework_version,
    headcount_in_words,
    leaving_in_words,
    person_digits,
    standing_in_words,
)
from gse_skills.audit import Action
from gse_skills.capability import (
    AHEAD,
    Capability,
    CapabilityQuestion,
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
from gse_skills.index import require_told
from gse_skills.people import read_cards
from gse_skills.register import Register, State, today
from gse_skills.vocabulary import Level
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address, organisation_page, person_page, skill_page
from gse_skills_service.pages.coverage import coverage_page
from gse_skills_service.pages.form import Reading, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link, Option, Section
from gse_skills_service.pages.views import (
    DateFields,
    Grid,
    HeatCell,
    HeatRow,
    Mistake,
    OneOrganisation,
    OrganisationForm,
    Organisations,
    Provenance,
)
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_Short = Annotated[str, Query(max_length=300)]
_LEVELS = tuple(level.label for level in Level)
_ABOVE = (*(f"{level} or above" for level in _LEVELS[:-1]), _LEVELS[-1])
_STRONG = Level.PRACTITIONER - 1
_FIELD_OF_RULE = {"unknown-unit": FieldName.UNIT, "bad-horizon": FieldName.AHEAD}


@router.get("/organisations")
def list_organisations(request: Request, register: Registered, access: Allowed, concept: _Short = "") -> HTMLResponse:
    """All organisations, and a heat map of what is mapped of each, over what the caller may see."""
    state = register.state
    found = register.ask_coverage(CoverageQuestion(concept or None), access)
    heat = sorted((_heat(found, state, number) for number in range(len(found.branches))), key=_named_branch)
    view = Organisations(
        _domains(state.framework),
        found.concept.notation or found.concept.iri if found.concept else "",
        tuple((Link(one.name, organisation_page(one.slug)), _seen(found, one.slug)) for one in state.organisations),
        tuple(one for one in heat if one.cells),
        tuple(one.branch for one in heat if not one.cells),
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
    ahead: _Short = "",
) -> Response:
    """What an organisation can do: coverage and depth, trend, who leaves, what hangs on one person, units, targets."""
    as_of, known_at = (
        DateFields.from_form(request.query_params, field) for field in (FieldName.AS_OF, FieldName.KNOWN_AT)
    )
    form = OrganisationForm(concept.strip(), unit, as_of, ahead.strip(), known_at)
    register.state.organisation(slug)
    mistakes: tuple[Mistake, ...] = ()
    try:
        found = _asked(register, access, slug, form)
    except InputError as error:
        # The page still shows the organisation, with what is wrong beside the field that is.
        mistakes = mistakes_of(error, _FIELD_OF_RULE, FieldName.CONCEPT)
        found = _asked(register, access, slug, OrganisationForm())
    if not mistakes and {f"{FieldName.AS_OF}-year", f"{FieldName.KNOWN_AT}-year"} & set(request.query_params):
        # The address to share has a day in one piece.
        return RedirectResponse(_address(slug, form), 303)
    witness.saw(Action.SEARCH_EXPERTS, [(slug, person) for person in found.people_named])
    view = replace(_view(register, access, slug, form, found), mistakes=mistakes)
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.ORGANISATIONS, 400 if mistakes else 200)
    return page


def _address(slug: str, form: OrganisationForm) -> str:
    days = {"as_of": form.as_of.iso, "known_at": form.known_at.iso}
    return address(organisation_page(slug), concept=form.concept, unit=form.unit, **days, ahead=form.ahead)


def _asked(register: Register, access: Access, slug: str, form: OrganisationForm) -> Capability:
    """What the form asks for; raises FormError and InputError (`unknown-unit`, `bad-horizon`)."""
    reading, part = Reading(), form.concept
    question = CapabilityQuestion(
        slug,
        form.unit or None,
        reading.concept(FieldName.CONCEPT, part, "a part of the framework", register.state) if part else None,
        _day(reading, FieldName.AS_OF, form.as_of, "the day as of which it is asked"),
        departures=True,
        ahead=_months(form.ahead),
        known_at=_day(reading, FieldName.KNOWN_AT, form.known_at, "the day on which it was known"),
    )
    reading.finish()
    return register.ask_capability(question, access)


def _day(reading: Reading, field: FieldName, typed: DateFields, what: str) -> datetime.date | None:
    day = reading.optional_date(field, typed, what)
    with reading.asking(field):
        require_told(today(), day)
    return day


def _months(text: str) -> int:
    if not text:
        return AHEAD
    # More digits than any horizon has are no number that anybody meant.
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 4 else 0


def _view(register: Register, access: Access, slug: str, form: OrganisationForm, found: Capability) -> OneOrganisation:
    state = register.state
    body = CapabilityBody.of(found, state)
    history = _history(register, access, found.question)
    named = read_cards(found.people_named, access.views, register.store)
    people = {person_digits(iri): Link(card.name, person_page(iri)) for iri, card in named.items()}
    charts = {name: Markup(chart) for name, chart in charts_of(body, history).items()}  # noqa: S704 - our own SVG
    api = address(
        f"/api/v1/organisations/{quote(slug)}/capability",
        concept=found.question.concept,
        unit=found.question.unit,
        as_of=found.question.as_of,
        known_at=found.question.known_at,
        ahead=found.question.ahead if found.leaving and found.question.ahead != AHEAD else None,
    )
    join = "&" if "?" in api else "?"
    return OneOrganisation(
        name=state.organisation(slug).name,
        href=organisation_page(slug),
        form=form,
        told_of=_told_of(body),
        whole=found.whole,
        people=found.people,
        mapped=found.mapped,
        what=found.concept.pref_label if found.concept else "the whole framework",
        grids=(
            *_grids(body, history, charts, state, people),
            _targets(body, mine=sees_structure(access, slug)),
        ),
        leaving=leaving_in_words(body.leaving) if body.leaving else "",
        declared=headcount_in_words(body.headcount) if body.headcount else "",
        headcounts=_headcounts(access, slug),
        none=tuple(
            (_concept_link(state, one.concept.iri), f"{one.asked:,} asked, declared on {one.declared_on:%-d %B %Y}")
            for one in body.none
        ),
        not_mapped=tuple(_concept_link(state, iri) for iri in found.not_mapped),
        domains=_domains(state.framework),
        units=_options(found),
        downloads=(
            *(Link(form_.value.upper(), f"{api}{join}format={form_.value}") for form_ in Form),
            Link("JSON", api),
        ),
        provenance=Provenance(found.version, framework_version(state)),
    )


def _history(register: Register, access: Access, question: CapabilityQuestion) -> TrendBody:
    asked = TrendQuestion(question.organisation, question.concept, known_at=question.known_at)
    return TrendBody.of(register.ask_trend(asked, access), register.state)


def _told_of(body: CapabilityBody) -> str:
    at = f", as of {body.as_of:%-d %B %Y}" if body.as_of else ""
    return f"{at}, as known on {body.known_at:%-d %B %Y}" if body.known_at else at


def _headcounts(access: Access, slug: str) -> Link | None:
    if not sees_structure(access, slug):
        return None
    return Link("Declare a headcount" if slug in access.keeps else "All headcounts declared", coverage_page(slug))


def _grids(
    body: CapabilityBody, history: TrendBody, charts: dict[str, Markup], state: State, people: Mapping[str, Link]
) -> list[Grid]:
    asked = any(one.asked is not None for one in body.lines)
    going = body.leaving is not None
    lines = Grid(
        "lines",
        "Coverage and depth",
        (
            "Part of the framework",
            "Mapped",
            *_ABOVE[1:],
            "Within two years",
            "Hanging on one",
            *(["Asked"] if asked else []),
            *(["Leaving", "Should have left"] if going else []),
        ),
        tuple(_line(one, body.organisation, state, asked=asked, going=going) for one in body.lines),
        "Nothing is recorded here: nobody was asked, as far as is known, which is not none.",
        chart=charts["Lines"] if body.lines else None,
        about="The table counts people at each level or above."
        + (" Asked says how many people were asked, as declared." if asked else "")
        + (" Leaving and should have left are of those at working level or above." if going else ""),
        charted="The chart counts each person once, by the best of their levels there.",
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
            ("Day", *_ABOVE),
            days,
            chart=charts["Trend"],
            about="People at each level or above, of the whole organisation, as known "
            + (f"at the end of {history.known_at:%-d %B %Y}" if history.known_at else "now")
            + ". People who have left since are counted, and not named.",
        )
    )
    leaving = _leaving(body.leaving, state, people) if body.leaving else ()
    return [*grids, _points(body, state, people), *leaving, _departures(body, people), _units(body)]


def _line(one: LineBody, slug: str, state: State, *, asked: bool, going: bool) -> tuple[str | Link, ...]:
    concept = state.framework.concept(one.concept.iri)
    deeper = address(organisation_page(slug), concept=concept.notation or concept.iri)
    name = f"{concept.pref_label} {concept.notation or ''}".strip()
    label = Link(name, deeper if concept.narrower else skill_page(concept))
    # Whoever is mapped is at awareness or above.
    counts = (one.mapped, *(one.at_least[level] for level in _LEVELS[1:]), one.fresh, one.hanging)
    told = ["" if one.asked is None else f"{one.asked:,}"] if asked else []
    if going:
        told += [count_or_unknown(one.leaving), count_or_unknown(one.should_have_left)]
    return (label, *(f"{count:,}" for count in counts), *told)


def _not_shared(body: CapabilityBody) -> Grid:
    def said(one: LineBody, level: str) -> str:
        figure = (one.not_shared or {})[level]
        if figure.withheld:
            return wording.withheld(figure.withheld)
        return "not mapped" if figure.low is None else f"{figure.low} to {figure.high}"

    return Grid(
        "not-shared",
        "Records that are not shared with you",
        ("Part of the framework", *_ABOVE),
        tuple((one.concept.label, *(said(one, level) for level in _LEVELS)) for one in body.lines if one.not_shared),
        about=f"Published figures of {body.figures_of:%-d %B %Y}, in bands, so that none gives a person away.",
    )


def _person(digits: str | None, people: Mapping[str, Link]) -> str | Link:
    return "has left since" if digits is None else people.get(digits, digits)


def _named(digits: str | None, people: Mapping[str, Link]) -> str:
    found = _person(digits, people)
    return found.text if isinstance(found, Link) else found


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


def _leaving(found: LeavingBody, state: State, people: Mapping[str, Link]) -> Iterator[Grid]:
    unknown = "No leaving date is known of anybody here, so nobody can say. It does not mean that all stay."
    lost = tuple(
        (
            Link(f"{one.skill.label} {one.skill.notation or ''}".strip(), _concept_link(state, one.skill.iri).href),
            f"{one.since:%-d %B %Y}",
            ", ".join(_named(person, people) for person in one.people),
            f"{one.behind:,}",
        )
        for one in found.lost
    )
    yield Grid(
        "lost",
        "Lost when known leavers go",
        ("Skill", "Nobody from", "Who takes it with them", "At working level behind them"),
        lost,
        "No skill would be lost by those who are known to leave." if found.known else unknown,
        numeric=False,
        about="Nobody would have the skill at practitioner level or above once all have gone who are known to leave by "
        f"{found.until:%-d %B %Y}, or should have left. There may be more, of whom no date is known.",
    )
    if found.overdue:
        yield Grid(
            "should-have-left",
            "Should have left",
            ("Person", "Leaving date"),
            tuple((_person(one.person, people), f"{one.leaves_on:%-d %B %Y}") for one in found.overdue),
            numeric=False,
            about="Their leaving date has passed, and they still count elsewhere. Send a full picture without them to "
            "end their records, or a sheet with a new date.",
        )


def _departures(body: CapabilityBody, people: Mapping[str, Link]) -> Grid:
    found = body.fragility
    told = body.leaving is not None and body.leaving.known > 0
    rows = tuple(
        (
            f"{number}",
            _person(one.person, people),
            ", ".join(skill.label for skill in one.skills),
            *([f"{one.leaves_on:%-d %B %Y}" if one.leaves_on else "not known"] if told else []),
        )
        for number, one in enumerate(found.departures if found else (), 1)
    )
    return Grid(
        "departures",
        "Which departures would cost most",
        ("Order", "Person", "Skills that nobody would have any more", *(["Leaves on"] if told else [])),
        rows,
        "No few departures would cost a skill at practitioner level or above.",
        numeric=False,
        about="One after another, each time the person with whom most skills would be lost.",
    )


def _units(body: CapabilityBody) -> Grid:
    def name(unit: str, path: list[str]) -> str | Link:
        if not unit:
            return "No unit said"
        return Link(" > ".join((*path, unit)), address(organisation_page(body.organisation), unit=unit))

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


def _targets(body: CapabilityBody, *, mine: bool) -> Grid:
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
        "No targets are set." if mine else "Targets are shown to those who belong to the organisation.",
        numeric=False,
    )


def _seen(found: Coverage, slug: str) -> str:
    if slug not in found.organisations:
        return "nobody whom you may see"
    place = found.organisations.index(slug)
    people, declared = found.people[place], found.headcounts[place]
    said = f" (declared: {declared.headcount:,})" if declared else ""
    return f"{people:,} {wording.plural(people, 'person')}{said}"


def _heat(found: Coverage, state: State, number: int) -> HeatRow:
    """A branch with the organisations that have mapped it, or asked about it, those with the greatest part first."""
    iri = found.branches[number]
    branch = state.framework.concept(iri)
    names = {one.slug: one.name for one in state.organisations}
    cells = []
    for slug, people, row, said in zip(found.organisations, found.people, found.cells, found.asked, strict=True):
        cell, asked = row[number], said[iri].mapped or 0 if iri in said else 0
        if cell.mapped or asked:
            cells.append(
                (names.get(slug, slug), people, cell.mapped, cell.holders[_STRONG], asked, organisation_page(slug))
            )
    cells.sort(key=lambda one: (-one[3] / max(1, one[1]), one[0]))
    title = f"{branch.pref_label}: practitioners or better, of the people mapped, by organisation"
    chart = heat(Chart(f"heat-{number}", title), [one[:5] for one in cells])
    others = len(found.organisations) - len(cells)
    deeper = address("/organisations", concept=_code(branch)) if branch.narrower else skill_page(branch)
    return HeatRow(
        Link(branch.pref_label, deeper),
        tuple(
            HeatCell(
                Link(name, address(page, concept=_code(branch))),
                f"{strong:,} of {mapped:,}" if mapped else f"none of {asked:,} asked",
                f"{strong * 100 / max(1, people):.0f}%",
            )
            for name, people, mapped, strong, asked, page in cells
        ),
        f"{others} other {wording.plural(others, 'organisation')}: not mapped" if others else "",
        Markup(chart),  # noqa: S704 - our own SVG, its texts escaped
    )


def _named_branch(row: HeatRow) -> str:
    return row.branch.text


def _domains(framework: Framework) -> tuple[Option, ...]:
    domains = map(framework.concept, framework.top_concepts(OWN_SCHEME))
    return tuple(Option(_code(one), one.pref_label) for one in domains if not one.deprecated)


def _code(concept: Concept) -> str:
    return concept.notation or concept.pref_label


def _concept_link(state: State, iri: str) -> Link:
    concept = state.framework.concept(iri)
    return Link(concept.pref_label, skill_page(concept))


def _options(found: Capability) -> tuple[Option, ...]:
    return tuple(Option(one.name, " > ".join((*one.path, one.name))) for one in found.units if one.name)


def unit_options(register: Register, access: Access, slug: str) -> tuple[Option, ...]:
    """The units of an organisation that the caller may choose among, each with what is above it."""
    return _options(register.ask_capability(CapabilityQuestion(slug), access))
