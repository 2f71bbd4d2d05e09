"""Reading the dossier of a person from the source graph of the organisation that keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gse_skills.access import Access, AuditScope, Caller, Role
from gse_skills.audit import Excerpt, Narrowing, excerpts
from gse_skills.dossier.dossier import (
    Account,
    Because,
    Dossier,
    Identity,
    KeptRecord,
    Means,
    Membership,
    Origin,
    Reach,
)
from gse_skills.dossier.request import CorrectionRequest, Standing, requests_in
from gse_skills.dossier.said import Said, gather
from gse_skills.dossier.undone import gather_undone, read_undone
from gse_skills.framework import Framework
from gse_skills.people import unknown_person
from gse_skills.records import AudienceRules, SkillRecord
from gse_skills.records.lexical import record_value
from gse_skills.register import Register
from gse_skills.vocabulary import DCTERMS, FOAF, GSE, ORG, PROV, RDF, SKOS, Audience, Basis, Identifier, Level

_DIGITS = re.compile("[0-9a-f]{16}")
_MEANS = {
    GSE.Import: Means.IMPORT,
    GSE.Migration: Means.MIGRATION,
    GSE.SelfAssessment: Means.ASSESSMENT,
    GSE.Settlement: Means.SETTLEMENT,
    GSE.Endorsement: Means.ENDORSEMENT,
    GSE.RecordedAssessment: Means.RECORDED,
    ORG.ChangeEvent: Means.UNIT_ENDED,
}


def read_dossier(register: Register, digits: str, access: Access) -> Dossier:
    """Everything that is kept of the person with those digits, and who looked at them.

    For the person and for those who keep the records of their organisation. Raises NotFoundError (rule
    `unknown-person`), the same for a person who is hidden as for one who is not there.
    """
    return read_kept(register, digits, access, looks=True, undone=True)


def read_kept(register: Register, digits: str, access: Access, *, looks: bool = False, undone: bool = False) -> Dossier:
    """As `read_dossier`, without reading the audit log unless `looks` says so, nor what was `undone`.

    Somebody of whom nothing is left but what an import said that was undone is there with `undone` alone.
    """
    if not _DIGITS.fullmatch(digits):
        raise unknown_person()
    own = access.home is not None and access.person == digits
    for slug in [access.home] if own and access.home else sorted(access.keeps):
        said = gather(register.store, slug, digits)
        former = gather_undone(register.store, slug, digits, said) if undone else {}
        if any(one.of_type(FOAF.Person) for one in (said, *former.values())):
            mine = own or access.caller.role is Role.OPERATOR
            found = _dossier(register, slug, digits, said, looks=looks, mine=mine, former=former)
            taken = read_undone(register.store, slug, digits, said, former, register.state.framework) if undone else ()
            return replace(found, withdrawn=taken)
    raise unknown_person()


def read_for(register: Register, slug: str, digits: str) -> Dossier:
    """What an organisation keeps of a person, for a change of it that a rule of its own allows, such as an endorsement
    that the person asked for; raises NotFoundError (rule `unknown-person`)."""
    said = gather(register.store, slug, digits)
    if not said.of_type(FOAF.Person):
        raise unknown_person()
    return _dossier(register, slug, digits, said, looks=False, mine=False)


def _dossier(
    register: Register,
    slug: str,
    digits: str,
    said: Said,
    *,
    looks: bool,
    mine: bool,
    former: Mapping[str, Said] | None = None,
) -> Dossier:
    person = Identifier("person", int(digits, 16)).iri
    requests = requests_in(said)
    chosen = said.one(person, GSE.audience)
    reader = _Reader(
        said,
        slug,
        register.state.framework,
        register.state.rules,
        Audience.from_iri(chosen) if chosen else None,
        {one.record: one for one in requests if one.record is not None and one.standing is Standing.OPEN},
    )
    seen = _looks(register, digits) if looks else ()
    return Dossier(
        digits,
        slug,
        (reader if reader.knows(person) else replace(reader, said=_naming(person, former or {}))).identity(person),
        tuple(sorted(map(reader.membership, said.with_value(ORG.member, person)), key=_newest_end)),
        tuple(sorted(_marked(map(reader.record, said.with_value(GSE.holder, person)), register), key=_order)),
        requests,
        tuple(seen),
        tuple(_accounts(register, slug, digits, said.one(person, FOAF.mbox).removeprefix("mailto:").lower())),
        register.complaints.of(digits) if mine else (),
        said.triples,
    )


def _naming(person: str, former: Mapping[str, Said]) -> Said:
    """Where somebody is named of whom nothing is left but what was undone."""
    return next(said for said in former.values() if said.one(person, FOAF.name))


def _marked(records: Iterable[KeptRecord], register: Register) -> Iterator[KeptRecord]:
    """The records, those that hold and do not count marked so."""
    known, framework = list(records), register.state.framework
    standing = [
        SkillRecord(
            one.identifier, 0, framework.number(one.skill), one.level, one.basis, one.assessed_on, one.reach.audience
        )
        for one in known
        if one.until is None and one.skill in framework
    ]
    over = register.state.standing.overruled(standing)
    return (replace(one, counts=False) if one.identifier in over else one for one in known)


def _accounts(register: Register, slug: str, digits: str, mailbox: str) -> Iterator[Account]:
    """The accounts of a person, with what they may do for this organisation: what they may do elsewhere is not told to
    its stewards."""
    self_ = str(Caller(Role.PERSON, slug, digits))
    for user in register.users.users():
        if self_ in user.grants or (mailbox and user.name == mailbox):
            yield Account(user.name, tuple(str(one) for one in user.callers if one.organisation == slug))


def _looks(register: Register, digits: str) -> Iterator[Excerpt]:
    # The same for a steward as for the person: what the log tells of the person, and of nobody else.
    scope, asked = AuditScope(person=digits), Narrowing(person=digits)
    return excerpts(register.folder.audit, scope, asked, newest_first=True)


def _newest_end(one: Membership | KeptRecord) -> tuple[bool, int]:
    return one.until is not None, -(one.until.toordinal() if one.until else 0)


def _order(one: KeptRecord) -> tuple[bool, int, str, int]:
    return (*_newest_end(one), one.label, one.identifier)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes values of what is said of one person."""

    said: Said
    organisation: str
    framework: Framework
    rules: AudienceRules
    chosen: Audience | None
    """The audience chosen for the person."""
    disputes: Mapping[int, CorrectionRequest]
    """Open requests by the record whose level they dispute."""

    def knows(self, person: str) -> bool:
        """Whether it is said who the person is."""
        return bool(self.said.one(person, FOAF.name))

    def identity(self, person: str) -> Identity:
        """What names the person."""
        said = self.said
        return Identity(
            said.one(person, FOAF.name),
            said.one(person, DCTERMS.identifier),
            said.one(person, FOAF.mbox).removeprefix("mailto:"),
            self.chosen,
            self._reach(None, None),
            self._origin(said.one(person, PROV.wasGeneratedBy)),
        )

    def membership(self, node: str) -> Membership:
        """A membership."""
        said = self.said
        available = said.one(node, GSE.availability)
        return Membership(
            record_value(node),
            said.day(node, GSE.validFrom),
            said.day(node, GSE.validUntil),
            said.one(node, GSE.unit),
            said.one(node, GSE.grade),
            said.one(node, GSE.site),
            role := said.one(node, GSE.ownRole),
            self._label(role),
            said.day(node, GSE.leavesOn),
            available == GSE.Available if available else None,
            self._origin(said.one(node, PROV.wasGeneratedBy)),
            self._origin(said.one(node, PROV.wasInvalidatedBy)),
        )

    def _label(self, iri: str) -> str:
        """The label of a concept; of one that no scheme has any more the name that its IRI gives it."""
        if iri in self.framework:
            return self.framework.concept(iri).pref_label
        return iri.rstrip("/").rpartition("/")[2]

    def record(self, node: str) -> KeptRecord:
        """A record."""
        said = self.said
        skill, phrase, row = (said.one(node, name) for name in (GSE.skill, GSE.statedAs, GSE.row))
        concept = self.framework.concept(skill) if skill in self.framework else None
        stated = said.one(node, GSE.audience)
        assessed, dispute = said.day(node, GSE.assessedOn), self.disputes.get(record_value(node))
        assert assessed is not None, "every record says when"
        audience = Audience.from_iri(stated) if stated else None
        return KeptRecord(
            record_value(node),
            skill,
            self._label(skill),
            (concept.notation or "") if concept else "",
            Level.from_iri(said.one(node, GSE.level)),
            Basis.from_iri(said.one(node, GSE.basis)),
            assessed,
            said.day(node, GSE.validUntil),
            self._reach(audience, self.framework.number(skill) if concept else None),
            said.one(phrase, SKOS.prefLabel),
            int(row) if row else None,
            self._origin(said.one(node, PROV.wasGeneratedBy) or said.one(phrase, PROV.wasGeneratedBy)),
            self._origin(said.one(node, PROV.wasInvalidatedBy)),
            said.one(node, PROV.wasRevisionOf),
            dispute.asked if dispute else None,
            said.all(node, GSE.evidence),
            said.day(node, GSE.validUntil) is None,
        )

    def _reach(self, stated: Audience | None, skill: int | None) -> Reach:
        audience = self.rules.of(self.organisation, stated, person=self.chosen, skill=skill)
        branch = None if skill is None else self.rules.branches.get(self.organisation, {}).get(skill)
        if audience is stated:
            return Reach(audience, Because.RECORD)
        if audience is self.chosen:
            return Reach(audience, Because.PERSON)
        return Reach(audience, Because.BRANCH if branch is not None else Because.ORGANISATION)

    def _origin(self, iri: str) -> Origin | None:
        means = _MEANS.get(self.said.one(iri, RDF.type))
        if means is None:
            return None
        started = self.said.moment(iri, PROV.startedAtTime)
        return Origin(iri, means, started, self.said.one(iri, GSE.sourceName), self.said.one(iri, GSE.sourceDigest))
