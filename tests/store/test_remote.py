"""What only a store behind an endpoint can be asked: a client that dies on the way, and endpoints that answer badly."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from gse_skills.errors import GseSkillsError, InputError, UnavailableError
from gse_skills.store import Change, RemoteStore, Store
from gse_skills.store.client import Client
from gse_skills.vocabulary import GRAPH

ApplyTo = Callable[..., int]
HeldBy = Callable[[Store], set[str]]

A, B = f"<{GRAPH['source/a']}>", f"<{GRAPH['source/b']}>"
KILLS = 6


class Server(Protocol):
    query_url: str
    update_url: str

    @property
    def login(self) -> dict[str, Any]: ...
    def store(self) -> RemoteStore: ...
    def client(self) -> Client: ...
    def wipe(self) -> None: ...


def quads(count: int, graph: str = A, start: int = 0) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((f"<urn:s{n}>", "<urn:p>", f'"value {n}"', graph) for n in range(start, start + count))


def lines(*parts: tuple[tuple[str, str, str, str], ...]) -> set[str]:
    return {" ".join(quad) for part in parts for quad in part}


@pytest.fixture(params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.virtuoso)])
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(request.param)
    found.wipe()
    return found


def graphs_of(server: Server) -> set[str]:
    """All graphs of the server that are ours, pending ones too."""
    ours = f'FILTER(STRSTARTS(STR(?g), "{GRAPH}"))'
    return {
        row[0].value for row in server.client().select(f"SELECT ?g {{ GRAPH ?g {{ ?s ?p ?o }} {ours} }} GROUP BY ?g")
    }


def system_of(server: Server) -> int:
    text = f"SELECT ?p ?o {{ GRAPH <{GRAPH.system}> {{ ?s ?p ?o }} }}"
    return len(list(server.client().select(text)))


class Died(BaseException):
    """In the place of a client that dies."""


def test_a_client_that_dies_after_any_request_leaves_all_or_nothing(
    server: Server, apply_to: ApplyTo, held_by: HeldBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lines(quads(6), quads(2, B))
    after = lines(quads(3, start=3), quads(2, start=1), quads(1, B), quads(4, B, 10))
    outcomes = []
    for requests in range(50):
        server.wipe()
        apply_to(server.store(), quads(6) + quads(2, B))
        store = server.store()
        left, send = requests, store._client.update

        def update(text: str) -> None:
            nonlocal left
            if left == 0:
                raise Died
            left -= 1
            send(text)  # noqa: B023  called before the loop goes on

        monkeypatch.setattr(store._client, "update", update)
        try:
            apply_to(
                store,
                add=quads(2, start=1) + quads(4, B, 10),
                remove=quads(3) + quads(1, B, 1),
            )
        except Died:
            outcomes.append(_outcome(server, before, after, held_by))
        else:
            break
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {1, 2}
    assert left == 0
    assert _outcome(server, before, after, held_by) == 2


def _outcome(server: Server, before: set[str], after: set[str], held_by: HeldBy) -> int:
    """The commit number after the next start, when the store holds what belongs to it and nothing is pending."""
    store = server.store()
    assert held_by(store) == {1: before, 2: after}[store.commit]
    assert graphs_of(server) == {GRAPH["source/a"], GRAPH["source/b"], GRAPH.system}
    assert system_of(server) == 1
    return store.commit


def test_a_move_cut_short_in_the_engine_is_done_again(server: Server, apply_to: ApplyTo, held_by: HeldBy) -> None:
    """As by an engine for which a request is not all or nothing."""
    apply_to(server.store(), quads(6))
    store = server.store()
    moved: list[str] = []

    def half(text: str) -> None:
        steps = text.split(" ;\n")
        if len(steps) > 2:
            moved.extend(steps)
            server.client().update(steps[0])
            raise Died
        server.client().update(text)

    store._client.update = half  # type: ignore[method-assign]  # the engine dies here
    with pytest.raises(Died):
        apply_to(store, add=quads(2, start=2) + quads(1, start=9), remove=quads(4))
    assert len(moved) > 2
    assert len(list(store.triples(GRAPH["source/a"]))) == 4
    store = server.store()
    assert store.commit == 2
    assert held_by(store) == lines(quads(4, start=2), quads(1, start=9))


def test_a_killed_client_leaves_all_or_nothing(server: Server, held_by: HeldBy) -> None:
    code = f"""
