"""One job in a child, seen by its client."""

from __future__ import annotations

import os
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from gse_skills.errors import UnavailableError
from gse_skills.sandbox import fault, wire
from gse_skills.sandbox.limits import Limits
from gse_skills.sandbox.wire import DATA, DONE, FRAME, LARGEST_FRAME

GRACE_SECONDS = 5.0
"""How long after its time the nursery may take to end a job before it is held to be stuck."""


class Run:
    """A job under way. Iterate over it, or `read` it, once; or leave it by `kill` or the end of a `with` block.

    The child waits while nobody takes what it emits, and dies when the run is left.
    """

    def __init__(
        self,
        connection: socket.socket,
        status: int,
        limits: Limits,
        *,
        ended: Callable[[], None],
        stuck: Callable[[], None],
    ) -> None:
        """Made by `Sandbox.start`; `ended` is called once when the child is dead, `stuck` when the nursery hangs."""
        self._connection = connection
        self._status = status
        self._limits = limits
        self._ended = ended
        self._stuck = stuck
        self._turn = threading.Lock()
        self._over = False
        self._left = False
        self._verdict: dict[str, Any] | None = None

    def __iter__(self) -> Iterator[bytes]:
        """What the job emits, in pieces as it comes.

        Raises what the job raised, LimitError ("time-limit", "memory-limit", "cpu-limit", "output-limit"), InputError
        ("crashed") or UnavailableError ("stopped" after `kill`).
        """
        with self._turn:
            try:
                yield from self._payloads()
            finally:
                self._end()

    def read(self) -> bytes:
        """All that the job emits; raises as the iteration does."""
        return b"".join(self)

    def kill(self) -> None:
        """Leave the job, from any thread; its child is dead in a moment."""
        self._left = True
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        # Whoever reads meets the end of the connection and does the rest; without a reader it is done here.
        if self._turn.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._turn.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _payloads(self) -> Iterator[bytes]:
        room = self._limits.output_bytes
        while True:
            head = None if self._over else self._take(FRAME.size)
            if head is None:
                break
            kind, size = FRAME.unpack(head)
            if kind == DONE:
                return
            if kind == DATA:
                room -= size
                if room < 0:
                    raise fault.out_of_room(self._limits)
            payload = self._take(size) if size <= LARGEST_FRAME else None
            if payload is None:
                break
            if kind != DATA:
                raise wire.decode_error(payload)
            yield payload
        self._end()
        raise fault.stopped() if self._left else fault.explain(self._verdict, self._limits)

    def _take(self, size: int) -> bytes | None:
        """The next bytes of the connection, or None at its end."""
        try:
            return wire.take(self._connection.recv, size)
        except TimeoutError:
            self._stuck()
            raise UnavailableError(
                "The process that watches over queries does not answer.", rule="sandbox-stuck", remedy="Try again."
            ) from None
        except OSError:
            return None

    def _end(self) -> None:
        """Leave the child, learn how it ended, and give back what this run holds; once."""
        if self._over:
            return
        self._over = True
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()
        try:
            if select.select([self._status], [], [], GRACE_SECONDS)[0]:
                self._verdict = wire.take_message(lambda size: os.read(self._status, size))
        finally:
            os.close(self._status)
            self._ended()
