"""People as themselves: whoever signs in with the mail address of somebody in the register may act as that person."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from gse_skills.access.caller import Caller, Role
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, Identifier

_SOURCE = GRAPH["source/"]
_MOST = 10_000
"""Addresses remembered at a time; the one asked for longest ago goes first."""


class Selves:
    """Who an address is, as of the store's newest commit; thread-safe.

    The answer is remembered until the next commit: a look through a hundred thousand addresses takes longer than a
    request should.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[int, tuple[str, ...], tuple[Caller, ...]]] = OrderedDict()

    def of(self, address: str | None, organisations: Iterable[str]) -> tuple[Caller, ...]:
        """The persons with that mail address and a current membership, one an organisation; none for no address.

        An address that an organisation holds of several people is a mailbox which they share, and makes nobody any of
        them.
        """
        if not address:
            return ()
        address, slugs, commit = address.strip().lower(), tuple(sorted(organisations)), self._store.commit
        with self._lock:
            known = self._known.get(address)
            if known is not None and known[:2] == (commit, slugs):
                self._known.move_to_end(address)
                return known[2]
        found = self._look_up(address, slugs)
        with self._lock:
            self._known[address] = (commit, slugs, found)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return found

    def is_member(self, person: Caller) -> bool:
        """Whether a person is somebody of their organisation now: they are in its register, and have not left."""
        source = NamedNode(_SOURCE + (person.organisation or ""))
        iri = NamedNode(Identifier("person", int(person.subject, 16)).iri)
        return any(self._store.select(Query("membership"), source=source, person=iri))

    def _look_up(self, address: str, slugs: tuple[str, ...]) -> tuple[Caller, ...]:
        rows = self._store.select(
            Query("people_of_mailbox"),
            sources=[NamedNode(_SOURCE + slug) for slug in slugs],
            mailbox=Literal(f"mailto:{address}"),
        )
        by_slug: dict[str, list[str]] = {}
        for source, person in rows:
            digits = f"{Identifier.from_iri(person.value).value:016x}"
            by_slug.setdefault(source.value.removeprefix(_SOURCE), []).append(digits)
        return tuple(Caller(Role.PERSON, slug, those[0]) for slug, those in by_slug.items() if len(those) == 1)
