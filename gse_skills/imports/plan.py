"""What an import changes: the file's assertions compared with what is known, person by person.

The rules, each of which the report names:

- A record is known by person and skill. The same level on the same basis and day changes nothing; a day or basis that
  the sheet does not state is not compared.
- A different level, basis or later day supersedes: the old record ends on the day of the new, and the new says which it
  revises. On the same day it is a correction: the old one then held for no day.
- A sheet that is older than what is known leaves it alone (`older-than-known`).
- Two rows that say different things of one person and skill: the later day holds, then the stronger basis; on the same
  day and basis neither is guessed and the later row is refused (`contradiction`).
- Only a file said to be the full picture ends what it does not mention. A cell that was refused mentions its skill all
  the same, and a row that could be anybody's keeps everybody from having left.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from gse_skills.framework import Framework
from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.phrases import Phrase
from gse_skills.imports.staging import Outcome, Staged, Staging
from gse_skills.imports.state import Known, OrganisationState
from gse_skills.imports.statements import ImportActivity, Statements
from gse_skills.index import Delta, day_number, day_of
from gse_skills.records import AudienceRules, Person, SkillRecord, person_views
from gse_skills.records.view import record_term
from gse_skills.store import Change, term
from gse_skills.vocabulary import ID, Audience, Basis, Identifier, Level

HELD = -1
"""The level of a staged cell that could not be read: the record it is about stays. As a skill: whatever it is about."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where the sheet is silent."""

    assessed_on: datetime.date
    basis: Basis
    full: bool
    """The file is the full picture: what it does not mention has ended."""
    leavers: bool = True
    """Whether people whom a full picture lacks have left; not when a row could not be read as anybody's."""


