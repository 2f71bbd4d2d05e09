"""The dossier of a person: everything that is kept of them, as values."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import Triple

from gse_skills.audit import Excerpt
from gse_skills.complaints import Complaint
from gse_skills.dossier.request import CorrectionRequest
from gse_skills.vocabulary import Audience, Basis, Level


class Means(StrEnum):
    """By what something came to be recorded, or ended."""

    IMPORT = "import"
    MIGRATION = "migration"
    ASSESSMENT = "assessment"
    SETTLEMENT = "settlement"
    ENDORSEMENT = "endorsement"
    """A colleague or manager was asked, and gave it."""
    RECORDED = "recorded"
    """The stewards of the organisation recorded it in the service."""
    UNIT_ENDED = "unit-ended"
    """The unit in which somebody worked ended, and they went on in another."""


@dataclass(frozen=True, slots=True)
class Origin:
    """An activity by which something was learnt."""

    iri: str
    means: Means
    when: datetime.datetime
    file: str = ""
    """The name of the file that was imported."""
    digest: str = ""
    """The SHA-256 of the file."""


class Because(StrEnum):
    """Why an audience holds."""

    RECORD = "stated for the record"
    PERSON = "chosen for the person"
    BRANCH = "chosen for the branch of the framework"
    ORGANISATION = "the organisation's default"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom something may reach, and why."""

    audience: Audience
    because: Because


@dataclass(frozen=True, slots=True)
class Identity:
    """What names a person."""

    name: str
    staff_number: str
    email: str
    audience: Audience | None
    """Chosen for the person; None when nothing was."""
    reach: Reach
    """Whom their card reaches."""
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Membership:
    """A time in which a person worked somewhere."""

    identifier: int
    since: datetime.date | None
    until: datetime.date | None
    unit: str
    grade: str
    site: str
    role: str
    """IRI of the person's own role; empty when nobody has said."""
    role_label: str
    leaves_on: datetime.date | None
    """The day from which the person will no longer be there; None when nobody has said."""
    available: bool | None
    origin: Origin | None
    ended_by: Origin | None


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A skill record, current or ended."""

    identifier: int
    skill: str
    """IRI."""
    label: str
    notation: str
    level: Level
    basis: Basis
    assessed_on: datetime.date
    until: datetime.date | None
    reach: Reach
    phrase: str
    """The department's own words, from which the record was made."""
    row: int | None
    origin: Origin | None
    ended_by: Origin | None
    revises: str
    """IRI of the record that it follows."""
    disputed_since: datetime.datetime | None
    """When the person asked for another level, and nobody has settled it yet."""
    evidence: tuple[str, ...]
    """Addresses and references that show the level."""
    counts: bool
    """Whether it is shown: it has not ended, and no judgement of the skill has precedence over it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that is kept and no longer holds, since the import that said it was taken back."""

    what: str
    """Of what: a skill, or what it says of the person."""
    said: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What one import said of a person that was undone."""

    origin: Origin | None
    """The import; None for names that are kept so that the last import can be undone."""
    undo: str
    """IRI of what took it back; empty where nothing did yet."""
    undone: datetime.datetime | None
    said: tuple[Taken, ...]
    triples: tuple[Triple, ...]
    """The statements; they are of no source graph, and hold no more."""


@dataclass(frozen=True, slots=True)
class Account:
    """As what a person signs in."""

    name: str
    """A verified mail address, or how an issuer names a machine."""
    grants: tuple[str, ...]
    """The callers of this organisation as which they may act."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is kept of one person."""

    person: str
    """Sixteen hexadecimal digits."""
    organisation: str
    """Slug of the organisation that keeps it."""
    identity: Identity
    memberships: tuple[Membership, ...]
    """The current one first, then the newest."""
    records: tuple[KeptRecord, ...]
    """Current ones first, by label, then those that ended, the newest end first."""
    requests: tuple[CorrectionRequest, ...]
    """The newest first."""
    looks: tuple[Excerpt, ...]
    """Who looked, the newest first."""
    accounts: tuple[Account, ...]
    complaints: tuple[Complaint, ...]
    """What they complained of while they were signed in, the newest first; not for stewards."""
    triples: tuple[Triple, ...]
    """The statements of the source graph from which all of this is read."""
    withdrawn: tuple[Withdrawn, ...] = ()
    """What imports said that were undone, the newest undo first."""

    @property
    def membership(self) -> Membership | None:
        """The current membership; None for somebody who has left."""
        return next((one for one in self.memberships if one.until is None), None)

    @property
    def current(self) -> tuple[KeptRecord, ...]:
        """The records that hold."""
        return tuple(one for one in self.records if one.until is None)

    def record(self, identifier: int) -> KeptRecord | None:
        """One of the records."""
        return next((one for one in self.records if one.identifier == identifier), None)
