"""The statements that an import adds to an organisation's source graph."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gse_skills.framework import Framework
from gse_skills.imports.phrases import Unmatched
from gse_skills.records import Person, SkillRecord, organisation_iri
from gse_skills.records.view import ASSESSED_ON, BASIS, HOLDER, LEVEL, SKILL, person_term, record_term
from gse_skills.store import Change, term
from gse_skills.vocabulary import DCTERMS, FOAF, GRAPH, GSE, ORG, PROV, RDF, SKOS, Identifier

_TYPE = term.iri(RDF.type)
_STATED_AS, _ROW = term.iri(GSE.statedAs), term.iri(GSE.row)
_AUDIENCE = term.iri(GSE.audience)
_VALID_FROM, _VALID_UNTIL = term.iri(GSE.validFrom), term.iri(GSE.validUntil)
_INVALIDATED_BY = term.iri(PROV.wasInvalidatedBy)
_REVISION_OF = term.iri(PROV.wasRevisionOf)
_GENERATED_BY = term.iri(PROV.wasGeneratedBy)
_NAME, _MAILBOX, _NUMBER = term.iri(FOAF.name), term.iri(FOAF.mbox), term.iri(DCTERMS.identifier)
_MEMBER, _ORGANIZATION = term.iri(ORG.member), term.iri(ORG.organization)
_NOTHING = term.literal("")
_AVAILABLE = {True: term.iri(GSE.Available), False: term.iri(GSE.Unavailable)}


@dataclass(frozen=True, slots=True)
class Activity:
    """What brings statements about, as PROV sees it: an import, an assessment, the settlement of a request."""

    identifier: Identifier
    organisation: str
    started: datetime.datetime


@dataclass(frozen=True, slots=True)
class ImportActivity(Activity):
    """An import."""

    source_name: str
    source_digest: str
    """SHA-256 of the file, hexadecimal."""
    snapshot: datetime.date | None
    """The day of which the file is the full picture, or None when it is not."""
    caller: str = ""
    """On whose behalf, as callers are written."""
    rows: int = 0
    """Rows of the sheet below its headings."""
    after: int = 0
    """The number of the commit that it builds on, which orders imports of one second."""


COUNTED: Mapping[str, str] = {
    "added": GSE.recordsAdded,
    "changed": GSE.recordsChanged,
    "ended": GSE.recordsEnded,
    "unchanged": GSE.cellsUnchanged,
    "refused": GSE.cellsRefused,
    "person-added": GSE.peopleAdded,
    "person-changed": GSE.peopleChanged,
    "person-left": GSE.peopleLeft,
}
"""What an import tells of what it did, by the status of its outcomes."""


def former_graph(organisation: str) -> str:
    """Where the names stand that an organisation's last import replaced, and which import that was."""
    return GRAPH[f"undoable/{organisation}/before"]


def latter_graph(organisation: str) -> str:
    """Where the names stand that an organisation's last import put in the place of others."""
    return GRAPH[f"undoable/{organisation}/after"]


