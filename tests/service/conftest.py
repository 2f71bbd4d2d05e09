"""The service as its clients meet it: real HTTP to a real server, over a register with two small organisations.

`service` is for questions and lasts for the whole run; `changing` has data of its own for each test that changes
something; `workshop` is changed by all who use it, each in an organisation of its own, the `lab`; `process` starts
`gse-skills serve` itself, for what only a process can show. What each organisation holds, and who may see it, stands in
`SHEETS`.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from gse_skills.access import OPERATOR, Caller
from gse_skills.demo.loading import load_demo
from gse_skills.framework import read_scheme
from gse_skills.organisation import Organisation
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.vocabulary import Audience
from gse_skills_service.app import create_app
from gse_skills_service.operator import OperatorKey
from gse_skills_service.serving import listen

if TYPE_CHECKING:
    from tests.conftest import Once

TRUST = ssl.create_default_context()
"""One for all clients, though none needs it on the loopback: each would make its own, which takes 20 ms."""
Rows = Sequence[Sequence[object]]
HEADINGS = ("Staff number", "Name", "Skill", "Level", "Date assessed", "Assessed by", "Audience", "Available")
ORGANISATIONS = (
    Organisation("alder", "Alder Laboratory", Audience.ALLIANCE),
    Organisation("birch", "Birch Agency", Audience.PRIVATE),
)
LEVELS = ("Awareness", "Working", "Practitioner", "Expert")
CROWD = 30
"""People of Alder with deep learning, enough for pages; nobody else has it."""
SHEETS: dict[str, Rows] = {
    "alder": [
        ("A1", "Ann Alder", "COVID PCR testing", "Expert", "31/01/2025", "Line manager", "", "yes"),
        ("A2", "Ben Alder", "Viral serology", "Practitioner", "28/02/2025", "Self", "", ""),
        ("A3", "Cat Alder", "Virus isolation and culture", "Working", "31/03/2025", "Peer", "public", "no"),
        ("A4", "Dee Alder", "LIF-VIR-04", "Expert", "30/04/2025", "Self", "private", ""),
        ("A5", "Eli Alder", "LIF-VIR-05", "Expert", "30/04/2025", "Self", "emergency", ""),
        *(
            (f"C{n}", f"Crowd {n:02}", "Deep learning", LEVELS[n % 4], f"{n % 5 + 1:02}/05/2025", "Self", "", "")
            for n in range(CROWD)
        ),
    ],
    "birch": [
        ("B1", "Eve Birch", "LIF-VIR-06", "Expert", "31/01/2025", "Self", "", "yes"),
        ("B2", "Fay Birch", "LIF-VIR-06", "Practitioner", "31/01/2025", "Self", "alliance", ""),
    ],
}
TWINS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix t: <https://example.org/twins/> .
t: a skos:ConceptScheme ; skos:prefLabel "Twins"@en ; skos:hasTopConcept t:a , t:b .
t:a a skos:Concept ; skos:prefLabel "Twin studies"@en ; skos:inScheme t: ; skos:topConceptOf t: ; skos:notation "TW-A" .
t:b a skos:Concept ; skos:prefLabel "Twin studies"@en ; skos:inScheme t: ; skos:topConceptOf t: ; skos:notation "TW-B" .
"""
"""A scheme in which two concepts bear one label."""

DDAT = Path(__file__).parents[1] / "data" / "framework" / "ddat"

NEEDED = {"LIF-EPI-01": "Practitioner", "LIF-VIR-03": "Expert", "DAT-MLG-01": "Working"} | {
    # Some of these skills bear the name of one of our own framework.
    f"https://w3id.org/gse-skills/ddat/skill/{need['Skill Name'].lower().replace(' ', '-')}": need["Skill Level"]
    for need in csv.DictReader(io.StringIO((DDAT / "roles.csv").read_text()))
    if need["Role Level"] == "Senior data analyst"
}
VERSATILE: Rows = [
    ("V1", "Val Versatile", skill, level, "31/01/2020", "Self", "", "yes") for skill, level in NEEDED.items()
]
"""Somebody who has what the documented examples ask for and chance need not give to a hundred people."""

CALLERS = ("anonymous", "member:alder", "member:birch", "steward:alder", "steward:birch")


