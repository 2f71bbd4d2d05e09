"""Any SPARQL 1.1 endpoint as a store: queries and updates by SPARQLWrapper, so that it grows past one machine.

A change is first brought, in portions of a size that engines take, into `pending/` graphs that nobody is shown; one last
update request then moves it all into place, takes away what must go and sets the commit number. A client that dies on
the way leaves only pending graphs, which the next start drops. That the last request is all or nothing is the engine's to
keep, as SPARQL 1.1 Update (section 2.2) asks of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

import pyoxigraph as ox
from SPARQLWrapper import BASIC, DIGEST, JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from gse_skills.errors import UnavailableError
from gse_skills.store.change import Change
from gse_skills.store.query import Query, Row
from gse_skills.vocabulary import GRAPH, GSE

if TYPE_CHECKING:
    from gse_skills.store.seam import Term

_SYSTEM = ox.NamedNode(GRAPH.system)
_COMMIT = ox.NamedNode(GSE.commit)
_PORTION = 1_000
"""Quads in one update request: Virtuoso refuses an INSERT DATA of more than about 10,000."""


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
        """Connect; `digest` chooses HTTP Digest over Basic, `timeout` is in seconds a request.

        Raises UnavailableError (rule `store-unreachable`) when the endpoint does not answer.
        """
        self._query_url = query_url
        self._update_url = update_url or query_url
        self._login = (user, password, DIGEST if digest else BASIC) if user and password else None
        self._timeout = timeout
        self._drop_pending()
        self._commit = self._read_commit()

    @property
    def commit(self) -> int:
        """The number of the last change."""
        return self._commit

    def select(self, query: Query, **terms: Term | Sequence[Term]) -> Iterator[Row]:
        """The solutions of one of our own queries."""
        return self._select(query.bind(terms))

    def graphs(self) -> list[str]:
        """The IRIs of our graphs that hold something, sorted."""
        rows = self.select(Query("graphs"))
        return sorted(row[0].value for row in rows if row[0].value.startswith(GRAPH))

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The triples of a graph."""
        return (ox.Triple(*row) for row in self.select(Query("triples"), graph=ox.NamedNode(graph)))

    def apply(self, change: Change) -> int:
        """Apply all of `change`; raises UnavailableError when the endpoint does not take it."""
        change.seal()
        number = self._commit + 1
        steps = []
        for prefix, source, verb in (("add", change.additions, "INSERT"), ("remove", change.removals, "DELETE")):
            for graph in self._bring(source, GRAPH[f"pending/{prefix}/"]):
                pending, target = ox.NamedNode(GRAPH[f"pending/{prefix}/{graph}"]), ox.NamedNode(GRAPH[graph])
                move = f"{verb} {{ GRAPH {target} {{ ?s ?p ?o }} }} WHERE {{ GRAPH {pending} {{ ?s ?p ?o }} }}"
                steps.append(move)
        # What goes, goes before what comes.
        steps.sort(key=lambda step: not step.startswith("DELETE"))
        steps.append(
            f"DELETE WHERE {{ GRAPH {_SYSTEM} {{ {_SYSTEM} {_COMMIT} ?number }} }} ;\n"
            f"INSERT DATA {{ GRAPH {_SYSTEM} {{ {_SYSTEM} {_COMMIT} {number} }} }}"
        )
        self._update(" ;\n".join(steps))
        self._drop_pending()
        self._commit = number
        return number

    def _bring(self, source: Path, prefix: str) -> list[str]:
        """Bring a file's quads into pending graphs; returns the names, below our graph prefix, of the graphs they are for."""
        graphs: dict[str, None] = {}
        quads = iter(ox.parse(path=source, format=ox.RdfFormat.N_QUADS, lenient=True))
        while portion := list(islice(quads, _PORTION)):
            blocks: dict[str, list[str]] = {}
            for quad in portion:
                assert isinstance(quad.graph_name, ox.NamedNode)
                name = quad.graph_name.value.removeprefix(GRAPH)
                blocks.setdefault(name, []).append(f"{quad.subject} {quad.predicate} {quad.object} .")
            graphs.update(dict.fromkeys(blocks))
            body = "\n".join(f"GRAPH <{prefix}{name}> {{ {' '.join(lines)} }}" for name, lines in blocks.items())
            self._update(f"INSERT DATA {{ {body} }}")
        return list(graphs)

    def _drop_pending(self) -> None:
        pending = [graph for graph in self.graphs() if graph.startswith(GRAPH["pending/"])]
        if pending:
            self._update(" ;\n".join(f"DROP SILENT GRAPH <{graph}>" for graph in pending))

    def _read_commit(self) -> int:
        rows = self.select(Query("commit"), system=_SYSTEM, commit=_COMMIT)
        return max((int(row[0].value) for row in rows), default=0)

    def optimize(self) -> None:
        """Nothing to do: the engine at the other end tidies itself."""

    def dump(self, target: Path) -> int:
        """Write every quad of our graphs to `target` as N-Quads; returns how many."""
        with target.open("wb") as file:
            total = 0
            for graph in self.graphs():
                name = ox.NamedNode(graph)
                quads = [ox.Quad(t.subject, t.predicate, t.object, name) for t in self.triples(graph)]
                ox.serialize(quads, file, ox.RdfFormat.N_QUADS)
                total += len(quads)
        return total

    def close(self) -> None:
        """Nothing to let go of: each request is a connection of its own."""

    def _wrapper(self, url: str) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(url)
        wrapper.setMethod(POST)
        wrapper.setTimeout(int(self._timeout))
        if self._login:
            user, password, scheme = self._login
            wrapper.setHTTPAuth(scheme)
            wrapper.setCredentials(user, password)
        return wrapper

    def _select(self, text: str) -> Iterator[Row]:
        wrapper = self._wrapper(self._query_url)
        wrapper.setReturnFormat(JSON)
        wrapper.setQuery(text)
        solutions = ox.parse_query_results(self._send(wrapper), format=ox.QueryResultsFormat.JSON)
        assert isinstance(solutions, ox.QuerySolutions)
        return map(tuple, solutions)

    def _update(self, text: str) -> None:
        wrapper = self._wrapper(self._update_url)
        wrapper.setQuery(text)
        self._send(wrapper)

    def _send(self, wrapper: SPARQLWrapper) -> bytes:
        try:
            body = wrapper.query().response.read()
        except (URLError, SPARQLWrapperException, OSError) as error:
            raise UnavailableError(
                f"The store at {self._query_url} did not take the request: {error}",
                rule="store-unreachable",
                remedy="Check that the endpoint runs and that its address and credentials are right.",
            ) from error
        assert isinstance(body, bytes)
        return body


