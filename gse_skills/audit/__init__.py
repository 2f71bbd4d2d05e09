"""The audit log: append-only, chained by hashes, without a personal value in it."""

from gse_skills.audit.action import SERVICE, Action, Outcome
from gse_skills.audit.anchor import Anchor
from gse_skills.audit.entry import Entry
from gse_skills.audit.event import PURPOSE_HEADER, PURPOSE_LIMIT, Event, portions, require_purpose
from gse_skills.audit.excerpt import Excerpt, Narrowing, excerpts
from gse_skills.audit.extent import extent
from gse_skills.audit.fault import AuditError
from gse_skills.audit.log import AuditLog
from gse_skills.audit.page import Page, read_page
from gse_skills.audit.permission import create_token, grant, revoke, revoke_token
from gse_skills.audit.reading import entries
from gse_skills.audit.verify import Fault, Finding, Verdict, verify
from gse_skills.audit.witness import Witness

__all__ = [
    "PURPOSE_HEADER",
    "PURPOSE_LIMIT",
    "SERVICE",
    "Action",
    "Anchor",
    "AuditError",
    "AuditLog",
    "Entry",
    "Event",
    "Excerpt",
    "Fault",
    "Finding",
    "Narrowing",
    "Outcome",
    "Page",
    "Verdict",
    "Witness",
    "create_token",
    "entries",
    "excerpts",
    "extent",
    "grant",
    "portions",
    "read_page",
    "require_purpose",
    "revoke",
    "revoke_token",
    "verify",
]
