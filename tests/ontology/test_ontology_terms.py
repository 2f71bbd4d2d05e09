"""The ontology as a document: terms say what they are, nothing is fetched, the code's words are the ontology's."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS

from gse_skills.framework.shapes import Kind
from gse_skills.resources import folder
from gse_skills.vocabulary import GSE, Audience, Basis, Category, Level

_FILES = sorted(folder("ontology").rglob("*.ttl"))
_ONTOLOGY = Graph().parse(folder("ontology") / "gse-skills.ttl")
_HEADER = URIRef("https://w3id.org/gse-skills/ontology")
_TERMS = sorted({term for term in _ONTOLOGY.all_nodes() if isinstance(term, URIRef) and term.startswith(GSE)})


def _english(term: URIRef, predicate: URIRef) -> list[str]:
    return [str(o) for o in _ONTOLOGY.objects(term, predicate) if isinstance(o, Literal) and o.language == "en"]


def test_terms_are_found() -> None:
    assert len(_TERMS) > 60


@pytest.mark.parametrize("term", _TERMS, ids=lambda term: term.rpartition("#")[2])
def test_every_minted_term_has_one_label_definition_and_home(term: URIRef) -> None:
    [label] = _english(term, RDFS.label)
    [definition] = _english(term, SKOS.definition)
    assert label.strip()
    assert definition.endswith(".")
    assert list(_ONTOLOGY.objects(term, RDFS.isDefinedBy)) == [_HEADER]


def test_header_names_version_licence_and_publisher() -> None:
    assert str(_ONTOLOGY.value(_HEADER, OWL.versionIRI)).endswith(f"/{_ONTOLOGY.value(_HEADER, OWL.versionInfo)}")
    assert "open-government-licence/version/3" in str(_ONTOLOGY.value(_HEADER, DCTERMS.license))
    assert _ONTOLOGY.value(_HEADER, DCTERMS.publisher) is not None
    assert "independent draft" in str(_ONTOLOGY.value(_HEADER, DCTERMS.description))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_no_file_imports_another(file: Path) -> None:
    graph = Graph().parse(file)
    assert len(graph) > 0
    assert list(graph.subject_objects(OWL.imports)) == []


@pytest.mark.parametrize("level", Level)
def test_level_is_that_of_the_ontology(level: Level) -> None:
    term = URIRef(level.iri)
    assert (term, RDF.type, URIRef(GSE.ProficiencyLevel)) in _ONTOLOGY
    assert _ONTOLOGY.value(term, URIRef(GSE.rank)) == Literal(level.value)
    assert _english(term, RDFS.label) == [level.label]
    assert (URIRef(level.shortcut), RDF.type, OWL.ObjectProperty) in _ONTOLOGY


@pytest.mark.parametrize("basis", Basis)
def test_basis_is_that_of_the_ontology(basis: Basis) -> None:
    term = URIRef(basis.iri)
    assert (term, RDF.type, URIRef(GSE.Basis)) in _ONTOLOGY
    assert _ONTOLOGY.value(term, URIRef(GSE.precedence)) == Literal(basis.value)


def test_audiences_are_those_of_the_ontology() -> None:
    stated = set(_ONTOLOGY.subjects(RDF.type, URIRef(GSE.Audience)))
    assert stated == {URIRef(audience.iri) for audience in Audience}


def test_professional_categories_are_those_of_the_ontology() -> None:
    stated = set(_ONTOLOGY.subjects(RDF.type, URIRef(GSE.ProfessionalCategory)))
    assert stated == {URIRef(category.iri) for category in Category}
    for category in Category:
        assert _english(URIRef(category.iri), RDFS.label) == [category.label]


def test_shapes_speak_only_of_terms_that_exist() -> None:
    for kind in Kind:
        for name in kind.value:
            shapes = Graph().parse(folder("ontology") / "shapes" / f"{name}.ttl")
            used = {node for node in shapes.all_nodes() if isinstance(node, URIRef) and node.startswith(GSE)}
            assert used <= set(_TERMS), name


def test_every_rule_says_what_is_wrong_and_what_mends_it() -> None:
    shapes = Graph()
    for file in (folder("ontology") / "shapes").glob("*.ttl"):
        shapes.parse(file)
    messages = list(shapes.subject_objects(SH.message))
    assert len(messages) > 100
    for rule, message in messages:
        assert isinstance(rule, URIRef)
        wrong, _, remedy = str(message).partition(" Remedy: ")
        assert wrong.endswith("."), rule
        assert remedy.endswith("."), rule


def test_themes_say_which_list_they_are_from() -> None:
    themes = Graph().parse(folder("ontology") / "themes.ttl")
    stated = set(themes.subjects(RDF.type, URIRef(GSE.Theme)))
    listed = set(themes.objects(None, SKOS.member))
    assert len(stated) == 12
    assert stated == listed


def test_there_are_sixteen_kinds_of_emergency() -> None:
    emergencies = Graph().parse(folder("ontology") / "emergencies.ttl")
    assert len(set(emergencies.subjects(RDF.type, URIRef(GSE.EmergencyKind)))) == 16


def test_grades_are_in_one_order_and_said_to_bind_nobody() -> None:
    grades = Graph().parse(folder("ontology") / "grades.ttl")
    ranks = {str(grades.value(one, SKOS.notation)): rank for one, rank in grades.subject_objects(URIRef(GSE.seniority))}
    ordered = sorted(ranks, key=lambda notation: int(str(ranks[notation])))
    assert ordered == ["AO", "EO", "HEO", "SEO", "G7", "G6", "SCS1", "SCS2"]
    assert len(set(ranks.values())) == len(ranks)
    scheme = URIRef("https://w3id.org/gse-skills/grade")
    assert "may name their grades differently" in str(grades.value(scheme, DCTERMS.description))
