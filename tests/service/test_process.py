"""`gse-skills serve` as a process: how it starts, where it listens, what it leaves, how it stops."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from gse_skills.errors import ConflictError, InputError
from gse_skills.index import saved
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.store.folder import service_note
from gse_skills_service.operator import OperatorKey
from gse_skills_service.serving import listen, run

if TYPE_CHECKING:
    from tests.service.conftest import Queries, Start


@pytest.fixture
def copy(data: Path, tmp_path: Path) -> Path:
    shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def command(*words: str) -> subprocess.CompletedProcess[str]:
    """The command line, in a process of its own."""
    return subprocess.run((sys.executable, "-m", "gse_skills", *words), capture_output=True, text=True, timeout=120)


def key_of(folder: Path) -> dict[str, str]:
    """The headers of the operator of the service that runs on a folder."""
    return {"Authorization": f"Bearer {service_note(folder)['key']}"}  # type: ignore[index]  # a missing note fails the test


def who_has_it(folder: Path) -> list[str]:
    asked = command("experts", "COVID PCR testing", "--data", str(folder), "--json")
    assert asked.returncode == 0, asked.stderr
    return [hit["name"] for hit in json.loads(asked.stdout)["items"]]


def is_free(folder: Path) -> bool:
    with (folder / "lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_on_a_new_folder_from_start_to_stop(tmp_path: Path, process: Start) -> None:
    folder = tmp_path / "new"
    service = process(folder)
    note = folder / "service.json"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    told = json.loads(note.read_text())
    assert (told["url"], told["pid"]) == (service.url, service.popen.pid)
    assert service.url.startswith("http://127.0.0.1:")
    with httpx.Client(base_url=service.url, trust_env=False, timeout=30) as client:
        assert client.get("/readyz").json() == {"status": "ready"}
        assert client.get("/operator", headers=key_of(folder)).status_code == 204
        assert client.get("/api/v1/skills", params={"q": "virology"}).json()["items"]
        assert client.get("/sparql", params={"query": "ASK { ?s a skos:ConceptScheme }"}).json()["boolean"] is True
    assert not is_free(folder)
    # It ends as one that did what it was asked, and leaves the folder as the next one wants it.
    assert service.stop() == 0
    assert not note.exists()
    assert is_free(folder)
    left = saved.load(folder / "index")
    assert left is not None
    with Register.open(Settings(data=folder)) as register:
        assert register.store.commit == left.index.commit


def test_one_service_a_folder_and_commands_go_through_it(copy: Path, process: Start) -> None:
    service = process(copy)
    second = command("serve", "--data", str(copy), "--port", "0")
    assert second.returncode == 2
    assert "Rule: folder-in-use" in second.stderr
    assert second.stdout == ""
    with pytest.raises(ConflictError) as err, Register.open(Settings(data=copy)):
        pass
    assert (err.value.rule, err.value.extra["url"]) == ("folder-in-use", service.url)
    # Nobody else can open the folder, so the service has answered.
    assert who_has_it(copy) == ["Ann Alder"]
    added = command("organisation", "add", "linden", "Linden House", "--data", str(copy))
    assert added.returncode == 0, added.stderr
    told = httpx.get(f"{service.url}/api/v1/organisations/linden", headers=key_of(copy), trust_env=False)
    assert told.json()["name"] == "Linden House"
    assert service.stop(signal.SIGINT) == 0
    assert service_note(copy) is None


def test_a_port_that_is_taken(copy: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        second = command("serve", "--data", str(copy), "--port", str(taken.getsockname()[1]))
    assert second.returncode == 2
    assert "Rule: port-in-use" in second.stderr
    assert "--port" in second.stderr
    assert is_free(copy)


def test_one_that_was_killed_is_in_nobodys_way(copy: Path, process: Start) -> None:
    service = process(copy)
    service.kill()
    assert service_note(copy) is not None
    # It leads nowhere now, so the command opens the folder itself.
    assert who_has_it(copy) == ["Ann Alder"]
    # A signal to stop counts from the moment when it says that it is ready.
    assert process(copy).stop() == 0
    assert service_note(copy) is None


def test_to_stop_it_waits_for_nobody_who_asks_for_long(copy: Path, process: Start, queries: Queries) -> None:
    service = process(copy, query_seconds=600)
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with (
        httpx.Client(base_url=service.url, headers=key_of(copy), trust_env=False, timeout=120) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        asked = pool.submit(client.post, "/sparql", data={"query": endless})
        end = time.monotonic() + 60
        while not queries(service.popen.pid):
            assert time.monotonic() < end
            time.sleep(0.01)
        assert service.stop() == 0
        assert (asked.result().status_code, asked.result().json()["rule"]) == (503, "stopped")
    assert is_free(copy)


def test_the_demo_stays_on_this_machine(copy: Path) -> None:
    with Register.open(Settings(data=copy)) as register:
        for host in ("0.0.0.0", "192.0.2.1", "::"):
            register.settings = Settings(data=copy, demo=True, host=host)
            with pytest.raises(InputError) as err:
                run(register)
            assert err.value.rule == "demo-off-loopback"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_it_listens_once(host: str) -> None:
    with listen(host, 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConflictError) as err:
            listen(host, port)
        assert err.value.rule == "port-in-use"


def test_small_answers_are_not_held_back() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        connection, _ = listening.accept()
        with connection:
            # What asyncio looks at before it turns Nagle's algorithm off.
            assert connection.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("10.1.2.3", "http://10.1.2.3:8000"),
    ],
)
def test_the_note_says_where_to_ask(host: str, url: str) -> None:
    key = OperatorKey()
    assert key.note(host, 8000) == {"url": url, "pid": os.getpid(), "key": key.secret}
    assert key.admits(key.secret)
    assert not key.admits("")
    assert not key.admits(OperatorKey().secret)
