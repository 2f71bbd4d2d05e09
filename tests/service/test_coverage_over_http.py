"""Declared and derived coverage over HTTP: API, SPARQL, reports and pages, for whoever may know of it."""

from __future__ import annotations

import csv
import datetime
import html
import io
from typing import TYPE_CHECKING, Any

import pytest

from gse_skills.register import today
from gse_skills.vocabulary import GSE, ID

if TYPE_CHECKING:
    from tests.service.conftest import Service

HEADINGS = ("Staff number", "Name", "Team", "Skill", "Level", "Date assessed")
ROWS = [
    HEADINGS,
    ("P1", "Pat Person", "Virology", "LIF-VIR-01", "Practitioner", "31/01/2025"),
    ("P2", "Quinn Other", "Serology", "LIF-VIR-01", "Expert", "31/01/2025"),
]
STATED = f"""PREFIX gse: <{GSE}>
SELECT ?mapped ?headcount {{ ?statement a gse:CoverageStatement ; gse:coverageOf <%s> ; gse:unit "Serology" ;
  gse:peopleMapped ?mapped ; gse:headcount ?headcount }}"""


@pytest.fixture
def slug(workshop: Service, lab: str) -> str:
    """An organisation in which Serology declares fifteen people, of whom twelve were asked of chemistry."""
    sheet = "\n".join(",".join(row) for row in ROWS).encode()
    assert workshop.send(f"steward:{lab}", sheet, lab).status_code == 200
    for said in ({"headcount": 40}, {"unit": "serology", "headcount": 15, "branch": "CHM", "mapped": 12}):
        answer = workshop.by(f"steward:{lab}").post(f"/api/v1/organisations/{lab}/coverage", json=said)
        assert answer.status_code == 200, answer.text
    return lab


def own(service: Service, slug: str, role: str) -> Any:
    return service.by(f"{role}:{slug}").get(f"/api/v1/organisations/{slug}/coverage")


def test_who_sees_all_records_gets_every_number(workshop: Service, slug: str) -> None:
    body = own(workshop, slug, "steward").json()
    assert [(one["unit"], one["headcount"], one["mapped"]) for one in body["declared"]] == [
        ("", 40, None),
        ("Serology", 15, 12),
    ]
    told = {(one["unit"], one["branch"]["notation"]): one for one in body["statements"]}
    whole, team = told["", "LIF"], told["Serology", "CHM"]
    assert (whole["headcount"], whole["known"], whole["mapped"], whole["standing"]) == (40, 2, 2, "mapped")
    assert whole["headcount_declared_on"] == team["asked_declared_on"] == today().isoformat()
    assert (team["headcount"], team["mapped"], team["asked"], team["standing"]) == (15, 0, 12, "none")
    assert told["Virology", "CHM"]["standing"] == "not-mapped"
    assert told["Virology", "CHM"]["headcount_declared_on"] is None
    assert body["framework_version"]


def test_members_get_headcounts_and_strangers_nothing(workshop: Service, slug: str) -> None:
    for role in ("member", "lead"):
        body = own(workshop, slug, role).json()
        assert [(one["headcount"], one["mapped"]) for one in body["declared"]] == [(40, None), (15, None)]
        assert body["statements"] == []
        page = workshop.by(f"{role}:{slug}").get(f"/organisations/{slug}/coverage").text
        assert ("Serology" in page, "12 of 15" in page) == (True, False)
    assert "12 of 15" in workshop.by(f"steward:{slug}").get(f"/organisations/{slug}/coverage").text
    refused = workshop.by("anonymous").get(f"/api/v1/organisations/{slug}/coverage")
    assert (refused.status_code, refused.json()["rule"]) == (403, "not-member")
    answer = workshop.by(f"member:{slug}").post(f"/api/v1/organisations/{slug}/coverage", json={"headcount": 50})
    assert answer.json()["rule"] == "not-steward"


def test_sparql_over_the_views_says_the_same(workshop: Service, slug: str) -> None:
    query = STATED % ID[f"organisation/{slug}"]
    csv_ = {"Accept": "text/csv"}
    steward = workshop.by(f"steward:{slug}").get("/sparql", params={"query": query}, headers=csv_).text
    assert {row["headcount"] for row in csv.DictReader(io.StringIO(steward))} == {"15"}
    member = workshop.by(f"member:{slug}").get("/sparql", params={"query": query}, headers=csv_).text
    assert member.splitlines() == ["mapped,headcount"]


def test_capability_and_coverage_tell_none_from_not_mapped(workshop: Service, slug: str) -> None:
    steward = workshop.by(f"steward:{slug}")
    path = f"/api/v1/organisations/{slug}/capability"
    team = steward.get(path, params={"unit": "Serology"}).json()
    assert [(one["concept"]["notation"], one["asked"]) for one in team["none"]] == [("CHM", 12)]
    assert team["headcount"] == {"people": 15, "declared_on": today().isoformat()}
    assert "CHM" not in {one["notation"] for one in team["not_mapped"]}
    whole = steward.get(path).json()
    assert whole["headcount"]["people"] == 40
    assert {one["name"]: one["headcount"] and one["headcount"]["people"] for one in whole["units"]} == {
        "Serology": 15,
        "Virology": None,
    }
    assert steward.get(path, params={"only": True}).json()["rule"] == "unit-missing"
    assert steward.get(path, params={"unit": "Serology", "only": True}).json()["headcount"] is None
    before = steward.get(path, params={"as_of": (today() - datetime.timedelta(1)).isoformat()}).json()
    assert before["headcount"] is None
    row = steward.get("/api/v1/coverage", params={"organisations": slug}).json()["organisations"][0]
    assert row["headcount"]["people"] == 40


def test_pages_show_what_is_declared(workshop: Service, slug: str) -> None:
    steward = workshop.by(f"steward:{slug}")
    team = html.unescape(steward.get(f"/organisations/{slug}?unit=Serology", headers={"Accept": "text/html"}).text)
    assert "Declared headcount: 15 people, on" in team
    assert "12 asked, declared on" in team
    stranger = workshop.by("anonymous").get(f"/organisations/{slug}", headers={"Accept": "text/html"}).text
    assert "Declared headcount" not in stranger
    heat = steward.get("/organisations", headers={"Accept": "text/html"}).text
    assert "(declared: 40)" in heat


def test_progress_comes_by_category(workshop: Service, slug: str) -> None:
    path = f"/api/v1/organisations/{slug}/progress"
    body = workshop.by(f"steward:{slug}").get(path, params={"by_category": True, "concept": "LIF-VIR"}).json()
    assert sum(one["people"] for one in body["categories"]) == 2
    assert {one["category"] for one in body["categories"]} <= {"Deep Specialist", "Specialist", "Affiliate", None}
    assert workshop.by(f"steward:{slug}").get(path).json()["categories"] == []
