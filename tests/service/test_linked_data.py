"""Linked data: every name of the vocabulary leads to a document, in each form, and nothing of anybody is in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from gse_skills.framework import read_scheme

if TYPE_CHECKING:
    from pathlib import Path

    from tests.service.conftest import Service

BASE = "https://w3id.org/gse-skills/"
FW = f"{BASE}framework/"
GSE = f"{BASE}ontology#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
OWL = "http://www.w3.org/2002/07/owl#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
FORMS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
}
NAMES = (
    "framework",
    "framework/LIF",
    "framework/LIF-VIR",
    "framework/LIF-VIR-02",
    "framework/ROL-LIF-01",
    "framework/release/0.1.0",
    "theme",
    "theme/quantum",
    "theme/stem-futures",
    "emergency",
    "grade/HEO",
    "ontology",
    "ontology/0.1.0",
    "ontology%23Skill",
    "publisher",
    "organisation/alder",
    "release/twins/unversioned",
)


def parsed(response: httpx.Response, ending: str = "nt") -> set[ox.Triple]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].split(";")[0] == FORMS[ending][0]
    return {quad.triple for quad in ox.parse(response.content, format=FORMS[ending][1])}


def node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def labels_of(triples: set[ox.Triple], iri: str) -> set[str]:
    """The preferred labels of a resource."""
    return {
        triple.object.value
        for triple in triples
        if (triple.subject, triple.predicate) == (node(iri), node(f"{SKOS}prefLabel"))
        and isinstance(triple.object, ox.Literal)
    }


def iri_of(name: str) -> str:
    path = name.replace("%23", "#")
    return f"{BASE}id/{path}" if path.startswith(("organisation/", "person/", "record/")) else f"{BASE}{path}"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_leads_to_its_document_in_each_form(service: Service, name: str) -> None:
    client = service.by("anonymous")
    read = set()
    for ending, (media_type, _) in FORMS.items():
        seen = client.get(f"/id/{name}", headers={"Accept": f"text/plain;q=0.9, {media_type};q=0.5"})
        assert (seen.status_code, seen.headers["location"]) == (303, f"/doc/{name}.{ending}")
        assert seen.headers["vary"] == "Accept"
        told = client.get(seen.headers["location"])
        triples = parsed(told, ending)
        assert {triple.subject for triple in triples} >= {node(iri_of(name))}
        links = told.headers["link"]
        assert f'<{iri_of(name)}>; rel="describes"' in links
        assert set(re.findall(r'<([^>]*)>; rel="alternate"', links)) == {f"/doc/{name}.{one}" for one in FORMS}
        read.add(frozenset(triples))
        assert client.get(told.url, headers={"If-None-Match": told.headers["etag"]}).status_code == 304
        negotiated = client.get(f"/doc/{name}", headers={"Accept": media_type})
        assert negotiated.content == told.content
        assert negotiated.headers["content-location"] == told.url.raw_path.decode()
        assert "Accept" in negotiated.headers["vary"]
    assert len(read) == 1
    page = client.get(f"/id/{name}", headers={"Accept": "text/html"}, follow_redirects=True)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "<h1" in page.text


def test_every_published_concept_is_there(service: Service) -> None:
    register = service.register
    client = service.by("anonymous")
    concepts = list(register.state.framework.concepts)
    assert len(concepts) > 1_000
    for concept in [*concepts[::40], *(one for one in concepts if one.scheme == "twins")]:
        name = concept.iri.removeprefix(BASE)
        ours = concept.iri != name
        seen = client.get(f"/id/{name}" if ours else f"/id?iri={concept.iri}", headers={"Accept": "text/turtle"})
        assert seen.status_code == 303, concept.iri
        labels = labels_of(parsed(client.get(seen.headers["location"]), "ttl"), concept.iri)
        assert concept.pref_label in labels


def test_a_description_is_concise_and_symmetric(service: Service) -> None:
    client = service.by("anonymous")
    triples = parsed(client.get("/doc/framework/LIF-VIR.nt"))
    this = node(f"{FW}LIF-VIR")
    stated = {
        ox.Triple(*row)
        for row in _solutions(client, f"SELECT * {{ BIND(<{this.value}> AS ?s) <{this.value}> ?p ?o }}", "spo")
    }
    assert stated <= triples
    beneath = {
        triple.subject for triple in triples if triple == ox.Triple(triple.subject, node(f"{SKOS}broader"), this)
    }
    assert len(beneath) > 3
    labelled = {triple.subject for triple in triples if triple.predicate == node(f"{SKOS}prefLabel")}
    assert beneath <= labelled
    for triple in triples:
        names = triple.predicate.value.endswith(("#prefLabel", "#label", "/title", "/name"))
        assert names or this in (triple.subject, triple.object)


def _solutions(client: httpx.Client, query: str, names: str) -> list[tuple[ox.NamedNode, ox.NamedNode, ox.Literal]]:
    told = client.get("/sparql", params={"query": query}).content
    found = ox.parse_query_results(told, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(row[name] for name in names) for row in found]


def test_a_role_brings_its_requirements(service: Service) -> None:
    triples = parsed(service.by("anonymous").get("/doc/framework/ROL-LIF-01.nt"))
    needed = {triple.subject for triple in triples if triple.predicate == node(f"{GSE}level")}
    assert needed == {triple.object for triple in triples if triple.predicate == node(f"{GSE}requires")} != set()


def test_the_ontology_is_whole_and_nothing_else(service: Service) -> None:
    client = service.by("anonymous")
    triples = parsed(client.get("/doc/ontology.ttl"), "ttl")
    assert triples == parsed(client.get("/def/", headers={"Accept": "text/turtle"}), "ttl")
    classes = {triple.subject for triple in triples if triple.object == node(f"{OWL}Class")}
    assert {node(f"{GSE}Skill"), node(f"{GSE}SkillRecord")} <= classes
    assert not [triple for triple in triples if f"{BASE}theme" in str(triple.subject)]
    page = client.get("/def/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    for name in ("Skill", "SkillRecord", "expertIn", "Practitioner"):
        assert f'id="{name}"' in page.text
    assert client.get("/id/ontology", headers={"Accept": "text/html"}).headers["location"] == "/def/"
    assert client.get("/id/ontology%23Skill", headers={"Accept": "text/html"}).headers["location"] == "/def/#Skill"


@pytest.mark.parametrize(
    ("accept", "location"),
    [
        ("text/html", "/framework/LIF-VIR"),
        ("*/*", "/framework/LIF-VIR"),
        ("application/xhtml+xml, text/html;q=0.9, */*;q=0.8", "/framework/LIF-VIR"),
        ("text/turtle, text/html", "/framework/LIF-VIR"),
        ("text/turtle, text/html;q=0.9", "/doc/framework/LIF-VIR.ttl"),
        ("text/html;q=0, */*;q=0.1", "/doc/framework/LIF-VIR.ttl"),
        ("application/json", "/doc/framework/LIF-VIR.jsonld"),
        ("application/rdf+xml;q=0.4, application/n-triples;q=0.5", "/doc/framework/LIF-VIR.nt"),
    ],
)
def test_the_client_chooses(service: Service, accept: str, location: str) -> None:
    seen = service.by("anonymous").get("/id/framework/LIF-VIR", headers={"Accept": accept})
    assert (seen.status_code, seen.headers["location"]) == (303, location)


def test_a_form_that_there_is_not(service: Service) -> None:
    refused = service.by("anonymous").get("/id/framework/LIF-VIR", headers={"Accept": "image/png"})
    assert (refused.status_code, refused.json()["rule"]) == (406, "not-acceptable")


@pytest.mark.parametrize(
    "name",
    [
        "framework/NO-SUCH",
        "no such",
        "person/00000000000000ff",
        "record/x",
        "ontology/9.9",
        "ontology%23NoSuch",
        "%22",
        "",
    ],
)
def test_what_is_not_there(service: Service, name: str) -> None:
    told = service.by("anonymous").get(f"/id/{name}", headers={"Accept": "text/turtle"})
    assert (told.status_code, told.json()["rule"]) == (404, "unknown-resource")
    assert service.by("anonymous").get(f"/doc/{name}.ttl").content == told.content


def person_of(service: Service, name: str) -> str:
    (row,) = _solutions(service.by("operator"), f'SELECT DISTINCT ?s {{ ?s foaf:name "{name}" }}', "s")
    return row[0].value.removeprefix(f"{BASE}id/")


def headers_of(response: httpx.Response) -> dict[str, str]:
    """Those that could tell something: not of the moment, nor of how often one has asked."""
    passing = ("date", "x-request-id", "ratelimit")
    return {name: value for name, value in response.headers.items() if not name.startswith(passing)}


@pytest.mark.parametrize(
    ("name", "seen_by"),
    [
        ("Cat Alder", {"anonymous", "member:alder", "member:birch", "steward:birch", "operator"}),
        ("Ann Alder", {"member:alder", "member:birch", "steward:birch", "operator"}),
        ("Eve Birch", {"steward:birch", "operator"}),
    ],
)
def test_a_person_is_for_those_who_may_see_them(service: Service, name: str, seen_by: set[str]) -> None:
    path = person_of(service, name)
    for caller in ("anonymous", "member:alder", "member:birch", "steward:birch", "operator"):
        client = service.by(caller)
        missing = client.get("/id/person/00000000000000ff")
        for address in (f"/id/{path}", f"/doc/{path}", f"/doc/{path}.ttl", f"/doc/{path}.html"):
            told = client.get(address, headers={"Accept": "text/turtle"})
            if caller in seen_by:
                assert told.status_code in (200, 303), caller
            else:
                assert (told.status_code, told.content) == (404, missing.content), caller
                assert headers_of(told) == headers_of(missing), caller
    caller = min(seen_by)
    assert name in service.by(caller).get(f"/doc/{path}.ttl").text


def test_a_person_has_the_records_of_the_views_and_no_others(service: Service) -> None:
    path = person_of(service, "Dee Alder")
    holder, expert = node(f"{GSE}holder"), node(f"{GSE}expertIn")
    told = {caller: parsed(service.by(caller).get(f"/doc/{path}.nt")) for caller in ("member:birch", "steward:alder")}
    assert not [triple for triple in told["member:birch"] if triple.predicate in (holder, expert)]
    (record,) = [triple.subject for triple in told["steward:alder"] if triple.predicate == holder]
    assert isinstance(record, ox.NamedNode)
    address = f"/doc/{record.value.removeprefix(f'{BASE}id/')}.nt"
    assert parsed(service.by("steward:alder").get(address))
    assert service.by("member:birch").get(address).status_code == 404


ADDRESSES = (*(f"/doc/{name}.ttl" for name in NAMES), "/dataset", "/def/", f"/doc?iri={quote(FW + 'LIF-VIR-06')}")


def test_what_is_published_is_the_same_for_everybody(service: Service) -> None:
    for address in ADDRESSES:
        callers = ("anonymous", "member:alder", "steward:birch", "operator")
        told = [service.by(caller).get(address, headers={"Accept": "text/turtle"}) for caller in callers]
        assert {response.status_code for response in told} == {200}, address
        assert len({response.content for response in told}) == 1, address
        assert f"{BASE}id/person/" not in told[0].text
        assert f"{BASE}id/record/" not in told[0].text


RETIRED = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix m: <https://w3id.org/gse-skills/mine/> .
m: a skos:ConceptScheme ; skos:prefLabel "Mine"@en ; skos:hasTopConcept m:a ; owl:versionInfo "%s" ;
    owl:versionIRI <https://w3id.org/gse-skills/mine/release/%s> .
m:a a skos:Concept ; skos:prefLabel "Alpha"@en ; skos:inScheme m: ; skos:topConceptOf m: .
"""
OLD = """
m:b a skos:Concept ; skos:prefLabel "Beta"@en ; skos:inScheme m: ; skos:broader m:a .
m:c a skos:Concept ; skos:prefLabel "Gamma"@en ; skos:inScheme m: ; skos:broader m:a .
"""
NEW = """
m:b a skos:Concept ; skos:prefLabel "Beta"@en ; skos:inScheme m: ; skos:broader m:a ;
    owl:deprecated true ; dcterms:isReplacedBy m:a .
"""


