"""Opportunities: from an offer over two approvals to the question whether the level moved; and who sees what of it."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from rdflib import Graph

from gse_skills import retention
from gse_skills.dossier import read_dossier
from gse_skills.erasure import erase
from gse_skills.errors import ConflictError, GseSkillsError, InputError, NotFoundError, RefusedError
from gse_skills.framework import Framework
from gse_skills.framework.shapes import Kind, validate
from gse_skills.opportunity import (
    Movement,
    Need,
    Offered,
    OfferWish,
    OpportunityQuestion,
    Payment,
    Stage,
    Status,
    StepKind,
    StepRole,
    StepWish,
    Taken,
    WishedAim,
    applications,
    apply,
    confirm,
    find,
    find_application,
    findings,
    match,
    moved,
    offer,
    proceed,
    require_allowed,
    require_span,
    search,
    waiting,
    withdraw_opportunity,
)
from gse_skills.rebuild import SCHEME
from gse_skills.register import today
from gse_skills.resources import folder
from gse_skills.vocabulary import FRAMEWORK, GRAPH, OWL, Audience, Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Office

YEAR = today().year + 1
VIROLOGY = WishedAim("LIF-VIR-01", Level.PRACTITIONER, Level.WORKING)
SHEET = """Staff no,Name,Email,Skill,Level,Assessed on
1,Ann,ann@{0}.example,LIF-VIR-01,Working,2025-01-01
2,Bob,bob@{0}.example,LIF-VIR-02,Working,2025-01-01
"""
WISH = OfferWish(
    "Six months in the virus laboratory",
    "stem-futures",
    "secondment",
    (VIROLOGY,),
    datetime.date(YEAR, 1, 1),
    datetime.date(YEAR, 6, 30),
    "interchange@host.example",
    site="Larkmoor",
    payment=Payment.HOST,
)
MENTORING = replace(WISH, title="Ask a virologist", kind="mentoring", remote=True, payment=None)


@pytest.fixture(scope="module")
def small(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A register of its own, since what is public is seen from everywhere."""
    with small_office(tmp_path_factory.mktemp("opportunities")) as office:
        yield office


@pytest.fixture
def host(small: Office) -> str:
    return small.organisation()


@pytest.fixture
def home(small: Office) -> str:
    slug = small.organisation()
    small.bring(slug, SHEET.format(slug))
    return slug


def person(office: Office, home: str, name: str = "Ann") -> str:
    """The caller who is that person."""
    (mine,) = office.register.selves.of(f"{name.lower()}@{home}.example", [home])
    return str(mine)


def offered(office: Office, host: str, wish: OfferWish = WISH, caller: str = "steward") -> Offered:
    return offer(office.register, wish, office.access(f"{caller}:{host}"))


def applied(office: Office, one: Offered, home: str, name: str = "Ann") -> Taken:
    return apply(office.register, one.opportunity.digits, office.access(person(office, home, name)), text="Please.")


def step(office: Office, taken: Taken, kind: str, caller: str, **more: Any) -> Taken:
    digits = taken.application.participation.digits
    return proceed(office.register, digits, StepWish(StepKind(kind), **more), office.access(caller))


def listed(office: Office, caller: str, **asked: Any) -> list[str]:
    found = search(office.register, OpportunityQuestion(**asked), office.access(caller))
    return [one.opportunity.digits for one in found]


def statements(office: Office, graph: str) -> set[str]:
    return set(map(str, office.register.store.triples(graph)))


