"""A concept scheme to take away: RDF that others read, the same bytes each time, and a document to print."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path, PurePath
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
import rdflib
from python_calamine import CalamineWorkbook

from gse_skills.errors import InputError, TooLargeError
from gse_skills.framework import shipped
from gse_skills.framework.export import Form, empty_template, export
from gse_skills.vocabulary import RDF, SKOS

DATA = Path(__file__).parents[1] / "data" / "framework"
READERS = {
    Form.TURTLE: (ox.RdfFormat.TURTLE, "turtle"),
    Form.RDF_XML: (ox.RdfFormat.RDF_XML, "xml"),
    Form.JSON_LD: (ox.RdfFormat.JSON_LD, "json-ld"),
    Form.N_TRIPLES: (ox.RdfFormat.N_TRIPLES, "nt"),
}
_DIGESTS = """
import hashlib, pyoxigraph as ox, sys
from gse_skills.framework.export import Form, export
triples = [quad.triple for quad in ox.parse(path=sys.argv[1])]
if sys.argv[2] == "backwards":
    triples.reverse()
for form in Form:
    print(form.value, hashlib.sha256(export(triples, form)).hexdigest())
"""


@pytest.fixture(scope="module")
def own() -> tuple[ox.Triple, ...]:
    return shipped()["gse"]


# rdflib's own reader of JSON-LD uses what rdflib says nobody should.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("form", list(READERS))
def test_rdf_says_the_same_to_two_readers(form: Form, own_triples: tuple[ox.Triple, ...]) -> None:
    content = export(own_triples, form)
    ours, theirs = READERS[form]
    assert {quad.triple for quad in ox.parse(content, format=ours)} == set(own_triples)
    assert len(rdflib.Graph().parse(data=content, format=theirs)) == len(set(own_triples))


def test_the_same_release_gives_the_same_bytes_whatever_the_order_and_the_hash_seed() -> None:
    told = set()
    for seed, order in (("1", "forwards"), ("2", "backwards")):
        command = [sys.executable, "-c", _DIGESTS, str(DATA / "own.ttl"), order]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        told.add(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
    [digests] = told
    assert len(digests.splitlines()) == len(Form)


def test_turtle_has_prefixes_and_subjects_in_order(own_triples: tuple[ox.Triple, ...]) -> None:
    text = export(own_triples, Form.TURTLE).decode()
    subjects = [line.split()[0] for line in text.splitlines() if line and not line.startswith((" ", "PREFIX"))]
    concepts = [name for name in subjects if name.startswith("fw:")]
    assert len(concepts) > 3
    assert concepts == sorted(concepts)
    assert "skos:prefLabel" in text


def test_json_ld_carries_its_context(own_triples: tuple[ox.Triple, ...]) -> None:
    body = json.loads(export(own_triples, Form.JSON_LD))
    assert body["@context"]["skos"] == SKOS
    assert body["@context"]["skos:broader"] == {"@type": "@id"}
    assert all(isinstance(one, dict) for one in [body["@context"]])
    assert not any("@context" in one for one in body["@graph"])


def test_a_property_that_xml_cannot_name_is_refused_and_fits_elsewhere() -> None:
    odd = [ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("https://example.org/1"), ox.Literal("x"))]
    with pytest.raises(InputError) as refused:
        export(odd, Form.RDF_XML)
    assert refused.value.rule == "not-for-xml"
    assert [quad.triple for quad in ox.parse(export(odd, Form.TURTLE), format=ox.RdfFormat.TURTLE)] == odd


@pytest.mark.parametrize("form", [form for form in Form if form.tabular])
def test_a_table_needs_a_scheme_with_an_iri(form: Form) -> None:
    nameless = [ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode(RDF.type), ox.NamedNode(SKOS.Concept))]
    with pytest.raises(InputError) as refused:
        export(nameless, form)
    assert refused.value.rule == "no-concept-scheme"


@pytest.mark.parametrize("form", [form for form in Form if form.tabular])
def test_a_text_that_no_cell_holds_is_refused_rather_than_cut(form: Form, own_triples: tuple[ox.Triple, ...]) -> None:
    concept = next(one.subject for one in own_triples if one.predicate.value == SKOS.prefLabel)
    long = ox.Triple(concept, ox.NamedNode(SKOS.scopeNote), ox.Literal("x" * 40_000, language="cy"))
    with pytest.raises(TooLargeError) as refused:
        export([*own_triples, long], form)
    assert refused.value.rule == "cell-too-long"


def test_nothing_in_a_workbook_is_a_formula_or_a_number(own_triples: tuple[ox.Triple, ...]) -> None:
    concept = next(one.subject for one in own_triples if one.predicate.value == SKOS.prefLabel)
    texts = ("=1+1", "+1", "-1", "@a", "1.0")
    labels = [ox.Triple(concept, ox.NamedNode(SKOS.altLabel), ox.Literal(text, language="cy")) for text in texts[:1]]
    notes = [ox.Triple(concept, ox.NamedNode(SKOS.example), ox.Literal(text)) for text in texts]
    triples = [*own_triples, *labels, *notes]
    content = export(triples, Form.XLSX, "SECRET")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).iter_rows() for cell in row]
    assert {type(cell) for cell in cells} == {str}
    assert set(texts) <= set(cells)
    archive = zipfile.ZipFile(io.BytesIO(content))
    pages = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(pages) == len(book.sheet_names)
    assert all(b"<f>" not in page and b"&amp;CSECRET" in page for page in pages)
    rows = list(csv.reader(io.StringIO(export(triples, Form.CSV).decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert {f"'{text}" for text in texts[:4]} <= {cell for row in rows for cell in row}


def test_ods_is_laid_out_as_the_standard_wants(own_triples: tuple[ox.Triple, ...]) -> None:
    archive = zipfile.ZipFile(io.BytesIO(export(own_triples, Form.ODS, "SECRET")))
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert archive.read("mimetype") == Form.ODS.media_type.encode()
    for part in ("META-INF/manifest.xml", "styles.xml", "content.xml"):
        ET.fromstring(archive.read(part))
    assert archive.read("styles.xml").count(b"SECRET") == 2
    assert b'office:value-type="float"' not in archive.read("content.xml")
    assert b"table:formula" not in archive.read("content.xml")


class Page(HTMLParser):
    """What a test asks of a page: its elements, the identifiers, where links lead, and the languages of texts."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements = Counter[str]()
        self.ids = Counter[str]()
        self.links: list[str] = []
        self.languages: dict[str, list[str]] = {}
        self.text: list[str] = []
        self.headings: list[int] = []
        self._language = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements[tag] += 1
        self.ids[given.get("id") or ""] += "id" in given
        self.links += [str(given[name]) for name in ("href", "src") if name in given]
        self._language = given.get("lang") or ""
        if tag[:1] == "h" and tag[1:].isdecimal():
            self.headings.append(int(tag[1:]))

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        self.languages.setdefault(self._language, []).append(data)


