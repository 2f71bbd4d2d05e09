"""The pages of gaps, pathways and plans, and of who is close to a role."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.audit import Action
from gse_skills.description import Triples
from gse_skills.development import (
    GoalChange,
    GoalState,
    NeedGap,
    NewGoal,
    Pathway,
    Plan,
    add_goal,
    ask_gap,
    ask_pathways,
    change_goal,
    read_plan,
    who_is_close,
)
from gse_skills.development import PersonGap as FoundGap
from gse_skills.development.holding import find_card
from gse_skills.errors import AmbiguousError, ConflictError, GseSkillsError, InputError, NotFoundError
from gse_skills.framework import Framework, RoleProfile, role_named
from gse_skills.register import Register
from gse_skills.vocabulary import FOAF, ID, Level
from gse_skills_service.api.dossier import PERSONAL
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address, role_page, skill_page
from gse_skills_service.pages.dossier import record_link
from gse_skills_service.pages.frame import FieldName, Link, Option, Section
from gse_skills_service.pages.views import (
    CloseRow,
    CloseToRole,
    DateFields,
    GoalForm,
    GoalRow,
    Mistake,
    NeedRow,
    PersonGap,
    PersonPlan,
    View,
    WayRow,
)
from gse_skills_service.pages.wording import assessor, day
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_Short = Annotated[str, Query(max_length=300)]
_Typed = Annotated[str, Form(max_length=10_000)]
_WAYS = 5
_NO_ROLE = ("no-own-role", "no-next-role")
"""Rules by which nothing is wrong with what was asked: there is only no role to compare with."""
_FIELD_OF_RULE = {
    "how-missing": FieldName.HOW,
    "text-too-long": FieldName.HOW,
    "bad-evidence": FieldName.EVIDENCE,
    "dates-out-of-order": FieldName.BY,
    "date-past": FieldName.BY,
    "bad-date": FieldName.BY,
    "bad-begin": FieldName.BEGINS,
    "bad-level": FieldName.LEVEL,
    "level-already-held": FieldName.LEVEL,
}


@router.get("/people/{identifier}/gap")
def person_gap(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, identifier: str, role: _Short = ""
) -> HTMLResponse:
    """A person and a role, and where else their skills lead."""
    ways = ask_pathways(register, access, identifier, _WAYS)
    witness.saw(Action.READ_PERSON, [(ways.card.organisation, ways.card.person)])
    framework = register.state.framework
    view = PersonGap(
        ways.card.name,
        (Link(ways.card.name, f"/id/person/{identifier}"),),
        f"/people/{identifier}/gap",
        role,
        fitting=tuple(_role_link(one, framework) for one in ways.fits),
        ways=tuple(_way(one, framework) for one in ways.pathways),
        whole=ways.whole,
    )
    try:
        view = _with_gap(view, ask_gap(register, access, identifier, role.strip() or None), framework)
    except (NotFoundError, AmbiguousError) as error:
        said = Mistake(FieldName.ROLE, f"{error.message} {error.remedy}".strip())
        status = 200 if error.rule in _NO_ROLE else status_of(error)
        return _show(request, replace(view, mistakes=(said,)), status=status)
    return _show(request, view)


@router.get("/people/{identifier}/plan")
def person_plan(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, identifier: str
) -> HTMLResponse:
    """A person's development plan."""
    plan = read_plan(register, access, identifier)
    witness.opened(Action.READ_PERSON, plan.organisation, plan.person)
    return _show(request, _plan(plan, register, access))


@dataclass(frozen=True, slots=True)
class _Days:
    """The days of a goal, as they were typed."""

    begins: DateFields
    by: DateFields


def _typed_days(
    begins_day: Annotated[str, Form(alias="begins-day", max_length=10)] = "",
    begins_month: Annotated[str, Form(alias="begins-month", max_length=10)] = "",
    begins_year: Annotated[str, Form(alias="begins-year", max_length=10)] = "",
    by_day: Annotated[str, Form(alias="by-day", max_length=10)] = "",
    by_month: Annotated[str, Form(alias="by-month", max_length=10)] = "",
    by_year: Annotated[str, Form(alias="by-year", max_length=10)] = "",
) -> _Days:
    return _Days(
        DateFields(begins_day.strip(), begins_month.strip(), begins_year.strip()),
        DateFields(by_day.strip(), by_month.strip(), by_year.strip()),
    )


@router.post("/people/{identifier}/plan")
def send_plan(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    days: Annotated[_Days, Depends(_typed_days)],
    goal: _Typed = "",
    version: _Typed = "",
    state: _Typed = "",
    skill: _Typed = "",
    level: _Typed = "",
    how: _Typed = "",
    evidence: _Typed = "",
) -> Response:
    """Set a goal, or change the state of the one that is named."""
    plan = read_plan(register, access, identifier)
    form = GoalForm() if goal else GoalForm(skill, level, days.begins, days.by, how, evidence)
    try:
        if goal:
            wanted = GoalChange(GoalState.named(state))
            change_goal(register, access, identifier, goal, wanted, version=version, dry_run=True)
            with witness.doing(Action.CHANGE, [plan.organisation]):
                change_goal(register, access, identifier, goal, wanted, version=version, dry_run=False)
        else:
            asked = _asked(form)
            # What is wrong with it shows before the log tells of a change.
            add_goal(register, access, identifier, asked, dry_run=True)
            with witness.doing(Action.CHANGE, [plan.organisation]):
                add_goal(register, access, identifier, asked, dry_run=False)
    except (InputError, ConflictError, NotFoundError, AmbiguousError) as error:
        view = _plan(read_plan(register, access, identifier), register, access)
        mistakes = (_mistake(error, FieldName.STATE if goal else FieldName.SKILL),)
        return _show(request, replace(view, form=form, mistakes=mistakes, wrong=goal), status=status_of(error))
    return RedirectResponse(f"/people/{identifier}/plan", 303)


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
            Link(one.card.name, address(f"/people/{one.card.person.rpartition('/')[2]}/gap", role=found.role.iri)),
            named.get(one.card.organisation, one.card.organisation),
            one.missing,
            one.not_mapped,
        )
        for one in found.close
    )
    return _show(
        request,
        CloseToRole(_role_link(found.role, state.framework), found.people, found.fit, rows),
        section=Section.FRAMEWORK,
    )


