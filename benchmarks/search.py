"""How well search finds a skill by a name that it has never seen: ESCO's alternative labels, held out of the index.

For each skill asked for, its alternative labels are taken out of the index and one of them, chosen at random, is the
query. Skills are split in two halves by a hash of their IRI: weights may be fitted on one, figures are of the other.
Skills are held out a few at a time, so that the index loses about one label in a hundred while it answers.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyoxigraph as ox

from gse_skills.framework import Concept, Framework, Kind, Search, read_scheme
from gse_skills.framework.postings import NgramIndex
from gse_skills.framework.words import normalise
from gse_skills.sandbox import Sandbox
from gse_skills.vocabulary import SKOS

HALVES = ("fit", "test")
_AT_ONCE = 150
"""Skills held out at once."""
_AMONG = 5
_SKILLS: frozenset[Kind] = frozenset({"skill"})
_SPARE = {ox.NamedNode(SKOS.altLabel), ox.NamedNode(SKOS.hiddenLabel)}


@dataclass(slots=True)
class Tally:
    """How often the right skill came first, and among the first five."""

    asked: int = 0
    first: int = 0
    among: int = 0

    def count(self, right: str, found: Sequence[str]) -> None:
        """Count one answer."""
        self.asked += 1
        self.first += found[:1] == [right]
        self.among += right in found[:_AMONG]

    def __str__(self) -> str:
        of = self.asked or 1
        return f"first {self.first / of:.1%}, among five {self.among / of:.1%} ({self.asked:,} skills)"


@dataclass(slots=True)
class Outcome:
    """The tallies of one half, and how long each search took in milliseconds."""

    skills: Tally = field(default_factory=Tally)
    alone: Tally = field(default_factory=Tally)
    """Of these, the queries that are a label of no other skill; what several bear is no query with one right answer."""
    rivals: Tally = field(default_factory=Tally)
    grams: Tally = field(default_factory=Tally)
    taken: list[float] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The figures as people read them."""
        yield f"skills asked for: {self.skills}"
        yield f"the same, names that no other skill bears: {self.alone}"
        yield f"occupations and groups as rivals too: {self.rivals}"
        yield f"for comparison, character trigrams alone: {self.grams}"
        p50, p99 = np.percentile(self.taken, (50, 99))
        yield f"a search: p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def run(source: Path, skills: int, half: str, tell: Callable[[str], object], seed: int = 1) -> Outcome:
    """Measure on that many skills of one half of the ESCO download in `source`, and tell the figures."""
    with Sandbox() as sandbox:
        triples = read_scheme(source, sandbox, "esco").triples
    whole = Framework.from_triples({"esco": triples})
    asked = _asked(whole, half, skills, random.Random(seed))
    outcome = Outcome()
    for place in range(0, len(asked), _AT_ONCE):
        queries = dict(list(asked.items())[place : place + _AT_ONCE])
        _measure(_without(triples, queries), queries, outcome)
        tell(f"{outcome.skills} so far")
    for line in outcome.lines():
        tell(line)
    return outcome


def _asked(framework: Framework, half: str, count: int, dice: random.Random) -> dict[str, str]:
    """A query each for some skills of a half, by IRI; each is an alternative label that is not the preferred one."""
    names = {
        concept.iri: [label for label in concept.alt_labels if normalise(label) != normalise(concept.pref_label)]
        for concept in framework.concepts
        if concept.kind == "skill" and _half(concept.iri) == half
    }
    having = sorted(iri for iri, labels in names.items() if labels)
    return {iri: dice.choice(names[iri]) for iri in dice.sample(having, min(count, len(having)))}


def _half(iri: str) -> str:
    return HALVES[hashlib.sha256(iri.encode()).digest()[0] % 2]


def _without(triples: Iterable[ox.Triple], skills: Mapping[str, str]) -> Framework:
    """The framework without the alternative and hidden labels of some skills."""
    held_out = {ox.NamedNode(iri) for iri in skills}
    kept = (one for one in triples if not (one.predicate in _SPARE and one.subject in held_out))
    return Framework.from_triples({"esco": kept})


def _measure(framework: Framework, queries: Mapping[str, str], outcome: Outcome) -> None:
    search = Search(framework)
    search.prepare()
    trigrams = _Trigrams(framework)
    borne = {normalise(label) for one in framework.concepts if one.kind == "skill" for label in _names(one)}
    for iri, query in queries.items():
        start = time.perf_counter()
        found = search.search(query, _AMONG, kinds=_SKILLS)
        outcome.taken.append((time.perf_counter() - start) * 1000)
        outcome.skills.count(iri, [one.concept for one in found])
        if normalise(query) not in borne:
            outcome.alone.count(iri, [one.concept for one in found])
        outcome.rivals.count(iri, [one.concept for one in search.search(query, _AMONG)])
        outcome.grams.count(iri, trigrams.find(query))


def _names(concept: Concept) -> tuple[str, ...]:
    return concept.pref_label, *concept.alt_labels, *concept.hidden_labels


class _Trigrams:
    """The simplest search worth comparing with: the skill with the label most alike in characters."""

    def __init__(self, framework: Framework) -> None:
        skills = [concept for concept in framework.concepts if concept.kind == "skill"]
        labels = [
            (concept.iri, normalise(label)) for concept in skills for label in (concept.pref_label, *concept.alt_labels)
        ]
        self._owners = [iri for iri, _ in labels]
        self._index = NgramIndex([label for _, label in labels])

    def find(self, query: str) -> list[str]:
        """The IRIs of the five skills, the best first."""
        order = np.argsort(-self._index.scores(normalise(query)), kind="stable")[: 40 * _AMONG]
        return list(dict.fromkeys(self._owners[place] for place in order))[:_AMONG]
