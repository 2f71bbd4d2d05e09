"""The pages of gaps, pathways and plans, and of who is close to a role."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.audit import Action
from gse_skills.development import (
    NeedGap,
    Pathway,
    Pathways,
    Standing,
    ask_gap,
    ask_pathways,
    who_is_close,
)
from gse_skills.development import PersonGap as FoundGap
from gse_skills.errors import AmbiguousError, InputError, NotFoundError
from gse_skills.framework import OWN_SCHEME, Framework, RoleProfile, role_named
from gse_skills.opportunity import Match, help_for
from gse_skills.people import Card
from gse_skills.register import Register, State
from gse_skills_service.api.dossier import PERSONAL
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address, person_page, role_page, skill_page
from gse_skills_service.pages.days import as_of_words, read_day
from gse_skills_service.pages.form import FormError, Reading, date_asked
from gse_skills_service.pages.frame import FieldName, Link, Option, Section
from gse_skills_service.pages.views import (
    CloseRow,
    CloseToRole,
    DateFields,
    HelpRow,
    Mistake,
    NeedRow,
    PersonGap,
    View,
    WayRow,
)
from gse_skills_service.pages.wording import assessor, day
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_Short = Annotated[str, Query(max_length=300)]
_WAYS = 5
_HELPS = 3
"""Opportunities named for each skill that is missing; the search has the others."""
_NO_ROLE = ("no-own-role", "no-next-role")
"""Rules by which nothing is wrong with what was asked: there is only no role to compare with."""


@router.get("/people/{identifier}/gap")
def person_gap(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    as_of: Annotated[DateFields, date_asked(FieldName.AS_OF)],
    role: _Short = "",
) -> Response:
    """A person and a role, and where else their skills lead; today or on another day."""
    reading = Reading()
    day = read_day(reading, as_of)
    try:
        reading.finish()
    except FormError as error:
        ways = ask_pathways(register, access, identifier, _WAYS)
        view = replace(_ways(ways, role, as_of, register.state.framework), mistakes=error.mistakes)
        return _show(request, view, status=status_of(error))
    ways = ask_pathways(register, access, identifier, _WAYS, as_of=day)
    if f"{FieldName.AS_OF}-year" in request.query_params:
        # The address to share has a day in one piece.
        return RedirectResponse(address(_gap_page(ways.card), role=role.strip(), as_of=as_of.iso), 303)
    witness.saw(Action.READ_PERSON, [(ways.card.organisation, ways.card.person)])
    view = _ways(ways, role, as_of, register.state.framework)
    return _compared(request, register, access, ways.card, view, role.strip(), day)


def _compared(
    request: Request,
    register: Register,
    access: Access,
    card: Card,
    view: PersonGap,
    role: str,
    day: datetime.date | None,
) -> HTMLResponse:
    """The page with what the role needs, or with why there is none to compare with."""
    try:
        gap = ask_gap(register, access, card.person.rpartition("/")[2], role or None, as_of=day)
    except InputError as error:
        if error.rule in _NO_ROLE:
            return _show(request, replace(view, told=f"{error.message} {error.remedy}".strip()))
        choices = tuple(Link(one["label"], address(view.action, role=one["iri"], as_of=day)) for one in _meant(error))
        view = replace(view, choices=choices, mistakes=(role_mistake(error),))
        return _show(request, view, status=status_of(error))
    help_ = help_for(register, card, gap.gap, access)
    return _show(request, _with_gap(view, gap, help_, _plan_page(access, card), register.state.framework))


def _ways(ways: Pathways, role: str, as_of: DateFields, framework: Framework) -> PersonGap:
    return PersonGap(
        ways.card.name,
        (Link(ways.card.name, f"/people/{ways.card.person.rpartition('/')[2]}"),),
        _gap_page(ways.card),
        role,
        fitting=tuple(_role_link(one, framework) for one in ways.fits),
        ways=tuple(_way(one, framework) for one in ways.pathways),
        whole=ways.whole,
        roles=roles_offered(framework),
        as_of=as_of,
        of_day=as_of_words(ways.as_of),
    )


def read_role(reading: Reading, typed: str, state: State) -> str:
    """The code or IRI of the role that somebody names, empty for none; tells of a name that means none, or several."""
    if not typed.strip():
        return ""
    try:
        found = role_named(typed, state.framework, state.lookup)
    except (NotFoundError, AmbiguousError) as error:
        wrong = role_mistake(error)
        reading.blame(wrong.field, wrong.message)
        return ""
    return state.framework.concept(found.iri).notation or found.iri


def role_mistake(error: InputError) -> Mistake:
    """Why a name means no one role, with those that it may mean."""
    if not isinstance(error, NotFoundError | AmbiguousError):
        return Mistake.of(error, FieldName.ROLE)
    meant = ", ".join(f"{one['label']} ({one['notation'] or one['iri']})" for one in _meant(error))
    if isinstance(error, AmbiguousError):
        return Mistake(FieldName.ROLE, f"Several roles have that name. Enter the code of one: {meant}")
    near = f"The nearest are: {meant}" if meant else "Choose one of those that are suggested as you type"
    return Mistake(FieldName.ROLE, f"No role has that name. {near}")


def _meant(error: InputError) -> list[dict[str, str]]:
    """The roles that may be meant."""
    found = error.extra.get("choices") or error.extra.get("nearest") or []
    assert isinstance(found, list), "choices are a list wherever there are any"
    return found


def _gap_page(card: Card) -> str:
    return f"/people/{card.person.rpartition('/')[2]}/gap"


def _plan_page(access: Access, card: Card) -> str:
    """Where the person's plan is, for whoever may set a goal in it."""
    digits = card.person.rpartition("/")[2]
    return f"/people/{digits}/plan" if access.person == digits or card.organisation in access.keeps else ""


