"""The SPARQL page: a text area, the shared examples, and the result as a page."""

from __future__ import annotations

import time
from typing import Annotated, Any

import pyoxigraph as ox
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse

from gse_skills.access import Access
from gse_skills.audit import Witness
from gse_skills.errors import GseSkillsError
from gse_skills.examples import examples
from gse_skills.vocabulary.namespace import PREFIXES
from gse_skills_service.auth import Allowed
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.frame import Link, Section
from gse_skills_service.pages.views import Cell, Example, Graph, Query, Table, Truth
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_ROWS = 200
_ACCEPT = "application/sparql-results+json, text/turtle;q=0.9"
_DOWNLOADS = (
    ("CSV", "text/csv"),
    ("JSON", "application/sparql-results+json"),
    ("XML", "application/sparql-results+xml"),
)
_GRAPH_DOWNLOADS = (
    ("Turtle", "text/turtle"),
    ("JSON-LD", "application/ld+json"),
    ("N-Triples", "application/n-triples"),
)


@router.get("/query")
def query_form(request: Request, query: str = "") -> HTMLResponse:
    """The page with a query in its box, not yet run."""
    return _show(request, _view(query))


@router.post("/query")
def run_query(
    request: Request, access: Allowed, witness: Witnessed, query: Annotated[str, Form()] = ""
) -> HTMLResponse:
    """The page with the query's result."""
    started = time.perf_counter()
    try:
        outcome = _run(request, access, witness, query)
    except GseSkillsError as error:
        view = _view(query, mistake=error.message, remedy=error.remedy)
        return _show(request, view, status_of(error))
    forms = _GRAPH_DOWNLOADS if isinstance(outcome, Graph) else _DOWNLOADS
    downloads = tuple(Link(name, address("/sparql", query=query, accept=media)) for name, media in forms)
    return _show(request, _view(query, outcome=outcome, seconds=time.perf_counter() - started, downloads=downloads))


def _run(request: Request, access: Access, witness: Witness, query: str) -> Table | Graph | Truth:
    answer = request.app.state.sparql.answer(query, _ACCEPT, access, witness)
    if answer.media_type.startswith("text/turtle"):
        return Graph(answer.body.decode())
    result = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
    if isinstance(result, ox.QueryBoolean):
        return Truth(bool(result))
    assert isinstance(result, ox.QuerySolutions)
    columns = tuple(variable.value for variable in result.variables)
    rows: list[tuple[Cell | None, ...]] = []
    total = 0
    for solution in result:
        total += 1
        if len(rows) < _ROWS:
            rows.append(tuple(_cell(solution[name]) for name in columns))
    return Table(columns, tuple(rows), total)


def _cell(term: Any) -> Cell | None:  # noqa: ANN401 - a term of the RDF library, or None
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        href = address("/framework/concept", iri=term.value) if term.value.startswith(PREFIXES["fw"]) else ""
        return Cell(_short(term.value), href)
    if isinstance(term, ox.Literal):
        datatype = _short(term.datatype.value)
        plain = term.language or datatype in ("xsd:string", "rdf:langString")
        return Cell(term.value, "", term.language or "", "" if plain else datatype)
    return Cell(str(term))


def _short(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def _view(
    text: str,
    *,
    outcome: Table | Graph | Truth | None = None,
    mistake: str = "",
    remedy: str = "",
    seconds: float | None = None,
    downloads: tuple[Link, ...] = (),
) -> Query:
    shared = tuple(Example(one.title, one.question, address("/query", query=one.text)) for one in examples())
    prefixes = tuple((prefix, str(namespace)) for prefix, namespace in PREFIXES.items())
    return Query("/query", text, shared, outcome, mistake, remedy, seconds, downloads, prefixes)


def _show(request: Request, view: Query, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.QUERY, status)
    return page
