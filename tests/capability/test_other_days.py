"""Figures of another day: as known now, as they were told then, and refused where nothing can be told."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from gse_skills.access import Caller
from gse_skills.assessment.calibration import CalibrationQuestion, calibrate
from gse_skills.capability import Capability, CapabilityQuestion, Coverage, CoverageQuestion, TrendQuestion
from gse_skills.development import ask_gap, ask_pathways, group_progress, who_is_close
from gse_skills.errors import InputError, RefusedError
from gse_skills.establishment import Wanted, add_target, drop_target, targets_of
from gse_skills.experts import ExpertsQuestion
from gse_skills.import_history import read_history, undo_import
from gse_skills.index import DAY_ZERO
from gse_skills.register import today
from gse_skills.store import Change, term
from gse_skills.vocabulary import GRAPH, GSE, PROV, Audience, Basis, Level

if TYPE_CHECKING:
    from tests.conftest import Office

HEAD = "Staff number,Name,Team,Skill,Level,Date assessed,Assessed by\n"
ANN = "1,Ann Alder,Virology,LIF-VIR-02,Expert,31/01/2025,Line manager\n"
SAYS = "1,Ann Alder,Virology,LIF-VIR-02,Working,31/01/2025,Self\n"
BEN = "2,Ben Alder,Virology,LIF-VIR-02,Working,28/02/2025,Self\n"
MOVED = "1,Ann Alder,Chemistry,LIF-VIR-02,Working,31/01/2026,Line manager\n"
CAT = "3,Cat Alder,Chemistry,LIF-VIR-03,Expert,28/02/2026,Self\n"
FIRST, SECOND, THIRD = (datetime.date(*day) for day in ((2025, 4, 1), (2026, 4, 1), (2026, 5, 1)))
BETWEEN = datetime.date(2025, 12, 31)
DAY = datetime.timedelta(1)


def backdate(office: Office, graph: str, since: datetime.date) -> None:
    """Let what a graph tells as begun today have begun at noon of another day."""
    started = ox.NamedNode(PROV.startedAtTime)
    with Change() as change:
        for triple in list(office.register.store.triples(graph)):
            assert isinstance(triple.object, ox.NamedNode | ox.Literal)
            if triple.predicate == started and triple.object.value[:10] == today().isoformat():
                said = str(triple.subject), str(started)
                change.remove(*said, str(triple.object), term.iri(graph))
                moment = datetime.datetime.combine(since, datetime.time(12), datetime.UTC)
                change.add(*said, term.date_time(moment), term.iri(graph))
        office.register.store.apply(change)


class Lab:
    """An organisation of which two pictures were sent, a year apart."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.slug = office.organisation(Audience.PRIVATE)
        self.send(FIRST, ANN, SAYS, BEN)
        self.then = self.capability()
        self.covered = self.coverage()
        self.send(SECOND, MOVED, SAYS)

    def send(self, day: datetime.date, *rows: str) -> None:
        """Send a full picture as of a day, which was learnt on it."""
        self.office.bring(self.slug, HEAD + "".join(rows), snapshot=day, full=True)
        backdate(self.office, GRAPH[f"source/{self.slug}"], day)

    def by(self, role: str = "steward") -> Any:
        """What somebody of it may see."""
        return self.office.register.access(Caller.parse(f"{role}:{self.slug}"))

    def capability(self, role: str = "steward", **asked: Any) -> Capability:
        """What it can do."""
        return self.office.register.ask_capability(CapabilityQuestion(self.slug, **asked), self.by(role))

    def coverage(self, role: str = "steward", **asked: Any) -> Coverage:
        """How much of it is mapped."""
        question = CoverageQuestion(organisations=(self.slug,), **asked)
        return self.office.register.ask_coverage(question, self.by(role))

    @property
    def ann(self) -> str:
        """The digits of Ann, whom the second picture still has."""
        (hit,) = self.office.register.ask_experts(ExpertsQuestion("LIF-VIR", organisation=self.slug), self.by()).hits
        return hit.card.person[-16:]


@pytest.fixture(scope="module")
def lab(office: Office) -> Lab:
    return Lab(office)


