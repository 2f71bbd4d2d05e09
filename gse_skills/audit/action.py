"""What can be told of in the audit log, and how it ended."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What somebody did. The words stand in files that are kept for years: add to them, never change one."""

    READ_PERSON = "read-person"
    SEARCH_EXPERTS = "search-experts"
    QUERY = "query"
    EXPORT = "export"
    IMPORT = "import"
    CHANGE = "change"
    ERASE = "erase"
    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    ACT_AS = "act-as"
    """Somebody who is signed in went on as another of their callers."""
    TOKEN_CREATED = "token-created"  # noqa: S105 - a word, not a secret
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 - a word, not a secret
    PERMISSION_CHANGED = "permission-changed"
    """Somebody may act as a caller from now on."""
    PERMISSION_REVOKED = "permission-revoked"
    ORGANISATION_ADDED = "organisation-added"
    INCIDENT_OPENED = "incident-opened"
    INCIDENT_ENDED = "incident-ended"
    READ_AUDIT = "read-audit"
    READ_COMPLAINTS = "read-complaints"
    """Somebody of no organisation, or another, read what people complained of."""
    BACKUP = "backup"
    RESTORE = "restore"
    REFUSED = "refused"
    RECOVERED = "recovered"
    """The log was not as its last writer should have left it; `purpose` says in what way."""


SERVICE = frozenset(
    {
        Action.SIGN_IN,
        Action.SIGN_OUT,
        Action.ACT_AS,
        Action.TOKEN_CREATED,
        Action.TOKEN_REVOKED,
        Action.PERMISSION_CHANGED,
        Action.PERMISSION_REVOKED,
        Action.ORGANISATION_ADDED,
        Action.READ_AUDIT,
        Action.READ_COMPLAINTS,
        Action.BACKUP,
        Action.RESTORE,
        Action.REFUSED,
        Action.RECOVERED,
    }
)
"""What concerns the running of the service, so that its administrators read of it."""


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    BEGUN = "begun"
    """Written before a change is made; another entry of the same request tells how it ended, unless all ended there."""
    REFUSED = "refused"
    FAILED = "failed"
