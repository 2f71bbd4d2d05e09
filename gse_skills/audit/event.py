"""Events: what there is to tell, before it has its place in the log.

What goes in is opaque by construction: people are the sixteen random digits of their IRIs, organisations their slugs,
things IRIs of ours, a query its hash. The purpose alone is free text, and is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from gse_skills.access import Caller
from gse_skills.audit.action import Action, Outcome
from gse_skills.errors import InputError

PURPOSE_LIMIT = 300
PURPOSE_HEADER = "Purpose-Of-Use"
"""The header of a request that says why. One called Purpose would not do: browsers that fetch a page beforehand say in
it that they do."""
PEOPLE_LIMIT = 1_000
"""People in one entry, so that a line stays short enough to be read at once."""
_THINGS_LIMIT = 200

_PERSON = re.compile(r"[0-9a-f]{16}")
SLUG = re.compile(r"[a-z0-9-]{1,200}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_GRANT = re.compile(r"[a-z-]{1,20}(:[a-z0-9-]{1,200}(/[0-9a-f]{16})?)?")
THING = re.compile(r"https?://[^\s<>\"{}|\\^`@?\x00-\x1f]{1,290}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_EMAIL = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what to what, and why.

    Raises InputError: `not-opaque` when an identifier could carry a personal value, `bad-purpose` when the purpose is
    too long, holds control characters or an email address.
    """

    caller: Caller
    action: Action
    outcome: Outcome = Outcome.DONE
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The people told of, as the API names them, by the slug of their organisation."""
    organisations: tuple[str, ...] = ()
    """Slugs of organisations whose data it concerns, beside those of the people."""
    things: tuple[str, ...] = ()
    """IRIs of concepts, imports, schemes."""
    graphs: tuple[str, ...] = ()
    """IRIs of the graphs over which a query ran."""
    digest: str = ""
    """SHA-256 of the query text, the imported file or whatever else was too long or too telling to keep."""
    purpose: str = ""
    """Why, in the words of whoever asked; personal data does not belong here."""
    rule: str = ""
    """Of the error, when it was refused or failed."""
    token: str = ""
    """Name of the API token that was used."""
    user: str = ""
    """Random identifier of the user who is signed in."""
    request: str = ""
    """Identifier of the request, the same as in the answer's header."""
    about: str = ""
    """Whose permission changed: the random identifier of a user, or the name of a token."""
    grant: str = ""
    """The caller as which somebody may act from now on, or no longer."""
    count: int = 0
    """How many of the kind this entry stands for, where not each has its own."""

    def __post_init__(self) -> None:
        people = [person for those in self.people.values() for person in those]
        slugs = [*self.people, *self.organisations, *filter(None, [self.caller.organisation])]
        names = [name for name in (self.rule, self.token, self.user, self.request, self.about) if name]
        _require(_PERSON, people, PEOPLE_LIMIT)
        _require(SLUG, slugs, PEOPLE_LIMIT)
        _require(THING, [*self.things, *self.graphs], _THINGS_LIMIT)
        _require(_DIGEST, [self.digest] if self.digest else [], 1)
        _require(_NAME, names, 5)
        _require(_GRANT, [self.grant] if self.grant else [], 1)
        require_purpose(self.purpose)


def require_purpose(text: str) -> str:
    """`text`, if it can be kept as a purpose; raises InputError (rule `bad-purpose`).

    >>> require_purpose("Flood cell")
    'Flood cell'
    """
    if len(text) > PURPOSE_LIMIT or _CONTROL.search(text) or _EMAIL.search(text):
        raise InputError(
            "The purpose cannot be kept as it is.",
            rule="bad-purpose",
            remedy=f"Say it in one line of up to {PURPOSE_LIMIT} characters, without names or addresses of people.",
        )
    return text


def portions(event: Event, people: Mapping[str, tuple[str, ...]]) -> Iterator[Event]:
    """`event` as often as it takes to tell of all `people` (by organisation), a bounded number in each; at least once.

    >>> from gse_skills.access import OPERATOR
    >>> many = tuple(f"{n:016x}" for n in range(1500))
    >>> export = Event(OPERATOR, Action.EXPORT)
    >>> [{slug: len(those) for slug, those in one.people.items()} for one in portions(export, {"a": many, "b": many})]
    [{'a': 1000}, {'a': 500, 'b': 500}, {'b': 1000}]
    """
    all_of_them = ((slug, person) for slug, those in people.items() for person in those)
    portion = list(islice(all_of_them, PEOPLE_LIMIT))
    while True:
        by_slug: dict[str, list[str]] = {}
        for slug, person in portion:
            by_slug.setdefault(slug, []).append(person)
        yield replace(event, people={slug: tuple(those) for slug, those in by_slug.items()})
        portion = list(islice(all_of_them, PEOPLE_LIMIT))
        if not portion:
            return


def _require(form: re.Pattern[str], values: list[str], limit: int) -> None:
    if len(values) > limit or not all(map(form.fullmatch, values)):
        raise InputError(
            "What an audit entry would name is not opaque, or is too much.",
            rule="not-opaque",
            remedy="Name people by the digits of their IRIs, organisations by slugs, things by IRIs, texts by hashes.",
        )
