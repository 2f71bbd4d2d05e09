"""What an import changes: the file's assertions compared with what is known, person by person.

The rules, each of which the report names:

- A record is known by person and skill. The same level on the same basis and day changes nothing; a day, basis or
  audience that the sheet does not state is not compared.
- A different level, basis or later day supersedes: the old record ends on the day of the new, and the new says which it
  revises. On the same day it is a correction: the old one then held for no day. Nobody's record goes further than it
  did because a newer sheet has no word of its audience: the new record keeps that of the old.
- A sheet that is older than what is known leaves it alone (`older-than-known`): the record that it mentions, and that
  which it does not. Where somebody works follows the newest file; a part of the picture can be older than that.
- Two rows that say different things of one person and skill: a row with a date holds before one without, the later day
  before the earlier, then the stronger basis; else neither is guessed and the later row is refused (`contradiction`).
- A row that could be of any of several people is refused (`ambiguous-person`), and nothing of theirs ends.
- Only a file said to be the full picture ends what it does not mention. A cell that was refused mentions its skill all
  the same, and a row that could be anybody's keeps everybody from having left.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from gse_skills.framework import Framework
from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.identity import identify, merged
from gse_skills.imports.phrases import Phrase, Unmatched
from gse_skills.imports.rules import ROW_RULES
from gse_skills.imports.staging import Outcome, Staged, Staging
from gse_skills.imports.state import Known, OrganisationState
from gse_skills.imports.statements import ImportActivity, Statements
from gse_skills.index import Delta, Facts, Post, day_number, day_of
from gse_skills.records import AudienceRules, Person, SkillRecord, person_views
from gse_skills.records.view import record_term
from gse_skills.store import Change
from gse_skills.views import rewrite
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
    _unclear: set[int] = field(default_factory=set)
    """Known people of whom some row of the file may speak, and nobody can say which."""
    _terms: dict[int, Identifier] = field(default_factory=dict)
    _statements: Statements = field(init=False)

    def __post_init__(self) -> None:
        self._statements = Statements(self.change, self.activity, self.framework)

    def run(
        self,
        unmatched: Sequence[Unmatched] = (),
        company: Sequence[str] = (),
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        """Plan everybody; `progress` gets the number of people done.

        `unmatched` are the phrases that matched nothing; for the framework's owner to look at, they are kept with an
        import that changes something, or that has such a phrase for the first time. `company` are IRIs of the concepts
        that the file names most often.
        """
        who = identify(self.staging.people, self.state.people)
        self.staging.join(who.same, who.filled)
        self._unclear = set().union(*who.unclear.values())
        seen = set(self._unclear)
        for done, (facts, row, staged) in enumerate(self.staging.by_person(), 1):
            if facts.key in who.unclear:
                self._refuse(facts, row, staged)
            else:
                identifier = who.of(facts)
                seen.update(() if identifier is None else (identifier,))
                self._person(facts, row, staged, None if identifier is None else self.state.people[identifier])
            progress(done)
        if self.defaults.full:
            self._leavers(seen)
        if self.change.size or any(one.text not in self.state.unmatched for one in unmatched):
            self._statements.activity()
            for one in sorted(unmatched, key=lambda one: one.text):
                self._statements.unmatched(one, company)

    def _leavers(self, seen: set[int]) -> None:
        if not self.defaults.leavers:
            detail = "A row could not be read as anybody's, so nobody is taken to have left."
            self.staging.outcome(Outcome(0, -1, "noted", "leavers-kept", "", detail, "Mend the refused rows."))
            return
        for identifier, known in self.state.people.items():
            if identifier not in seen and known.membership is not None:
                self._leave(known)

    def _refuse(self, facts: PersonFacts, row: int, staged: list[Staged]) -> None:
        """Rows that could be of several people."""
        detail = "Several people have that name or address, and nothing says which of them is meant."
        remedy = ROW_RULES["ambiguous-person"]
        said = [one for one in staged if one.level != HELD]
        for one in said:
            self._outcome(one, "refused", "ambiguous-person", detail, remedy)
        if not said:
            value = facts.name or facts.email or ""
            self.staging.outcome(Outcome(row, -1, "refused", "ambiguous-person", value, detail, remedy))

    def _person(self, facts: PersonFacts, row: int, staged: list[Staged], known: Known | None) -> None:
        current = self.state.records_of(known.person.identifier.value) if known else []
        person = merged(facts, known, self.state.organisation, older=self._older_than_card(known))
        held = {one.skill for one in staged if one.level == HELD}
        chosen = self._chosen(one for one in staged if one.level != HELD)
        kept, begun, ended = self._compare(person, current, chosen, held)
        old = known.person if known and known.membership is not None else None
        if old == person and not begun and not ended:
            return
        self._identity(person, row, known)
        self._rewrite(person.identifier.value, old, current, person, kept + begun)
        self._index(person, begun)

    def _older_than_card(self, known: Known | None) -> bool:
        # A full picture is never older than the last one, and a day of import says little of since when a card holds.
        return not self.defaults.full and self._since(known) > self.defaults.assessed_on

    def _identity(self, person: Person, row: int, known: Known | None) -> None:
        since = self._since(known)
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

    def _since(self, known: Known | None) -> datetime.date:
        """The day on which a membership begins or ends; none ends before it began."""
        day = self.defaults.assessed_on
        return max(day, known.since) if known and known.since else day

    def _chosen(self, staged: Iterable[Staged]) -> dict[int, Staged]:
        """One assertion a skill, by the rules for rows that disagree."""
        chosen: dict[int, Staged] = {}
        for later in staged:
            earlier = chosen.get(later.skill)
            if earlier is None:
                chosen[later.skill] = later
                continue
            said, says = self._precedence(earlier), self._precedence(later)
            if (*said, earlier.level, earlier.audience) == (*says, later.level, later.audience):
                self._outcome(later, "unchanged", "repeated", f"Row {earlier.row} says the same.")
            elif said == says:
                self._outcome(
                    later,
                    "refused",
                    "contradiction",
                    f"Row {earlier.row} gives another level or audience for the same person, skill and day.",
                    "Keep the row that is right, or give each its date of assessment.",
                )
            else:
                weaker, stronger = (earlier, later) if said < says else (later, earlier)
                chosen[later.skill] = stronger
                self._outcome(
                    weaker, "noted", "overtaken-in-file", f"Row {stronger.row} is later or on a stronger basis."
                )
        return chosen

    def _precedence(self, staged: Staged) -> tuple[int, int]:
        # No date comes first of all, and not as today: the same file must mean the same tomorrow.
        return (-1 if staged.assessed is None else staged.assessed, self._basis(staged))

    def _day(self, staged: Staged) -> datetime.date:
        return self.defaults.assessed_on if staged.assessed is None else day_of(staged.assessed)

    def _basis(self, staged: Staged) -> Basis:
        return self.defaults.basis if staged.basis is None else Basis(staged.basis)

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
            if not self.defaults.full or person.identifier.value in self._unclear or held & {skill, HELD}:
                kept.append(record)
            elif record.assessed_on > self.defaults.assessed_on:
                self._newer(person.name, self._label(record), record.assessed_on)
                kept.append(record)
            else:
                self._end(record, self.defaults.assessed_on, ended)
                self._gone(person, record)
        for skill, staged in chosen.items():
            old = known.get(skill)
            if old is not None and (self._stays(person, staged, old) or self._older(staged, old)):
                kept.append(old)
            elif staged.level == 0:
                self._none(staged, old, ended)
            else:
                begun.append(self._begin(person, staged, old, ended))
        return kept, begun, ended

    def _none(self, staged: Staged, old: SkillRecord | None, ended: list[SkillRecord]) -> None:
        if old is None:
            self._outcome(staged, "unchanged", "none-held", "The sheet says none, and none is recorded.")
        else:
            self._end(old, self._day(staged), ended)
            self._outcome(staged, "ended", "stated-none", f"Was {old.level.label}; the sheet says none.")

    def _stays(self, person: Person, staged: Staged, old: SkillRecord) -> bool:
        """Whether a row says what is known."""
        audience = self._audience(person, staged) if staged.audience else None
        same = (
            old.level == staged.level
            and staged.basis in (None, old.basis)
            and staged.assessed in (None, day_number(old.assessed_on))
            and audience in (None, old.audience)
        )
        if same:
            self._outcome(staged, "unchanged", "same", f"Already recorded as {old.level.label}.")
        return same

    def _audience(self, person: Person, staged: Staged) -> Audience:
        """The audience that a row which states one gives its record."""
        stated = Audience(staged.audience)
        return self.rules.of(self.state.organisation, stated, person=person.audience, skill=staged.skill)

    def _older(self, staged: Staged, old: SkillRecord) -> bool:
        """Whether a row says something else than is known, of an earlier day."""
        if self._day(staged) >= old.assessed_on:
            return False
        self._outcome(
            staged,
            "noted",
            "older-than-known",
            f"{old.level.label} is recorded from {old.assessed_on:%-d %B %Y}, later than this row.",
            "Give the date of the newer assessment if this row is the newer one.",
        )
        return True

    def _begin(self, person: Person, staged: Staged, old: SkillRecord | None, ended: list[SkillRecord]) -> SkillRecord:
        default = self.rules.of(self.state.organisation, person=person.audience, skill=staged.skill)
        audience = self._audience(person, staged) if staged.audience else old.audience if old else default
        record = SkillRecord(
            Identifier.mint("record").value,
            person.identifier.value,
            staged.skill,
            Level(staged.level),
            self._basis(staged),
            self._day(staged),
            audience,
        )
        self._statements.record(
            record,
            self._term(staged.term),
            staged.row,
            explicit_audience=bool(staged.audience) or audience is not default,
            revises=old.identifier if old else None,
        )
        if old is None:
            self._outcome(staged, "added", "new-record", f"{record.level.label} recorded.")
        else:
            self._end(old, record.assessed_on, ended)
            self._outcome(staged, "changed", "superseded", f"Was {old.level.label}, is now {record.level.label}.")
        return record

    def _end(self, record: SkillRecord, until: datetime.date, ended: list[SkillRecord]) -> None:
        self._statements.end(record_term(record.identifier), until)
        ended.append(record)
        for view in record.audience.views(self.state.organisation):
            self.delta.end(
                view,
                record.skill,
                record.person,
                record.identifier,
                int(record.level),
                int(record.basis),
                day_number(record.assessed_on),
                day_number(until),
            )

    def _gone(self, person: Person, record: SkillRecord) -> None:
        detail = f"{person.name}: was {record.level.label}."
        self.staging.outcome(Outcome(0, -1, "ended", "not-in-file", self._label(record), detail))

    def _newer(self, name: str, what: str, since: datetime.date) -> None:
        detail = f"{name}: known from {since:%-d %B %Y}, later than the day of this picture, so nothing ends."
        self.staging.outcome(Outcome(0, -1, "noted", "older-than-known", what, detail, "Send the newest picture."))

    def _label(self, record: SkillRecord) -> str:
        return self.framework.concept(self.framework.iris[record.skill]).pref_label

    def _leave(self, known: Known) -> None:
        """A person whom the full picture no longer shows."""
        identifier = known.person.identifier.value
        current = self.state.records_of(identifier)
        day = self.defaults.assessed_on
        newest = max((record.assessed_on for record in current), default=day)
        if newest > day:
            self._newer(known.person.name, known.person.name, newest)
            return
        ended: list[SkillRecord] = []
        for record in current:
            self._end(record, day, ended)
            self._gone(known.person, record)
        assert known.membership is not None
        self._statements.end(_membership_term(known.membership), self._since(known))
        self._rewrite(identifier, known.person, current, None, [])
        self._note(0, "person-left", known.person.name)

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
        rewrite(identifier, was, becomes, self.change, self.delta)

    def _index(self, person: Person, begun: list[SkillRecord]) -> None:
        identifier = person.identifier.value
        post = Post(person.unit or "", person.grade or "", person.site or "")
        self.delta.people[identifier] = Facts(self.state.organisation, person.availability_flag, post)
        for record in begun:
            for view in record.audience.views(self.state.organisation):
                self.delta.add(
                    view,
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
        phrase = self.phrases[staged.term]
        detail = f"{detail} {phrase.note}".strip()
        self.staging.outcome(Outcome(staged.row, staged.column, status, rule, phrase.text, detail, remedy))

    def _note(self, row: int, status: str, name: str) -> None:
        self.staging.outcome(Outcome(row, -1, status, status, name))


def _membership_term(identifier: int) -> str:
    return f"<{ID!s}membership/{identifier:016x}>"
