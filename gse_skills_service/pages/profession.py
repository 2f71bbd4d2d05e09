"""A profession lead's start page: the ways into their profession, how judgements compare, and how levels moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.assessment import Calibration, CalibrationQuestion, calibrate
from gse_skills.assessment.calibration import ProtectedSpread, Spread
from gse_skills.development import GroupProgress, first_day, group_progress
from gse_skills.disclosure import Figure
from gse_skills.errors import RefusedError
from gse_skills.framework import Framework
from gse_skills.register import Register, State, today
from gse_skills.vocabulary import Audience, Level
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address, skill_page
from gse_skills_service.pages.days import as_of_words, read_day
from gse_skills_service.pages.form import FormError, Reading, date_asked
from gse_skills_service.pages.frame import FieldName, Link
from gse_skills_service.pages.kit import DESK
from gse_skills_service.pages.managing import show
from gse_skills_service.pages.targets import targets_page
from gse_skills_service.pages.views import CalibrationFigures, DateFields, Grid, Mistake, Profession, ProfessionFigures

router = APIRouter(include_in_schema=False)

PROFESSION = "/profession"
_CALIBRATION, _PROGRESS = f"{PROFESSION}/calibration", f"{PROFESSION}/progress"
_CALIBRATED, _MOVED = "What people and their managers say", "How levels moved"
_STRONG = Level.PRACTITIONER
_WHOLE, _NOT_TOLD = "Whole organisation", "Not told"
_ABOUT_COUNTS = "Skills that somebody and their manager have both judged: who says more, and by how much."
_ABOUT_FIGURES = (
    "Of people who have judged a skill that their manager has judged too, how many say of themselves as much or more. "
    "Of several skills of somebody the one counts in which they say most."
)
_APART = {
    3: "Three levels more",
    2: "Two levels more",
    1: "One level more",
    0: "The same",
    -1: "One level less",
    -2: "Two levels less",
    -3: "Three levels less",
}
_COUNTED = ("People", "Skills compared", "On average, people say")
_MEASURED = ("People compared", "Say as much or more", "Say more", "Say two levels more")


@router.get(PROFESSION)
def show_profession(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """The ways to what a lead asks, in their own organisation."""
    slug = _led(access)
    ways = (
        (Link("What we can do", f"/organisations/{slug}"), "Coverage, depth, trend, and what hangs on one person."),
        (Link(_CALIBRATED, _CALIBRATION), "Where people say more or less of themselves than their managers do."),
        (Link(_MOVED, _PROGRESS), "People at a level, at the end of each of the last years."),
        (Link("Targets", targets_page(slug)), "What we aim at, and how each target stands."),
        (Link("What somebody lacks for a role", f"{DESK}#lacks"), "By name; with the opportunities that would help."),
        (Link("Who is close to a role", "/framework/roles"), "Choose a role; its page says who is close to it."),
        (Link("Opportunities", "/opportunities"), "Placements, mentors and lectures that would close a gap."),
        (Link("Proposals for the framework", "/proposals"), "Ask for a skill that is missing, or a better word."),
    )
    return show(request, Profession(register.state.organisation(slug).name, ways))


@router.get(_CALIBRATION)
def show_calibration(
    request: Request,
    register: Registered,
    access: Allowed,
    as_of: Annotated[DateFields, date_asked(FieldName.AS_OF)],
) -> Response:
    """How what people say of themselves compares with what their managers say, today or on another day."""
    slug, reading = _led(access), Reading()
    mistakes: tuple[Mistake, ...] = ()
    day = read_day(reading, as_of)
    try:
        reading.finish()
    except FormError as error:
        # The figures of today still stand below what is wrong.
        mistakes, day = error.mistakes, None
    if not mistakes and f"{FieldName.AS_OF}-year" in request.query_params:
        # The address to share has a day in one piece.
        return RedirectResponse(address(_CALIBRATION, as_of=as_of.iso), 303)
    found = calibrate(register, access, CalibrationQuestion(slug, as_of=day))
    lead = Audience.PRIVATE.view(slug) in access.counts
    view = _compared(found, register.state, lead=lead)
    view = replace(view, as_of=as_of, of_day=as_of_words(day), mistakes=mistakes)
    return show(request, view, 400 if mistakes else 200)


@router.get(_PROGRESS)
def show_progress(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """How levels moved over the last years, by domain."""
    slug, last = _led(access), today()
    lines = group_progress(register, access, slug, None, first_day(last), last)
    about = (
        f"People at {_STRONG.label.lower()} or above at the end of each period. Of records that are shared with you, "
        "exact; of the others, what was published on the day, in bands that give nobody away."
    )
    view = ProfessionFigures(
        _MOVED,
        register.state.organisation(slug).name,
        about,
        _progress(register, lines),
        Link("Your profession", PROFESSION),
    )
    return show(request, view)


def _led(access: Access) -> str:
    """The organisation of which a lead or steward may have figures; raises RefusedError (rule `not-lead`)."""
    slug = access.home
    if slug is None or not (slug in access.keeps or Audience.PRIVATE.view(slug) in access.counts):
        raise RefusedError(
            "This is for profession leads and stewards.",
            rule="not-lead",
            remedy="Sign in as the lead of a profession in your organisation.",
        )
    return slug


def _compared(found: Calibration, state: State, *, lead: bool) -> CalibrationFigures:
    about = _ABOUT_FIGURES if lead else _ABOUT_COUNTS
    if found.figures_of:
        about += f" Published on {wording.day(found.figures_of)}, in bands that give nobody away."
    return CalibrationFigures(
        _CALIBRATED,
        state.organisation(found.question.organisation).name,
        about,
        Link("Your profession", PROFESSION),
        _CALIBRATION,
        _protected(found, state.framework) if lead else _exact(found, state.framework),
        None if lead or not found.spreads else _unit_by_unit(found, state.framework),
        "" if lead else _summed(found.spreads[:1]),
    )


def _summed(whole: tuple[Spread, ...]) -> str:
    """The sentence that says most; empty where nothing is compared."""
    said = (
        f"On average people say {_difference(one)} of themselves {'as' if _same(one) else 'than'} their managers do."
        for one in whole
    )
    return next(said, "")


def _exact(found: Calibration, framework: Framework) -> tuple[Grid, ...]:
    """The whole organisation by how far apart the two are, by unit, and by part of the framework."""
    apart = tuple(
        (_APART[by], wording.number(whole.differences[by]))
        for whole in found.spreads[:1]
        for by in sorted(whole.differences, reverse=True)
    )
    units = tuple((one.unit or _WHOLE, *_counted(one)) for one in found.spreads if not one.group)
    groups = tuple(
        (framework.concept(one.group).pref_label, *_counted(one)) for one in found.spreads if one.group and not one.unit
    )
    if not apart:
        return (
            Grid("apart", "How far apart they are", (), (), "Nobody and their manager have judged the same skill."),
        )
    return (
        Grid("apart", "How far apart they are", ("People say of themselves", "Skills"), apart),
        Grid("units", "By unit", ("Unit", *_COUNTED), units),
        Grid("groups", "By part of the framework", ("Part of the framework", *_COUNTED), groups),
    )


def _unit_by_unit(found: Calibration, framework: Framework) -> Grid:
    rows = tuple(
        (_place(one.unit, framework.concept(one.group).pref_label), *_counted(one))
        for one in found.spreads
        if one.unit and one.group
    )
    return Grid("both", "Each unit by part of the framework", ("Unit and part", *_COUNTED), rows)


def _counted(one: Spread) -> tuple[str, str, str]:
    said = _difference(one)
    return wording.number(one.people), wording.number(one.pairs), said


def _same(one: Spread) -> bool:
    return round(one.mean, 1) == 0


def _difference(one: Spread) -> str:
    """By how much people say more of themselves on average, in words.

    >>> _difference(Spread("", "", 2, 2, {1: 1, 0: 1})), _difference(Spread("", "", 1, 1, {-1: 1}))
    ('0.5 levels more', '1.0 levels less')
    """
    if _same(one):
        return "the same"
    return f"{abs(one.mean):.1f} levels {'more' if one.mean > 0 else 'less'}"


def _protected(found: Calibration, framework: Framework) -> tuple[Grid, ...]:
    def rows(those: Iterable[ProtectedSpread]) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (_place(one.unit, framework.concept(one.branch).pref_label), *map(_told, one.figures)) for one in those
        )

    hidden = any(figure.rule for one in found.protected for figure in one.figures)
    rest = f"“{_NOT_TOLD}” stands where a figure, or two set against each other, would point at few people."
    nothing = "Too few people are compared for figures that give nobody away."
    whole = rows(one for one in found.protected if not one.unit)
    units = rows(one for one in found.protected if one.unit)
    grids = [
        Grid("groups", "By part of the framework", ("Part of the framework", *_MEASURED), whole, nothing),
        *([Grid("units", "By unit", ("Unit and part", *_MEASURED), units)] if units else []),
    ]
    return (*grids[:-1], replace(grids[-1], rest=rest if hidden else ""))


def _place(unit: str, branch: str) -> str:
    return f"{unit}: {branch}" if unit else branch


def _told(figure: Figure) -> str:
    return _NOT_TOLD if figure.rule else str(figure).capitalize()


def _said(figure: Figure) -> str:
    return (wording.withheld(figure.rule) if figure.rule else str(figure)).capitalize()


def _progress(register: Register, lines: tuple[GroupProgress, ...]) -> Grid:
    days = [wording.day(counts.day) for counts in lines[0].seen] if lines else []
    rows = tuple(_moved(register, line) for line in lines if _is_mapped(line))
    others = len(lines) - len(rows)
    rest = f"{others:,} other {wording.plural(others, 'domain')}: not mapped." if others else ""
    return Grid(
        "figures",
        "By domain",
        ("Domain", *days, "Not shared with you, newest figure"),
        rows,
        "Nothing is mapped in any domain.",
        rest=f"{rest} Nobody was asked there, as far as is known, which is not none." if rest else "",
    )


def _is_mapped(line: GroupProgress) -> bool:
    """Whether anything was recorded on any of the days, be it known by name or by figures alone."""
    return any(counts.people for counts in line.seen) or any(set(one.figures) != {Figure()} for one in line.not_shared)


def _moved(register: Register, line: GroupProgress) -> tuple[str | Link, ...]:
    concept = register.state.framework.concept(line.concept)
    seen = (wording.number(one.at_least[_STRONG - 1]) if one.people else "not mapped" for one in line.seen)
    newest = line.not_shared[-1] if line.not_shared else None
    other = f"{_said(newest.figures[_STRONG - 1])} on {wording.day(newest.day)}" if newest else "None published"
    return (Link(concept.pref_label, skill_page(concept)), *seen, other)
