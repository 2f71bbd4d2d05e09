"""`/sparql` as the SPARQL 1.1 Protocol says, and what it refuses."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.query import Result

from gse_skills.examples import Example, examples
from gse_skills.sparql.negotiation import GRAPHS, RESULTS

if TYPE_CHECKING:
    from tests.service.conftest import Service

GRAPH = "https://w3id.org/gse-skills/graph/"
PUBLIC, ALLIANCE, PRIVATE = (f"{GRAPH}view/{name}" for name in ("public", "alliance", "organisation/birch"))
DIRECT = "application/sparql-query"
X = rdflib.Variable("x")
TEXTS = (
    "Pat\\tTab",
    'quote \\" and \\\\ back',
    "new\\nline",
    "Llŷr – “日本” 🧪",
    ",;|<>&'",
    "}},{{",
)
TERMS = " ".join(f'"{text}"' for text in TEXTS) + ' "cy"@cy "5"^^xsd:integer "x"^^<urn:t> <urn:a%20b> UNDEF'
SELECT = f"SELECT ?x ?y {{ VALUES ?x {{ {TERMS} }} BIND(BNODE() AS ?y) }}"
CONSTRUCT = f"CONSTRUCT {{ <urn:s> <urn:p> ?x ; <urn:q> [ <urn:r> ?x ] }} WHERE {{ VALUES ?x {{ {TERMS} }} }}"

JSON_LD = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
"""rdflib's own JSON-LD parser uses what rdflib has deprecated."""

Send = Callable[[httpx.Client, str, dict[str, object]], httpx.Response]


def by_get(client: httpx.Client, query: str, more: dict[str, object]) -> httpx.Response:
    return client.get("/sparql", params={"query": query, **more})  # type: ignore[dict-item]  # lists repeat a name


def by_form(client: httpx.Client, query: str, more: dict[str, object]) -> httpx.Response:
    return client.post("/sparql", data={"query": query, **more})


def by_post(client: httpx.Client, query: str, more: dict[str, object]) -> httpx.Response:
    headers = {"Content-Type": f"{DIRECT}; charset=utf-8"}
    return client.post("/sparql", params=more, content=query.encode(), headers=headers)  # type: ignore[arg-type]


OPERATIONS: dict[str, Send] = {"GET": by_get, "form": by_form, "POST": by_post}


def ask(service: Service, query: str, caller: str = "member:alder", **headers: str) -> httpx.Response:
    return service.by(caller).get("/sparql", params={"query": query}, headers=headers)


