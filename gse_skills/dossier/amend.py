"""A change of what is kept of one person: source graph, views and index together, in one change."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from gse_skills.dossier.dossier import Dossier, KeptRecord
from gse_skills.dossier.fact import Fact
from gse_skills.errors import ConflictError
from gse_skills.framework import role_named
from gse_skills.imports.statements import Activity, Statements
from gse_skills.index import Delta, Facts, Post
from gse_skills.records import Person, SkillRecord, person_views
from gse_skills.records.view import record_term
from gse_skills.register import State
from gse_skills.store import Change, term
from gse_skills.views import end_record, judge, rewrite
from gse_skills.vocabulary import Basis, Identifier, Level


@dataclass(slots=True)
class Amendment:
    """Writes into `change` what an activity makes of a person's records and card; `delta` is what the index learns.

    Raises ConflictError (rule `has-left`) for what only somebody has who works there.
    """

    state: State
    dossier: Dossier
    activity: Activity
    change: Change
    today: datetime.date
    delta: Delta = field(default_factory=Delta)
    _statements: Statements = field(init=False)

    def __post_init__(self) -> None:
        self._statements = Statements(self.change, self.activity, self.state.framework)
        self.delta.because = self.activity.identifier.iri

    def level(
        self,
        old: KeptRecord | None,
        skill: str,
        level: Level | None,
        basis: Basis,
        *,
        day: datetime.date | None = None,
    ) -> SkillRecord | None:
        """A record of `skill` at a level takes the place of the old one; None for a level that nobody has.

        Returns the new record. `day` is when it was judged, today when nothing is said; what others judged of the
        skill stands beside it.
        """
        person = self._person()
        before = self._records()
        after = [one for one in before if old is None or one.identifier != old.identifier]
        # Nothing ends before it began, also not what a sheet dated in the future.
        day = max(day or self.today, old.assessed_on) if old is not None else day or self.today
        if old is not None:
            self._end(self._as_record(old), day)
        new = None if level is None else self._begin(person, old, skill, level, basis, day)
        self._rewrite(person, before, person, after if new is None else [*after, new])
        return new

    def counting_over(self, record: SkillRecord, old: KeptRecord | None) -> KeptRecord | None:
        """What counts in the place of a new record that took the place of an old one; None when it counts itself."""
        rivals = [one for one in self.dossier.current if self._as_record(one).skill == record.skill and one != old]
        over = self.state.standing.overruled([*map(self._as_record, rivals), record])
        return next((one for one in rivals if record.identifier in over and one.identifier not in over), None)

    def fact(self, fact: Fact, value: str) -> None:
        """Another value of what the card says; empty for none."""
        left = self.dossier.membership is None
        old = self._card() if left and fact in _NAMING else self._person()
        if fact is Fact.ROLE and value:
            value = role_named(value, self.state.framework, self.state.lookup).iri
        new = _CHANGED[fact](old, value)
        if fact in _NAMING:
            self._statements.identity(old, new)
        else:
            membership = self.dossier.membership
            assert membership is not None, "whoever has none has left"
            day = max(self.today, membership.since or self.today)
            self._statements.end(term.iri(Identifier("membership", membership.identifier).iri), day)
            self._statements.membership(new, day)
        if left:
            return
        records = self._records()
        self._rewrite(old, records, new, records)

    def _person(self) -> Person:
        if self.dossier.membership is None:
            raise ConflictError(
                "That is of somebody who works here, and this person has left.",
                rule="has-left",
                remedy="Names can still be corrected; for the rest, see how long it is kept.",
            )
        return self._card()

    def _card(self) -> Person:
        known, membership = self.dossier.identity, self.dossier.membership
        person = Person(
            Identifier("person", int(self.dossier.person, 16)),
            self.dossier.organisation,
            known.name,
            known.staff_number or None,
            known.email or None,
            audience=known.audience,
        )
        if membership is None:
            return person
        return replace(
            person,
            unit=membership.unit or None,
            grade=membership.grade or None,
            site=membership.site or None,
            role=membership.role or None,
            leaves_on=membership.leaves_on,
            available=membership.available,
        )

    def _records(self) -> list[SkillRecord]:
        return [self._as_record(one) for one in self.dossier.current]

    def _as_record(self, one: KeptRecord) -> SkillRecord:
        skill = self.state.framework.number(one.skill)
        person = int(self.dossier.person, 16)
        return SkillRecord(one.identifier, person, skill, one.level, one.basis, one.assessed_on, one.reach.audience)

    def _begin(
        self, person: Person, old: KeptRecord | None, skill: str, level: Level, basis: Basis, day: datetime.date
    ) -> SkillRecord:
        number = self.state.framework.number(skill)
        default = self.state.rules.of(person.organisation, person=person.audience, skill=number)
        # Nobody's record goes further than it did because it was corrected, or judged by one more.
        like = old or next((one for one in self.dossier.current if one.skill == skill and one.counts), None)
        audience = like.reach.audience if like is not None else default
        new = SkillRecord(Identifier.mint("record").value, person.identifier.value, number, level, basis, day, audience)
        self._statements.record(
            new,
            None,
            None,
            explicit_audience=audience is not default,
            revises=old.identifier if old is not None else None,
        )
        return new

    def _end(self, record: SkillRecord, day: datetime.date) -> None:
        self._statements.end(record_term(record.identifier), day)
        end_record(self.dossier.organisation, record, day, self.delta)

    def _rewrite(self, old: Person, before: list[SkillRecord], new: Person, after: list[SkillRecord]) -> None:
        framework, rules = self.state.framework, self.state.rules
        was, becomes = person_views(old, before, framework, rules), person_views(new, after, framework, rules)
        rewrite(new.identifier.value, was, becomes, self.change, self.delta)
        judge(new.organisation, before, after, rules.standing, self.delta)
        self.delta.people[new.identifier.value] = Facts(
            new.organisation, new.availability_flag, Post(new.unit or "", new.grade or "", new.site or "")
        )


_NAMING = (Fact.NAME, Fact.STAFF_NUMBER, Fact.EMAIL)
"""What names a person whether or not they work here; the rest is of their membership."""
_CHANGED: dict[Fact, Callable[[Person, str], Person]] = {
    Fact.NAME: lambda person, value: replace(person, name=value),
    Fact.STAFF_NUMBER: lambda person, value: replace(person, staff_number=value or None),
    Fact.EMAIL: lambda person, value: replace(person, email=value or None),
    Fact.UNIT: lambda person, value: replace(person, unit=value or None),
    Fact.GRADE: lambda person, value: replace(person, grade=value or None),
    Fact.SITE: lambda person, value: replace(person, site=value or None),
    Fact.ROLE: lambda person, value: replace(person, role=value or None),
    Fact.LEAVES_ON: lambda person, value: replace(
        person, leaves_on=datetime.date.fromisoformat(value) if value else None
    ),
    Fact.AVAILABLE: lambda person, value: replace(person, available={"yes": True, "no": False}.get(value)),
}
