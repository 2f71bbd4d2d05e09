"""A profession lead's start page: the ways into their profession, how judgements compare, and how levels moved."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from gse_skills.access import Access
from gse_skills.assessment import Calibration, CalibrationQuestion, calibrate
from gse_skills.development import GroupProgress, first_day, group_progress
from gse_skills.disclosure import Figure
from gse_skills.errors import RefusedError
from gse_skills.register import Register, today
from gse_skills.vocabulary import Audience, Level
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import skill_page
from gse_skills_service.pages.frame import Link
from gse_skills_service.pages.managing import show
from gse_skills_service.pages.targets import targets_page
from gse_skills_service.pages.views import Grid, Profession, ProfessionFigures

router = APIRouter(include_in_schema=False)

PROFESSION = "/profession"
_CALIBRATION, _PROGRESS = f"{PROFESSION}/calibration", f"{PROFESSION}/progress"
_CALIBRATED, _MOVED = "What people and their managers say", "How levels moved"
_STRONG = Level.PRACTITIONER


@router.get(PROFESSION)
def show_profession(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """The ways to what a lead asks, in their own organisation."""
    slug = _led(access)
    ways = (
        (Link("What we can do", f"/organisations/{slug}"), "Coverage, depth, trend, and what hangs on one person."),
        (Link(_CALIBRATED, _CALIBRATION), "Where people say more or less of themselves than their managers do."),
        (Link(_MOVED, _PROGRESS), "People at a level, at the end of each of the last years."),
        (Link("Targets", targets_page(slug)), "What we aim at, and how each target stands."),
        (Link("Who is close to a role", "/framework/roles"), "Choose a role; its page says who is close to it."),
        (Link("Opportunities", "/opportunities"), "Placements, mentors and lectures that would close a gap."),
        (Link("Proposals for the framework", "/proposals"), "Ask for a skill that is missing, or a better word."),
    )
    return show(request, Profession(register.state.organisation(slug).name, ways))


@router.get(_CALIBRATION)
def show_calibration(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """How what people say of themselves compares with what their managers say."""
    slug = _led(access)
    found = calibrate(register, access, CalibrationQuestion(slug))
    about = "How what people say of themselves compares with what their managers say, where both judged a skill."
    if found.figures_of:
        about += f" Published on {wording.day(found.figures_of)}, in bands that give nobody away."
    return _show(request, register, slug, _CALIBRATED, about, _calibration(register, found))


@router.get(_PROGRESS)
def show_progress(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """How levels moved over the last years, by domain."""
    slug, last = _led(access), today()
    lines = group_progress(register, access, slug, None, first_day(last), last)
    about = (
        f"People at {_STRONG.label.lower()} or above at the end of each period. Of records that are shared with you, "
        "exact; of the others, what was published on the day, in bands that give nobody away."
    )
    return _show(request, register, slug, _MOVED, about, _progress(register, lines))


def _show(request: Request, register: Register, slug: str, title: str, about: str, grid: Grid) -> HTMLResponse:
    name = register.state.organisation(slug).name
    return show(request, ProfessionFigures(title, name, about, grid, Link("Your profession", PROFESSION)))


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


def _calibration(register: Register, found: Calibration) -> Grid:
    framework = register.state.framework
    title = "By unit and part of the framework"
    if found.protected or not found.spreads:
        rows = tuple(
            (_place(one.unit, framework.concept(one.branch).pref_label), *map(_said, one.figures))
            for one in found.protected
        )
        headings = ("Unit and branch", "Compared", "Say at least as much", "Say more", "Say two levels more")
        return Grid("figures", title, headings, rows, "There is nothing to compare that could be told yet.")
    exact = tuple(
        (
            _place(one.unit, framework.concept(one.group).pref_label if one.group else "All groups"),
            wording.number(one.people),
            wording.number(one.pairs),
            f"{one.mean:+.1f}",
        )
        for one in found.spreads
    )
    return Grid("figures", title, ("Unit and group", "People", "Skills compared", "Mean difference in levels"), exact)


def _place(unit: str, branch: str) -> str:
    return f"{unit}: {branch}" if unit else f"Whole organisation: {branch}"


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
