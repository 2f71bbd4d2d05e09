"""Who has which skill: the order, the reasons, the pages, and an answer that depends on nothing unseen."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.answers import ExpertsBody, PersonBody
from gse_skills.errors import InputError, NotFoundError
from gse_skills.experts import ExpertsQuestion, Split
from gse_skills.vocabulary import FRAMEWORK, Audience, Basis, Level

if TYPE_CHECKING:
    from tests.conftest import Brings, Cell, History, World

MakeWorld = Callable[..., "World"]

JANUARY = datetime.date(2025, 1, 1)
MARCH = datetime.date(2025, 3, 1)
JUNE = datetime.date(2025, 6, 1)


def test_hits_are_ranked_by_level_then_basis_then_recency(lab: World, bring: Brings) -> None:
    bring(
        lab,
        ("Recent", "LIF-VIR-01", 3, MARCH, Basis.MANAGER),
        ("Self", "LIF-VIR-01", 3, JUNE, Basis.SELF),
        ("Expert", "LIF-VIR-01", 4, JANUARY, Basis.SELF),
        ("Old", "LIF-VIR-01", 3, JANUARY, Basis.MANAGER),
        ("Aware", "LIF-VIR-01", 1, JUNE, Basis.ACCREDITED),
        today=JUNE,
    )
    assert [name for name, *_ in lab.who("LIF-VIR-01")] == ["Expert", "Recent", "Old", "Self", "Aware"]


def test_a_person_counts_once_by_their_best_record_and_the_hit_says_which(lab: World, bring: Brings) -> None:
    bring(
        lab,
        ("Ann", "LIF-VIR-02", 2, JUNE, Basis.ACCREDITED),
        ("Ann", "LIF-VIR-01", 4, MARCH, Basis.SELF),
        ("Ann", "CHE-ANA-01", 4, JUNE, Basis.MANAGER),
        today=JUNE,
    )
    (hit,) = lab.hits("LIF")
    assert (hit.skill, hit.level, hit.basis, hit.assessed_on) == (
        (FRAMEWORK["LIF-VIR-01"], Level.EXPERT, Basis.SELF, MARCH)
    )
    answer = lab.ask(ExpertsQuestion("LIF", as_of=MARCH + datetime.timedelta(7)))
    assert [hit.age_days for hit in answer.hits] == [7]


def test_a_hit_says_why(lab: World, bring: Brings) -> None:
    bring(lab, ("Ann", "LIF-VIR-01", 4))
    ((*steps,),) = (hit.why for hit in lab.hits("CHE"))
    assert [(step.kind, step.label, step.iri and step.iri.rpartition("/")[2]) for step in steps] == [
        ("stated", "our LIF-VIR-01", None),
        ("matched:SavedMapping", "Diagnostics", "LIF-VIR-01"),
        ("broader", "Analysis", "CHE-ANA"),
        ("broader", "Chemistry", "CHE"),
    ]


def test_unknown_is_told_from_none(lab: World, bring: Brings) -> None:
    bring(
        lab,
        ("Has", "LIF-VIR-02", 3),
        ("Below", "LIF-VIR-02", 1),
        ("In the branch", "LIF-VIR-01", 4),
        ("Elsewhere", "LIF-CEL-01", 4),
        ("Said none", "LIF-VIR-02", 0),
    )
    answer = lab.ask(ExpertsQuestion("Serology", min_level=Level.WORKING))
    assert answer.splits == (Split("aster", has=1, below=1, without=1, not_mapped=2),)
    assert (answer.branch, answer.total, answer.first_rank) == (("Virology",), 1, 1)
    everybody = lab.ask(ExpertsQuestion("Life sciences"))
    assert everybody.splits == (Split("aster", has=4, below=0, without=0, not_mapped=1),)
    assert everybody.branch == ("Life sciences",)


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"skill": "alchemy"}, "unknown-term"),
        ({"skill": "LIF", "limit": 0}, "bad-limit"),
        ({"skill": "LIF", "limit": 501}, "bad-limit"),
        *(
            ({"skill": "LIF", "cursor": cursor}, "bad-cursor")
            for cursor in (
                "",
                "0",
                "-0000000000000000000000f",
                "00000000-00000000000000f",
                "g" * 24,
                "\u0660" * 24,
                "0" * 25,
            )
        ),
    ],
)
def test_what_cannot_be_asked(lab: World, asked: dict[str, Any], rule: str) -> None:
    with pytest.raises(InputError) as err:
        lab.ask(ExpertsQuestion(**asked))
    assert err.value.rule == rule


def pages(lab: World, caller: str, **asked: Any) -> Iterator[tuple[str, ...]]:
    cursor, rank = None, 1
    while True:
        answer = lab.ask(ExpertsQuestion(cursor=cursor, **asked), caller)
        assert answer.first_rank == rank
        yield tuple(hit.card.person for hit in answer.hits)
        rank += len(answer.hits)
        cursor = answer.next_cursor
        if cursor is None:
            assert rank == answer.total + 1
            return


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_pages_put_together_are_the_whole(
    world: MakeWorld, histories: st.SearchStrategy[History], data: st.DataObject
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations).live(history)
    for asked in ({"skill": "LIF"}, {"skill": "CHE", "min_level": Level.WORKING, "as_of": history.files[0][0]}):
        whole = [hit.card.person for hit in lived.ask(ExpertsQuestion(**asked)).hits]
        assert len(set(whole)) == len(whole)
        for limit in (1, 2, len(whole) or 1):
            read = list(pages(lived, "operator", limit=limit, **asked))
            assert [person for page in read for person in page] == whole
            assert {len(page) for page in read[:-1]} <= {limit}


def test_equals_come_in_one_order_on_every_page(lab: World, bring: Brings) -> None:
    bring(lab, *((f"Person {n}", "LIF-VIR-01", 3, MARCH) for n in range(7)))
    whole = [hit.card.person for hit in lab.hits("LIF-VIR-01")]
    assert whole == sorted(whole)
    assert [person for page in pages(lab, "operator", skill="LIF-VIR-01", limit=2) for person in page] == whole


def test_a_cursor_fits_after_people_came_and_went(lab: World, bring: Brings) -> None:
    bring(lab, *((f"Person {n}", "LIF-VIR-01", 3, MARCH) for n in range(6)))
    first = lab.ask(ExpertsQuestion("LIF-VIR-01", limit=3))
    rest = [hit.card.name for hit in lab.hits("LIF-VIR-01")][3:]
    bring(lab, (first.hits[-1].card.name, "LIF-VIR-01", 0, JUNE), ("New", "LIF-VIR-01", 4, JUNE), today=JUNE)
    again = lab.ask(ExpertsQuestion("LIF-VIR-01", cursor=first.next_cursor))
    assert [hit.card.name for hit in again.hits] == rest


SEEN = {
    "anonymous": {Audience.PUBLIC},
    "member:aster": {Audience.PUBLIC, Audience.ALLIANCE},
    "steward:aster": {Audience.PUBLIC, Audience.ALLIANCE},
    "lead:aster": {Audience.PUBLIC, Audience.ALLIANCE},
    "person:aster/00000000000000ff": {Audience.PUBLIC, Audience.ALLIANCE},
    "duty-officer:aster": {Audience.PUBLIC, Audience.ALLIANCE},
    "administrator": {Audience.PUBLIC},
    "framework-owner": {Audience.PUBLIC},
}
"""The audiences that a caller sees of any organisation."""
CALLERS = tuple(SEEN)


@st.composite
def hidden_cells(draw: st.DrawFn, caller: str, organisation: str, default: Audience) -> list[Cell]:
    """What the caller may not see: records of hidden people, and of seen people in skills that nobody is seen to have.

    Hidden people are only where the organisation shows nobody by default.
    """
    unseen = [audience for audience in Audience if audience not in SEEN[caller]]
    if (caller, organisation) == ("steward:aster", "aster"):
        # They see all of it.
        return []
    seen_people = st.sampled_from(("Ann", "Bob"))
    cells = [st.tuples(seen_people, st.just("CHE-ANA-02"))]
    if default in unseen:
        cells.append(
            st.tuples(st.sampled_from(("Hidden", "Unseen")), st.sampled_from(("LIF-VIR-01", "CHE-ANA-01", "LIF")))
        )
    drawn = draw(st.lists(st.one_of(cells), min_size=1, max_size=6, unique=True))
    return [
        (who, skill, draw(st.integers(1, 4)), draw(st.dates(JANUARY, MARCH)), None, draw(st.sampled_from(unseen)))
        for who, skill in drawn
    ]


def everything(lab: World, caller: str) -> list[str]:
    """Every answer that the caller can get, byte by byte."""
    asked: list[ExpertsQuestion] = [
        ExpertsQuestion(skill, level, organisation, available, as_of, limit)
        for skill in ("LIF", "LIF-VIR-01", "CHE-ANA-02")
        for level in (Level.AWARENESS, Level.PRACTITIONER)
        for organisation, available, as_of, limit in (
            (None, None, None, 20),
            ("aster", None, None, 20),
            ("birch", None, None, 20),
            (None, True, None, 20),
            (None, None, MARCH, 20),
            (None, None, None, 1),
        )
    ]
    answers = [lab.ask(question, caller) for question in asked]
    told = [ExpertsBody.of(answer).model_dump_json() for answer in answers]
    people = sorted({hit.card.person.rpartition("/")[2] for answer in answers for hit in answer.hits})
    return told + [PersonBody.of(lab.person(one, caller), lab.framework).model_dump_json() for one in people]


@given(data=st.data())
def test_nothing_unseen_changes_a_byte(world: MakeWorld, bring: Brings, data: st.DataObject) -> None:
    """Whatever the caller may not see - records, people, whole organisations - is added, changed and ended."""
    caller = data.draw(st.sampled_from(CALLERS))
    shown = data.draw(st.sampled_from(sorted(SEEN[caller], key=lambda audience: audience.value)))
    hidden_default = data.draw(st.sampled_from((Audience.PRIVATE, Audience.EMERGENCY)))
    lab = world(aster=shown, birch=hidden_default, cedar=hidden_default)
    level = st.integers(1, 4)
    bring(
        lab,
        (("1", "Ann", "Blue team", True), "LIF-VIR-01", data.draw(level), JANUARY),
        (("2", "Bob", None, None), "CHE-ANA-01", data.draw(level), MARCH),
        (("3", "Cleo", None, False), "LIF-CEL-01", 0, MARCH),
        today=MARCH,
    )
    bring(lab, ("Ann", "LIF-VIR-01", data.draw(level), JUNE, None, shown), organisation="birch", today=JUNE)
    before = everything(lab, caller)
    for _ in range(2):
        organisation = data.draw(st.sampled_from(("aster", "birch", "cedar")))
        default = shown if organisation == "aster" else hidden_default
        if organisation == "cedar" and data.draw(st.booleans()):
            # Everybody there leaves, since nothing of theirs is seen.
            bring(lab, ("Hidden", "LIF-VIR-01", 1), organisation="cedar", full=True, today=JUNE)
            assert everything(lab, caller) == before
        cells = data.draw(hidden_cells(caller, organisation, default))
        if organisation == "cedar":
            cells = [cell for cell in cells if cell[0] not in ("Ann", "Bob")]
        elif organisation == "birch":
            cells = [cell for cell in cells if cell[0] != "Bob"]
        assert bool(bring(lab, *cells, organisation=organisation, today=JUNE).outcomes) == bool(cells)
        assert everything(lab, caller) == before
        if data.draw(st.booleans()):
            bring(lab, *((who, skill, 0, JUNE) for who, skill, *_ in cells), organisation=organisation, today=JUNE)
            assert everything(lab, caller) == before


def test_who_is_hidden_is_as_unknown_as_who_is_not_there(world: MakeWorld, bring: Brings) -> None:
    lab = world(aster=Audience.PRIVATE)
    bring(lab, ("Ann", "LIF-VIR-01", 4))
    (hit,) = lab.hits("LIF-VIR-01")
    identifier = hit.card.person.rpartition("/")[2]
    told = []
    for one in (identifier, "0" * 16):
        with pytest.raises(NotFoundError) as err:
            lab.person(one, "member:aster")
        told.append((err.value.rule, str(err.value), err.value.extra))
    assert told[0] == told[1]
    assert told[0][0] == "unknown-person"
