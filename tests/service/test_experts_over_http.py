"""Several skills over HTTP: API, CSV, the page, a sentence, and the same question at the SPARQL endpoint."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element, TreeBuilder

import pytest

from gse_skills.index import MAX_SKILLS

if TYPE_CHECKING:
    from tests.service.conftest import Service

API = "/api/v1/experts"
CALLERS = ("anonymous", "member:alder", "steward:alder", "duty-officer:alder", "steward:birch", "administrator")
QUESTIONS = (
    {"skill": ["LIF-VIR"]},
    {"skill": ["LIF-VIR", "LIF"], "min_level": "Working"},
    {"skill": ["LIF-VIR-03", "LIF-VIR-04@Expert", "CHM"], "match": "any"},
    {"skill": ["LIF"], "org": "birch", "available": "true"},
    {"skill": ["LIF", "LIF-VIR"], "match": "any", "basis": ["self", "manager"], "min_level": "Practitioner"},
    {"skill": ["LIF"], "site": ["", "Nowhere"], "grade": ["", 'G7 "acting"'], "unit": [""]},
)


def ask(service: Service, caller: str, **asked: Any) -> Any:
    response = service.by(caller).get(API, params={"limit": 500, **asked})
    assert response.status_code == 200, response.text
    return response.json()


class Tree(HTMLParser):
    """A page as elements."""

    EMPTY = frozenset(("br", "hr", "img", "input", "link", "meta"))

    def __init__(self, html: str) -> None:
        super().__init__()
        self._builder = TreeBuilder()
        self.feed(html)
        self.close()
        self.root: Element = self._builder.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in self.EMPTY:
            self._builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            self._builder.end(tag)

    def handle_data(self, data: str) -> None:
        self._builder.data(data)


def page(service: Service, caller: str, **asked: Any) -> Element:
    response = service.by(caller).get("/expertise", params=asked)
    assert response.status_code == 200, response.text
    return Tree(response.text).root


def text(element: Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def boxes(document: Element, *, checked: bool) -> list[str]:
    found = document.findall(".//input[@name='skill'][@type='checkbox']")
    return [box.attrib["value"] for box in found if ("checked" in box.attrib) == checked]


def ticked(document: Element) -> list[str]:
    return boxes(document, checked=True)


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_page_api_csv_and_sparql_find_the_same_people(service: Service, asked: dict[str, Any]) -> None:
    """For each caller those whom they may see; the page's own links are followed."""
    told = set()
    for caller in CALLERS:
        people = [hit["person"] for hit in ask(service, caller, **asked)["items"]]
        document = page(service, caller, **asked)
        hrefs = {link.attrib["href"] for link in document.findall(".//main//a") if "?" in link.attrib["href"]}
        (api,), (sheet,), (query,) = (
            [href for href in hrefs if href.startswith(start)] for start in (f"{API}?", "/expertise.csv?", "/query?")
        )
        client = service.by(caller)
        by_link = client.get(f"{api}&limit=500").json()
        assert [hit["person"] for hit in by_link["items"]] == people
        rows = list(csv.DictReader(io.StringIO(client.get(sheet).text)))
        assert list(dict.fromkeys(row["Person"] for row in rows)) == people
        sparql = parse_qs(urlsplit(query).query)["query"][0]
        assert text(document.find(".//pre")) == " ".join(sparql.split())
        found = client.post(
            "/sparql", data={"query": sparql}, headers={"Accept": "application/sparql-results+json"}
        ).json()
        assert {row["person"]["value"] for row in found["results"]["bindings"]} == set(people)
        told.add(tuple(people))
    if asked == QUESTIONS[0]:
        assert len(told) > 1


