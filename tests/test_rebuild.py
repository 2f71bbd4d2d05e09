"""Views follow from the source graphs and from nothing else, whatever was imported in whatever order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.rebuild import derive
from gse_skills.vocabulary import GRAPH, GSE

if TYPE_CHECKING:
    from tests.conftest import History, World

MakeWorld = Callable[..., "World"]

RECORDS = """
PREFIX gse: <https://w3id.org/gse-skills/ontology#>
SELECT ?source ?record ?holder ?skill ?level ?audience ?basis {
  GRAPH ?source {
    ?record gse:holder ?holder ; gse:skill ?skill ; gse:level ?level ; gse:basis ?basis .
    OPTIONAL { ?record gse:audience ?audience }
    FILTER NOT EXISTS { ?record gse:validUntil ?until }
  }
  FILTER(STRSTARTS(STR(?source), "https://w3id.org/gse-skills/graph/source/"))
}
"""
IN_VIEWS = """
PREFIX gse: <https://w3id.org/gse-skills/ontology#>
SELECT ?view ?record { GRAPH ?view { ?record a gse:SkillRecord } }
"""
SHORTCUTS = """
PREFIX gse: <https://w3id.org/gse-skills/ontology#>
SELECT ?view ?person ?shortcut ?concept {
  VALUES ?shortcut { gse:awarenessIn gse:workingIn gse:practitionerIn gse:expertIn }
  GRAPH ?view { ?person ?shortcut ?concept }
}
"""
ABOVE = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?above {
  GRAPH <https://w3id.org/gse-skills/graph/view/public> { <%s> (skos:broader|^skos:narrower)* ?above }
}
"""
LEVELS = ("Awareness", "Working", "Practitioner", "Expert")
BASES = ("SelfAssessed", "PeerAssessed", "ManagerAssessed", "AccreditedBody")


def solutions(engine: ox.Store, query: str) -> list[tuple[str, ...]]:
    found = engine.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(term and term.value for term in row) for row in found]


def current(world: World, engine: ox.Store) -> dict[str, tuple[tuple[str, ...], str, str, str]]:
    """The current records of the source graphs that count: views in which each belongs, holder, skill, level.

    Of what several judges say the strongest basis counts; no history here is so long that one was to be confirmed anew.
    """
    records = {}
    found = solutions(engine, RECORDS)
    strongest: dict[tuple[str, str], int] = defaultdict(int)
    for _, _, holder, skill, _, _, basis in found:
        strongest[holder, skill] = max(strongest[holder, skill], BASES.index(basis.removeprefix(GSE)))
    for source, record, holder, skill, level, stated, basis in found:
        if BASES.index(basis.removeprefix(GSE)) < strongest[holder, skill]:
            continue
        slug = source.rpartition("/")[2]
        audience = stated.removeprefix(GSE).lower() if stated else world.rules.defaults[slug].value
        own = (GRAPH[f"view/organisation/{slug}"],) if audience in ("private", "emergency") else ()
        shared = (GRAPH[f"view/{audience}"],) if audience != "private" else ()
        records[record] = (own + shared, holder, skill, level)
    return records


def above(engine: ox.Store, concept: str) -> set[str]:
    """A concept and all above it."""
    return {found for (found,) in solutions(engine, ABOVE % concept)}


def edges(records: dict[str, tuple[tuple[str, ...], str, str, str]], engine: ox.Store) -> set[tuple[str, ...]]:
    """What the ontology says of the shortcuts: a level implies those below it, a skill all above it."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for views, holder, skill, level in records.values():
        for view, concept in product(views, above(engine, skill)):
            for name in LEVELS[: LEVELS.index(level.removeprefix(GSE)) + 1]:
                found[view, holder].add((GSE[f"{name.lower()}In"], concept))
    return {(view, holder, *edge) for (view, holder), held in found.items() for edge in held}


@given(data=st.data())
def test_views_are_what_follows_from_the_sources(
    world: MakeWorld, histories: st.SearchStrategy[History], data: st.DataObject
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations)
    for today, file in history.files:
        lived.bring(file, today)
        derived = [f"{s} {p} {o} {g}" for s, p, o, g in derive(lived.store, lived.framework, lived.rules)]
        assert lived.views() == set(derived)
    engine = lived.engine()
    records = current(lived, engine)
    assert sorted(solutions(engine, IN_VIEWS)) == sorted(
        (view, record) for record, (views, *_) in records.items() for view in views
    )
    assert set(solutions(engine, SHORTCUTS)) == edges(records, engine)
