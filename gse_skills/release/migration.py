"""Records that go on with another concept, because a release put one in the place of theirs.

Nothing is rewritten: the record of the old concept ends and stays in the history with the meaning it had, and the new
one says which it revises and by which migration it came. Of two judgements of the new concept on one basis the later
stays, of one day the higher level; judgements on several bases stand side by side, as they always do.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from gse_skills.framework import Framework
from gse_skills.records import SkillRecord
from gse_skills.records.lexical import record_value
from gse_skills.records.view import SKILL, record_term
from gse_skills.release.decision import Action, Decisions
from gse_skills.store import Change, Query, Store, term
from gse_skills.vocabulary import GRAPH, GSE, PROV, RDF, Basis, Identifier

Held = dict[int, list[SkillRecord]]
"""Current records by person."""

_NOT_CARRIED = frozenset((GSE.skill, PROV.wasRevisionOf, PROV.wasGeneratedBy))
_TYPE, _MIGRATION = term.iri(RDF.type), term.iri(GSE.Migration)
_STARTED, _USED = term.iri(PROV.startedAtTime), term.iri(PROV.used)
_UNTIL, _INVALIDATED = term.iri(GSE.validUntil), term.iri(PROV.wasInvalidatedBy)
_REVISION, _GENERATED = term.iri(PROV.wasRevisionOf), term.iri(PROV.wasGeneratedBy)


@dataclass(slots=True)
class Migration:
    """Writes what becomes of the records of every organisation into one change; `framework` is the new state."""

    store: Store
    framework: Framework
    decisions: Decisions
    release: str
    """IRI of the release that is the reason."""
    change: Change
    now: datetime.datetime
    moved: int = 0
    """Records ended so far."""

    def carry(self, organisation: str, held: Held) -> Held:
        """The current records of an organisation as they are after the migration; writes what it takes."""
        moving = [one for one in self.decisions.values() if one.action is Action.MIGRATE]
        targets = {self.framework.number(one.concept): tuple(map(self.framework.number, one.targets)) for one in moving}
        if not any(record.skill in targets for records in held.values() for record in records):
            return held
        source = ox.NamedNode(GRAPH[f"source/{organisation}"])
        skills = [ox.NamedNode(one.concept) for one in moving]
        said: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for record, property_, value in self.store.select(Query("migrating_records"), source=source, skills=skills):
            said[record_value(record.value)].append((property_.value, str(value)))
        mover = _Mover(self, term.iri(source.value), targets, said)
        mover.activity()
        return {person: mover.carried(records) for person, records in held.items()}


@dataclass(slots=True)
class _Mover:
    """Writes in the source graph of one organisation."""

    migration: Migration
    graph: str
    targets: Mapping[int, tuple[int, ...]]
    """Concepts that records leave, and those that they go on with, by number."""
    said: Mapping[int, list[tuple[str, str]]]
    """What the source graph says of the records that move."""
    by: str = field(default_factory=lambda: term.iri(Identifier.mint("migration").iri))

    def activity(self) -> None:
        """The migration itself."""
        self._say(self.by, _TYPE, _MIGRATION)
        self._say(self.by, _STARTED, term.date_time(self.migration.now))
        self._say(self.by, _USED, term.iri(self.migration.release))

    def carried(self, records: list[SkillRecord]) -> list[SkillRecord]:
        """One person's records after it."""
        kept = {(record.skill, record.basis): record for record in records if record.skill not in self.targets}
        begun: dict[tuple[int, Basis], tuple[SkillRecord, SkillRecord]] = {}
        for old in records:
            for skill in self.targets.get(old.skill, ()):
                place = skill, old.basis
                rival = begun[place][0] if place in begun else kept.get(place)
                if rival is None or _strength(rival) < _strength(old):
                    heir = replace(old, identifier=Identifier.mint("record").value, skill=skill)
                    begun[place] = heir, old
            if old.skill in self.targets:
                self._end(old)
        for place, (heir, old) in begun.items():
            if place in kept:
                self._end(kept.pop(place))
            self._begin(heir, old)
        return [*kept.values(), *(heir for heir, _ in begun.values())]

    def _end(self, record: SkillRecord) -> None:
        subject = record_term(record.identifier)
        # Nothing ends before it began; an assessment can be of today, but of no later day.
        self._say(subject, _UNTIL, term.date(max(self.migration.now.date(), record.assessed_on)))
        self._say(subject, _INVALIDATED, self.by)
        self.migration.moved += 1

    def _begin(self, heir: SkillRecord, old: SkillRecord) -> None:
        subject = record_term(heir.identifier)
        for property_, value in self.said[old.identifier]:
            if property_ not in _NOT_CARRIED:
                self._say(subject, term.iri(property_), value)
        self._say(subject, SKILL, term.iri(self.migration.framework.iris[heir.skill]))
        self._say(subject, _REVISION, record_term(old.identifier))
        self._say(subject, _GENERATED, self.by)

    def _say(self, subject: str, predicate: str, object_: str) -> None:
        self.migration.change.add(subject, predicate, object_, self.graph)


def _strength(record: SkillRecord) -> tuple[datetime.date, int]:
    return record.assessed_on, int(record.level)
