"""The framework: search, and one concept."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from gse_skills.framework import OWN_SCHEME, SKILL_KINDS, Concept
from gse_skills.register import State
from gse_skills.vocabulary import Level
from gse_skills_service.auth import Registered
from gse_skills_service.pages.addresses import address, concept_link, skill_page
from gse_skills_service.pages.frame import Link, Section
from gse_skills_service.pages.views import ConceptLink, LanguageText, Search, Skill

router = APIRouter(include_in_schema=False)

_RESULTS = 20
_WORTH = 0.35
"""Below this score a result is only near, and shown as such."""
_KINDS = {"domain": "Domain", "group": "Skill group", "skill": "Skill", "occupation": "Occupation", "role": "Role"}


@router.get("/framework")
def search_framework(request: Request, register: Registered, q: str = "") -> HTMLResponse:
    """Search, or the domains to browse."""
    state = register.state
    if not q.strip():
        domains = (state.framework.concept(iri) for iri in state.framework.top_concepts(OWN_SCHEME))
        view = Search("", browse=tuple(_link(concept, state) for concept in domains))
    else:
        found = state.search.search(q, _RESULTS, kinds=SKILL_KINDS)
        links = [_link(state.framework.concept(s.concept), state, s.label, s.score) for s in found]
        good = tuple(link for link in links if link.score is not None and link.score >= _WORTH)
        view = Search(q, good, () if good else tuple(links[:5]))
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FRAMEWORK)
    return page


@router.get("/framework/concept")
def foreign_concept(request: Request, register: Registered, iri: str) -> HTMLResponse:
    """A concept of any scheme, by its IRI."""
    return _concept_page(request, register.state.framework.concept(iri), register.state)


@router.get("/framework/{name}")
def own_concept(request: Request, register: Registered, name: str) -> HTMLResponse:
    """A concept of our own scheme, by notation; a label finds it too."""
    state = register.state
    return _concept_page(request, state.framework.concept(state.lookup.resolve(name).concept), state)


def _concept_page(request: Request, concept: Concept, state: State) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, _view(concept, state), Section.FRAMEWORK)
    return page


def _view(concept: Concept, state: State) -> Skill:
    framework = state.framework
    levels, source = _levels(concept, state)
    name = concept.notation or concept.iri
    return Skill(
        label=concept.pref_label,
        kind=_KINDS.get(concept.kind, "Concept"),
        iri=concept.iri,
        scheme=Link(framework.schemes[concept.scheme], "/framework"),
        notation=concept.notation or "",
        definition=concept.definition,
        scope_note=concept.scope_note,
        path=_path(concept, state),
        alt_labels=concept.alt_labels,
        other_labels=tuple(LanguageText(label.text, label.language) for label in concept.other_labels),
        levels=levels,
        levels_of=_text_link(source, state) if source else None,
        broader=_links(concept.broader, state),
        narrower=_links(concept.narrower, state),
        related=_links(concept.related, state),
        themes=_labels(concept.themes, state),
        emergencies=_labels(concept.emergencies, state),
        deprecated=concept.deprecated,
        replaced_by=_links(concept.replaced_by, state),
        who_href=address("/expertise", skill=concept.pref_label, concept=concept.iri),
        downloads=(
            Link("JSON", address(f"/api/v1/skills/{name}")),
            Link("Turtle", _describe(concept, "text/turtle")),
            Link("JSON-LD", _describe(concept, "application/ld+json")),
            Link("RDF/XML", _describe(concept, "application/rdf+xml")),
        ),
    )


def _describe(concept: Concept, media_type: str) -> str:
    return address("/sparql", query=f"DESCRIBE <{concept.iri}>", accept=media_type)


def _levels(concept: Concept, state: State) -> tuple[tuple[tuple[Level, str], ...], str]:
    """What the levels mean here, and the concept above that says so when this one does not."""
    if concept.level_descriptions:
        return tuple(zip(Level, concept.level_descriptions, strict=True)), ""
    for iri in concept.broader:
        above = state.framework.concept(iri)
        if above.level_descriptions:
            return tuple(zip(Level, above.level_descriptions, strict=True)), iri
    return (), ""


def _path(concept: Concept, state: State) -> tuple[Link, ...]:
    """From the top concept down to the parent; of several parents the first."""
    path: list[Link] = []
    seen = {concept.iri}
    while concept.broader and concept.broader[0] not in seen:
        concept = state.framework.concept(concept.broader[0])
        seen.add(concept.iri)
        path.insert(0, Link(concept.pref_label, skill_page(concept)))
    return tuple(path)


def _links(iris: tuple[str, ...], state: State) -> tuple[Link, ...]:
    return tuple(_text_link(iri, state) for iri in iris if iri in state.framework)


def _labels(iris: tuple[str, ...], state: State) -> tuple[str, ...]:
    return tuple(state.framework.concept(iri).pref_label for iri in iris if iri in state.framework)


def _text_link(iri: str, state: State) -> Link:
    concept = state.framework.concept(iri)
    return Link(concept.pref_label, skill_page(concept))


def _link(concept: Concept, state: State, matched: str = "", score: float | None = None) -> ConceptLink:
    return concept_link(concept, state.framework.schemes[concept.scheme], matched=matched, score=score)
