"""The audit log: append-only, chained by hashes, without a personal value in it."""

from gse_skills.audit.action import Action, Outcome
from gse_skills.audit.anchor import Anchor
from gse_skills.audit.entry import Entry
from gse_skills.audit.event import Event, portions
from gse_skills.audit.excerpt import Excerpt, excerpts
from gse_skills.audit.fault import AuditError
from gse_skills.audit.log import AuditLog
from gse_skills.audit.reading import entries
from gse_skills.audit.verify import Fault, Finding, Verdict, verify
from gse_skills.audit.witness import Witness

__all__ = [
    "Action",
    "Anchor",
    "AuditError",
    "AuditLog",
    "Entry",
    "Event",
    "Excerpt",
    "Fault",
    "Finding",
    "Outcome",
    "Verdict",
    "Witness",
    "entries",
    "excerpts",
    "portions",
    "verify",
]
