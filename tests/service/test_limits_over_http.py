"""Queries made to bring a service down, sent to a real one with small limits: each is refused or stopped with its own
rule, and the service goes on as it was (REQUIREMENTS.md, points 2 to 5).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Nurseries, Process, Pulse, Queries, Service, Start

ROOM = 8 << 10
"""Memory in kB that a process may have more of than a tenth: what an allocator keeps for the next time."""
SOON = 5.0
"""Seconds in which a query is to be gone; one is promised, a machine that is busy with other tests may take longer."""
LONG = 60.0
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
STAR = " . ".join(f"?s <urn:p{n}> ?o{n}" for n in range(256))
VALUES = " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(100)))} }}" for n in range(6))
OVER_TIME = {"time-limit", "cpu-limit"}
STOPPED = OVER_TIME | {"memory-limit"}
BOMBS: dict[str, tuple[str, set[str]]] = {
    "count": (f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", OVER_TIME),
    "values": (f"SELECT (COUNT(*) AS ?n) {{ {VALUES} }}", OVER_TIME),
    "order": (f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i", STOPPED),
    "distinct": (f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {CROSS} }}", STOPPED),
    "group_concat": (f"SELECT (GROUP_CONCAT(?c) AS ?all) {{ {CROSS} }}", STOPPED),
    "flood": (f"SELECT * {{ {CROSS} }}", {"output-limit", "row-limit"} | STOPPED),
    "flood of triples": (f"CONSTRUCT {{ ?a <urn:p> ?l }} WHERE {{ {CROSS} }}", {"output-limit", "row-limit"} | STOPPED),
    "paths": ("SELECT (COUNT(*) AS ?n) { ?a (!<urn:a>)* ?b . ?c (!<urn:b>)* ?d }", STOPPED),
    "1,024-step path": (f"SELECT * {{ ?s {'/'.join(['<urn:p>'] * 1_024)} ?o }}", {"query-too-wide"}),
    "256-triple star": (f"SELECT * {{ {STAR} }}", {"query-too-wide"}),
    "nested triple terms": (
        "SELECT * { BIND(" + "<<(<urn:s> <urn:p> " * 1_500 + "1" + " )>>" * 1_500 + " AS ?x) }",
        {"syntax"},
    ),
    "braces": ("SELECT * {" + "{" * 5_000 + "}" * 5_001, {"query-too-deep"}),
    "brackets": ("SELECT * { FILTER" + "(" * 10_000 + "1" + ")" * 10_000 + " }", {"query-too-deep"}),
    "100,000 additions": ("SELECT (1" + "+1" * 100_000 + " AS ?x) {}", {"query-too-long"}),
    "10,000 additions": ("SELECT (1" + "+1" * 10_000 + " AS ?x) {}", {"query-too-wide"}),
}
GOOD = 'SELECT ?s { ?s skos:prefLabel "Virology"@en }'
ENDLESS = BOMBS["count"][0]
AT_ONCE, OF_ONE = 3, 2


def resident(process: int) -> int:
    """Memory of a process in kB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    assert found
    return int(found[1])


