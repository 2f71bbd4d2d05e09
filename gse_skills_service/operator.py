"""The operator's key: how the command line on this machine goes through a running service.

It is made at each start and left in the data folder, readable by the folder's owner alone. Whoever can read it could
open the store itself, so it gives nothing away.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OperatorKey:
    """A key that lives as long as the service."""

    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def admits(self, secret: str) -> bool:
        """Whether `secret` is the key."""
        return secrets.compare_digest(self.secret.encode(), secret.encode())

    def note(self, host: str, port: int) -> dict[str, object]:
        """What the data folder's note says of the service."""
        return {"url": f"http://{host}:{port}", "pid": os.getpid(), "key": self.secret}
