import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    Variable,
    parse,
    parse_query_results,
)

from gse_skills.errors import GseSkillsError, InputError, LimitError, UnavailableError
from gse_skills.sandbox import Limits, Sandbox
from gse_skills.sparql import Answer, Endpoint, QueryRequest
from gse_skills.sparql.negotiation import GRAPHS, RESULTS
from gse_skills.vocabulary.namespace import GRAPH

SEEN = "SELECT ?o { <urn:x> <urn:seen> ?o } ORDER BY ?o"
ENDLESS = QueryRequest("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
SEEN_NAMED = "SELECT DISTINCT ?o { GRAPH ?g { <urn:x> <urn:seen> ?o } } ORDER BY ?o"


def values(answer: Answer) -> list[str]:
    """The values of a SELECT answer in JSON, each row's joined by a blank."""
    bindings = json.loads(answer.body)["results"]["bindings"]
    return [" ".join(cell["value"] for cell in row.values()) for row in bindings]


def rule_of(endpoint: Endpoint, request: QueryRequest, view_list: Iterable[str]) -> str:
    with pytest.raises(GseSkillsError) as error:
        endpoint.answer(request, tuple(view_list))
    assert error.value.remedy
    return error.value.rule


def test_a_caller_sees_exactly_the_views_given(endpoint: Endpoint, views: dict[str, str]) -> None:
    for query in (SEEN, SEEN_NAMED):
        assert values(endpoint.answer(QueryRequest(query), (views["public"],))) == ["public"]
        both = (views["public"], views["alliance"])
        assert values(endpoint.answer(QueryRequest(query), both)) == ["alliance", "public"]
        assert values(endpoint.answer(QueryRequest(query), ())) == []


FORMS = [
    SEEN,
    SEEN_NAMED,
    "SELECT ?g ?o { GRAPH ?g { <urn:x> <urn:seen> ?o } }",
    "SELECT ?o { { SELECT ?o { GRAPH ?g { ?s <urn:seen> ?o } } } }",
    "SELECT ?s { ?s ?p ?x FILTER EXISTS { GRAPH ?g { ?s <urn:seen> 'secret' } } }",
    "SELECT ?s { VALUES ?s { <urn:x> } FILTER NOT EXISTS { ?s <urn:seen> 'secret' } }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g {} }",
    "SELECT (GROUP_CONCAT(?o) AS ?all) { { SELECT ?o { ?s <urn:seen>|<urn:p1> ?o } ORDER BY ?o } }",
    "SELECT DISTINCT ?y { <urn:x> (<urn:seen>/^<urn:seen>)* ?y }",
    "SELECT ?o { <urn:x> <urn:seen> ?o MINUS { GRAPH ?g { <urn:x> <urn:seen> ?o } } }",
    "SELECT ?o { OPTIONAL { GRAPH <https://w3id.org/gse-skills/graph/source/porton> { ?s <urn:seen> ?o } } }",
    "ASK { GRAPH ?g { ?s ?p 'secret' } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
]


@pytest.mark.parametrize("query", FORMS)
@pytest.mark.parametrize("names", [("public",), ("public", "organisation/porton")], ids=len)
def test_the_answer_is_that_of_a_store_that_holds_nothing_else(
    endpoint: Endpoint, snapshot: Path, views: dict[str, str], query: str, names: tuple[str, ...]
) -> None:
    mine = tuple(views[name] for name in names)
    alone = Store()
    alone.extend(quad for quad in Store.read_only(str(snapshot)) if str(quad.graph_name).strip("<>") in mine)
    results = alone.query(
        query, default_graph=[NamedNode(view) for view in mine], named_graphs=[NamedNode(view) for view in mine]
    )
    answer = endpoint.answer(QueryRequest(query), mine)
    if isinstance(results, QuerySolutions):
        got = parse_query_results(answer.body, QueryResultsFormat.JSON)
        assert isinstance(got, QuerySolutions)
        assert sorted(map(str, got)) == sorted(map(str, results))
    elif isinstance(results, QueryBoolean):
        assert json.loads(answer.body)["boolean"] is bool(results)
    else:
        assert {quad.triple for quad in parse(answer.body, GRAPHS["text/turtle"])} == set(results)


def test_describe_shows_what_may_be_seen(endpoint: Endpoint, views: dict[str, str]) -> None:
    answer = endpoint.answer(QueryRequest("DESCRIBE <urn:x>"), (views["public"],))
    assert (answer.form, answer.media_type) == ("DESCRIBE", "text/turtle")
    assert [quad.object.value for quad in parse(answer.body, GRAPHS["text/turtle"])] == ["public"]


@pytest.mark.parametrize(
    ("clauses", "request_graphs", "default", "named"),
    [
        ("", ((), ()), ["alliance", "public"], ["alliance", "public"]),
        ("FROM <view/public>", ((), ()), ["public"], []),
        ("FROM NAMED <view/public>", ((), ()), [], ["public"]),
        ("FROM <view/public> FROM NAMED <view/alliance>", ((), ()), ["public"], ["alliance"]),
        ("FROM graph:view\\/public", ((), ()), ["public"], []),
        ("FROM <view/organisation/porton>", ((), ()), [], []),
        ("FROM <source/porton> FROM NAMED <source/porton>", ((), ()), [], []),
        ("FROM <view/none>", ((), ()), [], []),
        ("FROM <view/public>", (("view/alliance",), ()), ["alliance"], []),
        ("FROM <view/public>", ((), ("view/alliance",)), [], ["alliance"]),
        ("", (("view/public", "view/none"), ("source/porton",)), ["public"], []),
    ],
)
def test_from_and_the_protocol_narrow_the_dataset(
    endpoint: Endpoint,
    views: dict[str, str],
    clauses: str,
    request_graphs: tuple[tuple[str, ...], tuple[str, ...]],
    default: list[str],
    named: list[str],
) -> None:
    mine = (views["public"], views["alliance"])
    asked = [tuple(GRAPH[graph] for graph in side) for side in request_graphs]
    for query, expected in ((SEEN, default), (SEEN_NAMED, named)):
        whole = f"BASE <{GRAPH}> " + query.replace(" {", f" {clauses} {{", 1)
        assert values(endpoint.answer(QueryRequest(whole, asked[0], asked[1]), mine)) == expected


def test_a_forbidden_graph_answers_as_one_that_is_not_there(endpoint: Endpoint, views: dict[str, str]) -> None:
    for query in (
        "SELECT ?o FROM <%s> { ?s <urn:seen> ?o }",
        "SELECT ?o FROM NAMED <%s> { GRAPH <%s> { ?s <urn:seen> ?o } }",
        "SELECT ?o { GRAPH <%s> { ?s <urn:seen> ?o } }",
        "ASK { GRAPH <%s> {} }",
        "DESCRIBE <%s>",
    ):
        answers = {
            endpoint.answer(QueryRequest(query.replace("%s", graph)), (views["public"],))
            for graph in (views["alliance"], GRAPH["source/porton"], GRAPH["view/there-is-none"])
        }
        assert len(answers) == 1


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        (QueryRequest("SELECT * FROM <http://127.0.0.1:9/> {}"), "remote-from"),
        (QueryRequest("SELECT * FROM NAMED <file:///etc/passwd> {}"), "remote-from"),
        (QueryRequest("BASE <http://h/> SELECT * FROM <x> {}"), "remote-from"),
        (QueryRequest("SELECT * {}", default_graphs=("http://127.0.0.1:9/",)), "remote-from"),
        (QueryRequest("SELECT * {}", named_graphs=("urn:x",)), "remote-from"),
        (QueryRequest("SELECT * { SERVICE <http://127.0.0.1:9/> {} }"), "service"),
        (QueryRequest("LOAD <http://127.0.0.1:9/>"), "load"),
        (QueryRequest("INSERT DATA {}"), "update"),
        (QueryRequest("SELECT"), "syntax"),
        (QueryRequest("SELECT ?x (?x AS ?x) { ?x ?y ?z }"), "syntax"),
        (QueryRequest("SELECT ?x { ?x ?y ?z } GROUP BY ?y"), "syntax"),
        (QueryRequest("SELECT * { FILTER(<urn:f>(1)) }"), "query-failed"),
        (QueryRequest("ASK {} #" + "x" * 70_000), "query-too-long"),
        (QueryRequest("ASK {}", accept="text/html"), "not-acceptable"),
        (QueryRequest("ASK {}", accept="text/turtle"), "not-acceptable"),
        (QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", accept="text/csv"), "not-acceptable"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.query[:40],
)
def test_what_is_refused(endpoint: Endpoint, views: dict[str, str], request_: QueryRequest, rule: str) -> None:
    assert rule_of(endpoint, request_, views.values()) == rule


def test_a_fault_that_the_engine_finds_has_a_place_and_a_reason(endpoint: Endpoint, views: dict[str, str]) -> None:
    with pytest.raises(InputError) as error:
        endpoint.answer(QueryRequest("SELECT ?x { ?x ?y ?z } GROUP BY ?y"), tuple(views.values()))
    assert error.value.extra == {"line": 1, "column": 35}
    assert "variable that is unbound" in error.value.message
    assert len(error.value.message) < 200


@pytest.mark.parametrize("media_type", RESULTS)
def test_select_and_ask_in_each_format(endpoint: Endpoint, views: dict[str, str], media_type: str) -> None:
    answer = endpoint.answer(QueryRequest(SEEN, accept=media_type), (views["public"],))
    assert (answer.media_type, answer.form) == (media_type, "SELECT")
    if media_type == "text/csv":
        assert answer.body == b"o\r\npublic\r\n"
    else:
        read = parse_query_results(answer.body, RESULTS[media_type])
        assert isinstance(read, QuerySolutions)
        assert [row[Variable("o")].value for row in read] == ["public"]
    asked = endpoint.answer(QueryRequest("ASK {}", accept=media_type), (views["public"],))
    assert (asked.form, b"true" in asked.body) == ("ASK", True)


@pytest.mark.parametrize("media_type", GRAPHS)
def test_construct_in_each_format(endpoint: Endpoint, views: dict[str, str], media_type: str) -> None:
    query = "CONSTRUCT { ?s skos:note ?o } WHERE { ?s <urn:seen> ?o }"
    answer = endpoint.answer(QueryRequest(query, accept=media_type), (views["public"],))
    assert (answer.media_type, answer.form) == (media_type, "CONSTRUCT")
    (quad,) = parse(answer.body, GRAPHS[media_type])
    assert str(quad.triple) == '<urn:x> <http://www.w3.org/2004/02/skos/core#note> "public"'


def test_turtle_uses_the_known_prefixes(endpoint: Endpoint, views: dict[str, str]) -> None:
    query = "CONSTRUCT { ?s skos:note ?o } WHERE { ?s <urn:seen> ?o }"
    assert b"skos:note" in endpoint.answer(QueryRequest(query), (views["public"],)).body


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"])
@pytest.mark.parametrize(
    "accept", ["application/json", "application/xml, text/turtle", "text/csv, application/n-triples"]
)
def test_as_many_rows_as_allowed_and_one_more(
    sandbox: Sandbox, snapshot: Path, views: dict[str, str], query: str, accept: str
) -> None:
    allowed = Endpoint(sandbox, lambda: snapshot, Limits(rows=1_001))
    assert allowed.answer(QueryRequest(query, accept=accept), (views["public"],)).body
    too_few = Endpoint(sandbox, lambda: snapshot, Limits(rows=1_000))
    with pytest.raises(LimitError) as error:
        too_few.answer(QueryRequest(query, accept=accept), (views["public"],))
    assert error.value.rule == "row-limit"


def test_a_snapshot_that_is_gone(sandbox: Sandbox, tmp_path: Path) -> None:
    endpoint = Endpoint(sandbox, lambda: tmp_path / "gone")
    assert rule_of(endpoint, QueryRequest("ASK {}"), ()) == "snapshot-unreadable"


def test_a_query_can_be_left(endpoint: Endpoint, views: dict[str, str]) -> None:
    asking = endpoint.start(ENDLESS, tuple(views.values()))
    asking.kill()
    with pytest.raises(UnavailableError) as error:
        asking.result()
    assert error.value.rule == "stopped"


def test_a_caller_has_a_cap_of_its_own(snapshot: Path, views: dict[str, str]) -> None:
    with Sandbox(at_once=2, per_caller=1) as sandbox:
        endpoint = Endpoint(sandbox, lambda: snapshot)
        asking = endpoint.start(ENDLESS, tuple(views.values()), "ann")
        with pytest.raises(UnavailableError) as error:
            endpoint.start(ENDLESS, tuple(views.values()), "ann")
        assert error.value.rule == "too-many-queries"
        assert endpoint.answer(QueryRequest("ASK {}"), (), "bob").body
        asking.kill()


def test_nothing_in_a_request_switches_the_pre_check_off() -> None:
    assert "unchecked" not in QueryRequest.__slots__