@dataclass
class Service:
    """A served register, and a client for each caller."""

    url: str
    app: FastAPI
    register: Register
    operator: OperatorKey
    _stack: ExitStack
    _clients: dict[str, httpx.Client] = field(default_factory=dict)

    def by(self, caller: str) -> httpx.Client:
        """A client with the token of a caller, `operator` and `anonymous` among them."""
        if caller not in self._clients:
            headers = {}
            if caller == "operator":
                headers = {"Authorization": f"Bearer {self.operator.secret}"}
            elif caller != "anonymous":
                headers = {"Authorization": f"Bearer {self.token(caller)}"}
            client = httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False, verify=TRUST)
            self._clients[caller] = self._stack.enter_context(client)
        return self._clients[caller]

    def token(self, caller: str) -> str:
        """A new API token."""
        return self.register.tokens.create(Caller.parse(caller))[1]

    def look_as(self, caller: str) -> httpx.Client:
        """A client with the demo's cookie."""
        cookies = {"look_as": caller}
        client = httpx.Client(base_url=self.url, cookies=cookies, timeout=60, trust_env=False, verify=TRUST)
        return self._stack.enter_context(client)

    def experts(self, caller: str, skill: str, **more: object) -> Any:
        """The answer to "who has it", as JSON."""
        given = {"skill": skill, **{name: str(value) for name, value in more.items()}}
        response = self.by(caller).get("/api/v1/experts", params=given)
        assert response.status_code == 200, response.text
        return response.json()

    def send(self, caller: str, sheet: bytes | Rows, /, organisation: str = "alder", **more: Any) -> httpx.Response:
        """Import a sheet; `dry_run` goes into the address, everything else into the form."""
        content = sheet if isinstance(sheet, bytes) else as_csv(sheet)
        return self.by(caller).post(
            f"/api/v1/organisations/{organisation}/imports",
            params={"dry_run": more.pop("dry_run")} if "dry_run" in more else {},
            files={"file": (more.pop("name", "sheet.csv"), content)},
            data=more,
        )

    def count(self, pattern: str, caller: str = "operator") -> int:
        """How many solutions a pattern has over SPARQL."""
        query = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
        response = self.by(caller).get("/sparql", params={"query": query})
        assert response.status_code == 200, response.text
        return int(response.json()["results"]["bindings"][0]["n"]["value"])


class Pulse:
    """Asks `/healthz` all the while that its block lasts."""

    PATIENCE = 3.0
    """Seconds. One is promised; a machine that is busy with other tests may take longer."""

    def __init__(self, url: str) -> None:
        self.beats = 0
        self.missed: list[str] = []
        """The errors of those that had no good answer in time."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, args=(url,))

    def _beat(self, url: str) -> None:
        with httpx.Client(base_url=url, timeout=self.PATIENCE, trust_env=False, verify=TRUST) as client:
            while not self._over.wait(0.05):
                began = time.monotonic()
                try:
                    client.get("/healthz").raise_for_status()
                    self.beats += 1
                except httpx.HTTPError as error:
                    self.missed.append(repr(error))
                if (lasted := time.monotonic() - began) > self.PATIENCE:
                    self.missed.append(f"{lasted:.1f} s")

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


@pytest.fixture(scope="session")
def pulse() -> Callable[[str], Pulse]:
    """Takes the pulse of the service at an address."""
    return Pulse


def as_csv(rows: Rows, headings: Sequence[str] = HEADINGS) -> bytes:
    """A sheet as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


@contextmanager
def serving(data: Path, **settings: Any) -> Iterator[Service]:
    """The service on a data folder, in a thread of this process, on a free port of the loopback."""
    with ExitStack() as stack:
        chosen: dict[str, Any] = {
            "durable": False,
            "query_seconds": 60.0,
            "sheet_seconds": 60.0,
            "requests_per_minute": 1_000_000,
        } | settings
        register = stack.enter_context(Register.open(Settings(data=data, **chosen)))
        operator = OperatorKey()
        listening = listen("127.0.0.1", 0)
        port = listening.getsockname()[1]
        register.folder.announce(operator.note("127.0.0.1", port))
        app = create_app(register, operator)
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()

        def stop() -> None:
            server.should_exit = True
            thread.join()

        stack.callback(stop)
        with ExitStack() as clients:
            yield Service(f"http://127.0.0.1:{port}", app, register, operator, clients)


def bring(register: Register, folder: Path, organisation: str, rows: Rows) -> None:
    """Import a sheet of which no row may be refused."""
    sheet = folder / f"{organisation}.csv"
    sheet.write_bytes(as_csv(rows))
    options = ImportOptions(organisation, sheet.name)
    brought = import_sheet(register, sheet, options, register.access(OPERATOR))
    assert brought.counts["added"] == len(rows), [one for one in brought.outcomes if one.status == "refused"]


@pytest.fixture(scope="session")
def data(once: Once, shipped_data: Path) -> Path:
    """A data folder with what SHEETS says; nobody opens it but to copy it."""

    def fill(home: Path) -> None:
        (home / "twins.ttl").write_text(TWINS)
        shutil.copytree(shipped_data, home / "data")
        with Register.open(Settings(data=home / "data", durable=False, sheet_seconds=60.0)) as register:
            register.load_scheme(read_scheme(home / "twins.ttl", register.sandbox))
            for organisation in ORGANISATIONS:
                register.add_organisation(organisation)
                bring(register, home, organisation.slug, SHEETS[organisation.slug])

    return once("service", fill) / "data"


Serve = Callable[..., AbstractContextManager[Service]]


