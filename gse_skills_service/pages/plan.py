"""The pages of a development plan: what somebody means to reach, set and changed, each after a check."""

from __future__ import annotations

from dataclasses import replace
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
from gse_skills.errors import ConflictError, InputError, NotFoundError
from gse_skills.opportunity import find
from gse_skills.register import Register
from gse_skills.vocabulary import ID, Level
from gse_skills_service.api.development import linked_opportunity
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import person_page, skill_page
from gse_skills_service.pages.form import LEVELS, Reading, date_sent, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link, Option
from gse_skills_service.pages.managing import CONFIRMED, show
from gse_skills_service.pages.views import Check, DateFields, GoalForm, GoalPage, GoalRow, PersonPlan
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
    "level-already-held": FieldName.LEVEL,
}
_LEVELS = tuple(Option(level.label, level.label) for level in Level)
_STATES = tuple(Option(state.value, state.value.capitalize()) for state in GoalState)
_WRONG = (InputError, ConflictError)


def _typed(
    begins: Annotated[DateFields, date_sent(FieldName.BEGINS)],
    by: Annotated[DateFields, date_sent(FieldName.BY)],
    skill: _Typed = "",
    level: _Typed = "",
    how: _Typed = "",
    evidence: _Typed = "",
    opportunity: _Typed = "",
    state: _Typed = "",
) -> GoalForm:
    return GoalForm(skill, level, begins, by, how, evidence, opportunity, state)


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
        mistakes = mistakes_of(error, _FIELD_OF_RULE, FieldName.SKILL)
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
        mistakes = mistakes_of(error, _FIELD_OF_RULE, FieldName.STATE)
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
    return (
        (FieldName.SKILL, form.skill),
        (FieldName.LEVEL, form.level),
        *form.begins.hidden(FieldName.BEGINS),
        *form.by.hidden(FieldName.BY),
        (FieldName.HOW, form.how),
        (FieldName.EVIDENCE, form.evidence),
        (FieldName.OPPORTUNITY, form.opportunity),
        (FieldName.STATE, form.state),
    )


def _form_of(goal: Goal) -> GoalForm:
    """A goal as somebody would have typed it."""
    return GoalForm(
        goal.skill,
        goal.level.label,
        DateFields.of(goal.begins),
        DateFields.of(goal.by),
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
    """The goal that was typed; raises FormError."""
    reading = Reading()
    asked = NewGoal(
        reading.concept(FieldName.SKILL, form.skill, "a skill", register.state),
        reading.choice(FieldName.LEVEL, form.level, LEVELS, "the level to reach"),
        begins=reading.optional_date(FieldName.BEGINS, form.begins, "the day on which it begins"),
        by=reading.date(FieldName.BY, form.by, "the day by which it is to be reached"),
        how=reading.text(FieldName.HOW, form.how, "how you mean to reach it"),
        opportunity=_opportunity_named(reading, form.opportunity, register, access),
        evidence=tuple(form.evidence.splitlines()),
    )
    reading.finish()
    return asked


def _wanted(form: GoalForm, old: Goal, register: Register, access: Access) -> GoalChange:
    """What the form makes of a goal; raises FormError."""
    reading, said = Reading(), form.opportunity.strip()
    wanted = GoalChange(
        reading.choice(FieldName.STATE, form.state, {state.value: state for state in GoalState}, "its state"),
        reading.choice(FieldName.LEVEL, form.level, LEVELS, "the level to reach"),
        begins=reading.optional_date(FieldName.BEGINS, form.begins, "the day on which it begins"),
        by=reading.optional_date(FieldName.BY, form.by, "the day by which it is to be reached"),
        how=reading.text(FieldName.HOW, form.how, "how you mean to reach it"),
        # One that has closed since stays named in the goal, although nobody could choose it any more.
        opportunity=old.opportunity
        if said and said == old.opportunity[-16:]
        else _opportunity_named(reading, said, register, access),
        evidence=tuple(form.evidence.splitlines()),
    )
    reading.finish()
    return wanted


def _opportunity_named(reading: Reading, said: str, register: Register, access: Access) -> str:
    with reading.asking(FieldName.OPPORTUNITY):
        return linked_opportunity(register, access, said)
    return ""