def test_what_is_no_longer_used_is_never_lost(changing: Service, tmp_path: Path) -> None:
    client = changing.by("anonymous")
    for version, more in (("1", OLD), ("2", NEW)):
        source = tmp_path / "mine.ttl"
        source.write_text(RETIRED.replace("%s", version) + more)
        changing.register.load_scheme(read_scheme(source, changing.register.sandbox))
    deprecated = node(f"{OWL}deprecated")
    beta = parsed(client.get("/doc/mine/b.nt"))
    assert ox.Triple(node(f"{BASE}mine/b"), deprecated, ox.Literal(True)) in beta
    replaced = node("http://purl.org/dc/terms/isReplacedBy")
    assert ox.Triple(node(f"{BASE}mine/b"), replaced, node(f"{BASE}mine/a")) in beta
    page = client.get("/id/mine/b", headers={"Accept": "text/html"}, follow_redirects=True)
    assert "no longer used" in page.text
    assert "Alpha" in page.text
    gone = parsed(client.get("/doc/mine/c.nt"))
    assert ox.Triple(node(f"{BASE}mine/c"), deprecated, ox.Literal(True)) in gone
    assert labels_of(gone, f"{BASE}mine/c") == {"Gamma"}
    page = client.get("/id/mine/c", headers={"Accept": "text/html"}, follow_redirects=True)
    assert (page.status_code, page.url.path) == (200, "/doc/mine/c.html")
    assert "no longer used" in page.text
    for version in ("1", "2"):
        release = parsed(client.get(f"/doc/mine/release/{version}.nt"))
        assert ox.Triple(node(f"{BASE}mine/release/{version}"), node(TYPE), node(f"{GSE}FrameworkRelease")) in release


