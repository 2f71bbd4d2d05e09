"""Any SPARQL 1.1 endpoint as a store, so that it grows past one machine.

No request is taken to be all or nothing, nor to take a whole change. So a change is first brought, in portions, into
`pending/` graphs that nobody is shown, each named in the system graph before it comes to be. Once all of it is there,
one statement marks it as whole; only then is it moved into place, with its commit number. Whoever opens the store next
drops what was not marked, and moves again what was: that comes to the same however much of it was done before.

One writer at a time; the lock of the data folder sees to that.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from gse_skills.errors import UnavailableError
from gse_skills.store.change import Change
from gse_skills.store.client import Client
from gse_skills.store.query import Query, Row
from gse_skills.vocabulary import GRAPH, GSE

if TYPE_CHECKING:
    from gse_skills.store.seam import Term

_SYSTEM = ox.NamedNode(GRAPH.system)
_COMMIT = ox.NamedNode(GSE.commit)
_PENDING_GRAPH = ox.NamedNode(GSE.pendingGraph)
_PENDING_COMMIT = ox.NamedNode(GSE.pendingCommit)
_PENDING = GRAPH["pending/"]
_ADD, _REMOVE = f"{_PENDING}add/", f"{_PENDING}remove/"
_PORTION_QUADS = 1_000
"""Quads in one request: Virtuoso refuses an INSERT DATA of more than about 10,000."""
_PORTION_CHARACTERS = 500_000
_ORDER = "?s ?p STR(?o) LANG(?o) STR(DATATYPE(?o))"
"""What sorts triples in one way only; SPARQL leaves the order of some literals open, were they sorted by themselves."""


class RemoteStore:
    """A store behind a SPARQL 1.1 endpoint for queries and one for updates."""

    def __init__(
        self,
        query_url: str,
        update_url: str | None = None,
        *,
        user: str | None = None,
        password: str | None = None,
        digest: bool = False,
        timeout: float = 600.0,
    ) -> None:
        """Connect, ending a change that was cut short; `digest` chooses HTTP Digest over Basic; `timeout` in seconds.

        Raises InputError (rule `bad-store-url`) and UnavailableError: `store-unreachable` when the endpoint does not
        answer, `store-refused` when it answers with an error, `truncated` when it sends part of an answer.
        """
        update_url = update_url or query_url
        self._client = Client(query_url, update_url, user=user, password=password, digest=digest, timeout=timeout)
        self._lock = threading.Lock()
        self._unsure = True
        self._commit = 0
        self._recover()

    @property
    def commit(self) -> int:
        """The number of the last change."""
        return self._commit

    def select(self, query: Query, **terms: Term | Sequence[Term]) -> Iterator[Row]:
        """The solutions of one of our own queries."""
        return self._client.select(query.bind(terms))

    def graphs(self) -> list[str]:
        """The IRIs of our graphs that hold something, sorted."""
        rows = self.select(Query("graphs"), ours=ox.Literal(GRAPH))
        return sorted(row[0].value for row in rows if not row[0].value.startswith(_PENDING))

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The triples of a graph."""
        text = Query("triples").bind({"graph": ox.NamedNode(graph)})
        return (ox.Triple(*row) for row in self._client.select_by_pages(text, _ORDER))

    def apply(self, change: Change) -> int:
        """Apply all of `change` or none of it; returns the new commit number.

        Raises UnavailableError (rules `store-unreachable`, `store-refused`) when the endpoint does not take it. It may
        come through even so, whole, when the store is next written to or opened: `commit` tells, and to apply it again
        does no harm.
        """
        change.seal()
        with self._lock:
            if self._unsure:
                self._recover()
            self._unsure = True
            number = self._commit + 1
            pending = [*self._bring(change.removals, _REMOVE), *self._bring(change.additions, _ADD)]
            self._client.update(_insert_system(_PENDING_COMMIT, ox.Literal(number)))
            self._settle(number, pending)
            if (found := self._state().commit) != number:
                raise UnavailableError(
                    f"The store took the change and is at commit {found} instead of {number}.",
                    rule="store-refused",
                    remedy="Check that nobody else writes to it and that the update address is right.",
                )
            self._commit = number
            # The change is done: what is left of it can go the next time as well.
            with suppress(UnavailableError):
                self._drop(pending)
                self._unsure = False
        return number

    def _bring(self, source: Path, prefix: str) -> list[str]:
        """Bring a file's quads into pending graphs, whose IRIs are returned."""
        brought: list[str] = []
        for portion in _portions(source):
            blocks: dict[str, list[str]] = {}
            for quad in portion:
                assert isinstance(quad.graph_name, ox.NamedNode)
                name = prefix + quad.graph_name.value.removeprefix(GRAPH)
                blocks.setdefault(name, []).append(f"{quad.subject} {quad.predicate} {quad.object} .")
            for name in blocks.keys() - set(brought):
                self._client.update(_insert_system(_PENDING_GRAPH, ox.NamedNode(name)))
                brought.append(name)
            body = "\n".join(f"GRAPH <{name}> {{ {' '.join(lines)} }}" for name, lines in blocks.items())
            self._client.update(f"INSERT DATA {{ {body} }}")
        return brought

    def _settle(self, number: int, pending: list[str]) -> None:
        """Move a whole change into place: what goes, goes before what comes; then it is done and no longer marked."""
        moves = [
            f"{verb} {{ GRAPH <{GRAPH}{name.removeprefix(prefix)}> {{ ?s ?p ?o }} }}"
            f" WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
            for verb, prefix in (("DELETE", _REMOVE), ("INSERT", _ADD))
            for name in pending
            if name.startswith(prefix)
        ]
        stamp = [_delete_system(_COMMIT), _insert_system(_COMMIT, ox.Literal(number)), _delete_system(_PENDING_COMMIT)]
        self._client.update(" ;\n".join([*moves, *stamp]))

    def _drop(self, pending: list[str]) -> None:
        """Drop pending graphs that are not, or no longer, marked."""
        if pending:
            drops = [f"DROP SILENT GRAPH <{name}>" for name in pending]
            self._client.update(" ;\n".join([*drops, _delete_system(_PENDING_GRAPH)]))

    def _recover(self) -> None:
        """End what a change under way left behind."""
        state = self._state()
        if state.pending_commit is not None:
            self._settle(state.pending_commit, state.pending)
            state = self._state()
        self._drop(state.pending)
        self._commit = state.commit
        self._unsure = False

    def _state(self) -> _State:
        found: dict[ox.NamedNode, list[str]] = {}
        for name, value in self.select(Query("system"), system=_SYSTEM):
            found.setdefault(name, []).append(value.value)
        commits = [int(number) for number in found.get(_COMMIT, ())]
        marked = [int(number) for number in found.get(_PENDING_COMMIT, ())]
        return _State(max(commits, default=0), sorted(found.get(_PENDING_GRAPH, ())), max(marked, default=None))

    def optimize(self) -> None:
        """Nothing to do: the engine at the other end tidies itself."""

    def dump(self, target: Path | IO[bytes]) -> int:
        """Write every quad of our graphs to `target` as N-Quads; returns how many. Changes have to wait meanwhile."""
        if isinstance(target, Path):
            with target.open("wb") as file:
                return self.dump(file)
        with self._lock:
            if self._unsure:
                self._recover()
            return sum(self._dump_graph(graph, target) for graph in self.graphs())

    def _dump_graph(self, graph: str, file: IO[bytes]) -> int:
        written = 0

        def quads() -> Iterator[ox.Quad]:
            nonlocal written
            for triple in self.triples(graph):
                written += 1
                yield ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph))

        ox.serialize(quads(), file, ox.RdfFormat.N_QUADS)
        return written

    def close(self) -> None:
        """Nothing to let go of: each request is a connection of its own."""


@dataclass(frozen=True, slots=True)
class _State:
    """What the system graph says."""

    commit: int
    pending: list[str]
    """The pending graphs of a change under way."""
    pending_commit: int | None
    """The number of a change that is there as a whole and has yet to be moved into place."""


def _insert_system(name: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> str:
    return f"INSERT DATA {{ GRAPH {_SYSTEM} {{ {_SYSTEM} {name} {value} }} }}"


def _delete_system(name: ox.NamedNode) -> str:
    return f"DELETE WHERE {{ GRAPH {_SYSTEM} {{ {_SYSTEM} {name} ?value }} }}"


def _portions(source: Path) -> Iterator[list[ox.Quad]]:
    portion: list[ox.Quad] = []
    size = 0
    for quad in ox.parse(path=source, format=ox.RdfFormat.N_QUADS, lenient=True):
        portion.append(quad)
        size += len(quad.object.value) if isinstance(quad.object, ox.Literal) else 0
        if len(portion) == _PORTION_QUADS or size >= _PORTION_CHARACTERS:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
