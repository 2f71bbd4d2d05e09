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
