"""How a command changes users and tokens: through the service that runs on the data folder, or in its files.

The register need not be opened for it, so that users and tokens can be made before there is one. The audit log is
told of each change either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import httpx

from gse_skills import audit
from gse_skills.access import OPERATOR, Caller, TokenStore, UserStore, access_of
from gse_skills.answers import TokenBody, UserBody
from gse_skills.audit import AuditLog, Witness
from gse_skills.cli.session import ask, reached, settings_for
from gse_skills.store import audit_path, tokens_path, users_path


class Permissions(Protocol):
    """What commands ask of users and tokens, wherever the log is open."""

    def grant(self, name: str, caller: Caller) -> UserBody:
        """Let a user act as a caller."""
        ...

    def revoke(self, name: str, caller: Caller | None) -> None:
        """Take a grant away, or the user."""
        ...

    def create_token(self, caller: Caller, note: str, days: int) -> TokenBody:
        """Make a token."""
        ...

    def revoke_token(self, name: str) -> None:
        """Make a token worthless."""
        ...


class LocalPermissions:
    """The files of a data folder that nobody else holds."""

    def __init__(self, folder: Path, witness: Witness) -> None:
        self._users, self._tokens = UserStore(users_path(folder)), TokenStore(tokens_path(folder))
        self._witness = witness

    def grant(self, name: str, caller: Caller) -> UserBody:
        """Let a user act as a caller."""
        return UserBody.of(audit.grant(self._users, self._witness, name, caller))

    def revoke(self, name: str, caller: Caller | None) -> None:
        """Take a grant away, or the user."""
        audit.revoke(self._users, self._witness, name, caller)

    def create_token(self, caller: Caller, note: str, days: int) -> TokenBody:
        """Make a token."""
        return TokenBody.of(*audit.create_token(self._tokens, self._witness, caller, note=note, days=days))

    def revoke_token(self, name: str) -> None:
        """Make a token worthless."""
        audit.revoke_token(self._tokens, self._witness, name)


class ServicePermissions:
    """The API of the service that holds the data folder, with the operator's key from there."""

    def __init__(self, client: httpx.Client, folder: Path) -> None:
        self._client, self._users = client, UserStore(users_path(folder))

    def grant(self, name: str, caller: Caller) -> UserBody:
        """Let a user act as a caller."""
        return UserBody.model_validate(self._ask("POST", "users", {"name": name, "caller": str(caller)}))

    def revoke(self, name: str, caller: Caller | None) -> None:
        """Take a grant away, or the user."""
        # No address stands in a URL, so the user goes by the identifier that the file has, as `user list` shows it.
        only = "" if caller is None else f"?{urlencode({'caller': str(caller)})}"
        self._ask("DELETE", f"users/{self._users.named(name).identifier}{only}")

    def create_token(self, caller: Caller, note: str, days: int) -> TokenBody:
        """Make a token."""
        asked = {"caller": str(caller), "note": note, "days": days}
        return TokenBody.model_validate(self._ask("POST", "tokens", asked))

    def revoke_token(self, name: str) -> None:
        """Make a token worthless."""
        self._ask("DELETE", f"tokens/{quote(name, safe='')}")

    def _ask(self, method: str, what: str, asked: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - whatever JSON says
        return ask(self._client, method, f"/api/v1/{what}", asked)


@contextmanager
def open_permissions(data: Path | None, purpose: str) -> Iterator[Permissions]:
    """The users and tokens of a data folder.

    Raises ConflictError (rule `audit-in-use`) while another command writes there, InputError (rule `bad-purpose`) and
    UnavailableError (rule `service-gone`).
    """
    settings = settings_for(data)
    with reached(settings.data, purpose) as client:
        if client is not None:
            yield ServicePermissions(client, settings.data)
            return
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with AuditLog(audit_path(settings.data), durable=settings.durable) as log:
        yield LocalPermissions(settings.data, Witness.of(log, access_of(OPERATOR, ()), purpose=purpose))
