"""People who sign in: by whom they are known, and as which callers they may act."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gse_skills.access.caller import ANONYMOUS, FORMS, Caller, Role
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
    came: bool = False
    """Whether they have ever signed in, so that the audit log may name them by their identifier."""

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
        # Where it was not noted, somebody may have.
        return [
            User(entry["identifier"], entry["name"], tuple(entry["grants"]), entry.get("came", True))
            for entry in self._file.read()
        ]

    def grant(self, name: str, caller: Caller) -> User:
        """Let a user act as `caller`; they need not have signed in before.

        Raises InputError: `unknown-user-name` for what is neither a mail address nor ISSUER|SUBJECT, `unknown-caller`
        for a caller that nobody can be granted.
        """
        grant = str(grantable(caller))
        known = _canonical(name)
        with self._file.alone():
            users = self.users()
            old = next((user for user in users if user.name == known), None) or User(secrets.token_hex(8), known)
            new = replace(old, grants=tuple(dict.fromkeys((*old.grants, grant))))
            self._write([*(user for user in users if user.name != known), new])
        return new

    def let_in(self, name: str) -> User:
        """The user of that name, who signs in: kept from now on, so that the audit log can tell who it was.

        They are granted nothing by that. Raises InputError (rule `unknown-user-name`).
        """
        known = _canonical(name)
        with self._file.alone():
            users = self.users()
            old = next((user for user in users if user.name == known), None) or User(secrets.token_hex(8), known)
            new = replace(old, came=True)
            if new not in users:
                self._write([*(user for user in users if user.name != known), new])
        return new

    def revoke(self, name: str, caller: Caller | None = None) -> None:
        """Take a grant away, or with no `caller` the user; it holds from the next request on.

        Raises NotFoundError (`unknown-user`, `unknown-grant`).
        """
        with self._file.alone():
            old = self.named(name)
            kept = [user for user in self.users() if user.name != old.name]
            if caller is not None:
                if str(caller) not in old.grants:
                    raise NotFoundError(
                        f"{name} does not act as {caller}.", rule="unknown-grant", remedy="See `gse-skills user list`."
                    )
                kept.append(replace(old, grants=tuple(one for one in old.grants if one != str(caller))))
            self._write(kept)

    def dismiss(self, incidents: Collection[str]) -> None:
        """Take away every grant to respond to one of these incidents, given by their identifiers.

        Whoever may nothing else and never came goes altogether: a mistyped address is nobody.
        """

        def kept(user: User) -> tuple[str, ...]:
            callers = zip(user.grants, user.callers, strict=True)
            return tuple(
                text for text, one in callers if one.role is not Role.RESPONDER or one.subject not in incidents
            )

        with self._file.alone():
            users = self.users()
            left = [replace(user, grants=kept(user)) for user in users]
            if left != users:
                pairs = zip(users, left, strict=True)
                self._write([new for old, new in pairs if new.grants or new.came or new == old])

    def named(self, name: str) -> User:
        """A user by name; raises NotFoundError (rule `unknown-user`), InputError (rule `unknown-user-name`)."""
        known = _canonical(name)
        for user in self.users():
            if user.name == known:
                return user
        raise NotFoundError(f"There is no user {name}.", rule="unknown-user", remedy="See `gse-skills user list`.")

    def require_name(self, name: str) -> None:
        """Raise InputError (rule `unknown-user-name`) for what can be no user's name."""
        _canonical(name)

    def forget(self, people: Collection[Caller], mailboxes: Collection[str], organisation: str) -> int:
        """Take away what `people` may do, and what users of these mail addresses may in the organisation.

        A user who may nothing else goes altogether. Returns how many users it concerned.
        """
        with self._file.alone():
            concerned = self.concerned(people, mailboxes, organisation)
            if concerned:
                left = (concerned.get(user.identifier, user) for user in self.users())
                self._write([user for user in left if user.grants or user.identifier not in concerned])
        return len(concerned)

    def concerned(self, people: Collection[Caller], mailboxes: Collection[str], organisation: str) -> dict[str, User]:
        """The users from whom `forget` takes something, by identifier, as they are afterwards."""
        gone, names = set(map(str, people)), {one.lower() for one in mailboxes}
        found = {}
        for user in self.users():
            kept = tuple(
                one
                for one in user.grants
                if one not in gone and not (user.name in names and Caller.parse(one).organisation == organisation)
            )
            if kept != user.grants or (user.name in names and not kept):
                found[user.identifier] = replace(user, grants=kept)
        return found

    def find(self, principal: Principal) -> User | None:
        """The user whom an issuer vouches for; None for a stranger."""
        names = {f"{principal.issuer}|{principal.subject}", principal.email}
        return next((user for user in self.users() if user.name in names), None)

    def get(self, identifier: str) -> User | None:
        """The user with that identifier, as of now; None when they are no longer one."""
        return next((user for user in self.users() if user.identifier == identifier), None)

    def _write(self, users: list[User]) -> None:
        self._file.write(asdict(user) for user in users)


def grantable(caller: Caller) -> Caller:
    """`caller`, if somebody can be granted to act as it; raises InputError (rule `unknown-caller`)."""
    if caller == ANONYMOUS:
        raise InputError(
            "Nobody needs to be granted that.", rule="unknown-caller", remedy=f"Write one of: {', '.join(FORMS)}."
        )
    return Caller.parse(str(caller))


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
