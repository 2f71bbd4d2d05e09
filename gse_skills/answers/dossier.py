"""Everything that is kept of one person, and what they have put right."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Self

from pydantic import Field

from gse_skills.answers.audit import AuditEntryBody
from gse_skills.answers.body import Body
from gse_skills.answers.complaint import ComplaintBody
from gse_skills.dossier import Asked, Corrected, Dossier, Membership, Origin, Reach, Step, Withdrawn, step_of
from gse_skills.dossier.dossier import KeptRecord
from gse_skills.dossier.request import CorrectionRequest


class OriginBody(Body):
    """How something was learnt."""

    means: str = Field(
        description="`import`, `migration`, `assessment`, `settlement`, `endorsement` or `recorded`.",
        examples=["import"],
    )
    when: datetime.datetime
    file: str = Field(description="Name of the file that was imported.")
    digest: str = Field(description="SHA-256 of the file.")

    @classmethod
    def of(cls, one: Origin | None) -> Self | None:
        """An origin, if there is one."""
        return None if one is None else cls(means=one.means, when=one.when, file=one.file, digest=one.digest)


class ReachBody(Body):
    """Whom something reaches, and why."""

    audience: str = Field(examples=["alliance"])
    because: str = Field(examples=["the organisation's default"])

    @classmethod
    def of(cls, one: Reach) -> Self:
        """A reach."""
        return cls(audience=one.audience.value, because=one.because)


class MembershipBody(Body):
    """A time in which a person worked somewhere."""

    since: datetime.date | None
    until: datetime.date | None
    unit: str
    grade: str
    site: str
    role: str = Field(description="Label of the person's own role; empty when nobody has said.")
    role_iri: str
    leaves_on: datetime.date | None = Field(
        description="The day from which the person will no longer be there; null when nobody has said."
    )
    available: bool | None = Field(description="Null when nobody has said.")
    origin: OriginBody | None
    ended_by: OriginBody | None

    @classmethod
    def of(cls, one: Membership) -> Self:
        """A membership."""
        return cls(
            since=one.since,
            until=one.until,
            unit=one.unit,
            grade=one.grade,
            site=one.site,
            role=one.role_label,
            role_iri=one.role,
            leaves_on=one.leaves_on,
            available=one.available,
            origin=OriginBody.of(one.origin),
            ended_by=OriginBody.of(one.ended_by),
        )


class KeptRecordBody(Body):
    """A skill record, current or ended."""

    id: str = Field(description="Sixteen hexadecimal digits of its IRI.")
    skill: str = Field(description="IRI of the concept.")
    label: str
    notation: str
    level: str
    basis: str
    assessed_on: datetime.date
    until: datetime.date | None = Field(description="Null while it holds.")
    reach: ReachBody
    phrase: str = Field(description="The department's own words.")
    row: int | None
    origin: OriginBody | None
    ended_by: OriginBody | None
    revises: str = Field(description="IRI of the record that it follows.")
    disputed_since: datetime.datetime | None
    evidence: list[str] = Field(description="Addresses and references that show the level.")
    counts: bool = Field(description="Whether it is shown; another judgement that stands can have precedence.")

    @classmethod
    def of(cls, one: KeptRecord) -> Self:
        """A record."""
        return cls(
            id=f"{one.identifier:016x}",
            skill=one.skill,
            label=one.label,
            notation=one.notation,
            level=one.level.label,
            basis=one.basis.label,
            assessed_on=one.assessed_on,
            until=one.until,
            reach=ReachBody.of(one.reach),
            phrase=one.phrase,
            row=one.row,
            origin=OriginBody.of(one.origin),
            ended_by=OriginBody.of(one.ended_by),
            revises=one.revises,
            disputed_since=one.disputed_since,
            evidence=list(one.evidence),
            counts=one.counts,
        )


class ChangeBody(Body):
    """What changes; empty where there is nothing."""

    what: str = Field(examples=["Virology"])
    before: str
    after: str

    @classmethod
    def of(cls, one: Step) -> Self:
        """A step."""
        return cls(what=one.what, before=one.before, after=one.after)


class CorrectionBody(Body):
    """A request for correction, with what stands and how it was settled."""

    id: str = Field(description="Sixteen hexadecimal digits.")
    person: str = Field(description="Sixteen hexadecimal digits of the person's IRI.")
    name: str
    fact: str = Field(examples=["grade"])
    step: ChangeBody
    basis: str = Field(description="Who judged the level that is disputed; empty for other facts.")
    reason: str
    asked: datetime.datetime
    status: str = Field(description="`open`, `accepted` or `declined`.")
    settled: datetime.datetime | None
    answer: str = Field(description="Why it was settled so.")

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """A request as its stewards see it."""
        return cls.made(asked.request, asked.dossier.identity.name, asked.step, asked.basis)

    @classmethod
    def made(cls, request: CorrectionRequest, name: str, step: Step, basis: str = "") -> Self:
        """A request of a person of that name."""
        settled = request.settlement
        return cls(
            id=request.digits,
            person=f"{request.person:016x}",
            name=name,
            fact=request.fact,
            step=ChangeBody.of(step),
            basis=basis,
            reason=request.reason,
            asked=request.asked,
            status=request.standing,
            settled=settled.settled if settled else None,
            answer=settled.reason if settled else "",
        )


class CorrectionsBody(Body):
    """Requests for correction."""

    items: list[CorrectionBody]


class CorrectedBody(Body):
    """What a correction came to, or with a dry run would come to."""

    dry_run: bool
    done: bool = Field(description="It was the person's own and holds at once; otherwise somebody has to settle it.")
    step: ChangeBody
    request: CorrectionBody | None

    @classmethod
    def of(cls, made: Corrected, name: str, *, dry_run: bool) -> Self:
        """A correction."""
        request = made.request
        return cls(
            dry_run=dry_run,
            done=request is None,
            step=ChangeBody.of(made.step),
            request=None if request is None else CorrectionBody.made(request, name, made.step),
        )


class TakenBody(Body):
    """Something that an import said of the person and that holds no more, since the import was undone."""

    about: str
    said: str
    origin: OriginBody | None = Field(description="The import; null for names kept so that the last can be undone.")
    undone: datetime.datetime | None = Field(description="When it was taken back.")

    @classmethod
    def of(cls, withdrawn: Withdrawn) -> Iterator[Self]:
        """Everything of one import."""
        for one in withdrawn.said:
            yield cls(about=one.what, said=one.said, origin=OriginBody.of(withdrawn.origin), undone=withdrawn.undone)


class DossierBody(Body):
    """Everything that is kept of one person, and who looked at them."""

    marking: str = Field(examples=["OFFICIAL"])
    person: str = Field(description="Sixteen hexadecimal digits of the person's IRI.")
    organisation: str = Field(description="Slug of the organisation that keeps it.")
    name: str
    staff_number: str
    email: str
    reach: ReachBody = Field(description="Whom the person's card reaches.")
    origin: OriginBody | None
    memberships: list[MembershipBody]
    records: list[KeptRecordBody]
    undone: list[TakenBody] = Field(description="What imports said that were undone; it holds no more.")
    corrections: list[CorrectionBody]
    looks: list[AuditEntryBody] = Field(description="Who looked at the person, the newest first.")
    accounts: dict[str, list[str]] = Field(description="As what the person signs in, and may act here.")
    complaints: list[ComplaintBody] = Field(description="Made while signed in; for the person alone.")

    @classmethod
    def of(cls, dossier: Dossier, marking: str) -> Self:
        """A dossier."""
        known = dossier.identity
        return cls(
            marking=marking,
            person=dossier.person,
            organisation=dossier.organisation,
            name=known.name,
            staff_number=known.staff_number,
            email=known.email,
            reach=ReachBody.of(known.reach),
            origin=OriginBody.of(known.origin),
            memberships=[MembershipBody.of(one) for one in dossier.memberships],
            records=[KeptRecordBody.of(one) for one in dossier.records],
            undone=[told for one in dossier.withdrawn for told in TakenBody.of(one)],
            corrections=[CorrectionBody.made(one, known.name, step_of(dossier, one)) for one in dossier.requests],
            looks=[AuditEntryBody.of(one) for one in dossier.looks],
            accounts={one.name: list(one.grants) for one in dossier.accounts},
            complaints=[ComplaintBody.of(one, datetime.datetime.now(datetime.UTC)) for one in dossier.complaints],
        )
