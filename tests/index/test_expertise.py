"""Every answer of the index equals the answer of SPARQL over the same views, or over history for a day in the past.

The queries here are written from the ontology alone: records are nodes, narrower counts for broader, a person counts
once by the best record.
"""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.index import Columns, Delta, Expertise, Facts, Index, Only, Sought, day_number, day_of, expertise
from gse_skills.records import SkillRecord, Standing
from gse_skills.vocabulary import FRAMEWORK, Audience, Basis, Level

if TYPE_CHECKING:
    from tests.conftest import History, World

MakeWorld = Callable[..., "World"]

PREFIXES = """
PREFIX fw: <https://w3id.org/gse-skills/framework/>
PREFIX gse: <https://w3id.org/gse-skills/ontology#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
PEOPLE = """
SELECT DISTINCT ?person ?organisation ?availability {
  ?person a foaf:Person ; org:memberOf ?organisation . OPTIONAL { ?person gse:availability ?availability }
}
"""
CURRENT = """
SELECT ?person ?level ?basis ?assessed {
  ?record gse:holder ?person ; gse:skill ?skill ; gse:level ?level ; gse:basis ?basis ; gse:assessedOn ?assessed .
  %s
}
"""
STANDING = """
SELECT ?record ?person ?skill ?level ?basis ?assessed {
  GRAPH ?source {
    ?record gse:holder ?person ; gse:skill ?skill ; gse:level ?level ; gse:basis ?basis ; gse:assessedOn ?assessed .
    FILTER NOT EXISTS { ?record gse:validUntil ?until }
  }
  FILTER(STRSTARTS(STR(?source), "https://w3id.org/gse-skills/graph/source/"))
}
"""
PAST = """
SELECT DISTINCT ?person ?level ?basis ?assessed ?record ?skill {
  GRAPH ?source {
    ?record gse:holder ?person ; gse:skill ?skill ; gse:level ?level ; gse:basis ?basis ; gse:assessedOn ?assessed .
    OPTIONAL { ?record gse:validUntil ?until }
    OPTIONAL { ?record gse:audience ?stated }
    ?organisation gse:audience ?default
    FILTER(STRSTARTS(STR(?organisation), "https://w3id.org/gse-skills/id/organisation/"))
  }
  FILTER(STRSTARTS(STR(?source), "https://w3id.org/gse-skills/graph/source/"))
  FILTER(?assessed <= "%s"^^xsd:date && (!BOUND(?until) || ?until > "%s"^^xsd:date))
  BIND(STRAFTER(STR(?source), "source/") AS ?slug)
  BIND(COALESCE(?stated, ?default) AS ?audience)
  BIND(IF(?audience = gse:Private, CONCAT("organisation/", ?slug), LCASE(STRAFTER(STR(?audience), "#"))) AS ?view)
  BIND(IF(?audience = gse:Emergency, CONCAT("organisation/", ?slug), ?view) AS ?own)
  FILTER(?view IN (%s) || ?own IN (%s))
  GRAPH <https://w3id.org/gse-skills/graph/view/public> { %s }
}
"""
BELOW = "?skill (skos:broader|^skos:narrower)* fw:%s"
BRANCH = """{ fw:%s skos:broader|^skos:narrower ?top . ?skill (skos:broader|^skos:narrower)* ?top }
  UNION { ?skill (skos:broader|^skos:narrower)* fw:%s FILTER NOT EXISTS { fw:%s skos:broader|^skos:narrower ?any } }"""
RANKS = {"Awareness": 1, "Working": 2, "Practitioner": 3, "Expert": 4}
BASES = {"SelfAssessed": 1, "PeerAssessed": 2, "ManagerAssessed": 3, "AccreditedBody": 4}

Ranked = list[tuple[str, int, int, str]]
Split = dict[str, tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, in the terms of both sides."""

    concept: str
    min_level: Level
    organisation: str | None
    available: bool | None
    as_of: datetime.date | None


def local(term: Any) -> str:
    return str(term.value).rpartition("#")[2].rpartition("/")[2]


