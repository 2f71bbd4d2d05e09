"""Who asks, and what they may see: one policy function, asked by every door."""

from gse_skills.access.caller import ANONYMOUS, FORMS, OPERATOR, Caller, Role
from gse_skills.access.incident import Incident, IncidentStore
from gse_skills.access.myself import Selves
from gse_skills.access.policy import Access, AuditScope, access_of, audit_scope
from gse_skills.access.token import TokenStore
from gse_skills.access.user import Principal, User, UserStore

__all__ = [
    "ANONYMOUS",
    "FORMS",
    "OPERATOR",
    "Access",
    "AuditScope",
    "Caller",
    "Incident",
    "IncidentStore",
    "Principal",
    "Role",
    "Selves",
    "TokenStore",
    "User",
    "UserStore",
    "access_of",
    "audit_scope",
]
