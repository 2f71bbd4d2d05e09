"""Every caller x every audience: of four people with a record each, whom is told of at every door to records.

Whom each caller sees stands under [sees] and [holds] in tests/data/policy/doors.toml.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from gse_skills.vocabulary import GSE

if TYPE_CHECKING:
    from tests.service.policy.conftest import Policy, World

AUDIENCES = ("private", "emergency", "alliance", "public")
NAMES = "SELECT ?p ?n { ?r gse:skill ?s ; gse:holder ?p . ?p foaf:name ?n }"
SHORTCUT = f"SELECT ?p ?n {{ ?p <{GSE.expertIn}> <https://w3id.org/gse-skills/framework/LIF-VIR> ; foaf:name ?n }}"
GRAPHS = "SELECT ?p ?n { GRAPH ?g { ?p foaf:name ?n } }"
LISTS = {
    "experts": "/api/v1/experts?skill=LIF-VIR&limit=100",
    "experts at home": "/api/v1/experts?skill=LIF-VIR&org=cedar",
    "experts of a day": "/api/v1/experts?skill=LIF-VIR&as_of=2025-06-01",
    "page": "/expertise?skill=LIF-VIR&org=cedar",
    "sheet": "/expertise.csv?skill=LIF-VIR",
    "sheet of the interface": "/api/v1/experts?skill=LIF-VIR&format=csv",
    "experts of any": "/api/v1/experts?skill=LIF-VIR&skill=LIF&match=any&facets=true&limit=100",
    **{f"sparql {number}": f"/sparql?query={quote(text)}" for number, text in enumerate((NAMES, SHORTCUT, GRAPHS))},
}
"""Answers that list people: just those whom the caller sees."""
SINGLE = {
    "person": "/api/v1/people/{person}",
    "document": "/doc/id/person/{person}.ttl",
    "page of the document": "/doc/id/person/{person}.html",
    "name": "/id/id/person/{person}",
    "record": "/doc/id/record/{record}.ttl",
    "description": "/sparql?query=DESCRIBE%20%3Chttps%3A%2F%2Fw3id.org%2Fgse-skills%2Fid%2Fperson%2F{person}%3E",
}
"""Answers about one person: there for just those who see them."""
WHOLE = ("/api/v1/people/{person}/record", "/people/{person}/record", "/api/v1/people/{person}/record?format=csv")
PUBLISHED = (
    "/downloads/twins.jsonld",
    "/dataset",
    "/reconcile?queries=" + quote('{"q": {"query": "private cedar"}}'),
    "/reconcile/suggest/entity?prefix=private",
    "/api/v1/skills?q=private cedar",
    "/framework?q=private cedar",
    "/framework/LIF-VIR-01",
    "/framework/tree?q=private cedar",
    "/query/completions?q=private",
    "/def/",
    "/api/v1/organisations",
    "/opportunities.atom",
)
"""Of nobody, to nobody."""
WITHIN = ("/api/v1/proposals", "/proposals")
"""Of nobody, to whoever belongs to the alliance."""
FIGURES = "/api/v1/organisations/cedar/capability?concept=LIF-VIR"


@pytest.fixture(scope="module")
def records(world: World) -> dict[str, str]:
    """By audience, the digits of the one record that reaches it."""
    query = "SELECT ?p ?r { ?r gse:holder ?p }"
    rows = world.service.by("operator").get("/sparql", params={"query": query}).json()["results"]["bindings"]
    found = {row["p"]["value"][-16:]: row["r"]["value"][-16:] for row in rows}
    return {audience: found[world.known[audience]] for audience in AUDIENCES}


def test_whoever_sees_a_record_finds_it_and_nobody_else(world: World, policy: Policy, who: str) -> None:
    client, sees = world.client(who), policy.sees[who]
    # Every page leads a person to their own record.
    own = world.found_in(client.get("/cookies").text) - sees
    answers = {what: client.get(address) for what, address in LISTS.items()}
    assert {what: one.status_code for what, one in answers.items() if one.status_code != 200} == {}
    assert {what: world.found_in(one.text) - own for what, one in answers.items()} == dict.fromkeys(LISTS, sees)
    posted = client.post("/query", data={"query": GRAPHS}).text
    assert world.found_in(posted) - own == sees


def test_one_person_is_there_for_whoever_sees_them(
    world: World, policy: Policy, records: dict[str, str], who: str
) -> None:
    client = world.client(who)
    for what, address in SINGLE.items():
        there = set()
        for audience in AUDIENCES:
            known = {"person": world.known[audience], "record": records[audience]}
            response = client.get(address.format(**known))
            assert response.status_code in (200, 303, 404), what
            if response.status_code == 303 or (response.is_success and world.found_in(response.text)):
                there.add(audience)
        assert there == policy.sees[who], what


def test_a_record_whole_is_for_its_person_and_their_stewards(world: World, policy: Policy, who: str) -> None:
    client = world.client(who)
    for address in WHOLE:
        answers = {audience: client.get(address.format(person=world.known[audience])) for audience in AUDIENCES}
        assert {audience for audience, one in answers.items() if one.status_code == 200} == policy.holds[who]
        assert {one.status_code for one in answers.values()} <= {200, 404}
    mine = client.get("/api/v1/me")
    own = policy.holds[who] if mine.status_code == 200 else frozenset()
    assert world.found_in(mine.text) == own


def test_what_is_published_tells_of_nobody(world: World, who: str) -> None:
    client = world.client(who)
    own = world.found_in(client.get("/cookies").text)
    for address in PUBLISHED:
        response = client.get(address)
        # Words that were searched for come back as such.
        assert response.status_code == 200, address
        assert world.found_in(re.sub("(?i)private cedar", "", response.text)) <= own, address


def test_what_is_told_within_the_alliance_tells_of_nobody(world: World, who: str) -> None:
    client = world.client(who)
    own = world.found_in(client.get("/cookies").text)
    without = {"anonymous": 401, "stranger": 403}.get(who, 200)
    for address in WITHIN:
        response = client.get(address)
        assert response.status_code == without, address
        assert world.found_in(response.text) <= own, address


def test_figures_name_whom_the_caller_sees(world: World, policy: Policy, who: str) -> None:
    response = world.client(who).get(FIGURES)
    assert response.status_code == 200, response.text
    body = response.json()
    assert body["mapped"] == len(policy.sees[who])
    named = {audience for audience in AUDIENCES if world.known[audience] in response.text}
    assert named <= policy.sees[who]