def test_the_whole_way(small: Office, host: str, home: str) -> None:
    one = offered(small, host)
    assert (one.opportunity.status, one.free) == (Status.OPEN, 1)
    digits = one.opportunity.digits
    assert digits in listed(small, f"member:{home}")
    assert digits not in listed(small, "anonymous")
    taken = applied(small, one, home)
    assert (taken.changed, taken.application.name, taken.application.mine) == (True, "Ann", True)
    assert applied(small, one, home).changed is False
    host_side, home_side = f"steward:{host}", f"steward:{home}"
    first = step(small, taken, "agreement", host_side)
    assert first.application.participation.stage is Stage.APPLIED
    assert find(small.register, digits, small.access(host_side)).free == 1
    second = step(small, taken, "agreement", home_side)
    assert second.application.participation.stage is Stage.AGREED
    assert find(small.register, digits, small.access("operator")).free == 0
    assert step(small, taken, "agreement", home_side).changed is False
    begun = step(small, taken, "beginning", host_side, on_day=datetime.date(2025, 2, 1))
    assert begun.application.participation.stage is Stage.STARTED
    done = step(small, taken, "completion", home_side, on_day=datetime.date(2025, 6, 1))
    history = done.application.participation.steps
    assert [(one.kind.value, one.role.value) for one in history] == [
        ("application", "participant"),
        ("agreement", "host steward"),
        ("agreement", "releasing steward"),
        ("beginning", "host steward"),
        ("completion", "releasing steward"),
    ]
    me = small.access(person(small, home))
    assert find_application(small.register, taken.application.participation.digits, me).participation.steps == history
    name = taken.application.participation.digits
    (before,) = moved(small.register, name, me)
    assert (before.before, before.after, before.movement) == (Level.WORKING, None, Movement.NOT_ASSESSED)
    small.bring(home, SHEET.format(home).replace("Working,2025-01-01", "Practitioner,2025-07-01"))
    (after,) = moved(small.register, name, small.access(home_side))
    assert (after.before, after.after, after.movement) == (Level.WORKING, Level.PRACTITIONER, Movement.REACHED)
    with pytest.raises(NotFoundError) as hidden:
        moved(small.register, name, small.access(host_side))
    assert hidden.value.rule == "unknown-person"


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("opportunity-title", {"title": " "}),
        ("opportunity-title", {"title": "x" * 121}),
        ("unknown-scheme", {"scheme": "stem-pasts"}),
        ("unknown-kind", {"kind": "holiday"}),
        ("opportunity-kind-not-of-scheme", {"scheme": "expert-exchange", "kind": "mentoring"}),
        ("opportunity-skill-missing", {"skills": ()}),
        ("skill-named-twice", {"skills": (VIROLOGY, VIROLOGY)}),
        ("unknown-term", {"skills": (WishedAim("no such skill", Level.EXPERT),)}),
        ("aim-goes-down", {"skills": (WishedAim("LIF-VIR-01", Level.WORKING, Level.PRACTITIONER),)}),
        ("opportunity-ends-before-it-starts", {"ends": datetime.date(YEAR - 1, 12, 31)}),
        ("opportunity-too-long", {"ends": datetime.date(YEAR + 1, 1, 1)}),
        ("opportunity-over", {"starts": datetime.date(2020, 1, 1), "ends": datetime.date(2020, 6, 1)}),
        ("opportunity-nowhere", {"site": ""}),
        ("opportunity-places", {"places": 0}),
        ("opportunity-contact", {"contact": "Ann"}),
        ("opportunity-payment-missing", {"payment": None}),
        ("opportunity-audience", {"audience": Audience.EMERGENCY}),
        ("text-too-long", {"text": "x" * 1001}),
        ("opportunity-releasing-employer-missing", {"scheme": "expert-exchange"}),
    ],
)
def test_the_rules(small: Office, host: str, rule: str, more: dict[str, Any]) -> None:
    before = statements(small, GRAPH[f"source/{host}"])
    with pytest.raises(GseSkillsError) as refused:
        offered(small, host, replace(WISH, **more))
    assert refused.value.rule == rule
    assert refused.value.remedy
    assert statements(small, GRAPH[f"source/{host}"]) == before


@pytest.mark.parametrize(
    ("starts", "ends", "fits"),
    [
        ("01-01", "09-30", True),
        ("01-01", "10-01", False),
        ("01-31", "10-30", True),
        ("01-31", "10-31", False),
        ("02-01", "11-01", False),
    ],
)
def test_a_tenth_month_of_expert_exchange_is_refused(
    small: Office, host: str, starts: str, ends: str, *, fits: bool
) -> None:
    begin, end = (datetime.date.fromisoformat(f"{YEAR}-{day}") for day in (starts, ends))
    wish = replace(
        WISH, scheme="Expert Exchange", starts=begin, ends=end, releasing_employer="A university", two_way=True
    )
    if fits:
        assert offered(small, host, wish).opportunity.two_way
        return
    with pytest.raises(InputError) as refused:
        offered(small, host, wish)
    assert refused.value.rule == "opportunity-too-long"
    assert "Expert Exchange allows 9 months at most for a secondment" in refused.value.message
    assert refused.value.extra["findings"]


