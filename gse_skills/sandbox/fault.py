"""Why a job ended without an answer, as an error that says what would mend it."""

from __future__ import annotations

import logging
import signal
from collections.abc import Mapping
from typing import Any

from gse_skills.errors import GseSkillsError, InputError, LimitError, UnavailableError
from gse_skills.sandbox.limits import MIB, Limits

logger = logging.getLogger("gse_skills.sandbox")

TIME, LEFT = "time", "left"
"""The reasons for which the nursery kills: the wall clock ran out, the client left."""

_LESS = "Make it smaller: for a query, fewer unconnected patterns, less to sort, a LIMIT; for a file, send it in parts."

# What allocators and thread starters of Rust, C++, the C library and Python say when the address space is used up.
_OUT_OF_MEMORY = (
    "memory allocation of",
    "std::bad_alloc",
    "annot allocate memory",
    "Resource temporarily unavailable",
    "MemoryError",
    "out of memory",
)


def out_of_memory(limits: Limits) -> LimitError:
    """The job needed more than its memory."""
    said = f"It needed more than {limits.memory_bytes // MIB} MiB of memory and was stopped."
    return LimitError(said, rule="memory-limit", remedy=_LESS)


def out_of_time(limits: Limits) -> LimitError:
    """The job took longer than the wall clock allows."""
    said = f"It took more than {limits.wall_seconds:g} seconds and was stopped."
    return LimitError(said, rule="time-limit", remedy=_LESS)


def out_of_cpu(limits: Limits) -> LimitError:
    """The job used more than its CPU time."""
    said = f"It used more than {limits.cpu_seconds:g} seconds of CPU time and was stopped."
    return LimitError(said, rule="cpu-limit", remedy=_LESS)


def out_of_room(limits: Limits) -> LimitError:
    """The job emitted more than it may."""
    said = f"Its answer is larger than {limits.output_bytes / MIB:g} MiB."
    return LimitError(said, rule="output-limit", remedy="Ask for fewer rows or columns, or page with LIMIT and OFFSET.")


def crashed() -> InputError:
    """The job's process broke down, mostly by the stack that deep nesting needs."""
    return InputError(
        "It brought the process down that worked on it; nothing else was touched.",
        rule="crashed",
        remedy="Make it simpler: less nesting, shorter chains.",
    )


def stopped() -> UnavailableError:
    """The job was killed because its client left, or because the sandbox was closed."""
    return UnavailableError("It was stopped before it was done.", rule="stopped", remedy="Ask again.")


def explain(verdict: Mapping[str, Any] | None, limits: Limits) -> GseSkillsError:
    """The error for a child that ended without DONE or ERROR; `verdict` is the nursery's word on it, None without."""
    if verdict is None or verdict["reason"] == LEFT:
        return stopped()
    if verdict["reason"] == TIME:
        return out_of_time(limits)
    if verdict["signal"] == signal.SIGXCPU:
        return out_of_cpu(limits)
    # A kill that was not the nursery's is the kernel's, out of memory itself.
    if verdict["signal"] == signal.SIGKILL or any(words in verdict["stderr"] for words in _OUT_OF_MEMORY):
        return out_of_memory(limits)
    if verdict["signal"]:
        return crashed()
    logger.error("a job failed with exit status %d:\n%s", verdict["exit"], verdict["stderr"])
    return GseSkillsError("It failed by a fault of ours.", rule="job-failed", remedy="Tell whoever runs the service.")
