"""What an import changes: the file's assertions compared with what is known, person by person.

The rules, each of which the report names:

- A record is known by person, skill and basis: what several judges say of one skill stands side by side, and the one
  of highest precedence counts (`kept-beside` tells of one that does not; see `records.Standing`). The same level on the
  same basis and day changes nothing; a day, basis or audience that the sheet does not state is not compared.
- A different level or later day supersedes what the same judge said: the old record ends on the day of the new, and the
  new says which it revises. On the same day it is a correction: the old one then held for no day. Nobody's record goes
  further than it did because a newer sheet has no word of its audience: the new record keeps that of the old, or of the
  one that counted.
- A sheet that is older than what is known leaves it alone (`older-than-known`): the record that it mentions, and that
  which it does not. Where somebody works follows the newest file; a part of the picture can be older than that.
- A row that says none ends what its judge said; one that states no basis ends what everybody said.
- Two rows that say different things of one person, skill and basis: a row with a date holds before one without, the
  later day before the earlier; else neither is guessed and the later row is refused (`contradiction`).
- A row that could be of any of several people is refused (`ambiguous-person`), and nothing of theirs ends.
- Somebody new whose rows were all refused or left out is added without a record, and that is noted at the name
  (`person-without-record`): left out themselves, the same file would take them for a namesake when it is sent again.
- A name that somebody else bears family name first is noted (`name-turned`), and so is a staff number that comes with
  another name and another address than it had (`name-differs`): the address is what signs somebody in as themself.
- Only a file said to be the full picture ends what it does not mention. A cell that was refused mentions its skill all
  the same, and a row that could be anybody's keeps everybody from having left.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from gse_skills.framework import Framework
from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.changes import Changes
from gse_skills.imports.identity import identify, merged
from gse_skills.imports.namesakes import TurnedNames, renumbered
from gse_skills.imports.phrases import Phrase, Unmatched
from gse_skills.imports.rules import NOTES, ROW_RULES
from gse_skills.imports.staging import Outcome, Staged, Staging
from gse_skills.imports.state import Known, OrganisationState
from gse_skills.imports.statements import ImportActivity, Statements
from gse_skills.index import Delta, Facts, Post, day_number, day_of
from gse_skills.records import AudienceRules, Person, SkillRecord, person_views
from gse_skills.records.view import record_term
from gse_skills.store import Change
from gse_skills.views import end_record, judge, rewrite
from gse_skills.vocabulary import ID, Audience, Basis, Identifier, Level

HELD = -1
"""The level of a staged cell that could not be read: the record it is about stays. As a skill: whatever it is about."""
UNKNOWN = -2
"""As a skill: none that the framework has, so no record is about it."""


Place = tuple[int, Basis]
"""Of what a row speaks: the number of a skill, and who judged."""


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
    watch: Changes | None = None
    """Takes in what changes for whom, where somebody wants to see that."""
    name_column: int = -1
    """Where the file has the names of people."""
    delta: Delta = field(default_factory=Delta)
    _unclear: set[int] = field(default_factory=set)
    """Known people of whom some row of the file may speak, and nobody can say which."""
    _terms: dict[int, Identifier] = field(default_factory=dict)
    _turned: TurnedNames = field(default_factory=TurnedNames)
    _statements: Statements = field(init=False)

    def __post_init__(self) -> None:
        self._statements = Statements(self.change, self.activity, self.framework)
        self.delta.because = self.activity.identifier.iri

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
        self._turned = TurnedNames.of(self.staging.people, self.state.people)
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
            self._statements.activity(self.staging.counts(), self.staging.digest(), self.state.undoable)
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
        self._about_name(facts, row, known)
        if known is None and staged and all(one.level == HELD for one in staged):
            detail = "All that is said of this person was refused or left out; they are added without a record."
            self._noted_name(row, "person-without-record", facts.name, detail)
        current = self.state.records_of(known.person.identifier.value) if known else []
        person = merged(facts, known, self.state.organisation, older=self._older_than_card(known))
        held = {one.skill for one in staged if one.level == HELD}
        chosen = self._chosen(one for one in staged if one.level != HELD)
        kept, begun, ended = self._compare(person, current, chosen, held)
        if self.watch is not None:
            self.watch.person(person, kept, begun, ended, new=known is None)
        old = known.person if known and known.membership is not None else None
        if old == person and not begun and not ended:
            return
        self._identity(person, row, known)
        self._rewrite(person.identifier.value, old, current, person, kept + begun)
        self._index(person, current, kept + begun)

    def _about_name(self, facts: PersonFacts, row: int, known: Known | None) -> None:
        """Note a name of which somebody should make sure whose it is."""
        if known is None:
            if other := self._turned.other(facts):
                detail = f"“{other}” may be the same person; they are taken as two."
                self._noted_name(row, "name-turned", facts.name, detail)
        elif renumbered(facts, known.person):
            was = f"{known.person.name} ({known.person.email})"
            detail = f"The staff number {facts.identifier} was that of {was}; it gets this name and address."
            self._noted_name(row, "name-differs", facts.name, detail)

    def _noted_name(self, row: int, rule: str, name: str, detail: str) -> None:
        self.staging.outcome(Outcome(row, self.name_column, "noted", rule, name, detail, NOTES[rule]))

    def _older_than_card(self, known: Known | None) -> bool:
        # A full picture is never older than the last one, and a day of import says little of since when a card holds.
        return not self.defaults.full and self._since(known) > self.defaults.assessed_on

    def _identity(self, person: Person, row: int, known: Known | None) -> None:
        since = self._since(known)
        if known is None:
            self._statements.person(person)
            self._statements.membership(person, since)
            self._note(row, "person-added", person.name, _leaving(None, person))
        elif known.person != person or known.membership is None:
            self._statements.identity(known.person, person)
            if known.membership is None or known.person.membership != person.membership:
                if known.membership is not None:
                    self._statements.end(_membership_term(known.membership), since)
                self._statements.membership(person, since)
            self._note(row, "person-changed", person.name, _leaving(known.person, person))

    def _since(self, known: Known | None) -> datetime.date:
        """The day on which a membership begins or ends; none ends before it began."""
        day = self.defaults.assessed_on
        return max(day, known.since) if known and known.since else day

    def _chosen(self, staged: Iterable[Staged]) -> dict[Place, Staged]:
        """One assertion a skill and basis, by the rules for rows that disagree."""
        chosen: dict[Place, Staged] = {}
        for later in staged:
            place = later.skill, self._basis(later)
            earlier = chosen.get(place)
            if earlier is None:
                chosen[place] = later
                continue
            said, says = self._when(earlier), self._when(later)
            if (said, earlier.level, earlier.audience) == (says, later.level, later.audience):
                self._outcome(later, "unchanged", "repeated", f"Row {earlier.row} says the same.")
            elif said == says:
                self._outcome(
                    later,
                    "refused",
                    "contradiction",
                    f"Row {earlier.row} gives another level or audience for the same person, skill, day and judge.",
                    "Keep the row that is right, or give each its date of assessment.",
                )
            else:
                weaker, stronger = (earlier, later) if said < says else (later, earlier)
                chosen[place] = stronger
                self._outcome(weaker, "noted", "overtaken-in-file", f"Row {stronger.row} is later.")
        return chosen

    def _when(self, staged: Staged) -> int:
        # No date comes first of all, and not as today: the same file must mean the same tomorrow.
        return -1 if staged.assessed is None else staged.assessed

    def _day(self, staged: Staged) -> datetime.date:
        return self.defaults.assessed_on if staged.assessed is None else day_of(staged.assessed)

    def _basis(self, staged: Staged) -> Basis:
        return self.defaults.basis if staged.basis is None else Basis(staged.basis)

    def _compare(
        self, person: Person, current: list[SkillRecord], chosen: dict[Place, Staged], held: set[int]
    ) -> tuple[list[SkillRecord], list[SkillRecord], list[SkillRecord]]:
        """The records that stay, begin and end."""
        ended: list[SkillRecord] = []
        known = {(record.skill, record.basis): record for record in current}
        said = {skill for skill, _ in chosen}
        for (skill, _), record in known.items():
            if skill in said or not self.defaults.full:
                continue
            if person.identifier.value in self._unclear or held & {skill, HELD}:
                continue
            if record.assessed_on > self.defaults.assessed_on:
                self._newer(person.name, self._label(record), record.assessed_on)
            else:
                self._end(record, self.defaults.assessed_on, ended)
                self._gone(person, record)
        begun: list[tuple[Staged, SkillRecord, SkillRecord | None]] = []
        # A row that names no judge speaks to what counts once the others have spoken: else the same file, sent again,
        # would find another to speak to.
        for place, staged in sorted(chosen.items(), key=lambda one: one[1].basis is None):
            old = known.get(place)
            new = [record for _, record, _ in begun]
            beside = [one for one in (*known.values(), *new) if one.skill == staged.skill and one not in ended]
            if self._said_already(person, staged, old, beside):
                continue
            if staged.level == 0:
                others = [one for one in beside if one is old or (one.skill, one.basis) not in chosen]
                self._none(staged, others if staged.basis is None else [old] if old else [], ended)
            elif not any(self._older(staged, one) for one in self._answered(staged, old, beside)):
                begun.append((staged, self._begin(person, staged, old, beside, ended), old))
        over = {record.identifier for record in ended}
        kept = [record for record in current if record.identifier not in over]
        self._tell(begun, kept)
        return kept, [record for _, record, _ in begun], ended

    def _said_already(
        self, person: Person, staged: Staged, old: SkillRecord | None, beside: Sequence[SkillRecord]
    ) -> bool:
        """Whether a row says what is known: of its judge, or of any where it names none."""
        asked = beside if staged.basis is None else [old] if old else []
        return any(self._stays(person, staged, one) for one in asked)

    def _answered(
        self, staged: Staged, old: SkillRecord | None, beside: Sequence[SkillRecord]
    ) -> Sequence[SkillRecord]:
        """What a row speaks to: what its judge said, or where it names none and nothing is known of the sheet's judge,
        what counts."""
        if old is not None:
            return [old]
        return self.rules.standing.counting(beside) if staged.basis is None else []

    def _none(self, staged: Staged, standing: Sequence[SkillRecord], ended: list[SkillRecord]) -> None:
        if not standing:
            self._outcome(staged, "unchanged", "none-held", "The sheet says none, and none is recorded.")
        elif not any(self._older(staged, one) for one in standing):
            for one in standing:
                self._end(one, self._day(staged), ended)
            was = " and ".join(one.level.label for one in standing)
            self._outcome(staged, "ended", "stated-none", f"Was {was}; the sheet says none.")

    def _tell(
        self, begun: Sequence[tuple[Staged, SkillRecord, SkillRecord | None]], kept: Sequence[SkillRecord]
    ) -> None:
        """Say of each new record whether it is new, takes the place of another, or stands beside one that counts."""
        now = [*kept, *(record for _, record, _ in begun)]
        over = self.rules.standing.overruled(now) if begun else {}
        for staged, record, old in begun:
            status, label = "added" if old is None else "changed", record.level.label
            if record.identifier in over:
                counts = next(one for one in now if one.skill == record.skill and one.identifier not in over)
                self._outcome(
                    staged,
                    status,
                    "kept-beside",
                    f"{label} ({record.basis.label}) is kept beside {counts.level.label} ({counts.basis.label}), "
                    "which counts.",
                    "Say who judged the level in an Assessed by column if it was somebody else.",
                )
            elif old is None:
                self._outcome(staged, status, "new-record", f"{label} recorded.")
            else:
                self._outcome(staged, status, "superseded", f"Was {old.level.label}, is now {label}.")

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

    def _begin(
        self,
        person: Person,
        staged: Staged,
        old: SkillRecord | None,
        beside: Sequence[SkillRecord],
        ended: list[SkillRecord],
    ) -> SkillRecord:
        default = self.rules.of(self.state.organisation, person=person.audience, skill=staged.skill)
        # One judgement hides another wherever it is to be seen, so they reach the same people unless somebody says so.
        like = old or next(iter(self.rules.standing.counting(beside)), None)
        audience = self._audience(person, staged) if staged.audience else like.audience if like else default
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
        if old is not None:
            self._end(old, record.assessed_on, ended)
        return record

    def _end(self, record: SkillRecord, until: datetime.date, ended: list[SkillRecord]) -> None:
        self._statements.end(record_term(record.identifier), until)
        ended.append(record)
        end_record(self.state.organisation, record, until, self.delta)

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
        if self.watch is not None:
            self.watch.person(known.person, (), (), ended)
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

    def _index(self, person: Person, before: list[SkillRecord], after: list[SkillRecord]) -> None:
        identifier = person.identifier.value
        post = Post(person.unit or "", person.grade or "", person.site or "")
        self.delta.people[identifier] = Facts(self.state.organisation, person.availability_flag, post)
        judge(self.state.organisation, before, after, self.rules.standing, self.delta)

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

    def _note(self, row: int, status: str, name: str, detail: str = "") -> None:
        self.staging.outcome(Outcome(row, -1, status, status, name, detail))


def _leaving(old: Person | None, new: Person) -> str:
    """What becomes of the day on which somebody leaves, in words; empty where nothing does."""
    before, after = old and old.leaves_on, new.leaves_on
    if before == after:
        return ""
    was = f" It was {before:%-d %B %Y}." if before else ""
    return (f"Leaves on {after:%-d %B %Y}." if after else "No leaving date any more.") + was


def _membership_term(identifier: int) -> str:
    return f"<{ID!s}membership/{identifier:016x}>"
