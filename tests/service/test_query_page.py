"""The query page as its users meet it: pages of a result, the chart, mistakes, completions, the editor's page."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest

from gse_skills.examples import examples

if TYPE_CHECKING:
    import httpx

    from tests.service.conftest import Service

CROWD = (
    'SELECT ?label (STRLEN(?label) AS ?letters) { ?skill a gse:Skill ; skos:prefLabel ?label FILTER(LANG(?label) = "en") } '
    "ORDER BY ?label"
)


def ask(service: Service, query: str, at: str = "/query", **fields: str) -> httpx.Response:
    return service.by("member:alder").post(at, data={"query": query, **fields})


def rows(page: str) -> list[str]:
    return re.findall(r"<tr class=\"govuk-table__row\">\s*<td.*?</tr>", page, re.DOTALL)


def test_a_long_result_comes_in_pages(service: Service) -> None:
    first = ask(service, CROWD).text
    total = int(re.search(r'id="result">([\d,]+) solutions', first)[1].replace(",", ""))  # type: ignore[index] # found
    assert total > 200
    assert len(rows(first)) == 100
    assert "The table shows 1 to 100." in first
    assert '<button type="submit" class="govuk-button govuk-button--secondary" name="page" value="2">Next' in first
    assert "Previous page" not in first
    second = ask(service, CROWD, page="2").text
    assert "The table shows 101 to 200." in second
    assert not set(rows(first)) & set(rows(second))
    last = ask(service, CROWD, page="999").text
    assert f"to {total:,}." in last
    assert "Next page" not in last


def test_a_label_and_numbers_make_a_chart_of_the_first_solutions(service: Service) -> None:
    page = ask(service, CROWD).text
    parts = map(fromstring, re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    texts = [element.text or "" for chart in parts for element in chart.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "letters"
    assert len([text for text in texts if text.isdigit()]) == 40
    assert "The chart shows the first 40." in page
    assert "<svg" not in ask(service, CROWD, page="2").text


@pytest.mark.parametrize(
    ("query", "charted"),
    [
        ('SELECT * { VALUES (?a ?n) { ("x" 1) ("y" 2) } }', True),
        ('SELECT * { VALUES (?a ?n ?m) { ("x" 1 2.5) ("y" 2 0.1) } }', True),
        ('SELECT * { VALUES (?i ?a ?n) { (<urn:x> "x" 1) (<urn:y> "y" 2) } }', True),
        ("SELECT * { VALUES (?i ?n) { (<urn:x> 1) (<urn:y> 2) } }", True),
        ('SELECT * { VALUES (?a ?n) { ("x" 1) } }', False),
        ('SELECT * { VALUES (?a ?n) { ("x" -1) ("y" 2) } }', False),
        ('SELECT * { VALUES (?a ?n) { ("x" UNDEF) ("y" 2) } }', False),
        ('SELECT * { VALUES (?a ?b ?n) { ("x" "y" 1) ("y" "z" 2) } }', False),
        ('SELECT * { VALUES (?a ?k ?l ?m) { ("x" 1 2 3) ("y" 1 2 3) } }', False),
        ("SELECT * { VALUES ?n { 1 2 } }", False),
        ('SELECT * { VALUES (?a ?n) { ("x" "INF"^^xsd:double) ("y" 2) } }', False),
    ],
)
def test_what_is_charted(service: Service, query: str, charted: bool) -> None:
    page = ask(service, query)
    assert page.status_code == 200
    assert ('<svg xmlns="http://www.w3.org/2000/svg" class="app-chart"' in page.text) == charted


def test_a_graph_is_offered_as_rdf_and_a_table_as_csv(service: Service) -> None:
    client = service.by("member:alder")
    for query, kinds in (
        ("CONSTRUCT WHERE { ?d a gse:SkillDomain }", ("text/turtle", "application/ld+json", "application/n-triples")),
        ("SELECT * { ?d a gse:SkillDomain }", ("text/csv", "application/sparql-results+json", "results+xml")),
    ):
        links = re.findall(r'href="(/sparql\?[^"]+)" download', ask(service, query).text)
        assert len(links) == len(kinds)
        for link, kind in zip(links, kinds, strict=True):
            answer = client.get(unescape(link))
            assert answer.status_code == 200
            assert kind in answer.headers["content-type"]
            assert answer.content


@pytest.mark.parametrize(
    ("query", "said", "shown"),
    [
        (
            "SELECT ?x {\n  ?x foo ?y\n}",
            "line 2, column 6: 'foo' has no place here; expected a variable, an IRI,",
            '  ?x foo ?y\n<span aria-hidden="true">     ^</span>',
        ),
        ("SELECT * { ?x ?y ?z", "the query ends too early; expected", "SELECT * { ?x ?y ?z"),
        ("SELECT (COUNT(?x) ?n) {}", "expected an operator or “AS”", "SELECT (COUNT"),
        ("ASK { ?x nix:a 1 }", "the prefix nix: is not declared", "ASK { ?x nix:a 1 }"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_was_expected(
    service: Service, query: str, said: str, shown: str
) -> None:
    page = ask(service, query)
    assert page.status_code == 400
    text = unescape(page.text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    assert "There is a problem" in text
    assert text.count(said) == 2  # in the summary, and at the field
    assert "Mend the query there." in text
    assert shown in text
    assert text.count(f">{query}</textarea>") == 1


def test_a_result_of_nothing_says_so_and_offers_no_download(service: Service) -> None:
    page = ask(service, "SELECT ?s { ?s a gse:NoSuchThing }").text
    assert "0 solutions" in page
    assert "Nothing that you may see fits." in page
    assert "Take the result away" not in page


def test_examples_stand_under_their_topics_and_fill_the_box(service: Service) -> None:
    client = service.by("anonymous")
    for at in ("/query", "/query/editor"):
        page = client.get(at).text
        headings = re.findall(r"<h3[^>]*>([^<]+)</h3>", page)
        assert headings == list(dict.fromkeys(one.topic for one in examples()))
        links = re.findall(rf'href="({at}\?query=[^"]+)"', page)
        assert len(links) == len(examples())
        filled = unescape(client.get(unescape(links[0])).text)
        assert examples()[0].text.strip() in filled


def test_the_editor_posts_to_itself_and_leads_to_the_plain_page(service: Service) -> None:
    page = ask(service, "ASK {}", "/query/editor").text
    assert 'action="/query/editor#result"' in page
    assert 'data-query-editor="/query/completions"' in page
    assert 'href="/query?query=ASK+%7B%7D"' in page
    plain = service.by("anonymous").get("/query").text
    assert "yasqe" not in plain
    assert 'href="/query/editor"' in plain


@pytest.mark.parametrize(
    ("typed", "text", "kind"),
    [
        ("sk", "skos:", "prefix"),
        ("gse:exp", "gse:expertIn", "property"),
        ("gse:SkillRec", "gse:SkillRecord", "class"),
        ("skos:pref", "skos:prefLabel", "property"),
        ("expert in", "gse:expertIn", "property"),
        ("fw:LIF-VIR-0", "fw:LIF-VIR-01", "skill"),
        ("fw:virol", "fw:LIF-VIR", "group"),
        ("virology", "fw:LIF-VIR", "group"),
        ("Twin", "<https://example.org/twins/a>", "concept"),
        ("OPTIO", "OPTIONAL", "keyword"),
    ],
)
def test_completions(service: Service, typed: str, text: str, kind: str) -> None:
    response = service.by("anonymous").get("/query/completions", params={"q": typed})
    assert response.status_code == 200
    found = {item["text"]: item for item in response.json()["items"]}
    assert len(found) <= 10
    assert found[text]["kind"] == kind
    assert found[text]["label"]


@pytest.mark.parametrize("typed", ["", "g", "zzz:zz", "fw:ZZZ-99999", "<", ":"])
def test_nothing_to_complete(service: Service, typed: str) -> None:
    response = service.by("anonymous").get("/query/completions", params={"q": typed})
    assert response.status_code == 200
    assert [item for item in response.json()["items"] if item["text"].startswith(("gse:", "skos:"))] == []


def test_what_begins_a_keyword_becomes_nothing_else_and_what_is_only_faintly_alike_is_left_out(
    service: Service,
) -> None:
    def offered(typed: str) -> set[str]:
        items = service.by("anonymous").get("/query/completions", params={"q": typed}).json()["items"]
        return {f"{item['kind']} {item['text']}" for item in items}

    assert offered("FILT") == {"keyword FILTER"}
    assert offered("CONT") == {"keyword CONTAINS"}
    assert offered("foaf") == {"prefix foaf:", "class foaf:Person", "property foaf:mbox", "property foaf:name"}


def test_whatever_is_completed_can_be_asked_for(service: Service) -> None:
    client = service.by("anonymous")
    for typed in ("gse:re", "expert", "org:mem", "fw:LIF", "Twin"):
        for item in client.get("/query/completions", params={"q": typed}).json()["items"]:
            if item["kind"] != "prefix":
                assert ask(service, f"ASK {{ ?s ?p {item['text']} }}").status_code == 200
