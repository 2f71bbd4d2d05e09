"""Several skills at once: set algebra over the answers for each, counts beside choices, and the same in SPARQL."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.answers import ExpertsBody
from gse_skills.errors import InputError
from gse_skills.experts import ExpertsQuestion, Split, Wanted, as_sparql
from gse_skills.index import MAX_SKILLS, Match
from gse_skills.vocabulary import Basis, Level

if TYPE_CHECKING:
    from tests.conftest import Brings, History, World

MakeWorld = Callable[..., "World"]

CONCEPTS = ("LIF-VIR-01", "LIF-VIR-02", "LIF-VIR", "LIF-CEL", "LIF", "CHE", "CHE-ANA-01", "X-LONE")
CALLERS = ("anonymous", "operator", "member:aster", "steward:aster", "duty-officer:aster")
MARCH, JUNE = datetime.date(2025, 3, 1), datetime.date(2025, 6, 1)
_LIMIT = 500


def everybody(lab: World, question: ExpertsQuestion, caller: str) -> set[str]:
    answer = lab.ask(replace(question, limit=_LIMIT), caller)
    assert answer.total == len(answer.hits)
    return {hit.card.person for hit in answer.hits}


def several(*skills: str, **asked: Any) -> ExpertsQuestion:
    return ExpertsQuestion(tuple(map(Wanted.parse, skills)), **asked)


wanted = st.lists(
    st.builds(Wanted, st.sampled_from(CONCEPTS), st.none() | st.sampled_from(Level)),
    min_size=1,
    max_size=4,
    unique=True,
)


def questions(history: History) -> st.SearchStrategy[ExpertsQuestion]:
    begin = history.files[0][0] - datetime.timedelta(4)
    return st.builds(
        ExpertsQuestion,
        wanted.map(tuple),
        st.sampled_from(Level),
        st.none() | st.sampled_from(sorted(history.organisations)),
        st.sampled_from((None, None, True, False)),
        st.none() | st.dates(begin, history.files[-1][0]),
        match=st.sampled_from(Match),
        basis=st.just(()) | st.lists(st.sampled_from(Basis), min_size=1, max_size=3, unique=True).map(tuple),
        fresh=st.booleans(),
    )


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_several_are_the_set_algebra_of_one_each(
    world: MakeWorld, histories: st.SearchStrategy[History], data: st.DataObject
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations).live(history)
    for caller in data.draw(st.lists(st.sampled_from(CALLERS), min_size=2, max_size=2, unique=True)):
        question = data.draw(questions(history))
        alone = [everybody(lived, replace(question, skill=(one,), match=Match.ALL), caller) for one in question.wanted]
        expected = set.intersection(*alone) if question.match is Match.ALL else set.union(*alone)
        answer = lived.ask(replace(question, limit=_LIMIT), caller)
        assert {hit.card.person for hit in answer.hits} == expected
        for hit in answer.hits:
            # What is listed of each is what they are found by alone, in the order asked.
            held = [(one.asked, one.level) for one in hit.held]
            assert [iri for iri, _ in held] == [
                asked.concept.iri
                for asked, found in zip(answer.asked, _each(lived, answer.asked, question, caller), strict=True)
                if hit.card.person in found
            ]
        ranks = [
            (-len(hit.held), -sum(one.level for one in hit.held), -sum(one.basis for one in hit.held))
            for hit in answer.hits
        ]
        assert ranks == sorted(ranks)
        # Everybody seen is in one class, whatever is asked of them.
        seen = [sum((row.has, row.below, row.without, row.not_mapped)) for row in answer.splits]
        other = lived.ask(replace(question, skill="LIF", match=Match.ALL), caller)
        assert seen == [sum((row.has, row.below, row.without, row.not_mapped)) for row in other.splits]


def _each(lab: World, asked: Any, question: ExpertsQuestion, caller: str) -> list[set[str]]:
    return [everybody(lab, replace(question, skill=(Wanted(one.concept.iri, one.min_level),)), caller) for one in asked]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_count_is_the_total_that_its_choice_finds(
    world: MakeWorld, histories: st.SearchStrategy[History], data: st.DataObject
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations).live(history)
    caller = data.draw(st.sampled_from(CALLERS))
    question = data.draw(questions(history))
    answer = lived.ask(replace(question, facets=True), caller)
    counted = answer.facets
    assert counted is not None

    def total(**chosen: Any) -> int:
        return lived.ask(replace(question, **chosen), caller).total

    assert {slug: total(organisation=slug) for slug in counted.organisations} == counted.organisations
    assert {unit: total(units=(unit,)) for unit in counted.units} == counted.units
    assert {site: total(sites=(site,)) for site in counted.sites} == counted.sites
    assert {grade: total(grades=(grade,)) for grade in counted.grades} == counted.grades
    for said in (True, False):
        assert counted.available.get(said, 0) == total(available=said)
    assert {basis: total(basis=(basis,)) for basis in Basis if total(basis=(basis,))} == counted.basis
    assert counted.fresh == total(fresh=True)
    # Each of these kinds sorts everybody found: nobody is left out, and nobody counts twice.
    for kind, open_ in (
        (counted.organisations, {"organisation": None}),
        (counted.units, {"units": ()}),
        (counted.sites, {"sites": ()}),
        (counted.grades, {"grades": ()}),
        (counted.available, {"available": None}),
    ):
        assert sum(kind.values()) == total(**open_)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_sparql_finds_the_same_people(
    world: MakeWorld, histories: st.SearchStrategy[History], data: st.DataObject
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations).live(history)
    engine = lived.engine()
    for caller in CALLERS:
        question = replace(data.draw(questions(history)), as_of=None, fresh=False, units=())
        if data.draw(st.booleans()):
            question = replace(question, units=("", "Blue team"))
        answer = lived.ask(question, caller)
        views = [ox.NamedNode(view) for view in lived.access(caller).views]
        framework = [ox.NamedNode(graph) for graph in lived.store.graphs() if "/framework/" in graph]
        rows = engine.query(as_sparql(question, answer.asked), default_graph=[*views, *framework])
        assert isinstance(rows, ox.QuerySolutions)
        found = [row["person"].value for row in rows]
        assert len(set(found)) == len(found)
        assert set(found) == everybody(lived, question, caller), as_sparql(question, answer.asked)


def test_sparql_is_silent_where_the_views_are() -> None:
    assert as_sparql(several("LIF", as_of=MARCH), ()) == ""
    assert as_sparql(several("LIF", fresh=True), ()) == ""


def test_what_is_known_of_everybody(lab: World, bring: Brings) -> None:
    bring(
        lab,
        *((name, skill, level) for name, *held in PEOPLE for skill, level in held),
    )
    pair = ("LIF-VIR-02@Working", "CHE-ANA-01@Working")
    every = lab.ask(several(*pair))
    assert [hit.card.name for hit in every.hits] == ["Has both"]
    # Mapped in the branch of both and without one: without; nothing said of one: not mapped, though the other be held.
    assert every.splits == (Split("aster", has=1, below=2, without=2, not_mapped=2),)
    some = lab.ask(several(*pair, match=Match.ANY))
    assert some.hits[0].card.name == "Has both"
    assert some.splits == (Split("aster", has=4, below=2, without=0, not_mapped=1),)


PEOPLE = (
    ("Has both", ("LIF-VIR-02", 3), ("CHE-ANA-01", 2)),
    ("Below one", ("LIF-VIR-02", 3), ("CHE-ANA-01", 1)),
    ("Below both", ("LIF-VIR-02", 1), ("CHE-ANA-01", 1)),
    ("Lacks one", ("LIF-VIR-02", 3), ("CHE-ANA-02", 1)),
    ("Unasked of one", ("LIF-VIR-02", 3)),
    ("Unasked and below", ("LIF-VIR-02", 1), ("CHE-ANA-02", 4)),
    ("Elsewhere", ("LIF-CEL-01", 4)),
)


def test_who_has_more_and_higher_comes_first(lab: World, bring: Brings) -> None:
    bring(
        lab,
        ("One, expert", "LIF-VIR-01", 4, JUNE),
        ("Two, lower", "LIF-VIR-01", 1, JUNE),
        ("Two, lower", "LIF-VIR-02", 2, JUNE),
        ("Two, old", "LIF-VIR-01", 2, MARCH),
        ("Two, old", "LIF-VIR-02", 2, JUNE),
        ("Two, new", "LIF-VIR-01", 2, JUNE),
        ("Two, new", "LIF-VIR-02", 2, JUNE),
        ("Two, judged", "LIF-VIR-01", 2, MARCH, Basis.MANAGER),
        ("Two, judged", "LIF-VIR-02", 2, MARCH),
        today=JUNE,
    )
    found = lab.ask(several("LIF-VIR-01", "LIF-VIR-02", match=Match.ANY))
    order = ["Two, judged", "Two, new", "Two, old", "Two, lower", "One, expert"]
    assert [hit.card.name for hit in found.hits] == order
    read: list[str] = []
    cursor = None
    while cursor is not None or not read:
        page = lab.ask(several("LIF-VIR-01", "LIF-VIR-02", match=Match.ANY, limit=2, cursor=cursor))
        read += [hit.card.name for hit in page.hits]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert read == order
    body = ExpertsBody.of(found)
    assert [(hit.level, [also.level for also in hit.also]) for hit in body.items][3:] == [
        ("Awareness", ["Working"]),
        ("Expert", []),
    ]
    assert [one.concept.notation for one in body.skills] == ["LIF-VIR-01", "LIF-VIR-02"]


def test_each_skill_may_have_a_level_of_its_own(lab: World, bring: Brings) -> None:
    bring(lab, ("Ann", "LIF-VIR-01", 4), ("Ann", "CHE-ANA-01", 1), ("Bob", "LIF-VIR-01", 2), ("Bob", "CHE-ANA-01", 4))

    def who(*skills: str, **asked: Any) -> list[str]:
        return [hit.card.name for hit in lab.ask(several(*skills, **asked)).hits]

    assert who("LIF-VIR-01@Expert", "CHE-ANA-01") == ["Ann"]
    assert who("LIF-VIR-01", "CHE-ANA-01@expert", min_level=Level.WORKING) == ["Bob"]
    assert who("LIF-VIR-01", "CHE-ANA-01", min_level=Level.WORKING) == ["Bob"]
    # One skill twice is one, at two levels it is the higher where all are wanted.
    assert who("LIF-VIR-01", "Diagnostics") == ["Ann", "Bob"]
    assert who("LIF-VIR-01", "LIF-VIR-01@Expert") == ["Ann"]


@pytest.mark.parametrize(
    ("skills", "rule"),
    [
        ((), "no-skill"),
        (tuple(f"S{n}" for n in range(MAX_SKILLS + 1)), "too-many-skills"),
        (("alchemy",), "unknown-term"),
    ],
)
def test_what_cannot_be_asked_of_several(lab: World, skills: tuple[str, ...], rule: str) -> None:
    with pytest.raises(InputError) as err:
        lab.ask(several(*skills))
    assert err.value.rule == rule
