"""Who people are: an OpenID Connect issuer, and the sessions of those whom it signed in.

The issuer is in a module of its own, which an installation without one never loads.
"""

from gse_skills_service.identity.attempt import Attempt
from gse_skills_service.identity.session import Session, Sessions

__all__ = ["Attempt", "Session", "Sessions"]
