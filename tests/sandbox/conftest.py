"""A small snapshot, a sandbox on it, and a look at the processes that live. Jobs here are real queries."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from gse_skills.sandbox import Limits, Sandbox

VIEW = "https://w3id.org/gse-skills/graph/view/public"

Args = Callable[[str], dict[str, object]]


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of a store with 2,000 triples in the public view."""
    home = tmp_path_factory.mktemp("sandbox")
    store = Store(home / "store")
    store.extend(
        Quad(NamedNode(f"urn:s{n % 200}"), NamedNode(f"urn:p{n % 7}"), Literal(f"value {n}"), NamedNode(VIEW))
        for n in range(2_000)
    )
    store.backup(home / "snapshot")
    return home / "snapshot"


@pytest.fixture
def unchecked(snapshot: Path) -> Args:
    """The arguments that run a query on the snapshot as it is, without the pre-check."""
    return lambda query: {"query": query, "snapshot": str(snapshot), "views": [VIEW], "unchecked": True}


@pytest.fixture
def endless(unchecked: Args) -> dict[str, object]:
    """A query that works for hours without an answer."""
    return unchecked("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }")


@pytest.fixture
def flood(unchecked: Args) -> dict[str, object]:
    """A query whose answer has no end to speak of, and begins at once."""
    return unchecked("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")


@pytest.fixture(scope="session")
def shared() -> Iterator[Sandbox]:
    """A sandbox that no test ends."""
    with Sandbox(Limits(wall_seconds=60, cpu_seconds=60)) as sandbox:
        yield sandbox


def children(parent: int) -> set[int]:
    """The processes, dead ones not reaped included, whose parent is `parent`."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == parent:
            found.add(int(stat.parent.name))
    return found


@pytest.fixture
def nursery(shared: Sandbox) -> int:
    """The process number of the shared sandbox's nursery."""
    shared.missing_guards  # noqa: B018  waits for its start
    assert shared._helper is not None
    return shared._helper.process


@pytest.fixture
def offspring() -> Callable[[int], set[int]]:
    return children


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Waits until something is so; fails when it never is."""

    def wait(so: Callable[[], object]) -> None:
        for _ in range(1_000):
            if so():
                return
            time.sleep(0.01)
        pytest.fail("it never came to be")

    return wait