def rule(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["rule"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_three_ways_to_send_a_query(service: Service, operation: str) -> None:
    query = 'SELECT ?s WHERE { ?s skos:prefLabel "Virology"@en } # a+b & c=d %20 é'
    response = OPERATIONS[operation](service.by("anonymous"), query, {})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"
    assert "Accept" in response.headers["vary"]
    found = response.json()["results"]["bindings"]
    assert found == [{"s": {"type": "uri", "value": "https://w3id.org/gse-skills/framework/LIF-VIR"}}]


def test_a_slash_at_the_end_does_no_harm(service: Service) -> None:
    client = service.by("anonymous")
    assert (
        client.get("/sparql/", params={"query": "ASK {}"}).json()
        == client.post("/sparql/", data={"query": "ASK {}"}).json()
    )


@pytest.mark.parametrize("media_type", RESULTS)
def test_every_form_of_result_reads_back_the_same(service: Service, media_type: str) -> None:
    response = ask(service, SELECT, Accept=media_type)
    assert response.headers["content-type"].split(";")[0] == media_type
    kind = RESULTS[media_type]
    if kind is ox.QueryResultsFormat.CSV:
        # CSV keeps no types (SPARQL 1.1 Query Results CSV and TSV Formats, section 3), but every character.
        rows = Result.parse(io.BytesIO(response.content), format="csv")
        assert "Llŷr – “日本” 🧪" in [str(row.get(X)) for row in rows.bindings]
        assert len(rows) == 11
        return
    expected = json.loads(ask(service, SELECT).content)["results"]["bindings"]
    solutions = ox.parse_query_results(response.content, format=kind)
    assert isinstance(solutions, ox.QuerySolutions)
    values = [solution["x"] for solution in solutions]
    assert len(values) == len(expected) == 11
    for value, binding in zip(values, expected, strict=True):
        told = binding.get("x")
        assert (value is None) == (told is None)
        if isinstance(value, ox.Literal):
            assert told is not None
            assert (value.value, value.language) == (told["value"], told.get("xml:lang"))
            if "datatype" in told:
                assert value.datatype.value == told["datatype"]
        elif value is not None:
            assert told == {"type": "uri", "value": value.value}


@pytest.mark.parametrize(
    ("media_type", "name"), [("application/sparql-results+json", "json"), ("application/sparql-results+xml", "xml")]
)
def test_another_library_reads_the_results_too(service: Service, media_type: str, name: str) -> None:
    result = Result.parse(io.BytesIO(ask(service, SELECT, Accept=media_type).content), format=name)
    values = [row.get(X) for row in result.bindings]
    assert values[:2] == [rdflib.Literal("Pat\tTab"), rdflib.Literal('quote " and \\ back')]
    assert rdflib.Literal("cy", lang="cy") in values


@pytest.mark.parametrize("media_type", RESULTS)
@pytest.mark.parametrize("truth", [True, False])
def test_ask_in_every_form(service: Service, media_type: str, truth: bool) -> None:
    response = ask(service, "ASK {}" if truth else "ASK { <urn:no> <urn:no> <urn:no> }", Accept=media_type)
    assert response.headers["content-type"].split(";")[0] == media_type
    answer = ox.parse_query_results(response.content, format=RESULTS[media_type]) if "csv" not in media_type else None
    assert bool(answer) is truth if answer is not None else response.text.strip() == str(truth).lower()


@JSON_LD
@pytest.mark.parametrize("media_type", GRAPHS)
def test_every_form_of_graph_reads_back_the_same(service: Service, media_type: str) -> None:
    response = ask(service, CONSTRUCT, Accept=media_type)
    assert response.headers["content-type"].split(";")[0] == media_type
    triples = (quad.triple for quad in ox.parse(response.content, format=GRAPHS[media_type]))
    with_oxigraph = rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    names = {"text/turtle": "turtle", "application/n-triples": "nt", "application/rdf+xml": "xml"}
    with_rdflib = rdflib.Graph().parse(data=response.content, format=names.get(media_type, "json-ld"))
    assert len(with_rdflib) == 10 + 11 + 10
    assert isomorphic(with_oxigraph, with_rdflib)
    assert (rdflib.URIRef("urn:s"), rdflib.URIRef("urn:p"), rdflib.Literal("cy", lang="cy")) in with_rdflib


@pytest.mark.parametrize(
    ("accept", "select", "construct"),
    [
        ("*/*", "application/sparql-results+json", "text/turtle"),
        ("", "application/sparql-results+json", "text/turtle"),
        ("text/html, application/xhtml+xml, */*;q=0.1", "application/sparql-results+json", "text/turtle"),
        (
            "text/csv;q=0.2, application/sparql-results+xml;q=0.9, text/turtle;q=0.1",
            "application/sparql-results+xml",
            "text/turtle",
        ),
        ("application/json", "application/json", "application/json"),
        ("text/*", "text/csv", "text/turtle"),
    ],
)
def test_negotiation(service: Service, accept: str, select: str, construct: str) -> None:
    assert ask(service, "SELECT * {} LIMIT 1", Accept=accept).headers["content-type"].split(";")[0] == select
    assert ask(service, "CONSTRUCT WHERE {}", Accept=accept).headers["content-type"].split(";")[0] == construct


def test_what_cannot_be_given_is_not_given_in_another_form(service: Service) -> None:
    for query, accept in (("ASK {}", "text/turtle"), ("CONSTRUCT WHERE {}", "text/csv"), ("ASK {}", "image/png")):
        assert rule(ask(service, query, Accept=accept)) == (406, "not-acceptable")


def test_a_link_can_say_what_it_wants(service: Service) -> None:
    response = service.by("anonymous").get(
        "/sparql", params={"query": "ASK {}", "accept": "text/csv"}, headers={"Accept": "text/html"}
    )
    assert response.headers["content-type"].split(";")[0] == "text/csv"


def seen(response: httpx.Response) -> set[str]:
    assert response.status_code == 200, response.text
    return {row["g"]["value"] for row in response.json()["results"]["bindings"]}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_graphs_of_a_request_narrow_and_never_widen(service: Service, operation: str) -> None:
    send = OPERATIONS[operation]
    graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    people = "SELECT DISTINCT (?n AS ?g) { ?s a foaf:Person ; foaf:name ?n }"
    member = service.by("member:alder")
    assert seen(send(member, graphs, {})) == {PUBLIC, ALLIANCE}
    assert seen(send(member, graphs, {"named-graph-uri": PUBLIC})) == {PUBLIC}
    assert seen(send(member, graphs, {"named-graph-uri": [PUBLIC, ALLIANCE, PRIVATE]})) == {PUBLIC, ALLIANCE}
    assert seen(send(member, graphs, {"default-graph-uri": PUBLIC})) == set()
    assert seen(send(member, people, {"default-graph-uri": PUBLIC})) == {"Cat Alder"}
    assert seen(send(member, people, {"named-graph-uri": PUBLIC})) == set()
    assert "Ann Alder" in seen(send(member, people, {"default-graph-uri": ALLIANCE}))
    # The request goes before what the query itself says (section 2.1.4).
    inner = f"SELECT DISTINCT (?n AS ?g) FROM <{ALLIANCE}> {{ ?s a foaf:Person ; foaf:name ?n }}"
    assert seen(send(member, inner, {"default-graph-uri": PUBLIC})) == {"Cat Alder"}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    "query", ["SELECT * { ?s ?p ?o }", "SELECT * { GRAPH ?g { ?s ?p ?o } }", "CONSTRUCT WHERE { ?s ?p ?o }"]
)
def test_a_forbidden_graph_is_like_one_that_is_not_there(service: Service, operation: str, query: str) -> None:
    for name in ("default-graph-uri", "named-graph-uri"):
        answers = {
            OPERATIONS[operation](service.by("member:alder"), query, {name: graph}).content
            for graph in (PRIVATE, f"{GRAPH}view/organisation/cedar", f"{GRAPH}source/alder", f"{GRAPH}system")
        }
        assert len(answers) == 1


def test_the_same_within_the_query(service: Service) -> None:
    for template in (
        "SELECT * FROM <%s> { ?s ?p ?o }",
        "SELECT * FROM NAMED <%s> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH <%s> { ?s ?p ?o } }",
    ):
        nowhere = template % f"{GRAPH}view/organisation/cedar"
        assert ask(service, template % PRIVATE).content == ask(service, nowhere).content


REFUSED = {
    "update": ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", 400, "update"),
    "delete": ("DELETE WHERE { ?s ?p ?o }", 400, "update"),
    "clear": ("CLEAR ALL", 400, "update"),
    "drop": ("DROP GRAPH <urn:g>", 400, "update"),
    "load": ("LOAD <http://127.0.0.1:9/>", 400, "load"),
    "service": ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400, "service"),
    "silent service": ("SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }", 400, "service"),
    "remote from": ("SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }", 400, "remote-from"),
    "remote from named": ("SELECT * FROM NAMED <http://127.0.0.1:9/> { ?s ?p ?o }", 400, "remote-from"),
    "malformed": ("SELECT * WHERE {", 400, "syntax"),
    "unknown prefix": ("SELECT * { ?s nope:p ?o }", 400, "syntax"),
    "empty": ("", 400, "syntax"),
    "not SPARQL": ("Robert'); DROP TABLE students;--", 400, "syntax"),
    "too long": ("ASK {}" + " " * (65 << 10), 413, "query-too-long"),
    "too deep": ("ASK " + "{" * 200 + "}" * 200, 413, "query-too-deep"),
    "too wide": ("ASK { " + " . ".join(f"?s <urn:{n}> ?o{n}" for n in range(80)) + " }", 413, "query-too-wide"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("operation", ["form", "POST"])
def test_refusals(service: Service, name: str, operation: str) -> None:
    query, status, expected = REFUSED[name]
    response = OPERATIONS[operation](service.by("member:alder"), query, {})
    assert rule(response) == (status, expected)
    if name == "malformed":
        assert (response.json()["line"], response.json()["column"]) == (1, 17)


def test_remote_graphs_of_a_request(service: Service) -> None:
    for name in ("default-graph-uri", "named-graph-uri"):
        response = service.by("anonymous").get("/sparql", params={"query": "ASK {}", name: "http://127.0.0.1:9/"})
        assert rule(response) == (400, "remote-from")


def test_graphs_in_the_address_of_a_form_narrow_it(service: Service) -> None:
    """The protocol says nothing of them there; what a caller narrows is never more than they meant."""
    client, query = service.by("operator"), {"query": "SELECT ?s { ?s ?p ?o } LIMIT 1"}
    narrow = {"default-graph-uri": f"{GRAPH}view/nobody"}
    assert client.post("/sparql", data=query).json()["results"]["bindings"] != []
    assert client.post("/sparql", params=narrow, data=query).json()["results"]["bindings"] == []


@pytest.mark.parametrize("caller", ["anonymous", "steward:alder", "operator"])
def test_updates_are_refused_in_every_way_that_the_protocol_has(service: Service, caller: str) -> None:
    client = service.by(caller)
    update = "CLEAR ALL"
    for response in (
        client.post("/sparql", data={"update": update}),
        client.post("/sparql", data={"update": update, "query": "ASK {}"}),
        client.get("/sparql", params={"update": update}),
        client.post("/sparql", content=update, headers={"Content-Type": "application/sparql-update"}),
        client.post("/sparql", content=update, headers={"Content-Type": DIRECT}),
    ):
        assert rule(response) == (400, "update")
    assert service.count("?s a skos:ConceptScheme", "anonymous") > 0


def test_one_query_a_request(service: Service) -> None:
    client = service.by("anonymous")
    for response in (
        client.get("/sparql?query=ASK{}&query=ASK{}"),
        client.post("/sparql", data={"query": ["ASK {}", "ASK {}"]}),
        client.post("/sparql?query=ASK{}", content="ASK {}", headers={"Content-Type": DIRECT}),
        client.post("/sparql?query=ASK{}", data={"query": "ASK {}"}),
        client.post("/sparql", data={"quarry": "ASK {}"}),
    ):
        assert rule(response) == (400, "one-query")


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=b", ""])
def test_other_kinds_of_body(service: Service, kind: str) -> None:
    response = service.by("anonymous").post("/sparql", content="ASK {}", headers={"Content-Type": kind})
    assert rule(response) == (415, "unsupported-media-type")


def test_what_is_not_utf_8(service: Service) -> None:
    client = service.by("anonymous")
    literal = b'ASK { BIND("\xff" AS ?x) }'
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for response in (
        client.post("/sparql", content=literal, headers={"Content-Type": DIRECT}),
        client.post("/sparql", content=b"query=ASK%20{}%23%FF", headers=form),
        client.get("/sparql?query=ASK%20{}%23%FF"),
    ):
        assert rule(response) == (400, "encoding")


@JSON_LD
def test_without_a_query_it_describes_itself(service: Service) -> None:
    client = service.by("anonymous")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    graphs = []
    for accept, name in (
        ("*/*", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ):
        response = client.get("/sparql", headers={"Accept": accept})
        assert response.status_code == 200
        graphs.append(rdflib.Graph().parse(data=response.content, format=name))
    endpoint = rdflib.URIRef(f"{service.url}/sparql")
    described = graphs[0]
    assert all(isomorphic(described, graph) for graph in graphs)
    assert (endpoint, rdflib.RDF.type, sd.Service) in described
    assert (endpoint, sd.endpoint, endpoint) in described
    assert (endpoint, sd.supportedLanguage, sd.SPARQL11Query) in described
    assert set(described.objects(endpoint, sd.feature)) == {sd.UnionDefaultGraph}
    assert len(set(described.objects(endpoint, sd.resultFormat))) == 8


def test_the_default_graph_is_the_union_as_described(service: Service) -> None:
    alone = service.count("?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }", "member:alder")
    missing = service.count("GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o }", "member:alder")
    assert (alone, missing) == (0, 0)


def test_a_browser_without_a_query_is_led_to_the_page(service: Service) -> None:
    client = service.by("anonymous")
    response = client.get("/sparql", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (response.status_code, response.headers["location"]) == (303, "/query")
    assert client.get(response.headers["location"]).status_code == 200


def test_a_long_answer_comes_whole(service: Service) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 12000"
    for media_type in ("application/sparql-results+json", "text/tab-separated-values"):
        solutions = ox.parse_query_results(ask(service, query, Accept=media_type).content, format=RESULTS[media_type])
        assert isinstance(solutions, ox.QuerySolutions)
        assert sum(1 for _ in solutions) == 12000


@pytest.mark.parametrize("one", examples(), ids=lambda one: one.slug)
def test_the_examples_are_answered(alliance: Service, one: Example) -> None:
    # Among a hundred people chance need not give anybody who fits; somebody was added who fits that role.
    query = one.text.replace('"Virologist"', '"Senior data analyst"')
    response = ask(alliance, query, "member:larkmoor")
    assert response.status_code == 200, response.text
    kind = response.headers["content-type"].split(";")[0]
    if kind == "text/turtle":
        assert len(rdflib.Graph().parse(data=response.content, format="turtle")) > 5
        return
    answer = response.json()
    if "boolean" in answer:
        assert answer["boolean"] is True
    else:
        assert answer["results"]["bindings"]


@pytest.mark.parametrize("one", examples(), ids=lambda one: one.slug)
def test_the_examples_on_the_query_page(alliance: Service, one: Example) -> None:
    client = alliance.by("member:larkmoor")
    page = client.post("/query", data={"query": one.text})
    assert page.status_code == 200
    assert one.title in client.get("/query").text
    assert "/sparql?query=" in page.text


def test_a_mistake_on_the_query_page(service: Service) -> None:
    client = service.by("anonymous")
    for query, status, words in (
        ("SELECT", 400, "Not a SPARQL 1.1 query"),
        ("", 400, "Not a SPARQL 1.1 query"),
        ("CLEAR ALL", 400, "CLEAR is an update"),
    ):
        page = client.post("/query", data={"query": query})
        assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert words in page.text
        assert "<title>Error: " in page.text