class Statements:
    """Writes the statements that an activity brings about into a change."""

    def __init__(self, change: Change, activity: Activity, framework: Framework) -> None:
        self._change = change
        self._activity = activity
        self._framework = framework
        self._import = term.iri(activity.identifier.iri)
        self._graph = term.iri(GRAPH[f"source/{activity.organisation}"])
        self._organisation = term.iri(organisation_iri(activity.organisation))
        # Only an import is undone, and nobody's former name is kept without a use for it.
        slug = activity.organisation if isinstance(activity, ImportActivity) else None
        self._replaced = slug and (term.iri(former_graph(slug)), term.iri(latter_graph(slug)))

    def _say(self, subject: str, predicate: str, object_: str) -> None:
        self._change.add(subject, predicate, object_, self._graph)

    def activity(self, counts: Mapping[str, int], plan: str, former: Iterable[tuple[str, str, str, str]]) -> None:
        """The import, when that is what it is, with how much it did and the digest of its plan.

        It is the organisation's last one: `former` are the statements kept in case the one before is undone.
        """
        about = self._activity
        assert isinstance(about, ImportActivity), "other activities are told by those who make them"
        self._say(self._import, _TYPE, term.iri(GSE.Import))
        self._say(self._import, term.iri(PROV.startedAtTime), term.date_time(about.started))
        self._say(self._import, term.iri(PROV.wasAssociatedWith), self._organisation)
        self._say(self._import, term.iri(GSE.sourceName), term.literal(about.source_name))
        self._say(self._import, term.iri(GSE.sourceDigest), term.literal(about.source_digest))
        if about.snapshot:
            self._say(self._import, term.iri(GSE.snapshot), term.date(about.snapshot))
        if about.caller:
            self._say(self._import, term.iri(GSE.onBehalfOf), term.literal(about.caller))
        self._say(self._import, term.iri(GSE.rowsRead), term.integer(about.rows))
        self._say(self._import, term.iri(GSE.afterCommit), term.integer(about.after))
        self._say(self._import, term.iri(GSE.planDigest), term.literal(plan))
        for status, property_ in COUNTED.items():
            if counts.get(status):
                self._say(self._import, term.iri(property_), term.integer(counts[status]))
        for quad in former:
            self._change.remove(*quad)
        self._change.add(self._import, _TYPE, term.iri(GSE.Import), term.iri(former_graph(about.organisation)))

    def unmatched(self, one: Unmatched, company: Iterable[str]) -> None:
        """A phrase that nothing matched, with the concepts in whose company it stood."""
        identifier = Identifier.mint("term")
        self.local_term(identifier, one.text, None, None)
        subject = term.iri(identifier.iri)
        self._say(subject, term.iri(GSE.cells), term.integer(one.cells))
        for concept in company:
            self._say(subject, term.iri(GSE.alongside), term.iri(concept))

    def local_term(self, identifier: Identifier, phrase: str, skill: int | None, matched_by: str | None) -> None:
        """A phrase of the department's, with the concept it was matched to, if any."""
        subject = term.iri(identifier.iri)
        self._say(subject, _TYPE, term.iri(GSE.LocalTerm))
        self._say(subject, term.iri(SKOS.prefLabel), term.literal(phrase))
        self._say(subject, _GENERATED_BY, self._import)
        if skill is not None:
            self._say(subject, term.iri(GSE.concept), term.iri(self._framework.iris[skill]))
        if matched_by is not None:
            self._say(subject, term.iri(GSE.matchedBy), term.iri(matched_by))

    def person(self, person: Person) -> None:
        """A person who is new to the organisation."""
        subject = person_term(person.identifier.value)
        self._say(subject, _TYPE, term.iri(FOAF.Person))
        self._say(subject, term.iri(ORG.memberOf), self._organisation)
        self._say(subject, _GENERATED_BY, self._import)
        self.identity(None, person)

    def identity(self, old: Person | None, new: Person) -> None:
        """What names a person; a corrected name replaces the old one, since nobody should be found under a wrong
        name."""
        subject = person_term(new.identifier.value)
        for predicate, before, after in (
            (_NAME, old and _literal(old.name), _literal(new.name)),
            (_NUMBER, old and _literal(old.staff_number), _literal(new.staff_number)),
            (_MAILBOX, old and _mailbox(old.email), _mailbox(new.email)),
        ):
            if before == after:
                continue
            if before:
                self._change.remove(subject, predicate, before, self._graph)
            if after:
                self._say(subject, predicate, after)
            if old is not None and self._replaced:
                for graph, value in zip(self._replaced, (before, after), strict=True):
                    # A name that there was not is kept as an empty one, so that it can be taken away again.
                    self._change.add(subject, predicate, str(value or _NOTHING), graph)

    def membership(self, person: Person, since: datetime.date) -> None:
        """A membership that holds from `since`."""
        subject = term.iri(Identifier.mint("membership").iri)
        self._say(subject, _TYPE, term.iri(ORG.Membership))
        self._say(subject, _MEMBER, person_term(person.identifier.value))
        self._say(subject, _ORGANIZATION, self._organisation)
        self._say(subject, _VALID_FROM, term.date(since))
        self._say(subject, _GENERATED_BY, self._import)
        for predicate, value in ((GSE.unit, person.unit), (GSE.grade, person.grade), (GSE.site, person.site)):
            if value:
                self._say(subject, term.iri(predicate), term.literal(value))
        if person.role:
            self._say(subject, term.iri(GSE.ownRole), term.iri(person.role))
        if person.leaves_on is not None:
            self._say(subject, term.iri(GSE.leavesOn), term.date(person.leaves_on))
        if person.available is not None:
            self._say(subject, term.iri(GSE.availability), _AVAILABLE[person.available])

    def record(
        self,
        record: SkillRecord,
        local_term: Identifier | None,
        row: int | None,
        *,
        explicit_audience: bool,
        revises: int | None,
    ) -> None:
        """A record that begins; one that comes from no sheet says by which activity it came."""
        subject = record_term(record.identifier)
        self._say(subject, HOLDER, person_term(record.person))
        self._say(subject, SKILL, term.iri(self._framework.iris[record.skill]))
        self._say(subject, LEVEL, term.iri(record.level.iri))
        self._say(subject, BASIS, term.iri(record.basis.iri))
        self._say(subject, ASSESSED_ON, term.date(record.assessed_on))
        if local_term is None:
            self._say(subject, _GENERATED_BY, self._import)
        else:
            self._say(subject, _STATED_AS, term.iri(local_term.iri))
        if row is not None:
            self._say(subject, _ROW, term.integer(row))
        if explicit_audience:
            self._say(subject, _AUDIENCE, term.iri(record.audience.iri))
        if revises is not None:
            self._say(subject, _REVISION_OF, record_term(revises))

    def end(self, subject: str, until: datetime.date) -> None:
        """The end of a record or membership, learnt from this activity."""
        self._say(subject, _VALID_UNTIL, term.date(until))
        self._say(subject, _INVALIDATED_BY, self._import)


def _literal(text: str | None) -> str | None:
    return term.literal(text) if text else None


def _mailbox(email: str | None) -> str | None:
    return term.iri(f"mailto:{email}") if email else None
