"""Roles of our own framework have pages and data like every concept, and are nowhere offered as skills."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Service

API = "/api/v1"


@pytest.mark.parametrize("words", ["virologist", "ROL-LIF", "chief scientific adviser"])
def test_search_for_skills_gives_no_role(service: Service, words: str) -> None:
    found = service.by("anonymous").get(f"{API}/skills", params={"q": words, "limit": "50"}).json()
    assert found["items"]
    assert {item["kind"] for item in found["items"]} <= {"domain", "group", "skill", "concept"}


@pytest.mark.parametrize("name", ["ROL-LIF-01", "Chief scientific adviser", "Laboratory roles"])
def test_nobody_has_a_role_for_a_skill(service: Service, name: str) -> None:
    response = service.by("member:alder").get(f"{API}/experts", params={"skill": name})
    assert (response.status_code, response.json()["rule"]) == (404, "unknown-term")
    assert response.json()["nearest"]


def test_a_role_has_its_page_and_its_data(service: Service) -> None:
    page = service.by("anonymous").get("/framework/ROL-LIF-01", follow_redirects=True)
    assert page.status_code == 200
    assert "Virologist" in page.text
    told = service.by("anonymous").get(f"{API}/skills/ROL-LIF-01").json()
    assert (told["kind"], told["label"]) == ("role", "Virologist")


def test_families_of_roles_are_not_among_the_domains(service: Service) -> None:
    page = service.by("anonymous").get("/framework").text
    assert "Life sciences and health" in page
    assert "Life sciences and health roles" not in page
