"""The addresses that pages link to, made in one place."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from gse_skills.description import path_of
from gse_skills.framework import OWN_SCHEME, Concept, Framework
from gse_skills.vocabulary import Level
from gse_skills_service.pages.frame import Link
from gse_skills_service.pages.views import ConceptLink


def address(path: str, **parameters: object) -> str:
    """A path with those parameters that are given; each value of a tuple is one of its own, an empty one too.

    >>> address("/expertise", skill="a&b", org=None)
    '/expertise?skill=a%26b'
    >>> address("/expertise", skill=("a", "b"), site=("",), unit=())
    '/expertise?skill=a&skill=b&site='
    """
    given = [
        (name, str(one))
        for name, value in parameters.items()
        if value not in (None, "", False)
        for one in (value if isinstance(value, tuple) else (value,))
    ]
    return f"{path}?{urlencode(given)}" if given else path


def skill_page(concept: Concept) -> str:
    """The page of a concept: by notation for our own, by IRI for others."""
    if concept.kind == "role":
        return role_page(concept)
    if concept.scheme == OWN_SCHEME and concept.notation:
        return f"/framework/{quote(concept.notation)}"
    return address("/framework/concept", iri=concept.iri)


def organisation_page(slug: str) -> str:
    """The page of what an organisation can do."""
    return f"/organisations/{quote(slug)}"


def person_page(person: str) -> str:
    """The page of a person, by IRI or by the digits at its end."""
    return f"/id/person/{person.rpartition('/')[2]}"


def role_page(concept: Concept) -> str:
    """The page of a role or occupation: by notation for our own, by IRI for others."""
    if concept.scheme == OWN_SCHEME and concept.notation:
        return f"/framework/roles/{quote(concept.notation)}"
    return address("/framework/role", iri=concept.iri)


def release_page(name: str) -> str:
    """The page of a release, by slug@version."""
    return f"/framework/releases/{quote(name)}"


def document_of(iri: str, ending: str) -> str:
    """The document about a resource, in the form that the ending names."""
    path = path_of(iri)
    return address("/doc", iri=iri, form=ending) if path is None else f"/doc/{quote(path)}.{ending}"


def rdf_of(iri: str) -> tuple[Link, ...]:
    """Links to what is said of a resource, as RDF."""
    forms = {"ttl": "Turtle", "jsonld": "JSON-LD", "rdf": "RDF/XML", "nt": "N-Triples"}
    return tuple(Link(name, document_of(iri, ending)) for ending, name in forms.items())


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
        foreign(concept.language),
        foreign(concept.language_of(matched)),
    )


def foreign(language: str) -> str:
    """The tag of a language that is not the page's, to say in HTML; else empty.

    >>> foreign("cy"), foreign("en-GB"), foreign("")
    ('cy', '', '')
    """
    return "" if language.partition("-")[0].lower() in ("", "en") else language


def inside(path: str) -> str:
    """A path of this site as given, or the first page for anything else.

    Two slashes, or a backslash read as one, would lead to another site.

    >>> inside("/expertise?skill=Virology"), inside("//example.org"), inside("https://example.org")
    ('/expertise?skill=Virology', '/', '/')
    """
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
