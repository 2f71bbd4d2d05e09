"""People who sign in: by whom they are known, and as which callers they may act."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gse_skills.access.caller import ANONYMOUS, FORMS, Caller
from gse_skills.access.private_file import PrivateFile
from gse_skills.errors import InputError, NotFoundError


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever an issuer vouches for."""

    issuer: str
    subject: str
    email: str | None = None
    """Only an address that the issuer says it has verified, in lower case."""


@dataclass(frozen=True, slots=True)
class User:
    """What is kept of a user."""

    identifier: str
    """Random; it names the user everywhere else, so that no address has to."""
    name: str
    """A verified mail address, or ISSUER|SUBJECT for a machine."""
    grants: tuple[str, ...] = ()
    """The callers as which they may act, as `Caller.parse` reads them."""

    @property
    def callers(self) -> tuple[Caller, ...]:
        """The callers as which they may act."""
        return tuple(map(Caller.parse, self.grants))


class UserStore:
    """The users of a data folder, in one small file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self._file = PrivateFile(path)

    def users(self) -> list[User]:
        """All users, the oldest first."""
        return [User(entry["identifier"], entry["name"], tuple(entry["grants"])) for entry in self._file.read()]

    def grant(self, name: str, caller: Caller) -> User:
        """Let a user act as `caller`; they need not have signed in before.

        Raises InputError: `unknown-user-name` for what is neither a mail address nor ISSUER|SUBJECT, `unknown-caller`
        for a caller that nobody can be granted.
        """
        grant = str(Caller.parse(str(caller)))
        if caller == ANONYMOUS:
            raise InputError(
                "Nobody needs to be granted that.",
                rule="unknown-caller",
                remedy=f"Write one of: {', '.join(FORMS)}.",
            )
        known = _canonical(name)
        users = self.users()
        old = next((user for user in users if user.name == known), None) or User(secrets.token_hex(8), known)
        new = replace(old, grants=tuple(dict.fromkeys((*old.grants, grant))))
        self._write([*(user for user in users if user.name != known), new])
        return new

    def revoke(self, name: str, caller: Caller | None = None) -> None:
        """Take a grant away, or with no `caller` the user; it holds from the next request on.

        Raises NotFoundError (`unknown-user`, `unknown-grant`).
        """
        known = _canonical(name)
        users = self.users()
        old = next((user for user in users if user.name == known), None)
        if old is None:
            raise NotFoundError(f"There is no user {name}.", rule="unknown-user", remedy="See `gse-skills user list`.")
        kept = [user for user in users if user.name != known]
        if caller is not None:
            if str(caller) not in old.grants:
                raise NotFoundError(
                    f"{name} does not act as {caller}.", rule="unknown-grant", remedy="See `gse-skills user list`."
                )
            kept.append(replace(old, grants=tuple(one for one in old.grants if one != str(caller))))
        self._write(kept)

    def find(self, principal: Principal) -> User | None:
        """The user whom an issuer vouches for; None for a stranger."""
        names = {f"{principal.issuer}|{principal.subject}", principal.email}
        return next((user for user in self.users() if user.name in names), None)

    def get(self, identifier: str) -> User | None:
        """The user with that identifier, as of now; None when they are no longer one."""
        return next((user for user in self.users() if user.identifier == identifier), None)

    def _write(self, users: list[User]) -> None:
        self._file.write(asdict(user) for user in users)


def _canonical(name: str) -> str:
    """A name as it is kept: a mail address in lower case.

    >>> _canonical(" Ann.Alder@Example.org ")
    'ann.alder@example.org'
    """
    name = name.strip()
    if "|" in name and name.startswith("http"):
        return name
    local, at, domain = name.partition("@")
    if not (local and at and domain) or any(character.isspace() for character in name):
        raise InputError(
            f"“{name}” is no name of a user.",
            rule="unknown-user-name",
            remedy="Give the mail address with which they sign in, or for a machine ISSUER|SUBJECT.",
        )
    return name.lower()
