"""The policy: which views a caller gets and what they may change. Every door asks `access_of`; nothing else decides.

A view is at once a graph of the store and a partition of the index, so the one list serves SPARQL and the mission
questions alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from gse_skills.access.caller import Caller, Role
from gse_skills.errors import RefusedError
from gse_skills.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class Rights:
    """What a role gives. Whatever is not said is denied."""

    audiences: tuple[Audience, ...] = (Audience.PUBLIC,)
    """Whose records they see by name, whichever organisation keeps them."""
    reads_own: bool = False
    """By name, every record of their organisation."""
    counts_own: bool = False
    """Every record of their organisation, in protected figures only."""
    keeps_own: bool = False
    """Their organisation's records, choices of audience and requests of people are theirs to handle."""
    opens_incidents: bool = False
    owns_framework: bool = False
    administers: bool = False
    """Organisations, users, tokens, retention."""


_SHARED = (Audience.PUBLIC, Audience.ALLIANCE)
POLICY: Mapping[Role, Rights] = {
    Role.ANONYMOUS: Rights(),
    Role.MEMBER: Rights(_SHARED),
    Role.PERSON: Rights(_SHARED),
    Role.LEAD: Rights(_SHARED, counts_own=True),
    Role.STEWARD: Rights(_SHARED, reads_own=True, keeps_own=True),
    Role.DUTY_OFFICER: Rights(_SHARED, opens_incidents=True),
    Role.RESPONDER: Rights((*_SHARED, Audience.EMERGENCY)),
    Role.FRAMEWORK_OWNER: Rights(owns_framework=True),
    Role.ADMINISTRATOR: Rights(administers=True),
    Role.OPERATOR: Rights(_SHARED, opens_incidents=True, owns_framework=True, administers=True),
}
"""The whole policy. The operator holds the files: they read and keep every organisation's own besides."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller may see and do."""

    caller: Caller
    views: tuple[str, ...]
    """IRIs of the view graphs they may see; this is their whole dataset."""
    keeps: frozenset[str] = frozenset()
    """Organisations whose records they may import and whose source graphs they may read."""
    counts: tuple[str, ...] = ()
    """IRIs of views whose records they may be told of in protected figures, beside those they see."""
    home: str | None = None
    """The organisation to which the caller belongs; None for whoever belongs to none that there is."""
    person: str = ""
    """The digits of the person whom the caller is; they see all that is kept of themselves."""
    opens_incidents: bool = False
    owns_framework: bool = False
    administers: bool = False

    def require_keeper(self, organisation: str) -> None:
        """Raise RefusedError (rule `not-steward`) unless the caller keeps the organisation's records.

        The answer is the same whether or not there is such an organisation.
        """
        if organisation not in self.keeps:
            raise RefusedError(
                "You may not change the records of that organisation.",
                rule="not-steward",
                remedy="Ask a steward of that organisation, or sign in as one.",
            )

    def require_duty_officer(self, organisation: str) -> None:
        """Raise RefusedError (rule `not-duty-officer`) unless the caller opens incidents in an organisation's name.

        The answer is the same whether or not there is such an organisation.
        """
        if not self.opens_incidents or self.home not in (None, organisation):
            raise RefusedError(
                "You may not open or lead that incident.",
                rule="not-duty-officer",
                remedy="Ask a duty officer of the organisation in whose name it is.",
            )

    def require_administrator(self) -> None:
        """Raise RefusedError (rule `not-administrator`) unless the caller runs the service."""
        if not self.administers:
            raise RefusedError(
                "Only whoever runs the service may do that.",
                rule="not-administrator",
                remedy="Ask the administrator of this service.",
            )


@dataclass(frozen=True, slots=True)
class AuditScope:
    """The part of the audit log that somebody may read."""

    everything: bool = False
    organisations: frozenset[str] = frozenset()
    """Whose people and data the entries concern."""
    person: str = ""
    """The digits of the person of whom the entries tell."""
    service: bool = False
    """Entries that concern no organisation and no person: permissions, tokens, backups, sign-ins."""


def audit_scope(access: Access) -> AuditScope:
    """What a caller may read of the audit log.

    Whoever holds the data folder reads all of it, a steward what concerns the organisation whose records they keep, a
    person what tells of them, an administrator what concerns nobody's records, and nobody else anything.

    >>> audit_scope(access_of(Caller.parse("steward:porton"), ["porton", "sutton"])).organisations
    frozenset({'porton'})
    >>> audit_scope(access_of(Caller.parse("member:porton"), ["porton"])) == AuditScope()
    True
    """
    return AuditScope(access.caller.role is Role.OPERATOR, access.keeps, access.person, access.administers)


def access_of(
    caller: Caller, organisations: Iterable[str], incidents: Collection[str] = (), *, is_member: bool = True
) -> Access:
    """What `caller` may see and do, given the slugs of all organisations and the identifiers of open incidents.

    A person who is none of their organisation's (`is_member`) has left, or never was: like anybody, they see what is
    public, whatever token or grant they hold.

    >>> [view.rsplit("/", 1)[1] for view in access_of(Caller.parse("member:porton"), ["porton"]).views]
    ['public', 'alliance']
    """
    known = frozenset(organisations)
    rights = POLICY[caller.role]
    if caller.role is Role.OPERATOR:
        own = tuple(Audience.PRIVATE.view(slug) for slug in sorted(known))
        return _granted(caller, rights, (*_shared(rights), *own), keeps=known)
    if caller.organisation is None:
        return _granted(caller, rights, _shared(POLICY[Role.ANONYMOUS]))
    if caller.organisation not in known or not is_member:
        return Access(caller, _shared(POLICY[Role.ANONYMOUS]))
    if caller.role is Role.RESPONDER and caller.subject not in incidents:
        rights = POLICY[Role.MEMBER]
    own = (Audience.PRIVATE.view(caller.organisation),)
    return replace(
        _granted(caller, rights, _shared(rights) + (own if rights.reads_own else ())),
        keeps=frozenset({caller.organisation}) if rights.keeps_own else frozenset(),
        counts=own if rights.counts_own else (),
        home=caller.organisation,
        person=caller.subject if caller.role is Role.PERSON else "",
    )


def _shared(rights: Rights) -> tuple[str, ...]:
    return tuple(audience.view("") for audience in rights.audiences)


def _granted(caller: Caller, rights: Rights, views: tuple[str, ...], keeps: frozenset[str] = frozenset()) -> Access:
    return Access(
        caller,
        views,
        keeps,
        opens_incidents=rights.opens_incidents,
        owns_framework=rights.owns_framework,
        administers=rights.administers,
    )
