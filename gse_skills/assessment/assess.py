"""Stating a level: of oneself, or as a steward what somebody judged; and confirming a level anew.

Each judge has a record of their own, so nothing that somebody else said is replaced; see `records.Standing` for which
of them counts.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from gse_skills.access import Access
from gse_skills.assessment.evidence import checked_evidence
from gse_skills.dossier import Amendment, Dossier, KeptRecord, read_kept
from gse_skills.dossier.request import write_assessment
from gse_skills.errors import ConflictError, InputError, RefusedError
from gse_skills.framework import SKILL_KINDS
from gse_skills.imports.statements import Activity
from gse_skills.index import DAY_ZERO
from gse_skills.records import SkillRecord, organisation_iri
from gse_skills.records.view import record_term
from gse_skills.register import Register, State, today
from gse_skills.store import Change, term
from gse_skills.vocabulary import GRAPH, GSE, PROV, RDF, Basis, Identifier, Level


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody judged."""

    skill: str
    """Notation, IRI or label."""
    level: Level
    basis: Basis = Basis.SELF
    day: datetime.date | None = None
    """When it was judged; None for today."""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessed:
    """What an assessment came to, or with a dry run would."""

    person: str
    """Sixteen hexadecimal digits."""
    organisation: str
    skill: str
    """IRI."""
    label: str
    before: Level | None
    """What the same judge had said."""
    level: Level
    basis: Basis
    assessed_on: datetime.date
    reconfirm_by: datetime.date
    counts: KeptRecord | None
    """What counts in its place; None when it counts itself."""


def assess(register: Register, access: Access, person: str, judgement: Judgement, *, dry_run: bool) -> Assessed:
    """State a level of a person, or with `dry_run` only tell what it would come to.

    A person states their own level; whoever keeps the organisation's records states what any judge said. Raises
    NotFoundError (rule `unknown-person`, `unknown-term`), AmbiguousError (`ambiguous-label`), RefusedError
    (`not-your-judgement`), InputError (`deprecated-skill`, `future-date`, `date-too-old`, `older-than-known`,
    `bad-evidence`) and ConflictError (`nothing-to-change`, `has-left`, `change-under-way`).
    """
    evidence = checked_evidence(judgement.evidence)
    with register.change() as change:
        dossier = read_kept(register, person, access)
        require_judge(access, dossier, judgement.basis)
        skill = used_skill(register.state, judgement.skill)
        old = said_by(dossier, skill, judgement.basis)
        day = _day(judgement.day, old)
        if old is not None and (old.level, old.assessed_on, old.evidence) == (judgement.level, day, evidence):
            raise ConflictError(
                f"{old.label}: {old.level.label} of {day:%-d %B %Y} stands already.",
                rule="nothing-to-change",
                remedy="Nothing is to be done; a level can be confirmed anew on another day.",
            )
        maker = _Maker(register, dossier, change, dry_run=dry_run)
        return maker.make(old, skill, judgement.level, judgement.basis, day, evidence)


def reconfirm(register: Register, access: Access, person: str, skill: str, *, dry_run: bool) -> Assessed:
    """Confirm a level as it stands: what the person says of themselves, as of today.

    Who has said nothing of themselves confirms the level that counts, as their own assessment: it counts once the other
    was to be confirmed anew. Raises what `assess` raises, and InputError (rule `nothing-to-confirm`).
    """
    dossier = read_kept(register, person, access)
    iri = used_skill(register.state, skill)
    counting = next((one for one in dossier.current if one.skill == iri and one.counts), None)
    old = said_by(dossier, iri, Basis.SELF) or counting
    if old is None:
        raise InputError(
            "Nothing is recorded of that skill.", rule="nothing-to-confirm", remedy="State your level of it first."
        )
    # A steward confirms what counts, whoever judged it; a person what they say themselves.
    basis = Basis.SELF if access.person == person else (counting or old).basis
    level = old.level if basis is Basis.SELF else (counting or old).level
    same = said_by(dossier, iri, basis)
    judgement = Judgement(iri, level, basis, evidence=same.evidence if same else ())
    return assess(register, access, person, judgement, dry_run=dry_run)


def bases_of(access: Access, dossier: Dossier) -> tuple[Basis, ...]:
    """On what bases the caller may state a level of the person: stewards on each, the person on their own alone."""
    if dossier.organisation in access.keeps:
        return tuple(Basis)
    return (Basis.SELF,) if access.person == dossier.person else ()