@pytest.fixture(scope="module")
def page(own: tuple[ox.Triple, ...]) -> Page:
    return Page(export(own, Form.HTML, "SECRET"))


def test_the_document_has_its_title_page(page: Page) -> None:
    text = " ".join(page.text)
    for said in (
        "GSE Skills framework (independent draft)",
        "Version 0.1.0",
        "It is not the official GSE Skills Framework",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        "How to cite it",
        "To propose a change",
        "SECRET",
    ):
        assert said in text


def test_the_document_stands_alone_and_its_links_lead_somewhere(page: Page) -> None:
    assert not page.elements.keys() & {"script", "img", "link", "iframe", "object", "form"}
    assert page.ids.most_common(1)[0][1] == 1
    inside = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert len(inside) > 1_000
    assert inside <= page.ids.keys()
    assert all(link.startswith(("#", "https://")) for link in page.links)


def test_the_document_holds_every_concept_once_with_headings_in_order(page: Page, own: tuple[ox.Triple, ...]) -> None:
    text = set(page.text)
    labels = {
        one.object.value
        for one in own
        if one.predicate.value == SKOS.prefLabel and isinstance(one.object, ox.Literal) and one.object.language == "en"
    }
    assert len(labels) > 1_000
    families = {label for label in labels if label.endswith("roles")}
    assert labels - families <= {part.strip() for part in text}
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))
    assert page.headings.count(1) == 1


def test_welsh_says_that_it_is_welsh(page: Page) -> None:
    assert "Cemeg a deunyddiau" in page.languages["cy"]
    assert "Chemistry and materials" not in page.languages["cy"]


def test_what_a_scheme_says_is_text_in_the_document_and_nothing_else() -> None:
    scheme, concept = ox.NamedNode("https://example.org/s"), ox.NamedNode("javascript:alert(1)")
    said: list[tuple[Any, str, Any]] = [
        (scheme, RDF.type, ox.NamedNode(SKOS.ConceptScheme)),
        (scheme, "http://purl.org/dc/terms/title", ox.Literal("<script>alert(1)</script>")),
        (scheme, "http://purl.org/dc/terms/license", concept),
        (concept, RDF.type, ox.NamedNode(SKOS.Concept)),
        (concept, SKOS.inScheme, scheme),
        (concept, SKOS.prefLabel, ox.Literal('"><img src=x>', language="en")),
        (concept, SKOS.broader, concept),
    ]
    page = Page(export((ox.Triple(s, ox.NamedNode(p), o) for s, p, o in said), Form.HTML))
    assert not page.elements.keys() & {"script", "img"}
    assert not [link for link in page.links if link.startswith("javascript")]


def test_forms_go_by_the_ending_of_a_file() -> None:
    assert [Form.of(PurePath(f"a.{form.value.upper()}")) for form in Form] == list(Form)
    with pytest.raises(InputError) as refused:
        Form.of(PurePath("skills.pdf"))
    assert refused.value.rule == "unknown-form"
    with pytest.raises(InputError) as refused:
        empty_template(Form.TURTLE)
    assert refused.value.rule == "no-template"
