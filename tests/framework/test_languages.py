"""A scheme in several languages, as ESCO is: it loads, is searched, and keeps its languages in every form."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.framework import Framework, Lookup, Scheme, Search, read_scheme, shipped
from gse_skills.framework.concept import Label
from gse_skills.framework.export import Form, export
from gse_skills.sandbox import Sandbox
from gse_skills.vocabulary import FRAMEWORK, SKOS

BASE = "https://example.org/languages/"
SCHEME = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix l: <{BASE}> .
l:scheme a skos:ConceptScheme ; skos:hasTopConcept l:virology , l:regional ;
    <http://purl.org/dc/terms/title> "Languages"@en , "Ieithoedd"@cy .
l:virology a skos:Concept ; skos:inScheme l:scheme ; skos:topConceptOf l:scheme ; skos:notation "V" ;
    skos:prefLabel "virology"@en , "feiroleg"@cy , "virologie"@fr , "Virologie"@de ;
    skos:altLabel "virus science"@en , "étude des virus"@fr , "Virenkunde"@de , "gwyddor firysau"@cy ;
    skos:definition "Studies viruses."@en , "Astudio firysau."@cy .
l:regional a skos:Concept ; skos:inScheme l:scheme ; skos:topConceptOf l:scheme ; skos:notation "R" ;
    skos:prefLabel "Deichbau"@de , "construction de digues"@fr ; skos:altLabel "Küstenschutz"@de ;
    skos:definition "Baut und unterhält Deiche."@de .
"""
VIROLOGY, REGIONAL = f"{BASE}virology", f"{BASE}regional"
RDF = {
    Form.TURTLE: ox.RdfFormat.TURTLE,
    Form.RDF_XML: ox.RdfFormat.RDF_XML,
    Form.JSON_LD: ox.RdfFormat.JSON_LD,
    Form.N_TRIPLES: ox.RdfFormat.N_TRIPLES,
}


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Scheme:
    path = tmp_path_factory.mktemp("languages") / "languages.ttl"
    path.write_text(SCHEME, "utf-8")
    with Sandbox() as sandbox:
        return read_scheme(path, sandbox)


@pytest.fixture(scope="module")
def framework(scheme: Scheme) -> Framework:
    return Framework.from_triples({scheme.slug: scheme.triples})


def texts(triples: object) -> set[tuple[str, str, str, str | None]]:
    """What is said in a language, or could be."""
    assert isinstance(triples, tuple | list)
    literals = ((one, one.object) for one in triples if isinstance(one.object, ox.Literal))
    return {(str(one.subject), one.predicate.value, text.value, text.language) for one, text in literals}


def test_labels_are_kept_by_language(framework: Framework) -> None:
    concept = framework.concept(VIROLOGY)
    assert (concept.pref_label, concept.language, concept.definition) == ("virology", "en", "Studies viruses.")
    assert [concept.label(language) for language in ("cy", "fr", "de")] == ["feiroleg", "virologie", "Virologie"]
    assert Label("Virenkunde", "de", preferred=False) in concept.other_labels
    # Nothing in English: the first language there is, and it says which.
    regional = framework.concept(REGIONAL)
    assert (regional.pref_label, regional.language) == ("Deichbau", "de")
    assert regional.definition == "Baut und unterhält Deiche."
    assert regional.alt_labels == ("Küstenschutz",)


@pytest.mark.parametrize(
    ("words", "concept", "label", "language", "field"),
    [
        ("feiroleg", VIROLOGY, "feiroleg", "cy", "preferred"),
        ("gwyddor firysau", VIROLOGY, "gwyddor firysau", "cy", "alternative"),
        ("Virenkund", VIROLOGY, "Virenkunde", "de", "alternative"),
        ("etude des virus", VIROLOGY, "étude des virus", "fr", "alternative"),
        ("virus science", VIROLOGY, "virus science", "en", "alternative"),
        ("deichbau", REGIONAL, "Deichbau", "de", "preferred"),
        ("construction digues", REGIONAL, "construction de digues", "fr", "preferred"),
        ("kustenschutz", REGIONAL, "Küstenschutz", "de", "alternative"),
    ],
)
def test_search_says_which_label_in_which_language(
    words: str, concept: str, label: str, language: str, field: str, framework: Framework
) -> None:
    first = Search(framework).search(words, 1)[0]
    assert (first.concept, first.label, first.field) == (concept, label, field)
    assert framework.concept(concept).language_of(first.label) == language


def test_a_concept_is_named_in_any_language(framework: Framework) -> None:
    lookup = Lookup(framework)
    for name in ("Feiroleg", "VIROLOGIE", "étude des virus", "Etude des virus"):
        assert lookup.resolve(name).concept == VIROLOGY
    assert lookup.resolve("feiroleg").matched_by == "preferred"


def test_our_own_labels_are_found_in_welsh() -> None:
    framework = Framework.from_triples(shipped())
    first = Search(framework).search("feiroleg", 1)[0]
    concept = framework.concept(first.concept)
    assert (concept.iri, concept.language, concept.language_of(first.label)) == (f"{FRAMEWORK}LIF-VIR", "en", "cy")
    assert first.field == "preferred"


@pytest.mark.parametrize("form", list(RDF))
def test_rdf_keeps_languages(form: Form, scheme: Scheme) -> None:
    again = [quad.triple for quad in ox.parse(export(scheme.triples, form), format=RDF[form])]
    assert texts(again) == texts(scheme.triples)


@pytest.mark.parametrize("form", [Form.CSV, Form.XLSX, Form.ODS])
def test_spreadsheets_keep_languages(form: Form, scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / f"languages.{form.value}"
    content = export(scheme.triples, form)
    path.write_bytes(content)
    with Sandbox() as sandbox:
        again = read_scheme(path, sandbox)
    assert texts(again.triples) == texts(scheme.triples)
    if form is Form.CSV:
        heading = content.decode("utf-8-sig").splitlines()[0]
        for column in ("Preferred label (cy)", "Alternative labels (fr)", "Definition (de)"):
            assert column in heading


def test_the_document_says_each_language(scheme: Scheme) -> None:
    page = export(scheme.triples, Form.HTML).decode()
    assert re.search(r"<h\d id=[^>]*><span lang=\"de\">Deichbau</span>", page)
    assert re.search(r"<h\d id=[^>]*>virology", page)
    for text in ('<p lang="cy">feiroleg</p>', '<p lang="de">Baut und unterhält Deiche.</p>'):
        assert text in page
    assert '<span lang="de">Virenkunde</span>' in page


def test_every_label_is_of_some_language(scheme: Scheme) -> None:
    labels = [triple.object for triple in scheme.triples if triple.predicate.value in (SKOS.prefLabel, SKOS.altLabel)]
    assert {label.language for label in labels if isinstance(label, ox.Literal)} == {"en", "cy", "fr", "de"}