def worked(process: int) -> int:
    """The processor time that a process has had, in hundredths of a second."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11])


def wait_until(happened: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something to happen, and fail when it does not in time."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.01)


def open_socket(url: str) -> socket.socket:
    host, _, port = url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=LONG)


@pytest.fixture(scope="module")
def tight(
    data: Path, tmp_path_factory: pytest.TempPathFactory, lasting: Start
) -> Iterator[tuple[Process, httpx.Client]]:
    """A service with small limits, and a client of it."""
    copy = tmp_path_factory.mktemp("tight") / "data"
    shutil.copytree(data, copy)
    started = lasting(copy, query_seconds=2, query_memory_mib=300, queries_at_once=AT_ONCE, queries_per_caller=OF_ONE)
    headers = {"Authorization": f"Bearer {json.loads((copy / 'service.json').read_text())['key']}"}
    with httpx.Client(base_url=started.url, headers=headers, timeout=LONG, trust_env=False) as client:
        yield started, client


def test_the_bomb_suite(
    tight: tuple[Process, httpx.Client], pulse: Callable[[str], Pulse], nurseries: Nurseries, queries: Queries
) -> None:
    started, client = tight
    pid = started.popen.pid
    (nursery,) = nurseries(pid)

    def send(query: str) -> httpx.Response:
        return client.post("/sparql", data={"query": query})

    # Warm it up first: libraries, threads and buffers come with the first queries.
    for query in [GOOD] * 20 + ["SELECT * { ?a ?b ?c } LIMIT 10000"]:
        assert send(query).status_code == 200
    before, of_nursery = resident(pid), resident(nursery)
    with pulse(started.url) as felt, ThreadPoolExecutor(2) as pool:
        answers = dict(zip(BOMBS, pool.map(send, (query for query, _ in BOMBS.values())), strict=True))
    assert felt.missed == []
    assert felt.beats > 10
    statuses = {"memory-limit": 507, "syntax": 400} | dict.fromkeys(
        ("query-too-wide", "query-too-deep", "query-too-long"), 413
    )
    for name, response in answers.items():
        assert response.headers["content-type"] == "application/problem+json", name
        rule = response.json()["rule"]
        assert rule in BOMBS[name][1], name
        assert response.status_code == statuses.get(rule, 503), name
    assert send(GOOD).status_code == 200
    assert client.get("/readyz").json() == {"status": "ready"}
    assert started.popen.poll() is None
    assert nurseries(pid) == [nursery]
    wait_until(lambda: not queries(pid), SOON, "every query is gone")
    assert resident(pid) < before * 1.1 + ROOM
    assert resident(nursery) < of_nursery * 1.1 + ROOM


def test_over_the_cap_a_query_is_told_to_come_again(tight: tuple[Process, httpx.Client], queries: Queries) -> None:
    started, client = tight
    with (
        ThreadPoolExecutor(AT_ONCE) as pool,
        httpx.Client(base_url=started.url, timeout=LONG, trust_env=False) as other,
    ):
        running = [pool.submit(client.post, "/sparql", data={"query": ENDLESS}) for _ in range(OF_ONE)]
        wait_until(lambda: len(queries(started.popen.pid)) == OF_ONE, LONG, "all of one caller run")
        response = client.get("/sparql", params={"query": "ASK {}"})
        assert (response.status_code, response.json()["rule"]) == (503, "too-many-queries")
        assert response.headers["retry-after"] == "1"
        assert f"{OF_ONE} of yours run already" in response.json()["detail"]
        # One caller, whatever they send, leaves room for the others, until these have taken it.
        assert other.get("/sparql", params={"query": "ASK {}"}).status_code == 200
        running.append(pool.submit(other.post, "/sparql", data={"query": ENDLESS}))
        wait_until(lambda: len(queries(started.popen.pid)) == AT_ONCE, LONG, "all run")
        response = other.get("/sparql", params={"query": "ASK {}"})
        assert f"{AT_ONCE} run already" in response.json()["detail"]
        page = client.post("/query", data={"query": "ASK {}"})
        assert (page.status_code, "Too many queries at once" in page.text) == (503, True)
        # What is answered from memory goes on.
        assert client.get("/api/v1/experts", params={"skill": "Virology"}).status_code == 200
        assert {one.result().json()["rule"] for one in running} <= OVER_TIME
    assert client.get("/sparql", params={"query": "ASK {}"}).status_code == 200


REQUESTS = {
    "GET": b"GET /sparql?query=%b HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %b\r\n\r\n",
    "form": (
        b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %%b\r\nContent-Length: %d\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nquery=%%b"
    ),
    "POST": (
        b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %%b\r\nContent-Length: %d\r\n"
        b"Content-Type: application/sparql-query\r\n\r\n%%b"
    ),
}


@pytest.mark.parametrize("way", REQUESTS)
def test_who_leaves_takes_the_query_along(service: Service, way: str, queries: Queries) -> None:
    here = os.getpid()
    wait_until(lambda: not queries(here), LONG, "what other tests asked is done")
    token = service.token("member:alder").encode()
    query = ENDLESS.encode() if way == "POST" else quote(ENDLESS).encode()
    if way == "GET":
        request = REQUESTS[way] % (query, token)
    else:
        request = REQUESTS[way] % (len(query) + (6 if way == "form" else 0)) % (token, query)
    with open_socket(service.url) as connection:
        connection.sendall(request)
        wait_until(lambda: len(queries(here)) == 1, LONG, "it runs")
        (child,) = queries(here)
        wait_until(lambda: worked(child) >= 10, LONG, "it is at work, not just begun")
    wait_until(lambda: not queries(here), SOON, "the child goes with its client")
    assert service.by("anonymous").get("/sparql?query=ASK{}").json()["boolean"] is True


def test_who_sends_or_takes_slowly_keeps_nobody_waiting(tight: tuple[Process, httpx.Client], queries: Queries) -> None:
    started, client = tight
    key = client.headers["authorization"].encode()
    half_a_head = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
    half_a_body = (
        b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 100\r\n\r\nASK"
    )
    half_a_sheet = (
        b"POST /api/v1/organisations/alder/imports HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: %b\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 10000\r\n\r\n--b\r\n" % key
    )
    unread = (
        b"GET /sparql?query=SELECT*%%7B?s?p?o%%7DLIMIT%%2010000 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: %b\r\n\r\n"
        % key
    )
    with ExitStack() as slow:
        taker = slow.enter_context(open_socket(started.url))
        taker.sendall(unread)
        assert taker.recv(12) == b"HTTP/1.1 200"  # and not one of the megabytes that follow
        # More than there are threads for requests that wait.
        for begun in (half_a_head, half_a_body, half_a_sheet) * 20:
            slow.enter_context(open_socket(started.url)).sendall(begun)
        for _ in range(5):
            assert client.get("/healthz").status_code == 200
            assert client.get("/api/v1/experts", params={"skill": "Virology"}).status_code == 200
        wait_until(lambda: not queries(started.popen.pid), LONG, "whoever does not read an answer holds no query")
        assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    assert client.get("/readyz").json() == {"status": "ready"}
