"""`/id/`, `/doc/` and `/def/`: linked data, as "Cool URIs for the Semantic Web" (W3C note, 2008) says.

An IRI of the project names a thing. `/id/PATH` stands for it and leads (303) to a document about it, in the form that
the client asks for; `/doc/PATH.ENDING` is that document; `/def/` is the ontology, to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.description import ONTOLOGY_IRI, Triples, describe, iri_of
from gse_skills.register import Register
from gse_skills.sparql.negotiation import GRAPHS, negotiate, not_acceptable
from gse_skills.vocabulary import GSE, ID
from gse_skills.vocabulary.namespace import PREFIXES
from gse_skills_service.api.answering import answer_bytes, problems
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import document_of, release_page, skill_page
from gse_skills_service.pages.definition import ontology_view
from gse_skills_service.pages.person import person_view
from gse_skills_service.pages.resource import resource_view
from gse_skills_service.witness import get_witness, tell_of_document

router = APIRouter(tags=["Linked data"], responses=problems(401, 422), default_response_class=Response)

DEFINITIONS = "/def/"
_HTML = "text/html"


class Form(NamedTuple):
    """A form of a document: its media type and the RDF syntax, None for a page."""

    media_type: str
    syntax: ox.RdfFormat | None


FORMS: Mapping[str, Form] = {
    "html": Form(_HTML, None),
    "ttl": Form("text/turtle", ox.RdfFormat.TURTLE),
    "jsonld": Form("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": Form("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "nt": Form("application/n-triples", ox.RdfFormat.N_TRIPLES),
}
"""By ending, dearest first."""
_ENDINGS = {form.media_type: ending for ending, form in FORMS.items()}

_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The document", "content": {form.media_type: {} for form in FORMS.values()}},
    304: {"description": "As the client has it"},
}
_SEE_OTHER: dict[int | str, dict[str, Any]] = {303: {"description": "To the document, in the form asked for"}}
_TO_PAGE: dict[int | str, dict[str, Any]] = {303: {"description": "To the page of a concept"}}

Named = Annotated[str, Path(description="What follows https://w3id.org/gse-skills/ in the IRI, also id/.")]
Iri = Annotated[
    str,
    Query(
        description="Any IRI that is described here, also one of another publisher.",
        max_length=2000,
        examples=["https://w3id.org/gse-skills/framework/LIF-VIR"],
    ),
]
Ending = Annotated[str, Query(description="The form, in place of the Accept header.", pattern=f"^({'|'.join(FORMS)})$")]


def service_address(request: Request) -> str:
    """The address of this service as the world knows it, with a slash at the end."""
    return f"{(request.app.state.register.settings.public_url or str(request.base_url)).rstrip('/')}/"


def chosen(request: Request, *, page: bool = True) -> str:
    """The ending of the form that the client prefers; raises InputError (rule `not-acceptable`)."""
    offered = [*([_HTML] if page else []), *(name for name in GRAPHS)]
    media_type = negotiate(request.headers.get("accept"), offered)
    if media_type is None:
        raise not_acceptable(f"Ask for one of {', '.join(offered)}.")
    return _ENDINGS.get(media_type, "jsonld")


def serialised(
    request: Request,
    triples: Triples,
    ending: str,
    headers: Mapping[str, str],
    prefixes: Mapping[str, str] | None = None,
) -> Response:
    """Triples in one of the RDF forms, with `prefixes` beside the usual ones."""
    form = FORMS[ending]
    assert form.syntax is not None, "pages are not serialised"
    text = "".join(map(str, triples))
    known = {name: str(iri) for name, iri in {**PREFIXES, **(prefixes or {})}.items() if f"<{iri}" in text}
    content = ox.serialize(triples, format=form.syntax, prefixes=known) or b""
    return answer_bytes(request, content, form.media_type, {"Vary": "Accept", **headers})


@router.get(
    "/id", summary="To the document about any resource", responses=_DOCUMENT | _SEE_OTHER | problems(400, 404, 406)
)
def identify_any(request: Request, register: Registered, access: Allowed, iri: Iri) -> Response:
    """Leads to the document about a resource that is named by its IRI, such as a concept of another publisher."""
    return _see(request, register, access, iri)


@router.get(
    "/id/{path:path}",
    summary="From the name of a thing to the document about it",
    responses=_DOCUMENT | _SEE_OTHER | problems(400, 404, 406),
)
def identify(request: Request, register: Registered, access: Allowed, path: Named) -> Response:
    """Leads to the document about what `https://w3id.org/gse-skills/PATH` names, in the form asked for."""
    return _see(request, register, access, iri_of(path))


@router.get("/doc", summary="The document about any resource", responses=_DOCUMENT | _TO_PAGE | problems(400, 404, 406))
def document_any(
    request: Request, register: Registered, access: Allowed, iri: Iri, form: Ending | None = None
) -> Response:
    """The document about a resource that is named by its IRI; `form` (ttl, jsonld, rdf, nt, html) or Accept chooses."""
    return _document(request, register, access, iri, form)


@router.get(
    "/doc/{path:path}",
    summary="The document about a thing",
    responses=_DOCUMENT | _TO_PAGE | problems(400, 404, 406),
)
def document(request: Request, register: Registered, access: Allowed, path: Named) -> Response:
    """What is said of a thing and what points at it; with an ending (.ttl, .jsonld, .rdf, .nt, .html) in that form."""
    stem, dot, ending = path.rpartition(".")
    if dot and ending in FORMS:
        return _document(request, register, access, iri_of(stem), ending)
    return _document(request, register, access, iri_of(path), None)


@router.get(DEFINITIONS, summary="The ontology, to read or as RDF", responses=_DOCUMENT | problems(406))
def definitions(request: Request, register: Registered, access: Allowed) -> Response:
    """The classes and properties as a page, or the whole ontology in a form of RDF."""
    triples = describe(ONTOLOGY_IRI, register.store, access, register.state.releases)
    ending = chosen(request)
    if ending != "html":
        return serialised(request, triples, ending, _links(ONTOLOGY_IRI))
    page: Response = request.app.state.pages.page(request, ontology_view(triples))
    page.headers.update({"Vary": "Accept", **_links(ONTOLOGY_IRI)})
    return page


def _see(request: Request, register: Register, access: Access, iri: str) -> Response:
    describe(iri, register.store, access, register.state.releases)
    ending = chosen(request)
    target = _page(iri, register) if ending == "html" else document_of(iri, ending)
    return RedirectResponse(target, 303, {"Vary": "Accept", **_links(iri)})


def _document(request: Request, register: Register, access: Access, iri: str, asked: str | None) -> Response:
    triples = describe(iri, register.store, access, register.state.releases)
    witness = get_witness(request, access)
    if iri.startswith(ID):
        tell_of_document(witness, iri, triples)
    ending = asked or chosen(request)
    headers = _links(iri) if asked else {"Content-Location": document_of(iri, ending), **_links(iri)}
    if ending != "html":
        return serialised(request, triples, ending, headers)
    target = _page(iri, register)
    if target != document_of(iri, "html"):
        return RedirectResponse(target, 303, {"Vary": "Accept", **_links(iri)})
    person = person_view(register, access, witness, iri, triples)
    page: Response = request.app.state.pages.page(request, person or resource_view(iri, triples))
    page.headers.update({"Vary": "Accept", **headers})
    return page


def _page(iri: str, register: Register) -> str:
    """The page about a resource."""
    framework = register.state.framework
    if iri in framework:
        return skill_page(framework.concept(iri))
    for release in register.state.releases.releases:
        if release.iri == iri:
            return release_page(release.name)
    if iri.startswith(GSE):
        return f"{DEFINITIONS}#{quote(iri.removeprefix(GSE))}"
    return DEFINITIONS if iri.startswith(ONTOLOGY_IRI) else document_of(iri, "html")


def _alternates(iri: str) -> dict[str, str]:
    """The addresses of the RDF forms by media type."""
    return {form.media_type: document_of(iri, ending) for ending, form in FORMS.items() if form.syntax is not None}


def _links(iri: str) -> dict[str, str]:
    """RFC 8288: what the document is about (RFC 6892), and its other forms."""
    links = [f'<{quote(iri, safe=":/?#[]@!$&()*+,;=%~")}>; rel="describes"']
    links += [f'<{href}>; rel="alternate"; type="{kind}"' for kind, href in _alternates(iri).items()]
    return {"Link": ", ".join(links)}


__all__ = ["FORMS", "chosen", "router", "serialised", "service_address"]
