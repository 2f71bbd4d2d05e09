"""One resource as triples: what is said of it, what points at it, and what its neighbours are called.

A symmetric concise bounded description, as DESCRIBE is often done, without blank nodes, since the stored schemes have
none: the nodes that stand for them, and the requirements of a role, are described along with what they belong to.

What is published is read from the graphs of which the public view is made. They hold vocabulary and nothing of any
person, so that the description of a skill or of an organisation is the same for every caller, however many people
have the one or belong to the other. A person, a record or the like is read from the caller's views and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from gse_skills.access import Access
from gse_skills.errors import NotFoundError
from gse_skills.framework import ONTOLOGY
from gse_skills.rebuild import SCHEME, is_published
from gse_skills.release import Catalogue
from gse_skills.store import Query, Store
from gse_skills.vocabulary import DCTERMS, GSE, ID, OWL, RDF
from gse_skills.vocabulary.identifier import KINDS
from gse_skills.vocabulary.namespace import Namespace

BASE = Namespace("https://w3id.org/gse-skills/")
"""What the IRIs of the project begin with."""
ONTOLOGY_IRI = GSE.removesuffix("#")
ORGANISATION = "organisation"
_PRIVATE = tuple(ID[f"{kind}/"] for kind in KINDS)
_STANDS_FOR_BLANK = BASE[".well-known/genid/"]
_TAGS = tuple(BASE[name] for name in ("theme", "emergency", "grade", "interchange"))
"""What lies in the graph of the ontology beside it."""
_TYPE = ox.NamedNode(RDF.type)
_REQUIRES = ox.NamedNode(GSE.requires)
_DEPRECATED = ox.NamedNode(OWL.deprecated)
_TRUE = ox.Literal(True)

Triples = tuple[ox.Triple, ...]


def iri_of(path: str) -> str:
    """The IRI that a path below /id/ stands for.

    >>> iri_of("framework/LIF-VIR"), iri_of("organisation/porton")
    ('https://w3id.org/gse-skills/framework/LIF-VIR', 'https://w3id.org/gse-skills/id/organisation/porton')
    """
    return (ID if path.partition("/")[0] in (*KINDS, ORGANISATION) else BASE)[path]


def path_of(iri: str) -> str | None:
    """The path below /id/ that stands for an IRI; None for an IRI that is not of this project.

    >>> path_of("https://w3id.org/gse-skills/id/organisation/porton"), path_of("https://example.org/a")
    ('organisation/porton', None)
    """
    path = iri.removeprefix(ID) if iri.startswith(ID) else iri.removeprefix(BASE)
    return path if iri == iri_of(path) else None


def describe(iri: str, store: Store, access: Access, releases: Catalogue) -> Triples:
    """The description of a resource as far as the caller may see it, in a fixed order.

    The ontology is described whole. A concept that the newest release of its scheme lacks is described as it was, and
    as deprecated. Raises NotFoundError (rule `unknown-resource`), the same for what is hidden as for what is not there.
    """
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        raise _unknown() from None
    if iri.startswith(_PRIVATE):
        found = _described(node, store, access.views)
    elif iri.startswith(ONTOLOGY_IRI):
        found = _of_ontology(node, store)
    else:
        found = _published(node, store, releases)
    if not any(triple.subject == node for triple in found):
        raise _unknown()
    return tuple(sorted(found, key=str))


def is_deprecated(iri: str, triples: Triples) -> bool:
    """Whether a description says that its resource is no longer used."""
    return ox.Triple(ox.NamedNode(iri), _DEPRECATED, _TRUE) in triples


def _unknown() -> NotFoundError:
    # The same words for every address: what it is must not tell whether there is something behind it.
    return NotFoundError(
        "Nothing that you may see has that address.",
        rule="unknown-resource",
        remedy="Check the address; if it is of a person, sign in with an account that may see them.",
    )


def _of_ontology(node: ox.NamedNode, store: Store) -> set[ox.Triple]:
    """A term as the ontology describes it; for the ontology itself, or its version, all of it."""
    graph = SCHEME + ONTOLOGY
    ontology = ox.NamedNode(ONTOLOGY_IRI)
    is_version = ox.Triple(ontology, ox.NamedNode(OWL.versionIRI), node) in _triples(
        store, "statements", [graph], [ontology]
    )
    if node != ontology and not is_version:
        return _described(node, store, [graph])
    whole = {triple for triple in store.triples(graph) if not _subject(triple).startswith(_TAGS)}
    return whole | ({ox.Triple(node, ox.NamedNode(DCTERMS.isVersionOf), ontology)} if is_version else set())


def _subject(triple: ox.Triple) -> str:
    return triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""


def _published(node: ox.NamedNode, store: Store, releases: Catalogue) -> set[ox.Triple]:
    graphs = [graph for graph in store.graphs() if is_published(graph)]
    found = _described(node, store, graphs)
    if any(triple.subject == node and triple.predicate == _TYPE for triple in found):
        return found
    for one in sorted(releases.releases, key=lambda one: one.since, reverse=True):
        former = set() if one.current else _described(node, store, [one.graph])
        if any(triple.subject == node for triple in former):
            return found | former | {ox.Triple(node, _DEPRECATED, _TRUE)}
    return found


def _described(node: ox.NamedNode, store: Store, graphs: Sequence[str]) -> set[ox.Triple]:
    found: set[ox.Triple] = set()
    reached = {node}
    fresh = {node}
    while fresh:
        stated = set(_triples(store, "statements", graphs, fresh))
        found |= stated
        fresh = {part for triple in stated if (part := _part(triple)) is not None} - reached
        reached |= fresh
    found |= set(_triples(store, "links_to", graphs, reached if found else ()))
    ends = {end for triple in found for end in (triple.subject, triple.object)} - reached
    return found | set(_triples(store, "names", graphs, (end for end in ends if isinstance(end, ox.NamedNode))))


def _part(triple: ox.Triple) -> ox.NamedNode | None:
    """The object, when it has no life of its own."""
    value = triple.object
    if not isinstance(value, ox.NamedNode):
        return None
    return value if triple.predicate == _REQUIRES or value.value.startswith(_STANDS_FOR_BLANK) else None


def _triples(store: Store, query: str, graphs: Sequence[str], nodes: Iterable[ox.NamedNode]) -> Iterator[ox.Triple]:
    pairs = [(ox.NamedNode(graph), node) for node in nodes for graph in graphs]
    return (ox.Triple(*row) for row in store.select(Query(query), pairs=pairs)) if pairs else iter(())
