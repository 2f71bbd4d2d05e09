"""Schemes from files: what is shipped, and what somebody gives, parsed in the real sandbox."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.errors import InputError
from gse_skills.framework import SKILL_KINDS, Framework, read_scheme, shipped
from gse_skills.sandbox import Sandbox
from gse_skills.vocabulary import FRAMEWORK, RDF, SKOS

DATA = Path(__file__).parents[1] / "data" / "framework"
SMALL = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://example.org/s> a skos:ConceptScheme .
<http://example.org/s/1> a skos:Concept ; skos:prefLabel "One"@en ; skos:inScheme <http://example.org/s> .
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def test_the_shipped_framework_is_whole() -> None:
    schemes = shipped()
    assert set(schemes) == {"ontology", "gse"}
    framework = Framework.from_triples(schemes)
    own = [concept for concept in framework.concepts if concept.scheme == "gse"]
    assert sum(concept.kind == "skill" for concept in own) >= 60
    assert {concept.kind for concept in own} == {"domain", "group", "skill", "role", "occupation"}
    for concept in own:
        assert concept.notation, concept.iri
        assert concept.broader or concept.kind in ("domain", "occupation"), concept.iri
    domains = framework.top_concepts("gse")
    assert {framework.concept(iri).kind for iri in domains} == {"domain"}
    reached = {number for iri in domains for number in framework.descendants(iri).tolist()}
    assert reached >= {framework.number(concept.iri) for concept in own if concept.kind in SKILL_KINDS}


def test_no_blank_node_in_the_shipped_framework() -> None:
    assert not [triple for triple in shipped()["gse"] if isinstance(triple.subject, ox.BlankNode)]


def test_any_rdf_with_skos(sandbox: Sandbox) -> None:
    scheme = read_scheme(DATA / "welsh.rdf", sandbox)
    assert (scheme.slug, scheme.title) == ("welsh", "Skills")
    assert scheme.notes == ("2 statements about blank nodes are left out: nothing could name them again.",)
    framework = Framework.from_triples({scheme.slug: scheme.triples})
    metrology, thermometry = "http://example.org/sgiliau#1", "http://example.org/sgiliau#2"
    assert framework.concept(metrology).narrower == (thermometry,)
    assert framework.concept(metrology).label("cy") == "Mesureg"
    assert framework.concept(thermometry).pref_label == "Thermometreg"
    assert framework.top_concepts("welsh") == (metrology,)
    stated = {(str(t.subject.value), t.predicate.value) for t in scheme.triples if isinstance(t.subject, ox.NamedNode)}
    assert (metrology, SKOS.narrower) in stated
    assert (metrology, SKOS.topConceptOf) in stated


@pytest.mark.parametrize("ending", ["ttl", "nt", "nq", "trig", "rdf", "jsonld", "owl"])
def test_every_syntax_reads_the_same(sandbox: Sandbox, tmp_path: Path, ending: str) -> None:
    triples = [quad.triple for quad in ox.parse(SMALL, format=ox.RdfFormat.TURTLE)]
    syntax = ox.RdfFormat.RDF_XML if ending == "owl" else ox.RdfFormat.from_extension(ending)
    assert syntax is not None
    source = tmp_path / f"Some skills.{ending}"
    ox.serialize(triples, output=source, format=syntax)
    scheme = read_scheme(source, sandbox)
    assert scheme.slug == "some-skills"
    assert set(triples) <= set(scheme.triples)
    assert read_scheme(source, sandbox, "mine").slug == "mine"


def test_a_scheme_with_our_own_iri_takes_our_place(sandbox: Sandbox) -> None:
    scheme = read_scheme(DATA / "own.ttl", sandbox)
    assert (scheme.slug, scheme.title) == ("gse", "Small framework")


def test_published_tables_are_recognised(sandbox: Sandbox) -> None:
    assert read_scheme(DATA / "esco", sandbox).slug == "esco"
    assert read_scheme(DATA / "ddat", sandbox).slug == "ddat"
    assert read_scheme(DATA / "ddat", sandbox, "digital").slug == "digital"


@pytest.mark.parametrize(
    ("name", "text", "slug", "rule"),
    [
        ("skills.txt", SMALL, "", "unknown-source"),
        ("skills.csv", "a,b", "", "not-the-template"),
        ("skills.zip", "no archive", "", "bad-zip"),
        ("skills.ttl", "", "", "no-concepts"),
        ("skills.ttl", "<http://example.org/a> a <http://example.org/b> .", "", "no-concepts"),
        ("skills.ttl", SMALL + "<broken", "", "rdf-syntax"),
        ("skills.ttl", "<relative> a <b> .", "", "rdf-syntax"),
        ("skills.jsonld", '{"@context": "http://example.org/context", "@id": "a"}', "", "rdf-syntax"),
        ("skills.rdf", SMALL, "", "rdf-syntax"),
        ("gse.ttl", SMALL, "", "reserved-slug"),
        ("skills.ttl", SMALL, "ontology", "reserved-slug"),
        ("skills.ttl", SMALL, "My skills", "bad-slug"),
        ("!!!.ttl", SMALL, "", "bad-slug"),
    ],
)
def test_anything_else_is_refused(sandbox: Sandbox, tmp_path: Path, name: str, text: str, slug: str, rule: str) -> None:
    source = tmp_path / name
    source.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_scheme(source, sandbox, slug)
    assert caught.value.rule == rule
    assert caught.value.remedy


def test_what_is_not_there_or_holds_nothing_known_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    for source, rule in ((tmp_path / "none", "no-such-source"), (tmp_path, "unknown-source")):
        with pytest.raises(InputError) as caught:
            read_scheme(source, sandbox)
        assert caught.value.rule == rule


def test_a_slug_of_ours_is_refused_for_published_tables_too(sandbox: Sandbox) -> None:
    with pytest.raises(InputError) as caught:
        read_scheme(DATA / "ddat", sandbox, "gse")
    assert caught.value.rule == "reserved-slug"


def test_esco_in_two_zip_files_side_by_side(sandbox: Sandbox, tmp_path: Path) -> None:
    for name, wanted in (("esco-v1.1.1-en.csv", "*_en.csv"), ("esco-v1.1.1-relations.csv", "*Relations*.csv")):
        folder = tmp_path / "unpacked" / name
        folder.mkdir(parents=True)
        for file in (DATA / "esco").glob(wanted):
            shutil.copy(file, folder)
        shutil.make_archive(str(tmp_path / name), "zip", folder)
    for source in (tmp_path, tmp_path / "esco-v1.1.1-en.csv.zip", tmp_path / "unpacked" / "esco-v1.1.1-en.csv"):
        scheme = read_scheme(source, sandbox)
        assert scheme.title == "ESCO v1.1.1"
        haskell = ox.NamedNode("http://data.europa.eu/esco/skill/000f1d3d-220f-4789-9c0a-cc742521fb02")
        assert sum(t.subject == haskell and t.predicate.value == SKOS.broader for t in scheme.triples) == 2


def test_replacing_our_framework_keeps_nothing_of_the_old_but_what_is_stated(sandbox: Sandbox) -> None:
    framework = Framework.from_triples({"gse": read_scheme(DATA / "own.ttl", sandbox).triples})
    assert FRAMEWORK["LIF-EPI"] not in framework
    assert framework.concept(FRAMEWORK["LIF"]).narrower == (FRAMEWORK["LIF-DIA"], FRAMEWORK["LIF-VIR"])
    kinds = {
        t.object.value
        for t in read_scheme(DATA / "own.ttl", sandbox).triples
        if t.predicate.value == RDF.type and isinstance(t.object, ox.NamedNode)
    }
    assert SKOS.ConceptScheme in kinds
