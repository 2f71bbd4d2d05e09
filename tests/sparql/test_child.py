"""The job itself, in this process, on random data: an answer never depends on what its caller may not see."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store, parse_query_results

from gse_skills.sparql import child
from gse_skills.vocabulary.namespace import GRAPH

NODES = st.sampled_from([NamedNode(f"urn:{name}") for name in "abcd"])
VIEWS = [GRAPH[f"view/{name}"] for name in ("public", "alliance", "emergency")]
ALL_GRAPHS = st.sampled_from([NamedNode(graph) for graph in (*VIEWS, GRAPH["source/porton"], GRAPH["system"])])
QUADS = st.lists(st.builds(Quad, NODES, NODES, NODES, ALL_GRAPHS), max_size=40)
ALLOWED = st.lists(st.sampled_from(VIEWS), unique=True, max_size=3)
QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o . ?o ?q ?r }",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?o ?q ?s } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { GRAPH ?g { ?o ?q ?s } } }",
    "SELECT * { ?s (<urn:a>|^<urn:b>)+ ?o }",
    "SELECT * { ?s !<urn:a> ?o OPTIONAL { GRAPH ?g { ?s <urn:c> ?x } } }",
    "SELECT * { ?s <urn:a>* ?o }",
    "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?m) { ?s ?p ?o } GROUP BY ?p",
    "SELECT * { { SELECT ?s (COUNT(?g) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?s } MINUS { ?s <urn:a> ?o } }",
    "SELECT * { { ?s <urn:a> ?o } UNION { GRAPH <https://w3id.org/gse-skills/graph/source/porton> { ?s ?p ?o } } }",
    "SELECT * FROM <https://w3id.org/gse-skills/graph/view/public> FROM NAMED <https://w3id.org/gse-skills/graph/system>"
    " { ?s ?p ?o OPTIONAL { GRAPH ?g { ?s ?p ?x } } }",
]


def answers(quads: Sequence[Quad], views: list[str]) -> dict[str, list[str]]:
    """What a caller of `views` gets from a store of `quads`, by query."""
    found = {}
    with tempfile.TemporaryDirectory() as home:
        store = Store(Path(home) / "store")
        store.extend(quads)
        store.backup(Path(home) / "snapshot")
        for query in QUERIES:
            emitted: list[bytes] = []
            child.run({"query": query, "snapshot": f"{home}/snapshot", "views": views}, emitted.append)
            results = parse_query_results(b"".join(emitted[1:]), QueryResultsFormat.JSON)
            assert isinstance(results, QuerySolutions)
            found[query] = sorted(map(str, results))
    return found


@given(quads=QUADS, views=ALLOWED)
@settings(max_examples=5, deadline=None)
def test_an_answer_is_that_of_a_store_with_only_the_allowed_graphs(quads: list[Quad], views: list[str]) -> None:
    mine = [quad for quad in quads if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value in views]
    assert answers(quads, views) == answers(mine, views)


@given(quads=QUADS)
@settings(max_examples=2, deadline=None)
def test_without_a_view_nothing_is_seen(quads: list[Quad]) -> None:
    seen = answers(quads, [])
    assert seen[QUERIES[0]] == seen[QUERIES[1]] == []
