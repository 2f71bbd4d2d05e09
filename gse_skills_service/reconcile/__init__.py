"""`/reconcile`: the Reconciliation Service API, version 0.2 (W3C Entity Reconciliation Community Group, 2023).

With it OpenRefine and its like map a department's own words to the framework. It offers published vocabulary only, the
same to every caller, and so to pages of every origin (CORS). JSONP, which version 0.2 keeps for old clients, is not
offered: it hands the caller's page to whatever a service sends as a script, and CORS does all that it did.
"""

from gse_skills_service.reconcile.routes import router

__all__ = ["router"]
