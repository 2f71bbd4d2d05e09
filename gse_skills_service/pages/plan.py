"""The pages of a development plan: what somebody means to reach, set and changed, each after a check."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.audit import Action
from gse_skills.development import (
    Goal,
    GoalChange,
    GoalState,
    NewGoal,
    Plan,
    add_goal,
    change_goal,
    read_plan,
)
from gse_skills.development.holding import find_card
from gse_skills.errors import AmbiguousError, ConflictError, GseSkillsError, InputError, NotFoundError
from gse_skills.opportunity import find
from gse_skills.register import Register
from gse_skills.vocabulary import ID, Level
from gse_skills_service.api.development import linked_opportunity
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import person_page, skill_page
from gse_skills_service.pages.frame import FieldName, Link, Option
from gse_skills_service.pages.managing import CONFIRMED, show
from gse_skills_service.pages.views import Check, DateFields, GoalForm, GoalPage, GoalRow, Mistake, PersonPlan
from gse_skills_service.pages.wording import day
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_Typed = Annotated[str, Form(max_length=10_000)]
_Short = Annotated[str, Query(max_length=300)]
_FIELD_OF_RULE = {
    "unknown-opportunity": FieldName.OPPORTUNITY,
    "how-missing": FieldName.HOW,
    "text-too-long": FieldName.HOW,
    "bad-evidence": FieldName.EVIDENCE,
    "dates-out-of-order": FieldName.BY,
    "date-past": FieldName.BY,
    "bad-date": FieldName.BY,
    "bad-begin": FieldName.BEGINS,
    "bad-level": FieldName.LEVEL,
    "level-already-held": FieldName.LEVEL,
    "unknown-goal-state": FieldName.STATE,
}
_LEVELS = tuple(Option(level.label, level.label) for level in Level)
_STATES = tuple(Option(state.value, state.value.capitalize()) for state in GoalState)
_WRONG = (InputError, ConflictError, NotFoundError, AmbiguousError)


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


def _typed(
    days: Annotated[_Days, Depends(_typed_days)],
    skill: _Typed = "",
    level: _Typed = "",
    how: _Typed = "",
    evidence: _Typed = "",
    opportunity: _Typed = "",
    state: _Typed = "",
) -> GoalForm:
    return GoalForm(skill, level, days.begins, days.by, how, evidence, opportunity, state)


Typed = Annotated[GoalForm, Depends(_typed)]


@router.get("/people/{identifier}/plan")
def person_plan(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    skill: _Short = "",
    level: _Short = "",
    opportunity: _Short = "",
) -> HTMLResponse:
    """A person's development plan, and a form for another goal, of which a link may say the beginning."""
    plan = read_plan(register, access, identifier)
    witness.opened(Action.READ_PERSON, plan.organisation, plan.person)
    form = GoalForm(skill=skill, level=level, opportunity=opportunity)
    return show(request, replace(_plan(plan, register, access), form=form))


@router.post("/people/{identifier}/plan")
def set_goal(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    form: Typed,
    sure: _Typed = "",
) -> Response:
    """Show what would be set, and once that is confirmed set it."""
    plan = read_plan(register, access, identifier)
    witness.opened(Action.READ_PERSON, plan.organisation, plan.person)
    try:
        asked = _asked(form, register, access)
        # What is wrong with it shows before the log tells of a change.
        becomes = add_goal(register, access, identifier, asked, dry_run=True)
        if sure != CONFIRMED:
            (new,) = set(becomes.goals) - set(plan.goals)
            return show(request, _check_new(plan, new, form, register, access))
        with witness.doing(Action.CHANGE, [plan.organisation]):
            add_goal(register, access, identifier, asked, dry_run=False)
    except _WRONG as error:
        view = _plan(read_plan(register, access, identifier), register, access)
        mistakes = (_mistake(error, FieldName.SKILL),)
        return show(request, replace(view, form=form, mistakes=mistakes), status_of(error))
    return RedirectResponse(_address(plan), 303)


