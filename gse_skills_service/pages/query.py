"""The SPARQL page: a text area, the shared examples, and the result as a page; also with an editor in its place."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Annotated

import pyoxigraph as ox
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse

from gse_skills.access import Access
from gse_skills.audit import Witness
from gse_skills.errors import GseSkillsError
from gse_skills.examples import examples
from gse_skills.sparql import QueryRequest
from gse_skills.vocabulary.namespace import PREFIXES
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.completion import completions
from gse_skills_service.pages.frame import Link, Section
from gse_skills_service.pages.solutions import Solution, table_of
from gse_skills_service.pages.views import Example, Graph, Place, Table, Topic, Truth
from gse_skills_service.pages.views import Query as View
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

PLAIN, EDITOR, COMPLETIONS = "/query", "/query/editor", "/query/completions"
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


@router.get(PLAIN)
@router.get(EDITOR)
def query_form(request: Request, query: str = "") -> HTMLResponse:
    """The page with a query in its box, not yet run."""
    return _show(request, _view(request, query))


@router.post(PLAIN)
@router.post(EDITOR)
def run_query(
    request: Request,
    access: Allowed,
    witness: Witnessed,
    query: Annotated[str, Form()] = "",
    page: Annotated[int, Form(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    """The page with the query's result, or with one page of it."""
    started = time.perf_counter()
    view = _view(request, query)
    try:
        outcome = _run(request, access, witness, query, page)
    except GseSkillsError as error:
        place = _place(query, error)
        wrong = replace(view, mistake=error.message, remedy=error.remedy, place=place)
        return _show(request, wrong, status_of(error))
    forms = _GRAPH_DOWNLOADS if isinstance(outcome, Graph) else _DOWNLOADS
    downloads = tuple(Link(name, address("/sparql", query=query, accept=media)) for name, media in forms)
    seconds = time.perf_counter() - started
    return _show(request, replace(view, outcome=outcome, seconds=seconds, downloads=downloads))


@router.get(COMPLETIONS)
def complete(register: Registered, q: Annotated[str, Query(max_length=200)] = "") -> JSONResponse:
    """What a word of a query could become: `{"items": [{"text", "label", "kind"}, …]}`."""
    found = completions(q, register.state)
    return JSONResponse({"items": [{"text": one.text, "label": one.label, "kind": one.kind} for one in found]})


def _run(request: Request, access: Access, witness: Witness, query: str, page: int) -> Table | Graph | Truth:
    answer = request.app.state.sparql.answer(request, QueryRequest(query, accept=_ACCEPT), access, witness)
    if answer.media_type.startswith("text/turtle"):
        return Graph(answer.body.decode())
    result = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
    if isinstance(result, ox.QueryBoolean):
        return Truth(bool(result))
    assert isinstance(result, ox.QuerySolutions)
    columns = tuple(variable.value for variable in result.variables)
    solutions: list[Solution] = [tuple(solution[name] for name in columns) for solution in result]
    return table_of(columns, solutions, page)


def _place(query: str, error: GseSkillsError) -> Place | None:
    line, column = error.extra.get("line"), error.extra.get("column")
    if not isinstance(line, int) or not isinstance(column, int):
        return None
    lines = query.splitlines() or [""]
    text = lines[min(line, len(lines)) - 1]
    indent = "".join(sign if sign == "\t" else " " for sign in text[: column - 1])
    return Place(line, column, text, indent)


def _view(request: Request, text: str) -> View:
    edits = request.url.path == EDITOR
    action, other = (EDITOR, PLAIN) if edits else (PLAIN, EDITOR)
    said = "Use the plain text area" if edits else "Use the editor with colours and completion"
    by_topic: dict[str, list[Example]] = {}
    for one in examples():
        by_topic.setdefault(one.topic, []).append(Example(one.title, one.question, address(action, query=one.text)))
    return View(
        action,
        text,
        tuple(Topic(title, tuple(shared)) for title, shared in by_topic.items()),
        prefixes=tuple((prefix, str(namespace)) for prefix, namespace in PREFIXES.items()),
        completions=COMPLETIONS if edits else "",
        other=Link(said, address(other, query=text)),
    )


def _show(request: Request, view: View, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.QUERY, status)
    return page
