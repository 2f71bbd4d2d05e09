"""Witnesses: what a door uses to tell the log of one request or command, so that each tells it in the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self

from gse_skills.access import Access, Caller, Incident, Role
from gse_skills.audit.action import Action, Outcome
from gse_skills.audit.event import PURPOSE_HEADER, SLUG, THING, Event, portions, require_purpose
from gse_skills.audit.log import AuditLog
from gse_skills.errors import GseSkillsError, InputError, RefusedError
from gse_skills.vocabulary import Audience

_PUBLIC = Audience.PUBLIC.view("")
_REFUSED = "refused"
_VIEWS = 200
"""Graphs in one entry; only whoever holds the data folder has more."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Tells of what one caller does; every method raises AuditError (rule `audit-failed`) when that cannot be kept."""

    log: AuditLog
    access: Access
    user: str = ""
    request: str = ""
    token: str = ""
    """Name of the API token that was used."""
    purpose: str = ""
    """Why, as whoever asks says it."""
    purpose_required: bool = False
    """Whether nobody of another organisation is shown to whoever does not say why."""
    incident: str = ""
    """IRI of the incident to which the caller was called."""

    @classmethod
    def of(
        cls,
        log: AuditLog,
        access: Access,
        *,
        incident: Incident | None = None,
        purpose: str = "",
        purpose_required: bool = False,
        user: str = "",
        token: str = "",
        request: str = "",
    ) -> Self:
        """The witness of a caller; raises InputError (rule `bad-purpose`).

        Who was called to an incident looks for its purpose, which they need not type and cannot put otherwise.
        """
        if incident is None:
            return cls(log, access, user, request, token, require_purpose(purpose), purpose_required)
        try:
            purpose = require_purpose(incident.purpose)
        except InputError:
            # The incident itself is named, and says why; seconds count, so that must not keep anybody out.
            purpose = ""
        return cls(log, access, user, request, token, purpose, False, incident.iri)

    def saw(self, action: Action, people: Iterable[tuple[str, str]], things: Sequence[str] = ()) -> None:
        """They are about to be shown people, each given by the slug of an organisation and an IRI.

        People of the caller's own organisation need no entry. Raises InputError (rule `purpose-missing`).
        """
        by_slug: dict[str, dict[str, None]] = {}
        for slug, iri in people:
            if slug != self.access.home:
                by_slug.setdefault(slug, {})[iri.rpartition("/")[2]] = None
        if by_slug:
            self._require_purpose()
            event = self._event(action, things)
            self.log.append(*portions(event, {slug: tuple(those) for slug, those in by_slug.items()}))

    def opened(self, action: Action, slug: str, person: str) -> None:
        """They are about to be given everything that an organisation keeps of a person, named by the digits.

        Told of stewards and operators alike, also at home; not of the person, who may look as often as they like.
        Raises InputError (rule `purpose-missing`).
        """
        if self.access.person != person:
            if slug != self.access.home:
                self._require_purpose()
            self.log.append(replace(self._event(action), people={slug: (person,)}))

    def queried(self, text: str) -> None:
        """They are about to have a query answered over their views; over what is public alone it needs no entry.

        Raises InputError (rule `purpose-missing`).
        """
        graphs = tuple(view for view in self.access.views if view != _PUBLIC)
        if graphs:
            self._require_purpose()
            digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            event = replace(self._event(Action.QUERY), digest=digest)
            parts = (graphs[start : start + _VIEWS] for start in range(0, len(graphs), _VIEWS))
            self.log.append(*(replace(event, graphs=part) for part in parts))

    @contextmanager
    def doing(
        self,
        action: Action,
        organisations: Sequence[str] = (),
        things: Sequence[str] = (),
        *,
        allowed: bool = True,
        dry_run: bool = False,
    ) -> Iterator[None]:
        """They change something in the block: one entry before it begins, another when it has ended, however.

        Whoever is not `allowed` is refused in the block, which is told like other refusals and not for each time; of a
        dry run nothing is told.
        What is no slug and no IRI is left out: whoever is asked for the change says what is wrong with it.
        """
        if dry_run or not allowed:
            yield
            return
        slugs = tuple(filter(SLUG.fullmatch, organisations))
        event = replace(self._event(action, tuple(filter(THING.fullmatch, things))), organisations=slugs)
        with self._doing(event):
            yield

    @contextmanager
    def permitting(self, action: Action, caller: Caller | None, about: str = "") -> Iterator[Permission]:
        """They change in the block as which callers somebody may act, told of like another change.

        `about` is the identifier of the user or the name of the token; what is known only in the end is put into the
        Permission. Organisation and person of the caller are told of it too.
        """
        permission = Permission(about)
        with self._doing(_granting(self._event(action), caller), permission):
            yield permission

    def told(self, action: Action, grant: Caller | None = None, organisations: Sequence[str] = ()) -> None:
        """They did something of which one entry tells, about these organisations; `grant` is the caller as whom they
        go on."""
        event = replace(self._event(action), organisations=tuple(filter(SLUG.fullmatch, organisations)))
        self.log.append(event if grant is None else replace(event, grant=_granting(event, grant).grant))

    def refused(self, rule: str, action: Action = Action.REFUSED) -> None:
        """They were refused something; of those that come often the log holds the first, and how many there were."""
        self.log.count(replace(self._event(action), outcome=Outcome.REFUSED, rule=rule))

    @contextmanager
    def _doing(self, event: Event, permission: Permission | None = None) -> Iterator[None]:
        """Every change that was made has its entries. Of those that were refused, or that a stranger attempts, what
        comes again within a minute is only counted."""

        def so_far() -> Event:
            return event if permission is None else replace(event, about=permission.about)

        failed = replace(event, outcome=Outcome.FAILED)
        begun = replace(so_far(), outcome=Outcome.BEGUN)
        if self._is_stranger() or self.log.counts(replace(failed, rule=_REFUSED)):
            self.log.count(begun)
        else:
            self.log.append(begun)
        try:
            yield
        except RefusedError:
            # Its rule has an entry of its own, made by whoever answers.
            self.log.count(replace(failed, rule=_REFUSED))
            raise
        except BaseException as error:
            rule = error.rule if isinstance(error, GseSkillsError) else "unforeseen"
            (self.log.count if self._is_stranger() else self.log.append)(
                replace(failed, about=so_far().about, rule=rule)
            )
            raise
        self.log.append(so_far())

    def _is_stranger(self) -> bool:
        access = self.access
        return access.home is None and not (access.keeps or access.administers or access.owns_framework)

    def _require_purpose(self) -> None:
        # What is public is shown to anybody, whatever for.
        if self.purpose_required and not self.purpose and self.access.views != (_PUBLIC,):
            raise InputError(
                "Nothing was said of why you want to see people of other organisations.",
                rule="purpose-missing",
                remedy=f"Say why in one line: in the header {PURPOSE_HEADER}, on the page /purpose, or with --purpose.",
            )

    def _event(self, action: Action, things: Sequence[str] = ()) -> Event:
        # An organisation that is none of ours stands in a token as somebody wrote it; it is nobody's home.
        return Event(
            Caller(self.access.caller.role, self.access.home),
            action,
            things=(*things, *filter(None, [self.incident])),
            purpose=self.purpose,
            token=self.token,
            user=self.user,
            request=self.request,
        )


@dataclass(slots=True)
class Permission:
    """What becomes known of a permission while it is given."""

    about: str = ""


def _granting(event: Event, caller: Caller | None) -> Event:
    if caller is None:
        return event
    if caller.organisation is None:
        return replace(event, grant=str(caller))
    if not SLUG.fullmatch(caller.organisation):
        return replace(event, grant=caller.role.value)
    people = {caller.organisation: (caller.subject,)} if caller.role is Role.PERSON else {}
    return replace(event, grant=str(caller), organisations=(caller.organisation,), people=people)
