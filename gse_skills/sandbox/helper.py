"""The client's side of the nursery process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from gse_skills.errors import UnavailableError
from gse_skills.sandbox import guards, wire

_START_SECONDS = 60.0
_SEND_SECONDS = 5.0
_PACKAGES = Path(__file__).parents[2]

# All that the nursery learns of the service's environment, which may hold secrets.
_KEPT = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONHOME", "TMPDIR", "TZ")
# Few allocator arenas keep the address space small, one thread keeps a fork safe, no backtrace keeps an abort quick.
_SET = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "RUST_BACKTRACE": "0"}


def unavailable(why: str) -> UnavailableError:
    """The error for a sandbox that cannot be had."""
    return UnavailableError(why, rule="no-sandbox", remedy="Try again; if it stays so, see the service's log.")


class Helper:
    """One nursery process. Thread-safe; ends with `stop`, or when this process does."""

    def __init__(self) -> None:
        """Start it; raises UnavailableError where no process can be forked."""
        if "fork" in self.lacking():
            raise unavailable("This platform cannot fork, so nothing that a user supplies can run here.")
        self._lock = threading.Lock()
        self._missing: tuple[str, ...] | None = None
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module, nothing a user wrote
                (sys.executable, "-P", "-m", "gse_skills.sandbox.nursery", str(theirs.fileno())),
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )

    @staticmethod
    def lacking() -> tuple[str, ...]:
        """Every guard where there is no fork at all, else none; the nursery knows the rest."""
        return () if hasattr(os, "fork") else guards.ALL

    @property
    def process(self) -> int:
        """The nursery's process number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the nursery still runs."""
        return self._process.poll() is None

    def missing(self) -> tuple[str, ...]:
        """The guards that this platform lacks, as the nursery found; waits for its start.

        Raises UnavailableError when it does not start.
        """
        with self._lock:
            if self._missing is None:
                self._control.settimeout(_START_SECONDS)
                try:
                    told = wire.take_message(self._control.recv)
                except OSError:
                    told = None
                if told is None:
                    raise unavailable("The process that runs queries does not start.")
                self._missing = tuple(told["missing"])
            return self._missing

    def send(self, message: bytes, descriptors: Sequence[int]) -> None:
        """Hand over a job; raises OSError when the nursery is gone or does not listen."""
        with self._lock:
            self._control.settimeout(_SEND_SECONDS)
            sent = socket.send_fds(self._control, [message], descriptors)
            self._control.sendall(message[sent:])

    def kill(self) -> None:
        """End the nursery at once, and with it every child."""
        self._process.kill()

    def stop(self) -> None:
        """End the nursery and every child, and wait for it."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()
        try:
            self._process.wait(_SEND_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # The package must be found from a checkout too, and never a module that lies in the working folder by chance.
    path = os.pathsep.join(filter(None, (str(_PACKAGES), os.environ.get("PYTHONPATH"))))
    return {**kept, **_SET, "PYTHONPATH": path}
