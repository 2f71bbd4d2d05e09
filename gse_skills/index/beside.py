"""Current records that no view shows, since another judgement of the same skill counts: read for the index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from pyoxigraph import NamedNode

from gse_skills.framework import Framework
from gse_skills.index.columns import Columns, day_number, day_of
from gse_skills.records import AudienceRules, SkillRecord
from gse_skills.records.lexical import day, record_value
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, GSE, Audience, Basis, Identifier, Level

_PORTION = 2_000


def read_beside(
    store: Store, organisations: Iterable[str], framework: Framework, rules: AudienceRules, shown: Mapping[str, Columns]
) -> dict[str, Columns]:
    """The records that stand beside those that `shown` has by view, by the view that would show them."""
    counted = _joined(list(shown.values()))
    found: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for slug in organisations:
        source = NamedNode(GRAPH[f"source/{slug}"])
        hidden = np.setdiff1d(_standing(store, source), counted.record)
        if not len(hidden):
            continue
        records = list(_read(store, slug, source, hidden.tolist(), framework, rules))
        for view, row in _rows(slug, records, counted, rules):
            found[view].append(row)
    kinds = (np.uint32, np.uint64, np.uint64, np.uint8, np.uint8, np.uint16, np.uint16)
    return {
        view: Columns(*(np.array(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)))
        for view, rows in found.items()
    }


def beside_row(record: SkillRecord, stopped: int) -> tuple[int, int, int, int, int, int, int]:
    """A record as the index keeps it, with the number of the day on which it stopped counting."""
    return (
        record.skill,
        record.person,
        record.identifier,
        int(record.level),
        int(record.basis),
        day_number(record.assessed_on),
        stopped,
    )


def _standing(store: Store, source: NamedNode) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    holders = store.select(Query("records_property"), graph=source, property=NamedNode(GSE.holder))
    ended = store.select(Query("ended_subjects"), source=source)
    begun, over = (np.array([record_value(row[0].value) for row in rows], np.uint64) for rows in (holders, ended))
    return np.setdiff1d(begun, over)


def _read(
    store: Store,
    slug: str,
    source: NamedNode,
    hidden: Sequence[int],
    framework: Framework,
    rules: AudienceRules,
) -> Iterator[SkillRecord]:
    for start in range(0, len(hidden), _PORTION):
        records = [NamedNode(Identifier("record", one).iri) for one in hidden[start : start + _PORTION]]
        for solution in store.select(Query("standing_records"), source=source, records=records):
            record, holder, skill, level, basis, assessed, *said = (t and t.value for t in solution)
            stated, person = (Audience.from_iri(iri) if iri else None for iri in said)
            number = framework.number(skill)
            yield SkillRecord(
                record_value(record),
                record_value(holder),
                number,
                Level.from_iri(level),
                Basis.from_iri(basis),
                day(assessed),
                rules.of(slug, stated, person=person, skill=number),
            )


def _rows(
    slug: str, records: Sequence[SkillRecord], counted: Columns, rules: AudienceRules
) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each record with the day on which it stopped counting; one beside which nothing counts belongs to nobody."""
    people = np.array(sorted({one.person for one in records}), np.uint64)
    rivals: dict[tuple[int, int], list[SkillRecord]] = defaultdict(list)
    theirs = counted.take(np.isin(counted.person, people))
    seen = set()
    for i in range(len(theirs)):
        if (identifier := int(theirs.record[i])) not in seen:
            seen.add(identifier)
            one = _counted(theirs, i)
            rivals[one.person, one.skill].append(one)
    for record in records:
        if (record.person, record.skill) in rivals:
            rivals[record.person, record.skill].append(record)
    stopped: dict[int, int] = {}
    for those in rivals.values():
        stopped |= {one: day_number(when) for one, when in rules.standing.overruled(those).items()}
    for record in records:
        if record.identifier in stopped:
            for view in record.audience.views(slug):
                yield view, beside_row(record, stopped[record.identifier])


def _counted(columns: Columns, i: int) -> SkillRecord:
    return SkillRecord(
        int(columns.record[i]),
        int(columns.person[i]),
        int(columns.skill[i]),
        Level(int(columns.level[i])),
        Basis(int(columns.basis[i])),
        day_of(int(columns.assessed[i])),
        Audience.PRIVATE,
    )


def _joined(parts: Sequence[Columns]) -> Columns:
    columns = Columns.empty()
    for part in parts:
        columns = columns.plus(part)
    return columns
