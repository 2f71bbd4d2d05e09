"""The service: SPARQL protocol, API and pages over a register of GSE Skills."""

from gse_skills_service.app import create_app

__all__ = ["create_app"]
