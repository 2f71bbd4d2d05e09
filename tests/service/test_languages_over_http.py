"""Labels in several languages, as pages and the API show them; and where a page's RDF is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.framework import read_scheme
from gse_skills.vocabulary import FRAMEWORK

if TYPE_CHECKING:
    from tests.service.conftest import Service

DIKES = "https://example.org/languages/dikes"
SCHEME = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/languages> a skos:ConceptScheme ; skos:prefLabel "Languages"@en .
<{DIKES}> a skos:Concept ; skos:inScheme <https://example.org/languages> ;
    skos:prefLabel "Deichbauwesen"@de , "construction de digues"@fr , "adeiladu morgloddiau"@cy ;
    skos:altLabel "Küstenschutzbau"@de ; skos:definition "Baut und unterhält Deiche."@de .
"""
HTML = {"Accept": "text/html"}


def test_our_own_page_marks_welsh_as_welsh(service: Service) -> None:
    client = service.by("anonymous")
    page = client.get("/framework/LIF-VIR", headers=HTML).text
    assert '<span lang="cy">Feiroleg</span> (Welsh)' in page
    assert re.search(r'<h1 class="govuk-heading-l">Virology</h1>', page)
    found = client.get("/framework?q=feiroleg", headers=HTML).text
    assert '(“<span lang="cy">Feiroleg</span>”, cy)' in found
    body = client.get("/api/v1/skills/LIF-VIR").json()
    assert body["language"] == "en"
    assert {"text": "Feiroleg", "language": "cy", "preferred": True} in body["other_labels"]
    first = client.get("/api/v1/skills?q=feiroleg&limit=1").json()["items"][0]
    assert (first["notation"], first["matched_label"], first["matched_language"]) == ("LIF-VIR", "Feiroleg", "cy")


def test_a_scheme_without_english_says_so(changing: Service, tmp_path: Path) -> None:
    path = tmp_path / "languages.ttl"
    path.write_text(SCHEME, "utf-8")
    changing.register.load_scheme(read_scheme(path, changing.register.sandbox))
    client = changing.by("anonymous")
    page = client.get("/framework/concept", params={"iri": DIKES}, headers=HTML).text
    # Of several languages, none of them English, the first by its tag counts as the concept's own.
    assert '<h1 class="govuk-heading-l" lang="cy">adeiladu morgloddiau</h1>' in page
    for language, text in (("de", "Deichbauwesen"), ("fr", "construction de digues"), ("de", "Küstenschutzbau")):
        assert f'<span lang="{language}">{text}</span> ({language})' in page
    found = client.get("/framework", params={"q": "Deichbauwesen"}, headers=HTML).text
    assert 'lang="cy">adeiladu morgloddiau</a>' in found
    assert '“<span lang="de">Deichbauwesen</span>”, de' in found
    first = client.get("/api/v1/skills", params={"q": "constructio de digues", "limit": 1}).json()["items"][0]
    assert (first["iri"], first["matched_language"]) == (DIKES, "fr")


@pytest.mark.parametrize(
    ("page", "document"),
    [
        ("/framework/LIF-VIR", "/doc/framework/LIF-VIR.ttl"),
        ("/framework/roles/ROL-LIF-01", "/doc/framework/ROL-LIF-01.ttl"),
        ("/def/", "/doc/ontology.ttl"),
    ],
)
def test_a_page_links_to_its_documents(page: str, document: str, service: Service) -> None:
    client = service.by("anonymous")
    text = client.get(page, headers=HTML).text
    assert f'href="{document}"' in text
    for ending in ("ttl", "jsonld", "rdf", "nt"):
        assert f'href="{document.removesuffix("ttl")}{ending}"' in text
    assert "DESCRIBE" not in text
    answer = client.get(document)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/turtle")
    assert FRAMEWORK in answer.text or "gse-skills/ontology" in answer.text
