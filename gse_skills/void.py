"""What data sets there are here, as VoID and DCAT: the concept schemes with their releases, downloads and services.

Vocabulary of Interlinked Datasets (W3C note, 2011) and Data Catalog Vocabulary, version 3 (W3C, 2024). Statements are
counted of what is published; people and their records are no data set that is offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from gse_skills.description import BASE, ONTOLOGY_IRI
from gse_skills.framework import ONTOLOGY, OWN_SCHEME, Framework
from gse_skills.framework.export import Form
from gse_skills.rebuild import SCHEME
from gse_skills.release import Catalogue
from gse_skills.store import Query, Store
from gse_skills.vocabulary import DCTERMS, FOAF, GSE, OWL, RDF, SKOS, XSD
from gse_skills.vocabulary.namespace import Namespace

VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_IANA = Namespace("https://www.iana.org/assignments/media-types/")
_RECONCILIATION = "https://reconciliation-api.github.io/specs/0.2/"
_SPARQL = "https://www.w3.org/TR/sparql11-protocol/"

_DUMPS = {
    Form.TURTLE: _FORMATS.Turtle,
    Form.RDF_XML: _FORMATS.RDF_XML,
    Form.JSON_LD: _FORMATS["JSON-LD"],
    Form.N_TRIPLES: _FORMATS["N-Triples"],
}
_REPEATED = tuple(
    ox.NamedNode(iri)
    for iri in (
        DCTERMS["title"], DCTERMS.description, DCTERMS.license, DCTERMS.publisher, DCTERMS.created, DCTERMS.modified,
        DCTERMS.bibliographicCitation,
    )
)  # fmt: skip
"""What a scheme says of itself that holds for the data set too."""
_EXAMPLES = 3

Said = tuple[str, str, str | ox.Literal]
"""Subject, predicate and object; a plain string is an IRI."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A concept scheme as a data set."""

    slug: str
    iri: str
    """Of the scheme, or empty."""
    title: str
    statements: int
    concepts: int
    examples: tuple[str, ...]
    about: tuple[ox.Triple, ...]
    """What the scheme says of itself."""


def holdings(store: Store, framework: Framework, releases: Catalogue) -> tuple[Holding, ...]:
    """The schemes of a store with their sizes, our own first; it counts, so keep what it returns."""
    slugs = sorted(framework.schemes, key=lambda slug: (slug != OWN_SCHEME, slug))
    return tuple(_holding(slug, store, framework, releases) for slug in slugs)


def _holding(slug: str, store: Store, framework: Framework, releases: Catalogue) -> Holding:
    graph = ox.NamedNode(SCHEME + slug)
    newest = releases.newest(slug)
    iri = ONTOLOGY_IRI if slug == ONTOLOGY else newest.scheme if newest else ""
    rows = store.select(Query("statements"), pairs=[(graph, ox.NamedNode(iri))]) if iri else iter(())
    about = sorted((ox.Triple(*row) for row in rows if row[1] in _REPEATED), key=str)
    titles = [triple.object.value for triple in about if triple.predicate == _REPEATED[0]]  # type: ignore[union-attr] # a title is a literal
    concepts = [concept.iri for concept in framework.concepts if concept.scheme == slug]
    examples = (*framework.top_concepts(slug), *concepts)[:_EXAMPLES]
    ((size,),) = store.select(Query("size"), graph=graph)
    title = titles[0] if titles else framework.title(slug)
    return Holding(slug, iri, title, int(size.value), len(concepts), examples, tuple(about))


def describe_holdings(held: tuple[Holding, ...], releases: Catalogue, base: str) -> tuple[ox.Triple, ...]:
    """The description of all data sets for a service at `base`, its address with a slash at the end."""
    here = f"{base}dataset"
    said = [*_catalogue(held, here), *_services(held, base, here)]
    for one in held:
        said += [*_dataset(one, base, here), *_release(one, releases, here), *_distributions(one, base, here)]
    stated = {ox.Triple(ox.NamedNode(s), ox.NamedNode(p), _term(o)) for s, p, o in said}
    stated |= {
        ox.Triple(ox.NamedNode(f"{here}#{one.slug}"), triple.predicate, triple.object)
        for one in held
        for triple in one.about
    }
    return tuple(sorted(stated, key=str))


