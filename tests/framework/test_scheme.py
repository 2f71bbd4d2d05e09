from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.errors import InputError
from gse_skills.framework.scheme import Pen, complete, slugify, slugs
from gse_skills.vocabulary import RDF, SKOS

Edge = tuple[str, str, str]


def completed(*edges: Edge) -> set[Edge]:
    pen = Pen()
    for subject, predicate, target in edges:
        pen.link(subject, predicate, target)
    done = complete(pen.triples)
    assert len(done) == len(set(done))
    return {
        (t.subject.value, t.predicate.value, t.object.value)
        for t in done
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode)
    }


@pytest.mark.parametrize(
    ("predicate", "inverse"),
    [(SKOS.broader, SKOS.narrower), (SKOS.narrower, SKOS.broader), (SKOS.related, SKOS.related)],
)
def test_both_directions_are_stated(predicate: str, inverse: str) -> None:
    assert completed(("urn:a", predicate, "urn:b")) == {("urn:a", predicate, "urn:b"), ("urn:b", inverse, "urn:a")}


def test_top_concepts_are_those_without_a_broader_one() -> None:
    found = completed(
        ("urn:a", SKOS.inScheme, "urn:s"), ("urn:b", SKOS.inScheme, "urn:s"), ("urn:a", SKOS.narrower, "urn:b")
    )
    assert {edge for edge in found if edge[1] == SKOS.topConceptOf} == {("urn:a", SKOS.topConceptOf, "urn:s")}
    assert {edge for edge in found if edge[1] == SKOS.hasTopConcept} == {("urn:s", SKOS.hasTopConcept, "urn:a")}


def test_declared_top_concepts_are_believed() -> None:
    found = completed(("urn:s", SKOS.hasTopConcept, "urn:a"), ("urn:b", SKOS.inScheme, "urn:s"))
    assert {edge[2] for edge in found if edge[1] == SKOS.hasTopConcept} == {"urn:a"}
    assert ("urn:a", SKOS.inScheme, "urn:s") in found


def test_completing_twice_adds_nothing() -> None:
    once = complete([ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode(SKOS.broader), ox.NamedNode("urn:b"))])
    assert complete(once) == once


@given(st.lists(st.text(min_size=1), unique=True))
def test_slugs_are_unique_and_do_not_depend_on_order(names: list[str]) -> None:
    found = slugs(names)
    assert len(set(found.values())) == len(names)
    assert slugs(reversed(names)) == found
    assert all(slug == slugify(slug) and slug for slug in found.values())


def test_a_triple_is_written_once_and_blank_text_not_at_all() -> None:
    pen = Pen()
    pen.link("urn:a", RDF.type, "urn:b")
    pen.link("urn:a", RDF.type, "urn:b")
    pen.text("urn:a", SKOS.prefLabel, " \u00a0\n")
    pen.text("urn:a", SKOS.prefLabel, " A ", "en")
    assert [str(triple.object) for triple in pen.triples] == ["<urn:b>", '"A"@en']


def test_what_is_no_iri_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Pen().node("two words")
    assert caught.value.rule == "bad-iri"
