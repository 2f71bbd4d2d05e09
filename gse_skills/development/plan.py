"""A person's development plan: for themself and the stewards of their organisation, and for nobody else.

To everybody else a person's plan answers as if there were no such person. One change is one transaction: it names the
version of the plan that its writer saw, and is refused when somebody has changed the plan since.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from gse_skills.access import Access
from gse_skills.assessment.evidence import checked_evidence
from gse_skills.development.goal import Goal, GoalState, author_iri, checked_days, checked_how
from gse_skills.development.holding import PersonRecord, holding_of, records_of
from gse_skills.errors import ConflictError, InputError, NotFoundError
from gse_skills.framework import SKILL_KINDS
from gse_skills.index import Delta
from gse_skills.people import unknown_person
from gse_skills.register import Register, today
from gse_skills.store import Change, Query, term
from gse_skills.vocabulary import GRAPH, Audience, Identifier, Level

MAX_OPEN = 30
"""Open goals of one person; more would help nobody."""
MAX_GOALS = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """What has become of the level that a goal is about."""

    then: Level | None
    """When the goal was set, as known now; None when nobody had asked."""
    now: Level | None

    @property
    def moved(self) -> bool:
        """Whether the level is higher than when the goal was set."""
        return (self.now or 0) > (self.then or 0)


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one person."""

    person: str
    """Sixteen hexadecimal digits."""
    organisation: str
    """Slug."""
    goals: tuple[Goal, ...]
    """Open ones first, by the day on which they are due."""
    progress: Mapping[str, Progress]
    """By digits of the goal."""

    @property
    def version(self) -> str:
        """Changes whenever the plan does."""
        digest = hashlib.sha256(self.person.encode())
        for goal in sorted(self.goals, key=lambda one: one.digits):
            digest.update(repr(sorted(goal.statements(self.person))).encode())
        return digest.hexdigest()[:24]

    def goal(self, digits: str) -> Goal:
        """One of the goals; raises NotFoundError (rule `unknown-goal`)."""
        for goal in self.goals:
            if goal.digits == digits:
                return goal
        raise NotFoundError(
            "The plan has no goal with that identifier.", rule="unknown-goal", remedy="See the goals of the plan."
        )


@dataclass(frozen=True, slots=True)
class NewGoal:
    """A goal as somebody sets it."""

    skill: str
    """Notation, IRI or label."""
    level: Level
    by: datetime.date
    how: str
    begins: datetime.date | None = None
    """None for today."""
    evidence: tuple[str, ...] = ()
    opportunity: str = ""
    """IRI of one that the caller may see: whoever asks makes sure of it."""


@dataclass(frozen=True, slots=True)
class GoalChange:
    """What of a goal becomes otherwise; None leaves it as it is."""

    state: GoalState | None = None
    level: Level | None = None
    begins: datetime.date | None = None
    by: datetime.date | None = None
    how: str | None = None
    evidence: tuple[str, ...] | None = None
    opportunity: str | None = None
    """As of a new goal; empty takes it away."""


def asked_goal(
    skill: str,
    level: str,
    by: datetime.date,
    how: str,
    begins: datetime.date | None = None,
    evidence: Sequence[str] = (),
    opportunity: str = "",
) -> NewGoal:
    """A goal as doors are asked for it, the level by its label; raises KeyError for no level."""
    return NewGoal(skill, Level[level.upper()], by, how, begins, tuple(evidence), opportunity)


def asked_change(
    goal: str,
    state: str | None = None,
    level: str | None = None,
    begins: datetime.date | None = None,
    by: datetime.date | None = None,
    how: str | None = None,
    evidence: Sequence[str] | None = None,
    opportunity: str | None = None,
) -> tuple[str, GoalChange]:
    """The digits of a goal and its change as doors are asked for it; raises InputError (rule `unknown-goal-state`)."""
    return goal, GoalChange(
        GoalState.named(state) if state is not None else None,
        Level[level.upper()] if level is not None else None,
        begins,
        by,
        how,
        tuple(evidence) if evidence is not None else None,
        opportunity,
    )