def test_a_tenth_month_is_refused_of_what_was_done_too(small: Office, host: str, home: str) -> None:
    wish = replace(WISH, scheme="Expert Exchange", releasing_employer="A university", two_way=True)
    taken = applied(small, offered(small, host, wish), home)
    side = f"steward:{host}"
    for caller in (side, f"steward:{home}"):
        step(small, taken, "agreement", caller)
    began = datetime.date(YEAR - 2, 1, 1)
    step(small, taken, "beginning", side, on_day=began)
    with pytest.raises(InputError) as tenth:
        step(small, taken, "completion", side, on_day=began.replace(month=10))
    assert tenth.value.rule == "opportunity-too-long"
    assert f"Expert Exchange allows 9 months at most for a secondment; {began} to" in tenth.value.message
    done = step(small, taken, "completion", side, on_day=began.replace(month=9, day=30))
    assert done.application.participation.stage is Stage.FINISHED
    one = done.application.opportunity
    with pytest.raises(InputError) as late:
        require_span(one, one.ends + datetime.timedelta(1), one.ends, small.register.state.framework)
    assert late.value.rule == "opportunity-ends-before-it-starts"


def test_a_skill_that_is_no_longer_used_is_refused(small: Office, host: str) -> None:
    one = offered(small, host).opportunity
    assert findings(one, small.register.state.framework) == ()
    skill, deprecated = ox.NamedNode(FRAMEWORK["LIF-VIR-01"]), ox.NamedNode(OWL.deprecated)
    stated = [*small.register.store.triples(SCHEME + "gse"), ox.Triple(skill, deprecated, ox.Literal(True))]
    with pytest.raises(InputError) as refused:
        require_allowed(one, Framework.from_triples({"gse": stated}))
    assert refused.value.rule == "opportunity-skill-deprecated"


def test_what_is_written_fits_the_shapes_and_a_rebuild_changes_nothing(small: Office, host: str, home: str) -> None:
    one = offered(small, host, replace(WISH, audience=Audience.PUBLIC, places=2))
    offered(small, host, MENTORING, "member")
    offered(small, host, replace(WISH, title="Another"), "member")
    taken = applied(small, one, home)
    step(small, taken, "agreement", f"steward:{host}")
    step(small, taken, "refusal", f"steward:{home}", reason="Not this year.")
    withdraw_opportunity(small.register, one.opportunity.digits, small.access(f"steward:{host}"))
    graph = Graph().parse(folder("ontology") / "schemes.ttl")
    for slug in (host, home):
        said = "".join(f"{line} .\n" for line in statements(small, GRAPH[f"source/{slug}"]))
        graph.parse(data=said, format="nt")
    assert len(graph) > 150
    assert validate(graph, Kind.OPPORTUNITIES) == ()
    assert small.register.rebuild() == 0


def test_a_member_offers_mentoring_alone_and_a_secondment_with_the_steward(small: Office, host: str) -> None:
    member = f"member:{host}"
    assert offered(small, host, MENTORING, "member").opportunity.status is Status.OPEN
    proposed = offered(small, host, WISH, "member").opportunity
    assert proposed.status is Status.PROPOSED
    assert proposed.digits not in listed(small, member)
    steward = small.access(f"steward:{host}")
    assert [one.digits for one in waiting(small.register, steward)] == [proposed.digits]
    assert waiting(small.register, small.access(member)) == ()
    with pytest.raises(NotFoundError) as hidden:
        confirm(small.register, proposed.digits, small.access(member))
    assert hidden.value.rule == "unknown-opportunity"
    assert confirm(small.register, proposed.digits, steward, dry_run=True).opportunity.status is Status.OPEN
    assert proposed.digits not in listed(small, member)
    confirmed = confirm(small.register, proposed.digits, steward).opportunity
    assert [step.role for step in confirmed.steps] == [StepRole.HOST_MEMBER, StepRole.HOST_STEWARD]
    commit = small.register.store.commit
    assert confirm(small.register, proposed.digits, steward).opportunity.steps == confirmed.steps
    assert small.register.store.commit == commit
    assert proposed.digits in listed(small, member)