def test_what_was_written_in_words_stands_in_no_address(service: Service) -> None:
    client = service.by("steward:alder")
    said = "Mr Quibblethwaite needs somebody who knows virology, at practitioner or above"
    response = client.post("/expertise", data={"skill": said})
    assert response.status_code == 200
    document = Tree(response.text).root
    assert "Quibblethwaite" in text(document)
    addresses = [value for one in document.iter() for name, value in one.attrib.items() if name in ("href", "action")]
    assert [one for one in addresses if "Quibblethwaite" in one] == []
    shared = next(one for one in addresses if one.startswith("/expertise?") and "skill=" in one)
    assert boxes(Tree(client.get(shared).text).root, checked=True) == ticked(document)
    asked = {"skill": ticked(document), "min_level": "Practitioner", "org": "alder"}
    led = client.post("/expertise", data=asked)
    assert led.status_code == 303
    assert parse_qs(urlsplit(led.headers["location"]).query) == {
        name: value if isinstance(value, list) else [value] for name, value in asked.items()
    }
    assert client.post("/expertise", data={"skill": "virology", "as_of": "soon"}).status_code == 400
    for document in (Tree(client.get(path).text).root for path in ("/", "/expertise", shared)):
        (form,) = document.findall(".//form[@action='/expertise']")
        assert form.attrib["method"] == "post"


def test_csv_by_accept_header_and_by_format_is_everybody(service: Service) -> None:
    client = service.by("steward:alder")
    people = {hit["person"] for hit in ask(service, "steward:alder", skill=["LIF"])["items"]}
    assert len(people) > 1
    for asked, headers in (({"format": "csv"}, {}), ({}, {"Accept": "text/csv"})):
        response = client.get(API, params={"skill": "LIF", "limit": 1, **asked}, headers=headers)
        assert response.headers["content-type"].startswith("text/csv")
        rows = list(csv.DictReader(io.StringIO(response.text)))
        assert {row["Person"] for row in rows} == people
        assert {row["Marking"] for row in rows} == {"OFFICIAL"}
    both = client.get(API, params={"skill": "LIF", "format": "json"}, headers={"Accept": "text/csv"})
    assert both.json()["total"] == len(people)


def test_an_export_is_told_of_as_one(service: Service) -> None:
    before = exports(service)
    service.by("steward:alder").get(API, params={"skill": ["LIF-VIR-06", "LIF"], "format": "csv"})
    assert exports(service) == before + 1


def exports(service: Service) -> int:
    found = service.by("steward:birch").get("/api/v1/audit", params={"action": "export", "limit": 100}).json()
    return len(found["items"])


def test_counts_stand_beside_the_choices(service: Service) -> None:
    counted = ask(service, "steward:alder", skill=["LIF"], facets="true")
    assert sum(one["count"] for one in counted["facets"]["org"]) == counted["total"]
    for one in counted["facets"]["org"]:
        assert ask(service, "steward:alder", skill=["LIF"], org=one["value"])["total"] == one["count"]
    assert ask(service, "steward:alder", skill=["LIF"])["facets"] is None
    document = page(service, "steward:alder", skill="LIF")
    options = [one for one in document.findall(".//select[@name='org']/option") if one.attrib["value"]]
    by_slug = {one["value"]: one["count"] for one in counted["facets"]["org"]}
    assert len(options) == len(service.register.state.organisations)
    for option in options:
        assert re.search(r"\((\d+)\)$", text(option)).group(1) == str(by_slug.get(option.attrib["value"], 0))  # type: ignore[union-attr]  # each ends so


def test_too_many_skills_are_refused(service: Service) -> None:
    skills = [f"LIF-VIR-0{number}" for number in range(1, 8)] + ["LIF", "CHM", "DAT", "ENG"]
    assert len(skills) == MAX_SKILLS + 1
    response = service.by("anonymous").get(API, params={"skill": skills})
    assert (response.status_code, response.json()["rule"]) == (400, "too-many-skills")
    shown = service.by("anonymous").get("/expertise", params={"skill": skills})
    assert (shown.status_code, "at most 10 at once" in shown.text) == (400, True)