@pytest.fixture(scope="session")
def serve(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Serve:
    """Serves a copy of the data with the settings that are given."""

    @contextmanager
    def on_a_copy(**settings: Any) -> Iterator[Service]:
        copy = tmp_path_factory.mktemp("copy") / "data"
        shutil.copytree(data, copy)
        with serving(copy, **settings) as service:
            yield service

    return on_a_copy


@pytest.fixture(scope="session")
def serve_on() -> Serve:
    """Serves the data folder that is given."""
    return serving


@pytest.fixture(scope="session")
def service(serve: Serve) -> Iterator[Service]:
    """The service for questions."""
    with serve(queries_at_once=8, queries_per_caller=8) as service:
        yield service


@pytest.fixture(scope="session")
def demo(serve: Serve) -> Iterator[Service]:
    """The service in demo mode, for questions."""
    with serve(demo=True) as service:
        yield service


@pytest.fixture
def changing(serve: Serve) -> Iterator[Service]:
    """A service with data of its own."""
    with serve() as service:
        yield service


@pytest.fixture(scope="session")
def workshop(serve: Serve) -> Iterator[Service]:
    """A service in demo mode whose data changes: whoever uses it keeps to a `lab`."""
    with serve(demo=True, queries_at_once=8, queries_per_caller=8) as service:
        yield service


@pytest.fixture
def lab(workshop: Service) -> str:
    """A new organisation of the workshop, whose records the alliance sees; its slug."""
    slug = f"lab-{len(workshop.register.state.organisations)}"
    workshop.register.add_organisation(Organisation(slug, slug.capitalize(), Audience.ALLIANCE))
    return slug


@pytest.fixture(scope="session")
def alliance_data(once: Once, shipped_data: Path) -> Path:
    """The data folder of a small alliance of the demo, with a few roles of the Digital and Data framework; nobody opens
    it but to copy it."""

    def fill(home: Path) -> None:
        shutil.copytree(shipped_data, home / "data")
        with Register.open(Settings(data=home / "data", durable=False, sheet_seconds=60.0)) as register:
            load_demo(register, 100, lambda text: None)
            register.load_scheme(read_scheme(DDAT, register.sandbox))
            bring(register, home, "larkmoor", VERSATILE)

    return once("alliance", fill) / "data"


@pytest.fixture(scope="session")
def alliance(alliance_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service on a small alliance of the demo."""
    copy = tmp_path_factory.mktemp("alliance") / "data"
    shutil.copytree(alliance_data, copy)
    with serving(copy) as service:
        yield service


def children(parent: int) -> dict[int, str]:
    """The processes, dead ones not reaped included, whose parent is `parent`, with the state of each."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent:
            found[int(stat.parent.name)] = fields[0]
    return found


def nurseries_of(service: int) -> list[int]:
    """The processes of a service that start those that work on queries."""
    return [one for one in children(service) if b"nursery" in Path(f"/proc/{one}/cmdline").read_bytes()]


def queries_of(service: int) -> set[int]:
    """The processes that work on queries."""
    return {query for nursery in nurseries_of(service) for query in children(nursery)}


Nurseries = Callable[[int], list[int]]
Queries = Callable[[int], set[int]]


@pytest.fixture(scope="session")
def nurseries() -> Nurseries:
    """The nurseries of a process."""
    return nurseries_of


@pytest.fixture(scope="session")
def queries() -> Queries:
    """The processes that work on queries for a process."""
    return queries_of


@dataclass
class Process:
    """A running `gse-skills serve`."""

    popen: subprocess.Popen[str]
    url: str

    def kill(self) -> None:
        """SIGKILL, as the kernel or a power cut would."""
        self.popen.kill()
        self._end()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """A signal to stop, and the exit code."""
        self.popen.send_signal(number)
        return self._end()

    def _end(self) -> int:
        code = self.popen.wait(60)
        assert self.popen.stdout is not None
        self.popen.stdout.close()
        return code


Start = Callable[..., Process]


@contextmanager
def starting() -> Iterator[Start]:
    """Starts `gse-skills serve` on a data folder, with settings as the environment would give them; what still runs at
    the end is killed."""
    started: list[Process] = []

    def start(data: Path, **settings: object) -> Process:
        environment = {f"GSE_SKILLS_{name.upper()}": str(value) for name, value in settings.items()}
        popen = subprocess.Popen(
            (sys.executable, "-m", "gse_skills", "serve", "--data", str(data), "--port", "0"),
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert popen.stdout is not None
        said = popen.stdout.readline()
        found = Process(popen, said.partition(" on ")[2].split("/ ")[0])
        started.append(found)
        assert found.url.startswith("http://"), said
        return found

    try:
        yield start
    finally:
        for one in started:
            one.kill()


@pytest.fixture
def process() -> Iterator[Start]:
    """Starts processes that live as long as the test."""
    with starting() as start:
        yield start


@pytest.fixture(scope="module")
def lasting() -> Iterator[Start]:
    """Starts processes that live as long as the tests of a module."""
    with starting() as start:
        yield start
