"""Who asks, and what they may see: one policy function, asked by every door."""

from gse_skills.access.caller import ANONYMOUS, OPERATOR, Caller, Role
from gse_skills.access.policy import Access, access_of, may_decide_proposals
from gse_skills.access.token import TokenStore
from gse_skills.access.user import Principal, User, UserStore

__all__ = [
    "ANONYMOUS",
    "OPERATOR",
    "Access",
    "Caller",
    "Principal",
    "Role",
    "TokenStore",
    "User",
    "UserStore",
    "access_of",
    "may_decide_proposals",
]
