"""Every kind of caller: whatever they ask, the answer is that of a store which holds their graphs and nothing else.

The other store is asked with what the request says of graphs as it stands, so nothing of how we narrow it is repeated.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    parse,
    parse_query_results,
)

from gse_skills.access import OPERATOR, Caller, access_of
from gse_skills.access.policy import POLICY
from gse_skills.sandbox import Sandbox
from gse_skills.sparql import Endpoint, QueryRequest
from gse_skills.sparql.negotiation import GRAPHS
from gse_skills.vocabulary.namespace import GRAPH

OPEN, OVER = "0" * 16, "f" * 16
ORGANISATIONS = ("porton", "sutton")
CALLERS = (
    "anonymous",
    "member:porton",
    f"person:porton/{OPEN}",
    "lead:porton",
    "steward:porton",
    "steward:sutton",
    "duty-officer:porton",
    f"responder:porton/{OPEN}",
    f"responder:porton/{OVER}",
    "framework-owner",
    "administrator",
    "operator",
    "member:nowhere",
)
HELD = (
    *("view/public", "view/alliance", "view/emergency"),
    *(f"view/organisation/{slug}" for slug in ORGANISATIONS),
    *(f"source/{slug}" for slug in ORGANISATIONS),
    *("system", "organisations", "releases"),
)
NAMED = (*HELD, "view/organisation/nowhere", "view/none")
"""Graphs that a request may name, some of which there are not."""


def _quads() -> Iterator[Quad]:
    x, seen, knows = (NamedNode(f"urn:{name}") for name in ("x", "seen", "knows"))
    for number, name in enumerate(HELD):
        graph, own = NamedNode(GRAPH[name]), NamedNode(f"urn:{number}")
        yield Quad(x, seen, Literal(name), graph)
        yield Quad(own, seen, Literal("one of all"), graph)
        yield Quad(own, NamedNode("urn:number"), Literal(number), graph)
        # A chain that goes on only for whoever sees the next graph.
        yield Quad(own, knows, NamedNode(f"urn:{number + 1}"), graph)
    yield Quad(x, seen, Literal("in the engine's own default graph"))


@dataclass(frozen=True)
class Ground:
    """The endpoint over everything, and where to find what it holds."""

    endpoint: Endpoint
    everything: tuple[Quad, ...]


@pytest.fixture(scope="module")
def ground(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    home = tmp_path_factory.mktemp("callers")
    store = Store(home / "store")
    store.extend(_quads())
    store.backup(home / "snapshot")
    return Ground(Endpoint(sandbox, lambda: home / "snapshot"), tuple(_quads()))


def views_of(caller: str) -> tuple[str, ...]:
    who = OPERATOR if caller == "operator" else Caller.parse(caller)
    return access_of(who, ORGANISATIONS, {OPEN}).views


def test_every_role_is_among_the_callers() -> None:
    named = {OPERATOR if one == "operator" else Caller.parse(one) for one in CALLERS}
    assert {one.role for one in named} == set(POLICY)
    assert GRAPH["view/emergency"] in views_of(f"responder:porton/{OPEN}")
    assert GRAPH["view/emergency"] not in views_of(f"responder:porton/{OVER}")


graphs = st.sampled_from([GRAPH[name] for name in NAMED])
PATTERNS = (
    "?s ?p ?o",
    "<urn:x> <urn:seen> ?o",
    "?s <urn:knows> ?o",
    "?s <urn:knows>+ ?o",
    "?s (<urn:knows>|^<urn:knows>)* ?o FILTER isIRI(?s)",
    "?s !<urn:seen> ?o",
    "?s <urn:seen>/^<urn:seen> ?o",
    "?s <urn:number> ?o . ?s <urn:seen> ?also",
)


def _around(inner: str, graph: str) -> st.SearchStrategy[str]:
    return st.sampled_from(
        (
            inner,
            f"GRAPH ?g {{ {inner} }}",
            f"GRAPH <{graph}> {{ {inner} }}",
            f"VALUES ?g {{ <{graph}> <urn:none> }} GRAPH ?g {{ {inner} }}",
            f"?s <urn:seen> ?any OPTIONAL {{ GRAPH ?g {{ {inner} }} }}",
            f"?s ?q ?any FILTER EXISTS {{ {inner} }}",
            f"?s ?q ?any FILTER EXISTS {{ GRAPH <{graph}> {{ {inner} }} }}",
            f"?s ?q ?any FILTER NOT EXISTS {{ GRAPH ?g {{ {inner} }} }}",
            f"{{ {inner} }} MINUS {{ GRAPH <{graph}> {{ {inner} }} }}",
            f"{{ {inner} }} UNION {{ GRAPH ?g {{ {inner} }} }}",
            f"{{ SELECT * {{ {inner} }} }}",
            f"{{ SELECT ?s (COUNT(*) AS ?n) {{ GRAPH ?g {{ {inner} }} }} GROUP BY ?s }}",
            f"GRAPH ?g {{ {{ SELECT DISTINCT ?s {{ {inner} }} }} }}",
        )
    )


bodies = st.tuples(st.sampled_from(PATTERNS), graphs).flatmap(lambda drawn: _around(*drawn))
HEADS = (
    "SELECT *",
    "SELECT DISTINCT ?s ?g",
    "SELECT (COUNT(*) AS ?many)",
    "SELECT (COUNT(DISTINCT ?s) AS ?many) (MAX(?o) AS ?most) (MIN(STR(?g)) AS ?least)",
    "ASK",
    "CONSTRUCT { ?s <urn:is> ?o . ?s <urn:in> ?g }",
    "DESCRIBE ?s",
    "DESCRIBE <urn:x> <urn:4>",
)
clauses = st.lists(
    st.tuples(st.sampled_from(("FROM", "FROM NAMED")), graphs), max_size=3, unique_by=lambda said: said
).map(lambda said: " ".join(f"{word} <{graph}>" for word, graph in said))
requests = st.builds(
    lambda head, clause, body, default, named: QueryRequest(f"{head} {clause} WHERE {{ {body} }}", default, named),
    st.sampled_from(HEADS),
    clauses,
    bodies,
    st.lists(graphs, max_size=2, unique=True).map(tuple),
    st.lists(graphs, max_size=2, unique=True).map(tuple),
)


@settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(caller=st.sampled_from(CALLERS), request_=requests)
def test_the_answer_is_that_of_a_store_of_what_they_see(ground: Ground, caller: str, request_: QueryRequest) -> None:
    mine = views_of(caller)
    alone = Store()
    alone.extend(quad for quad in ground.everything if quad.graph_name in [NamedNode(view) for view in mine])
    asked = request_.default_graphs or request_.named_graphs
    if asked:
        expected = alone.query(
            request_.query,
            default_graph=[NamedNode(graph) for graph in request_.default_graphs],
            named_graphs=[NamedNode(graph) for graph in request_.named_graphs],
        )
    elif " FROM " in request_.query:
        expected = alone.query(request_.query)
    else:
        expected = alone.query(
            request_.query,
            default_graph=[NamedNode(view) for view in mine],
            named_graphs=[NamedNode(view) for view in mine],
        )
    answer = ground.endpoint.answer(request_, mine)
    if isinstance(expected, QuerySolutions):
        got = parse_query_results(answer.body, QueryResultsFormat.JSON)
        assert isinstance(got, QuerySolutions)
        assert [str(one) for one in got.variables] == [str(one) for one in expected.variables]
        assert Counter(map(str, got)) == Counter(map(str, expected)), request_
    elif isinstance(expected, QueryBoolean):
        assert json.loads(answer.body)["boolean"] is bool(expected)
    else:
        assert {quad.triple for quad in parse(answer.body, GRAPHS["text/turtle"])} == set(expected)


SECRET = (GRAPH["source/porton"], GRAPH["system"], GRAPH["view/organisation/nowhere"], GRAPH["view/none"])


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <%s> { ?s ?p ?o }",
        "SELECT * FROM NAMED <%s> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH <%s> { ?s ?p ?o } }",
        "ASK { GRAPH <%s> { } }",
        "DESCRIBE <%s>",
    ],
)
def test_a_graph_of_nobodys_is_as_one_that_is_not(ground: Ground, caller: str, query: str) -> None:
    mine = views_of(caller)
    answers = {ground.endpoint.answer(QueryRequest(query.replace("%s", graph)), mine) for graph in SECRET}
    assert len(answers) == 1
