"""Administration over HTTP: who may come in as whom, told to the stewards concerned, and nobody's record by that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from gse_skills.audit import entries

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

DOORS = (
    ("GET", "users", None),
    ("POST", "users", {"name": "a@example.org", "caller": "member:alder"}),
    ("DELETE", "users/0000000000000000", None),
    ("GET", "tokens", None),
    ("POST", "tokens", {"caller": "member:alder"}),
    ("DELETE", "tokens/00000000", None),
    ("POST", "organisations", {"slug": "dogwood", "name": "Dogwood"}),
)
OTHERS = ("anonymous", "member:alder", "lead:alder", "steward:alder", "duty-officer:alder", "framework-owner")


@pytest.fixture(scope="module")
def office(serve: Serve) -> Iterator[Service]:
    with serve() as service:
        yield service


@pytest.mark.parametrize("caller", OTHERS)
@pytest.mark.parametrize(("method", "path", "body"), DOORS, ids=lambda value: str(value)[:20])
def test_only_administrators_pass(office: Service, caller: str, method: str, path: str, body: object) -> None:
    response = office.by(caller).request(method, f"/api/v1/{path}", json=body)
    assert (response.status_code, response.json()["rule"]) == (403, "not-administrator")


def test_a_grant_is_given_told_to_the_steward_and_taken(office: Service) -> None:
    client = office.by("administrator")
    user = client.post("/api/v1/users", json={"name": "Ann@example.org", "caller": "steward:alder"}).json()
    assert (user["name"], user["grants"]) == ("ann@example.org", ["steward:alder"])
    assert user in client.get("/api/v1/users").json()["items"]
    told = [entry.event for entry in entries(office.register.folder.audit, naming=[user["identifier"]])]
    assert told[-1].grant == "steward:alder"
    assert told[-1].organisations == ("alder",), "so that its stewards read of it"
    assert str(told[-1].caller) == "administrator"
    address = f"/api/v1/users/{user['identifier']}"
    assert client.delete(address, params={"caller": "steward:birch"}).json()["rule"] == "unknown-grant"
    assert client.delete(address, params={"caller": "steward:alder"}).status_code == 204
    assert client.delete(address).status_code == 204
    assert client.delete(address).json()["rule"] == "unknown-user"


def test_a_token_is_shown_once_and_worthless_when_revoked(office: Service) -> None:
    client = office.by("administrator")
    response = client.post("/api/v1/tokens", json={"caller": "member:alder", "note": "nightly", "days": 3})
    assert response.headers["cache-control"] == "no-store"
    token = response.json()
    headers = {"Authorization": f"Bearer {token['secret']}"}
    assert office.by("anonymous").get("/api/v1/organisations", headers=headers).status_code == 200
    listed = client.get("/api/v1/tokens")
    assert token["secret"] not in listed.text
    assert token | {"secret": None} in listed.json()["items"]
    assert client.delete(f"/api/v1/tokens/{token['name']}").status_code == 204
    assert office.by("anonymous").get("/api/v1/organisations", headers=headers).status_code == 401
    assert client.delete(f"/api/v1/tokens/{token['name']}").json()["rule"] == "unknown-token"


@pytest.mark.parametrize("caller", ["operator", "anonymous", "administrator:alder", "steward", "root"])
def test_nobody_is_granted_what_nobody_can_be(office: Service, caller: str) -> None:
    body = {"name": "ann@example.org", "caller": caller}
    assert office.by("administrator").post("/api/v1/users", json=body).json()["rule"] == "unknown-caller"


@pytest.mark.parametrize(
    ("caller", "rule"),
    [("member:nowhere", "unknown-organisation"), (f"person:alder/{'0' * 16}", "unknown-person")],
)
@pytest.mark.parametrize("address", ["/api/v1/tokens", "/api/v1/users"])
def test_nothing_is_granted_for_nobody(office: Service, address: str, caller: str, rule: str) -> None:
    answer = office.by("administrator").post(address, json={"name": "ann@example.org", "caller": caller})
    assert (answer.status_code, answer.json()["rule"]) == (404, rule)


def test_an_organisation_is_added_once(office: Service) -> None:
    client, body = office.by("administrator"), {"slug": "linden", "name": "Linden Office", "audience": "alliance"}
    assert client.post("/api/v1/organisations", json=body).json()["slug"] == "linden"
    assert client.post("/api/v1/organisations", json=body).json()["rule"] == "organisation-exists"
    assert client.post("/api/v1/organisations", json=body | {"slug": "No Slug"}).json()["rule"] == "bad-slug"


def test_an_administrator_reads_nobodys_record_by_that(office: Service) -> None:
    assert office.experts("administrator", "Virology") == office.experts("anonymous", "Virology")
