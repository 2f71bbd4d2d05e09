"""Who may come in and as whom: every door changes users and tokens through these, which tell the log of it."""

from __future__ import annotations

from gse_skills.access import Caller, TokenStore, User, UserStore
from gse_skills.access.token import Token
from gse_skills.audit.action import Action
from gse_skills.audit.witness import Witness


def grant(users: UserStore, witness: Witness, name: str, caller: Caller) -> User:
    """Let a user act as `caller`; raises what `UserStore.grant` and `Witness` raise."""
    with witness.permitting(Action.PERMISSION_CHANGED, caller) as permission:
        user = users.grant(name, caller)
        permission.about = user.identifier
    return user


def revoke(users: UserStore, witness: Witness, name: str, caller: Caller | None = None) -> None:
    """Take a grant away, or with no `caller` all of the user's and the user; raises what `UserStore.revoke` raises.

    Each grant has its entry, so that each organisation is told of its own.
    """
    if caller is not None:
        user = users.named(name)
        with witness.permitting(Action.PERMISSION_REVOKED, caller, user.identifier):
            users.revoke(name, caller)
        return
    user = users.named(name)
    for one in user.callers:
        with witness.permitting(Action.PERMISSION_REVOKED, one, user.identifier):
            users.revoke(name, one)
    with witness.permitting(Action.PERMISSION_REVOKED, None, user.identifier):
        users.revoke(name)


def create_token(
    tokens: TokenStore, witness: Witness, caller: Caller, *, note: str = "", days: int = 90
) -> tuple[Token, str]:
    """A new token and its secret; raises what `TokenStore.create` and `Witness` raise."""
    with witness.permitting(Action.TOKEN_CREATED, caller) as permission:
        token, secret = tokens.create(caller, note=note, days=days)
        permission.about = token.name
    return token, secret


def revoke_token(tokens: TokenStore, witness: Witness, name: str) -> None:
    """Make a token worthless; raises what `TokenStore.revoke` and `Witness` raise."""
    token = tokens.named(name)
    with witness.permitting(Action.TOKEN_REVOKED, Caller.parse(token.caller), token.name):
        tokens.revoke(name)