def rows(engine: ox.Store, query: str, views: Sequence[str] | None) -> list[tuple[Any, ...]]:
    dataset: dict[str, Any] = {}
    if views is not None:
        dataset = {"default_graph": [ox.NamedNode(view) for view in views], "named_graphs": []}
    found = engine.query(PREFIXES + query, **dataset)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(row) for row in found]


def by_sparql(engine: ox.Store, views: Sequence[str], asked: Asked) -> tuple[Ranked, Split]:
    people = {
        local(person): (local(organisation), availability and local(availability) == "Available")
        for person, organisation, availability in rows(engine, PEOPLE, views)
    }
    people = {
        person: (organisation, available)
        for person, (organisation, available) in people.items()
        if asked.organisation in (None, organisation) and asked.available in (None, available)
    }

    def held(pattern: str) -> dict[str, tuple[int, int, str]]:
        if asked.as_of is None:
            found = rows(engine, CURRENT % pattern, views)
        else:
            names = ", ".join(f'"{view.partition("view/")[2]}"' for view in views)
            past = rows(engine, PAST % (asked.as_of, asked.as_of, names, names, pattern), None)
            found = [row[:4] for row in counted(engine, past, asked.as_of)]
        best: dict[str, tuple[int, int, str]] = {}
        for holder, level, basis, assessed in found:
            person = local(holder)
            key = (RANKS[local(level)], BASES[local(basis)], assessed.value)
            if person in people:
                best[person] = max(key, best.get(person, key))
        return best

    best = held(BELOW % asked.concept)
    branch = held(BRANCH % ((asked.concept,) * 3))
    has = {person: key for person, key in best.items() if key[0] >= asked.min_level}
    ranked = sorted(has, key=lambda person: (*(-part for part in has[person][:2]), invert(has[person][2]), person))
    split: dict[str, list[int]] = {}
    for person, (organisation, _) in people.items():
        kind = 0 if person in has else 1 if person in best else 2 if person in branch else 3
        split.setdefault(organisation, [0, 0, 0, 0])[kind] += 1
    return (
        [(person, *has[person]) for person in ranked],
        {slug: (counts[0], counts[1], counts[2], counts[3]) for slug, counts in split.items()},
    )


def counted(engine: ox.Store, past: list[tuple[Any, ...]], day: datetime.date) -> list[tuple[Any, ...]]:
    """Of the rows that held on a day one for each person and skill: what several judges say is counted once."""
    stopped = Standing().overruled(record_of(*row) for row in rows(engine, STANDING, None))
    held = {}
    for row in past:
        person, level, basis, assessed, record, skill = row
        one = record_of(record, person, skill, level, basis, assessed)
        if stopped.get(one.identifier, datetime.date.max) > day:
            held[one] = row
    return [held[one] for one in Standing().counting(held)]


def record_of(record: Any, person: Any, skill: Any, level: Any, basis: Any, assessed: Any) -> SkillRecord:
    """A record of a person and skill; both are one number here, since only their being the same matters."""
    return SkillRecord(
        int(local(record), 16),
        0,
        zlib.crc32(f"{local(person)} {skill.value}".encode()),
        Level(RANKS[local(level)]),
        Basis(BASES[local(basis)]),
        datetime.date.fromisoformat(assessed.value),
        Audience.PRIVATE,
    )


def invert(day: str) -> int:
    return -datetime.date.fromisoformat(day).toordinal()


def by_index(world: World, views: Sequence[str], asked: Asked) -> tuple[Ranked, Split]:
    framework, iri = world.framework, FRAMEWORK[asked.concept]
    found = expertise(
        world.index,
        views,
        [Sought(framework.descendants(iri), framework.branch(iri), asked.min_level)],
        only=Only(organisation=asked.organisation, available=asked.available),
        as_of=asked.as_of,
    )
    return ranked_of(found, world.index), split_of(found, world.index)


def ranked_of(found: Expertise, index: Index) -> Ranked:
    return [
        (f"{int(index.people.identifier[number]):016x}", key >> 20, key >> 16 & 15, day_of(key & 65_535).isoformat())
        for number, key in zip(found.persons.tolist(), found.keys.tolist(), strict=True)
    ]


