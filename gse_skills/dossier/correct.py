"""A person corrects what is theirs at once, and asks their organisation to correct what is its own.

Theirs is a level that they judged themselves. Name, place of work and a level that somebody else judged are the
organisation's: a request goes to its stewards, and both values stand until it is settled.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from gse_skills.access import Access
from gse_skills.dossier.amend import Amendment
from gse_skills.dossier.dossier import Dossier, KeptRecord
from gse_skills.dossier.fact import Fact
from gse_skills.dossier.read import read_kept
from gse_skills.dossier.request import CorrectionRequest, Standing, write_assessment, write_request
from gse_skills.errors import AmbiguousError, ConflictError, InputError, RefusedError
from gse_skills.framework import SKILL_KINDS, role_named
from gse_skills.imports.leaving import FURTHEST_YEARS
from gse_skills.imports.statements import Activity
from gse_skills.index import Delta
from gse_skills.proposals.wording import plain
from gse_skills.register import Register, today
from gse_skills.store import Change
from gse_skills.vocabulary import Basis, Identifier, Level

MAX_OPEN = 50
"""Open requests of one person; more would help nobody."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says should be."""

    fact: Fact
    value: str
    """Empty when there should be nothing."""
    skill: str = ""
    """Of a level: notation, IRI or label."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What changes, in words: empty where there is nothing."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction comes to: done at once, or a request that somebody has to settle."""

    step: Step
    request: CorrectionRequest | None
    """None for what was the person's own."""


def correct(register: Register, access: Access, wish: Wish, *, dry_run: bool) -> Corrected:
    """Make a correction, or with `dry_run` only tell what it would come to.

    The same request while it is open is made once. Raises RefusedError (rule `not-a-person`), NotFoundError
    (`unknown-person`, `unknown-term`, `unknown-role`), AmbiguousError (`ambiguous-label`), InputError (`bad-value`,
    `skill-missing`, `role-not-in-use`, `leaving-date-past`, `reason-missing`, `text-too-long`, `nothing-to-correct`)
    and ConflictError (`already-asked`, `has-left`, `too-many-requests-open`, `change-under-way`).
    """
    if not access.person:
        raise RefusedError(
            "Only a person of whom the register has an entry has a record of their own.",
            rule="not-a-person",
            remedy="Sign in with the account that your organisation has tied to your entry.",
        )
    value = wish.fact.checked(wish.value)
    if wish.fact is Fact.ROLE and value:
        value = _role(register, value)
    if wish.fact is Fact.LEAVES_ON and value:
        _require_ahead(datetime.date.fromisoformat(value))
    reason = plain(wish.reason, "reason")
    with register.change() as change:
        dossier = read_kept(register, access.person, access)
        maker = _Maker(register, dossier, change, datetime.datetime.now(datetime.UTC).replace(microsecond=0))
        if wish.fact is not Fact.LEVEL:
            return maker.ask(wish.fact, None, value, reason, dry_run=dry_run)
        skill = _skill(register, wish.skill)
        old = next((one for one in dossier.current if one.skill == skill and one.counts), None)
        if old is not None and old.basis is not Basis.SELF:
            return maker.ask(wish.fact, old, value, reason, dry_run=dry_run)
        return maker.assess(old, skill, value, dry_run=dry_run)


