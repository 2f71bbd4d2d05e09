"""Who people are: an OpenID Connect issuer, and the sessions of those whom it signed in."""

from gse_skills_service.identity.issuer import Attempt, Issuer
from gse_skills_service.identity.session import Session, Sessions

__all__ = ["Attempt", "Issuer", "Session", "Sessions"]
