"""The addresses of the reconciliation service; its manifest names them all."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import JSONResponse, Response

from gse_skills import __version__
from gse_skills.description import BASE
from gse_skills.errors import AmbiguousError, InputError, NotFoundError
from gse_skills.framework import Concept
from gse_skills.framework.words import normalise
from gse_skills.register import State
from gse_skills.vocabulary import GSE
from gse_skills_service.api.answering import problems
from gse_skills_service.auth import Registered
from gse_skills_service.linked_data import service_address
from gse_skills_service.middleware import POLICY
from gse_skills_service.pages.views import Preview
from gse_skills_service.reconcile.asked import MAX_TEXT, read_batch, read_extension
from gse_skills_service.reconcile.candidates import candidates, described
from gse_skills_service.reconcile.properties import PROPERTIES, extend
from gse_skills_service.reconcile.types import KINDS, scope_of, types, types_of

ADDRESS = "/reconcile"
_MAX_BATCH = 256 * 1024
_SUGGESTED = 20
_WIDTH, _HEIGHT = 430, 300

_CARD: dict[int | str, dict[str, Any]] = {
    200: {"description": "A page for a small frame", "content": {"text/html": {}}}
}

router = APIRouter(prefix=ADDRESS, tags=["Reconciliation"], responses=problems(422))

_EXAMPLE = '{"q0": {"query": "virus science"}}'
_EXTENSION = (
    '{"ids": ["https://w3id.org/gse-skills/framework/LIF-VIR"], '
    '"properties": [{"id": "http://www.w3.org/2004/02/skos/core#broader"}]}'
)
_DESCRIBED = {
    "queries": "A batch of queries as JSON, at most 100.",
    "extend": "A data extension query as JSON, of at most 500 identifiers.",
}
Prefix = Annotated[str, Query(description="What has been typed.", max_length=MAX_TEXT, examples=["virol"])]
Cursor = Annotated[int, Query(description="How many suggestions to skip.", ge=0, le=1000)]
_OBJECT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "As version 0.2 of the Reconciliation Service API has it",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@router.get("", summary="The manifest, or answers to queries", responses=_OBJECT | problems(400, 413))
def get_reconcile(
    request: Request,
    register: Registered,
    queries: Annotated[
        str | None, Query(description=_DESCRIBED["queries"], max_length=_MAX_BATCH, examples=[_EXAMPLE])
    ] = None,
    extend: Annotated[str | None, Query(description=_DESCRIBED["extend"], max_length=_MAX_BATCH)] = None,
) -> JSONResponse:
    """Candidates for a batch of queries, or properties of concepts; without either, the manifest of the service."""
    if queries is None and extend is None:
        return JSONResponse(_manifest(service_address(request), register.state))
    return _answer(register.state, queries, extend)


@router.post("", summary="Answers to queries", responses=_OBJECT | problems(400, 413))
def post_reconcile(
    register: Registered,
    queries: Annotated[
        str | None, Form(description=_DESCRIBED["queries"], max_length=_MAX_BATCH, examples=[_EXAMPLE])
    ] = None,
    extend: Annotated[
        str | None, Form(description=_DESCRIBED["extend"], max_length=_MAX_BATCH, examples=[_EXTENSION])
    ] = None,
) -> JSONResponse:
    """Candidates for a batch of queries, or properties of concepts (data extension), asked by a form."""
    return _answer(register.state, queries, extend)


def _answer(state: State, queries: str | None, extension: str | None) -> JSONResponse:
    if queries is not None and extension is None:
        batch = read_batch(queries)
        return JSONResponse({key: {"result": candidates(asked, state)} for key, asked in batch.items()})
    if extension is not None and queries is None:
        return JSONResponse(extend(read_extension(extension), state))
    raise InputError(
        "A request is for “queries” or for “extend”.",
        rule="one-request",
        remedy="Send one of the two; GET without either gives the manifest.",
    )


@router.get("/suggest/entity", summary="Concepts for what is typed", responses=_OBJECT | problems(400))
def suggest_entity(
    register: Registered,
    prefix: Prefix,
    cursor: Cursor = 0,
    type: Annotated[list[str] | None, Query(description="Only these types.", max_length=50)] = None,  # noqa: A002
) -> JSONResponse:
    """Concepts whose label or notation begins as what is typed, or is like it; also one that is named by its IRI."""
    state = register.state
    scope = scope_of(type or (), state.framework)
    found = state.search.search(prefix, cursor + _SUGGESTED, scope.schemes, scope.kinds)
    iris = [suggestion.concept for suggestion in found]
    try:
        named = state.lookup.resolve(prefix, scope.schemes, scope.kinds).concept
        iris = [named, *(iri for iri in iris if iri != named)]
    except (NotFoundError, AmbiguousError):
        pass  # nothing is chosen here: what was found is shown
    concepts = [state.framework.concept(iri) for iri in iris[cursor : cursor + _SUGGESTED]]
    return JSONResponse({"result": [_suggested(concept, state) for concept in concepts]})


def _suggested(concept: Concept, state: State) -> dict[str, Any]:
    return {
        "id": concept.iri,
        "name": concept.pref_label,
        "description": described(concept),
        "notable": types_of(concept, state.framework),
    }


@router.get("/suggest/type", summary="Types for what is typed", responses=_OBJECT)
def suggest_type(register: Registered, prefix: Prefix, cursor: Cursor = 0) -> JSONResponse:
    """Kinds of concept and schemes whose name holds what is typed."""
    return JSONResponse({"result": _named(types(register.state.framework), prefix, cursor)})


@router.get("/suggest/property", summary="Properties for what is typed", responses=_OBJECT)
def suggest_property(prefix: Prefix, cursor: Cursor = 0) -> JSONResponse:
    """Properties whose name holds what is typed."""
    return JSONResponse({"result": _named([one.named for one in PROPERTIES.values()], prefix, cursor)})


def _named(all_: list[dict[str, str]], prefix: str, cursor: int) -> list[dict[str, str]]:
    typed = normalise(prefix)
    found = [one for one in all_ if one["id"] == prefix.strip() or typed in normalise(one["name"])]
    return found[cursor : cursor + _SUGGESTED]


@router.get("/properties", summary="Properties of a type", responses=_OBJECT | problems(400))
def propose_properties(
    register: Registered,
    type: Annotated[str, Query(max_length=2000, examples=[GSE.Skill])],  # noqa: A002
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
) -> JSONResponse:
    """Properties that data extension can fetch of concepts of a type: for every type the same."""
    scope_of([type], register.state.framework)
    proposed = [{"id": one.iri, "name": one.name} for one in PROPERTIES.values()][:limit]
    return JSONResponse({"type": type, "limit": limit, "properties": proposed})


@router.get(
    "/preview",
    summary="A concept on a card",
    response_class=Response,
    responses=_CARD | problems(404),
)
def preview(
    request: Request,
    register: Registered,
    id: Annotated[  # noqa: A002
        str, Query(max_length=2000, examples=["https://w3id.org/gse-skills/framework/LIF-VIR"])
    ],
) -> Response:
    """A concept, by its IRI, as a small page that other applications show in a frame."""
    state = register.state
    page: Response = request.app.state.pages.page(request, _preview(state.framework.concept(id), state))
    # Shown in a frame by whoever likes: there is nothing on it to click.
    page.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    return page


def _preview(concept: Concept, state: State) -> Preview:
    framework = state.framework
    above = [framework.concept(iri).pref_label for iri in framework.ancestors(concept.iri) if iri != concept.iri]
    return Preview(
        concept.pref_label,
        KINDS[concept.kind][1],
        concept.notation or "",
        framework.title(concept.scheme),
        concept.definition,
        tuple(above),
        concept.alt_labels,
        deprecated=concept.deprecated,
        replaced_by=tuple(framework.concept(iri).pref_label for iri in concept.replaced_by if iri in framework),
    )


@router.options("", include_in_schema=False)
@router.options("/{rest:path}", include_in_schema=False)
def preflight() -> Response:
    """What a browser asks before a page of another origin may send a header of its own."""
    allowed = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "*"}
    return Response(status_code=204, headers=allowed | {"Access-Control-Max-Age": "86400"})


def _manifest(base: str, state: State) -> dict[str, Any]:
    service = base.rstrip("/")

    def at(path: str) -> dict[str, str]:
        return {"service_url": service, "service_path": f"{ADDRESS}{path}"}

    return {
        "versions": ["0.2"],
        "name": state.framework.title("gse"),
        "identifierSpace": str(BASE),
        "schemaSpace": str(GSE),
        "serviceVersion": __version__,
        "defaultTypes": types(state.framework)[:3],
        "view": {"url": f"{base}id?iri={{{{id}}}}"},
        "preview": {"url": f"{service}{ADDRESS}/preview?id={{{{id}}}}", "width": _WIDTH, "height": _HEIGHT},
        "suggest": {name: at(f"/suggest/{name}") for name in ("entity", "type", "property")},
        "extend": {"propose_properties": at("/properties"), "property_settings": []},
    }
