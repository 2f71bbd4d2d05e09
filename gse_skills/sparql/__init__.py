"""SPARQL for users: the pre-check of a query, its dataset, its run in a child, and the endpoint over them."""

from gse_skills.sparql.endpoint import Answer, Asking, Endpoint, QueryRequest
from gse_skills.sparql.negotiation import negotiate

__all__ = ["Answer", "Asking", "Endpoint", "QueryRequest", "negotiate"]
