"""The guards that a child puts on itself before it looks at anything a user wrote."""

from __future__ import annotations

import errno
import math
import mmap
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from gse_skills.sandbox import seccomp
from gse_skills.sandbox.limits import MIB, Limits

# Address space, not memory: opening a RocksDB snapshot starts up to 16 threads of 8 MiB of stack each and some
# allocator arenas, whose pages are hardly touched. 164 MiB was the most that was seen.
_IDLE_BYTES = 256 * MIB
_FILE_BYTES = MIB  # standard error is the only file that a child writes
_PR_SET_PDEATHSIG = 1


def _own_group(limits: Limits) -> None:
    os.setpgid(0, 0)


def _parent_death(limits: Limits) -> None:
    seccomp.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _core_dumps(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _file_size(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))


def _memory(limits: Limits) -> None:
    if not sys.platform.startswith("linux"):
        raise OSError(errno.ENOSYS, "only Linux holds a process to its address space")
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
    most = mapped + _IDLE_BYTES + limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    # Should the machine run out first, the kernel takes the child before the service. Containers may forbid to say so.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _cpu(limits: Limits) -> None:
    seconds = math.ceil(limits.cpu_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def _new_privileges(limits: Limits) -> None:
    seccomp.forbid_new_privileges()


def _system_calls(limits: Limits) -> None:
    seccomp.install()


# In the order in which they go on: the filter forbids what those before it need.
_GUARDS: tuple[tuple[str, Callable[[Limits], None]], ...] = (
    ("process-group", _own_group),
    ("parent-death", _parent_death),
    ("core-dumps", _core_dumps),
    ("file-size", _file_size),
    ("memory", _memory),
    ("cpu", _cpu),
    ("new-privileges", _new_privileges),
    ("system-calls", _system_calls),
)
ALL = ("fork", *(name for name, _ in _GUARDS))


def apply(limits: Limits, missing: Collection[str] = ()) -> None:
    """Put every guard on this process, but for those that the platform is known to miss.

    Raises OSError when a guard that should hold cannot be put on: then nothing may run.
    """
    for name, guard in _GUARDS:
        if name not in missing:
            guard(limits)


def missing() -> tuple[str, ...]:
    """The guards that this platform lacks, found by trying each, and its effect, in a child of this process.

    The process must have one thread only.
    """
    if not hasattr(os, "fork"):
        return ALL
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, " ".join(_failing()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as report:
        names = tuple(report.read().split())
    os.waitpid(child, 0)
    return names


def _failing() -> list[str]:
    names = []
    limits = Limits()
    for name, guard in _GUARDS:
        try:
            guard(limits)
            if name == "memory":
                _refuses_memory(limits)
            elif name == "system-calls":
                _refuses_sockets()
        except OSError:
            names.append(name)
    return names


def _refuses_memory(limits: Limits) -> None:
    try:
        mmap.mmap(-1, _IDLE_BYTES + limits.memory_bytes + MIB).close()
    except OSError:
        return
    raise OSError(errno.ENOSYS, "the limit on memory is not held")


def _refuses_sockets() -> None:
    try:
        socket.socket().close()
    except PermissionError:
        return
    raise OSError(errno.ENOSYS, "the filter is not held")
