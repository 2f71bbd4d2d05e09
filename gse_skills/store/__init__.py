"""The seam between the project and whichever engine keeps the graphs.

Two implementations, one set of contract tests: `EmbeddedStore` (Oxigraph in this process, the default) and
`RemoteStore` (any SPARQL 1.1 endpoint).
"""

from gse_skills.store.change import Change
from gse_skills.store.difference import difference
from gse_skills.store.embedded import EmbeddedStore
from gse_skills.store.folder import DataFolder, audit_path, service_note, tokens_path, users_path
from gse_skills.store.query import Query, Row
from gse_skills.store.remote import RemoteStore
from gse_skills.store.seam import Store

__all__ = [
    "Change",
    "DataFolder",
    "EmbeddedStore",
    "Query",
    "RemoteStore",
    "Row",
    "Store",
    "audit_path",
    "difference",
    "service_note",
    "tokens_path",
    "users_path",
]