def test_the_same_offer_is_made_once_and_a_dry_run_makes_none(small: Office, host: str) -> None:
    commit = small.register.store.commit
    offer(small.register, WISH, small.access(f"steward:{host}"), dry_run=True)
    assert small.register.store.commit == commit
    first = offered(small, host).opportunity
    assert offered(small, host).opportunity.digits == first.digits
    assert small.register.store.commit == commit + 1


@pytest.mark.parametrize("caller", ["anonymous", "framework-owner", "administrator", "member:nowhere"])
def test_nobody_offers_for_others(small: Office, host: str, caller: str) -> None:
    with pytest.raises(RefusedError) as refused:
        offer(small.register, replace(WISH, organisation=host), small.access(caller))
    assert refused.value.rule == "not-a-member"


def test_no_mailbox_of_a_person(small: Office, home: str) -> None:
    with pytest.raises(InputError) as refused:
        offered(small, home, replace(WISH, contact=f"Ann@{home}.example"))
    assert refused.value.rule == "personal-contact"


@pytest.mark.parametrize(
    ("audience", "seen_by"),
    [
        (Audience.PUBLIC, {"anonymous", "member:host", "steward:host", "member:other", "steward:other", "operator"}),
        (Audience.ALLIANCE, {"member:host", "steward:host", "member:other", "steward:other", "operator"}),
        (Audience.PRIVATE, {"member:host", "steward:host", "operator"}),
    ],
)
def test_who_sees_it(small: Office, host: str, audience: Audience, seen_by: set[str]) -> None:
    other = small.organisation()
    digits = offered(small, host, replace(WISH, audience=audience)).opportunity.digits
    for name in ("anonymous", "member:host", "steward:host", "member:other", "steward:other", "operator"):
        caller = name.replace("host", host).replace("other", other)
        access = small.access(caller)
        assert (digits in listed(small, caller)) == (name in seen_by), name
        if name not in seen_by:
            with pytest.raises(NotFoundError) as hidden:
                find(small.register, digits, access)
            with pytest.raises(NotFoundError) as absent:
                find(small.register, "0" * 16, access)
            assert str(hidden.value) == str(absent.value)
    assert (
        withdraw_opportunity(
            small.register, digits, small.access(f"steward:{host}"), reason="Moved."
        ).opportunity.status
        is Status.WITHDRAWN
    )
    assert digits not in listed(small, "operator")


def test_search_narrows(small: Office, host: str) -> None:
    member = f"member:{host}"
    own = replace(WISH, audience=Audience.PRIVATE)
    one = offered(small, host, own).opportunity.digits
    broad = replace(MENTORING, skills=(WishedAim("LIF", Level.EXPERT),), audience=Audience.PRIVATE, title="Broad")
    two = offered(small, host, broad).opportunity.digits
    mine = {one, two}

    def found(**asked: Any) -> list[str]:
        return [digits for digits in listed(small, member, **asked) if digits in mine]

    assert found(skill="LIF-VIR-01") == [one, two]
    assert found(skill="LIF-VIR") == [one, two]
    assert found(skill="LIF-CEL-01") == [two]
    assert found(skill="X-LONE") == []
    assert found(scheme="STEM Futures", kind="mentoring") == [two]
    assert found(scheme="expert-exchange") == []
    assert found(place="larkm") == found(place="")
    assert found(place="remote") == [two]
    assert found(starts=datetime.date(YEAR, 7, 1)) == []
    assert len(found(starts=datetime.date(YEAR, 6, 30))) == 2
    assert found(ends=datetime.date(YEAR - 1, 12, 31)) == []
    with pytest.raises(InputError) as refused:
        found(starts=datetime.date(YEAR, 2, 1), ends=datetime.date(YEAR, 1, 1))
    assert refused.value.rule == "dates-out-of-order"