def development_links(iri: str, triples: Triples, access: Access) -> tuple[Link, ...]:
    """From the page of a person to their gaps, and to their plan for whoever may read it; none for other things."""
    digits = iri.removeprefix(ID["person/"])
    # Who is not shown has no name here.
    if digits == iri or not any(one.predicate.value == FOAF.name for one in triples):
        return ()
    gap = Link("Skills, roles and what is missing", f"/people/{digits}/gap")
    plan = Link("Development plan", f"/people/{digits}/plan")
    return (gap, plan) if record_link(iri, triples, access) is not None else (gap,)


def _show(request: Request, view: View, section: Section | None = None, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, section, status=status)
    page.headers.update(PERSONAL)
    return page


def _with_gap(view: PersonGap, found: FoundGap, framework: Framework) -> PersonGap:
    gap = found.gap
    return replace(
        view,
        role=_role_link(gap.role, framework),
        own=found.own.label if found.own else "",
        fits=gap.fits,
        missing=gap.missing,
        essential=tuple(_need(one, framework) for one in gap.essential),
        desirable=tuple(_need(one, framework) for one in gap.desirable),
    )


def _need(one: NeedGap, framework: Framework) -> NeedRow:
    concept = framework.concept(one.need.skill)
    record = one.held.record if one.held else None
    return NeedRow(
        Link(concept.pref_label, skill_page(concept)),
        concept.notation or "",
        one.needed.label if one.needed else "",
        record.level.label if record else "",
        f"Assessed by {assessor(record.basis)}, {day(record.assessed_on)}" if record else "",
        one.missing,
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


def _way(way: Pathway, framework: Framework) -> WayRow:
    stones = {one.near.record.skill: None for one in way.missing if one.near is not None}
    return WayRow(
        _role_link(way.role, framework),
        tuple(move.role.label for move in way.moves[:-1]),
        sum(one.missing for one in way.missing),
        tuple(framework.concept(iri).pref_label for iri in stones),
    )


def _role_link(role: RoleProfile, framework: Framework) -> Link:
    return Link(role.label, role_page(framework.concept(role.iri)))


def _plan(plan: Plan, register: Register, access: Access) -> PersonPlan:
    framework = register.state.framework
    mine = access.person == plan.person
    name = "My development plan" if mine else f"Development plan of {find_card(register, access, plan.person).name}"
    here = Link("My record", "/me") if mine else Link("The person", f"/id/person/{plan.person}")
    rows = []
    for goal in plan.goals:
        concept = framework.concept(goal.skill) if goal.skill in framework else None
        progress = plan.progress[goal.digits]
        rows.append(
            GoalRow(
                goal.digits,
                Link(concept.pref_label, skill_page(concept)) if concept else Link(goal.skill, goal.skill),
                goal.level.label,
                goal.begins,
                goal.by,
                goal.how,
                goal.evidence,
                goal.state.value,
                progress.then.label if progress.then else "",
                progress.now.label if progress.now else "",
                progress.moved,
                f"{_author(goal.stated_by)}, {day(goal.stated.date())}",
            )
        )
    return PersonPlan(
        name,
        (here,),
        f"/people/{plan.person}/plan",
        plan.version,
        tuple(rows),
        tuple(Option(state.value, state.value.capitalize()) for state in GoalState),
        tuple(Option(level.label, level.label) for level in Level),
    )


def _author(iri: str) -> str:
    return "The person" if iri.startswith(ID["person/"]) else "A steward"


def _asked(form: GoalForm) -> NewGoal:
    """The goal that was typed; raises InputError (rules `bad-level`, `bad-begin`, `bad-date`)."""
    levels = {level.label: level for level in Level}
    if form.level not in levels:
        raise InputError("No level was chosen.", rule="bad-level", remedy="Choose the level to reach.")
    by = _date(form.by, "bad-date")
    if by is None:
        raise InputError("It is not said by when.", rule="bad-date", remedy="Give day, month and year.")
    begins = _date(form.begins, "bad-begin")
    return NewGoal(form.skill, levels[form.level], by, form.how, begins, tuple(form.evidence.split()))


def _date(fields: DateFields, rule: str) -> datetime.date | None:
    try:
        return fields.date()
    except ValueError:
        raise InputError("That is not a date.", rule=rule, remedy="Give day, month and year, 30 9 2030.") from None


def _mistake(error: GseSkillsError, otherwise: FieldName) -> Mistake:
    return Mistake(_FIELD_OF_RULE.get(error.rule, otherwise), f"{error.message} {error.remedy}".strip())
