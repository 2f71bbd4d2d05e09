"""Excerpts: what somebody may read of an entry, which is a function of what concerns them and of nothing else.

So they carry neither number nor hash of the entry: those would tell how much the log holds of others.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gse_skills.access import Caller
from gse_skills.access.policy import AuditScope
from gse_skills.audit.action import SERVICE, Action, Outcome
from gse_skills.audit.entry import Entry
from gse_skills.audit.event import Event
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
    about: str
    """Whose permission changed; not for the person as whom somebody may act."""
    grant: str
    count: int


def excerpt(entry: Entry, scope: AuditScope) -> Excerpt | None:
    """What `scope` lets somebody read of an entry, or None."""
    event = entry.event
    if scope.everything:
        return _excerpt(entry, event)
    if scope.service and _of_service(event):
        # Of the running of the service all is told, but nothing of people.
        return _excerpt(entry, replace(event, people={}, graphs=()))
    own = scope.organisations
    people = {slug: those for slug in event.people if (those := _those(slug, event.people[slug], scope))}
    organisations = tuple(slug for slug in event.organisations if slug in own)
    graphs = tuple(graph for graph in event.graphs if own and _concerns(graph, own))
    if not (people or organisations or graphs):
        return None
    told = replace(event, people=people, organisations=organisations, graphs=graphs)
    if event.caller.organisation not in own:
        told = replace(told, token="", user="")
    return _excerpt(entry, told if own else replace(told, about=""))


def _excerpt(entry: Entry, told: Event) -> Excerpt:
    return Excerpt(
        entry.time,
        told.caller,
        told.action,
        told.outcome,
        told.people,
        told.organisations,
        told.things,
        told.graphs,
        told.digest,
        told.purpose,
        told.rule,
        told.token,
        told.user,
        told.request,
        told.about,
        told.grant,
        told.count,
    )


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which of the entries that concern a reader they want; what is empty narrows nothing."""

    since: datetime.datetime | None = None
    until: datetime.datetime | None = None
    organisation: str = ""
    """Slug: of what concerns its people and data."""
    person: str = ""
    """Digits: of what tells of this person."""
    action: Action | None = None


def excerpts(
    folder: Path, scope: AuditScope, asked: Narrowing | None = None, *, newest_first: bool = False
) -> Iterator[Excerpt]:
    """What `scope` lets somebody read of the log in `folder`; raises InputError (rule `audit-broken`).

    >>> from pathlib import Path
    >>> list(excerpts(Path("nowhere"), AuditScope(person="00000000000000ff")))
    []
    """
    asked = asked or Narrowing()
    naming = (f'"{asked.person}"',) if asked.person else _naming(scope)
    for entry in entries(folder, since=asked.since, until=asked.until, naming=naming, newest_first=newest_first):
        found = excerpt(entry, scope)
        if found is not None and _asked_for(found, asked):
            yield found


def _of_service(event: Event) -> bool:
    concerns_somebody = event.people or event.organisations or event.graphs
    return event.action in SERVICE or (event.action is Action.CHANGE and not concerns_somebody)


def _naming(scope: AuditScope) -> Collection[str]:
    """Texts of which a line that concerns the reader has one, to pass over the others without parsing them."""
    if scope.everything:
        return ()
    acts = [f'"action":"{action}"' for action in (*SERVICE, Action.CHANGE)] if scope.service else []
    slugs = [f'"{slug}"' for slug in scope.organisations]
    views = [_PRIVATE + slug for slug in scope.organisations] + (list(_SHARED) if slugs else [])
    return [*acts, *slugs, *views, *([f'"{scope.person}"'] if scope.person else [])] or ["\n"]


def _those(slug: str, people: tuple[str, ...], scope: AuditScope) -> tuple[str, ...]:
    return people if slug in scope.organisations else tuple(one for one in people if one == scope.person)


def _concerns(graph: str, organisations: frozenset[str]) -> bool:
    return graph in _SHARED or (graph.startswith(_PRIVATE) and graph.removeprefix(_PRIVATE) in organisations)


def _asked_for(found: Excerpt, asked: Narrowing) -> bool:
    if asked.action is not None and found.action is not asked.action:
        return False
    if asked.person and not any(asked.person in those for those in found.people.values()):
        return False
    if not (organisation := asked.organisation):
        return True
    own = frozenset({organisation})
    concerned = organisation in found.people or organisation in found.organisations
    return concerned or any(_concerns(graph, own) for graph in found.graphs)
