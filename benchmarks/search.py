"""How well search finds a skill by a name that it has never seen: ESCO's alternative labels, held out of the index.

For each skill asked for, its alternative labels are taken out of the index and one of them, chosen at random, is the
query. Skills are split in two halves by a hash of their IRI: weights may be fitted on one, figures are of the other.
Skills are held out a few at a time, so that the index loses about two labels in a hundred while it answers.

Then, with nothing held out, the same labels half typed and misspelt, as search meets them while somebody types.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from gse_skills.framework import Concept, Framework, Kind, Search, read_scheme
from gse_skills.framework.gather import Gathered, gather
from gse_skills.framework.postings import NgramIndex
from gse_skills.framework.words import normalise
from gse_skills.sandbox import Sandbox

HALVES = ("fit", "test")
_AT_ONCE = 300
"""Skills held out at once."""
_AMONG = 5
_TYPED = 0.7
"""How much of a label is typed in a half-typed query."""
_SKILLS: frozenset[Kind] = frozenset({"skill"})


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
    """The tallies of one half, and how long each search took in milliseconds, by the clock and of the processor."""

    skills: Tally = field(default_factory=Tally)
    alone: Tally = field(default_factory=Tally)
    """Of these, the queries that are a label of no other skill; what several bear is no query with one right answer."""
    rivals: Tally = field(default_factory=Tally)
    grams: Tally = field(default_factory=Tally)
    typed: Tally = field(default_factory=Tally)
    misspelt: Tally = field(default_factory=Tally)
    taken: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The figures as people read them."""
        yield f"skills asked for: {self.skills}"
        yield f"the same, names that no other skill bears: {self.alone}"
        yield f"occupations and groups as rivals too: {self.rivals}"
        yield f"for comparison, character trigrams alone: {self.grams}"
        yield f"nothing held out, the first {_TYPED:.0%} of the label: {self.typed}"
        yield f"nothing held out, a letter of the label missing: {self.misspelt}"
        for name, times in (("by the clock", self.taken), ("of the processor", self.worked)):
            p50, p99 = np.percentile(times, (50, 99))
            yield f"a search, {name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def run(source: Path, skills: int, half: str, tell: Callable[[str], object], seed: int = 1) -> Outcome:
    """Measure on that many skills of one half of the ESCO download in `source`, and tell the figures."""
    with Sandbox() as sandbox:
        triples = read_scheme(source, sandbox, "esco").triples
    gathered = gather({"esco": triples})
    whole = Framework(gathered)
    dice = random.Random(seed)
    asked = _asked(whole, half, skills, dice)
    outcome = Outcome()
    for place in range(0, len(asked), _AT_ONCE):
        queries = dict(list(asked.items())[place : place + _AT_ONCE])
        _measure(_without(gathered, queries), queries, outcome)
        tell(f"{outcome.skills} so far")
    _measure_typing(whole, asked, outcome, dice)
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


def _without(gathered: Gathered, skills: Mapping[str, str]) -> Framework:
    """The framework without the alternative and hidden labels of some skills."""
    concepts = dict(gathered.concepts)
    for iri in skills:
        kept = tuple(label for label in concepts[iri].other_labels if label.preferred)
        concepts[iri] = replace(concepts[iri], alt_labels=(), hidden_labels=(), other_labels=kept)
    return Framework(replace(gathered, concepts=concepts))


def _measure(framework: Framework, queries: Mapping[str, str], outcome: Outcome) -> None:
    search = Search(framework)
    search.prepare()
    trigrams = _Trigrams(framework)
    borne = {normalise(label) for one in framework.concepts if one.kind == "skill" for label in _names(one)}
    for iri, query in queries.items():
        clock, work = time.perf_counter(), time.process_time()
        found = search.search(query, _AMONG, kinds=_SKILLS)
        outcome.worked.append((time.process_time() - work) * 1000)
        outcome.taken.append((time.perf_counter() - clock) * 1000)
        outcome.skills.count(iri, [one.concept for one in found])
        if normalise(query) not in borne:
            outcome.alone.count(iri, [one.concept for one in found])
        outcome.rivals.count(iri, [one.concept for one in search.search(query, _AMONG)])
        outcome.grams.count(iri, trigrams.find(query))


def _measure_typing(framework: Framework, queries: Mapping[str, str], outcome: Outcome, dice: random.Random) -> None:
    search = Search(framework)
    for iri, query in queries.items():
        typed = query[: int(len(query) * _TYPED)]
        missing = dice.choice([place for place, sign in enumerate(query) if sign != " "])
        misspelt = query[:missing] + query[missing + 1 :]
        for text, tally in ((typed, outcome.typed), (misspelt, outcome.misspelt)):
            tally.count(iri, [one.concept for one in search.search(text, _AMONG, kinds=_SKILLS)])


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
