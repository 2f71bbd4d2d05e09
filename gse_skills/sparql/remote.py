"""User queries where the store is remote: checked and narrowed in a child here, then sent by the SPARQL 1.1 Protocol.

The engine at the other end runs the query, so memory is its own to guard; time and output are guarded here as well. It
must honour `default-graph-uri` and `named-graph-uri` (SPARQL 1.1 Protocol, section 2.1.4): both are always sent, and a
side that the caller may not see at all is sent as a graph that nobody fills, since an empty list would mean everything.

Engines differ in the forms that they write and in how they say that an answer is only a part. So one form is asked for,
read here, and written anew by our own library in the form that the client wants.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import httpx
import pyoxigraph as ox

from gse_skills.errors import InputError, LimitError, UnavailableError
from gse_skills.sandbox import Limits, Run, Sandbox
from gse_skills.sparql.endpoint import Answer, QueryRequest, arguments
from gse_skills.sparql.negotiation import GRAPHS, RESULTS
from gse_skills.sparql.rows import counter
from gse_skills.vocabulary.namespace import PREFIXES

_ASKED = {True: "text/turtle", False: "application/sparql-results+json"}
"""The form asked for, of a graph or not."""
_CAP, _STATE = "X-SPARQL-MaxRows", "X-SQL-State"
"""How Virtuoso says at how many rows it cuts an answer, and that its time was up before it had the whole."""
_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")
_PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())


class RemoteAsking:
    """A query under way at a remote store."""

    def __init__(self, examining: Run, client: httpx.Client, url: str, query: str, limits: Limits) -> None:
        self._examining = examining
        self._url = url
        self._client = client
        self._query = query
        self._limits = limits
        self._left = threading.Event()
        self._socket: socket.socket | None = None

    def result(self) -> Answer:
        """Wait for the whole answer; call it once.

        Raises what `examine` raises, LimitError ("time-limit", "output-limit", "row-limit") and UnavailableError
        ("store-unreachable", "store-refused", "truncated", "stopped").
        """
        found = json.loads(self._examining.read())
        try:
            body = self._send(found)
        except httpx.TimeoutException:
            raise _too_long(self._limits) from None
        except httpx.HTTPError as error:
            if self._left.is_set():
                raise UnavailableError("The query was stopped.", rule="stopped", remedy="Ask again.") from None
            raise UnavailableError(
                "The remote store does not answer.", rule="store-unreachable", remedy="Try again in a moment."
            ) from error
        return Answer(found["media_type"], body, found["form"])

    def kill(self) -> None:
        """Leave it, from any thread: its client has gone."""
        self._left.set()
        self._examining.kill()
        self._cut()

    def _cut(self) -> None:
        """End the connection: whoever waits for the engine waits no more, which closing a socket would not do."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event in _CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")
            if self._left.is_set():
                self._cut()

    def _send(self, found: dict[str, object]) -> bytes:
        form = {
            "query": _PROLOGUE + self._query,
            "default-graph-uri": found["default"],
            "named-graph-uri": found["named"],
        }
        end = time.monotonic() + self._limits.wall_seconds
        body = bytearray()
        media_type = str(found["media_type"])
        accept = _ASKED[found["form"] in ("CONSTRUCT", "DESCRIBE")]
        with self._client.stream(
            "POST", self._url, data=form, headers={"Accept": accept}, extensions={"trace": self._trace}
        ) as response:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > self._limits.output_bytes:
                    raise LimitError(
                        f"The answer is larger than {self._limits.output_bytes >> 20} MiB.",
                        rule="output-limit",
                        remedy="Ask for less, or page with LIMIT and OFFSET.",
                    )
                if time.monotonic() > end:
                    raise _too_long(self._limits)
            _check(response, bytes(body), accept)
        cap = int(response.headers.get(_CAP, 0))
        written, rows = _written(bytes(body), media_type) if accept in RESULTS else _graph(bytes(body), media_type)
        if cap and rows >= cap:
            raise _truncated(f"it cuts answers at {cap:,} rows")
        if rows > self._limits.rows:
            raise LimitError(
                f"The answer has more than {self._limits.rows:,} rows.",
                rule="row-limit",
                remedy="Page through it with LIMIT and OFFSET.",
            )
        return written


def _written(body: bytes, media_type: str) -> tuple[bytes, int]:
    """Solutions or a truth value, in the form wanted, and how many rows they are."""
    try:
        results = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        written = cast("bytes", results.serialize(format=RESULTS[media_type]))
    except (SyntaxError, ValueError) as error:
        raise _truncated(str(error)) from error
    rows = 0 if isinstance(results, ox.QueryBoolean) else counter(RESULTS[media_type])(written)
    return written, rows


def _graph(body: bytes, media_type: str) -> tuple[bytes, int]:
    """Triples in the form wanted, and how many they are."""
    try:
        triples = [quad.triple for quad in ox.parse(body, ox.RdfFormat.TURTLE)]
    except (SyntaxError, ValueError) as error:
        raise _truncated(str(error)) from error
    prefixes = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
    return cast("bytes", ox.serialize(triples, format=GRAPHS[media_type], prefixes=prefixes)), len(triples)


def _truncated(why: str) -> UnavailableError:
    return UnavailableError(
        f"The remote store sent only part of an answer: {why}.",
        rule="truncated",
        remedy="Ask for less at a time, or raise the limits of that store.",
    )


def _check(response: httpx.Response, body: bytes, accept: str) -> None:
    if response.status_code == httpx.codes.BAD_REQUEST:
        said = body[:200].decode("utf-8", "replace")
        raise InputError(f"The remote store refused the query: {said}", rule="query-failed", remedy="Mend the query.")
    if not response.is_success:
        raise UnavailableError(
            f"The remote store answered {response.status_code}.", rule="store-refused", remedy="Try again in a moment."
        )
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != accept:
        raise UnavailableError(
            f"The remote store answered with {kind or 'nothing in particular'} instead of {accept}.",
            rule="store-refused",
            remedy="Check that its address is that of a SPARQL 1.1 endpoint.",
        )
    if _STATE in response.headers:
        raise _truncated("its time limit was over before the query was done")


def _too_long(limits: Limits) -> LimitError:
    return LimitError(
        f"The query took longer than {limits.wall_seconds:g} s.", rule="time-limit", remedy="Ask for less at a time."
    )


class RemoteEndpoint:
    """Answers queries at a remote store; the counterpart of `Endpoint`."""

    def __init__(
        self, sandbox: Sandbox, url: str, auth: httpx.Auth | None = None, limits: Limits | None = None
    ) -> None:
        self._sandbox = sandbox
        self._limits = limits or sandbox.limits
        self._url = url
        # Each query has a connection of its own, which can be cut when its client leaves.
        alone = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(auth=auth, timeout=self._limits.wall_seconds, limits=alone)

    def start(self, request: QueryRequest, views: Sequence[str], caller: str = "") -> RemoteAsking:
        """Start a query for `caller`; raises as `Endpoint.start`."""
        args = arguments(request, views)
        run = self._sandbox.start("examine", args, caller=caller, limits=self._limits)
        return RemoteAsking(run, self._client, self._url, request.query, self._limits)
