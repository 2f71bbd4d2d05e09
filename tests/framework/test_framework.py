from __future__ import annotations

import random

import networkx as nx
import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.errors import NotFoundError
from gse_skills.framework import Concept, Framework, Label, Requirement
from gse_skills.vocabulary import FRAMEWORK, RDF, SKOS, Level

EX = "http://example.org/skills/"


def labels(framework: Framework, numbers: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> set[str]:
    return {framework.concept(framework.iris[number]).pref_label for number in numbers}


def built(edges: set[tuple[int, int]], size: int) -> Framework:
    def node(number: int) -> ox.NamedNode:
        return ox.NamedNode(f"urn:c:{number:03}")

    kind, concept, broader = (ox.NamedNode(iri) for iri in (RDF.type, SKOS.Concept, SKOS.broader))
    triples = [ox.Triple(node(number), kind, concept) for number in range(size)]
    triples += [ox.Triple(node(lower), broader, node(upper)) for lower, upper in edges]
    random.Random(size).shuffle(triples)
    return Framework.from_triples({"x": triples})


def test_concepts_are_numbered_by_iri(small: Framework) -> None:
    assert small.iris == tuple(sorted(small.iris))
    assert [small.number(iri) for iri in small.iris] == list(range(len(small)))
    assert [concept.iri for concept in small.concepts] == list(small.iris)


def test_a_concept_has_all_that_is_said_of_it(small: Framework) -> None:
    assert small.concept(FRAMEWORK["LIF-VIR-01"]) == Concept(
        iri=FRAMEWORK["LIF-VIR-01"],
        scheme="gse",
        kind="skill",
        notation="LIF-VIR-01",
        pref_label="Viral diagnostics",
        language="en",
        alt_labels=("PCR", "Viral PCR"),
        hidden_labels=("virral diagnostics",),
        definition="Detects viral nucleic acid in clinical samples.",
        scope_note="People, not plants.",
        broader=(FRAMEWORK["LIF-DIA"], FRAMEWORK["LIF-VIR"]),
        related=(FRAMEWORK["LIF-VIR-02"],),
        themes=("https://w3id.org/gse-skills/theme/data",),
        emergencies=("https://w3id.org/gse-skills/emergency/human-disease",),
    )


def test_level_descriptions_and_labels_by_language(small: Framework) -> None:
    virology = small.concept(FRAMEWORK["LIF-VIR"])
    assert virology.level_descriptions == (
        "Knows what viruses are.",
        "Grows them with help.",
        "Grows them alone.",
        "Says how it is done.",
    )
    assert virology.other_labels == (Label("Feiroleg", "cy", True), Label("Gwyddor firysau", "cy", False))
    assert virology.alt_labels == ("Virus science",)
    assert (virology.label("cy"), virology.label("fr")) == ("Feiroleg", "Virology")
    welding = small.concept(f"{EX}f")
    assert (welding.pref_label, welding.other_labels) == ("Schweissen", (Label("Soudage", "fr", True),))


def test_deprecation(small: Framework) -> None:
    egg = small.concept(FRAMEWORK["LIF-VIR-03"])
    assert (egg.deprecated, egg.replaced_by) == (True, (FRAMEWORK["LIF-VIR-02"],))
    assert not small.concept(FRAMEWORK["LIF-VIR-02"]).deprecated


def test_descendants_close_over_both_directions(small: Framework) -> None:
    beneath = labels(small, small.descendants(FRAMEWORK["LIF-VIR"]))
    assert beneath == {"Virology", "Viral diagnostics", "Serology", "Egg culture"}
    assert list(small.descendants(FRAMEWORK["LIF-VIR-01"])) == [small.number(FRAMEWORK["LIF-VIR-01"])]
    assert small.descendants(FRAMEWORK["LIF"]).dtype == np.int32


def test_descendants_cannot_be_changed(small: Framework) -> None:
    with pytest.raises(ValueError, match="read-only"):
        small.descendants(FRAMEWORK["LIF"])[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        small.branch(FRAMEWORK["LIF-VIR-01"])[0] = 0


def test_a_cycle_does_no_harm(small: Framework) -> None:
    assert labels(small, small.descendants(f"{EX}c")) == {"Work", "Laboratory work", "Serology"}
    assert small.ancestors(f"{EX}a") == (f"{EX}a", f"{EX}b", f"{EX}c")


def test_branch_is_all_beneath_every_broader_concept(small: Framework) -> None:
    branch = labels(small, small.branch(FRAMEWORK["LIF-VIR-01"]))
    assert branch == {
        "Virology", "Viral diagnostics", "Serology", "Egg culture", "Diagnostics", "C++ programming", "C# programming",
    }  # fmt: skip
    assert list(small.branch(FRAMEWORK["LIF"])) == list(small.descendants(FRAMEWORK["LIF"]))


def test_path_is_the_shortest_chain_upwards(small: Framework) -> None:
    lower, upper = FRAMEWORK["LIF-VIR-02"], FRAMEWORK["LIF"]
    assert small.path(lower, upper) == (lower, FRAMEWORK["LIF-VIR"], upper)
    assert small.path(lower, lower) == (lower,)
    with pytest.raises(NotFoundError) as caught:
        small.path(upper, lower)
    assert caught.value.rule == "not-beneath"


def test_top_concepts_declared_or_derived(small: Framework) -> None:
    assert small.top_concepts("gse") == (FRAMEWORK["LIF"],)
    assert small.top_concepts("foreign") == (f"{EX}d", f"{EX}e", f"{EX}f")
    with pytest.raises(NotFoundError) as caught:
        small.top_concepts("none")
    assert caught.value.rule == "unknown-scheme"
    assert dict(small.schemes) == {"gse": "Small framework", "foreign": "Others' skills"}
    assert (small.title("gse"), small.title("none")) == ("Small framework", "none")


def test_what_is_not_there_is_refused(small: Framework) -> None:
    for ask in (small.number, small.concept, small.descendants, small.ancestors, small.branch):
        with pytest.raises(NotFoundError) as caught:
            ask("urn:nothing")
        assert caught.value.rule == "unknown-concept"
    with pytest.raises(NotFoundError) as caught:
        small.role("urn:nothing")
    assert caught.value.rule == "unknown-role"
    assert "urn:nothing" not in small
    assert FRAMEWORK["LIF"] in small


def test_role_profiles(small: Framework) -> None:
    profile = small.role(FRAMEWORK["ROLE-01"])
    assert (profile.label, profile.scheme) == ("Virologist", "gse")
    assert profile.requirements == (
        Requirement(FRAMEWORK["LIF-VIR-01"], Level.EXPERT, True),
        Requirement(FRAMEWORK["LIF-VIR-02"], Level.WORKING, False),
    )
    assert small.concept(FRAMEWORK["ROLE-01"]).kind == "role"


def test_fingerprint_follows_concepts_and_hierarchy_and_nothing_else() -> None:
    chain = built({(1, 0), (2, 1)}, 3)
    assert chain.fingerprint == built({(2, 1), (1, 0)}, 3).fingerprint
    others = [built({(1, 0)}, 3), built({(1, 0), (2, 0)}, 3), built({(1, 0), (2, 1)}, 4), built({(0, 1), (2, 1)}, 3)]
    assert len({chain.fingerprint, *(other.fingerprint for other in others)}) == 5
    labelled = [
        *(ox.Triple(ox.NamedNode(iri), ox.NamedNode(RDF.type), ox.NamedNode(SKOS.Concept)) for iri in chain.iris),
        ox.Triple(ox.NamedNode("urn:c:000"), ox.NamedNode(SKOS.narrower), ox.NamedNode("urn:c:001")),
        ox.Triple(ox.NamedNode("urn:c:002"), ox.NamedNode(SKOS.broader), ox.NamedNode("urn:c:001")),
        ox.Triple(ox.NamedNode("urn:c:002"), ox.NamedNode(SKOS.prefLabel), ox.Literal("Two", language="en")),
    ]
    assert Framework.from_triples({"y": labelled}).fingerprint == chain.fingerprint


@given(st.integers(1, 12).flatmap(lambda size: st.tuples(st.just(size), _edges(size))))
def test_closure_equals_that_of_the_graph(case: tuple[int, set[tuple[int, int]]]) -> None:
    size, edges = case
    framework = built(edges, size)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(edges)
    for number, iri in enumerate(framework.iris):
        above = nx.descendants(graph, number) | {number}
        assert {framework.number(found) for found in framework.ancestors(iri)} == above
        assert set(framework.descendants(iri).tolist()) == nx.ancestors(graph, number) | {number}


def _edges(size: int) -> st.SearchStrategy[set[tuple[int, int]]]:
    node = st.integers(0, size - 1)
    return st.sets(st.tuples(node, node), max_size=3 * size)
