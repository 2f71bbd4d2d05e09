"""Excerpts: what somebody may read of an entry, which is a function of what concerns them and of nothing else.

So they carry neither number nor hash of the entry: those would tell how much the log holds of others.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gse_skills.access import Caller
from gse_skills.access.policy import AuditScope
from gse_skills.audit.action import Action, Outcome
from gse_skills.audit.entry import Entry
from gse_skills.audit.reading import entries
from gse_skills.vocabulary import GRAPH, Audience

_PRIVATE = GRAPH["view/organisation/"]
_SHARED = frozenset({Audience.ALLIANCE.view(""), Audience.EMERGENCY.view("")})
"""Views with people of any organisation: a query over one concerns them all, since nobody knows whom it met."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Of an entry, what concerns whoever reads it."""

    time: datetime.datetime
    caller: Caller
    action: Action
    outcome: Outcome
    people: Mapping[str, tuple[str, ...]]
    """Only those whom it concerns, by organisation."""
    organisations: tuple[str, ...]
    things: tuple[str, ...]
    graphs: tuple[str, ...]
    digest: str
    purpose: str
    rule: str
    token: str
    """Like the user, only for the organisation for which they acted."""
    user: str
    request: str


def excerpt(entry: Entry, scope: AuditScope) -> Excerpt | None:
    """What `scope` lets somebody read of an entry, or None."""
    event = entry.event
    if scope.everything:
        people, organisations, graphs, by = event.people, event.organisations, event.graphs, (event.token, event.user)
    else:
        own = scope.organisations
        people = {slug: those for slug in event.people if (those := _those(slug, event.people[slug], scope))}
        organisations = tuple(slug for slug in event.organisations if slug in own)
        graphs = tuple(graph for graph in event.graphs if own and _concerns(graph, own))
        by = (event.token, event.user) if event.caller.organisation in own else ("", "")
        if not (people or organisations or graphs):
            return None
    return Excerpt(
        entry.time,
        event.caller,
        event.action,
        event.outcome,
        people,
        organisations,
        event.things,
        graphs,
        event.digest,
        event.purpose,
        event.rule,
        *by,
        event.request,
    )


def excerpts(
    folder: Path,
    scope: AuditScope,
    *,
    since: datetime.datetime | None = None,
    organisation: str = "",
    person: str = "",
) -> Iterator[Excerpt]:
    """What `scope` lets somebody read of the log in `folder`, oldest first; raises InputError (rule `audit-broken`).

    `organisation` and `person` narrow it to entries that concern the people and data of the one, and tell of the other.
    """
    for entry in entries(folder, since=since, naming=person):
        found = excerpt(entry, scope)
        if found is not None and _asked_for(found, organisation, person):
            yield found


def _those(slug: str, people: tuple[str, ...], scope: AuditScope) -> tuple[str, ...]:
    return people if slug in scope.organisations else tuple(one for one in people if one == scope.person)


def _concerns(graph: str, organisations: frozenset[str]) -> bool:
    return graph in _SHARED or (graph.startswith(_PRIVATE) and graph.removeprefix(_PRIVATE) in organisations)


def _asked_for(found: Excerpt, organisation: str, person: str) -> bool:
    if person and not any(person in those for those in found.people.values()):
        return False
    if not organisation:
        return True
    own = frozenset({organisation})
    concerned = organisation in found.people or organisation in found.organisations
    return concerned or any(_concerns(graph, own) for graph in found.graphs)
