"""What one job may use."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one job.

    `memory_bytes` is what the job may map on top of what the idle child needs, `wall_seconds` and `cpu_seconds` its
    time (CPU time is rounded up to whole seconds), `output_bytes` what it may emit, `rows` how many solutions or
    triples a query may return.

    >>> Limits.from_json(Limits(wall_seconds=2).to_json()).wall_seconds
    2
    """

    memory_bytes: int = 512 * MIB
    wall_seconds: float = 10.0
    cpu_seconds: float = 10.0
    output_bytes: int = 20 * MIB
    rows: int = 100_000

    def to_json(self) -> str:
        """The limits as JSON text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Limits:
        """The limits that `to_json` wrote."""
        return cls(**json.loads(text))
