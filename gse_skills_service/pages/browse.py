"""Browsing our own framework: by letter, as a tree, and two concepts side by side."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from gse_skills.errors import AmbiguousError, NotFoundError
from gse_skills.framework import OWN_SCHEME, SKILL_KINDS, Concept, Framework
from gse_skills.register import State
from gse_skills.vocabulary import Level
from gse_skills_service.auth import Registered
from gse_skills_service.pages.addresses import address, levels_of, path_to, skill_page
from gse_skills_service.pages.frame import FieldName, Link, Section
from gse_skills_service.pages.views import Alphabet, Aspect, Branch, Comparison, Entry, Mistake, Tree

router = APIRouter(include_in_schema=False)

_NO_LETTER = "0-9"


@router.get("/framework/az")
def alphabet(request: Request, register: Registered, letter: Annotated[str, Query(max_length=3)] = "") -> HTMLResponse:
    """The labels of our framework that begin with a letter, alternative ones included."""
    labels = _labels(register.state.framework)
    chosen = letter.upper() if letter.upper() in labels else next(iter(labels), "")
    letters = tuple(Link(each, address("/framework/az", letter=each)) for each in labels)
    view = Alphabet(chosen, letters, labels.get(chosen, ()))
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FRAMEWORK)
    return page


@router.get("/framework/tree")
def tree(request: Request, register: Registered, q: Annotated[str, Query(max_length=300)] = "") -> HTMLResponse:
    """All domains, groups and skills of our framework on one page, or those that are called by some words."""
    framework = register.state.framework
    branches = _tree(framework)
    words, found = q.strip(), 0
    if words:
        hits = _called(words, framework)
        branches = tuple(kept for branch in branches if (kept := _narrowed(branch, hits)))
        found = len(hits)
    view = Tree(framework.title(OWN_SCHEME), branches, words, found, address("/framework", q=words))
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FRAMEWORK)
    return page


@router.get("/framework/compare")
def compare(
    request: Request,
    register: Registered,
    a: Annotated[str | None, Query(max_length=300)] = None,
    b: Annotated[str | None, Query(max_length=300)] = None,
) -> HTMLResponse:
    """Two skills, by any of their names, side by side; a link may name the first alone."""
    state = register.state
    mistakes: list[Mistake] = []
    found = [
        concept
        for field, name in ((FieldName.FIRST, a), (FieldName.SECOND, b))
        if name is not None and (concept := _meant(name, field, state, mistakes))
    ]
    a, b = a or "", b or ""
    view = Comparison(a, b, tuple(mistakes))
    if len(found) == 2:
        first, second = found
        links = (Link(first.pref_label, skill_page(first)), Link(second.pref_label, skill_page(second)))
        view = Comparison(a, b, (), links, tuple(_aspects(first, second, state.framework)))
    status = 400 if mistakes else 200
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FRAMEWORK, status)
    return page


def _meant(name: str, field: FieldName, state: State, mistakes: list[Mistake]) -> Concept | None:
    """The concept that a name means; None, and a mistake, when it means none or several."""
    if not name.strip():
        mistakes.append(Mistake(field, "Enter one skill" if field is FieldName.FIRST else "Enter another skill"))
        return None
    try:
        return state.framework.concept(state.lookup.resolve(name, kinds=SKILL_KINDS).concept)
    except (NotFoundError, AmbiguousError) as error:
        mistakes.append(Mistake.of(error, field))
        return None


@lru_cache(maxsize=1)
def _labels(framework: Framework) -> dict[str, tuple[Entry, ...]]:
    """The entries of each letter in order, what begins with none last; kept, since a framework never alters."""
    found: dict[str, list[Entry]] = {}
    for concept in framework.concepts:
        if concept.scheme != OWN_SCHEME or concept.kind not in SKILL_KINDS or concept.deprecated:
            continue
        for label in (concept.pref_label, *concept.alt_labels):
            preferred = "" if label == concept.pref_label else concept.pref_label
            entry = Entry(label, skill_page(concept), concept.notation or "", preferred)
            found.setdefault(_letter(label), []).append(entry)
    order = sorted(found, key=lambda letter: (letter == _NO_LETTER, letter))
    return {letter: tuple(sorted(found[letter], key=lambda one: (_plain(one.label), one.notation))) for letter in order}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()


def _letter(label: str) -> str:
    """The letter under which a label stands.

    >>> _letter("épée"), _letter("3D printing")
    ('E', '0-9')
    """
    first = next((sign for sign in _plain(label) if sign.isalnum()), "0")
    return first.upper() if first.isalpha() else _NO_LETTER


@lru_cache(maxsize=1)
def _tree(framework: Framework) -> tuple[Branch, ...]:
    """The domains by name; kept, since a framework never alters."""
    branches = (_branch(framework.concept(iri), framework) for iri in framework.top_concepts(OWN_SCHEME))
    return tuple(sorted(branches, key=lambda branch: branch.link.text))


def _branch(concept: Concept, framework: Framework) -> Branch:
    beneath = [framework.concept(iri) for iri in concept.narrower]
    return Branch(
        Link(concept.pref_label, skill_page(concept)),
        concept.notation or "",
        tuple(
            _branch(one, framework)
            for one in sorted(beneath, key=lambda one: one.pref_label)
            if one.scheme == OWN_SCHEME and not one.deprecated
        ),
    )


def _called(words: str, framework: Framework) -> frozenset[str]:
    """The pages of the concepts of which one name, or the code, holds all the words or the beginnings of some."""
    wanted = _plain(words).split()
    return frozenset(
        skill_page(concept)
        for concept in framework.concepts
        if concept.scheme == OWN_SCHEME and concept.kind in SKILL_KINDS and not concept.deprecated
        for name in [(concept.notation or "", concept.pref_label, *concept.alt_labels)]
        if any(all(word in _plain(label) for word in wanted) for label in name)
    )


def _narrowed(branch: Branch, hits: frozenset[str]) -> Branch | None:
    """A branch with what is found in it and what lies above that; all of it beneath a concept that is found itself."""
    found = branch.link.href in hits
    kept = tuple(one for each in branch.beneath if (one := _narrowed(each, hits)))
    if not (found or kept):
        return None
    return replace(branch, beneath=kept or branch.beneath, open=bool(kept), found=found)


def _aspects(first: Concept, second: Concept, framework: Framework) -> Iterator[Aspect]:
    """What is said of either, heading by heading; what is said of neither is left out."""
    sides = [_side(concept, framework) for concept in (first, second)]
    for heading in sides[0]:
        one, other = sides[0][heading], sides[1][heading]
        if one or other:
            yield Aspect(heading, one, other)


def _side(concept: Concept, framework: Framework) -> dict[str, tuple[str, ...]]:
    levels, _ = levels_of(concept, framework)
    told = dict(levels)
    return {
        "Code": _some(concept.notation or ""),
        "Scheme": (framework.title(concept.scheme),),
        "Beneath": tuple(link.text for link in path_to(concept, framework)),
        "Definition": _some(concept.definition),
        "Which one to use": _some(concept.scope_note),
        "Also called": concept.alt_labels,
        **{f"{level.label} level": _some(told.get(level, "")) for level in Level},
        "Related": _names(concept.related, framework),
        "Themes": _names(concept.themes, framework),
        "Wanted in an emergency": _names(concept.emergencies, framework),
        "Roles that need it": _some(_count(concept, framework)),
    }


def _count(concept: Concept, framework: Framework) -> str:
    roles = framework.roles_needing.get(concept.iri, ())
    return str(len(roles)) if roles else ""


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _names(iris: tuple[str, ...], framework: Framework) -> tuple[str, ...]:
    return tuple(framework.concept(iri).pref_label for iri in iris if iri in framework)
