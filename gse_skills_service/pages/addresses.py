"""The addresses that pages link to, made in one place."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from gse_skills.framework import OWN_SCHEME, Concept
from gse_skills_service.pages.views import ConceptLink


def address(path: str, **parameters: object) -> str:
    """A path with those parameters that are given.

    >>> address("/expertise", skill="a&b", org=None)
    '/expertise?skill=a%26b'
    """
    given = {name: str(value) for name, value in parameters.items() if value not in (None, "", False)}
    return f"{path}?{urlencode(given)}" if given else path


def skill_page(concept: Concept) -> str:
    """The page of a concept: by notation for our own, by IRI for others."""
    if concept.scheme == OWN_SCHEME and concept.notation:
        return f"/framework/{quote(concept.notation)}"
    return address("/framework/concept", iri=concept.iri)


def concept_link(
    concept: Concept, scheme: str, *, href: str | None = None, matched: str = "", score: float | None = None
) -> ConceptLink:
    """A concept as lists show it; `scheme` is the name of its scheme."""
    return ConceptLink(
        concept.pref_label,
        href or skill_page(concept),
        concept.notation or "",
        scheme,
        concept.kind,
        concept.definition,
        matched if matched != concept.pref_label else "",
        score,
    )
