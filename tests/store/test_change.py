"""Changes: what may be in one, and what it comes to."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.errors import InputError
from gse_skills.store import Change
from gse_skills.vocabulary import GRAPH

A = f"<{GRAPH['source/a']}>"


def parsed(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))


def test_the_files_hold_what_was_given_and_go_in_the_end(tmp_path: Path) -> None:
    with Change(tmp_path) as change:
        change.add("<urn:s>", "<urn:p>", '"é\\n"@en', A)
        change.remove("<urn:s>", "<urn:p>", "<urn:o>", A)
        change.seal()
        assert [str(quad.object) for quad in parsed(change.additions)] == ['"é\\n"@en']
        assert [str(quad.object) for quad in parsed(change.removals)] == ["<urn:o>"]
        assert (change.added, change.removed, change.size) == (1, 1, 2)
    assert list(tmp_path.iterdir()) == []


def test_the_files_go_after_a_fault_as_well(tmp_path: Path) -> None:
    with pytest.raises(InputError), Change(tmp_path) as change:
        change.add("<urn:s>", "<urn:p>", '"x"', "<urn:g>")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "graph", ["<urn:g>", "<https://example.org/graph/x>", "_:g", GRAPH.system, "<https://w3id.org/gse-skills/id/x>"]
)
def test_a_graph_that_is_not_ours_is_refused(graph: str) -> None:
    with Change() as change:
        for put in (change.add, change.remove):
            with pytest.raises(InputError) as err:
                put("<urn:s>", "<urn:p>", '"x"', graph)
            assert err.value.rule == "foreign-graph"
        assert change.size == 0


def test_blank_nodes_become_iris_of_their_labels() -> None:
    with Change() as change:
        change.add("_:b1", "<urn:p>", "_:b2", A)
        change.add_statement(f"_:b2 <urn:p> _:b1 {A} .")
        change.seal()
        one, two = parsed(change.additions)
    assert isinstance(one.subject, ox.NamedNode)
    assert "/.well-known/genid/" in one.subject.value
    assert (one.subject, one.object) == (two.object, two.subject)
    assert one.subject != one.object


@given(
    object_=st.one_of(
        st.builds(ox.Literal, st.text(st.characters(exclude_categories=["Cs"]))),
        st.builds(
            ox.Literal, st.text(st.characters(exclude_categories=["Cs"])), language=st.sampled_from(["en", "cy"])
        ),
        st.builds(ox.NamedNode, st.sampled_from(["urn:o", "https://example.org/é?x=1"])),
    )
)
def test_a_statement_is_its_terms(object_: ox.Literal | ox.NamedNode) -> None:
    quad = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), object_, ox.NamedNode(GRAPH["source/a"]))
    with Change() as change:
        change.add_statement(f"{quad.triple} {A} .")
        change.remove_statement(f"{quad.triple} {A} .")
        change.add("<urn:s>", "<urn:p>", str(object_), A)
        change.seal()
        assert parsed(change.additions) == [quad, quad]
        assert parsed(change.removals) == [quad]
        assert list(change.net_removals()) == []


def test_what_is_added_again_is_not_taken_away() -> None:
    with Change() as change:
        for n in range(10):
            change.remove("<urn:s>", "<urn:p>", f'"{n}"', A)
        for n in range(5, 15):
            change.add("<urn:s>", "<urn:p>", f'"{n}"', A)
        change.seal()
        assert {line.split()[2] for line in change.net_removals()} == {f'"{n}"' for n in range(5)}
        assert [line.split()[2] for line in change.lines()] == [f'"{n}"' for n in range(5, 15)]