@router.get("/people/{identifier}/plan/{goal}")
def goal_page(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, identifier: str, goal: str
) -> HTMLResponse:
    """A goal, to be changed."""
    plan = read_plan(register, access, identifier)
    found = plan.goal(goal)
    witness.opened(Action.READ_PERSON, plan.organisation, plan.person)
    return show(request, _goal(plan, found, _form_of(found), plan.version, register))


@router.post("/people/{identifier}/plan/{goal}")
def send_goal(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    goal: str,
    form: Typed,
    version: _Typed = "",
    sure: _Typed = "",
) -> Response:
    """Show what would change, and once that is confirmed change it."""
    plan = read_plan(register, access, identifier)
    old = plan.goal(goal)
    witness.opened(Action.READ_PERSON, plan.organisation, plan.person)
    try:
        wanted = _wanted(form, old, register, access)
        becomes = change_goal(register, access, identifier, goal, wanted, version=version, dry_run=True)
        if sure != CONFIRMED:
            return show(request, _check_change(plan, old, becomes.goal(goal), form, version, register, access))
        with witness.doing(Action.CHANGE, [plan.organisation]):
            change_goal(register, access, identifier, goal, wanted, version=version, dry_run=False)
    except _WRONG as error:
        # Whoever was overtaken sees what stands now, and sends their change for that.
        now = read_plan(register, access, identifier)
        mistakes = (_mistake(error, FieldName.STATE),)
        return show(request, replace(_goal(now, old, form, now.version, register), mistakes=mistakes), status_of(error))
    return RedirectResponse(_address(plan), 303)


def _plan(plan: Plan, register: Register, access: Access) -> PersonPlan:
    mine = access.person == plan.person
    name = "My development plan" if mine else f"Development plan of {find_card(register, access, plan.person).name}"
    here = Link("My record", "/me") if mine else Link("The person", person_page(plan.person))
    rows = tuple(_row(goal, plan, register, access) for goal in plan.goals)
    return PersonPlan(name, (here,), _address(plan), rows, _LEVELS)


def _row(goal: Goal, plan: Plan, register: Register, access: Access) -> GoalRow:
    progress = plan.progress[goal.digits]
    return GoalRow(
        _skill(goal, register),
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
        f"{_address(plan)}/{goal.digits}",
        _opportunity(goal.opportunity, register, access),
    )


def _goal(plan: Plan, goal: Goal, form: GoalForm, version: str, register: Register) -> GoalPage:
    return GoalPage(
        _skill(goal, register).text,
        Link("Development plan", _address(plan)),
        f"{_address(plan)}/{goal.digits}",
        version,
        form,
        _LEVELS,
        _STATES,
    )


def _check_new(plan: Plan, new: Goal, form: GoalForm, register: Register, access: Access) -> Check:
    facts = (("Skill", _skill(new, register).text), *_facts(new, register, access))
    return Check("Set this goal?", facts, _address(plan), "Set the goal", _back(plan), _hidden(form))


def _check_change(
    plan: Plan, old: Goal, new: Goal, form: GoalForm, version: str, register: Register, access: Access
) -> Check:
    """What becomes otherwise, each with what it was."""
    pairs = zip(_facts(old, register, access), _facts(new, register, access), strict=True)
    facts = [
        (name, f"{after or 'None'} (was: {before or 'none'})")
        for (name, before), (_, after) in pairs
        if before != after
    ]
    hidden = (*_hidden(form), (FieldName.VERSION, version))
    title = f"Change the goal for {_skill(old, register).text}?"
    return Check(title, tuple(facts), f"{_address(plan)}/{old.digits}", "Change the goal", _back(plan), hidden)


def _facts(goal: Goal, register: Register, access: Access) -> tuple[tuple[str, str], ...]:
    opportunity = _opportunity(goal.opportunity, register, access)
    return (
        ("State", goal.state.value.capitalize()),
        ("Level to reach", goal.level.label),
        ("Begins", day(goal.begins)),
        ("To be reached by", day(goal.by)),
        ("How", goal.how),
        ("Opportunity", opportunity.text if opportunity else ""),
        ("Evidence", "; ".join(goal.evidence)),
    )