@router.get("/framework/role/close")
def close_to_role(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, role: _Short
) -> HTMLResponse:
    """Who is close to a role, of the people whom the caller sees."""
    state = register.state
    found = who_is_close(register, access, role_named(role, state.framework, state.lookup))
    seen = [(one.card.organisation, one.card.person) for one in found.close]
    witness.saw(Action.SEARCH_EXPERTS, seen, [found.role.iri])
    named = {organisation.slug: organisation.name for organisation in state.organisations}
    rows = tuple(
        CloseRow(
            Link(one.card.name, person_page(one.card.person)),
            named.get(one.card.organisation, one.card.organisation),
            one.missing,
            one.not_mapped,
            Link("What is missing", address(f"/people/{one.card.person.rpartition('/')[2]}/gap", role=found.role.iri)),
        )
        for one in found.close
    )
    return _show(
        request,
        CloseToRole(_role_link(found.role, state.framework), found.people, found.fit, rows),
        section=Section.FRAMEWORK,
    )


def roles_offered(framework: Framework) -> tuple[Option, ...]:
    """The roles of our own scheme that are in use, to be suggested: other schemes have occupations by the thousand."""
    known = (framework.concept(iri) for iri in framework.roles)
    found = (one for one in known if one.scheme == OWN_SCHEME and not one.deprecated)
    return tuple(sorted((Option(one.pref_label, one.notation or "") for one in found), key=lambda one: one.value))


def _show(request: Request, view: View, section: Section | None = None, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, section, status=status)
    page.headers.update(PERSONAL)
    return page


def _with_gap(
    view: PersonGap, found: FoundGap, help_: Mapping[str, tuple[Match, ...]], plan: str, framework: Framework
) -> PersonGap:
    gap = found.gap
    missing = [one for one in (*gap.essential, *gap.desirable) if one.missing]
    # What somebody can help with comes first, and of that what is essential.
    missing.sort(key=lambda one: not help_.get(one.need.skill))
    return replace(
        view,
        # What led here may have named it by its IRI.
        role_name=gap.role.label if view.role_name else "",
        role=_role_link(gap.role, framework),
        own=found.own.profile.label if found.own else "",
        own_recorded=bool(found.own and found.own.recorded),
        fits=gap.fits,
        missing=_steps(gap.essential),
        unasked=_unasked(gap.essential),
        essential=tuple(_need(one, framework) for one in gap.essential),
        desirable=tuple(_need(one, framework) for one in gap.desirable),
        help=tuple(_help(one, help_.get(one.need.skill, ()), plan, framework) for one in missing),
    )


def _help(one: NeedGap, matches: Sequence[Match], plan: str, framework: Framework) -> HelpRow:
    concept = framework.concept(one.need.skill)
    needed = one.needed.label if one.needed else ""
    return HelpRow(
        Link(concept.pref_label, skill_page(concept)),
        concept.notation or "",
        needed,
        tuple(_opportunity(each) for each in matches[:_HELPS]),
        address("/opportunities", skill=concept.notation or concept.iri) if len(matches) > _HELPS else "",
        address(plan, skill=concept.notation or concept.iri, level=needed) if plan else "",
    )


def _opportunity(match: Match) -> tuple[Link, str]:
    """A link to what helps, with what tells it from others."""
    one = match.offered.opportunity
    ends = "" if one.ends == one.starts else f" to {day(one.ends)}"
    notes = [
        f"leads to {match.reaches.label}",
        "" if match.ready else "asks for a higher level than is recorded",
        f"{day(one.starts)}{ends}",
        "from anywhere" if one.remote else one.site,
    ]
    return Link(one.title, f"/opportunities/{one.digits}"), ", ".join(filter(None, notes))


def _need(one: NeedGap, framework: Framework) -> NeedRow:
    concept = framework.concept(one.need.skill)
    record = one.held.record if one.held else None
    return NeedRow(
        Link(concept.pref_label, skill_page(concept)),
        concept.notation or "",
        one.needed.label if one.needed else "",
        record.level.label if record else "",
        f"Assessed by {assessor(record.basis)}, {day(record.assessed_on)}" if record else "",
        _steps([one]),
        " ".join(_notes(one, framework)),
    )


def _notes(one: NeedGap, framework: Framework) -> Iterator[str]:
    def name(iri: str) -> str:
        return framework.concept(iri).pref_label

    if framework.concept(one.need.skill).deprecated:
        yield "No longer used; what took its place counts."
    if one.held is not None and one.held.mapped:
        yield f"Counts over the mapping of {name(one.held.mapped)}."
    if one.near is not None:
        yield f"Eased by {name(one.near.record.skill)}."


def _steps(needs: Iterable[NeedGap]) -> int:
    """The steps known to be missing: of a skill about which nobody has asked, nobody knows of any."""
    return sum(one.missing for one in needs if one.standing is Standing.BELOW)


def _unasked(needs: Iterable[NeedGap]) -> int:
    return sum(one.standing is Standing.NOT_MAPPED for one in needs)


def _way(way: Pathway, framework: Framework) -> WayRow:
    stones = {one.near.record.skill: None for one in way.missing if one.near is not None}
    return WayRow(
        _role_link(way.role, framework),
        tuple(move.role.label for move in way.moves[:-1]),
        _steps(way.missing),
        tuple(framework.concept(iri).pref_label for iri in stones),
        _unasked(way.missing),
    )


def _role_link(role: RoleProfile, framework: Framework) -> Link:
    return Link(role.label, role_page(framework.concept(role.iri)))
