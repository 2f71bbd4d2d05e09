"""The shipped sets in a register: published, kept up to date, and never written twice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gse_skills.framework import SOURCES
from gse_skills.mapping import MappingSet, bring, shipped, statements
from gse_skills.rebuild import MAPPING, PUBLISHED, SCHEME
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.sparql import Endpoint, QueryRequest
from gse_skills.store import Change, DataFolder, EmbeddedStore, Store, term
from gse_skills.vocabulary import OWL, RDFS, SKOS

EXACT = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?theirs { <https://w3id.org/gse-skills/framework/DAT-CYB> skos:exactMatch ?theirs }
"""


@pytest.fixture(scope="module")
def begun(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A data folder that was opened once, and the commit that it ended with."""
    data = Path(shutil.copytree(shipped_data, tmp_path_factory.mktemp("mappings") / "data"))
    with DataFolder(data) as folder:
        store = EmbeddedStore(folder.store, durable=False)
        commit = store.commit
        store.close()
    return data, commit


@pytest.fixture(scope="module")
def copied(begun: tuple[Path, int]) -> Path:
    """A copy of that folder, made before anybody opened it again."""
    return shutil.copytree(begun[0], begun[0].with_name("copied"))


@pytest.fixture(scope="module")
def register(begun: tuple[Path, int], copied: Path) -> Iterator[Register]:
    assert copied.is_dir()
    with Register.open(Settings(data=begun[0], durable=False)) as opened:
        yield opened


def held(store: Store, graph: str) -> set[str]:
    return set(map(str, store.triples(graph)))


def version(mapping_set: MappingSet, number: str) -> str:
    return f"{term.iri(mapping_set.iri)} {term.iri(OWL.versionInfo)} {term.literal(number)}"


def test_the_public_view_answers_with_an_exact_match(register: Register) -> None:
    store = register.store
    assert isinstance(store, EmbeddedStore)
    endpoint = Endpoint(register.sandbox, store.snapshot)
    answer = endpoint.answer(QueryRequest(EXACT, accept="application/sparql-results+json"), [PUBLISHED])
    (row,) = json.loads(answer.body)["results"]["bindings"]
    (expected,) = (
        mapping.object
        for one in shipped()
        for mapping in one.mappings
        if mapping.predicate == SKOS.exactMatch and mapping.subject.endswith("/DAT-CYB")
    )
    assert row["theirs"]["value"] == expected


def test_each_set_has_its_graph_and_the_views_follow_from_it(register: Register) -> None:
    for one in shipped():
        assert held(register.store, MAPPING + one.name) == set(statements(one))
    assert register.rebuild() == 0


def test_what_is_mapped_to_has_a_label_and_a_name_of_its_scheme_and_no_second_preferred_label(
    register: Register,
) -> None:
    told = held(register.store, PUBLISHED)
    labelled = 0
    for one in shipped():
        assert (
            f"{term.iri(one.object_source)} {term.iri(RDFS.label)} {term.literal(SOURCES[one.object_source])}" in told
        )
        for mapping in one.mappings:
            assert f"{term.iri(mapping.object)} {term.iri(RDFS.label)} {term.literal(mapping.object_label)}" in told
            labelled += 1
    assert labelled > 500
    foreign = tuple(term.iri(mapping.object) for one in shipped() for mapping in one.mappings)
    assert not [line for line in told if line.startswith(foreign) and str(SKOS.prefLabel) in line]


def test_the_terms_of_a_local_list_keep_their_preferred_label() -> None:
    one = shipped()[0]
    own = replace(one.mappings[0], object=f"{one.iri}/w-1", object_label="Own words")
    nameless = replace(one.mappings[1], object_label="")
    told = set(statements(replace(one, mappings=(own, nameless))))
    assert f'<{one.iri}/w-1> <{SKOS.prefLabel}> "Own words"' in told
    assert not [line for line in told if line.startswith(f"<{nameless.object}>")]


def test_another_start_writes_nothing(begun: tuple[Path, int], register: Register) -> None:
    assert register.store.commit == begun[1] == 1


def test_a_set_of_another_version_gives_way_to_the_shipped_one(copied: Path) -> None:
    one = shipped()[0]
    graph = MAPPING + one.name
    stale = f"<{one.mappings[0].subject}> <{SKOS.closeMatch}> <https://example.org/gone>"
    settings = Settings(data=copied, durable=False)
    with Register.open(settings) as register, Change() as change:
        for name in (graph, PUBLISHED):
            change.remove_statement(f"{version(one, one.version)} <{name}> .")
            change.add_statement(f"{version(one, '0.0.1')} <{name}> .")
            change.add_statement(f"{stale} <{name}> .")
        before = register.store.apply(change)
    with Register.open(settings) as register:
        assert register.store.commit == before + 1
        assert held(register.store, graph) == set(statements(one))
        assert not {stale, version(one, "0.0.1")} & held(register.store, PUBLISHED)
        assert register.rebuild() == 0


def brought(store: Store, *sets: MappingSet, framework_version: str = "") -> int:
    """Bring sets in; how many statements that adds and takes away."""
    with Change() as change:
        bring(store, change, sets, framework_version or sets[0].subject_source_version)
        store.apply(change)
        return change.size


def test_what_another_published_graph_says_too_stays_published() -> None:
    one = shipped()[0]
    first = one.mappings[0]
    said = " ".join(map(term.iri, (first.subject, first.predicate, first.object)))
    store = EmbeddedStore(None)
    with Change() as change:
        change.add_statement(f"{said} <{SCHEME}other> .")
        store.apply(change)
    brought(store, one)
    brought(store, replace(one, version="9", mappings=one.mappings[1:]))
    assert said not in held(store, MAPPING + one.name)
    assert said in held(store, PUBLISHED)


def test_a_set_is_not_brought_to_another_framework() -> None:
    store = EmbeddedStore(None)
    assert brought(store, shipped()[0], framework_version="7.0.0") == 0
