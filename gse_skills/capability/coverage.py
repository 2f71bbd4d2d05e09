"""Coverage: of each organisation or unit, and of each branch of the framework, how many people are mapped, and at
which levels."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gse_skills.access import Access
from gse_skills.errors import NotFoundError
from gse_skills.framework import OWN_SCHEME, SKILL_KINDS, Concept, Framework, Lookup
from gse_skills.index import Held, Index, data_version, held, present
from gse_skills.vocabulary import Level

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CoverageQuestion:
    """How much is mapped of which organisations in which branches?"""

    concept: str | None = None
    """Notation, IRI or label of a domain or group, for the concepts below it; None for the domains of the framework."""
    groups: bool = False
    """Whether the groups are meant instead of the domains, where no concept is named."""
    organisations: tuple[str, ...] = ()
    """Slugs; empty for all."""
    as_of: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """An organisation and a branch."""

    mapped: int
    """People with any record there; of the others nobody was asked, as far as is known."""
    holders: tuple[int, int, int, int]
    """People at each level or above."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """A row an organisation of which the caller sees anybody, a column a branch."""

    question: CoverageQuestion
    concept: Concept | None
    branches: tuple[str, ...]
    """IRIs."""
    organisations: tuple[str, ...]
    """Slugs."""
    people: tuple[int, ...]
    """People whom the caller sees, of each organisation."""
    cells: tuple[tuple[Cell, ...], ...]
    """By organisation and branch."""
    version: str
    """What was counted, as a digest: the same for the same people and records."""


def ask_coverage(
    question: CoverageQuestion, access: Access, framework: Framework, lookup: Lookup, index: Index
) -> Coverage:
    """Count what `access` lets its caller see by name. Raises NotFoundError (`unknown-term`) and AmbiguousError."""
    concept = None
    if question.concept is not None:
        concept = framework.concept(lookup.resolve(question.concept, kinds=SKILL_KINDS).concept)
    branches = _branches(framework, concept, groups=question.groups)
    numbers = np.unique(np.concatenate([framework.descendants(iri) for iri in branches]))
    persons = present(index, access.views, None, question.as_of)
    if question.organisations:
        wanted = [index.organisations.index(slug) for slug in question.organisations if slug in index.organisations]
        persons = persons[np.isin(index.people.organisation[persons], wanted)]
    found = held(index, access.views, numbers, persons, question.as_of)
    place = index.people.organisation[persons].astype(np.int64)
    counts = count(found, framework, branches, place, len(index.organisations))
    people = np.bincount(place, minlength=len(index.organisations))
    shown = [number for number in range(len(index.organisations)) if people[number]]
    shown.sort(key=lambda number: index.organisations[number])
    return Coverage(
        question,
        concept,
        branches,
        tuple(index.organisations[number] for number in shown),
        tuple(int(people[number]) for number in shown),
        tuple(tuple(_cell(counts[number, branch]) for branch in range(len(branches))) for number in shown),
        data_version(index, found),
    )


def count(found: Held, framework: Framework, branches: Sequence[str], place: NDArray[np.int64], places: int) -> Counts:
    """(places, branches, levels): people at exactly each level, by the best of their records at or below the branch.

    One branch at a time with one byte a person, which stays in the processor's cache: a matrix of all people and
    branches would not.
    """
    counts = np.zeros((places, len(branches), len(Level)), np.int64)
    order = np.argsort(found.rows.skill, kind="stable")
    skill, person, level = (getattr(found.rows, name)[order] for name in ("skill", "person", "level"))
    starts = np.searchsorted(skill, np.arange(len(framework.iris) + 1))
    best = np.zeros(len(found.persons), np.uint8)
    for column, branch in enumerate(branches):
        below = framework.descendants(branch)
        edges = np.flatnonzero(np.diff(below) > 1) + 1
        first, last = below[np.r_[0, edges]], below[np.r_[edges - 1, len(below) - 1]]
        parts = [slice(a, b) for a, b in zip(starts[first], starts[last + 1], strict=True) if a < b]
        if not parts:
            continue
        best[:] = 0
        for part in parts:
            np.maximum.at(best, person[part], level[part])
        touched = np.flatnonzero(best)
        cell = place[touched] * (len(Level) + 1) + best[touched]
        counts[:, column] = np.bincount(cell, minlength=places * (len(Level) + 1)).reshape(places, -1)[:, 1:]
    return counts


def _cell(exactly: NDArray[np.int64]) -> Cell:
    above = np.cumsum(exactly[::-1])[::-1].tolist()
    return Cell(above[0], (above[0], above[1], above[2], above[3]))


def _branches(framework: Framework, concept: Concept | None, *, groups: bool) -> tuple[str, ...]:
    if concept is not None:
        found = tuple(sorted(concept.narrower)) or (concept.iri,)
    else:
        found = framework.top_concepts(OWN_SCHEME)
        if groups:
            found = tuple(sorted({group for iri in found for group in framework.concept(iri).narrower}))
    kept = tuple(iri for iri in found if not framework.concept(iri).deprecated)
    if not kept:
        raise NotFoundError("There is nothing below that.", rule="unknown-term", remedy="Name a domain or a group.")
    return kept


__all__ = ["Cell", "Coverage", "CoverageQuestion", "ask_coverage", "count"]
