"""An open register served over HTTP until the process is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from gse_skills.cli.output import note, say
from gse_skills.errors import ConflictError, InputError
from gse_skills.register import Register
from gse_skills.sandbox import Sandbox
from gse_skills_service import traffic
from gse_skills_service.app import create_app
from gse_skills_service.operator import OperatorKey, origin

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_GRACE_SECONDS = 4
"""How long the requests under way have when the service is told to stop."""


def run(register: Register) -> None:
    """Serve until told to stop.

    Raises InputError (rule `demo-off-loopback`) for demo mode on an address that others reach, and ConflictError (rule
    `port-in-use`).
    """
    settings = register.settings
    if settings.demo and settings.host not in _LOOPBACK:
        raise InputError(
            "Demo mode lets anybody look as anyone, so it listens on this machine only.",
            rule="demo-off-loopback",
            remedy="Leave out --host, or serve without demo mode.",
        )
    for guard in register.sandbox.missing_guards:
        note(f"Warning: this platform lacks {guard}; only signed-in callers may query.")
    # The search index of a large scheme takes seconds to build; the first to search should not wait for it. A stop
    # does: a thread that is cut off inside a library takes the process down with it.
    threading.Thread(target=register.state.search.prepare).start()
    listening = listen(settings.host, settings.port)
    port = listening.getsockname()[1]
    key = OperatorKey()
    register.folder.announce(key.note(settings.host, port))
    config = uvicorn.Config(
        create_app(register, key), log_level="warning", access_log=False, timeout_graceful_shutdown=_GRACE_SECONDS
    )
    if settings.log_requests:
        _log_requests()
    server = _Server(config, register.sandbox)
    # Framework and index stay for as long as the service runs. A collector that walks them whenever it looks for
    # garbage holds up every request: 90 ms of processor in 5 of 100 heat maps, and 23 ms without.
    gc.collect()
    gc.freeze()
    with _stopping_in_order(server):
        say(f"GSE Skills is ready on {origin(settings.host, port)}/ (interrupt to stop)")
        server.run(sockets=[listening])


def _log_requests() -> None:
    """One line of JSON a request, on the standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    traffic.log.addHandler(handler)
    traffic.log.setLevel(logging.INFO)
    traffic.log.propagate = False


class _Server(uvicorn.Server):
    """A server that, told to stop, lets what runs end, and then stops what would go on for long, so that whoever waits
    for it is told so."""

    def __init__(self, config: uvicorn.Config, sandbox: Sandbox) -> None:
        super().__init__(config)
        self._sandbox = sandbox

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, and answer those that have come."""
        ending = asyncio.create_task(self._end_queries())
        await super().shutdown(sockets)
        ending.cancel()

    async def _end_queries(self) -> None:
        await asyncio.sleep(_GRACE_SECONDS / 2)
        await asyncio.to_thread(self._sandbox.close)


@contextmanager
def _stopping_in_order(server: uvicorn.Server) -> Iterator[None]:
    """The server stops at a signal, also at one that comes before it runs and heeds signals itself. Once it has stopped
    it raises the signal again; that must not end the process before it has saved."""

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; raises ConflictError (rule `port-in-use`)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only for a socket that says it is of TCP does asyncio turn Nagle's algorithm off, which costs 40 ms a request.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise ConflictError(
            f"{host}:{port} cannot be listened on: {error.strerror}.",
            rule="port-in-use",
            remedy="Choose another port with --port (make demo PORT=8001).",
        ) from None
    return listening
