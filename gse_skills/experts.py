"""The question "who has which skill", and its answer.

Asked in anybody's words, answered from the index, explained from the store: each hit carries the chain from the
department's own phrase to the concept asked for.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from pyoxigraph import NamedNode

from gse_skills.access import Access
from gse_skills.errors import InputError
from gse_skills.framework import SKILL_KINDS, Concept, Framework, Lookup
from gse_skills.index import Expertise, Index, day_of, expertise, rank_keys
from gse_skills.people import Card, read_cards
from gse_skills.records import Standing
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, GSE, Basis, Identifier, Level

MAX_LIMIT = 500
_CURSOR = re.compile("[0-9a-f]{24}")


@dataclass(frozen=True, slots=True)
class ExpertsQuestion:
    """Who holds `skill` (a notation, IRI, preferred or alternative label)?"""

    skill: str
    min_level: Level = Level.AWARENESS
    organisation: str | None = None
    available: bool | None = None
    as_of: datetime.date | None = None
    limit: int = 20
    cursor: str | None = None
    fresh: bool = False
    """Only judgements that are not yet to be confirmed anew on the day asked for."""


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain that explains a hit."""

    kind: str
    """`stated` (the department's phrase), `matched` (to a concept, and how), `broader` (counts for this one above)."""
    label: str
    iri: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A person who has it."""

    card: Card
    record: str
    level: Level
    basis: Basis
    assessed_on: datetime.date
    age_days: int
    skill: str
    """IRI of the concept recorded; it may be narrower than the one asked for."""
    why: tuple[Step, ...] = ()
    reconfirm_by: datetime.date | None = None
    """The day by which the judgement is to be confirmed anew."""


@dataclass(frozen=True, slots=True)
class Split:
    """The people of one organisation, by what is known: unknown is not none."""

    organisation: str
    has: int
    below: int
    """Assessed, below the level asked."""
    without: int
    """Mapped in this branch of the framework, without this skill."""
    not_mapped: int
    """Nothing recorded in this branch: nobody has asked them, as far as is known."""


@dataclass(frozen=True, slots=True)
class ExpertsAnswer:
    """The answer: the first or next page of hits, and the split of everybody whom the caller may see."""

    concept: Concept
    branch: tuple[str, ...]
    """Labels of the branch within which people count as mapped."""
    question: ExpertsQuestion
    total: int
    hits: tuple[Hit, ...]
    splits: tuple[Split, ...]
    first_rank: int
    """The rank of the first hit, from 1."""
    next_cursor: str | None

    @property
    def people(self) -> tuple[tuple[str, str], ...]:
        """Whom it shows: the slug of an organisation and an IRI each."""
        return tuple((hit.card.organisation, hit.card.person) for hit in self.hits)


def ask(
    question: ExpertsQuestion,
    access: Access,
    framework: Framework,
    lookup: Lookup,
    index: Index,
    store: Store,
    today: datetime.date,
) -> ExpertsAnswer:
    """Answer `question` with what `access` lets its caller see.

    Raises NotFoundError (`unknown-term`, with the nearest concepts; `unknown-organisation`), AmbiguousError and
    InputError (`bad-limit`, `bad-cursor`).
    """
    if not 1 <= question.limit <= MAX_LIMIT:
        raise InputError(
            f"A page of {question.limit} is not possible.", rule="bad-limit", remedy=f"Ask for 1 to {MAX_LIMIT}."
        )
    concept = framework.concept(lookup.resolve(question.skill, kinds=SKILL_KINDS).concept)
    found = expertise(
        index,
        access.views,
        framework.descendants(concept.iri),
        framework.branch(concept.iri),
        min_level=question.min_level,
        organisation=question.organisation,
        available=question.available,
        as_of=question.as_of,
        fresh_on=question.as_of or today if question.fresh else None,
    )
    start = _start(question.cursor, found, index)
    page = found.persons[start : start + question.limit]
    more = start + question.limit < len(found.persons)
    hits = _hits(page, found, concept, access, framework, index, store, question.as_of or today)
    return ExpertsAnswer(
        concept,
        tuple(framework.concept(iri).pref_label for iri in concept.broader) or (concept.pref_label,),
        question,
        len(found.persons),
        hits,
        tuple(_splits(found, index)),
        start + 1,
        _cursor(found, start + question.limit - 1, index) if more else None,
    )


def _splits(found: Expertise, index: Index) -> Iterable[Split]:
    rows = zip(index.organisations, found.split.tolist(), strict=True)
    return (Split(slug, *counts) for slug, counts in sorted(rows) if any(counts))


def _cursor(found: Expertise, position: int, index: Index) -> str:
    """A cursor names the last hit by rank and person, so that it still fits after people were added or removed."""
    return f"{int(found.keys[position]):08x}{int(index.people.identifier[found.persons[position]]):016x}"


def _start(cursor: str | None, found: Expertise, index: Index) -> int:
    if cursor is None:
        return 0
    if not _CURSOR.fullmatch(cursor):
        raise InputError(
            "The cursor is not one that was given out.", rule="bad-cursor", remedy="Start again without a cursor."
        )
    key, person = int(cursor[:8], 16), int(cursor[8:], 16)
    identifiers = index.people.identifier[found.persons]
    after = (found.keys < key) | ((found.keys == key) & (identifiers > np.uint64(person)))
    return int(np.argmax(after)) if after.any() else len(found.persons)


def _hits(
    page: np.ndarray[tuple[int], np.dtype[np.uint32]],
    found: Expertise,
    asked: Concept,
    access: Access,
    framework: Framework,
    index: Index,
    store: Store,
    day: datetime.date,
) -> tuple[Hit, ...]:
    if not len(page):
        return ()
    best = _best_rows(page, found)
    people = [Identifier("person", int(index.people.identifier[number])).iri for number in page]
    cards = read_cards(people, access.views, store)
    records = [Identifier("record", int(found.rows.record[row])).iri for row in best]
    homes = {
        record: cards[person].organisation for record, person in zip(records, people, strict=True) if person in cards
    }
    stated = _stated(homes, store)
    # Whoever left after the index was taken and before the card was read is left out.
    return tuple(
        _hit(record, row, cards[person], stated.get(record), found, asked, framework, day, index.standing)
        for person, record, row in zip(people, records, best, strict=True)
        if person in cards
    )


def _best_rows(page: np.ndarray[tuple[int], np.dtype[np.uint32]], found: Expertise) -> list[int]:
    """For each person of the page the row that ranks them; of equals the lowest skill number and record."""
    candidates = np.flatnonzero(np.isin(found.rows.person, page))
    keys = rank_keys(found.rows.take(candidates))
    best: dict[int, tuple[int, int, int, int]] = {}
    for row, key in zip(candidates, keys, strict=True):
        rank = (-int(key), int(found.rows.skill[row]), int(found.rows.record[row]), int(row))
        person = int(found.rows.person[row])
        best[person] = min(rank, best.get(person, rank))
    return [best[int(person)][-1] for person in page]


def _hit(
    record: str,
    row: int,
    card: Card,
    stated: tuple[str, str] | None,
    found: Expertise,
    asked: Concept,
    framework: Framework,
    day: datetime.date,
    standing: Standing,
) -> Hit:
    skill = framework.iris[int(found.rows.skill[row])]
    assessed = day_of(int(found.rows.assessed[row]))
    return Hit(
        card,
        record,
        Level(int(found.rows.level[row])),
        Basis(int(found.rows.basis[row])),
        assessed,
        (day - assessed).days,
        skill,
        tuple(_why(stated, skill, asked, framework)),
        standing.reconfirm_by(int(found.rows.skill[row]), assessed),
    )


def _why(stated: tuple[str, str] | None, skill: str, asked: Concept, framework: Framework) -> Iterable[Step]:
    if stated:
        phrase, kind = stated
        yield Step("stated", phrase)
        yield Step(f"matched:{kind}", framework.concept(skill).pref_label, skill)
    else:
        yield Step("recorded", framework.concept(skill).pref_label, skill)
    for iri in framework.path(skill, asked.iri)[1:]:
        yield Step("broader", framework.concept(iri).pref_label, iri)


def _stated(homes: Mapping[str, str], store: Store) -> dict[str, tuple[str, str]]:
    """The department's phrase for each record and how it was matched; `homes` are the records' organisations."""
    stated = [(NamedNode(GRAPH[f"source/{slug}"]), NamedNode(record)) for record, slug in homes.items()]
    rows = store.select(Query("stated_as"), stated=stated)
    return {record.value: (phrase.value, matched.value.removeprefix(GSE)) for record, phrase, matched in rows}
