"""The addresses that pages link to, made in one place."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from gse_skills.framework import OWN_SCHEME, Concept, Framework
from gse_skills.vocabulary import Level
from gse_skills_service.pages.frame import Link
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
    if concept.kind == "role":
        return role_page(concept)
    if concept.scheme == OWN_SCHEME and concept.notation:
        return f"/framework/{quote(concept.notation)}"
    return address("/framework/concept", iri=concept.iri)


def role_page(concept: Concept) -> str:
    """The page of a role or occupation: by notation for our own, by IRI for others."""
    if concept.scheme == OWN_SCHEME and concept.notation:
        return f"/framework/roles/{quote(concept.notation)}"
    return address("/framework/role", iri=concept.iri)


def release_page(name: str) -> str:
    """The page of a release, by slug@version."""
    return f"/framework/releases/{quote(name)}"


def describe(concept: Concept) -> tuple[Link, ...]:
    """Links to what is published of a concept, as RDF."""
    forms = {"Turtle": "text/turtle", "JSON-LD": "application/ld+json", "RDF/XML": "application/rdf+xml"}
    query = f"DESCRIBE <{concept.iri}>"
    return tuple(Link(name, address("/sparql", query=query, accept=form)) for name, form in forms.items())


def path_to(concept: Concept, framework: Framework) -> tuple[Link, ...]:
    """From the top concept down to the parent; of several parents the first."""
    path: list[Link] = []
    seen = {concept.iri}
    while concept.broader and concept.broader[0] not in seen:
        concept = framework.concept(concept.broader[0])
        seen.add(concept.iri)
        path.insert(0, Link(concept.pref_label, skill_page(concept)))
    return tuple(path)


def levels_of(concept: Concept, framework: Framework) -> tuple[tuple[tuple[Level, str], ...], str]:
    """What the levels mean here, and the IRI of the concept above that says so when this one does not."""
    if concept.level_descriptions:
        return tuple(zip(Level, concept.level_descriptions, strict=True)), ""
    for iri in concept.broader:
        above = framework.concept(iri)
        if above.level_descriptions:
            return tuple(zip(Level, above.level_descriptions, strict=True)), iri
    return (), ""


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


def inside(path: str) -> str:
    """A path of this site as given, or the first page for anything else.

    Two slashes, or a backslash read as one, would lead to another site.

    >>> inside("/expertise?skill=Virology"), inside("//example.org"), inside("https://example.org")
    ('/expertise?skill=Virology', '/', '/')
    """
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