def at_once(*work: Callable[[], Taken]) -> list[Taken | GseSkillsError]:
    """What each came to, done at the same time."""
    results: list[Taken | GseSkillsError | None] = [None] * len(work)
    ready = threading.Barrier(len(work))

    def run(number: int) -> None:
        ready.wait()
        try:
            results[number] = work[number]()
        except GseSkillsError as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for one in results if one is not None]


def test_of_two_who_approve_at_once_one_does_and_the_other_is_told(small: Office, host: str, home: str) -> None:
    taken = applied(small, offered(small, host), home)
    steward = f"steward:{host}"
    results = at_once(*(lambda: step(small, taken, "agreement", steward) for _ in range(4)))
    assert sorted(one.changed for one in results if isinstance(one, Taken)) == [False, False, False, True]
    found = find_application(small.register, taken.application.participation.digits, small.access(steward))
    assert [one.kind.value for one in found.participation.steps] == ["application", "agreement"]


def test_agreeing_and_declining_at_once_leaves_one_of_them(small: Office, host: str, home: str) -> None:
    taken = applied(small, offered(small, host), home)
    step(small, taken, "agreement", f"steward:{host}")
    results = at_once(
        lambda: step(small, taken, "agreement", f"steward:{home}"),
        lambda: step(small, taken, "refusal", f"steward:{host}", reason="No room."),
    )
    (failed,) = [one for one in results if isinstance(one, GseSkillsError)]
    assert (type(failed), failed.rule) == (ConflictError, "wrong-stage")
    found = find_application(small.register, taken.application.participation.digits, small.access(f"steward:{host}"))
    assert found.participation.stage in (Stage.AGREED, Stage.DECLINED)
    assert len(found.participation.steps) == 3


def test_the_last_place_is_given_once(small: Office, host: str, home: str) -> None:
    one = offered(small, host)
    both = [applied(small, one, home, name) for name in ("Ann", "Bob")]
    for taken in both:
        step(small, taken, "agreement", f"steward:{home}")
    results = at_once(*(partial(step, small, taken, "agreement", f"steward:{host}") for taken in both))
    (failed,) = [each for each in results if isinstance(each, GseSkillsError)]
    assert failed.rule == "no-places"
    assert find(small.register, one.opportunity.digits, small.access("operator")).free == 0


def test_who_may_take_which_step(small: Office, host: str, home: str) -> None:
    other = small.organisation()
    taken = applied(small, offered(small, host), home)
    me = person(small, home)
    for caller in ("anonymous", f"member:{host}", f"member:{home}", f"steward:{other}", person(small, home, "Bob")):
        with pytest.raises(NotFoundError) as hidden:
            step(small, taken, "agreement", caller)
        assert hidden.value.rule == "unknown-application"
        assert applications(small.register, small.access(caller)) == ()
    for kind in ("agreement", "refusal", "beginning"):
        with pytest.raises(RefusedError) as refused:
            step(small, taken, kind, me, reason="Because.")
        assert refused.value.rule == "not-your-step"
    with pytest.raises(ConflictError) as early:
        step(small, taken, "beginning", f"steward:{host}")
    assert early.value.rule == "wrong-stage"
    with pytest.raises(InputError) as silent:
        step(small, taken, "refusal", f"steward:{host}")
    assert silent.value.rule == "reason-missing"
    gone = step(small, taken, "withdrawal", me)
    assert gone.application.participation.stage is Stage.WITHDRAWN
    assert gone.application.participation.steps[-1].role is StepRole.PARTICIPANT
    assert step(small, taken, "withdrawal", me).changed is False
    anew = applied(small, offered(small, host), home)
    assert anew.changed
    assert anew.application.participation.digits != taken.application.participation.digits


def test_a_withdrawn_opportunity_declines_those_who_wait(small: Office, host: str, home: str) -> None:
    one = offered(small, host)
    taken = applied(small, one, home)
    withdraw_opportunity(small.register, one.opportunity.digits, small.access(f"steward:{host}"), reason="We move.")
    found = find_application(
        small.register, taken.application.participation.digits, small.access(person(small, home))
    ).participation
    assert (found.stage, found.steps[-1].reason) == (Stage.DECLINED, "We move.")
    with pytest.raises(NotFoundError):
        applied(small, one, home)


