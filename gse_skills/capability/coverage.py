"""Coverage: of each organisation or unit, and of each branch of the framework, how many people are mapped, and at
which levels."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gse_skills.access import Access
from gse_skills.capability.declaration import Declaration, headcount_of, mapped_of, read_declarations
from gse_skills.capability.past import index_on, not_whole
from gse_skills.capability.sight import relevant, sees_structure, sees_whole
from gse_skills.errors import NotFoundError
from gse_skills.framework import OWN_SCHEME, SKILL_KINDS, Concept, Framework, Lookup
from gse_skills.index import Held, Index, data_version, held, present, require_told
from gse_skills.store import Store
from gse_skills.vocabulary import Level

Counts = NDArray[np.int64]
Parts = tuple[slice, ...]
_LEVEL_BITS = 3


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
    """The day of the answer; None for today, or for the day of `known_at` where that is said."""
    known_at: datetime.date | None = None
    """As known at the end of that day; None for as known now. Only of organisations whose records are all seen."""
    whole: bool = False
    """Whether the concept is one branch of the answer, instead of those below it."""


class Cell(NamedTuple):
    """An organisation and a branch; a tuple, since there are thousands in an answer."""

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
    headcounts: tuple[Declaration | None, ...] = ()
    """How many people each organisation has, as declared, for whoever may know of it."""
    asked: tuple[Mapping[str, Declaration], ...] = ()
    """Of each organisation, how many were asked of a branch, as declared, for whoever sees all of its records."""


def ask_coverage(
    question: CoverageQuestion,
    access: Access,
    framework: Framework,
    lookup: Lookup,
    index: Index,
    store: Store,
    today: datetime.date,
) -> Coverage:
    """Count what `access` lets its caller see by name.

    Raises NotFoundError (`unknown-term`), AmbiguousError, InputError (`day-to-come`, `before-any-record`) and
    RefusedError (`not-whole`, for `known_at`).
    """
    require_told(today, question.as_of, question.known_at)
    concept = None
    if question.concept is not None:
        concept = framework.concept(lookup.resolve(question.concept, kinds=SKILL_KINDS).concept)
    branches = _branches(framework, concept, groups=question.groups, whole=question.whole)
    day = question.as_of or question.known_at or today
    past = None if day == today and question.known_at is None else day
    rows: dict[str, _Row] = {}
    version = 0
    for side in _sides(question, access, framework, index, store, past):
        of_side, digest = _counted(side, framework, branches)
        rows |= of_side
        version += int(digest, 16)
    slugs = tuple(sorted(rows))
    # When something was declared is not kept, so that nothing is known to have been declared then.
    said = [() if question.known_at else _declared(store, access, slug, day) for slug in slugs]
    return Coverage(
        question,
        concept,
        branches,
        slugs,
        tuple(rows[slug].people for slug in slugs),
        _cells(np.stack([rows[slug].counts for slug in slugs])) if slugs else (),
        f"{version % 2**64:016x}",
        tuple(headcount_of(one, "") for one in said),
        tuple(
            _asked(one, framework, branches) if sees_whole(access, slug) else {}
            for slug, one in zip(slugs, said, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """An index to be asked of some organisations."""

    index: Index
    views: Sequence[str]
    at: datetime.date | None
    """The day of which it is to be asked; None where it is of that day, or of now."""
    organisations: Sequence[str]


class _Row(NamedTuple):
    people: int
    counts: Counts
    """By branch and level."""


def _sides(
    question: CoverageQuestion,
    access: Access,
    framework: Framework,
    index: Index,
    store: Store,
    past: datetime.date | None,
) -> Iterator[_Side]:
    """What is asked: of a day that is past each organisation by itself of which all records are seen."""
    wanted = question.organisations or index.organisations
    if past is None:
        yield _Side(index, access.views, None, wanted)
        return
    whole = [slug for slug in wanted if sees_whole(access, slug)]
    if question.known_at is not None and (not whole or (question.organisations and len(whole) < len(wanted))):
        raise not_whole()
    for slug in whole:
        views = relevant(access.views, slug)
        then = index_on(store, framework, index, views, slug, past, question.known_at)
        yield _Side(then, views, None, (slug,))
    if question.known_at is None:
        yield _Side(index, access.views, past, [slug for slug in wanted if slug not in whole])


def _counted(side: _Side, framework: Framework, branches: Sequence[str]) -> tuple[dict[str, _Row], str]:
    """The organisations of which anybody is seen, and a digest of what was counted."""
    index, views, at = side.index, side.views, side.at
    numbers = np.unique(np.concatenate([framework.descendants(iri) for iri in branches]))
    persons = present(index, views, None, at)
    wanted = [number for number, slug in enumerate(index.organisations) if slug in side.organisations]
    persons = persons[np.isin(index.people.organisation[persons], wanted)]
    found = held(index, views, numbers, persons, at)
    place = index.people.organisation[persons].astype(np.int64)
    counts = count(found, framework, branches, place, len(index.organisations))
    people = np.bincount(place, minlength=len(index.organisations)).tolist()
    rows = {slug: _Row(people[n], counts[n]) for n, slug in enumerate(index.organisations) if people[n]}
    return rows, data_version(index, found)


def _declared(store: Store, access: Access, slug: str, day: datetime.date) -> tuple[Declaration, ...]:
    if not sees_structure(access, slug):
        return ()
    return tuple(one for one in read_declarations(store, slug) if one.holds(day))


def _asked(
    declarations: Sequence[Declaration], framework: Framework, branches: Sequence[str]
) -> Mapping[str, Declaration]:
    found = {iri: mapped_of(declarations, "", framework.ancestors(iri)) for iri in branches} if declarations else {}
    return {iri: said for iri, said in found.items() if said is not None and said.mapped}


def count(found: Held, framework: Framework, branches: Sequence[str], place: NDArray[np.int64], places: int) -> Counts:
    """(places, branches, levels): people at each level or above, by the best of their records at or below the branch.

    One branch at a time: what is worked on stays in the processor's cache, and takes as long as there are records.
    """
    counts = np.zeros((places, len(branches), len(Level) + 1), np.int64)
    skill = found.rows.skill
    key = found.rows.person.astype(np.uint32) << _LEVEL_BITS | found.rows.level
    if (skill[1:] < skill[:-1]).any():
        # Records of one view are in order already.
        order = np.argsort(skill, kind="stable")
        skill, key = skill[order], key[order]
    base = place * (len(Level) + 1)
    for column, parts in _parts(skill, framework, branches):
        said = np.sort(np.concatenate([key[part] for part in parts]))
        person = said >> _LEVEL_BITS
        # Of several records of a person the last has the highest level.
        best = np.flatnonzero(np.append(person[1:] != person[:-1], True))
        cell = base[person[best]] + (said[best] & 2**_LEVEL_BITS - 1)
        counts[:, column] = np.bincount(cell, minlength=places * (len(Level) + 1)).reshape(places, -1)
    return counts[:, :, :0:-1].cumsum(axis=2)[:, :, ::-1]


def _parts(skill: NDArray[np.uint32], framework: Framework, branches: Sequence[str]) -> Iterator[tuple[int, Parts]]:
    """The position of each branch that has records, and where these lie in rows that are sorted by skill."""
    starts = np.searchsorted(skill, np.arange(len(framework.iris) + 1))
    for column, branch in enumerate(branches):
        below = framework.descendants(branch)
        begins, ends = starts[below], starts[below + 1]
        held = np.flatnonzero(ends > begins)
        if len(held):
            begins, ends = begins[held], ends[held]
            # Neighbouring skills lie side by side, so that most branches are one slice.
            breaks = np.flatnonzero(begins[1:] != ends[:-1])
            first, last = [begins[0], *begins[breaks + 1]], [*ends[breaks], ends[-1]]
            yield column, tuple(slice(a, b) for a, b in zip(first, last, strict=True))


def _cells(counts: Counts) -> tuple[tuple[Cell, ...], ...]:
    places, branches, levels = counts.shape
    first, second, third, fourth = counts.reshape(-1, levels).T.tolist()
    cells = (Cell(four[0], four) for four in zip(first, second, third, fourth, strict=True))
    return tuple(tuple(islice(cells, branches)) for _ in range(places))


def _branches(framework: Framework, concept: Concept | None, *, groups: bool, whole: bool) -> tuple[str, ...]:
    if concept is not None:
        found = () if whole else tuple(sorted(concept.narrower))
        found = found or (concept.iri,)
    else:
        found = framework.top_concepts(OWN_SCHEME)
        if groups:
            found = tuple(sorted({group for iri in found for group in framework.concept(iri).narrower}))
    kept = tuple(iri for iri in found if not framework.concept(iri).deprecated)
    if not kept:
        raise NotFoundError("There is nothing below that.", rule="unknown-term", remedy="Name a domain or a group.")
    return kept


__all__ = ["Cell", "Coverage", "CoverageQuestion", "ask_coverage", "count"]
