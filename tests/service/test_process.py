"""`gse-skills serve` as a process: how it starts, where it listens, what it leaves, how it stops."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from gse_skills.errors import ConflictError, InputError
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills_service.commands import listen, run
from gse_skills_service.operator import OperatorKey

if TYPE_CHECKING:
    from tests.service.conftest import Start


@pytest.fixture
def copy(data: Path, tmp_path: Path) -> Path:
    shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def test_from_start_to_stop(copy: Path, process: Start) -> None:
    (copy / "index" / "index.npz").unlink()
    service = process(copy)
    note = copy / "service.json"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    told = json.loads(note.read_text())
    assert (told["url"], told["pid"]) == (service.url, service.popen.pid)
    assert service.url.startswith("http://127.0.0.1:")
    with httpx.Client(base_url=service.url, trust_env=False) as client:
        assert client.get("/readyz").json() == {"status": "ready"}
        assert client.get("/operator", headers={"Authorization": f"Bearer {told['key']}"}).status_code == 204
        with pytest.raises(ConflictError) as err, Register.open(Settings(data=copy)):
            pass
        assert err.value.rule == "folder-in-use"
        port = service.url.rpartition(":")[2]
        other = subprocess.run(
            (sys.executable, "-m", "gse_skills", "serve", "--data", str(copy.with_name("other")), "--port", port),
            capture_output=True,
            text=True,
        )
        assert other.returncode == 2
        assert "Rule: port-in-use" in other.stderr
        assert "--port" in other.stderr
    # It ends as one that did what it was asked, and leaves the folder as the next one wants it.
    assert service.stop() == 0
    assert not note.exists()
    assert (copy / "index" / "index.npz").exists()
    with Register.open(Settings(data=copy)) as register:
        assert len(register.state.organisations) == 2


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
