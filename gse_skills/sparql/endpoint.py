"""The SPARQL endpoint, but for HTTP: a request and what its caller may see in, a whole answer or an error out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gse_skills.sandbox import Limits, Run, Sandbox
from gse_skills.sparql.negotiation import GRAPHS, RESULTS, negotiate, not_acceptable
from gse_skills.sparql.precheck import check_length


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query operation of the SPARQL 1.1 Protocol: query, `default-graph-uri`, `named-graph-uri`, Accept header."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    accept: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: its media type, its bytes, and the query's form ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")."""

    media_type: str
    body: bytes
    form: str


class Asking:
    """A query under way."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def result(self) -> Answer:
        """Wait for the whole answer; call it once.

        Raises what the query raised, and UnavailableError ("stopped") after `kill`.
        """
        with self._run as pieces:
            head, *body = pieces
        told = json.loads(head)
        return Answer(told["media_type"], b"".join(body), told["form"])

    def kill(self) -> None:
        """Leave it, from any thread: its client has gone."""
        self._run.kill()


class Endpoint:
    """Answers queries over snapshots of the embedded store, each in a child of `sandbox`.

    `snapshot` gives the folder of the newest backup; `limits` hold for each query, else those of the sandbox.
    """

    def __init__(self, sandbox: Sandbox, snapshot: Callable[[], Path], limits: Limits | None = None) -> None:
        self._sandbox = sandbox
        self._snapshot = snapshot
        self._limits = limits or sandbox.limits

    def answer(self, request: QueryRequest, views: Sequence[str], caller: str = "") -> Answer:
        """The answer over `views`, the IRIs of the graphs that the caller may see; waits for it.

        Raises what `start` raises, what `child.run` raises, and LimitError and InputError as `Run` does.
        """
        return self.start(request, views, caller).result()

    def start(self, request: QueryRequest, views: Sequence[str], caller: str = "") -> Asking:
        """Start a query for `caller`, whose name counts against the cap; finish with `result` or `kill`.

        Raises TooLargeError ("query-too-long"), InputError ("not-acceptable"), and UnavailableError as `Sandbox.start`.
        """
        snapshot = str(self._snapshot().absolute())
        args = arguments(request, views) | {"snapshot": snapshot, "rows": self._limits.rows}
        return Asking(self._sandbox.start("query", args, caller=caller, limits=self._limits))


def arguments(request: QueryRequest, views: Sequence[str]) -> dict[str, object]:
    """The arguments of a job for `request`, but for where the data lies.

    Raises TooLargeError ("query-too-long") and InputError ("not-acceptable").
    """
    check_length(request.query)
    results, graph = (negotiate(request.accept, tuple(offered)) for offered in (RESULTS, GRAPHS))
    if results is None and graph is None:
        raise not_acceptable(f"Ask for one of {', '.join(dict.fromkeys((*RESULTS, *GRAPHS)))}.")
    return {
        "query": request.query,
        "views": list(views),
        "default_graphs": list(request.default_graphs),
        "named_graphs": list(request.named_graphs),
        "results": results,
        "graph": graph,
    }
