"""Small schemes for the tests of the framework, and the real data sets where they are there."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.framework import Framework, Lookup, Search

DATA = Path(__file__).parents[1] / "data" / "framework"
SHARED = Path(os.environ.get("GSE_SKILLS_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


def _triples(name: str) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(path=DATA / name))


@pytest.fixture(scope="session")
def own_triples() -> tuple[ox.Triple, ...]:
    return _triples("own.ttl")


@pytest.fixture(scope="session")
def small(own_triples: tuple[ox.Triple, ...]) -> Framework:
    """Our own kind of framework and one of others."""
    return Framework.from_triples({"gse": own_triples, "foreign": _triples("foreign.ttl")})


@pytest.fixture(scope="session")
def lookup(small: Framework) -> Lookup:
    return Lookup(small, Search(small))


@pytest.fixture(scope="session")
def esco_source() -> Path:
    return _shared("esco")


@pytest.fixture(scope="session")
def ddat_source() -> Path:
    return _shared("gdd-capability-framework")


def _shared(name: str) -> Path:
    if not (SHARED / name).is_dir():
        refuse = pytest.fail if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1" else pytest.skip
        refuse(f"the data set {name} is not in {SHARED} (GSE_SKILLS_SHARED_DATA)")
    return SHARED / name
