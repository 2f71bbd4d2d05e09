"""What people of the invented alliance are about: what they say of themselves, targets, plans, requests, a proposal."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from gse_skills.access import OPERATOR, Access, Caller, Role
from gse_skills.assessment import ask
from gse_skills.demo.dice import Dice
from gse_skills.development import NewGoal, add_goal
from gse_skills.dossier import Fact, Wish, correct
from gse_skills.establishment import Wanted, add_target
from gse_skills.framework import OWN_SCHEME
from gse_skills.imports.state import Known, OrganisationState, read_state
from gse_skills.proposals import ProposalKind, propose
from gse_skills.proposals import Wish as ProposalWish
from gse_skills.records import Person
from gse_skills.register import Register, today
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.vocabulary import FRAMEWORK, Basis, Level

_SELF_JUDGED = 200
"""People who judge a skill of theirs beside their manager."""
_DIFFERENCES = (2, 2, 1, 1, 1, 0, 0, -1, -1, -1)
"""By how many levels they say more than their manager, each as often as the others."""
_BRANCH = "LIF-"
"""Of it is the skill that they judge, where their manager judged one there."""
_TARGETS = (
    ("LIF-VIR-04", Level.PRACTITIONER, 12, 400, True),
    ("LIF-EPI-03", Level.PRACTITIONER, 4, 250, True),
    ("DAT-MLG-02", Level.WORKING, 60, 600, False),
)
"""Skill, level, people, days from now, whether it is essential."""
_GOALS = (
    ("LIF-VIR-04", "Beside the sequencing team, a day a week"),
    ("LIF-EPI-03", "The course on epidemic models, then a question of our own"),
)
_GRADES = ("Principal Scientist", "Senior Scientist")
"""Somebody says that theirs is the first of these that is not recorded."""
_PROPOSAL = "Wastewater-based epidemiology: estimating how widespread an infection is from what is in the sewers."


def bring_work(register: Register, slug: str, folder: Path) -> str:
    """Let an organisation and its people do a little of everything; returns in words what was done.

    Nothing is done in an organisation of fewer than three people, or of skills that the framework lacks.
    """
    state = read_state(register.store, register.state.index, slug)
    people = sorted((one for one in state.people.values() if one.membership is not None), key=_by_name)
    own = {one.notation for one in register.state.framework.concepts if one.scheme == OWN_SCHEME and not one.deprecated}
    wanted = {skill for skill, *_ in (*_TARGETS, *_GOALS)}
    if len(people) < 3 or not wanted <= own:
        return "nothing under way"
    said = _judge_themselves(register, slug, state, people, folder)
    access, now = register.access(OPERATOR), today()
    for skill, level, number, days, essential in _TARGETS:
        wish = Wanted(skill, level, number, now + datetime.timedelta(days), essential)
        add_target(register, access, slug, wish)
    first, second, third = (one.person for one in people[:3])
    _plan(register, slug, first, state)
    _ask(register, slug, first, second)
    _ask(register, slug, third, first)
    grade = next(one for one in _GRADES if one != second.grade)
    correct(register, _self(register, slug, second), Wish(Fact.GRADE, grade, reason="Since May."), dry_run=False)
    propose(register, ProposalWish(ProposalKind.NEW, _PROPOSAL, ("LIF-EPI-01",), slug), access)
    return f"{said} self-assessments, {len(_TARGETS)} targets, a plan, and requests that wait for an answer"


def _by_name(one: Known) -> tuple[str, str]:
    return one.person.name, one.person.staff_number or ""


def _digits(person: Person) -> str:
    return f"{person.identifier.value:016x}"


def _judge_themselves(
    register: Register, slug: str, state: OrganisationState, people: list[Known], folder: Path
) -> int:
    """A sheet in which people say what they think of skills that their manager has judged."""
    path = folder / "self-assessments.csv"
    rows = list(islice(_own_judgements(register, slug, state, people), _SELF_JUDGED))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((("Staff number", "Skill", "Level", "Date assessed", "Assessed by"), *rows))
    import_sheet(register, path, ImportOptions(slug, path.name), register.access(OPERATOR))
    return len(rows)


def _own_judgements(
    register: Register, slug: str, state: OrganisationState, people: list[Known]
) -> Iterator[tuple[str, str, str, str, str]]:
    framework, dice = register.state.framework, Dice(slug, "self")
    for one in people:
        records = state.records_of(one.person.identifier.value)
        spoken = {record.skill for record in records if record.basis is Basis.SELF}
        judged = [one for one in records if one.basis is Basis.MANAGER and one.skill not in spoken]
        judged.sort(key=lambda record: _place(framework.iris[record.skill]))
        for record in judged[:1] if one.person.staff_number else ():
            level = record.level + dice.pick(_DIFFERENCES)
            said = Level(min(max(level, Level.AWARENESS), Level.EXPERT))
            day = f"{record.assessed_on:%d/%m/%Y}"
            yield one.person.staff_number or "", framework.iris[record.skill], said.label, day, Basis.SELF.label


def _place(skill: str) -> tuple[bool, str]:
    return not skill.startswith(FRAMEWORK[_BRANCH]), skill


def _plan(register: Register, slug: str, person: Person, state: OrganisationState) -> None:
    """Goals a level above what they have, where there is one."""
    framework = register.state.framework
    held = {record.skill: record.level for record in state.records_of(person.identifier.value)}
    for place, (skill, how) in enumerate(_GOALS, 1):
        number = framework.number(register.state.lookup.resolve(skill).concept)
        level = held.get(number, 0) + 1
        if level <= Level.EXPERT:
            goal = NewGoal(skill, Level(level), today() + datetime.timedelta(180 * place), how)
            add_goal(register, _self(register, slug, person), _digits(person), goal, dry_run=False)


def _ask(register: Register, slug: str, asker: Person, colleague: Person) -> None:
    """Somebody asks a colleague to endorse a level, which is still to be answered."""
    access = _self(register, slug, asker)
    ask(
        register,
        access,
        _digits(colleague),
        "LIF-VIR-01",
        Level.WORKING,
        Basis.PEER,
        reason="We worked on it in May.",
        dry_run=False,
    )


def _self(register: Register, slug: str, person: Person) -> Access:
    return register.access(Caller(Role.PERSON, slug, _digits(person)))
