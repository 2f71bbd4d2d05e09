"""The policy: which views a caller gets and what they may change. Every door asks `access_of`; nothing else decides.

A view is at once a graph of the store and a partition of the index, so the one list serves SPARQL and the mission
questions alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gse_skills.access.caller import Caller, Role
from gse_skills.errors import RefusedError
from gse_skills.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller may see and do."""

    caller: Caller
    views: tuple[str, ...]
    """IRIs of the view graphs they may see; this is their whole dataset."""
    keeps: frozenset[str]
    """Organisations whose records they may import and whose source graphs they may read."""

    @property
    def home(self) -> str | None:
        """The organisation to which the caller belongs, as member or steward; None for everybody else."""
        return self.caller.organisation if Audience.ALLIANCE.view("") in self.views else None

    def require_keeper(self, organisation: str) -> None:
        """Raise RefusedError (rule `not-steward`) unless the caller keeps the organisation's records.

        The answer is the same whether or not there is such an organisation.
        """
        if organisation not in self.keeps:
            raise RefusedError(
                f"You may not change the records of {organisation}.",
                rule="not-steward",
                remedy="Ask a steward of that organisation, or sign in as one.",
            )


@dataclass(frozen=True, slots=True)
class AuditScope:
    """The part of the audit log that somebody may read."""

    everything: bool = False
    organisations: frozenset[str] = frozenset()
    """Whose people and data the entries concern."""
    person: str = ""
    """The digits of the person of whom the entries tell."""


def audit_scope(access: Access, person: str = "") -> AuditScope:
    """What a caller may read of the audit log; `person` is who they are shown to be, when the door knows it.

    Whoever holds the data folder reads all of it, a steward what concerns the organisation whose records they keep, a
    person what tells of them, and nobody else anything.

    >>> audit_scope(access_of(Caller.parse("steward:porton"), ["porton", "sutton"])).organisations
    frozenset({'porton'})
    >>> audit_scope(access_of(Caller.parse("member:porton"), ["porton"])) == AuditScope()
    True
    """
    return AuditScope(access.caller.role is Role.OPERATOR, access.keeps, person)


def may_decide_proposals(caller: Caller) -> bool:
    """Whether the caller is the framework's owner, who sees every proposal and decides on it.

    >>> may_decide_proposals(Caller(Role.OPERATOR)), may_decide_proposals(Caller.parse("steward:porton"))
    (True, False)
    """
    return caller.role is Role.OPERATOR


def access_of(caller: Caller, organisations: Iterable[str]) -> Access:
    """What `caller` may see and do, given the slugs of all organisations.

    >>> [view.rsplit("/", 1)[1] for view in access_of(Caller.parse("member:porton"), ["porton"]).views]
    ['public', 'alliance']
    """
    public = Audience.PUBLIC.view("")
    alliance = Audience.ALLIANCE.view("")
    known = frozenset(organisations)
    if caller.role is Role.OPERATOR:
        private = tuple(Audience.PRIVATE.view(slug) for slug in sorted(known))
        return Access(caller, (public, alliance, Audience.EMERGENCY.view(""), *private), known)
    if caller.organisation not in known:
        return Access(caller, (public,), frozenset())
    if caller.role is Role.STEWARD:
        own = Audience.PRIVATE.view(caller.organisation)
        return Access(caller, (public, alliance, own), frozenset({caller.organisation}))
    return Access(caller, (public, alliance), frozenset())
