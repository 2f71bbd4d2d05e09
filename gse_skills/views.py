"""The views of one person brought from one state to another, in the store and in the index alike."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from gse_skills.index import Delta, day_number
from gse_skills.records import SkillRecord, Standing
from gse_skills.records.view import Triples
from gse_skills.store import Change, term


def rewrite(
    person: int, was: Mapping[str, Triples], becomes: Mapping[str, Triples], change: Change, delta: Delta
) -> None:
    """Write into `change` and `delta` what makes of a person's views `was` (by IRI of the view) the views `becomes`.

    The records themselves are not the delta's here: see `judge`.
    """
    for view in sorted({*was, *becomes}):
        graph = term.iri(view)
        had, has = was.get(view, set()), becomes.get(view, set())
        for triple in had - has:
            change.remove(*triple, graph)
        for triple in has - had:
            change.add(*triple, graph)
        if not had:
            delta.shown[view].add(person)
        if not has:
            delta.hidden[view].add(person)


def judge(
    organisation: str, before: Sequence[SkillRecord], after: Sequence[SkillRecord], standing: Standing, delta: Delta
) -> None:
    """Write into `delta` what becomes of one person's current records: which are new, count, or stand beside.

    Whoever ends a record, or moves one to another audience, says so besides, and before.
    """
    was, over = standing.overruled(before), standing.overruled(after)
    known = {record.identifier: (record.audience, was.get(record.identifier)) for record in before}
    for record in after:
        stopped = over.get(record.identifier)
        if known.get(record.identifier) == (record.audience, stopped):
            continue
        row = (record.skill, record.person, record.identifier, int(record.level), int(record.basis))
        for view in record.audience.views(organisation):
            if stopped is None:
                delta.add(view, *row, day_number(record.assessed_on))
            else:
                delta.overrule(view, *row, day_number(record.assessed_on), day_number(stopped))


def end_record(organisation: str, record: SkillRecord, day: datetime.date, delta: Delta) -> None:
    """Write into `delta` that a record ended on a day."""
    row = (record.skill, record.person, record.identifier, int(record.level), int(record.basis))
    for view in record.audience.views(organisation):
        delta.end(view, *row, day_number(record.assessed_on), day_number(day))
