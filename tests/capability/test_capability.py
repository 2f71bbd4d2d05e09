"""Every exact number of a capability equals the answer of SPARQL over the caller's views, written from the ontology
alone; nobody is told of what they may not see; people who have left count in the past without a name."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.capability import (
    Capability,
    CapabilityQuestion,
    CoverageQuestion,
    Fragility,
    PublishedFigures,
    ask,
    ask_coverage,
)
from gse_skills.disclosure import Rules
from gse_skills.errors import NotFoundError
from gse_skills.vocabulary import FRAMEWORK, Audience

if TYPE_CHECKING:
    from tests.conftest import Brings, History, World

MakeWorld = Callable[..., "World"]
TODAY = datetime.date(2025, 2, 1)
PREFIXES = """
PREFIX fw: <https://w3id.org/gse-skills/framework/>
PREFIX gse: <https://w3id.org/gse-skills/ontology#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
PEOPLE = "SELECT DISTINCT ?person { ?person org:memberOf <https://w3id.org/gse-skills/id/organisation/%s> }"
HELD = """
SELECT ?person ?level ?skill {
  ?record gse:holder ?person ; gse:skill ?skill ; gse:level ?level .
  ?person org:memberOf <https://w3id.org/gse-skills/id/organisation/%s> .
}
"""
ABOVE = "SELECT DISTINCT ?skill ?above { ?skill a ?type ; (skos:broader|^skos:narrower)* ?above }"
RANKS = {"Awareness": 1, "Working": 2, "Practitioner": 3, "Expert": 4}
CONCEPTS = ("LIF", "LIF-VIR", "CHE", "LIF-VIR-01", None)


def rows(engine: ox.Store, query: str, views: Sequence[str]) -> list[tuple[Any, ...]]:
    graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [ox.NamedNode(view) for view in views]
    found = engine.query(PREFIXES + query, default_graph=graphs, named_graphs=[])
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(row) for row in found]


class Sparql:
    """What SPARQL says over some views, each query put once."""

    def __init__(self, engine: ox.Store, views: Sequence[str]) -> None:
        self._engine, self._views = engine, views
        self._above: dict[str, set[str]] = {}
        for skill, above in rows(engine, ABOVE, views):
            self._above.setdefault(skill.value, set()).add(above.value)
        self._held: dict[str, list[tuple[Any, ...]]] = {}

    def people(self, organisation: str) -> int:
        return len(rows(self._engine, PEOPLE % organisation, self._views))

    def best(self, organisation: str, concept: str) -> dict[str, int]:
        """The best level of each person at or below a concept."""
        if organisation not in self._held:
            self._held[organisation] = rows(self._engine, HELD % organisation, self._views)
        levels: dict[str, int] = {}
        for person, level, skill in self._held[organisation]:
            if concept in self._above[skill.value]:
                levels[person.value] = max(levels.get(person.value, 0), RANKS[level.value.rpartition("#")[2]])
        return levels


def four(levels: dict[str, int]) -> tuple[int, ...]:
    return tuple(sum(level >= rank for level in levels.values()) for rank in (1, 2, 3, 4))


def figures(folder: Path) -> PublishedFigures:
    return PublishedFigures(folder, Rules())


def asked(world: World, question: CapabilityQuestion, caller: str, folder: Path) -> Capability:
    access = world.access(caller)
    return ask(question, access, world.framework, world.lookup, world.index, figures(folder), world.store, TODAY)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_exact_number_is_that_of_sparql(
    world: MakeWorld,
    histories: st.SearchStrategy[History],
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations).live(history)
    engine = lived.engine()
    folder = tmp_path_factory.getbasetemp()
    organisation = data.draw(st.sampled_from(sorted(history.organisations)))
    for caller in ("anonymous", "operator", "member:aster", f"steward:{organisation}"):
        sparql = Sparql(engine, lived.access(caller).views)
        concept = data.draw(st.sampled_from(CONCEPTS), label=caller)
        found = asked(lived, CapabilityQuestion(organisation, concept=concept), caller, folder)
        assert found.people == sparql.people(organisation)
        for line in found.lines:
            levels = sparql.best(organisation, line.concept)
            assert (line.mapped, line.holders) == (len(levels), four(levels)), line
            assert line.bench == sum(level == 2 for level in levels.values())
        for iri in found.not_mapped:
            assert not sparql.best(organisation, iri)
        skills = [one.iri for one in lived.framework.concepts if one.kind == "skill"]
        inside = {lived.framework.iris[n] for n in _inside(lived, concept)}
        alone = {}
        for iri in sorted(inside & set(skills)):
            strong = {person: level for person, level in sparql.best(organisation, iri).items() if level > 2}
            if len(strong) == 1:
                alone[iri] = next(iter(strong.items()))
        assert {point.skill: (person, int(point.level)) for person, point in found.points} == alone
        access = lived.access(caller)
        question = CoverageQuestion("LIF")
        heat = ask_coverage(question, access, lived.framework, lived.lookup, lived.index, lived.store, TODAY)
        for slug, people, cells in zip(heat.organisations, heat.people, heat.cells, strict=True):
            assert people == sparql.people(slug)
            for branch, cell in zip(heat.branches, cells, strict=True):
                levels = sparql.best(slug, branch)
                assert (cell.mapped, cell.holders) == (len(levels), four(levels))