def require_judge(access: Access, dossier: Dossier, basis: Basis) -> None:
    """Raise RefusedError (rule `not-your-judgement`) unless the caller may state what is judged on that basis."""
    if basis not in bases_of(access, dossier):
        raise RefusedError(
            "You state your own level; what somebody else judged is theirs to give.",
            rule="not-your-judgement",
            remedy="Ask them to endorse it, or ask a steward to record it.",
        )


def used_skill(state: State, name: str) -> str:
    """The IRI of a skill that is in use.

    Raises NotFoundError (`unknown-term`), AmbiguousError (`ambiguous-label`) and InputError (`deprecated-skill`).
    """
    concept = state.framework.concept(state.lookup.resolve(name, kinds=SKILL_KINDS).concept)
    if concept.deprecated:
        after = [state.framework.concept(iri) for iri in concept.replaced_by if iri in state.framework]
        remedy = " or ".join(f"{one.pref_label} ({one.notation})" for one in after)
        raise InputError(
            f"{concept.pref_label} is no longer used.",
            rule="deprecated-skill",
            remedy=f"Use {remedy}." if remedy else "Nothing replaces it; what was recorded of it stays.",
        )
    return concept.iri


def said_by(dossier: Dossier, skill: str, basis: Basis) -> KeptRecord | None:
    """What stands of a skill on a basis."""
    return next((one for one in dossier.current if (one.skill, one.basis) == (skill, basis)), None)


def write_evidence(record: int, evidence: Sequence[str], organisation: str, change: Change) -> None:
    """Write the evidence of a record into the organisation's source graph; no view repeats it."""
    graph = term.iri(GRAPH[f"source/{organisation}"])
    for text in evidence:
        change.add(record_term(record), term.iri(GSE.evidence), term.literal(text), graph)


def outcome(amendment: Amendment, record: SkillRecord, old: KeptRecord | None) -> Assessed:
    """What a new record of a person comes to beside what else stands of the skill."""
    state, dossier = amendment.state, amendment.dossier
    concept = state.framework.concept(state.framework.iris[record.skill])
    return Assessed(
        dossier.person,
        dossier.organisation,
        concept.iri,
        concept.pref_label,
        old.level if old else None,
        record.level,
        record.basis,
        record.assessed_on,
        state.standing.reconfirm_by(record.skill, record.assessed_on),
        amendment.counting_over(record, old),
    )


def _day(said: datetime.date | None, old: KeptRecord | None) -> datetime.date:
    now = today()
    day = said or now
    if day > now:
        raise InputError(
            f"{day:%-d %B %Y} is yet to come.", rule="future-date", remedy="Give the day on which it was judged."
        )
    if day < DAY_ZERO:
        raise InputError(f"{day} is before {DAY_ZERO}.", rule="date-too-old", remedy="Check the year.")
    if old is not None and day < old.assessed_on and said is not None:
        raise InputError(
            f"{old.level.label} is known from {old.assessed_on:%-d %B %Y}, which is later.",
            rule="older-than-known",
            remedy="Give the day of the newer assessment; what is older changes nothing.",
        )
    return day


@dataclass(frozen=True, slots=True)
class _Maker:
    register: Register
    dossier: Dossier
    change: Change
    dry_run: bool

    def make(
        self,
        old: KeptRecord | None,
        skill: str,
        level: Level,
        basis: Basis,
        day: datetime.date,
        evidence: tuple[str, ...],
    ) -> Assessed:
        slug, now = self.dossier.organisation, datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        identifier = Identifier.mint("assessment")
        amendment = Amendment(
            self.register.state, self.dossier, Activity(identifier, slug, now), self.change, now.date()
        )
        record = amendment.level(old, skill, level, basis, day=day)
        assert record is not None, "a level was given"
        if basis is Basis.SELF:
            write_assessment(identifier, int(self.dossier.person, 16), now, slug, self.change)
        else:
            _write_recorded(identifier, now, slug, self.change)
        write_evidence(record.identifier, evidence, slug, self.change)
        if not self.dry_run:
            self.register.commit(self.change, amendment.delta)
        return outcome(amendment, record, old)


def _write_recorded(identifier: Identifier, now: datetime.datetime, slug: str, change: Change) -> None:
    graph, subject = term.iri(GRAPH[f"source/{slug}"]), term.iri(identifier.iri)
    change.add(subject, term.iri(RDF.type), term.iri(GSE.RecordedAssessment), graph)
    change.add(subject, term.iri(PROV.startedAtTime), term.date_time(now), graph)
    change.add(subject, term.iri(PROV.wasAssociatedWith), term.iri(organisation_iri(slug)), graph)