def _catalogue(held: tuple[Holding, ...], here: str) -> Iterator[Said]:
    yield here, RDF.type, DCAT.Catalog
    yield here, RDF.type, VOID.DatasetDescription
    yield here, DCTERMS["title"], ox.Literal("Data sets of GSE Skills", language="en")
    for one in held:
        yield here, DCAT.dataset, f"{here}#{one.slug}"
        yield here, FOAF.topic, f"{here}#{one.slug}"
    for service in ("sparql", "reconcile"):
        yield here, DCAT.service, f"{here}#{service}"


def _services(held: tuple[Holding, ...], base: str, here: str) -> Iterator[Said]:
    for name, title, standard in (
        ("sparql", "SPARQL endpoint", _SPARQL),
        ("reconcile", "Reconciliation service", _RECONCILIATION),
    ):
        service = f"{here}#{name}"
        yield service, RDF.type, DCAT.DataService
        yield service, DCTERMS["title"], ox.Literal(title, language="en")
        yield service, DCAT.endpointURL, f"{base}{name}"
        yield service, DCAT.endpointDescription, f"{base}{name}"
        yield service, DCTERMS.conformsTo, standard
        for one in held:
            yield service, DCAT.servesDataset, f"{here}#{one.slug}"


def _dataset(one: Holding, base: str, here: str) -> Iterator[Said]:
    this = f"{here}#{one.slug}"
    yield this, RDF.type, VOID.Dataset
    yield this, RDF.type, DCAT.Dataset
    yield this, DCTERMS.identifier, ox.Literal(one.slug)
    if not any(triple.predicate == _REPEATED[0] for triple in one.about):
        yield this, DCTERMS["title"], ox.Literal(one.title)
    yield this, VOID.triples, _count(one.statements)
    yield this, VOID.entities, _count(one.concepts)
    yield this, VOID.sparqlEndpoint, f"{base}sparql"
    yield this, VOID.vocabulary, str(SKOS)
    yield this, VOID.vocabulary, str(GSE)
    yield this, VOID.vocabulary, str(DCTERMS)
    if one.slug in (OWN_SCHEME, ONTOLOGY):
        yield this, VOID.uriSpace, ox.Literal(str(BASE if one.slug == ONTOLOGY else BASE["framework/"]))
    if one.iri:
        yield this, FOAF.primaryTopic, one.iri
        yield this, VOID.rootResource, one.iri
    for example in one.examples:
        yield this, VOID.exampleResource, example


def _release(one: Holding, releases: Catalogue, here: str) -> Iterator[Said]:
    this = f"{here}#{one.slug}"
    for release in releases.of(one.slug):
        yield this, DCAT.hasVersion, release.iri
        if release.current:
            yield this, DCAT.hasCurrentVersion, release.iri
            yield this, DCAT.version, ox.Literal(release.version)
            yield this, OWL.versionInfo, ox.Literal(release.version)


def _distributions(one: Holding, base: str, here: str) -> Iterator[Said]:
    this = f"{here}#{one.slug}"
    for form in _DUMPS if one.slug == ONTOLOGY else Form:
        # The ontology is no release of a scheme: its document is its file.
        folder = "doc" if one.slug == ONTOLOGY else "downloads"
        file, distribution = f"{base}{folder}/{one.slug}.{form.value}", f"{this}-{form.value}"
        yield this, DCAT.distribution, distribution
        yield distribution, RDF.type, DCAT.Distribution
        yield distribution, DCAT.downloadURL, file
        yield distribution, DCAT.accessURL, file
        yield distribution, DCAT.mediaType, _IANA[form.media_type.partition(";")[0]]
        yield from ((distribution, DCTERMS.license, licence.value) for licence in _licences(one))
        if form in _DUMPS:
            yield this, VOID.dataDump, file
            yield this, VOID.feature, _DUMPS[form]


def _licences(one: Holding) -> Iterator[ox.NamedNode]:
    for triple in one.about:
        if triple.predicate.value == DCTERMS.license and isinstance(triple.object, ox.NamedNode):
            yield triple.object


def _count(number: int) -> ox.Literal:
    return ox.Literal(str(number), datatype=ox.NamedNode(XSD.integer))


def _term(value: str | ox.Literal) -> ox.NamedNode | ox.Literal:
    return ox.NamedNode(value) if isinstance(value, str) else value