def _inside(lived: World, concept: str | None) -> set[int]:
    tops = lived.framework.top_concepts("gse") if concept is None else (FRAMEWORK[concept],)
    return {int(number) for iri in tops for number in lived.framework.descendants(iri)}


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_what_a_caller_may_not_see_changes_no_byte(
    world: MakeWorld,
    bring: Brings,
    histories: st.SearchStrategy[History],
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations).live(history)
    folder = tmp_path_factory.getbasetemp()
    questions = [CapabilityQuestion(slug, departures=True, bridges=True) for slug in history.organisations]
    before = [told(asked(lived, question, "member:cedar", folder)) for question in questions]
    slug = data.draw(st.sampled_from(sorted({*history.organisations} - {"cedar"})))
    day = history.files[-1][0]
    skill = data.draw(st.sampled_from(("LIF-VIR-01", "CHE-ANA-01")))
    bring(
        lived,
        (("n1", "Nobody Sees", "Hidden unit"), skill, 4, day, None, Audience.PRIVATE),
        organisation=slug,
        today=day,
    )
    if not _shows_cards(lived, slug):
        assert [told(asked(lived, question, "member:cedar", folder)) for question in questions] == before


def told(found: Capability) -> list[object]:
    """All that an answer tells; the number of a person in the index is told to nobody."""
    points = [(person, point.skill, point.level, point.behind) for person, point in found.points]
    names = (field.name for field in fields(found) if field.name != "points")
    return [*points, *(getattr(found, name) for name in names)]


def _shows_cards(lived: World, slug: str) -> bool:
    """Whether an organisation shares by default: then the card of whoever joins is shared, and is seen."""
    return lived.rules.of(slug) is not Audience.PRIVATE


def test_a_lead_sees_no_name_of_what_is_not_shared(world: MakeWorld, bring: Brings, tmp_path: Path) -> None:
    made = world(aster=Audience.PRIVATE)
    bring(made, *[((f"a{n}", f"Person {n}", "Unit"), "LIF-VIR-01", 1 + n % 4) for n in range(40)])
    bring(made, (("s1", "Shared", "Unit"), "LIF-CEL-01", 4, None, None, Audience.ALLIANCE))
    published = figures(tmp_path)
    assert published.publish("aster", made.index, made.framework, TODAY)
    access = made.access("lead:aster")

    def lead(**more: Any) -> Capability:
        question = CapabilityQuestion("aster", **more)
        return ask(question, access, made.framework, made.lookup, made.index, published, made.store, TODAY)

    found = lead(departures=True, bridges=True)
    assert (found.people, found.mapped, found.whole) == (1, 1, False)
    shared = made.hits("LIF-CEL-01")[0].card.person
    assert {person.rpartition("/")[2] for person in found.people_named} == {shared.rpartition("/")[2]}
    assert found.figures is not None
    assert found.figures.of(FRAMEWORK["LIF"], "Awareness").low == 40
    # What is only in the figures is a line, and is not said to be mapped by nobody.
    group = lead(concept="LIF")
    assert FRAMEWORK["LIF-VIR"] in {line.concept for line in group.lines}
    assert FRAMEWORK["LIF-VIR"] not in group.not_mapped
    # A unit has figures of its own, whatever the case of its name.
    unit = lead(unit="UNIT").figures
    assert unit is not None
    assert unit.place == "aster/Unit"
    with pytest.raises(NotFoundError) as error:
        lead(unit="No such unit")
    assert error.value.rule == "unknown-unit"


def test_members_of_others_get_no_figures(world: MakeWorld, bring: Brings, tmp_path: Path) -> None:
    made = world(aster=Audience.PRIVATE, birch=Audience.PRIVATE)
    bring(made, *[((f"a{n}", f"Person {n}", "Unit"), "LIF-VIR-01", 1 + n % 4) for n in range(40)])
    published = figures(tmp_path)
    published.publish("aster", made.index, made.framework, TODAY)
    for caller in ("anonymous", "member:aster", "member:birch", "lead:birch", "steward:birch", "administrator"):
        question, access = CapabilityQuestion("aster"), made.access(caller)
        found = ask(question, access, made.framework, made.lookup, made.index, published, made.store, TODAY)
        assert (found.people, found.figures, found.lines) == (0, None, ())


