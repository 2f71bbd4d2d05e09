"""Who may come in: users and tokens."""

from __future__ import annotations

from typing import Self

from gse_skills.access import User
from gse_skills.access.token import Token
from gse_skills.answers.body import Body


class TokenBody(Body):
    """An API token; `secret` is there once, when it is made."""

    name: str
    caller: str
    expires: str
    note: str
    secret: str | None = None

    @classmethod
    def of(cls, token: Token, secret: str | None = None) -> Self:
        """A token."""
        return cls(name=token.name, caller=token.caller, expires=token.expires, note=token.note, secret=secret)


class TokensBody(Body):
    """All tokens."""

    items: list[TokenBody]


class UserBody(Body):
    """Somebody who may sign in."""

    identifier: str
    """What the audit log calls them."""
    name: str
    grants: list[str]

    @classmethod
    def of(cls, user: User) -> Self:
        """A user."""
        return cls(identifier=user.identifier, name=user.name, grants=list(user.grants))


class UsersBody(Body):
    """Everybody who may sign in."""

    items: list[UserBody]