def read_plan(register: Register, access: Access, digits: str) -> Plan:
    """The plan of a person, for themself and their stewards.

    Raises NotFoundError (rule `unknown-person`), the same for whoever may not read it as for a person who is not there.
    """
    organisation = _keeper_of(register, access, digits)
    source, person = NamedNode(GRAPH[f"source/{organisation}"]), NamedNode(Identifier("person", int(digits, 16)).iri)
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for goal, name, value in register.store.select(Query("goals_of_person"), source=source, person=person):
        said[goal.value][name.value].append(value.value)
    goals = sorted((Goal.read(iri, about) for iri, about in said.items()), key=_order)
    return Plan(digits, organisation, tuple(goals), _progress(register, organisation, digits, goals))


def add_goal(
    register: Register, access: Access, digits: str, asked: NewGoal, *, version: str | None = None, dry_run: bool
) -> Plan:
    """Set a goal, or with `dry_run` only see whether it can be set; returns the plan as it is then.

    With a `version` the plan must still be that one. Raises NotFoundError (`unknown-person`, `unknown-term`),
    AmbiguousError, InputError (`how-missing`, `text-too-long`, `bad-evidence`, `dates-out-of-order`, `bad-date`,
    `date-past`, `deprecated-skill`) and ConflictError (`plan-changed`, `level-already-held`, `goal-exists`,
    `too-many-goals`, `change-under-way`).
    """
    skill = register.state.lookup.resolve(asked.skill, kinds=SKILL_KINDS).concept
    how, evidence = checked_how(asked.how), _pieces(asked.evidence)
    now, day = _now(), today()
    begins = asked.begins or day
    checked_days(begins, asked.by)
    if asked.by < day:
        raise InputError(
            f"{asked.by} is past.", rule="date-past", remedy="Give a day by which the goal can still be reached."
        )
    with register.change() as change:
        plan = _unchanged(read_plan(register, access, digits), version)
        _require_current(register, skill)
        _require_room(plan, skill)
        _require_not_held(register, access, digits, skill, asked.level)
        author = author_iri(plan.organisation, digits, themself=access.person == digits)
        goal = Goal(
            Identifier.mint("goal"),
            skill,
            asked.level,
            begins,
            asked.by,
            how,
            evidence,
            GoalState.PLANNED,
            now,
            now,
            author,
            asked.opportunity,
        )
        return _write(register, change, plan, None, goal, dry_run=dry_run)


def change_goal(
    register: Register, access: Access, digits: str, goal: str, asked: GoalChange, *, version: str, dry_run: bool
) -> Plan:
    """Change a goal of the plan that has that `version`, or with `dry_run` only see whether it can be done.

    Raises NotFoundError (`unknown-person`, `unknown-goal`), InputError (`nothing-to-change`, `how-missing`,
    `text-too-long`, `bad-evidence`, `dates-out-of-order`, `bad-date`) and ConflictError (`plan-changed`,
    `level-already-held`, `goal-exists`, `too-many-goals`, `change-under-way`).
    """
    with register.change() as change:
        plan = _unchanged(read_plan(register, access, digits), version)
        old = plan.goal(goal)
        new = replace(
            old,
            state=asked.state or old.state,
            level=asked.level or old.level,
            begins=asked.begins or old.begins,
            by=asked.by or old.by,
            how=old.how if asked.how is None else checked_how(asked.how),
            evidence=old.evidence if asked.evidence is None else _pieces(asked.evidence),
            opportunity=old.opportunity if asked.opportunity is None else asked.opportunity,
        )
        if new == old:
            raise InputError("Nothing of the goal would change.", rule="nothing-to-change", remedy="Say what becomes.")
        checked_days(new.begins, new.by)
        if new.state.is_open and not old.state.is_open:
            _require_current(register, new.skill)
            _require_room(plan, new.skill)
        if new.state.is_open and (new.level is not old.level or not old.state.is_open):
            _require_not_held(register, access, digits, new.skill, new.level)
        author = author_iri(plan.organisation, digits, themself=access.person == digits)
        new = replace(new, stated=_now(), stated_by=author)
        return _write(register, change, plan, old, new, dry_run=dry_run)


def _pieces(evidence: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(checked_evidence(evidence)))


