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
    TOKEN_CREATED = "token-created"  # noqa: S105 - a word, not a secret
    TOKEN_REVOKED = "token-revoked"  # noqa: S105 - a word, not a secret
    PERMISSION_CHANGED = "permission-changed"
    READ_AUDIT = "read-audit"
    BACKUP = "backup"
    REFUSED = "refused"
    RECOVERED = "recovered"
    """The log was not as its last writer should have left it; `purpose` says in what way."""


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    BEGUN = "begun"
    """Written before a change is made; another entry of the same request tells how it ended, unless all ended there."""
    REFUSED = "refused"
    FAILED = "failed"
