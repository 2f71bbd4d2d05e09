"""The framework: search, and one concept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.capability import CoverageQuestion
from gse_skills.framework import OWN_SCHEME, SKILL_KINDS, Concept
from gse_skills.framework.export import Form
from gse_skills.imports.phrases import LIKE
from gse_skills.register import Register, State
from gse_skills.release import MATCHES, life_of, matches_of
from gse_skills.store import Store
from gse_skills.vocabulary import Level
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import (
    address,
    concept_link,
    foreign,
    levels_of,
    path_to,
    rdf_of,
    release_page,
    role_page,
    skill_page,
)
from gse_skills_service.pages.frame import FieldName, Link, Section
from gse_skills_service.pages.resource import place_of
from gse_skills_service.pages.roles import role_links
from gse_skills_service.pages.views import ConceptLink, Held, LanguageText, Match, Mistake, Search, Skill, Stage

router = APIRouter(include_in_schema=False)

_RESULTS = 20
_ROLES = 12
"""Roles that need a skill, shown on its page; all are a link away."""
_KINDS = {"domain": "Domain", "group": "Skill group", "skill": "Skill", "occupation": "Occupation", "role": "Role"}


@router.get("/framework")
def search_framework(request: Request, register: Registered, q: str | None = None) -> HTMLResponse:
    """Search, or the domains to browse."""
    state = register.state
    if q is None or not q.strip():
        tops = (state.framework.concept(iri) for iri in state.framework.top_concepts(OWN_SCHEME))
        domains = sorted(tops, key=lambda concept: concept.pref_label)
        forms = tuple(Link(form.label, f"/downloads/{OWN_SCHEME}.{form.value}") for form in Form)
        empty = () if q is None else (Mistake(FieldName.SEARCH, "Enter a skill, group or domain"),)
        view = Search("", browse=tuple(_link(concept, state) for concept in domains), downloads=forms, mistakes=empty)
    else:
        found = state.search.search(q, _RESULTS, kinds=SKILL_KINDS)
        links = [_link(state.framework.concept(s.concept), state, s.label) for s in found if s.score >= LIKE]
        view = Search(q, tuple(links))
    status = 400 if view.mistakes else 200
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FRAMEWORK, status)
    return page


@router.get("/framework/concept")
def foreign_concept(request: Request, register: Registered, access: Allowed, iri: str) -> Response:
    """A concept of any scheme, by its IRI; a role has a page of its own."""
    return _concept_page(request, register.state.framework.concept(iri), register, access)


@router.get("/framework/{name}")
def own_concept(request: Request, register: Registered, access: Allowed, name: str) -> Response:
    """A concept of our own scheme, by notation; a label finds it too."""
    state = register.state
    return _concept_page(request, state.framework.concept(state.lookup.resolve(name).concept), register, access)


def _concept_page(request: Request, concept: Concept, register: Register, access: Access) -> Response:
    if concept.iri in register.state.framework.roles:
        return RedirectResponse(role_page(concept), 303)
    view = replace(_view(concept, register), held=_held(concept, register, access))
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FRAMEWORK)
    return page


def _held(concept: Concept, register: Register, access: Access) -> Held | None:
    """How many of the people whom the caller sees hold it, or something of it: what they may count by name anyway, and
    no more."""
    if concept.kind not in SKILL_KINDS or concept.deprecated:
        return None
    found = register.ask_coverage(CoverageQuestion(concept.iri, whole=True), access)
    counts = [sum(cells[0].holders[place] for cells in found.cells) for place in range(len(Level))]
    return Held(tuple(zip(Level, counts, strict=True)), sum(found.people), len(found.organisations))


def _view(concept: Concept, register: Register) -> Skill:
    state = register.state
    framework = state.framework
    previous, following = _beside(concept, state)
    needing = framework.roles_needing.get(concept.iri, ())
    levels, source = levels_of(concept, framework)
    name = concept.notation or concept.iri
    sought = concept.kind in SKILL_KINDS
    return Skill(
        label=concept.pref_label,
        kind=_KINDS.get(concept.kind, "Concept"),
        iri=concept.iri,
        scheme=Link(framework.schemes[concept.scheme], "/framework"),
        notation=concept.notation or "",
        definition=concept.definition,
        scope_note=concept.scope_note,
        path=path_to(concept, framework),
        alt_labels=concept.alt_labels,
        language=foreign(concept.language),
        other_labels=tuple(LanguageText(label.text, label.language) for label in concept.other_labels),
        levels=levels,
        levels_of=_text_link(source, state) if source else None,
        broader=_links(concept.broader, state),
        narrower=_links(concept.narrower, state),
        related=_links(concept.related, state),
        matches=tuple(_matches(concept, state, register.store)),
        previous=previous,
        next=following,
        roles=role_links(needing[:_ROLES], framework, concept.iri),
        roles_total=len(needing),
        roles_href=address("/framework/roles", skill=name) + "&scheme=",
        life=_life(concept, state, register.store),
        compare_href=address("/framework/compare", a=name) if sought else "",
        themes=_labels(concept.themes, state),
        emergencies=_labels(concept.emergencies, state),
        deprecated=concept.deprecated,
        replaced_by=_links(concept.replaced_by, state),
        suggest_href=address("/proposals/new", concept=concept.iri),
        who_href=address("/expertise", skill=concept.pref_label, concept=concept.iri) if sought else "",
        coverage_href=address("/organisations", concept=name) if concept.kind in ("group", "domain") else "",
        downloads=(Link("JSON", address(f"/api/v1/skills/{name}")), *rdf_of(concept.iri)),
    )


def _matches(concept: Concept, state: State, store: Store) -> Iterator[Match]:
    for one in matches_of(concept.iri, store):
        if one.iri in state.framework:
            other = state.framework.concept(one.iri)
            scheme = state.framework.title(other.scheme)
            yield Match(MATCHES[one.relation], Link(other.pref_label, skill_page(other)), scheme)
        else:
            yield Match(MATCHES[one.relation], Link(one.label or one.iri, place_of(one.iri)), one.scheme)


def _life(concept: Concept, state: State, store: Store) -> tuple[Stage, ...]:
    """The newest first."""
    chapters = life_of(concept.iri, concept.scheme, state.releases, store)
    return tuple(
        Stage(
            Link(f"{one.release.title} {one.release.version}", release_page(one.release.name)),
            one.release.since.date(),
            one.release.current,
            one.present,
            one.notes,
        )
        for one in reversed(chapters)
    )


def _beside(concept: Concept, state: State) -> tuple[Link | None, Link | None]:
    """The neighbours in the order of notations, or else labels, beneath the same concept; of several the first."""
    if not concept.broader:
        return None, None
    same = [state.framework.concept(iri) for iri in state.framework.concept(concept.broader[0]).narrower]
    live = [one for one in same if one == concept or not one.deprecated]
    live.sort(key=lambda one: (one.notation or "", one.pref_label, one.iri))
    place = live.index(concept)
    before, after = live[:place][-1:], live[place + 1 :][:1]
    links = [Link(one[0].pref_label, skill_page(one[0])) if one else None for one in (before, after)]
    return links[0], links[1]


def _links(iris: tuple[str, ...], state: State) -> tuple[Link, ...]:
    return tuple(_text_link(iri, state) for iri in iris if iri in state.framework)


def _labels(iris: tuple[str, ...], state: State) -> tuple[str, ...]:
    return tuple(state.framework.concept(iri).pref_label for iri in iris if iri in state.framework)


def _text_link(iri: str, state: State) -> Link:
    concept = state.framework.concept(iri)
    return Link(concept.pref_label, skill_page(concept))


def _link(concept: Concept, state: State, matched: str = "") -> ConceptLink:
    return concept_link(concept, state.framework.schemes[concept.scheme], matched=matched)
