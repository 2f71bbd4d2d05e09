"""Who asks, and what they may see: one policy function, asked by every door."""

from gse_skills.access.caller import ANONYMOUS, OPERATOR, Caller, Role
from gse_skills.access.policy import Access, access_of
from gse_skills.access.token import TokenStore

__all__ = ["ANONYMOUS", "OPERATOR", "Access", "Caller", "Role", "TokenStore", "access_of"]
