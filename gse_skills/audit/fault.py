"""What to raise when the audit log cannot be written: whoever asked gets no answer either."""

from __future__ import annotations

from gse_skills.errors import UnavailableError


class AuditError(UnavailableError):
    """The entry was not written, so what it would have told of must not happen (HTTP 503)."""

    default_rule = "audit-failed"


def not_written(why: object) -> AuditError:
    """The error for an entry that could not be written."""
    return AuditError(
        f"The audit log cannot be written: {why}.",
        remedy="Nothing is done or shown without its entry. Look after the disk of the data folder and try again.",
    )
