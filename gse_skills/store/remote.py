"""Any SPARQL 1.1 endpoint as a store, so that it grows past one machine.

No request is taken to be all or nothing, nor to take a whole change, and one whose sender died may still run later.
So a change is first brought, in portions, into `pending/` graphs of its own that nobody is shown. Once all of it is
there, one statement marks it as whole; only then is it moved into place, with its commit number. Whoever opens the
store next drops what was not marked, and moves again what was: that comes to the same however much of it was done
before. A request that runs late finds nothing to move, and neither marks nor numbers what has been dropped.

One writer at a time; the lock of the data folder sees to that.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
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
    from gse_skills.store.seam import Binding

_SYSTEM = ox.NamedNode(GRAPH.system)
_COMMIT = ox.NamedNode(GSE.commit)
_OPEN = ox.NamedNode(GSE.openChange)
"""Says of which change the pending graphs are being filled."""
_WHOLE = ox.NamedNode(GSE.wholeChange)
"""Says which change is there as a whole and has yet to be moved into place."""
_PENDING = GRAPH["pending/"]
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

    def select(self, query: Query, **terms: Binding) -> Iterator[Row]:
        """The solutions of one of our own queries."""
        return self._client.select(query.bind(terms))

    def graphs(self) -> list[str]:
        """The IRIs of our graphs that hold something, sorted."""
        return [graph for graph in self._graphs() if not graph.startswith(_PENDING)]

    def _graphs(self) -> list[str]:
        return sorted(row[0].value for row in self.select(Query("graphs"), ours=ox.Literal(GRAPH)))

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
            name = f"{_PENDING}{number}-{secrets.token_hex(8)}/"
            self._client.update(f"INSERT DATA {{ {_system(_OPEN, name)} }}")
            pending = [
                *self._bring(change.net_removals(), f"{name}remove/"),
                *self._bring(change.lines(), f"{name}add/"),
            ]
            opened, whole = _system(_OPEN, name), _system(_WHOLE, name)
            self._client.update(f"DELETE {{ {opened} }} INSERT {{ {whole} }} WHERE {{ {opened} }}")
            self._settle(name, pending)
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

    def rewrite(
        self,
        change: Change,
        leave: Callable[[], None] = lambda: None,
        beforehand: Callable[[], None] = lambda: None,
    ) -> int:
        """Apply `change`; what its engine leaves of it in files, snapshots and backups is its operator's to clear."""
        beforehand()
        number = self.apply(change)
        leave()
        return number

    def _bring(self, lines: Iterator[str], prefix: str) -> list[str]:
        """Bring quads into pending graphs, whose IRIs are returned."""
        brought: dict[str, None] = {}
        for portion in _portions(lines):
            blocks: dict[str, list[str]] = {}
            for quad in ox.parse("\n".join(portion), format=ox.RdfFormat.N_QUADS, lenient=True):
                assert isinstance(quad.graph_name, ox.NamedNode)
                name = prefix + quad.graph_name.value.removeprefix(GRAPH)
                blocks.setdefault(name, []).append(f"{quad.subject} {quad.predicate} {quad.object} .")
            body = "\n".join(f"GRAPH <{name}> {{ {' '.join(triples)} }}" for name, triples in blocks.items())
            self._client.update(f"INSERT DATA {{ {body} }}")
            brought.update(dict.fromkeys(blocks))
        return list(brought)

    def _settle(self, name: str, pending: list[str]) -> None:
        """Move the whole change `name` into place, unless that was done."""
        marked = _system(_WHOLE, name)
        moves = [
            f"{verb} {{ GRAPH <{GRAPH}{graph.removeprefix(name + kind)}> {{ ?s ?p ?o }} }}"
            f" WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            for verb, kind in (("DELETE", "remove/"), ("INSERT", "add/"))
            for graph in pending
            if graph.startswith(name + kind)
        ]
        old, new = f"GRAPH {_SYSTEM} {{ {_SYSTEM} {_COMMIT} ?old }}", ox.Literal(_number(name))
        stamp = (
            f"DELETE {{ {old} }} INSERT {{ GRAPH {_SYSTEM} {{ {_SYSTEM} {_COMMIT} {new} }} }}"
            f" WHERE {{ {marked} OPTIONAL {{ {old} }} }}"
        )
        self._client.update(" ;\n".join([*moves, stamp, f"DELETE DATA {{ {marked} }}"]))

    def _drop(self, pending: list[str]) -> None:
        for graph in pending:
            self._client.update(f"DROP SILENT GRAPH <{graph}>")

    def _recover(self) -> None:
        """End what a change under way left behind."""
        state = self._state()
        if state.open:
            # From here on it cannot become whole any more, should its last request still be on the way.
            self._client.update(f"DELETE WHERE {{ GRAPH {_SYSTEM} {{ {_SYSTEM} {_OPEN} ?change }} }}")
            state = self._state()
        pending = [graph for graph in self._graphs() if graph.startswith(_PENDING)]
        for name in state.whole:
            self._settle(name, pending)
        self._drop(pending)
        self._commit = self._state().commit
        self._unsure = False

    def _state(self) -> _State:
        found: dict[ox.NamedNode, list[str]] = {}
        for name, value in self.select(Query("system"), system=_SYSTEM):
            found.setdefault(name, []).append(value.value)
        commit = max(map(int, found.get(_COMMIT, ())), default=0)
        return _State(commit, found.get(_OPEN, []), found.get(_WHOLE, []))

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
    open: list[str]
    """The change whose pending graphs are being filled, if any."""
    whole: list[str]
    """The change that is there as a whole and has yet to be moved into place, if any."""


def _number(name: str) -> int:
    """The commit number of a pending change."""
    return int(name.removeprefix(_PENDING).partition("-")[0])


def _system(name: ox.NamedNode, change: str) -> str:
    return f"GRAPH {_SYSTEM} {{ {_SYSTEM} {name} <{change}> }}"


def _portions(lines: Iterator[str]) -> Iterator[list[str]]:
    portion: list[str] = []
    size = 0
    for line in lines:
        portion.append(line)
        size += len(line)
        if len(portion) == _PORTION_QUADS or size >= _PORTION_CHARACTERS:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
