"""User queries where the store is remote: checked and narrowed in a child here, then sent by the SPARQL 1.1 Protocol.

The engine at the other end runs the query, so memory is its own to guard; time and output are guarded here as well. It
must honour `default-graph-uri` and `named-graph-uri` (SPARQL 1.1 Protocol, section 2.1.4): both are always sent, and a
side that the caller may not see at all is sent as a graph that nobody fills, since an empty list would mean everything.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import cast

import httpx

from gse_skills.errors import InputError, LimitError, UnavailableError
from gse_skills.sandbox import Limits, Run, Sandbox
from gse_skills.sparql.child import chosen_type
from gse_skills.sparql.dataset import Dataset, narrow
from gse_skills.sparql.endpoint import Answer, QueryRequest, arguments
from gse_skills.sparql.precheck import check
from gse_skills.vocabulary.namespace import GRAPH, PREFIXES

_NOTHING = GRAPH["none"]
_PROLOGUE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())


def examine(args: dict[str, object], emit: Callable[[bytes], None]) -> None:
    """Job "examine" of the sandbox: what a query is and over which graphs it may run, without running it.

    `args` as for job "query", of which "snapshot" is not needed. Emits JSON with "form", "media_type", "default" and
    "named"; raises what `check` and `narrow` raise, and InputError ("not-acceptable").
    """
    checked = check(str(args["query"]))
    views, default, named = (
        tuple(map(str, cast("list[str]", args[name]))) for name in ("views", "default_graphs", "named_graphs")
    )
    dataset = narrow(views, Dataset(default, named), Dataset(checked.default_graphs, checked.named_graphs))
    found = {
        "form": checked.form,
        "media_type": chosen_type(args, checked.form),
        "default": dataset.default_graphs or (_NOTHING,),
        "named": dataset.named_graphs or (_NOTHING,),
    }
    emit(json.dumps(found).encode())


class RemoteAsking:
    """A query under way at a remote store."""

    def __init__(self, examining: Run, client: httpx.Client, url: str, query: str, limits: Limits) -> None:
        self._examining = examining
        self._url = url
        self._client = client
        self._query = query
        self._limits = limits
        self._left = threading.Event()
        self._response: httpx.Response | None = None

    def result(self) -> Answer:
        """Wait for the whole answer; call it once.

        Raises what `examine` raises, LimitError ("time-limit", "output-limit") and UnavailableError
        ("store-unreachable", "store-refused", "stopped").
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
        if self._response is not None:
            self._response.close()

    def _send(self, found: dict[str, object]) -> bytes:
        form = {
            "query": _PROLOGUE + self._query,
            "default-graph-uri": found["default"],
            "named-graph-uri": found["named"],
        }
        end = time.monotonic() + self._limits.wall_seconds
        body = bytearray()
        with self._client.stream(
            "POST", self._url, data=form, headers={"Accept": str(found["media_type"])}
        ) as response:
            self._response = response
            if self._left.is_set():
                raise UnavailableError("The query was stopped.", rule="stopped", remedy="Ask again.")
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
            _check(response, bytes(body))
        return bytes(body)


def _check(response: httpx.Response, body: bytes) -> None:
    if response.status_code == httpx.codes.BAD_REQUEST:
        said = body[:200].decode("utf-8", "replace")
        raise InputError(f"The remote store refused the query: {said}", rule="query-failed", remedy="Mend the query.")
    if not response.is_success:
        raise UnavailableError(
            f"The remote store answered {response.status_code}.", rule="store-refused", remedy="Try again in a moment."
        )


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
        self._client = httpx.Client(auth=auth, timeout=self._limits.wall_seconds)

    def start(self, request: QueryRequest, views: Sequence[str], caller: str = "") -> RemoteAsking:
        """Start a query for `caller`; raises as `Endpoint.start`."""
        args = arguments(request, views)
        run = self._sandbox.start("examine", args, caller=caller, limits=self._limits)
        return RemoteAsking(run, self._client, self._url, request.query, self._limits)