def _keeper_of(register: Register, access: Access, digits: str) -> str:
    """The organisation that keeps a person whose plan the caller may read."""
    own = access.home is not None and access.person == digits
    slugs = [access.home] if own and access.home else sorted(access.keeps)
    if len(digits) != 16 or set(digits) - set("0123456789abcdef") or not slugs:
        raise unknown_person()
    person = NamedNode(Identifier("person", int(digits, 16)).iri)
    sources = [NamedNode(GRAPH[f"source/{slug}"]) for slug in slugs]
    rows = list(register.store.select(Query("sources_of_person"), sources=sources, person=person))
    if not rows:
        raise unknown_person()
    return str(rows[0][0].value).rpartition("/")[2]


def _unchanged(plan: Plan, version: str | None) -> Plan:
    if version is not None and plan.version != version:
        raise ConflictError(
            "Somebody has changed the plan since you read it.",
            rule="plan-changed",
            remedy="Read it again, and make your change to what it says now.",
        )
    return plan


def _require_current(register: Register, skill: str) -> None:
    concept = register.state.framework.concept(skill)
    if concept.deprecated:
        instead = ", ".join(
            register.state.framework.concept(iri).pref_label
            for iri in concept.replaced_by
            if iri in register.state.framework
        )
        raise InputError(
            f"{concept.pref_label} is no longer used.",
            rule="deprecated-skill",
            remedy=f"Take instead: {instead}." if instead else "Choose a skill that is in use.",
        )


def _require_room(plan: Plan, skill: str) -> None:
    open_ones = [goal for goal in plan.goals if goal.state.is_open]
    if any(goal.skill == skill for goal in open_ones):
        raise ConflictError(
            "The plan has an open goal for that skill.",
            rule="goal-exists",
            remedy="Change that goal, or finish or drop it first.",
        )
    if len(open_ones) >= MAX_OPEN or len(plan.goals) >= MAX_GOALS:
        raise ConflictError(
            f"The plan has {len(open_ones)} open goals of {len(plan.goals)}.",
            rule="too-many-goals",
            remedy="Finish or drop some before you set others.",
        )


def _require_not_held(register: Register, access: Access, digits: str, skill: str, level: Level) -> None:
    held = holding_of(register, access, digits).level(skill)
    if held >= level:
        raise ConflictError(
            f"{register.state.framework.concept(skill).pref_label} is held at {Level(held).label} already.",
            rule="level-already-held",
            remedy="Choose a higher level, or another skill.",
        )


def _write(register: Register, change: Change, plan: Plan, old: Goal | None, new: Goal, *, dry_run: bool) -> Plan:
    graph, subject = term.iri(GRAPH[f"source/{plan.organisation}"]), term.iri(new.identifier.iri)
    before = set(old.statements(plan.person)) if old is not None else set()
    after = set(new.statements(plan.person))
    for predicate, value in sorted(before - after):
        change.remove(subject, predicate, value, graph)
    for predicate, value in sorted(after - before):
        change.add(subject, predicate, value, graph)
    if not dry_run:
        register.commit(change, Delta())
    goals = sorted([*(one for one in plan.goals if one != old), new], key=_order)
    return replace(plan, goals=tuple(goals), progress=_progress(register, plan.organisation, plan.person, goals))


def _progress(register: Register, organisation: str, digits: str, goals: Iterable[Goal]) -> dict[str, Progress]:
    """Over all records of the person: who may read the plan may read these."""
    views = [audience.view(organisation) for audience in (Audience.PUBLIC, Audience.ALLIANCE, Audience.PRIVATE)]
    records = records_of(register.state.index, views, register.state.framework, digits)
    return {
        goal.digits: Progress(
            _level(register, records, goal.skill, goal.created.date()), _level(register, records, goal.skill, None)
        )
        for goal in goals
    }


def _level(register: Register, records: Sequence[PersonRecord], skill: str, day: datetime.date | None) -> Level | None:
    if skill not in register.state.framework:
        return None
    found = [
        one.level for one in records if one.holds_on(day) and skill in register.state.framework.ancestors(one.skill)
    ]
    return max(found, default=None)


def _order(goal: Goal) -> tuple[bool, datetime.date, str]:
    return not goal.state.is_open, goal.by, goal.digits


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)