def units(found: Capability) -> dict[str, int]:
    return {one.name: one.own for one in found.units}


def holders(found: Capability) -> list[tuple[int, ...]]:
    return [one.holders for one in found.lines]


def test_what_was_told_then_is_told_again_to_the_last_digit(lab: Lab) -> None:
    again = lab.capability(known_at=BETWEEN)
    assert replace(again, question=lab.then.question) == replace(
        lab.then, lines=again.lines, points=again.points, leaving=None
    )
    assert holders(again) == holders(lab.then) == [(2, 2, 1, 1)]
    assert again.version == lab.then.version != lab.capability().version
    covered = lab.coverage(known_at=BETWEEN)
    assert (covered.people, covered.cells, covered.version) == (
        lab.covered.people,
        lab.covered.cells,
        lab.covered.version,
    )
    assert holders(lab.capability(known_at=today())) == holders(lab.capability())
    before = lab.capability(known_at=FIRST - DAY)
    assert (before.people, before.lines, lab.coverage(known_at=FIRST - DAY).organisations) == (0, (), ())


def test_as_known_now_counts_the_members_of_that_day_where_they_were(lab: Lab) -> None:
    now, then = lab.capability(), lab.capability(as_of=BETWEEN)
    assert (now.people, units(now), holders(now)) == (1, {"Chemistry": 1}, [(1, 1, 0, 0)])
    assert (then.people, units(then), holders(then)) == (2, {"Virology": 2}, [(2, 2, 1, 1)])
    assert [person for person, _ in then.points] == [f"https://w3id.org/gse-skills/id/person/{lab.ann}"]
    assert lab.capability(as_of=today()).version == now.version
    early = lab.capability(as_of=datetime.date(2025, 2, 1))
    assert (early.people, early.mapped) == (1, 1), "a record that held says that somebody was there"
    for role in ("steward", "member"):
        nobody = lab.capability(role, as_of=datetime.date(1960, 1, 1))
        assert (nobody.people, nobody.mapped, nobody.lines) == (0, 0, ())
    assert lab.coverage(as_of=BETWEEN).people == (2,)
    assert lab.coverage(as_of=datetime.date(1960, 1, 1)).organisations == ()


def test_what_was_known_then_is_for_those_who_see_everything(lab: Lab) -> None:
    register = lab.office.register
    role, ann = "ROL-LIF-01", lab.ann
    for ask in (
        lambda: lab.capability("member", known_at=BETWEEN),
        lambda: lab.coverage("lead", known_at=BETWEEN),
        lambda: register.ask_coverage(CoverageQuestion(known_at=BETWEEN), lab.by("member")),
        lambda: register.ask_coverage(
            CoverageQuestion(organisations=(lab.slug, lab.office.organisation()), known_at=BETWEEN), lab.by()
        ),
    ):
        with pytest.raises(RefusedError) as refused:
            ask()
        assert refused.value.rule == "not-whole"
    alone = register.ask_coverage(CoverageQuestion(known_at=BETWEEN), lab.by())
    assert alone.organisations == (lab.slug,), "without a name those whose records are all seen"
    gaps = [
        ask_gap(register, lab.by(), ann, role, **day).gap.effort
        for day in ({}, {"as_of": BETWEEN}, {"known_at": BETWEEN}, {"as_of": BETWEEN, "known_at": FIRST - DAY})
    ]
    assert gaps[1] == gaps[2], "nothing of that day was learnt later"
    nothing = ask_gap(register, lab.by(), ann, role, as_of=datetime.date(1960, 1, 1)).gap.effort
    assert gaps[3] == nothing > gaps[0] > gaps[1]
    assert ask_pathways(register, lab.by(), ann, known_at=FIRST - DAY).pathways == ()
    assert ask_pathways(register, lab.by(), ann, as_of=BETWEEN).as_of == BETWEEN


