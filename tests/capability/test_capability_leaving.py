"""Who is known to leave: counts that equal a plain count, told to nobody but who sees all records; from sheet to
correction, undo, dossier and erasure."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.answers import CapabilityBody, leaving_in_words
from gse_skills.capability import Capability, CapabilityQuestion, Leaving, PublishedFigures, ask, overdue
from gse_skills.capability_report import Form, report
from gse_skills.disclosure import Rules
from gse_skills.dossier import Fact, Outcome, Wish, correct, read_dossier, settle, take_away
from gse_skills.dossier import Form as Shape
from gse_skills.erasure import erase
from gse_skills.errors import InputError
from gse_skills.import_history import read_history, undo_import
from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.state import read_people
from gse_skills.records.standing import later
from gse_skills.register import today
from gse_skills.vocabulary import FRAMEWORK, GRAPH, GSE, Audience

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import BringPeople, Brings, Office, World

TODAY = datetime.date(2025, 2, 1)
SKILLS = ("LIF-VIR-01", "LIF-VIR-02", "LIF-CEL-01")
HEADINGS = "Staff no,Name,Team,Skill,Level,Assessed by,Date assessed,Leaving date\n"


def soon(days: int) -> str:
    return (today() + datetime.timedelta(days)).isoformat()


def sheet(*rows: tuple[str, str, str, str, str]) -> str:
    """Number, name, skill, level and leaving date of each."""
    lines = (f"{who},{name},Blue,{skill},{level},Manager,2025-01-31,{day}" for who, name, skill, level, day in rows)
    return HEADINGS + "\n".join(lines) + "\n"


def told(office: Office, slug: str, caller: str = "steward", **question: Any) -> Capability:
    access = office.access(f"{caller}:{slug}")
    return office.register.ask_capability(CapabilityQuestion(slug, **question), access)


def leaving(office: Office, slug: str, **question: Any) -> Leaving:
    found = told(office, slug, **question).leaving
    assert found is not None
    return found


def digits(office: Office, slug: str, name: str) -> str:
    people = read_people(office.register.store, slug)
    (one,) = [known.person for known in people if known.person.name == name]
    return f"{one.identifier.value:016x}"


def day_of(office: Office, slug: str, name: str) -> datetime.date | None:
    people = read_people(office.register.store, slug)
    (one,) = [known.person for known in people if known.person.name == name]
    return one.leaves_on


@pytest.fixture
def lab(office: Office) -> str:
    """Ann and Bob leave in half a year and in two years, Cid says nothing; Ann alone is good at virus culture."""
    slug = office.organisation()
    office.bring(
        slug,
        sheet(
            ("1", "Ann Archer", "LIF-VIR-01", "Expert", soon(180)),
            ("1", "Ann Archer", "LIF-VIR-02", "Practitioner", ""),
            ("2", "Bob Baker", "LIF-VIR-02", "Practitioner", soon(720)),
            ("3", "Cid Cole", "LIF-VIR-01", "Working", ""),
        ),
    )
    return slug


def test_the_figures_of_a_small_laboratory(office: Office, lab: str) -> None:
    near, far = leaving(office, lab, concept="LIF-VIR"), leaving(office, lab, concept="LIF-VIR", ahead=60)
    assert (near.known, near.all.leaving, far.all.leaving) == (2, 1, 2)
    assert near.lines[FRAMEWORK["LIF-VIR-01"]].leaving == 1
    assert [(one.skill, one.since, one.behind) for one in near.lost] == [
        (FRAMEWORK["LIF-VIR-01"], today() + datetime.timedelta(180), 1)
    ]
    # Both who have it go, and nobody has it from the day on which the second goes.
    assert [(one.skill, one.since, len(one.people)) for one in far.lost][1:] == [
        (FRAMEWORK["LIF-VIR-02"], today() + datetime.timedelta(720), 2)
    ]
    assert told(office, lab, ahead=60).people_named == tuple(dict.fromkeys(told(office, lab, ahead=60).people_named))
    found = told(office, lab, departures=True)
    assert found.fragility is not None
    assert found.fragility.departures[0].leaves_on == today() + datetime.timedelta(180)


def test_unknown_is_not_none(office: Office) -> None:
    slug = office.organisation()
    office.bring(slug, sheet(("1", "Ann", "LIF-VIR-01", "Expert", ""), ("2", "Bob", "LIF-VIR-01", "Expert", "")))
    body = CapabilityBody.of(told(office, slug), office.register.state)
    assert body.leaving is not None
    assert (body.leaving.known, body.leaving.leaving, body.leaving.should_have_left) == (0, None, None)
    assert all(line.leaving is None for line in body.lines)
    assert "not known" in leaving_in_words(body.leaving)
    office.bring(slug, sheet(("1", "Ann", "LIF-VIR-01", "Expert", soon(900)), ("2", "Bob", "LIF-VIR-01", "Expert", "")))
    body = CapabilityBody.of(told(office, slug), office.register.state)
    assert body.leaving is not None
    assert (body.leaving.known, body.leaving.leaving) == (1, 0)
    assert [line.leaving for line in body.lines] == [0] * len(body.lines)


@pytest.mark.parametrize("caller", ["member", "lead", "duty-officer"])
def test_nobody_else_is_told(office: Office, caller: str) -> None:
    slug = office.organisation()
    rows = [("1", "Ann", "LIF-VIR-01", "Expert", ""), ("2", "Bob", "LIF-VIR-02", "Expert", "")]
    office.bring(slug, sheet(*rows))

    def answers() -> list[object]:
        access, state = office.access(f"{caller}:{slug}"), office.register.state
        questions = (
            CapabilityQuestion(slug, departures=True, bridges=True),
            CapabilityQuestion(slug, concept="LIF", ahead=60),
        )
        bodies = [
            CapabilityBody.of(office.register.ask_capability(one, access), state).model_dump() for one in questions
        ]
        return [*bodies, report(office.register, questions[0], access, Form.CSV).content]

    before = answers()
    office.bring(slug, sheet(*((*row[:4], soon(30 + int(row[0]))) for row in rows)))
    assert leaving(office, slug).known == 2
    assert answers() == before


def test_no_view_says_it(office: Office, lab: str) -> None:
    store, said = office.register.store, GSE.leavesOn
    holding = {graph for graph in store.graphs() for one in store.triples(graph) if one.predicate.value == said}
    assert GRAPH[f"source/{lab}"] in holding
    assert not {graph for graph in holding if graph.startswith(GRAPH["view/"])}


def test_a_past_day_is_told_at_its_cell_and_the_row_counts(office: Office, lab: str) -> None:
    result = office.bring(
        office.organisation(),
        sheet(("1", "Ann", "LIF-VIR-01", "Expert", "2025-06-30"), ("2", "Bob", "LIF-VIR-01", "Expert", "soon")),
        dry_run=True,
    )
    found = {one.rule: (one.status, one.row, one.column, one.value) for one in result.outcomes}
    assert found["leaving-date-past"] == ("noted", 2, 7, "2025-06-30")
    assert found["unreadable-leaving-date"] == ("noted", 3, 7, "soon")
    assert (result.counts["added"], result.counts["person-added"]) == (2, 2)
    # Nothing is known of somebody by it, and what was known stays.
    office.bring(lab, sheet(("1", "Ann Archer", "LIF-VIR-01", "Expert", "2025-06-30")))
    assert day_of(office, lab, "Ann Archer") == today() + datetime.timedelta(180)


def test_a_dry_run_shows_it_and_nothing_said_or_a_second_run_changes_nothing(
    office: Office, lab: str, tmp_path: Path
) -> None:
    copy = tmp_path / "report.csv"
    office.bring(lab, sheet(("3", "Cid Cole", "LIF-VIR-01", "Working", soon(90))), dry_run=True, report=copy)
    day = today() + datetime.timedelta(90)
    assert f"Leaves on {day:%-d %B %Y}." in copy.read_text("utf-8-sig")
    assert day_of(office, lab, "Cid Cole") is None
    assert office.bring(lab, sheet(("1", "Ann Archer", "LIF-VIR-01", "Expert", ""))).commit is None
    assert office.bring(lab, sheet(("1", "Ann Archer", "LIF-VIR-01", "Expert", soon(180)))).commit is None
    office.bring(lab, sheet(("1", "Ann Archer", "LIF-VIR-01", "Expert", "permanent")))
    assert day_of(office, lab, "Ann Archer") is None


def test_undo_takes_it_back_and_tells_it_as_undone(office: Office, lab: str) -> None:
    register = office.register
    office.bring(lab, sheet(("1", "Ann Archer", "LIF-VIR-01", "Expert", soon(10))))
    assert day_of(office, lab, "Ann Archer") == today() + datetime.timedelta(10)
    last = read_history(register, lab, office.access())[0]
    undo_import(register, lab, last.digits, office.access())
    assert day_of(office, lab, "Ann Archer") == today() + datetime.timedelta(180)
    dossier = read_dossier(register, digits(office, lab, "Ann Archer"), office.access())
    assert any(f"leaving on {soon(10)}" in str(one) for one in dossier.withdrawn)


def test_another_day_ends_the_membership_and_keeps_the_former_one(office: Office, lab: str) -> None:
    office.bring(lab, sheet(("1", "Ann Archer", "LIF-VIR-01", "Expert", soon(10))))
    found = read_dossier(office.register, digits(office, lab, "Ann Archer"), office.access()).memberships
    assert [(one.leaves_on and one.leaves_on.isoformat(), one.until) for one in found] == [
        (soon(10), None),
        (soon(180), today()),
    ]


def test_a_person_asks_for_another_day_and_a_steward_settles_it(office: Office, lab: str) -> None:
    register, person = office.register, digits(office, lab, "Ann Archer")
    me, steward = office.access(f"person:{lab}/{person}"), office.access(f"steward:{lab}")
    done = correct(register, me, Wish(Fact.LEAVES_ON, soon(400), reason="It was extended."), dry_run=False)
    assert (done.step.before, done.step.after) == (soon(180), soon(400))
    assert done.request is not None
    settle(register, steward, lab, done.request.digits, Outcome.ACCEPTED, dry_run=False)
    assert day_of(office, lab, "Ann Archer") == today() + datetime.timedelta(400)
    with pytest.raises(InputError) as past:
        correct(register, me, Wish(Fact.LEAVES_ON, "31/01/2025", reason="I left."), dry_run=True)
    assert past.value.rule == "leaving-date-past"
    with pytest.raises(InputError) as unread:
        correct(register, me, Wish(Fact.LEAVES_ON, "soon", reason="I go."), dry_run=True)
    assert unread.value.rule == "bad-value"
    gone = correct(register, me, Wish(Fact.LEAVES_ON, "", reason="I stay."), dry_run=False)
    assert gone.request is not None
    settle(register, steward, lab, gone.request.digits, Outcome.ACCEPTED, dry_run=False)
    assert day_of(office, lab, "Ann Archer") is None


def test_it_is_taken_away_and_erased_with_the_person(office: Office, lab: str) -> None:
    register, person = office.register, digits(office, lab, "Bob Baker")
    dossier = read_dossier(register, person, office.access())
    assert f"leaves on: {soon(720)}".encode() in take_away(dossier, Shape.TEXT, "OFFICIAL", today())
    assert "leavesOn" in json.dumps(json.loads(take_away(dossier, Shape.JSON_LD, "OFFICIAL", today())))
    before = office.dump().count(GSE.leavesOn.encode())
    erase(register, office.access(), lab, person)
    assert before - office.dump().count(GSE.leavesOn.encode()) == 1


def test_who_has_left_says_nothing_any_more(office: Office, lab: str) -> None:
    office.bring(lab, sheet(("3", "Cid Cole", "LIF-VIR-01", "Working", "")), full=True)
    assert leaving(office, lab).known == 0
    # Who comes back says anew when they leave.
    office.bring(lab, sheet(("1", "Ann Archer", "LIF-VIR-01", "Expert", "")))
    assert day_of(office, lab, "Ann Archer") is None


@pytest.mark.parametrize("months", [0, 61, -12])
def test_a_horizon_has_bounds(office: Office, lab: str, months: int) -> None:
    with pytest.raises(InputError) as caught:
        told(office, lab, ahead=months)
    assert caught.value.rule == "bad-horizon"


DAYS = st.none() | st.integers(-40, 2000)
HELD = st.dictionaries(st.sampled_from(SKILLS), st.integers(1, 4), min_size=1)


@settings(max_examples=25, deadline=None)
@given(
    people=st.lists(st.tuples(DAYS, HELD), min_size=1, max_size=6),
    months=st.integers(1, 60),
)
def test_every_count_is_that_of_a_plain_count(
    world: Callable[..., World],
    bring_people: BringPeople,
    bring: Brings,
    tmp_path_factory: pytest.TempPathFactory,
    people: list[tuple[int | None, dict[str, int]]],
    months: int,
) -> None:
    lab = world(aster=Audience.ALLIANCE)
    days = {f"{n}": None if day is None else TODAY + datetime.timedelta(day) for n, (day, _) in enumerate(people)}
    said = [
        PersonFacts(f"staff:{who}", who, f"P{who}", leaves_on=day.isoformat() if day else None)
        for who, day in days.items()
    ]
    bring_people(lab, said, full=False)
    cells = [((f"{n}", f"P{n}"), skill, held.get(skill, 0)) for n, (_, held) in enumerate(people) for skill in SKILLS]
    bring(lab, *cells)
    levels = {f"{n}": held for n, (_, held) in enumerate(people)}
    figures = PublishedFigures(tmp_path_factory.getbasetemp(), Rules())

    def asked(caller: str, ahead: int) -> Capability:
        question = CapabilityQuestion("aster", concept="LIF", ahead=ahead)
        access = lab.access(caller)
        return ask(question, access, lab.framework, lab.lookup, lab.index, figures, lab.store, TODAY)

    found = asked("steward:aster", months).leaving
    assert found is not None
    late = {who for who, day in days.items() if day and day <= TODAY}
    going = {who for who, day in days.items() if day and TODAY < day <= later(TODAY, months)}
    assert (found.known, found.all.leaving, found.all.overdue) == (
        sum(day is not None for day in days.values()),
        len(going),
        len(late),
    )
    for concept, line in found.lines.items():
        working = _holders(levels, concept, 2)
        assert (line.leaving, line.overdue) == (len(working & going), len(working & late))
    lost = {skill for skill in SKILLS if (strong := _holders(levels, FRAMEWORK[skill], 3)) and strong <= going | late}
    assert {one.skill for one in found.lost} == {FRAMEWORK[skill] for skill in lost}
    for one in found.lost:
        strong, working = (_holders(levels, one.skill, level) for level in (3, 2))
        assert len(one.people) == len(strong)
        assert one.since == max(day for who in strong if (day := days[who]))
        assert one.behind == len(working - strong - going - late)
    assert [day for _, day in found.overdue] == sorted(day for who in late if (day := days[who]))
    # Whoever looks further sees no less.
    further = asked("steward:aster", 60).leaving
    assert further is not None
    assert further.all.leaving >= found.all.leaving
    assert {one.skill for one in found.lost} <= {one.skill for one in further.lost}
    assert overdue(lab.store, "aster", TODAY) == len(late)
    assert asked("member:aster", months).leaving is None
    assert asked("lead:aster", months).leaving is None


def _holders(levels: Mapping[str, Mapping[str, int]], concept: str, least: int) -> set[str]:
    """Who has something at or below a concept of the small framework at a level or above."""
    code = concept.removeprefix(FRAMEWORK)
    return {
        who
        for who, held in levels.items()
        if any(skill.startswith(code) and level >= least for skill, level in held.items())
    }


def test_an_earlier_day_counts_by_the_memberships_of_that_day(office: Office) -> None:
    slug = office.organisation()
    rows = ("1", "Ann", "LIF-VIR-01", "Expert")
    office.bring(slug, sheet((*rows, "2025-09-01")), snapshot=datetime.date(2025, 3, 1))
    office.bring(slug, sheet((*rows, "2025-12-01")), snapshot=datetime.date(2025, 8, 1))
    # The day has come by now, and nothing has ended.
    assert [day for _, day in leaving(office, slug).overdue] == [datetime.date(2025, 12, 1)]
    in_june = leaving(office, slug, as_of=datetime.date(2025, 6, 1), ahead=6)
    in_august = leaving(office, slug, as_of=datetime.date(2025, 8, 2), ahead=3)
    assert (in_june.all.leaving, in_august.all.leaving) == (1, 0)
    assert overdue(office.register.store, slug, today()) == 1
