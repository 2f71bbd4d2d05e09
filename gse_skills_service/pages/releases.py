"""The pages of releases: the list, and what each changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from gse_skills.framework import Framework
from gse_skills.register import Register
from gse_skills.release import Installed, metadata_of, summary_of
from gse_skills.vocabulary import DCTERMS, OWL, SKOS
from gse_skills_service.auth import Registered
from gse_skills_service.pages.addresses import address, path_to, release_page, skill_page
from gse_skills_service.pages.frame import Link, Section
from gse_skills_service.pages.views import Changed, Release, ReleaseLink, Releases

router = APIRouter(include_in_schema=False)

_MOST = 500
"""Concepts whose changes are shown on one page."""
_GONE = "No longer in the scheme"
_METADATA = {
    DCTERMS.description: "Description",
    OWL.versionInfo: "Version",
    DCTERMS.created: "Created",
    DCTERMS.modified: "Changed",
    DCTERMS.license: "Licence",
    DCTERMS.rights: "Rights",
    DCTERMS.source: "Source",
    DCTERMS.bibliographicCitation: "How to cite it",
    SKOS.note: "How to propose a change",
}
"""The headings under which what a scheme says of itself is shown, in order."""


@router.get("/framework/releases")
def list_releases(request: Request, register: Registered) -> HTMLResponse:
    """All releases that are or were in force here."""
    catalogue = register.state.releases
    by_scheme = groupby(catalogue.releases, lambda one: one.slug)
    schemes = ((slug, tuple(link_of(one) for one in reversed(list(some)))) for slug, some in by_scheme)
    view = Releases(tuple((register.state.framework.title(slug), some) for slug, some in schemes))
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FRAMEWORK)
    return page


@router.get("/framework/releases/{name:path}")
def one_release(request: Request, register: Registered, name: str) -> HTMLResponse:
    """One release by slug@version, or by slug the one in force."""
    release = register.state.releases.meant(name)
    page: HTMLResponse = request.app.state.pages.page(request, _view(release, register), Section.FRAMEWORK)
    return page


def link_of(one: Installed) -> ReleaseLink:
    """A release as lists show it."""
    return ReleaseLink(one.name, release_page(one.name), one.title, one.version, one.since.date(), one.current)


def _view(release: Installed, register: Register) -> Release:
    state = register.state
    summary = summary_of(release, register.store)
    told = metadata_of(release, register.store)
    former = next((one for one in state.releases.releases if one.iri == release.revision_of), None)
    graphs = (("Everything in it", release.graph), ("What it changed", release.changes if former else ""))
    return Release(
        link_of(release),
        release.iri,
        tuple((heading, " ".join(told[name])) for name, heading in _METADATA.items() if name in told),
        Link(f"{former.title} {former.version}", release_page(former.name)) if former else None,
        tuple((count, kind[:1].lower() + kind[1:]) for kind, count in summary.counts.items()),
        tuple(_by_domain(summary.notes, state.framework)),
        max(0, len(summary.notes) - _MOST),
        tuple(Link(f"{text} (Turtle)", _all_of(graph)) for text, graph in graphs if graph),
        (Link("Framework", "/framework"), Link("Releases", "/framework/releases")),
    )


def _all_of(graph: str) -> str:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    return address("/sparql", query=query, accept="text/turtle")


def _by_domain(notes: Mapping[str, tuple[str, ...]], framework: Framework) -> Iterator[tuple[str, tuple[Changed, ...]]]:
    """The changes under the topmost concept of each, in the order of domains; what is gone comes last."""
    rows = sorted((_row(iri, told, framework) for iri, told in notes.items()), key=lambda row: row[0])[:_MOST]
    for (_, domain), some in groupby(rows, key=lambda row: row[0][:2]):
        yield domain, tuple(changed for _, changed in some)


def _row(iri: str, told: tuple[str, ...], framework: Framework) -> tuple[tuple[bool, str, str, str], Changed]:
    if iri not in framework:
        return (True, _GONE, iri, iri), Changed(Link(iri, iri), "", told)
    concept = framework.concept(iri)
    path = path_to(concept, framework)
    domain = path[0].text if path else concept.pref_label
    order = (False, domain, concept.notation or "", concept.pref_label)
    return order, Changed(Link(concept.pref_label, skill_page(concept)), concept.notation or "", told)