def test_who_was_close_to_a_role_as_it_was_known_then(lab: Lab) -> None:
    register = lab.office.register
    role = register.state.framework.role(_virologist(lab))

    def missing(who: str = "steward", **days: Any) -> dict[str, int]:
        return {one.card.person: one.missing for one in who_is_close(register, lab.by(who), role, **days).close}

    ann = f"https://w3id.org/gse-skills/id/person/{lab.ann}"
    known = missing(known_at=BETWEEN)
    assert known == {ann: missing(as_of=BETWEEN)[ann]}, "nothing of that day was learnt later"
    assert known[ann] < missing()[ann], "she was an expert then"
    assert missing(known_at=BETWEEN, as_of=FIRST) == missing(known_at=FIRST) == known
    assert missing(known_at=FIRST - DAY) == {}, "nothing was known before the first sheet"
    told = who_is_close(register, lab.by(), role, known_at=BETWEEN)
    assert (told.as_of, told.known_at) == (BETWEEN, BETWEEN)
    assert told.people == 1, "of the organisation alone whose records are all seen"
    for who in ("member", "lead"):
        with pytest.raises(RefusedError) as refused:
            missing(who, known_at=BETWEEN)
        assert refused.value.rule == "not-whole"


def test_judgements_are_compared_as_they_were_known_then(lab: Lab) -> None:
    register = lab.office.register

    def spreads(who: str = "steward", **days: Any) -> list[tuple[str, dict[int, int]]]:
        found = calibrate(register, lab.by(who), CalibrationQuestion(lab.slug, **days)).spreads
        return [(one.unit, dict(one.differences)) for one in found if not one.group]

    assert spreads(known_at=today()) == spreads() == [("", {0: 1}), ("Chemistry", {0: 1})]
    assert spreads(known_at=BETWEEN) == spreads(as_of=BETWEEN) == [("", {-2: 1}), ("Virology", {-2: 1})]
    assert spreads(known_at=BETWEEN, as_of=datetime.date(2025, 1, 1)) == []
    assert spreads(known_at=FIRST - DAY, as_of=FIRST - DAY) == [], "nothing was known before the first sheet"
    with pytest.raises(RefusedError) as refused:
        spreads("lead", known_at=BETWEEN)
    assert refused.value.rule == "not-whole"


def test_a_person_sees_what_was_known_of_them(lab: Lab) -> None:
    own = lab.office.register.access(Caller.parse(f"person:{lab.slug}/{lab.ann}"))
    told = ask_gap(lab.office.register, own, lab.ann, "ROL-LIF-01", known_at=BETWEEN)
    assert told.whole
    assert (told.as_of, told.known_at) == (BETWEEN, BETWEEN)


def test_which_role_was_theirs_is_told_for_today_only(lab: Lab) -> None:
    with pytest.raises(InputError) as error:
        ask_gap(lab.office.register, lab.by(), lab.ann, as_of=BETWEEN)
    assert error.value.rule == "role-missing"


def test_judgements_are_compared_as_they_stood(lab: Lab) -> None:
    def spread(as_of: datetime.date | None) -> list[tuple[str, dict[int, int]]]:
        found = calibrate(lab.office.register, lab.by(), CalibrationQuestion(lab.slug, Basis.MANAGER, "LIF", as_of))
        return [(one.unit, dict(one.differences)) for one in found.spreads if not one.group]

    assert spread(None) == [("", {0: 1}), ("Chemistry", {0: 1})]
    assert spread(BETWEEN) == [("", {-2: 1}), ("Virology", {-2: 1})]
    assert spread(datetime.date(2025, 1, 30)) == []


def test_what_an_undone_import_said_was_known_until_then(office: Office) -> None:
    lab = Lab(office)
    lab.office.bring(lab.slug, HEAD + CAT, snapshot=THIRD)
    assert lab.capability().people == 2
    last = read_history(office.register, lab.slug, lab.by())[0]
    undo_import(office.register, lab.slug, f"{last.identifier.value:016x}", lab.by())
    (graph,) = (one for one in office.register.store.graphs() if one.startswith(GRAPH[f"undone/{lab.slug}/"]))
    backdate(office, graph, THIRD)
    assert lab.capability().people == lab.capability(as_of=THIRD + DAY).people == 1
    believed = lab.capability(known_at=THIRD + DAY)
    assert (believed.people, units(believed)) == (2, {"Chemistry": 2})
    assert lab.capability(known_at=THIRD - DAY).people == 1


