"""Timing, kept in one place: medians and high percentiles of many runs, and the memory of the process."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class Timing:
    """How long something took, in milliseconds."""

    p50: float
    p99: float
    runs: int

    def __str__(self) -> str:
        return f"p50 {self.p50:,.2f} ms, p99 {self.p99:,.2f} ms ({self.runs} runs)"


def repeat(calls: Iterator[Callable[[], object]], seconds: float = 5.0, most: int = 1000) -> Timing:
    """Time the calls one by one, until the time or the calls run out; the first is a warm-up and does not count."""
    next(calls)()
    taken: list[float] = []
    end = time.perf_counter() + seconds
    for call in calls:
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
        if time.perf_counter() > end or len(taken) >= most:
            break
    return Timing(float(np.median(taken)), float(np.percentile(taken, 99)), len(taken))


def answered(store: ox.Store, query: str) -> int:
    """How many rows a SELECT has, all of them read."""
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return sum(1 for _ in found)


@contextmanager
def clock() -> Iterator[Callable[[], float]]:
    """Seconds since the block began; after it, how long it took."""
    start = time.perf_counter()
    end: list[float] = []
    yield lambda: (end[0] if end else time.perf_counter()) - start
    end.append(time.perf_counter())


def peak_mib() -> float:
    """The largest memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