VOID, DCAT = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#"


def test_the_data_sets_are_described(service: Service) -> None:
    client = service.by("anonymous")
    assert client.get("/.well-known/void").headers["location"] == "/dataset"
    triples = parsed(client.get("/dataset", headers={"Accept": "application/n-triples"}))
    for ending in ("ttl", "jsonld", "rdf"):
        assert parsed(client.get("/dataset", headers={"Accept": FORMS[ending][0]}), ending) == triples
    assert parsed(client.get("/dataset", headers={"Accept": "text/html, */*;q=0.1"}), "ttl") == triples
    own = node(f"{service.url}/dataset#gse")

    def values(name: str, of: ox.NamedNode = own) -> set[str]:
        return {
            triple.object.value
            for triple in triples
            if (triple.subject, triple.predicate.value) == (of, name)
            and isinstance(triple.object, ox.NamedNode | ox.Literal)
        }

    slugs = {one.rpartition("#")[2] for one in values(f"{DCAT}dataset", node(f"{service.url}/dataset"))}
    assert slugs == set(service.register.state.framework.schemes)
    graph = f"{BASE}graph/scheme/gse"
    assert values(f"{VOID}triples") == {str(sum(1 for _ in service.register.store.triples(graph)))}
    assert values(f"{VOID}sparqlEndpoint") == {f"{service.url}/sparql"}
    assert values(f"{DCAT}hasCurrentVersion") == {f"{FW}release/0.1.0"}
    assert values(f"{DCAT}version") == {"0.1.0"}
    assert values("http://purl.org/dc/terms/license") == {
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
    }
    files = {value for one in values(f"{DCAT}distribution") for value in values(f"{DCAT}downloadURL", node(one))}
    assert files == {
        f"{service.url}/downloads/gse.{ending}"
        for ending in ("ttl", "rdf", "jsonld", "nt", "csv", "xlsx", "ods", "html")
    }
    for file in [
        f"{service.url}/downloads/gse.nt",
        *values(f"{VOID}dataDump", node(f"{service.url}/dataset#ontology")),
    ]:
        assert client.head(file).status_code == 200, file
    for example in values(f"{VOID}exampleResource"):
        seen = client.get(f"/id/{example.removeprefix(BASE)}", headers={"Accept": "text/turtle"})
        assert seen.status_code == 303
    (service_node,) = [
        one for one in values(f"{DCAT}service", node(f"{service.url}/dataset")) if one.endswith("#sparql")
    ]
    (endpoint,) = values(f"{DCAT}endpointURL", node(service_node))
    assert client.get(endpoint, params={"query": "ASK {}"}).json()["boolean"] is True


def test_the_service_description_leads_to_the_data_sets(service: Service) -> None:
    told = parsed(service.by("anonymous").get("/sparql", headers={"Accept": "text/turtle"}), "ttl")
    assert f"{service.url}/dataset" in {str(triple.object).strip("<>") for triple in told}
