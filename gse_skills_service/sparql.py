"""`/sparql`: the SPARQL 1.1 Protocol for queries, by GET, by form and by direct POST; updates are refused.

The query runs in a child over the caller's views. While it runs, the connection is watched: a client that leaves takes
its child along.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pyoxigraph as ox
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from gse_skills.access import ANONYMOUS, Access
from gse_skills.audit import Witness
from gse_skills.errors import InputError, RefusedError, TooLargeError, UnavailableError
from gse_skills.register import Register
from gse_skills.sparql import Answer, Asking, Endpoint, QueryRequest, negotiate
from gse_skills.sparql.negotiation import GRAPHS, RESULTS
from gse_skills.sparql.remote import RemoteAsking, RemoteEndpoint
from gse_skills.store import EmbeddedStore
from gse_skills.vocabulary import RDF, RDFS
from gse_skills_service.api.answering import problems
from gse_skills_service.auth import Allowed
from gse_skills_service.witness import Witnessed

ADDRESS = "/sparql"
_MAX_BODY = 256 * 1024
_LOOK_SECONDS = 0.1
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_DESCRIPTION_TYPES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
_RESULT_FORMATS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "RDF_XML", "JSON-LD"),
)


class SparqlService:
    """Queries of callers, over the views that the policy gives them."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._endpoint = _endpoint(register)
        self._guarded = not register.sandbox.missing_guards

    def start(self, asked: QueryRequest, access: Access, witness: Witness, asker: str) -> Asking | RemoteAsking:
        """Start a query, which counts against the cap of `asker`.

        Raises RefusedError (rule `no-token`) and what `Endpoint.start` raises.
        """
        if not self._guarded and access.caller == ANONYMOUS:
            raise RefusedError(
                "On this platform a query cannot be confined, so only signed-in callers may send one.",
                rule="no-token",
                remedy="Send an API token.",
            )
        witness.queried(asked.query)
        seen = (*access.views, *self._register.state.releases.shelf)
        return self._endpoint.start(asked, seen, asker)

    def answer(self, request: Request, asked: QueryRequest, access: Access, witness: Witness) -> Answer:
        """The answer to a query, waited for."""
        return self.start(asked, access, witness, _asker(request, witness)).result()

    async def answer_while(
        self, request: Request, asked: QueryRequest, access: Access, witness: Witness
    ) -> Answer | None:
        """The answer, or None when the client left before it was there."""
        asking = await asyncio.to_thread(self.start, asked, access, witness, _asker(request, witness))
        waiting = asyncio.create_task(asyncio.to_thread(asking.result))
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=_LOOK_SECONDS)
            if not waiting.done() and await request.is_disconnected():
                asking.kill()
                with contextlib.suppress(UnavailableError):
                    await waiting
                return None
        return waiting.result()


def _asker(request: Request, witness: Witness) -> str:
    """Whose queries they are: those of a user or of a token, or of whoever else is at one address."""
    address = request.client.host if request.client else ""
    return witness.user or witness.token or f"{witness.access.caller} {address}"


def _endpoint(register: Register) -> Endpoint | RemoteEndpoint:
    store, settings = register.store, register.settings
    if isinstance(store, EmbeddedStore):
        return Endpoint(register.sandbox, store.snapshot)
    auth: httpx.Auth | None = None
    if settings.store_user and settings.store_password:
        scheme = httpx.DigestAuth if settings.store_digest else httpx.BasicAuth
        auth = scheme(settings.store_user, settings.store_password.get_secret_value())
    return RemoteEndpoint(register.sandbox, settings.store_query_url or "", auth)


_GRAPHS: dict[str, Any] = {"type": "array", "items": {"type": "string", "format": "uri"}}
_FIELDS: dict[str, dict[str, Any]] = {
    "query": {"description": "A SPARQL 1.1 query.", "schema": {"type": "string"}, "example": "ASK {}"},
    "default-graph-uri": {
        "description": "Graphs that make up the default graph, of those you may see.",
        "schema": _GRAPHS,
    },
    "named-graph-uri": {"description": "Named graphs, of those you may see.", "schema": _GRAPHS},
    "accept": {"description": "In place of the Accept header.", "schema": {"type": "string"}},
}
_IN_ADDRESS = [{"name": name, "in": "query", **field} for name, field in _FIELDS.items()]
_IN_BODY = {
    _FORM: {
        "schema": {
            "type": "object",
            "required": ["query"],
            "properties": {
                name: {"description": field["description"], **field["schema"]} for name, field in _FIELDS.items()
            },
        },
        "example": {"query": "ASK {}"},
    },
    _DIRECT: {"schema": {"type": "string"}, "example": "ASK {}"},
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The answer", "content": {name: {} for name in (*RESULTS, *GRAPHS)}},
    **problems(400, 401, 406, 413, 422, 503, 507),
}
_SEE_OTHER: dict[int | str, dict[str, Any]] = {303: {"description": "To the query page, for a browser without a query"}}

router = APIRouter(tags=["SPARQL"])