import sys, json
from gse_skills.store import Change, RemoteStore
store = RemoteStore(*json.loads(sys.argv[1]), **json.loads(sys.argv[2]))
print("go", flush=True)
with Change() as change:
    for n in range(3_000):
        change.add(f"<urn:s{{n}}>", "<urn:p>", f'"value {{n}}"', {A!r})
    store.apply(change)
print("done", flush=True)
"""
    urls = json.dumps([server.query_url, server.update_url])
    command = [sys.executable, "-c", code, urls, json.dumps(server.login)]
    takes = 1.0
    dice = random.Random(3)
    for round_ in range(KILLS + 1):
        server.wipe()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        begun = time.monotonic()
        if round_ == 0:
            assert process.stdout.readline() == "done\n"
            takes = time.monotonic() - begun
        else:
            time.sleep(takes * dice.uniform(0, 1))
            process.kill()
        acknowledged = round_ == 0 or process.stdout.read() == "done\n"
        process.communicate()
        store = server.store()
        found = held_by(store)
        assert (store.commit, found) in [(1, lines(quads(3_000))), *([] if acknowledged else [(0, set())])]
        # The last request of the one that was killed may have run after the start that tidied up.
        until = time.monotonic() + 30
        while graphs_of(server) != ({GRAPH["source/a"], GRAPH.system} if found else set()):
            assert time.monotonic() < until
            assert held_by(server.store()) == found


@pytest.mark.parametrize("late", range(6))
def test_a_request_that_runs_after_its_client_died_does_nothing(
    late: int, server: Server, apply_to: ApplyTo, held_by: HeldBy
) -> None:
    """The store was opened again, and changed, before the dead client's last request came through."""
    apply_to(server.store(), quads(6))
    first = server.store()
    sent: list[str] = []

    def update(text: str) -> None:
        sent.append(text)
        if len(sent) > late:
            raise Died
        server.client().update(text)

    first._client.update = update  # type: ignore[method-assign]  # the network delays it
    with pytest.raises(Died):
        apply_to(first, add=quads(2, start=2) + quads(1, start=9), remove=quads(4))
    second = server.store()
    number = second.commit
    assert number == (2 if late >= 4 else 1)
    expected = lines(quads(4, start=2), quads(1, start=9)) if number == 2 else lines(quads(6))
    assert held_by(second) == expected
    apply_to(second, add=quads(1))
    apply_to(second, remove=quads(1, start=9))
    expected = (expected - lines(quads(1, start=9))) | lines(quads(1))
    server.client().update(sent[-1])
    assert held_by(second) == expected
    third = server.store()
    assert (third.commit, held_by(third)) == (number + 2, expected)
    assert apply_to(third, quads(1, start=20)) == number + 3
    assert held_by(third) == expected | lines(quads(1, start=20))
    assert system_of(server) == 1
    assert graphs_of(server) == {GRAPH["source/a"], GRAPH.system}


def test_other_peoples_graphs_are_left_alone(server: Server, apply_to: ApplyTo, held_by: HeldBy) -> None:
    server.client().update("INSERT DATA { GRAPH <urn:theirs> { <urn:s> <urn:p> <urn:o> } }")
    store = server.store()
    apply_to(store, quads(1))
    assert store.graphs() == [GRAPH["source/a"], GRAPH.system]
    assert held_by(store) == lines(quads(1))
    assert len(list(server.client().select("SELECT ?s { GRAPH <urn:theirs> { ?s ?p ?o } }"))) == 1


