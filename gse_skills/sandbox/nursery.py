"""The nursery: a process of one thread, libraries loaded, that forks a child for each job and watches over it.

Started by `Helper` as `python -m gse_skills.sandbox.nursery FD`, with one end of the control socket as FD. It ends, and
its children with it, when the other end is closed, which the kernel does when the service dies.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import BinaryIO, cast

from gse_skills.sandbox import child, fault, guards, jobs, wire
from gse_skills.sandbox.limits import Limits

_HEAD = 4
_STDERR = 4096
# POLLRDHUP (Linux) tells a half-closed connection too; POLLHUP is told unasked.
_GONE = getattr(select, "POLLRDHUP", 0)


@dataclass(slots=True)
class _Child:
    """A living child and what is open for it here."""

    process: int
    connection: socket.socket
    status: int
    errors: BinaryIO
    deadline: float
    watched: bool = True
    reason: str | None = None

    def kill(self, reason: str) -> None:
        if self.reason is None:
            self.reason = reason
            os.killpg(self.process, signal.SIGKILL)


class Nursery:
    """The loop that takes jobs in, forks, watches, kills and reaps."""

    def __init__(self, control: socket.socket, missing: tuple[str, ...]) -> None:
        self._control = control
        self._missing = missing
        self._children: dict[int, _Child] = {}
        self._poll = select.poll()
        self._woken, waker = os.pipe()
        for end in (self._woken, waker):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, _wake)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        self._poll.register(self._woken, select.POLLIN)
        self._poll.register(control, select.POLLIN)

    def run(self) -> None:
        """Serve until the control socket ends, then kill what still lives."""
        try:
            while self._turn():
                self._expire()
                self._reap()
        finally:
            for living in self._children.values():
                living.kill(fault.LEFT)

    def _turn(self) -> bool:
        """Wait for something to happen and see to it; false when the service is gone."""
        serving = True
        for descriptor, _ in self._poll.poll(self._patience()):
            if descriptor == self._control.fileno():
                serving = self._admit()
            elif descriptor == self._woken:
                os.read(self._woken, 4096)
            else:
                self._abandon(descriptor)
        return serving

    def _patience(self) -> int | None:
        deadlines = [living.deadline for living in self._children.values() if living.reason is None]
        return max(0, int((min(deadlines) - time.monotonic()) * 1000) + 1) if deadlines else None

    def _admit(self) -> bool:
        try:
            head, descriptors, _, _ = socket.recv_fds(self._control, _HEAD, 2)
            told = wire.take_message(self._control.recv, head) if head else None
        except ConnectionError:
            return False
        if told is None:
            return False
        connection, status = socket.socket(fileno=descriptors[0]), descriptors[1]
        self._fork(connection, status, Limits.from_json(json.dumps(told)))
        return True

    def _fork(self, connection: socket.socket, status: int, limits: Limits) -> None:
        errors = _scratch()
        parent = os.getpid()
        try:
            process = os.fork()
        except OSError:  # no process to be had: the client learns it from the end of both
            connection.close()
            os.close(status)
            return
        if process == 0:
            child.live(connection.fileno(), errors.fileno(), limits, self._missing, parent)
        # The child does this too; whoever is first, it has a group of its own before it can be killed.
        os.setpgid(process, process)
        deadline = time.monotonic() + limits.wall_seconds
        self._children[process] = _Child(process, connection, status, errors, deadline)
        self._poll.register(connection, _GONE)

    def _abandon(self, descriptor: int) -> None:
        for living in self._children.values():
            if living.connection.fileno() == descriptor:
                self._poll.unregister(descriptor)
                living.watched = False
                living.kill(fault.LEFT)
                return

    def _expire(self) -> None:
        now = time.monotonic()
        for living in self._children.values():
            if living.deadline <= now:
                living.kill(fault.TIME)

    def _reap(self) -> None:
        for process, living in list(self._children.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del self._children[process]
                self._bury(living, status)

    def _bury(self, living: _Child, status: int) -> None:
        if living.watched:
            self._poll.unregister(living.connection)
        living.connection.close()
        living.errors.seek(0)
        verdict = {
            "reason": living.reason,
            "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "stderr": living.errors.read(_STDERR).decode(errors="replace"),
        }
        living.errors.close()
        try:
            wire.give(living.status, wire.message(verdict))
        except BrokenPipeError:
            pass  # nobody waits for it any more
        finally:
            os.close(living.status)


def _scratch() -> BinaryIO:
    """An open file for a child's standard error: in memory, so that a full disk does not matter, where that can be."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("errors"), "w+b")
    return cast("BinaryIO", tempfile.TemporaryFile())


def _wake(number: int, frame: FrameType | None) -> None:
    """Nothing: Python writes to the wake-up pipe, which ends the poll, only for a signal that has a handler."""


def _threads() -> int:
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def main(descriptor: int) -> None:
    """Load, say which guards are missing, serve, and end without ceremony."""
    control = socket.socket(fileno=descriptor)
    jobs.preload()
    if _threads() != 1:
        # A fork copies one thread only; locks held by others would stay locked for ever.
        raise SystemExit("a library that a job needs has started a thread")
    missing = guards.missing()
    gc.collect()
    gc.freeze()  # children then share these pages, since no collection touches them
    with suppress(ConnectionError):  # the service may have gone before this was ready
        control.sendall(wire.message({"missing": missing}))
        Nursery(control, missing).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