def split_of(found: Expertise, index: Index) -> Split:
    counts = zip(index.organisations, found.split.tolist(), strict=True)
    return {slug: (row[0], row[1], row[2], row[3]) for slug, row in counts if any(row)}


def questions(history: History) -> st.SearchStrategy[Asked]:
    concepts = ("LIF-VIR-01", "LIF-VIR-02", "LIF-VIR", "LIF-CEL", "LIF", "CHE", "CHE-ANA", "X-LONE")
    begin = history.files[0][0] - datetime.timedelta(4)
    end = history.files[-1][0] + datetime.timedelta(1)
    return st.builds(
        Asked,
        st.sampled_from(concepts),
        st.sampled_from(Level),
        st.none() | st.sampled_from((*history.organisations, "nowhere")),
        st.sampled_from((None, None, True, False)),
        st.none() | st.dates(begin, end),
    )


@given(data=st.data())
def test_the_index_answers_as_sparql_does(
    world: MakeWorld, histories: st.SearchStrategy[History], data: st.DataObject
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations).live(history)
    engine = lived.engine()
    callers = ["anonymous", "operator", *(f"{role}:{slug}" for role in ("member", "steward") for slug in ("aster",))]
    for caller in callers:
        views = lived.access(caller).views
        for asked in (
            Asked("LIF", Level.AWARENESS, None, None, None),
            *data.draw(st.lists(questions(history), min_size=4, max_size=4), label=caller),
        ):
            assert by_index(lived, views, asked) == by_sparql(engine, views, asked), asked


@dataclass
class Made:
    """An index made by hand, of one view."""

    index: Index
    concepts: np.ndarray[Any, np.dtype[np.int32]]

    @property
    def sought(self) -> list[Sought]:
        return [Sought(self.concepts, self.concepts)]

    def ask(self, **asked: Any) -> Expertise:
        return expertise(self.index, ["v"], self.sought, **asked)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def one_record() -> Made:
    """A record from 1 March 2025 and, of another person, one that held from then until 1 June 2025."""
    delta = Delta(people={1: Facts("aster", 1), 2: Facts("aster")})
    delta.shown["v"].update((1, 2))
    delta.add("v", 0, 1, 10, Level.EXPERT, Basis.SELF, day_number(day("2025-03-01")))
    begin, end = day_number(day("2025-03-01")), day_number(day("2025-06-01"))
    delta.end("v", 0, 2, 20, Level.WORKING, Basis.PEER, begin, end)
    return Made(Index(0, "", 1).updated(delta, 1), np.zeros(1, np.int32))


@pytest.mark.parametrize(
    ("as_of", "found"),
    [
        (None, [1]),
        ("1900-01-01", []),
        ("2025-02-28", []),
        ("2025-03-01", [1, 2]),
        ("2025-05-31", [1, 2]),
        ("2025-06-01", [1]),
        ("2999-01-01", [1]),
    ],
)
def test_a_record_holds_from_the_day_of_its_assessment_to_the_day_before_its_end(
    one_record: Made, as_of: str | None, found: list[int]
) -> None:
    answer = one_record.ask(as_of=None if as_of is None else day(as_of))
    assert one_record.index.people.identifier[answer.persons].tolist() == found
    assert answer.split.tolist() == [[len(found), 0, 0, 2 - len(found)]]


def test_views_that_do_not_exist_show_nobody(one_record: Made) -> None:
    assert expertise(one_record.index, ["w"], one_record.sought).split.tolist() == [[0, 0, 0, 0]]
    assert expertise(one_record.index, [], one_record.sought).persons.tolist() == []


def test_an_empty_index_has_an_empty_answer() -> None:
    nothing = expertise(Index(0, "", 1), ["v"], [Sought(np.zeros(1, np.int32), np.zeros(1, np.int32))])
    assert (len(nothing.persons), nothing.split.shape) == (0, (0, 4))
    assert len(Columns.empty()) == 0