def test_a_target_counts_from_when_it_was_set_until_it_was_dropped(office: Office) -> None:
    lab = Lab(office)
    wanted = Wanted("LIF-VIR", Level.PRACTITIONER, 2, datetime.date(2100, 1, 1))
    made = add_target(office.register, lab.by(), lab.slug, wanted)
    since = term.iri(GSE.validFrom)
    graph = term.iri(GRAPH[f"source/{lab.slug}"])
    with Change() as change:
        change.remove(term.iri(made.identifier.iri), since, term.date(today()), graph)
        change.add(term.iri(made.identifier.iri), since, term.date(FIRST), graph)
        office.register.store.apply(change)
    drop_target(office.register, lab.by(), lab.slug, f"{made.identifier.value:016x}")

    def known(**asked: Any) -> int:
        return len(lab.capability(**asked).targets)

    assert [known(), known(as_of=BETWEEN), known(known_at=BETWEEN), known(known_at=FIRST - DAY)] == [0, 1, 1, 0]
    assert known(as_of=today(), known_at=today() - DAY) == 1, "that it was dropped was not known"
    assert len(targets_of(office.register, lab.by(), lab.slug, BETWEEN)) == 1
    assert targets_of(office.register, lab.by(), lab.slug) == ()


def _virologist(lab: Lab) -> str:
    return ask_gap(lab.office.register, lab.by(), lab.ann, "ROL-LIF-01").gap.role.iri


Ask = Callable[[Lab, datetime.date], object]
QUESTIONS: dict[str, Ask] = {
    "capability": lambda lab, day: lab.capability(as_of=day),
    "capability as known": lambda lab, day: lab.capability(known_at=day),
    "coverage": lambda lab, day: lab.coverage(as_of=day),
    "coverage as known": lambda lab, day: lab.coverage(known_at=day),
    "trend": lambda lab, day: lab.office.register.ask_trend(TrendQuestion(lab.slug, days=(day,)), lab.by()),
    "trend as known": lambda lab, day: lab.office.register.ask_trend(TrendQuestion(lab.slug, known_at=day), lab.by()),
    "experts": lambda lab, day: lab.office.register.ask_experts(ExpertsQuestion("LIF", as_of=day), lab.by()),
    "gap": lambda lab, day: ask_gap(lab.office.register, lab.by(), lab.ann, "ROL-LIF-01", as_of=day),
    "gap as known": lambda lab, day: ask_gap(lab.office.register, lab.by(), lab.ann, "ROL-LIF-01", known_at=day),
    "pathways": lambda lab, day: ask_pathways(lab.office.register, lab.by(), lab.ann, as_of=day),
    "candidates": lambda lab, day: who_is_close(
        lab.office.register, lab.by(), lab.office.register.state.framework.role(_virologist(lab)), as_of=day
    ),
    "candidates as known": lambda lab, day: who_is_close(
        lab.office.register, lab.by(), lab.office.register.state.framework.role(_virologist(lab)), known_at=day
    ),
    "calibration as known": lambda lab, day: calibrate(
        lab.office.register, lab.by(), CalibrationQuestion(lab.slug, known_at=day)
    ),
    "calibration": lambda lab, day: calibrate(lab.office.register, lab.by(), CalibrationQuestion(lab.slug, as_of=day)),
    "targets": lambda lab, day: targets_of(lab.office.register, lab.by(), lab.slug, day),
    "progress": lambda lab, day: group_progress(lab.office.register, lab.by(), lab.slug, None, day, day),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_day_of_which_nothing_can_be_told_is_refused_by_one_rule(lab: Lab, name: str) -> None:
    ask = QUESTIONS[name]
    for day, rule in (
        (today() + DAY, "day-to-come"),
        (datetime.date(2031, 1, 1), "day-to-come"),
        (datetime.date.max, "day-to-come"),
        (DAY_ZERO - DAY, "before-any-record"),
        (datetime.date(1800, 1, 1), "before-any-record"),
    ):
        with pytest.raises(InputError) as error:
            ask(lab, day)
        assert error.value.rule == rule
    ask(lab, today())
    ask(lab, DAY_ZERO)
