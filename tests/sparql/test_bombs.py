"""Queries made to bring a service down: each is contained with its own rule, and the service goes on as it was."""

import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from gse_skills.errors import GseSkillsError
from gse_skills.sandbox import Limits, Sandbox
from gse_skills.sparql import Endpoint, QueryRequest

MIB = 1 << 20
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
LONG = Limits(wall_seconds=0.7, cpu_seconds=60)
LARGE = Limits(wall_seconds=60, cpu_seconds=60, memory_bytes=48 * MIB)
STAR = " . ".join(f"?s <urn:p{n}> ?o{n}" for n in range(256))
PATH = "/".join(["<urn:p>"] * 1_024)

REFUSED = {
    "1,024-step path": (f"SELECT * {{ ?s {PATH} ?o }}", "query-too-wide"),
    "256-triple star": (f"SELECT * {{ {STAR} }}", "query-too-wide"),
    "braces": ("SELECT * {" + "{" * 5_000 + "}" * 5_001, "query-too-deep"),
    "brackets": ("SELECT * { FILTER" + "(" * 10_000 + "1" + ")" * 10_000 + " }", "query-too-deep"),
    "100,000 additions": ("SELECT (1" + "+1" * 100_000 + " AS ?x) {}", "query-too-long"),
    "10,000 additions": ("SELECT (1" + "+1" * 10_000 + " AS ?x) {}", "query-too-wide"),
}
CONTAINED = {
    "count": (f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", LONG, "time-limit"),
    "values": (
        "SELECT (COUNT(*) AS ?n) {"
        + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(100)))} }}" for n in range(6))
        + "}",
        LONG,
        "time-limit",
    ),
    "cpu": (f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", Limits(wall_seconds=60, cpu_seconds=1), "cpu-limit"),
    "order": (f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i", LARGE, "memory-limit"),
    "distinct": (f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {CROSS} }}", LARGE, "memory-limit"),
    "group_concat": (
        f"SELECT (GROUP_CONCAT(?c; SEPARATOR='{'x' * 10_000}') AS ?all) {{ {CROSS} }}",
        LARGE,
        "memory-limit",
    ),
    "flood": (f"SELECT * {{ {CROSS} }}", Limits(60 * MIB, 60, 60, output_bytes=2 * MIB, rows=10**9), "output-limit"),
    "rows": (f"SELECT * {{ {CROSS} }}", Limits(60 * MIB, 60, 60, rows=1_000), "row-limit"),
}
UNCHECKED = {
    "braces": ("crashed", Limits(wall_seconds=60, cpu_seconds=60)),
    "brackets": ("crashed", Limits(wall_seconds=60, cpu_seconds=60)),
    "100,000 additions": ("crashed", Limits(wall_seconds=60, cpu_seconds=60)),
    "1,024-step path": ("time-limit", LONG),
    "256-triple star": ("time-limit", LONG),
}


def resident() -> int:
    """Memory of this process in kB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])


def zombies() -> list[Path]:
    """Dead processes that this one or its children have not reaped."""
    parents = {os.getpid()}
    found = []
    stats = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            stats.append((path, path.read_text().rpartition(")")[2].split()))
    parents |= {int(path.parent.name) for path, fields in stats if int(fields[1]) == os.getpid()}
    for path, fields in stats:
        if fields[0] == "Z" and int(fields[1]) in parents:
            found.append(path)
    return found


@pytest.fixture(autouse=True)
def goes_on_as_before(endpoint: Endpoint, views: dict[str, str]) -> Iterator[None]:
    """After each bomb the next query is answered, no process is left and the memory is as it was."""
    endpoint.answer(QueryRequest("ASK {}"), tuple(views.values()))
    before = resident()
    yield
    assert endpoint.answer(QueryRequest("ASK {}"), tuple(views.values())).body == b'{"head":{},"boolean":true}'
    assert zombies() == []
    assert resident() < before * 1.1


@pytest.mark.parametrize("name", REFUSED)
def test_bombs_that_are_refused(endpoint: Endpoint, views: dict[str, str], name: str) -> None:
    query, rule = REFUSED[name]
    with pytest.raises(GseSkillsError) as error:
        endpoint.answer(QueryRequest(query), tuple(views.values()))
    assert error.value.rule == rule


@pytest.mark.parametrize("name", CONTAINED)
def test_bombs_that_go_off_in_the_child(sandbox: Sandbox, snapshot: Path, views: dict[str, str], name: str) -> None:
    query, limits, rule = CONTAINED[name]
    with pytest.raises(GseSkillsError) as error:
        Endpoint(sandbox, lambda: snapshot, limits).answer(QueryRequest(query), tuple(views.values()))
    assert error.value.rule == rule


@pytest.mark.parametrize("name", UNCHECKED)
def test_bombs_that_the_pre_check_would_have_caught(
    sandbox: Sandbox, snapshot: Path, views: dict[str, str], name: str
) -> None:
    rule, limits = UNCHECKED[name]
    args = {"query": REFUSED[name][0], "snapshot": str(snapshot), "views": list(views.values()), "unchecked": True}
    with pytest.raises(GseSkillsError) as error:
        sandbox.start("query", args, limits=limits).read()
    assert error.value.rule == rule


@pytest.fixture
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A server on the loopback: its port, and what was sent to it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        heard.append(connection.recv(100))

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1], heard
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:%d/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:%d/> { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://127.0.0.1:%d/> { ?s ?p ?o } }",
        "PREFIX ex: <http://127.0.0.1:%d/> SELECT * { SERVICEex:foo { ?s ?p ?o } }",
        "SELECT * { FILTER NOT EXISTS { SERVICE <http://127.0.0.1:%d/> { ?s ?p ?o } } }",
    ],
)
def test_behind_the_pre_check_nothing_goes_out_either(
    sandbox: Sandbox, snapshot: Path, views: dict[str, str], canary: tuple[int, list[bytes]], query: str
) -> None:
    port, heard = canary
    args = {"query": query % port, "snapshot": str(snapshot), "views": list(views.values()), "unchecked": True}
    with suppress(GseSkillsError):
        sandbox.start("query", args).read()
    assert heard == []
    # The control: without a sandbox around it the engine does go out.
    store = Store()
    store.add(Quad(NamedNode("urn:a"), NamedNode("urn:a"), NamedNode("urn:a")))
    with suppress(OSError):
        list(cast("QuerySolutions", store.query(query % port)))
    assert heard