def test_long_literals_go_in_portions_that_an_engine_takes(server: Server, apply_to: ApplyTo) -> None:
    long = tuple((f"<urn:{n}>", "<urn:p>", str(ox.Literal(f"{n} é\n" * 100_000)), A) for n in range(3))
    store = server.store()
    apply_to(store, long)
    assert sorted(str(triple.object) for triple in store.triples(GRAPH["source/a"])) == sorted(quad[2] for quad in long)


def test_a_store_of_a_read_only_address_says_so(oxigraph: Server, apply_to: ApplyTo) -> None:
    oxigraph.wipe()
    store = RemoteStore(oxigraph.query_url)
    assert store.graphs() == []
    with pytest.raises(UnavailableError) as err:
        apply_to(store, quads(1))
    assert err.value.rule == "store-refused"


def test_nobody_at_the_address() -> None:
    with pytest.raises(UnavailableError) as err:
        RemoteStore("http://127.0.0.1:1/query")
    assert err.value.rule == "store-unreachable"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "127.0.0.1:7878/query", "ftp://127.0.0.1/"])
def test_an_address_of_another_scheme_is_refused(url: str) -> None:
    with pytest.raises(InputError) as err:
        RemoteStore(url)
    assert err.value.rule == "bad-store-url"


@pytest.mark.virtuoso
def test_a_wrong_password_is_refused(virtuoso: Server, apply_to: ApplyTo) -> None:
    virtuoso.wipe()
    store = RemoteStore(virtuoso.query_url, virtuoso.update_url, user="dba", password="wrong", digest=True)
    with pytest.raises(UnavailableError) as err:
        apply_to(store, quads(1))
    assert err.value.rule == "store-refused"


@pytest.mark.virtuoso
def test_an_answer_that_the_time_limit_cut_is_no_answer(virtuoso: Server, apply_to: ApplyTo) -> None:
    virtuoso.wipe()
    apply_to(virtuoso.store(), quads(3_000))
    # Virtuoso's own parameter, in milliseconds: from then on it returns what it has found by then.
    client = Client(f"{virtuoso.query_url}?timeout=1000", virtuoso.update_url)
    three = "?a <urn:p> ?x . ?b <urn:p> ?y . ?c <urn:p> ?z"
    with pytest.raises(UnavailableError) as err:
        list(client.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {A} {{ {three} FILTER(?x != ?y && ?y != ?z) }} }}"))
    assert err.value.rule == "truncated"


# Endpoints that answer badly: a real HTTP server that does what some do.

ROW = {"s": {"type": "uri", "value": "urn:s"}}
HEAD = b'{"head":{"vars":["s"]},"results":{"bindings":['


@contextmanager
def endpoint(answer: Callable[[BaseHTTPRequestHandler, str], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])).decode())

        def do_GET(self) -> None:
            answer(self, "GET")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{served.server_port}/"
        finally:
            served.shutdown()
            thread.join()


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/sparql-results+json", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def solutions(count: int, row: Mapping[str, object] = ROW) -> bytes:
    return json.dumps({"head": {"vars": list(row)}, "results": {"bindings": [row] * count}}).encode()


def asked(answer: Callable[[BaseHTTPRequestHandler, str], None]) -> GseSkillsError:
    with endpoint(answer) as url, pytest.raises(UnavailableError) as err:
        list(Client(url, url).select("SELECT ?s WHERE { ?s ?p ?o }"))
    return err.value


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    """As `oxigraph serve` and others do when a query fails on the way: status 200, half of the body."""
    row = json.dumps(ROW).encode()
    assert asked(lambda handler, _: send(handler, HEAD + row + b",")).rule == "truncated"
    assert asked(lambda handler, _: send(handler, HEAD + row + b", The query was cancelled")).rule == "truncated"
    assert asked(lambda handler, _: send(handler, HEAD + row, Content_Length="5000")).rule in {
        "truncated",
        "store-unreachable",
    }


def test_an_answer_cut_at_a_round_number_in_silence_is_no_answer() -> None:
    def answer(handler: BaseHTTPRequestHandler, body: str) -> None:
        integer = {"type": "literal", "datatype": "http://www.w3.org/2001/XMLSchema#integer", "value": "2500"}
        send(handler, solutions(1, {"n": integer}) if "COUNT" in body else solutions(1_000))

    assert asked(answer).rule == "truncated"


