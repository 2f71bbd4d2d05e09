"""What a caller may not see is in no answer, and changes no byte of any."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Service

GRAPH = "https://w3id.org/gse-skills/graph/"
EVE, DEE, ELI = "Eve Birch", "Dee Alder", "Eli Alder"
BLIND = {
    "anonymous": (EVE, DEE, ELI, "Ann Alder", "Ben Alder", "Fay Birch", "Crowd 07"),
    "member:alder": (EVE,),
    "member:birch": (EVE,),
    "steward:alder": (EVE,),
}
"""Of whom each caller sees nothing at all."""
OURS = 'FILTER STRSTARTS(STR(?s), "https://w3id.org/gse-skills/id/")'
QUERIES = {
    "all": f"SELECT * {{ ?s ?p ?o {OURS} }}",
    "named": f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o {OURS} }} }}",
    "names": "SELECT ?n { ?s foaf:name ?n } ORDER BY ?n",
    "path": f"SELECT * {{ ?s (!<urn:a>) ?o {OURS} }}",
    "exists": f"SELECT * {{ ?s ?p ?o {OURS} FILTER EXISTS {{ GRAPH ?g {{ ?s ?p ?o }} }} }}",
    "optional": "SELECT * { ?s foaf:name ?n OPTIONAL { GRAPH ?g { ?s ?q ?r } } }",
    "sub-select": f"SELECT * {{ {{ SELECT ?s ?o {{ ?s ?p ?o {OURS} }} }} }}",
    "minus": f"SELECT * {{ ?s ?p ?o {OURS} MINUS {{ ?s a <urn:a> }} }}",
    "construct": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH ?g {{ ?s ?p ?o {OURS} }} }}",
    "describe": "DESCRIBE ?s WHERE { ?s foaf:name ?n }",
    "from": f"SELECT * FROM <{GRAPH}view/organisation/birch> FROM <{GRAPH}source/birch> {{ ?s ?p ?o }}",
    "from named": f"SELECT * FROM NAMED <{GRAPH}source/birch> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "graph": f"SELECT * {{ GRAPH <{GRAPH}view/organisation/birch> {{ ?s ?p ?o }} }}",
    "emergency": f"SELECT * {{ GRAPH <{GRAPH}view/emergency> {{ ?s ?p ?o }} }}",
    "source": f"SELECT * {{ GRAPH <{GRAPH}source/alder> {{ ?s ?p ?o }} }}",
    "system": f"SELECT * {{ GRAPH <{GRAPH}system> {{ ?s ?p ?o }} }}",
    "graphs": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
    "count": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
}
ADDRESSES = (
    "/api/v1/experts?skill=LIF&limit=500",
    "/api/v1/experts?skill=LIF-VIR-06",
    "/api/v1/experts?skill=LIF&as_of=2025-06-01",
    "/api/v1/experts?skill=LIF&org=birch",
    "/api/v1/experts?skill=LIF&available=true",
    "/api/v1/skills?q=eve birch",
    "/api/v1/skills/LIF-VIR-06",
    "/api/v1/skills/Eve Birch",
    "/api/v1/organisations",
    "/api/v1/organisations/birch",
    "/expertise?skill=LIF",
    "/expertise?skill=LIF&org=birch",
    "/expertise?skill=Eve Birch",
    "/expertise.csv?skill=LIF",
    "/framework/LIF-VIR-06",
    "/framework?q=Eve Birch",
    "/",
    "/import",
    "/readyz",
)


def person_of(service: Service, name: str) -> str:
    query = f'SELECT DISTINCT ?p {{ ?p foaf:name "{name}" }}'
    found = service.by("operator").get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert len(found) == 1
    return str(found[0]["p"]["value"])


def ask(client: httpx.Client, query: str) -> httpx.Response:
    response = client.post("/sparql", data={"query": query})
    assert response.status_code == 200, response.text
    return response


@pytest.mark.parametrize("caller", BLIND)
def test_no_route_tells_of_whom_the_caller_may_not_see(service: Service, caller: str) -> None:
    client = service.by(caller)
    answers = {path: client.get(path).text for path in ADDRESSES}
    answers |= {name: ask(client, query).text for name, query in QUERIES.items()}
    answers |= {
        f"page {name}": client.post("/query", data={"query": QUERIES[name]}).text for name in ("all", "describe")
    }
    for name in BLIND[caller]:
        person = person_of(service, name)
        told = client.get(f"/api/v1/people/{person[-16:]}")
        assert (told.status_code, told.content) == (404, client.get("/api/v1/people/00000000000000ff").content)
        for where, text in answers.items():
            assert person not in text, where
            # Words that were searched for come back as such.
            assert name not in text or name in where, where


@pytest.mark.parametrize("caller", ["member:alder", "member:birch", "steward:birch"])
def test_a_private_record_of_a_person_who_is_seen(service: Service, caller: str) -> None:
    dee = person_of(service, DEE)
    assert [hit["name"] for hit in service.experts(caller, "LIF-VIR-04")["items"]] == []
    person = service.by(caller).get(f"/api/v1/people/{dee[-16:]}").json()
    assert (person["name"], person["skills"]) == (DEE, [])
    client = service.by(caller)
    assert (
        ask(client, f"ASK {{ <{dee}> <https://w3id.org/gse-skills/ontology#expertIn> ?skill }}").json()["boolean"]
        is False
    )
    assert ask(client, f"ASK {{ ?r <https://w3id.org/gse-skills/ontology#holder> <{dee}> }}").json()["boolean"] is False
    rows = list(csv.reader(io.StringIO(client.get("/expertise.csv?skill=LIF").text)))
    assert DEE not in [row[0] for row in rows]


def test_the_same_record_for_its_own_steward(service: Service) -> None:
    dee = person_of(service, DEE)
    assert [hit["name"] for hit in service.experts("steward:alder", "LIF-VIR-04")["items"]] == [DEE]
    client = service.by("steward:alder")
    skills = client.get(f"/api/v1/people/{dee[-16:]}").json()["skills"]
    assert [skill["skill"]["notation"] for skill in skills] == ["LIF-VIR-04"]
    assert (
        ask(client, f"ASK {{ <{dee}> <https://w3id.org/gse-skills/ontology#expertIn> ?skill }}").json()["boolean"]
        is True
    )


def test_an_emergency_record_is_for_emergencies(service: Service) -> None:
    for caller in {*BLIND, "steward:birch"} - {"steward:alder"}:
        assert service.experts(caller, "LIF-VIR-05")["total"] == 0
    for caller in ("operator", "steward:alder"):
        assert [hit["name"] for hit in service.experts(caller, "LIF-VIR-05")["items"]] == [ELI]


def test_counts_are_of_what_is_seen(service: Service) -> None:
    pattern = "?p <https://w3id.org/gse-skills/ontology#awarenessIn> <https://w3id.org/gse-skills/framework/LIF-VIR>"
    counts = {}
    for caller in (*BLIND, "steward:birch", "operator"):
        answer = service.experts(caller, "Virology", limit=500)
        assert answer["total"] == service.count(pattern, caller) == len(answer["items"])
        assert answer["total"] == sum(split["has"] for split in answer["organisations"])
        counts[caller] = answer["total"]
    assert counts == {
        "anonymous": 1,
        "member:alder": 4,
        "member:birch": 4,
        "steward:alder": 6,
        "steward:birch": 5,
        "operator": 7,
    }


def test_the_sheet_of_people_found_is_that_of_the_answer(service: Service) -> None:
    for caller in (*BLIND, "steward:birch"):
        text = service.by(caller).get("/expertise.csv?skill=Virology&min_level=Working").text
        head, *rows = csv.reader(io.StringIO(text))
        answer = service.experts(caller, "Virology", min_level="Working")
        assert [(row[0], row[5], row[7]) for row in rows] == [
            (hit["name"], hit["level"], hit["assessed_on"]) for hit in answer["items"]
        ]
        assert head[-1] == "Marking"
        assert {row[-1] for row in rows} == {"OFFICIAL"}


def test_hidden_data_changes_no_byte_of_any_answer(changing: Service) -> None:
    """For a colleague in the organisation that hides it; others are asked of everything in test_noninterference.py."""

    def everything(caller: str) -> dict[str, bytes]:
        client = changing.by(caller)
        told = {path: client.get(path).content for path in ADDRESSES}
        told |= {name: ask(client, query).content for name, query in QUERIES.items()}
        told["description"] = client.get("/sparql").content
        return told

    before = {caller: everything(caller) for caller in ("member:birch",)}
    rows = [(f"H{n}", f"Hidden Person {n}", "LIF-VIR-06", "Expert", "01/02/2025", "Self", "", "yes") for n in range(50)]
    sent = changing.send(
        "steward:birch", [*rows, ("X1", "Ivy Hidden", "no such skill", "Expert", "", "", "", "")], "birch"
    )
    assert sent.json()["counts"]["added"] == 50
    for caller, told in before.items():
        for what, content in everything(caller).items():
            assert content == told[what], f"{caller}: {what}"
