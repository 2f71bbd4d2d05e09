"""The demo shows every part of the service with something in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Service

ORGANISATION = "/api/v1/organisations/larkmoor"


@pytest.mark.parametrize(
    ("path", "least"),
    [
        (f"{ORGANISATION}/targets", 3),
        (f"{ORGANISATION}/calibration", 1),
        (f"{ORGANISATION}/endorsements", 2),
        (f"{ORGANISATION}/corrections", 1),
    ],
)
def test_there_is_something_to_see(alliance: Service, path: str, least: int) -> None:
    response = alliance.by("steward:larkmoor").get(path)
    assert response.status_code == 200, response.text
    assert len(response.json()["items"]) >= least


def test_somebody_proposed_a_skill(alliance: Service) -> None:
    assert "Wastewater-based epidemiology" in alliance.by("member:larkmoor").get("/api/v1/proposals").text


def test_somebody_has_a_plan(alliance: Service) -> None:
    asked = alliance.by("steward:larkmoor").get(f"{ORGANISATION}/endorsements").json()["items"]
    plans = [
        alliance.by("steward:larkmoor").get(f"/api/v1/people/{one['asker_person']}/plan").json()["goals"]
        for one in asked
    ]
    assert any(plans)


def test_whoever_has_not_signed_in_can_follow_opportunities(alliance: Service) -> None:
    assert "<entry>" in alliance.by("anonymous").get("/opportunities.atom").text


def test_who_offers_an_opportunity_knows_something_of_it(alliance: Service) -> None:
    client = alliance.by("member:larkmoor")
    for one in client.get("/api/v1/opportunities", params={"limit": 50}).json()["items"]:
        skill = one["develops"][0]["skill"]["notation"]
        found = client.get("/api/v1/experts", params={"skill": skill.rpartition("-")[0], "org": one["host"]}).json()
        assert found["total"] > 0, (one["title"], one["host"])