def _hidden(form: GoalForm) -> tuple[tuple[str, str], ...]:
    """The form as it was typed, to be sent again."""
    days = [
        (f"{name}-{part}", getattr(fields, part))
        for name, fields in ((FieldName.BEGINS, form.begins), (FieldName.BY, form.by))
        for part in ("day", "month", "year")
    ]
    return (
        (FieldName.SKILL, form.skill),
        (FieldName.LEVEL, form.level),
        *days,
        (FieldName.HOW, form.how),
        (FieldName.EVIDENCE, form.evidence),
        (FieldName.OPPORTUNITY, form.opportunity),
        (FieldName.STATE, form.state),
    )


def _form_of(goal: Goal) -> GoalForm:
    """A goal as somebody would have typed it."""

    def fields(date: datetime.date) -> DateFields:
        return DateFields(str(date.day), str(date.month), str(date.year))

    return GoalForm(
        goal.skill,
        goal.level.label,
        fields(goal.begins),
        fields(goal.by),
        goal.how,
        "\n".join(goal.evidence),
        goal.opportunity[-16:],
        goal.state.value,
    )


def _skill(goal: Goal, register: Register) -> Link:
    framework = register.state.framework
    if goal.skill not in framework:
        return Link(goal.skill, goal.skill)
    concept = framework.concept(goal.skill)
    return Link(concept.pref_label, skill_page(concept))


def _opportunity(iri: str, register: Register, access: Access) -> Link | None:
    """The opportunity of a goal; without an address once it is no longer to be seen."""
    if not iri:
        return None
    try:
        found = find(register, iri[-16:], access).opportunity
    except NotFoundError:
        return Link("One that is no longer open", "")
    return Link(found.title, f"/opportunities/{found.digits}")


def _author(iri: str) -> str:
    return "The person" if iri.startswith(ID["person/"]) else "A steward"


def _address(plan: Plan) -> str:
    return f"/people/{plan.person}/plan"


def _back(plan: Plan) -> Link:
    return Link("Development plan", _address(plan))


def _asked(form: GoalForm, register: Register, access: Access) -> NewGoal:
    """The goal that was typed; raises InputError (rules `bad-level`, `bad-begin`, `bad-date`) and NotFoundError
    (`unknown-opportunity`)."""
    by = _date(form.by, "bad-date")
    if by is None:
        raise InputError("It is not said by when.", rule="bad-date", remedy="Give day, month and year.")
    level, begins = _level(form), _date(form.begins, "bad-begin")
    opportunity = linked_opportunity(register, access, form.opportunity)
    return NewGoal(form.skill, level, by, form.how, begins, _pieces(form), opportunity)


def _wanted(form: GoalForm, old: Goal, register: Register, access: Access) -> GoalChange:
    """What the form makes of a goal; raises as `_asked` does, and InputError (`unknown-goal-state`)."""
    begins, by = _date(form.begins, "bad-begin"), _date(form.by, "bad-date")
    said = form.opportunity.strip()
    # One that has closed since stays named in the goal, although nobody could choose it any more.
    opportunity = (
        old.opportunity if said and said == old.opportunity[-16:] else linked_opportunity(register, access, said)
    )
    return GoalChange(GoalState.named(form.state), _level(form), begins, by, form.how, _pieces(form), opportunity)


def _pieces(form: GoalForm) -> tuple[str, ...]:
    return tuple(form.evidence.splitlines())


def _level(form: GoalForm) -> Level:
    levels = {level.label: level for level in Level}
    if form.level not in levels:
        raise InputError("No level was chosen.", rule="bad-level", remedy="Choose the level to reach.")
    return levels[form.level]


def _date(fields: DateFields, rule: str) -> datetime.date | None:
    try:
        return fields.date()
    except ValueError:
        raise InputError("That is not a date.", rule=rule, remedy="Give day, month and year, 30 9 2030.") from None


def _mistake(error: GseSkillsError, otherwise: FieldName) -> Mistake:
    return Mistake(_FIELD_OF_RULE.get(error.rule, otherwise), f"{error.message} {error.remedy}".strip())
