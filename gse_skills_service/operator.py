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
        return {"url": origin(_HERE.get(host, host), port), "pid": os.getpid(), "key": self.secret}


_HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask what listens everywhere


def origin(host: str, port: int) -> str:
    """The address of a service.

    >>> origin("::1", 8000)
    'http://[::1]:8000'
    """
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