@router.get(
    ADDRESS,
    summary="SPARQL query by GET, or the service description",
    response_class=Response,
    responses=_RESPONSES | _SEE_OTHER,
    openapi_extra={"parameters": _IN_ADDRESS},
)
async def get_sparql(request: Request, access: Allowed, witness: Witnessed) -> Response:
    """A query (`query`, `default-graph-uri`, `named-graph-uri`; `accept` for a client that cannot set the header).

    Without a query, the service description; a browser is led to the query page.
    """
    parameters = _parameters(request.scope["query_string"].decode("latin-1"))
    if not any(name in ("query", "update") for name, _ in parameters):
        return _describe(request)
    return await _answer(request, access, witness, parameters)


@router.post(
    ADDRESS,
    summary="SPARQL query by POST, as a form or as it is",
    response_class=Response,
    responses=_RESPONSES | problems(415),
    openapi_extra={"parameters": _IN_ADDRESS[1:], "requestBody": {"required": True, "content": _IN_BODY}},
)
async def post_sparql(request: Request, access: Allowed, witness: Witnessed) -> Response:
    """A query as a form, or as `application/sparql-query` with the graphs in the address.

    What a form says and what its address says count together: graphs named in either narrow what is asked.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    text = await _text(request)
    parameters = _parameters(request.scope["query_string"].decode("latin-1"))
    if kind == _FORM:
        parameters += _parameters(text)
    elif kind == _DIRECT:
        parameters.append(("query", text))
    elif kind == "application/sparql-update":
        raise _no_update()
    else:
        raise InputError(
            f"A query cannot be sent as {kind or 'nothing in particular'}.",
            rule="unsupported-media-type",
            remedy=f"Send a form ({_FORM}) or the query itself ({_DIRECT}).",
        )
    return await _answer(request, access, witness, parameters)


async def _text(request: Request) -> str:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MAX_BODY:
            raise TooLargeError(
                f"The query is larger than {_MAX_BODY >> 10} kB.", rule="query-too-long", remedy="Send a shorter query."
            )
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _parameters(encoded: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _not_utf8() -> InputError:
    return InputError("The query is not UTF-8.", rule="encoding", remedy="Send it as UTF-8.")


async def _answer(request: Request, access: Access, witness: Witness, parameters: list[tuple[str, str]]) -> Response:
    service: SparqlService = request.app.state.sparql
    answer = await service.answer_while(request, _request(request, parameters), access, witness)
    if answer is None:
        return Response(status_code=499)
    return Response(answer.body, media_type=answer.media_type, headers={"Vary": "Accept"})


def _request(request: Request, parameters: list[tuple[str, str]]) -> QueryRequest:
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise _no_update()
    queries = given.get("query", [])
    if len(queries) != 1:
        raise InputError(
            f"There are {len(queries)} queries in the request.", rule="one-query", remedy="Send exactly one “query”."
        )
    accept = given.get("accept", [request.headers.get("accept", "")])[0]
    default, named = given.get("default-graph-uri", []), given.get("named-graph-uri", [])
    return QueryRequest(queries[0], tuple(default), tuple(named), accept or None)


def _no_update() -> InputError:
    return InputError(
        "This endpoint only reads.", rule="update", remedy="Records are changed by importing a sheet, not by updates."
    )


def _describe(request: Request) -> Response:
    accept = request.headers.get("accept")
    chosen = negotiate(accept, (*_DESCRIPTION_TYPES, "text/html"))
    if chosen == "text/html":
        return RedirectResponse("/query", 303)
    if chosen is None:
        raise InputError("No such form.", rule="not-acceptable", remedy=f"Ask for {', '.join(_DESCRIPTION_TYPES)}.")
    body = ox.serialize(_description(str(request.base_url)), format=_DESCRIPTION_TYPES[chosen], prefixes={"sd": _SD})
    return Response(body, media_type=chosen, headers={"Vary": "Accept"})


def _description(base: str) -> list[ox.Triple]:
    service, node = ox.NamedNode(f"{base.rstrip('/')}{ADDRESS}"), ox.NamedNode
    features = ("UnionDefaultGraph",)
    return [
        ox.Triple(service, node(RDF.type), node(f"{_SD}Service")),
        ox.Triple(service, node(f"{_SD}endpoint"), service),
        ox.Triple(service, node(RDFS.seeAlso), node(f"{base.rstrip('/')}/dataset")),
        ox.Triple(service, node(f"{_SD}supportedLanguage"), node(f"{_SD}SPARQL11Query")),
        *(ox.Triple(service, node(f"{_SD}feature"), node(f"{_SD}{name}")) for name in features),
        *(ox.Triple(service, node(f"{_SD}resultFormat"), node(f"{_FORMATS}{name}")) for name in _RESULT_FORMATS),
    ]


def install(app: FastAPI) -> None:
    """Give `app` its endpoint; some clients write it with a slash at the end."""
    app.state.sparql = SparqlService(app.state.register)
    app.include_router(router)
    app.add_api_route(f"{ADDRESS}/", get_sparql, methods=["GET"], include_in_schema=False)
    app.add_api_route(f"{ADDRESS}/", post_sparql, methods=["POST"], include_in_schema=False)