def test_a_page_in_the_place_of_an_answer_is_no_answer() -> None:
    assert (
        asked(lambda handler, _: send(handler, b"<html>Welcome</html>", Content_Type="text/html")).rule == "truncated"
    )


def test_only_the_first_line_of_a_refusal_is_passed_on() -> None:
    error = asked(lambda handler, _: send(handler, b"Out of memory\nSELECT ?secret ...", 500))
    assert error.rule == "store-refused"
    assert "Out of memory" in str(error)
    assert "secret" not in str(error)


def test_no_escape_is_left_to_a_careless_engine() -> None:
    """One that replaces codepoint escapes without a look at the backslash before them, as SPARQL's wording invites."""
    seen: list[str] = []
    text = ox.Literal('\\u0022 } } ; DROP ALL ; SELECT * { { "')

    def answer(handler: BaseHTTPRequestHandler, body: str) -> None:
        seen.append(parse_qs(body)["query"][0])
        send(handler, solutions(0))

    with endpoint(answer) as url:
        list(Client(url, url).select(f"SELECT ?s WHERE {{ ?s ?p {text} }}"))
    careless = re.sub(r"\\u([0-9A-F]{4})", lambda match: chr(int(match[1], 16)), seen[0])
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), text))
    found = store.query(careless)
    assert isinstance(found, ox.QuerySolutions)
    assert len(list(found)) == 1


def test_a_redirect_is_refused_rather_than_turned_into_a_read() -> None:
    seen: list[str] = []

    def answer(handler: BaseHTTPRequestHandler, body: str) -> None:
        seen.append(body)
        send(handler, b"", 302 if body != "GET" else 200, Location="/elsewhere")

    with endpoint(answer) as url, pytest.raises(UnavailableError) as err:
        Client(url, url).update("DROP ALL")
    assert err.value.rule == "store-refused"
    assert len(seen) == 1


def test_an_address_that_swallows_updates_is_found_out(oxigraph: Server, apply_to: ApplyTo) -> None:
    oxigraph.wipe()
    with endpoint(lambda handler, _: send(handler, b"fine")) as url:
        store = RemoteStore(oxigraph.query_url, url)
        with pytest.raises(UnavailableError) as err:
            apply_to(store, quads(1))
    assert err.value.rule == "store-refused"
    assert store.commit == 0


def test_no_password_is_left_in_the_process() -> None:
    """urllib's opener is the whole process's; SPARQLWrapper's own way to log in by Digest puts the password there."""
    import urllib.request

    before = urllib.request._opener  # type: ignore[attr-defined]  # what install_opener sets
    with endpoint(lambda handler, _: send(handler, solutions(1))) as url:
        client = Client(url, url, user="someone", password="secret", digest=True)
        assert list(client.select("SELECT ?s WHERE { ?s ?p ?o }")) == [(ox.NamedNode("urn:s"),)]
    assert urllib.request._opener is before  # type: ignore[attr-defined]


def test_a_dump_follows_what_was_left_undone(oxigraph: Server, apply_to: ApplyTo, held_by: HeldBy) -> None:
    oxigraph.wipe()
    store = oxigraph.store()
    apply_to(store, quads(2))
    with Change() as change:
        change.add(*quads(1, B)[0])
        real = store._client.update

        def update(text: str) -> None:
            real(text)
            if text.startswith("DELETE {") and "wholeChange" in text:
                raise UnavailableError("It went away.", rule="store-unreachable")

        store._client.update = update  # type: ignore[method-assign]  # the network fails here
        with pytest.raises(UnavailableError):
            store.apply(change)
        store._client.update = real  # type: ignore[method-assign]
    assert store.graphs() == [GRAPH["source/a"], GRAPH.system]
    assert held_by(store) == lines(quads(2), quads(1, B))
    assert store.commit == 2
