"""A small store with three views and a source graph, its snapshot, and an endpoint on it that runs real children."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from gse_skills.sandbox import Limits, Sandbox
from gse_skills.sparql import Endpoint
from gse_skills.vocabulary.namespace import GRAPH

VIEWS = {name: GRAPH[f"view/{name}"] for name in ("public", "alliance", "organisation/porton")}


def quads() -> Iterator[Quad]:
    """In each view 1,000 triples about people of its own and one that all views share."""
    for view, graph in VIEWS.items():
        for n in range(1_000):
            person = NamedNode(f"urn:person:{view}:{n % 100}")
            yield Quad(person, NamedNode(f"urn:p{n % 7}"), Literal(f"{view} {n}"), NamedNode(graph))
        yield Quad(NamedNode("urn:x"), NamedNode("urn:seen"), Literal(view), NamedNode(graph))
    yield Quad(NamedNode("urn:x"), NamedNode("urn:seen"), Literal("secret"), NamedNode(GRAPH["source/porton"]))
    yield Quad(NamedNode("urn:x"), NamedNode("urn:seen"), Literal("nowhere"))


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sparql")
    store = Store(home / "store")
    store.extend(quads())
    store.backup(home / "snapshot")
    return home / "snapshot"


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Limits(wall_seconds=60, cpu_seconds=60)) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def endpoint(sandbox: Sandbox, snapshot: Path) -> Endpoint:
    return Endpoint(sandbox, lambda: snapshot)


@pytest.fixture(scope="session")
def views() -> dict[str, str]:
    """The IRIs of the views by name."""
    return VIEWS