def test_two_published_states_do_not_tell_who_came(world: MakeWorld, bring: Brings, tmp_path: Path) -> None:
    made = world(aster=Audience.PRIVATE)
    published = figures(tmp_path)
    bring(made, *[((f"a{n}", f"Person {n}", "Unit"), "LIF-VIR-01", 3) for n in range(30)])
    assert published.publish("aster", made.index, made.framework, TODAY)
    for newcomers in range(1, 10):
        bring(made, ((f"b{newcomers}", f"Newcomer {newcomers}", "Unit"), "LIF-VIR-01", 4))
        assert not published.publish("aster", made.index, made.framework, TODAY), newcomers
    bring(made, (("b10", "Newcomer 10", "Unit"), "LIF-VIR-01", 4))
    assert published.publish("aster", made.index, made.framework, TODAY)
    # Whoever was erased is in no comparison any more.
    someone = int(made.index.people.identifier[0])
    sizes = [len(one.state.people) for one in published.states("aster")]
    published.forget("aster", [someone])
    assert sum(sizes) - sum(len(one.state.people) for one in published.states("aster")) in (1, 2)


def test_who_has_left_counts_in_the_past_without_a_name(world: MakeWorld, bring: Brings, tmp_path: Path) -> None:
    made = world(aster=Audience.ALLIANCE)
    first, second = datetime.date(2025, 1, 2), datetime.date(2025, 1, 8)
    bring(made, ("Ann", "LIF-VIR-01", 4, first), ("Ben", "LIF-VIR-01", 2, first), today=first, full=True)
    bring(made, ("Ben", "LIF-VIR-01", 2, first), today=second, full=True)
    now = asked(made, CapabilityQuestion("aster", concept="LIF-VIR", departures=True), "member:aster", tmp_path)
    then = asked(made, CapabilityQuestion("aster", None, "LIF-VIR", first, True), "member:aster", tmp_path)
    assert (now.people, then.people) == (1, 2)
    assert [line.holders for line in now.lines] == [(1, 1, 0, 0)]
    assert [line.holders for line in then.lines] == [(2, 2, 1, 1)]
    assert [(person, int(point.level), point.behind) for person, point in then.points] == [(None, 4, 1)]
    assert then.people_named == ()
    assert then.fragility is not None
    assert [(one.person, one.skills) for one in then.fragility.departures] == [(None, (FRAMEWORK["LIF-VIR-01"],))]


def test_the_digest_of_the_data_is_of_what_was_counted(world: MakeWorld, bring: Brings, tmp_path: Path) -> None:
    made = world(aster=Audience.ALLIANCE, birch=Audience.ALLIANCE)
    bring(made, (("1", "Ann", "Virology"), "LIF-VIR-01", 4))
    question = CapabilityQuestion("aster")
    before = asked(made, question, "member:aster", tmp_path).version
    bring(made, ("Eve", "LIF-VIR-01", 4), organisation="birch")
    assert asked(made, question, "member:aster", tmp_path).version == before
    made.index = made.built()
    assert asked(made, question, "member:aster", tmp_path).version == before
    bring(made, (("1", "Ann", "Serology"), "LIF-VIR-01", 4))
    moved = asked(made, question, "member:aster", tmp_path).version
    assert moved != before
    bring(made, (("1", "Ann", "Serology"), "LIF-VIR-02", 1))
    assert asked(made, question, "member:aster", tmp_path).version not in (before, moved)


def test_departures_and_bridges_are_asked_apart(world: MakeWorld, bring: Brings, tmp_path: Path) -> None:
    made = world(aster=Audience.ALLIANCE)
    bring(made, ("Ann", "LIF-VIR-02", 4), ("Cat", "CHE-ANA-01", 3), ("Cat", "LIF-CEL-01", 3))
    # Three who have each, so that no departure of theirs costs anything.
    bring(
        made,
        *((name, "CHE-ANA-01", 3) for name in ("Ben", "Eve")),
        *((name, "LIF-CEL-01", 3) for name in ("Dan", "Fay")),
    )

    def asks(**more: Any) -> Capability:
        return asked(made, CapabilityQuestion("aster", **more), "member:aster", tmp_path)

    (ann,), (cat,) = (
        [hit.card.person for hit in made.hits(skill) if hit.card.name == name]
        for skill, name in (("LIF-VIR-02", "Ann"), ("CHE-ANA-01", "Cat"))
    )
    both, going, linking = asks(departures=True, bridges=True), asks(departures=True), asks(bridges=True)
    assert both.fragility is not None
    assert [one.person for one in both.fragility.departures] == [ann]
    assert [one.person for one in both.fragility.bridges] == [cat]
    assert going.fragility == Fragility(both.fragility.departures)
    assert linking.fragility == Fragility((), both.fragility.bridges, both.fragility.sampled)
    # Whoever is not told of is not in the log of who was looked at either.
    assert cat in both.people_named
    assert cat not in going.people_named
    assert asks().fragility is None