@dataclass(slots=True)
class Planner:
    """Compares a staged file with an organisation's state; writes the change and the index's delta as it goes."""

    state: OrganisationState
    staging: Staging
    phrases: Sequence[Phrase]
    defaults: Defaults
    activity: ImportActivity
    framework: Framework
    rules: AudienceRules
    change: Change
    delta: Delta = field(default_factory=Delta)
    _terms: dict[int, Identifier] = field(default_factory=dict)
    _statements: Statements = field(init=False)

    def __post_init__(self) -> None:
        self._statements = Statements(self.change, self.activity, self.framework)

    def run(self, unmatched: Iterable[str] = (), progress: Callable[[int], None] = lambda done: None) -> None:
        """Plan everybody; `progress` gets the number of people done.

        `unmatched` are the phrases that matched nothing; they are kept with an import that changes something, for the
        framework's owner to look at.
        """
        seen: set[int] = set()
        for done, (facts, row, staged) in enumerate(self.staging.by_person(), 1):
            known = self.state.find(facts)
            if known:
                seen.add(known.person.identifier.value)
            self._person(facts, row, staged, known)
            progress(done)
        if self.defaults.full and self.defaults.leavers:
            for identifier, known in self.state.people.items():
                if identifier not in seen and known.membership is not None:
                    self._leave(known)
        if self.defaults.full and not self.defaults.leavers:
            detail = "A row could not be read as anybody's, so nobody is taken to have left."
            self.staging.outcome(Outcome(0, -1, "noted", "leavers-kept", "", detail, "Mend the refused rows."))
        if self.change.size:
            self._statements.activity()
            for text in sorted(unmatched):
                self._statements.local_term(Identifier.mint("term"), text, None, None)

    def _person(self, facts: PersonFacts, row: int, staged: list[Staged], known: Known | None) -> None:
        current = self.state.records_of(known.person.identifier.value) if known else []
        person = _merged(facts, known.person if known else None, self.state.organisation)
        held = {one.skill for one in staged if one.level == HELD}
        chosen = self._chosen(one for one in staged if one.level != HELD)
        kept, begun, ended = self._compare(person, current, chosen, held)
        old = known.person if known and known.membership is not None else None
        if old == person and not begun and not ended:
            return
        self._identity(person, row, known)
        self._rewrite(person.identifier.value, old, current, person, kept + begun)
        self._index(person, begun, ended)

    def _identity(self, person: Person, row: int, known: Known | None) -> None:
        since = self.defaults.assessed_on
        if known is None:
            self._statements.person(person)
            self._statements.membership(person, since)
            self._note(row, "person-added", person.name)
        elif known.person != person or known.membership is None:
            self._statements.identity(known.person, person)
            if known.membership is None or known.person.membership != person.membership:
                if known.membership is not None:
                    self._statements.end(_membership_term(known.membership), since)
                self._statements.membership(person, since)
            self._note(row, "person-changed", person.name)

    def _chosen(self, staged: Iterable[Staged]) -> dict[int, Staged]:
        """One assertion a skill, by the rules for rows that disagree."""
        chosen: dict[int, Staged] = {}
        for later in staged:
            earlier = chosen.get(later.skill)
            if earlier is None:
                chosen[later.skill] = later
                continue
            said, says = self._weight(earlier), self._weight(later)
            if (earlier.level, *said) == (later.level, *says):
                self._outcome(later, "unchanged", "repeated", f"Row {earlier.row} says the same.")
            elif said == says:
                self._outcome(
                    later,
                    "refused",
                    "contradiction",
                    f"Row {earlier.row} gives another level for the same person, skill and day.",
                    "Keep the row that is right, or give each its date of assessment.",
                )
            else:
                weaker, stronger = (earlier, later) if said < says else (later, earlier)
                chosen[later.skill] = stronger
                self._outcome(
                    weaker, "noted", "overtaken-in-file", f"Row {stronger.row} is later or on a stronger basis."
                )
        return chosen

    def _weight(self, staged: Staged) -> tuple[int, int]:
        default_day, default_basis = day_number(self.defaults.assessed_on), int(self.defaults.basis)
        assessed = default_day if staged.assessed is None else staged.assessed
        return (assessed, default_basis if staged.basis is None else staged.basis)

    def _compare(
        self, person: Person, current: list[SkillRecord], chosen: dict[int, Staged], held: set[int]
    ) -> tuple[list[SkillRecord], list[SkillRecord], list[SkillRecord]]:
        """The records that stay, begin and end."""
        kept: list[SkillRecord] = []
        begun: list[SkillRecord] = []
        ended: list[SkillRecord] = []
        known = {record.skill: record for record in current}
        for skill, record in known.items():
            if skill in chosen:
                continue
            if self.defaults.full and held.isdisjoint((skill, HELD)):
                self._end(record, self._snapshot_day, ended)
                self._gone(person, record)
            else:
                kept.append(record)
        for skill, staged in chosen.items():
            old = known.get(skill)
            if staged.level == 0:
                self._none(staged, old, ended)
            elif old is not None and self._stays(staged, old):
                kept.append(old)
            else:
                begun.append(self._begin(person, staged, old, ended))
        return kept, begun, ended

    def _none(self, staged: Staged, old: SkillRecord | None, ended: list[SkillRecord]) -> None:
        if old is None:
            self._outcome(staged, "unchanged", "none-held", "The sheet says none, and none is recorded.")
        else:
            self._end(old, day_of(self._weight(staged)[0]), ended)
            self._outcome(staged, "ended", "stated-none", f"Was {old.level.label}; the sheet says none.")

    def _stays(self, staged: Staged, old: SkillRecord) -> bool:
        audience = Audience(staged.audience) if staged.audience else None
        same = (
            old.level == staged.level
            and staged.basis in (None, old.basis)
            and staged.assessed in (None, day_number(old.assessed_on))
            and audience in (None, old.audience)
        )
        if same:
            self._outcome(staged, "unchanged", "same", f"Already recorded as {old.level.label}.")
        elif self._weight(staged)[0] < day_number(old.assessed_on):
            self._outcome(
                staged,
                "noted",
                "older-than-known",
                f"{old.level.label} is recorded from {old.assessed_on:%-d %B %Y}, later than this row.",
                "Give the date of the newer assessment if this row is the newer one.",
            )
        else:
            return False
        return True

    def _begin(self, person: Person, staged: Staged, old: SkillRecord | None, ended: list[SkillRecord]) -> SkillRecord:
        assessed, basis = self._weight(staged)
        stated = Audience(staged.audience) if staged.audience else None
        record = SkillRecord(
            Identifier.mint("record").value,
            person.identifier.value,
            staged.skill,
            Level(staged.level),
            Basis(basis),
            day_of(assessed),
            self.rules.of(self.state.organisation, stated),
        )
        local_term = self._term(staged.term)
        self._statements.record(
            record,
            local_term,
            staged.row,
            explicit_audience=stated is not None,
            revises=old.identifier if old else None,
        )
        if old is None:
            self._outcome(staged, "added", "new-record", f"{record.level.label} recorded.")
        else:
            self._end(old, record.assessed_on, ended)
            self._outcome(staged, "changed", "superseded", f"Was {old.level.label}, is now {record.level.label}.")
        return record

    def _end(self, record: SkillRecord, until: datetime.date, ended: list[SkillRecord]) -> None:
        until = max(until, record.assessed_on)
        self._statements.end(record_term(record.identifier), until)
        ended.append(record)
        self.delta.end(
            record.audience.view(self.state.organisation),
            record.skill,
            record.person,
            record.identifier,
            int(record.level),
            int(record.basis),
            day_number(record.assessed_on),
            day_number(until),
        )

    def _gone(self, person: Person, record: SkillRecord) -> None:
        concept = self.framework.concept(self.framework.iris[record.skill])
        self.staging.outcome(
            Outcome(0, -1, "ended", "not-in-file", concept.pref_label, f"{person.name}: was {record.level.label}.")
        )

    def _leave(self, known: Known) -> None:
        """A person whom the full picture no longer shows."""
        identifier = known.person.identifier.value
        current = self.state.records_of(identifier)
        ended: list[SkillRecord] = []
        for record in current:
            self._end(record, self._snapshot_day, ended)
            self._gone(known.person, record)
        assert known.membership is not None
        self._statements.end(_membership_term(known.membership), self._snapshot_day)
        self._rewrite(identifier, known.person, current, None, [])
        self._note(0, "person-left", known.person.name)

    @property
    def _snapshot_day(self) -> datetime.date:
        return self.activity.snapshot or self.defaults.assessed_on

    def _rewrite(
        self,
        identifier: int,
        old: Person | None,
        before: list[SkillRecord],
        new: Person | None,
        after: list[SkillRecord],
    ) -> None:
        """Bring the views from one state of a person to another."""
        was = person_views(old, before, self.framework, self.rules) if old else {}
        becomes = person_views(new, after, self.framework, self.rules) if new else {}
        for view in sorted({*was, *becomes}):
            graph = term.iri(view)
            had, has = was.get(view, set()), becomes.get(view, set())
            for triple in had - has:
                self.change.remove(*triple, graph)
            for triple in has - had:
                self.change.add(*triple, graph)
            if not had:
                self.delta.shown[view].add(identifier)
            if not has:
                self.delta.hidden[view].add(identifier)

    def _index(self, person: Person, begun: list[SkillRecord], ended: list[SkillRecord]) -> None:
        identifier = person.identifier.value
        self.delta.people[identifier] = (self.state.organisation, person.availability_flag)
        for record in begun:
            self.delta.add(
                record.audience.view(self.state.organisation),
                record.skill,
                identifier,
                record.identifier,
                int(record.level),
                int(record.basis),
                day_number(record.assessed_on),
            )

    def _term(self, position: int) -> Identifier:
        if position not in self._terms:
            phrase = self.phrases[position]
            self._terms[position] = Identifier.mint("term")
            self._statements.local_term(self._terms[position], phrase.text, phrase.skill, phrase.matched_by)
        return self._terms[position]

    def _outcome(self, staged: Staged, status: str, rule: str, detail: str, remedy: str = "") -> None:
        phrase = self.phrases[staged.term].text
        self.staging.outcome(Outcome(staged.row, staged.column, status, rule, phrase, detail, remedy))

    def _note(self, row: int, status: str, name: str) -> None:
        self.staging.outcome(Outcome(row, -1, status, status, name))


def _merged(facts: PersonFacts, known: Person | None, organisation: str) -> Person:
    """A person as the file has them; what it does not say stays as it was."""
    if known is None:
        return Person(
            Identifier.mint("person"),
            organisation,
            facts.name,
            facts.identifier,
            facts.email,
            facts.unit,
            facts.grade,
            facts.site,
            facts.available,
        )
    return replace(
        known,
        name=facts.name or known.name,
        staff_number=facts.identifier or known.staff_number,
        email=facts.email or known.email,
        unit=facts.unit or known.unit,
        grade=facts.grade or known.grade,
        site=facts.site or known.site,
        available=known.available if facts.available is None else facts.available,
    )


def _membership_term(identifier: int) -> str:
    return f"<{ID!s}membership/{identifier:016x}>"
