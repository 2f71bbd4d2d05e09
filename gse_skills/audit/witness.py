"""Witnesses: what a door uses to tell the log of one request or command, so that each tells it in the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from gse_skills.access import Access, Caller
from gse_skills.audit.action import Action, Outcome
from gse_skills.audit.event import SLUG, THING, Event, portions
from gse_skills.audit.log import AuditLog
from gse_skills.errors import GseSkillsError
from gse_skills.vocabulary import Audience

_PUBLIC = Audience.PUBLIC.view("")
_VIEWS = 200
"""Graphs in one entry; only whoever holds the data folder has more."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Tells of what one caller does; every method raises AuditError (rule `audit-failed`) when that cannot be kept."""

    log: AuditLog
    access: Access
    user: str = ""
    request: str = ""

    def saw(self, action: Action, people: Iterable[tuple[str, str]], things: Sequence[str] = ()) -> None:
        """They are about to be shown people, each given by the slug of an organisation and an IRI.

        People of the caller's own organisation need no entry.
        """
        by_slug: dict[str, dict[str, None]] = {}
        for slug, iri in people:
            if slug != self.access.home:
                by_slug.setdefault(slug, {})[iri.rpartition("/")[2]] = None
        if by_slug:
            event = replace(self._event(action), things=tuple(things))
            self.log.append(*portions(event, {slug: tuple(those) for slug, those in by_slug.items()}))

    def queried(self, text: str) -> None:
        """They are about to have a query answered over their views; over what is public alone it needs no entry."""
        graphs = tuple(view for view in self.access.views if view != _PUBLIC)
        if graphs:
            digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            event = replace(self._event(Action.QUERY), digest=digest)
            parts = (graphs[start : start + _VIEWS] for start in range(0, len(graphs), _VIEWS))
            self.log.append(*(replace(event, graphs=part) for part in parts))

    @contextmanager
    def doing(self, action: Action, organisations: Sequence[str] = (), things: Sequence[str] = ()) -> Iterator[None]:
        """They change something in the block: one entry before it begins, another when it has ended, however.

        What is no slug and no IRI is left out: whoever is asked for the change says what is wrong with it.
        """
        slugs = tuple(filter(SLUG.fullmatch, organisations))
        event = replace(self._event(action), organisations=slugs, things=tuple(filter(THING.fullmatch, things)))
        self.log.append(replace(event, outcome=Outcome.BEGUN))
        try:
            yield
        except BaseException as error:
            rule = error.rule if isinstance(error, GseSkillsError) else "unforeseen"
            self.log.append(replace(event, outcome=Outcome.FAILED, rule=rule))
            raise
        self.log.append(event)

    def _event(self, action: Action) -> Event:
        # An organisation that is none of ours stands in a token as somebody wrote it; it is nobody's home.
        return Event(Caller(self.access.caller.role, self.access.home), action, user=self.user, request=self.request)