def test_what_is_of_a_person_is_told_and_erased_with_them(small: Office, host: str, home: str) -> None:
    taken = applied(small, offered(small, host), home)
    step(small, taken, "agreement", f"steward:{host}")
    one = taken.application.participation
    dossier = read_dossier(small.register, one.person[-16:], small.access(person(small, home)))
    told = {str(triple.subject).strip("<>") for triple in dossier.triples}
    assert one.identifier.iri in told
    assert sum("/id/step/" in subject for subject in told) == 2
    assert one.person not in "".join(statements(small, GRAPH[f"source/{host}"]))
    everything = [graph for graph in small.register.store.graphs() if "/view/" in graph]
    assert not any("participation" in line for graph in everything for line in statements(small, graph))
    erase(small.register, small.access(f"steward:{home}"), home, one.person[-16:])
    left = statements(small, GRAPH[f"source/{home}"])
    assert not any("Participation" in line or "/id/step/" in line for line in left)
    assert applications(small.register, small.access(f"steward:{host}")) == ()


def test_a_participation_goes_when_it_has_long_been_over(small: Office, host: str, home: str) -> None:
    one = offered(small, host, replace(WISH, places=2))
    declined, waits = applied(small, one, home), applied(small, one, home, "Bob")
    step(small, declined, "refusal", f"steward:{host}", reason="Not this year.")
    steward = small.access(f"steward:{home}")
    months = retention.months_of(small.register, home)[retention.Kind.PARTICIPATIONS]
    assert months == 24

    def due(day: datetime.date) -> int:
        (found,) = retention.run(small.register, steward, as_of=day, dry_run=True)
        return found.erased.others

    in_time = retention.before(today(), -months)
    assert due(in_time - datetime.timedelta(1)) == 0
    assert due(in_time) == 3, "the application that was declined, and its two steps"
    # Nobody closed the other one: it was over with the opportunity.
    end = retention.before(WISH.ends, -months)
    assert (due(end - datetime.timedelta(1)), due(end)) == (3, 5)
    retention.choose(small.register, steward, home, {retention.Kind.PARTICIPATIONS: 1})
    assert due(retention.before(today(), -1)) == 3
    assert {each.participation.digits for each in applications(small.register, steward)} == {
        declined.application.participation.digits,
        waits.application.participation.digits,
    }


def test_matches_are_ranked_and_the_same_each_time(small: Office, host: str) -> None:
    framework = small.register.state.framework

    def made(title: str, **more: Any) -> Offered:
        return offered(small, host, replace(WISH, title=title, audience=Audience.PRIVATE, **more))

    easy = (WishedAim("LIF-VIR-01", Level.PRACTITIONER, Level.AWARENESS),)
    late = made("late", skills=easy, starts=datetime.date(YEAR, 8, 1), ends=datetime.date(YEAR, 9, 1))
    near = made("near", skills=easy)
    away = made("away", skills=easy, site="Elsewhere")
    hard = made("hard", skills=(WishedAim("LIF-VIR-01", Level.EXPERT, Level.PRACTITIONER),))
    part = made("part", skills=(WishedAim("LIF-VIR-01", Level.WORKING),))
    broad = made("broad", skills=(WishedAim("LIF-VIR", Level.PRACTITIONER, Level.AWARENESS),))
    none = made("none", skills=(WishedAim("CHE-ANA-01", Level.EXPERT),))
    offers = [none, part, late, broad, hard, away, near]
    need = Need(FRAMEWORK["LIF-VIR-01"], Level.PRACTITIONER, Level.AWARENESS)
    for order in (offers, offers[::-1]):
        found = match([need], order, framework, by=datetime.date(YEAR, 7, 1), place="larkmoor")
        assert [one.offered.opportunity.title for one in found] == ["near", "broad", "away", "late", "part", "hard"]
    assert match([replace(need, held=Level.PRACTITIONER)], offers, framework) == ()
    assert match([need], [replace(near, taken=1)], framework) == ()