@pytest.mark.parametrize(
    ("skills", "words"),
    [([f"zq{n}" for n in range(300)], "names 300 skills"), (["virology " * 200] * 2, "has 3,600 letters")],
)
def test_more_text_than_anybody_writes_costs_no_search(service: Service, skills: list[str], words: str) -> None:
    shown = service.by("anonymous").get("/expertise", params={"skill": skills})
    assert (shown.status_code, words in shown.text) == (400, True)


def test_a_sentence_is_read_and_told_in_full(service: Service) -> None:
    said = "We need a virologist at practitioner level who can do decontamination and sourdough recipes"
    found = service.by("anonymous").post("/api/v1/skills/in-text", json={"text": said}).json()
    assert [(one["text"], one["how"]) for one in found["phrases"]] == [
        ("virologist", "named"),
        ("decontamination", "unsure"),
        ("sourdough recipes", "unknown"),
    ]
    assert (found["skills"], found["min_level"], found["available"]) == (["LIF-VIR"], "Practitioner", False)
    assert found["phrases"][0]["concept"]["notation"] == "LIF-VIR"
    assert len(found["phrases"][1]["alternatives"]) > 1
    too_long = service.by("anonymous").post("/api/v1/skills/in-text", json={"text": "x" * 2001})
    assert too_long.json()["rule"] == "bad-parameter"


def test_the_page_says_what_it_understood_and_what_not(service: Service) -> None:
    document = page(
        service,
        "member:alder",
        skill="an available virologist, chemical hazards, decontamination and sourdough recipes",
    )
    assert ticked(document) == ["LIF-VIR", "CHM-HAZ"]
    said = text(document.find(".//main"))
    for part in (
        "“virologist” is:",
        "“chemical hazards” is probably:",
        "We took “chemical hazards” for Chemical hazards and incidents, the nearest name.",
        "“decontamination” is not clear",
        "“sourdough recipes” is not understood",
        "Only people said to be available are counted.",
    ):
        assert part in said
    assert "CBR-REC-03" in boxes(document, checked=False)
    # One more tick, as a browser without script sends it, and the question has them all by their notations.
    again = page(service, "member:alder", skill=[*ticked(document), "CBR-REC-03", ""], available="true")
    assert ticked(again) == ["LIF-VIR", "CHM-HAZ", "CBR-REC-03"]
    assert "not clear" not in text(again.find(".//main"))


def test_nothing_sure_asks_before_it_answers(service: Service) -> None:
    document = page(service, "member:alder", skill="decontamination and entomologist")
    assert text(document.find(".//h1")) == "Which skills do you mean?"
    assert ticked(document) == []
    assert "people found" not in text(document.find(".//main"))
    one = page(service, "member:alder", skill="decontamination")
    assert text(one.find(".//h1")) == "No skill is called “decontamination”"


def test_of_one_name_the_suggestion_chosen_is_meant(service: Service) -> None:
    iri = "https://w3id.org/gse-skills/framework/LIF-VIR"
    document = page(service, "member:alder", skill="Virology, Toxicology", concept=f"{iri} https://example.org/no")
    assert ticked(document) == ["LIF-VIR", "LIF-TOX"]
    # What is chosen and no longer written is not asked for.
    assert ticked(page(service, "member:alder", skill="Toxicology", concept=iri)) == ["LIF-TOX"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"min_level": "Guru"}, "min_level"), ({"basis": "gut"}, "basis"), ({"as_of": "soon"}, "as_of-day")],
)
def test_what_the_form_cannot_say_is_said_at_its_field(service: Service, asked: dict[str, str], field: str) -> None:
    response = service.by("anonymous").get("/expertise", params={"skill": "LIF", **asked})
    assert response.status_code == 400
    assert Tree(response.text).root.find(f".//div[@class='govuk-error-summary']//a[@href='#{field}']") is not None
