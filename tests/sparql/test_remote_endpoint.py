"""Users' queries at a remote store: a real `oxigraph serve`, and a server that does what a bad one would.

What a caller sees, what is refused and in which forms it comes must be what the embedded store gives; the views and
the expected answers are those of `test_endpoint`.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from gse_skills.errors import GseSkillsError
from gse_skills.sandbox import Limits, Sandbox
from gse_skills.sparql import Answer, Endpoint, QueryRequest
from gse_skills.sparql.negotiation import GRAPHS, RESULTS
from gse_skills.sparql.remote import RemoteEndpoint
from gse_skills.vocabulary.namespace import GRAPH

SEEN = "SELECT ?o { <urn:x> <urn:seen> ?o } ORDER BY ?o"
SEEN_NAMED = "SELECT DISTINCT ?o { GRAPH ?g { <urn:x> <urn:seen> ?o } } ORDER BY ?o"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
START_SECONDS = 60.0


def absent(why: str) -> None:
    """Skip, or fail where everything must be there."""
    if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def url(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query address of an `oxigraph serve` that holds what the snapshot does."""
    binary = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if binary is None:
        absent("needs the program of the PyPI package oxigraph")
        raise AssertionError
    data = Path(shutil.copytree(snapshot, tmp_path_factory.mktemp("oxigraph") / "data"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [binary, "serve-read-only", "--location", str(data), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + START_SECONDS
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert server.poll() is None
                    assert time.monotonic() < until
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/query"
        finally:
            server.kill()


@pytest.fixture
def remote(sandbox: Sandbox, url: str) -> RemoteEndpoint:
    return RemoteEndpoint(sandbox, url)


def ask(endpoint: RemoteEndpoint, request: QueryRequest | str, views: tuple[str, ...]) -> Answer:
    return endpoint.start(QueryRequest(request) if isinstance(request, str) else request, views).result()


def rule_of(endpoint: RemoteEndpoint, request: QueryRequest | str, views: tuple[str, ...]) -> str:
    with pytest.raises(GseSkillsError) as error:
        ask(endpoint, request, views)
    assert error.value.remedy
    return error.value.rule


def values(answer: Answer) -> list[str]:
    bindings = json.loads(answer.body)["results"]["bindings"]
    return [" ".join(cell["value"] for cell in row.values()) for row in bindings]


def test_a_caller_sees_exactly_the_views_given(remote: RemoteEndpoint, views: dict[str, str]) -> None:
    for query in (SEEN, SEEN_NAMED):
        assert values(ask(remote, query, (views["public"],))) == ["public"]
        assert values(ask(remote, query, (views["public"], views["alliance"]))) == ["alliance", "public"]
        assert values(ask(remote, query, ())) == []


@pytest.mark.parametrize(
    ("clauses", "default_graphs", "named_graphs", "default", "named"),
    [
        ("FROM <view/public>", (), (), ["public"], []),
        ("FROM NAMED <view/public>", (), (), [], ["public"]),
        ("FROM <view/public> FROM NAMED <view/alliance>", (), (), ["public"], ["alliance"]),
        ("FROM <source/porton> FROM NAMED <source/porton>", (), (), [], []),
        ("FROM <view/organisation/porton>", (), (), [], []),
        ("FROM <view/public>", ("view/alliance",), (), ["alliance"], []),
        ("", ("view/public", "view/none"), ("source/porton",), ["public"], []),
    ],
)
def test_from_and_the_protocol_narrow_the_dataset(
    remote: RemoteEndpoint,
    views: dict[str, str],
    clauses: str,
    default_graphs: tuple[str, ...],
    named_graphs: tuple[str, ...],
    default: list[str],
    named: list[str],
) -> None:
    mine = (views["public"], views["alliance"])
    for query, expected in ((SEEN, default), (SEEN_NAMED, named)):
        whole = f"BASE <{GRAPH}> " + query.replace(" {", f" {clauses} {{", 1)
        sides = [tuple(GRAPH[graph] for graph in side) for side in (default_graphs, named_graphs)]
        assert values(ask(remote, QueryRequest(whole, sides[0], sides[1]), mine)) == expected


def test_a_forbidden_graph_answers_as_one_that_is_not_there(remote: RemoteEndpoint, views: dict[str, str]) -> None:
    for query in (
        "SELECT ?o FROM <%s> { ?s <urn:seen> ?o }",
        "SELECT ?o { GRAPH <%s> { ?s <urn:seen> ?o } }",
        "ASK { GRAPH <%s> { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } { GRAPH <%s> { ?s ?p ?o } }",
    ):
        answers = {
            ask(remote, query.replace("%s", graph), (views["public"],))
            for graph in (views["alliance"], GRAPH["source/porton"], GRAPH["view/there-is-none"])
        }
        assert len(answers) == 1


@pytest.mark.parametrize("accept", [None, *RESULTS])
@pytest.mark.parametrize("query", [SEEN, "ASK { <urn:x> <urn:seen> ?o }", "SELECT ?no { ?no <urn:none> ?thing }"])
def test_results_are_those_of_the_embedded_store(
    remote: RemoteEndpoint, endpoint: Endpoint, views: dict[str, str], query: str, accept: str | None
) -> None:
    request = QueryRequest(query, accept=accept)
    mine = (views["public"], views["alliance"])
    there, here = ask(remote, request, mine), endpoint.answer(request, mine)
    assert (there.media_type, there.form) == (here.media_type, here.form)
    assert there.body == here.body


@pytest.mark.parametrize("accept", [None, *GRAPHS])
@pytest.mark.parametrize("query", ["CONSTRUCT { ?s ?p ?o } { ?s <urn:seen> ?o ; ?p ?o }", "DESCRIBE <urn:x>"])
def test_graphs_are_those_of_the_embedded_store(
    remote: RemoteEndpoint, endpoint: Endpoint, views: dict[str, str], query: str, accept: str | None
) -> None:
    request = QueryRequest(query, accept=accept)
    mine = (views["public"], views["alliance"])
    there, here = ask(remote, request, mine), endpoint.answer(request, mine)
    assert (there.media_type, there.form) == (here.media_type, here.form)
    triples = [{quad.triple for quad in ox.parse(one.body, GRAPHS[one.media_type])} for one in (there, here)]
    assert triples[0] == triples[1]
    assert len(triples[0]) == 2


def test_our_prefixes_need_no_declaration_and_may_be_declared(remote: RemoteEndpoint, views: dict[str, str]) -> None:
    for query in ("ASK { graph:x skos:broader fw:LIF }", "PREFIX skos: <urn:> SELECT ?o { <urn:x> skos:seen ?o }"):
        assert ask(remote, query, (views["public"],)).body


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        (QueryRequest("SELECT * { SERVICE <http://127.0.0.1:9/> {} }"), "service"),
        (QueryRequest("SELECT * { SERVICE SILENT <http://127.0.0.1:9/> {} }"), "service"),
        (QueryRequest("LOAD <http://127.0.0.1:9/>"), "load"),
        (QueryRequest("INSERT DATA { <urn:a> <urn:b> <urn:c> }"), "update"),
        (QueryRequest("DROP ALL"), "update"),
        (QueryRequest("SELECT * FROM <http://127.0.0.1:9/> {}"), "remote-from"),
        (QueryRequest("SELECT * {}", named_graphs=("urn:x",)), "remote-from"),
        (QueryRequest("SELECT"), "syntax"),
        (QueryRequest("ASK {} #" + "x" * 70_000), "query-too-long"),
        (QueryRequest("ASK {}", accept="text/html"), "not-acceptable"),
        (QueryRequest("ASK {}", accept="text/turtle"), "not-acceptable"),
        (QueryRequest("DESCRIBE <urn:x>", accept="text/csv"), "not-acceptable"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.query[:30],
)
def test_what_is_refused_is_refused_here(
    remote: RemoteEndpoint, views: dict[str, str], request_: QueryRequest, rule: str
) -> None:
    assert rule_of(remote, request_, (views["public"],)) == rule


def test_time_output_and_rows_are_bounded(sandbox: Sandbox, url: str, views: dict[str, str]) -> None:
    mine = tuple(views.values())
    slow = RemoteEndpoint(sandbox, url, limits=Limits(wall_seconds=2, cpu_seconds=60))
    assert rule_of(slow, ENDLESS, mine) == "time-limit"
    assert values(ask(slow, SEEN, (views["public"],))) == ["public"]
    large = RemoteEndpoint(sandbox, url, limits=Limits(output_bytes=10_000, wall_seconds=60, cpu_seconds=60))
    assert rule_of(large, "SELECT * { ?s ?p ?o }", mine) == "output-limit"
    for accept in RESULTS:
        few = RemoteEndpoint(sandbox, url, limits=Limits(rows=100, wall_seconds=60, cpu_seconds=60))
        assert rule_of(few, QueryRequest("SELECT * { ?s ?p ?o }", accept=accept), mine) == "row-limit"
        assert ask(few, QueryRequest("SELECT * { ?s ?p ?o } LIMIT 100", accept=accept), mine).body
    for accept in GRAPHS:
        assert rule_of(few, QueryRequest("CONSTRUCT WHERE { ?s ?p ?o }", accept=accept), mine) == "row-limit"


def test_who_leaves_does_not_wait_for_the_engine(sandbox: Sandbox, url: str, views: dict[str, str]) -> None:
    patient = RemoteEndpoint(sandbox, url, limits=Limits(wall_seconds=3600, cpu_seconds=60))
    asking = patient.start(QueryRequest(ENDLESS), tuple(views.values()))
    told: list[str] = []

    def wait() -> None:
        with pytest.raises(GseSkillsError) as error:
            asking.result()
        told.append(error.value.rule)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    waiting.join(2)
    assert waiting.is_alive()
    asking.kill()
    waiting.join(60)
    assert told == ["stopped"]


Answers = Callable[[socket.socket], None]


@contextmanager
def answering(say: Answers) -> Iterator[str]:
    """A server that reads a request and answers it in its own way."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(10)
                request = b""
                while b"named-graph-uri" not in request:
                    request += connection.recv(65_536)
                say(connection)

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/query"
        server.join(30)


def saying(head: str, body: bytes = b"") -> Answers:
    return lambda connection: connection.sendall(f"HTTP/1.1 {head}\r\n\r\n".encode() + body)


WHOLE = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"a"}}]}}'
JSON = "Content-Type: application/sparql-results+json"


@pytest.mark.parametrize(
    ("say", "rule"),
    [
        (saying("500 Internal Server Error\r\nContent-Length: 0"), "store-refused"),
        (saying("302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0"), "store-refused"),
        (saying("401 Unauthorized\r\nContent-Length: 0"), "store-refused"),
        (saying("400 Bad Request\r\nContent-Length: 4", b"oops"), "query-failed"),
        (saying("200 OK\r\nContent-Type: text/html\r\nContent-Length: 6", b"<html>"), "store-refused"),
        (saying(f"200 OK\r\n{JSON}\r\nContent-Length: 500", WHOLE), "store-unreachable"),
        (saying(f"200 OK\r\n{JSON}\r\nContent-Length: 20", WHOLE[:20]), "truncated"),
        (saying(f"200 OK\r\n{JSON}\r\nX-SQL-State: S1TAT\r\nContent-Length: {len(WHOLE)}", WHOLE), "truncated"),
        (saying(f"200 OK\r\n{JSON}\r\nX-SPARQL-MaxRows: 1\r\nContent-Length: {len(WHOLE)}", WHOLE), "truncated"),
        (lambda connection: None, "store-unreachable"),
    ],
    ids=[
        *("fails", "leads elsewhere", "wants a login", "refuses", "page", "cut off", "half", "out of time", "capped"),
        "silent",
    ],
)
def test_what_a_store_does_wrong_is_never_an_answer(sandbox: Sandbox, say: Answers, rule: str) -> None:
    with answering(say) as address:
        assert rule_of(RemoteEndpoint(sandbox, address), SEEN, (GRAPH["view/public"],)) == rule


def test_a_capped_answer_below_its_cap_is_whole(sandbox: Sandbox) -> None:
    say = saying(f"200 OK\r\n{JSON}\r\nX-SPARQL-MaxRows: 2\r\nContent-Length: {len(WHOLE)}", WHOLE)
    with answering(say) as address:
        assert values(ask(RemoteEndpoint(sandbox, address), SEEN, ())) == ["a"]


def test_a_store_that_is_not_there_is_told(sandbox: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    gone = RemoteEndpoint(sandbox, f"http://127.0.0.1:{port}/query")
    assert rule_of(gone, SEEN, (GRAPH["view/public"],)) == "store-unreachable"


def test_a_login_is_not_told_to_the_caller(sandbox: Sandbox) -> None:
    with answering(saying("403 Forbidden\r\nContent-Length: 0")) as address:
        endpoint = RemoteEndpoint(sandbox, address, httpx.BasicAuth("user", "secret"))
        with pytest.raises(GseSkillsError) as error:
            ask(endpoint, SEEN, ())
    assert error.value.rule == "store-refused"
    assert "secret" not in str(error.value)
