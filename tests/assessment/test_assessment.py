"""Judgements side by side: which counts, how it is asked for, given, confirmed anew, and what is refused."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rdflib import Graph

from gse_skills.assessment import (
    Answer,
    Assessed,
    CalibrationQuestion,
    Judgement,
    Standing,
    ask,
    assess,
    calibrate,
    checked_evidence,
    read_endorsements,
    reconfirm,
    respond,
)
from gse_skills.assessment.endorse import Endorsement
from gse_skills.assessment.reporting import require_no_circle
from gse_skills.dossier import Means, read_dossier
from gse_skills.errors import ConflictError, GseSkillsError, InputError, NotFoundError, RefusedError
from gse_skills.experts import ExpertsQuestion
from gse_skills.framework.shapes import Kind, validate
from gse_skills.imports.state import read_people
from gse_skills.index import Index
from gse_skills.index.build import build
from gse_skills.people import read_person
from gse_skills.settings import Settings
from gse_skills.sharing import Choice, choose
from gse_skills.vocabulary import GRAPH, Audience, Basis, Identifier, Level

if TYPE_CHECKING:
    from tests.conftest import Office

TODAY = datetime.datetime.now(datetime.UTC).date()
RECENT = TODAY - datetime.timedelta(days=100)
LONG_AGO = TODAY.replace(year=TODAY.year - 4, day=1)
SHEET = f"""Staff no,Name,Unit,Skill,Level,Assessed by,Date assessed
1,Ann Archer,Blue,LIF-VIR-01,Working,Manager,{RECENT}
1,Ann Archer,Blue,LIF-VIR-02,Practitioner,Self,{RECENT}
1,Ann Archer,Blue,LIF-CEL-01,Working,Manager,{LONG_AGO}
2,Bob Baker,Red,LIF-VIR-01,Expert,Self,{RECENT}
"""
SKILL, OWN, FADED = "LIF-VIR-01", "LIF-VIR-02", "LIF-CEL-01"


@pytest.fixture(scope="module")
def small(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with small_office(tmp_path_factory.mktemp("assessment")) as office:
        yield office


@pytest.fixture
def lab(small: Office) -> str:
    slug = small.organisation()
    small.bring(slug, SHEET)
    return slug


def digits(office: Office, lab: str, name: str = "Ann Archer") -> str:
    (found,) = [one.person for one in read_people(office.register.store, lab) if one.person.name == name]
    return f"{found.identifier.value:016x}"


def me(office: Office, lab: str, name: str = "Ann Archer") -> Any:
    return office.access(f"person:{lab}/{digits(office, lab, name)}")


def say(office: Office, lab: str, level: Level, skill: str = SKILL, **more: Any) -> Assessed:
    access = more.pop("access", None) or me(office, lab)
    dry_run = more.pop("dry_run", False)
    return assess(office.register, access, digits(office, lab), Judgement(skill, level, **more), dry_run=dry_run)


def shown(office: Office, lab: str, name: str = "Ann Archer") -> dict[str, tuple[str, str]]:
    """What the views say of a person: level and basis by skill."""
    framework = office.register.state.framework
    answer = read_person(digits(office, lab, name), office.access("operator"), office.register.store)
    return {framework.concept(o.skill).notation or "": (o.level.label, o.basis.label) for o in answer.skills}


def held(office: Office, lab: str, skill: str = SKILL, **asked: Any) -> dict[str, str]:
    question = ExpertsQuestion(skill, organisation=lab, **asked)
    answer = office.register.ask_experts(question, office.access("operator"))
    return {hit.card.name: hit.level.label for hit in answer.hits}


def request(office: Office, lab: str, **more: Any) -> Endorsement:
    asked: dict[str, Any] = {"colleague": digits(office, lab, "Bob Baker"), "skill": SKILL}
    asked |= {"level": Level.EXPERT, "basis": Basis.PEER}
    asked |= {"dry_run": False} | more
    return ask(office.register, me(office, lab), **asked)


def answer(
    office: Office, lab: str, one: Endorsement, what: Answer, who: str = "Bob Baker", **more: Any
) -> Endorsement:
    return respond(office.register, me(office, lab, who), one.request.digits, what, **{"dry_run": False, **more})


def rule_of(run: Callable[[], object], kind: type[GseSkillsError]) -> str:
    with pytest.raises(kind) as caught:
        run()
    return caught.value.rule


def require_consistent(office: Office, lab: str, contents: Callable[[Index], dict[str, object]]) -> None:
    """The views and the index are those that the source graphs make, and the source graph fits its shapes."""
    state = office.register.state
    assert contents(state.index) == contents(build(office.register.store, state.framework, state.rules))
    assert office.register.rebuild() == 0
    source = Graph()
    for triple in office.register.store.triples(GRAPH[f"source/{lab}"]):
        source.parse(data=f"{triple} .", format="nt")
    assert [one for one in validate(source, Kind.SOURCE) if one.severity == "violation"] == []


def test_what_a_person_says_of_themselves_is_kept_beside_their_managers_word(
    small: Office, lab: str, contents: Callable[[Index], dict[str, object]]
) -> None:
    made = say(small, lab, Level.EXPERT)
    assert made.counts is not None
    assert (made.counts.level, made.counts.basis) == (Level.WORKING, Basis.MANAGER)
    assert shown(small, lab)[SKILL] == ("Working", "Manager")
    assert held(small, lab) == {"Ann Archer": "Working", "Bob Baker": "Expert"}
    dossier = read_dossier(small.register, digits(small, lab), me(small, lab))
    both = {one.basis: one for one in dossier.current if one.notation == SKILL}
    assert (both[Basis.SELF].counts, both[Basis.MANAGER].counts) == (False, True)
    origin = both[Basis.SELF].origin
    assert origin is not None
    assert origin.means is Means.ASSESSMENT
    require_consistent(small, lab, contents)


def test_when_the_one_that_counts_ends_the_next_takes_its_place_and_history_stays(
    small: Office, lab: str, contents: Callable[[Index], dict[str, object]]
) -> None:
    say(small, lab, Level.EXPERT)
    none = f"Staff no,Name,Skill,Level,Assessed by,Date assessed\n1,Ann Archer,{SKILL},none,Manager,{TODAY}\n"
    small.bring(lab, none)
    assert shown(small, lab)[SKILL] == ("Expert", "Self")
    yesterday = TODAY - datetime.timedelta(days=1)
    assert held(small, lab, as_of=yesterday)["Ann Archer"] == "Working"
    assert held(small, lab, as_of=TODAY)["Ann Archer"] == "Expert"
    require_consistent(small, lab, contents)


def test_a_judgement_that_was_to_be_confirmed_gives_way_to_a_newer_one(
    small: Office, lab: str, contents: Callable[[Index], dict[str, object]]
) -> None:
    before = small.register.ask_experts(ExpertsQuestion(FADED, organisation=lab), small.access("operator"))
    assert [hit.reconfirm_by < TODAY for hit in before.hits if hit.reconfirm_by] == [True]
    assert held(small, lab, FADED, fresh=True) == {}
    made = reconfirm(small.register, me(small, lab), digits(small, lab), FADED, dry_run=False)
    assert (made.level, made.basis, made.assessed_on, made.counts) == (Level.WORKING, Basis.SELF, TODAY, None)
    assert shown(small, lab)[FADED] == ("Working", "Self")
    assert held(small, lab, FADED, fresh=True) == {"Ann Archer": "Working"}
    assert held(small, lab, FADED, as_of=RECENT) == {"Ann Archer": "Working"}, "fading deletes nothing"
    require_consistent(small, lab, contents)


def test_confirming_makes_a_new_record_of_today_that_says_which_it_follows(small: Office, lab: str) -> None:
    made = reconfirm(small.register, me(small, lab), digits(small, lab), OWN, dry_run=False)
    assert (made.before, made.level, made.assessed_on) == (Level.PRACTITIONER, Level.PRACTITIONER, TODAY)
    records = [
        one for one in read_dossier(small.register, digits(small, lab), me(small, lab)).records if one.notation == OWN
    ]
    assert [one.until for one in records] == [None, TODAY]
    assert records[0].revises.endswith(f"{records[1].identifier:016x}")
    again = rule_of(
        lambda: reconfirm(small.register, me(small, lab), digits(small, lab), OWN, dry_run=False), ConflictError
    )
    assert again == "nothing-to-change"


def test_a_dry_run_changes_nothing(small: Office, lab: str) -> None:
    commit = small.register.store.commit
    assert say(small, lab, Level.EXPERT, dry_run=True).level is Level.EXPERT
    assert request(small, lab, dry_run=True).standing is Standing.OPEN
    assert small.register.store.commit == commit


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"day": TODAY + datetime.timedelta(days=1)}, "future-date"),
        ({"day": datetime.date(1949, 1, 1)}, "date-too-old"),
        ({"skill": OWN, "day": RECENT - datetime.timedelta(days=1)}, "older-than-known"),
        ({"evidence": ("jo@example.gov.uk said so",)}, "bad-evidence"),
        ({"evidence": ("javascript://x",)}, "bad-evidence"),
        ({"evidence": tuple(map(str, range(11)))}, "bad-evidence"),
        ({"evidence": ("x" * 501,)}, "bad-evidence"),
    ],
)
def test_what_cannot_be_is_refused_by_a_rule(small: Office, lab: str, more: dict[str, Any], rule: str) -> None:
    skill = more.pop("skill", SKILL)
    assert rule_of(lambda: say(small, lab, Level.WORKING, skill, **more), InputError) == rule


def test_who_may_say_what(small: Office, lab: str) -> None:
    ann = digits(small, lab)
    assert rule_of(lambda: say(small, lab, Level.EXPERT, basis=Basis.MANAGER), RefusedError) == "not-your-judgement"
    for caller in (me(small, lab, "Bob Baker"), small.access("anonymous"), small.access(f"lead:{lab}")):
        assert rule_of(partial(say, small, lab, Level.EXPERT, access=caller), NotFoundError) == "unknown-person"
    steward = small.access(f"steward:{lab}")
    made = say(small, lab, Level.EXPERT, access=steward, basis=Basis.ACCREDITED, evidence=("Chartered, 2024",))
    assert made.counts is None
    assert shown(small, lab)[SKILL] == ("Expert", "Accredited body")
    (kept,) = [one for one in read_dossier(small.register, ann, steward).current if one.basis is Basis.ACCREDITED]
    assert kept.evidence == ("Chartered, 2024",)
    assert kept.origin is not None
    assert kept.origin.means is Means.RECORDED


def test_a_colleague_endorses_and_their_word_is_a_judgement_of_its_own(
    small: Office, lab: str, contents: Callable[[Index], dict[str, object]]
) -> None:
    made = request(small, lab, skill=OWN, reason="We wrote the protocol together.", evidence=("https://x.example/7",))
    assert (made.standing, made.mine, made.asker, made.asked) == (Standing.OPEN, "withdraw", "Ann Archer", "Bob Baker")
    for access, slug in ((me(small, lab, "Bob Baker"), None), (small.access(f"steward:{lab}"), lab)):
        (seen,) = read_endorsements(small.register, access, slug)
        assert (seen.request.digits, seen.asker) == (made.request.digits, "Ann Archer")
    answer(small, lab, made, Answer.GIVEN)
    assert shown(small, lab)[OWN] == ("Expert", "Peer")
    (peer,) = [
        one
        for one in read_dossier(small.register, digits(small, lab), me(small, lab)).current
        if one.basis is Basis.PEER
    ]
    assert peer.origin is not None
    assert (peer.origin.means, peer.evidence) == (Means.ENDORSEMENT, ("https://x.example/7",))
    require_consistent(small, lab, contents)


def test_declining_needs_a_reason_and_changes_no_level(small: Office, lab: str) -> None:
    made, before = request(small, lab), shown(small, lab)
    assert rule_of(lambda: answer(small, lab, made, Answer.DECLINED), InputError) == "reason-missing"
    told = answer(small, lab, made, Answer.DECLINED, reason="I have not seen enough of it.")
    assert (told.standing, told.mine) == (Standing.DECLINED, "")
    assert shown(small, lab) == before


def test_nobody_endorses_themselves_nor_whom_they_do_not_see(small: Office, lab: str) -> None:
    ann, other = digits(small, lab), small.organisation()
    assert rule_of(lambda: request(small, lab, colleague=ann), InputError) == "self-endorsement"
    for stranger in ("0" * 16, "Bob Baker", ""):
        assert rule_of(partial(request, small, lab, colleague=stranger), NotFoundError) == "unknown-person"
    small.bring(other, SHEET.replace("Bob Baker", "Cyd Cole"))
    cyd = digits(small, other, "Cyd Cole")
    assert rule_of(lambda: request(small, lab, colleague=cyd, basis=Basis.MANAGER), InputError) == "bad-endorser"
    assert request(small, lab, colleague=cyd).standing is Standing.OPEN
    choose(
        small.register, small.access(f"steward:{other}"), other, Choice(people={cyd: Audience.PRIVATE}), dry_run=False
    )
    assert rule_of(lambda: request(small, lab, colleague=cyd, skill=OWN), NotFoundError) == "unknown-person"


def test_managers_run_in_no_circle(small: Office, lab: str) -> None:
    ann, bob = digits(small, lab), digits(small, lab, "Bob Baker")
    first = request(small, lab, skill=OWN, basis=Basis.MANAGER)

    def back(**more: Any) -> Endorsement:
        told: dict[str, Any] = {"skill": OWN, "level": Level.EXPERT, "basis": Basis.MANAGER} | more
        return ask(small.register, me(small, lab, "Bob Baker"), ann, **told, dry_run=False)

    assert rule_of(back, ConflictError) == "reporting-circle"
    answer(small, lab, first, Answer.GIVEN)
    assert rule_of(back, ConflictError) == "reporting-circle"
    assert back(basis=Basis.PEER).standing is Standing.OPEN
    # Whoever leads may change.
    (given,) = [one.request for one in read_endorsements(small.register, me(small, lab)) if one.request.answered]
    turned = replace(given, identifier=Identifier.mint("request"), asker=int(bob, 16), asked=int(ann, 16))
    require_no_circle(turned, [given], TODAY + datetime.timedelta(days=400))
    between = replace(given, asked=7), replace(given, identifier=Identifier.mint("request"), asker=7)
    assert rule_of(partial(require_no_circle, turned, between, TODAY), ConflictError) == "reporting-circle"


def test_what_the_organisation_recorded_of_a_manager_no_colleague_takes_away(small: Office, lab: str) -> None:
    made = partial(request, small, lab, skill=SKILL, basis=Basis.MANAGER)
    assert rule_of(made, ConflictError) == "manager-recorded"


def test_only_whoever_was_asked_answers_and_only_whoever_asked_withdraws(small: Office, lab: str) -> None:
    made = request(small, lab)
    assert rule_of(lambda: answer(small, lab, made, Answer.GIVEN, "Ann Archer"), NotFoundError) == "unknown-request"
    assert rule_of(lambda: answer(small, lab, made, Answer.WITHDRAWN), NotFoundError) == "unknown-request"
    assert answer(small, lab, made, Answer.WITHDRAWN, "Ann Archer").standing is Standing.WITHDRAWN
    assert rule_of(lambda: answer(small, lab, made, Answer.GIVEN), ConflictError) == "already-settled"


def test_asking_twice_asks_once_and_asking_otherwise_says_so(small: Office, lab: str) -> None:
    first = request(small, lab)
    assert request(small, lab).request.digits == first.request.digits
    assert rule_of(lambda: request(small, lab, level=Level.WORKING), ConflictError) == "already-asked"


def test_of_two_answers_at_once_one_wins_and_the_other_is_told(small: Office, lab: str) -> None:
    made, told = request(small, lab), []
    begin = threading.Barrier(2)

    def answering(what: Answer) -> None:
        begin.wait()
        try:
            told.append(answer(small, lab, made, what, reason="So it is.").standing.value)
        except ConflictError as error:
            told.append(error.rule)

    threads = [threading.Thread(target=answering, args=(what,)) for what in (Answer.GIVEN, Answer.DECLINED)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "already-settled" in told
    assert len(set(told) & {"given", "declined"}) == 1


def test_a_request_expires(small: Office, lab: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = request(small, lab)
    later = made.request.expires + datetime.timedelta(days=1)
    monkeypatch.setattr("gse_skills.assessment.endorse.today", lambda: later)
    assert rule_of(lambda: answer(small, lab, made, Answer.GIVEN), ConflictError) == "request-expired"
    (seen,) = read_endorsements(small.register, me(small, lab))
    assert (seen.standing, seen.mine) == (Standing.EXPIRED, "")


def test_calibration_counts_pairs_exactly_for_who_keeps_the_records(small: Office, lab: str) -> None:
    say(small, lab, Level.EXPERT)
    found = calibrate(small.register, small.access(f"steward:{lab}"), CalibrationQuestion(lab))
    assert [(one.unit, one.people, one.pairs, dict(one.differences)) for one in found.spreads if not one.group] == [
        ("", 1, 1, {2: 1}),
        ("Blue", 1, 1, {2: 1}),
    ]
    assert found.spreads[0].mean == 2
    for caller in (f"member:{lab}", "anonymous", f"lead:{small.organisation()}"):
        run = partial(calibrate, small.register, small.access(caller), CalibrationQuestion(lab))
        assert rule_of(run, RefusedError) == "not-steward"
    steward = small.access(f"steward:{lab}")
    itself = CalibrationQuestion(lab, Basis.SELF)
    assert rule_of(lambda: calibrate(small.register, steward, itself), InputError) == "bad-basis"


def test_evidence_is_words_or_an_address() -> None:
    assert checked_evidence(["ISO 17025: lead assessor"]) == ("ISO 17025: lead assessor",)


def test_a_lead_gets_figures_that_give_nobody_away(small: Office) -> None:
    lab, header = small.organisation(), "Staff no,Name,Unit,Skill,Level,Assessed by,Date assessed\n"

    def rows(first: int, count: int, unit: str) -> str:
        numbers = range(first, first + count)
        said = (("Self", "Expert"), ("Manager", "Working"))
        return "".join(f"{n},Person {n},{unit},{SKILL},{level},{by},{RECENT}\n" for n in numbers for by, level in said)

    units = rows(1, 25, "Blue") + rows(30, 24, "Green") + rows(60, 23, "Grey") + rows(90, 3, "Red")
    small.bring(lab, header + units)
    found = calibrate(small.register, small.access(f"lead:{lab}"), CalibrationQuestion(lab))
    assert found.spreads == ()
    assert found.figures_of == TODAY
    assert found.protected
    assert "Red" not in {one.unit for one in found.protected}, "three people are too few"
    for one in found.protected:
        assert all(figure.rule or (figure.low or 0) >= 10 for figure in one.figures)
    exact = calibrate(small.register, small.access(f"steward:{lab}"), CalibrationQuestion(lab))
    assert {one.unit: one.people for one in exact.spreads if not one.group} == {
        "": 75,
        "Blue": 25,
        "Green": 24,
        "Grey": 23,
        "Red": 3,
    }


def test_another_precedence_is_another_view_after_a_rebuild_and_nothing_is_lost(
    small: Office, lab: str, contents: Callable[[Index], dict[str, object]]
) -> None:
    say(small, lab, Level.EXPERT)
    register = small.register
    before = register.settings
    order = ("self", "accredited", "manager", "peer")
    register.settings = before.model_copy(update={"basis_precedence": order})
    try:
        assert register.rebuild() > 0
        assert shown(small, lab)[SKILL] == ("Expert", "Self")
        require_consistent(small, lab, contents)
    finally:
        register.settings = before
        register.rebuild()
    assert shown(small, lab)[SKILL] == ("Working", "Manager")


def test_an_order_that_leaves_a_judge_out_is_refused() -> None:
    with pytest.raises(ValueError, match="once, the strongest first"):
        Settings(basis_precedence=("manager", "self"))


def test_rows_of_several_judges_in_one_sheet_stand_side_by_side(small: Office) -> None:
    lab, header = small.organisation(), "Staff no,Name,Skill,Level,Assessed by,Date assessed\n"
    said = f"1,Ann Archer,{SKILL},Expert,Self,{RECENT}\n1,Ann Archer,{SKILL},Working,Manager,{RECENT}\n"
    small.bring(lab, header + said)
    assert shown(small, lab) == {SKILL: ("Working", "Manager")}
    dossier = read_dossier(small.register, digits(small, lab), me(small, lab))
    assert sorted((one.basis.label, one.level.label) for one in dossier.current) == [
        ("Manager", "Working"),
        ("Self", "Expert"),
    ]


def test_somebody_in_two_organisations_has_an_entry_in_each(small: Office, lab: str) -> None:
    other, header = small.organisation(), "Staff no,Name,Email,Skill,Level,Assessed by,Date assessed\n"
    for slug, level in ((lab, "Expert"), (other, "Working")):
        small.bring(slug, f"{header}9,Dee Both,dee@example.gov.uk,{OWN},{level},Manager,{RECENT}\n")
    slugs = [one.slug for one in small.register.state.organisations]
    callers = small.register.selves.of("dee@example.gov.uk", slugs)
    assert {caller.organisation for caller in callers} == {lab, other}
    assert held(small, lab, OWN)["Dee Both"] == "Expert"
    assert held(small, other, OWN)["Dee Both"] == "Working"
