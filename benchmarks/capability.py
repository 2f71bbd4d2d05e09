"""Capability and coverage beside the same questions as SPARQL: `python -m benchmarks.capability`.

The index is made of random columns in memory, 15 records a person over our own skills, 40 organisations; the
SPARQL runs over the same records of one organisation in an Oxigraph of their own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph as ox

from gse_skills.access import Access, Caller
from gse_skills.capability import CapabilityQuestion, Coverage, CoverageQuestion, ask, ask_coverage
from gse_skills.capability.figures import PublishedFigures
from gse_skills.disclosure import Rules
from gse_skills.framework import OWN_SCHEME, Framework, Lookup, Search, shipped
from gse_skills.index import Columns, Index, Partition, People, Post
from gse_skills.register import today
from gse_skills.store import EmbeddedStore
from gse_skills.vocabulary import GSE, Audience, Level

VIEW = Audience.ALLIANCE.view("")
SPARQL = f"""
PREFIX gse: <{GSE}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?domain ?level (COUNT(DISTINCT ?person) AS ?people) WHERE {{
  ?record gse:holder ?person ; gse:skill ?skill ; gse:level ?level .
  ?skill skos:broader/skos:broader ?domain
}} GROUP BY ?domain ?level
"""
HEAT = f"""
PREFIX gse: <{GSE}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?group (COUNT(DISTINCT ?person) AS ?people) WHERE {{
  ?record gse:holder ?person ; gse:skill/skos:broader ?group
}} GROUP BY ?group
"""


def made(framework: Framework, people: int, organisations: int, big: int, per_person: int = 15) -> Index:
    """An index of one view: `big` people in the first organisation, the others spread over the rest."""
    dice = np.random.default_rng(2026)
    skills = np.array(
        [framework.number(one.iri) for one in framework.concepts if one.scheme == OWN_SCHEME and one.kind == "skill"]
    )
    identifiers = np.sort(dice.choice(1 << 40, people, replace=False).astype(np.uint64))
    where = dice.integers(1, organisations, people).astype(np.uint16)
    where[dice.permutation(people)[:big]] = 0
    posts = tuple(sorted(Post(f"Unit {number:03}") for number in range(100)))
    table = People(identifiers, where, np.zeros(people, np.uint8), dice.integers(0, 100, people).astype(np.uint32))
    size = people * per_person
    pairs = np.unique(dice.integers(0, people, size) * len(skills) + dice.integers(0, len(skills), size))
    size = len(pairs)
    columns = Columns(
        skills[pairs % len(skills)].astype(np.uint32),
        identifiers[pairs // len(skills)],
        np.arange(size, dtype=np.uint64),
        dice.integers(1, 5, size).astype(np.uint8),
        dice.integers(1, 5, size).astype(np.uint8),
        dice.integers(25_000, 28_000, size).astype(np.uint16),
        np.full(size, 65_535, np.uint16),
    )
    concepts = len(framework.iris)
    view = Partition.of(columns, table, identifiers, concepts, ended=False)
    slugs = tuple(f"org-{number:02}" for number in range(organisations))
    return Index(1, framework.fingerprint, concepts, slugs, posts, table, {VIEW: view}, {})


def timed(work: Callable[[], Any], runs: int) -> dict[str, float]:
    """Milliseconds: median and 95th percentile, after one run that nobody counts."""
    work()
    taken = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begin))
    return {"p50_ms": round(statistics.median(taken), 1), "p95_ms": round(float(np.percentile(taken, 95)), 1)}


def engine_of(index: Index, framework: Framework, organisation: int) -> ox.Store:
    """The records of one organisation as triples, with the hierarchy of the framework."""
    rows = index.current[VIEW].columns(index.people)
    numbers = index.people.numbers(rows.person)
    mine = np.flatnonzero(index.people.organisation[numbers] == organisation)
    terms = {name: ox.NamedNode(GSE[name]) for name in ("holder", "skill", "level")}
    broader = ox.NamedNode("http://www.w3.org/2004/02/skos/core#broader")
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(ox.NamedNode(f"urn:record:{row}"), terms[name], value)
        for row in mine.tolist()
        for name, value in (
            ("holder", ox.NamedNode(f"urn:person:{rows.person[row]}")),
            ("skill", ox.NamedNode(framework.iris[int(rows.skill[row])])),
            ("level", ox.NamedNode(Level(int(rows.level[row])).iri)),
        )
    )
    store.bulk_extend(
        ox.Quad(ox.NamedNode(one.iri), broader, ox.NamedNode(above))
        for one in framework.concepts
        for above in one.broader
    )
    store.optimize()
    return store


def main() -> None:
    """Measure, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--organisation", type=int, default=10_000, help="People of the organisation asked about.")
    parser.add_argument("--runs", type=int, default=30)
    given = parser.parse_args()
    framework = Framework.from_triples(shipped())
    lookup = Lookup(framework, Search(framework))
    index = made(framework, given.people, 40, given.organisation)
    access = Access(Caller.parse("member:org-00"), (Audience.PUBLIC.view(""), VIEW), home="org-00")
    store, figures = EmbeddedStore(None), PublishedFigures(Path("no-figures"), Rules())

    def capability() -> object:
        question = CapabilityQuestion("org-00")
        return ask(question, access, framework, lookup, index, figures, store, today())

    def heat() -> Coverage:
        return ask_coverage(CoverageQuestion(groups=True), access, framework, lookup, index, store, today())

    groups = len(heat().branches)

    engine = engine_of(index, framework, 0)

    def sparql(query: str) -> object:
        solutions = engine.query(query)
        assert isinstance(solutions, ox.QuerySolutions)
        return list(solutions)

    found = {
        "people": given.people,
        "records": len(index),
        f"capability of {given.organisation:,} people, whole framework": timed(capability, given.runs),
        f"heat map, 40 organisations x {groups} groups": timed(heat, given.runs),
        "the first as SPARQL, domains and levels only": timed(partial(sparql, SPARQL), 3),
        "the second as SPARQL, who is mapped of the first organisation alone": timed(partial(sparql, HEAT), 3),
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
