"""Answering "who has which skill".

Asked in anybody's words, answered from the index, explained from the store: each hit carries the chain from the
department's own phrase to the concept asked for.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from pyoxigraph import NamedNode

from gse_skills.access import Access
from gse_skills.errors import InputError
from gse_skills.experts.answer import Asked, ExpertsAnswer, Held, Hit, Split, Step
from gse_skills.experts.question import ExpertsQuestion
from gse_skills.framework import SKILL_KINDS, Framework, Lookup
from gse_skills.index import Columns, Expertise, Index, Only, Sought, day_of, expertise, facets, rank_keys, require_told
from gse_skills.people import read_cards
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, GSE, Basis, Identifier, Level

_CURSOR = re.compile("[0-9a-f]{24}")


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
    InputError (`bad-limit`, `bad-cursor`, `no-skill`, `too-many-skills`, `day-to-come`, `before-any-record`).
    """
    require_told(today, question.as_of)
    asked = _asked(question, framework, lookup)
    sought = [
        Sought(framework.descendants(one.concept.iri), framework.branch(one.concept.iri), one.min_level)
        for one in asked
    ]
    day = question.as_of or today
    only = _only(question, day)
    found = expertise(index, access.views, sought, match=question.match, only=only, as_of=question.as_of)
    start = _start(question.cursor, found, index)
    page = found.persons[start : start + question.limit]
    more = start + question.limit < len(found.persons)
    counts = (
        facets(index, access.views, sought, day, match=question.match, only=only, as_of=question.as_of)
        if question.facets
        else None
    )
    return ExpertsAnswer(
        asked,
        question,
        len(found.persons),
        _hits(page, found, asked, access, framework, index, store, day),
        tuple(_splits(found, index)),
        start + 1,
        _cursor(found, start + question.limit - 1, index) if more else None,
        counts,
    )


def _asked(question: ExpertsQuestion, framework: Framework, lookup: Lookup) -> tuple[Asked, ...]:
    """The concepts asked for; one named twice at one level is one."""
    asked: dict[tuple[str, Level], Asked] = {}
    for wanted in question.wanted:
        concept = framework.concept(lookup.resolve(wanted.skill, kinds=SKILL_KINDS).concept)
        level = wanted.min_level or question.min_level
        branch = tuple(framework.concept(iri).pref_label for iri in concept.broader) or (concept.pref_label,)
        asked.setdefault((concept.iri, level), Asked(concept, level, branch))
    return tuple(asked.values())


def _only(question: ExpertsQuestion, day: datetime.date) -> Only:
    return Only(
        question.organisation,
        question.units,
        question.sites,
        question.grades,
        question.available,
        question.basis,
        day if question.fresh else None,
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
    page: NDArray[np.uint32],
    found: Expertise,
    asked: tuple[Asked, ...],
    access: Access,
    framework: Framework,
    index: Index,
    store: Store,
    day: datetime.date,
) -> tuple[Hit, ...]:
    if not len(page):
        return ()
    people = {int(number): Identifier("person", int(index.people.identifier[number])).iri for number in page}
    cards = read_cards(list(people.values()), access.views, store)
    best = [_best_rows(page, rows, one.min_level) for rows, one in zip(found.rows, asked, strict=True)]
    # Whoever left after the index was taken and before the card was read is left out.
    homes = {
        Identifier("record", int(rows.record[row])).iri: cards[people[number]].organisation
        for rows, of_page in zip(found.rows, best, strict=True)
        for number, row in of_page.items()
        if people[number] in cards
    }
    stated = _stated(homes, store)
    return tuple(
        Hit(
            cards[person],
            tuple(
                _held(rows, of_page[number], one, stated, framework, index, day)
                for rows, of_page, one in zip(found.rows, best, asked, strict=True)
                if number in of_page
            ),
        )
        for number, person in people.items()
        if person in cards
    )


def _best_rows(page: NDArray[np.uint32], rows: Columns, least: Level) -> dict[int, int]:
    """For each person of the page who has the skill the row that ranks them; of equals the lowest skill number and
    record."""
    candidates = np.flatnonzero(np.isin(rows.person, page))
    keys = rank_keys(rows.take(candidates))
    best: dict[int, tuple[int, int, int, int]] = {}
    for row, key in zip(candidates, keys, strict=True):
        if key >= least << 20:
            rank = (-int(key), int(rows.skill[row]), int(rows.record[row]), int(row))
            person = int(rows.person[row])
            best[person] = min(rank, best.get(person, rank))
    return {person: rank[-1] for person, rank in best.items()}


def _held(
    rows: Columns,
    row: int,
    asked: Asked,
    stated: Mapping[str, tuple[str, str]],
    framework: Framework,
    index: Index,
    day: datetime.date,
) -> Held:
    number = int(rows.skill[row])
    skill, record = framework.iris[number], Identifier("record", int(rows.record[row])).iri
    assessed = day_of(int(rows.assessed[row]))
    return Held(
        asked.concept.iri,
        record,
        Level(int(rows.level[row])),
        Basis(int(rows.basis[row])),
        assessed,
        (day - assessed).days,
        skill,
        tuple(_why(stated.get(record), skill, asked.concept.iri, framework)),
        index.standing.reconfirm_by(number, assessed),
    )


def _why(stated: tuple[str, str] | None, skill: str, asked: str, framework: Framework) -> Iterable[Step]:
    if stated:
        phrase, kind = stated
        yield Step("stated", phrase)
        yield Step(f"matched:{kind}", framework.concept(skill).pref_label, skill)
    else:
        yield Step("recorded", framework.concept(skill).pref_label, skill)
    for iri in framework.path(skill, asked)[1:]:
        yield Step("broader", framework.concept(iri).pref_label, iri)


def _stated(homes: Mapping[str, str], store: Store) -> dict[str, tuple[str, str]]:
    """The department's phrase for each record and how it was matched; `homes` are the records' organisations."""
    stated = [(NamedNode(GRAPH[f"source/{slug}"]), NamedNode(record)) for record, slug in homes.items()]
    rows = store.select(Query("stated_as"), stated=stated)
    return {record.value: (phrase.value, matched.value.removeprefix(GSE)) for record, phrase, matched in rows}
