"""API tokens: shown once, kept as hashes, each for one caller and a limited time."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from gse_skills.access.caller import Caller
from gse_skills.access.private_file import PrivateFile
from gse_skills.errors import NotFoundError

_PREFIX = "gse_"


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token."""

    name: str
    """A short random name by which it can be revoked."""
    digest: str
    """SHA-256 of the secret: 256 random bits need no slow hash."""
    caller: str
    note: str
    created: str
    expires: str
    """ISO 8601, UTC."""


class TokenStore:
    """The tokens of a data folder, in one small file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self._file = PrivateFile(path)

    def create(self, caller: Caller, *, note: str = "", days: int = 90) -> tuple[Token, str]:
        """A new token for `caller` and its secret, which is kept nowhere.

        Raises InputError (rule `unknown-caller`) for the operator, who is known by holding the data folder itself.
        """
        Caller.parse(str(caller))
        secret = _PREFIX + secrets.token_urlsafe(32)
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        expires = now + datetime.timedelta(days=days)
        token = Token(secrets.token_hex(4), _digest(secret), str(caller), note, now.isoformat(), expires.isoformat())
        with self._file.alone():
            self._write([*self.tokens(), token])
        return token, secret

    def revoke(self, name: str) -> None:
        """Forget a token; raises NotFoundError (rule `unknown-token`)."""
        with self._file.alone():
            gone = self.named(name)
            self._write([token for token in self.tokens() if token != gone])

    def named(self, name: str) -> Token:
        """A token by its name; raises NotFoundError (rule `unknown-token`)."""
        for token in self.tokens():
            if token.name == name:
                return token
        raise NotFoundError(f"There is no token {name}.", rule="unknown-token", remedy="See `gse-skills token list`.")

    def forget(self, people: Collection[Caller]) -> int:
        """Take away the tokens of `people`; returns how many there were."""
        gone = set(map(str, people))
        with self._file.alone():
            tokens = self.tokens()
            kept = [token for token in tokens if token.caller not in gone]
            if len(kept) < len(tokens):
                self._write(kept)
        return len(tokens) - len(kept)

    def caller(self, secret: str) -> Caller | None:
        """Whose token `secret` is, or None when it is nobody's or has expired."""
        token = self.find(secret)
        return None if token is None else Caller.parse(token.caller)

    def find(self, secret: str) -> Token | None:
        """The token of a secret, or None when it is nobody's or has expired."""
        digest = _digest(secret)
        now = datetime.datetime.now(datetime.UTC)
        for token in self.tokens():
            if secrets.compare_digest(token.digest, digest) and datetime.datetime.fromisoformat(token.expires) > now:
                return token
        return None

    def tokens(self) -> list[Token]:
        """All tokens, oldest first."""
        return [Token(**entry) for entry in self._file.read()]

    def _write(self, tokens: list[Token]) -> None:
        self._file.write(asdict(token) for token in tokens)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
