"""The command line as people and scripts meet it: words in, exit code and what is printed out.

`cli` runs a command in this process; `asked` is a data folder for questions, `data` one of its own for a test that
changes something, and `served` one for questions on which a real `gse-skills serve` runs. `serve` runs a service in a
thread of this process, which commands reach as they reach any, and `serve_apart` the real one. What the folders hold
stands in `SHEETS`, over a branch of the shipped framework: with all of it each command would take seconds.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from gse_skills.cli import main
from gse_skills.framework import shipped
from gse_skills.rebuild import PUBLISHED, SCHEME
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.store import Change, DataFolder, EmbeddedStore
from gse_skills.vocabulary import FRAMEWORK
from gse_skills_service.app import create_app
from gse_skills_service.operator import OperatorKey
from gse_skills_service.serving import listen

if TYPE_CHECKING:
    from tests.conftest import Once

HEADINGS = ("Staff number", "Name", "Skill", "Level", "Date assessed", "Assessed by", "Available")
Rows = Sequence[Sequence[object]]
Serve = Callable[[Path], contextlib.AbstractContextManager[None]]
SHEETS: dict[str, Rows] = {
    "alder": [
        ("A1", "Ann Alder", "COVID PCR testing", "Expert", "31/01/2025", "Line manager", "yes"),
        ("A2", "Ben Alder", "Viral serology", "Practitioner", "28/02/2025", "Self", ""),
        ("A3", "Cat Alder", "Virus isolation and culture", "Working", "31/03/2025", "Peer", "no"),
    ],
    "birch": [("B1", "Eve Birch", "LIF-VIR-04", "Expert", "31/01/2025", "Self", "yes")],
}
BRANCHES = tuple(f"<{FRAMEWORK}{name}" for name in ("LIF>", "LIF-VIR", "PHM>", "PHM-MPR"))
"""Of the shipped framework: virology and metrology, each with what is above it and below."""
NAMES = {"alder": "Alder Laboratory", "birch": "Birch Agency"}
TWINS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix t: <https://example.org/twins/> .
t: a skos:ConceptScheme ; skos:prefLabel "Twins"@en ; skos:hasTopConcept t:a , t:b .
t:a a skos:Concept ; skos:prefLabel "Twin studies"@en ; skos:inScheme t: ; skos:topConceptOf t: ; skos:notation "TW-A" .
t:b a skos:Concept ; skos:prefLabel "Twin studies"@en ; skos:inScheme t: ; skos:topConceptOf t: ; skos:notation "TW-B" .
"""
"""A scheme in which two concepts bear one label."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def body(self) -> Any:
        """The answer as JSON."""
        assert self.err == ""
        return json.loads(self.out)

    @property
    def problem(self) -> Any:
        """The error as JSON, which must be all that was said."""
        assert (self.code, self.out) == (2, "")
        return json.loads(self.err)

    def refused(self, rule: str) -> str:
        """What was said of an error of that rule, which must say the way out and nothing besides."""
        assert (self.code, self.out) == (2, ""), self
        lines = self.err.splitlines()
        assert lines[0].startswith("Error: "), self.err
        assert any(line.startswith("  What to do: ") and line[14:].strip() for line in lines), self.err
        assert lines[-1] == f"  Rule: {rule}", self.err
        return self.err


def run(*words: object, data: Path | None = None) -> Ran:
    """Run a command in this process; whatever is raised is a failure of the test, as it would be a traceback."""
    given = [str(word) for word in words] + ([] if data is None else ["--data", str(data)])
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(given)
        except SystemExit as exit_:
            code = exit_.code or 0
    assert isinstance(code, int)
    return Ran(code, out.getvalue(), err.getvalue())


def write(path: Path, rows: Rows, headings: Sequence[str] = HEADINGS) -> Path:
    """A sheet as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


Cli = Callable[..., Ran]
Write = Callable[..., Path]


@pytest.fixture(scope="session")
def cli() -> Cli:
    """Runs a command: `cli("experts", "Virology", data=folder)`."""
    return run


@pytest.fixture
def sheet(tmp_path: Path) -> Write:
    """Writes a sheet of that name: `sheet("team.csv", rows)`."""
    return lambda name, rows, headings=HEADINGS: write(tmp_path / name, rows, headings)


@pytest.fixture(scope="session", autouse=True)
def quick() -> Iterator[None]:
    """No command waits for the disk, which is all that durable mode would add here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GSE_SKILLS_DURABLE", "false")
        yield


def bring_branches(folder: Path) -> None:
    """Make a data folder whose framework is BRANCHES."""
    kept = (f"<{FRAMEWORK.removesuffix('/')}>", *BRANCHES)
    with DataFolder(folder) as made, Change() as change:
        for slug, triples in shipped().items():
            for triple in triples:
                ends = [str(end) for end in (triple.subject, triple.object) if str(end).startswith(f"<{FRAMEWORK}")]
                if all(end.startswith(kept) for end in ends):
                    for graph in (SCHEME + slug, PUBLISHED):
                        change.add_statement(f"{triple} <{graph}> .")
        store = EmbeddedStore(made.store, durable=False)
        store.apply(change)
        store.close()


@pytest.fixture(scope="session")
def home(once: Once, quick: None) -> Path:
    """A data folder made by the commands themselves; nobody opens it but to copy it."""
    return once("cli", make_home) / "data"


def make_home(home: Path) -> None:
    """Fill a folder with the data folder, and with the files that went into it."""
    (home / "twins.ttl").write_text(TWINS, "utf-8")
    folder = home / "data"
    bring_branches(folder)
    for slug, audience in (("alder", "alliance"), ("birch", "private")):
        made = run("organisation", "add", slug, NAMES[slug], "--audience", audience, data=folder)
        assert made.code == 0, made.err
    assert run("framework", "load", home / "twins.ttl", data=folder).code == 0
    for slug, rows in SHEETS.items():
        brought = run("import", write(home / f"{slug}.csv", rows), "--org", slug, data=folder)
        assert brought.code == 0, brought.err


@pytest.fixture(scope="session")
def asked(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for questions."""
    return Path(shutil.copytree(home, tmp_path_factory.mktemp("asked") / "data"))


@pytest.fixture
def data(home: Path, tmp_path: Path) -> Path:
    """A data folder of one's own."""
    return Path(shutil.copytree(home, tmp_path / "data"))


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[None]:
    """A service on a data folder in a thread of this process; commands find it by the note that it leaves there."""
    with Register.open(Settings(data=folder)) as register:
        key, listening = OperatorKey(), listen("127.0.0.1", 0)
        register.folder.announce(key.note("127.0.0.1", listening.getsockname()[1]))
        config = uvicorn.Config(
            create_app(register, key), log_level="warning", access_log=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


@contextlib.contextmanager
def serving_apart(folder: Path) -> Iterator[None]:
    """A real `gse-skills serve` on a data folder, from the time that it is ready."""
    command = (sys.executable, "-m", "gse_skills", "serve", "--data", str(folder), "--port", "0")
    with subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        try:
            said = service.stdout.readline()
            assert said.startswith("GSE Skills is ready on http://127.0.0.1:"), said
            yield
        finally:
            service.terminate()
            service.wait(60)


@pytest.fixture(scope="session")
def served(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder for questions, held by a service."""
    folder = Path(shutil.copytree(home, tmp_path_factory.mktemp("served") / "data"))
    with serving_apart(folder):
        yield folder


@pytest.fixture
def serve() -> Serve:
    """Runs a service on a data folder."""
    return serving


@pytest.fixture
def serve_apart() -> Serve:
    """Runs a service on a data folder in a process of its own."""
    return serving_apart