@dataclass(frozen=True, slots=True)
class _Maker:
    register: Register
    dossier: Dossier
    change: Change
    now: datetime.datetime

    def assess(self, old: KeptRecord | None, skill: str, value: str, *, dry_run: bool) -> Corrected:
        """What the person says of themselves holds at once."""
        label = self.register.state.framework.concept(skill).pref_label
        before = old.level.label if old is not None else ""
        step = Step(label, before, value)
        if before == value:
            raise _nothing(label, before)
        slug, identifier = self.dossier.organisation, Identifier.mint("assessment")
        activity = Activity(identifier, slug, self.now)
        amendment = Amendment(self.register.state, self.dossier, activity, self.change, self.now.date())
        amendment.level(old, skill, Level[value.upper()] if value else None, Basis.SELF)
        write_assessment(identifier, int(self.dossier.person, 16), self.now, slug, self.change)
        if not dry_run:
            self.register.commit(self.change, amendment.delta)
        return Corrected(step, None)

    def ask(self, fact: Fact, record: KeptRecord | None, value: str, reason: str, *, dry_run: bool) -> Corrected:
        """What is the organisation's is asked of its stewards."""
        what = record.label if record is not None else fact.label
        step = Step(what, stated(self.dossier, fact, record), value)
        if step.before == value:
            raise _nothing(what, value)
        if not reason:
            raise InputError(
                "Nothing says why.", rule="reason-missing", remedy="Say in a line what is wrong; your steward reads it."
            )
        open_ones = [one for one in self.dossier.requests if one.standing is Standing.OPEN]
        number = record.identifier if record is not None else None
        for one in open_ones:
            if (one.fact, one.record) == (fact, number):
                if (one.value, one.reason) == (value, reason):
                    return Corrected(step, one)
                raise ConflictError(
                    "You have asked for a correction of that already, and it is not settled.",
                    rule="already-asked",
                    remedy="Wait for the answer, or talk to your steward.",
                )
        if len(open_ones) >= MAX_OPEN:
            raise ConflictError(
                f"You have {MAX_OPEN} requests open.", rule="too-many-requests-open", remedy="Talk to your steward."
            )
        person = int(self.dossier.person, 16)
        request = CorrectionRequest(Identifier.mint("request"), person, fact, number, value, reason, self.now)
        write_request(request, self.dossier.organisation, self.change)
        if not dry_run:
            self.register.commit(self.change, Delta())
        return Corrected(step, request)


def stated(dossier: Dossier, fact: Fact, record: KeptRecord | None = None) -> str:
    """What stands now, as people write it; empty for nothing."""
    if fact is Fact.LEVEL:
        return record.level.label if record is not None and record.until is None else ""
    known, membership = dossier.identity, dossier.membership
    naming = {Fact.NAME: known.name, Fact.STAFF_NUMBER: known.staff_number, Fact.EMAIL: known.email}
    if fact in naming or membership is None:
        return naming.get(fact, "")
    available = {True: "yes", False: "no", None: ""}[membership.available]
    return {
        Fact.UNIT: membership.unit,
        Fact.GRADE: membership.grade,
        Fact.SITE: membership.site,
        Fact.ROLE: membership.role_label,
        Fact.LEAVES_ON: membership.leaves_on.isoformat() if membership.leaves_on else "",
        Fact.AVAILABLE: available,
    }[fact]


def _skill(register: Register, name: str) -> str:
    if not name.strip():
        raise InputError(
            "A level is of a skill, and none is named.", rule="skill-missing", remedy="Name it, by name or code."
        )
    return register.state.lookup.resolve(name, kinds=SKILL_KINDS).concept


def _role(register: Register, name: str) -> str:
    """What a role is called so that it is found again: its label, or where others bear that too its IRI."""
    framework, lookup = register.state.framework, register.state.lookup
    role = role_named(name, framework, lookup)
    if framework.concept(role.iri).deprecated:
        raise InputError(
            f"The role {role.label} is no longer used.", rule="role-not-in-use", remedy="Say which role you have now."
        )
    try:
        return role.label if role_named(role.label, framework, lookup) == role else role.iri
    except AmbiguousError:
        return role.iri


def _require_ahead(leaves_on: datetime.date) -> None:
    if leaves_on <= today() or leaves_on.year > today().year + FURTHEST_YEARS:
        raise InputError(
            f"{leaves_on:%-d %B %Y} is no day of leaving that is to come.",
            rule="leaving-date-past",
            remedy=f"Give a day after today, at most {FURTHEST_YEARS} years ahead; leave it empty where none is known.",
        )


def _nothing(what: str, value: str) -> InputError:
    stands = f"“{value}”" if value else "nothing"
    return InputError(
        f"{what}: {stands} is what stands already.", rule="nothing-to-correct", remedy="Say what should be instead."
    )
