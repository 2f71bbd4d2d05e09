"""The engines that a store can have: Oxigraph in this process, `oxigraph serve`, and Virtuoso 7, all real.

`open_store` is the store of each in turn, on data of its own; called again it opens the same data anew. The servers are
started once a session, on free ports of the loopback, and wiped before each test.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gse_skills.store import Change, EmbeddedStore, Query, RemoteStore, Store, embedded, query
from gse_skills.store.client import Client
from gse_skills.vocabulary import GRAPH

START_SECONDS = 60.0
VIRTUOSO_ROWS = 10_000
"""The row limit of Debian's virtuoso.ini."""

Quad = tuple[str, str, str, str]
OpenStore = Callable[[], Store]
ApplyTo = Callable[..., int]
HeldBy = Callable[[Store], set[str]]


@dataclass(frozen=True, slots=True)
class Server:
    """How to reach a SPARQL server."""

    query_url: str
    update_url: str
    user: str | None = None
    password: str | None = None

    @property
    def login(self) -> dict[str, Any]:
        return {"user": self.user, "password": self.password, "digest": self.user is not None}

    def store(self) -> RemoteStore:
        return RemoteStore(self.query_url, self.update_url, **self.login)

    def client(self) -> Client:
        return Client(self.query_url, self.update_url, **self.login)

    def wipe(self) -> None:
        client = self.client()
        mine = 'FILTER(STRSTARTS(STR(?g), "https://w3id.org/gse-skills/") || STRSTARTS(STR(?g), "urn:"))'
        for row in list(client.select(f"SELECT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} {mine} }} GROUP BY ?g")):
            client.update(f"DROP SILENT GRAPH {row[0]}")


def absent(why: str) -> None:
    """Skip, or fail where everything must be there."""
    if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1":
        pytest.fail(why)
    pytest.skip(why)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], home: Path, port: int) -> Iterator[None]:
    """A server process, from the time that it listens."""
    with (home / "output").open("wb") as output:
        process = subprocess.Popen(command, cwd=home, stdout=output, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail(
                        f"{command[0]} did not start: {(home / 'output').read_text('utf-8', 'replace')[-2_000:]}"
                    )
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running `oxigraph serve`."""
    binary = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if binary is None:
        absent("needs the program of the PyPI package oxigraph")
        raise AssertionError
    home, port = tmp_path_factory.mktemp("oxigraph"), free_port()
    address = f"127.0.0.1:{port}"
    with running([binary, "serve", "--location", str(home / "data"), "--bind", address], home, port):
        yield Server(f"http://{address}/query", f"http://{address}/update")


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running Virtuoso 7 whose password was changed."""
    binary, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if binary is None or isql is None:
        absent("needs Debian's package virtuoso-opensource-7")
        raise AssertionError
    home, port, sql_port = tmp_path_factory.mktemp("virtuoso"), free_port(), free_port()
    files = {"DatabaseFile": "db", "TransactionFile": "trx", "ErrorLogFile": "log", "LockFile": "lck"}
    (home / "virtuoso.ini").write_text(
        "\n".join(
            [
                "[Database]",
                *(f"{name} = {home}/virtuoso.{suffix}" for name, suffix in files.items()),
                f"xa_persistent_file = {home}/virtuoso.pxa",
                "[TempDatabase]",
                f"DatabaseFile = {home}/temporary.db",
                f"TransactionFile = {home}/temporary.trx",
                "[Parameters]",
                f"ServerPort = 127.0.0.1:{sql_port}",
                "DisableUnixSocket = 1",
                "NumberOfBuffers = 4000",
                "MaxDirtyBuffers = 3000",
                "[HTTPServer]",
                f"ServerPort = 127.0.0.1:{port}",
                f"ServerRoot = {home}",
                "ServerThreads = 5",
                "[SPARQL]",
                f"ResultSetMaxRows = {VIRTUOSO_ROWS}",
                "",
            ]
        ),
        "utf-8",
    )
    with running([binary, "+foreground", "+configfile", "virtuoso.ini"], home, port):
        password = secrets.token_hex(8)
        change = [isql, f"127.0.0.1:{sql_port}", "dba", "dba", f'exec=set password "dba" "{password}";']
        said = subprocess.run(change, check=True, capture_output=True, text=True)
        assert "Error" not in said.stdout + said.stderr, said
        address = f"http://127.0.0.1:{port}"
        yield Server(f"{address}/sparql", f"{address}/sparql-auth", "dba", password)


@pytest.fixture(
    params=["embedded", "embedded-ingest", "oxigraph", pytest.param("virtuoso", marks=pytest.mark.virtuoso)]
)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine; with `embedded-ingest` every change takes the way of the large ones."""
    return str(request.param)


@pytest.fixture
def open_store(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenStore]:
    """Opens the store, anew each time; what was open before is closed."""
    if engine == "embedded-ingest":
        monkeypatch.setattr(embedded, "_SMALL", -1)
    server = None if engine.startswith("embedded") else request.getfixturevalue(engine)
    if server is not None:
        server.wipe()
    opened: list[Store] = []

    def close() -> None:
        while opened:
            opened.pop().close()

    def open_() -> Store:
        close()
        # Not durable, as waiting for the disk is all that it would add here.
        store = EmbeddedStore(tmp_path / "store", durable=False) if server is None else server.store()
        opened.append(store)
        return opened[0]

    yield open_
    close()


@pytest.fixture
def store(open_store: OpenStore) -> Store:
    """An empty store."""
    return open_store()


@pytest.fixture
def apply_to() -> ApplyTo:
    """Applies a change: `apply_to(store, add=quads, remove=quads)`."""

    def apply(store: Store, add: tuple[Quad, ...] = (), remove: tuple[Quad, ...] = ()) -> int:
        with Change() as change:
            for quad in add:
                change.add(*quad)
            for quad in remove:
                change.remove(*quad)
            return store.apply(change)

    return apply


@pytest.fixture
def held_by(tmp_path: Path) -> HeldBy:
    """What a store holds beside its system graph, as lines of N-Quads without their ends."""

    def held(store: Store) -> set[str]:
        target = tmp_path / "held.nq"
        store.dump(target)
        lines = target.read_text("utf-8").split("\n")
        return {line.removesuffix(" .") for line in lines if line and f"<{GRAPH.system}>" not in line}

    return held


@pytest.fixture
def query_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Query]:
    """Makes a query of ours out of a text."""
    made: dict[str, str] = {}
    shipped = query._read
    monkeypatch.setattr(query, "_read", lambda name: made.get(name) or shipped(name))

    def make(text: str) -> Query:
        name = f"made {len(made)}"
        made[name] = text
        return Query(name)

    return make
