"""The sandbox as the service sees it: jobs in, bytes or errors out."""

from __future__ import annotations

import os
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from types import TracebackType
from typing import Self

from gse_skills.errors import InputError, UnavailableError
from gse_skills.sandbox import wire
from gse_skills.sandbox.helper import Helper, unavailable
from gse_skills.sandbox.jobs import JOBS
from gse_skills.sandbox.limits import Limits
from gse_skills.sandbox.run import GRACE_SECONDS, Run

_RETRY_SECONDS = 1


class Sandbox:
    """Runs jobs in disposable children, each within limits; thread-safe. Use it in a `with` block.

    The nursery that they are forked from starts with the first job, or when its guards are asked for, since most
    commands need none.

    `limits` hold for a job that brings none of its own; at most `at_once` children live at a time, and `per_caller` for
    one caller who is named (by default as many).

    >>> query = {"query": "ASK {}", "snapshot": "", "views": []}
    >>> with Sandbox(Limits(wall_seconds=5)) as sandbox:
    ...     sandbox.start("query", query).read()
    Traceback (most recent call last):
    ...
    gse_skills.errors.UnavailableError: The data cannot be read just now. Try again.
    """

    def __init__(self, limits: Limits | None = None, *, at_once: int = 8, per_caller: int | None = None) -> None:
        self.limits = limits or Limits()
        self._at_once = at_once
        self._per_caller = per_caller or at_once
        self._counting = threading.Condition()
        self._living: Counter[str] = Counter()
        self._under_way: set[tuple[str, object]] = set()
        self._helping = threading.Lock()
        self._helper: Helper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the nursery and every child. Runs under way end with UnavailableError; a later job starts a new one."""
        with self._helping:
            helper, self._helper = self._helper, None
        if helper is not None:
            helper.stop()

    @property
    def missing_guards(self) -> tuple[str, ...]:
        """The guards that this platform lacks, of `guards.ALL`; empty on Linux as it should be.

        Waits for the nursery's start; raises UnavailableError when it does not start.
        """
        if lacking := Helper.lacking():
            return lacking
        with self._helping:
            helper = self._nursery()
        return helper.missing()

    def start(self, job: str, args: Mapping[str, object], *, caller: str = "", limits: Limits | None = None) -> Run:
        """Start a job of `jobs.JOBS` with arguments that JSON can hold; large input goes as the path of a file.

        Raises InputError ("unknown-job"), UnavailableError ("too-many-queries", with `extra["retry_after"]` in seconds
        and `extra["cap"]` "caller" or "service"; "no-sandbox").
        """
        if job not in JOBS:
            raise InputError(f"There is no job {job!r}.", rule="unknown-job", remedy=f"Jobs: {', '.join(JOBS)}.")
        self._count_in(caller)
        mark = (job, object())
        self._under_way.add(mark)
        ended = partial(self._count_out, caller, mark)
        try:
            return self._launch(wire.message({"job": job, "args": dict(args)}), ended, limits or self.limits)
        except BaseException:
            ended()
            raise

    def run(
        self, job: str, args: Mapping[str, object], *, caller: str = "", limits: Limits | None = None
    ) -> Iterator[bytes]:
        """What a job emits, in pieces; starts it at the first, raises as `start` and `Run` do."""
        with self.start(job, args, caller=caller, limits=limits) as under_way:
            yield from under_way

    def _count_in(self, caller: str) -> None:
        with self._counting:
            mine, all_of_them = self._living[caller], self._living.total()
            if (not caller or mine < self._per_caller) and all_of_them < self._at_once:
                self._living[caller] += 1
                return
        cap = "caller" if caller and mine >= self._per_caller and self._per_caller < self._at_once else "service"
        said = f"{mine} of yours run already." if cap == "caller" else f"{all_of_them} run already."
        raise UnavailableError(
            f"Too many queries at once: {said}",
            rule="too-many-queries",
            remedy=f"Try again in {_RETRY_SECONDS} s.",
            extra={"retry_after": _RETRY_SECONDS, "cap": cap},
        )

    def drain(self, job: str, seconds: float) -> bool:
        """Wait for the runs of a job that are under way now, not for later ones; returns whether all ended in time."""
        with self._counting:
            before = {mark for mark in self._under_way if mark[0] == job}
            return self._counting.wait_for(lambda: not before & self._under_way, seconds)

    def _count_out(self, caller: str, mark: tuple[str, object]) -> None:
        with self._counting:
            self._under_way.discard(mark)
            self._counting.notify_all()
            self._living[caller] -= 1
            self._living += Counter()  # forget callers with none

    def _launch(self, order: bytes, ended: Callable[[], None], limits: Limits) -> Run:
        ours, theirs = socket.socketpair()
        status, their_status = os.pipe()
        try:
            self._submit(wire.message(asdict(limits)), (theirs.fileno(), their_status))
        except BaseException:
            ours.close()
            os.close(status)
            raise
        finally:
            theirs.close()
            os.close(their_status)
        ours.settimeout(limits.wall_seconds + GRACE_SECONDS)
        with suppress(OSError):  # the run itself tells what became of the child
            ours.sendall(order)
        return Run(ours, status, limits, ended=ended, stuck=self._give_up)

    def _submit(self, message: bytes, descriptors: tuple[int, int]) -> None:
        with self._helping:
            for _ in range(2):
                helper = self._nursery()
                try:
                    helper.missing()  # a job's time does not run while the nursery loads
                    helper.send(message, descriptors)
                except OSError:
                    helper.kill()  # it is dead or deaf: the next one is new
                    helper.stop()
                else:
                    return
        raise unavailable("The process that runs queries does not start.")

    def _nursery(self) -> Helper:
        """The nursery, a new one when the last has died; the lock is held."""
        if self._helper is not None and not self._helper.alive:
            self._helper.stop()
            self._helper = None
        if self._helper is None:
            self._helper = Helper()
        return self._helper

    def _give_up(self) -> None:
        with self._helping:
            if self._helper is not None:
                self._helper.kill()
