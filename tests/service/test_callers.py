"""Who asks: tokens everywhere, the cookie in the demo alone, the operator's key for the operator alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from gse_skills.access import Caller

if TYPE_CHECKING:
    from tests.service.conftest import Service

EXPERTS = "/api/v1/experts?skill=Virology"
SEEN = {
    "anonymous": ["Cat Alder"],
    "member:alder": ["Ann Alder", "Ben Alder", "Cat Alder", "Fay Birch"],
    "member:birch": ["Ann Alder", "Ben Alder", "Cat Alder", "Fay Birch"],
    "steward:alder": ["Ann Alder", "Ben Alder", "Cat Alder", "Dee Alder", "Eli Alder", "Fay Birch"],
    "steward:birch": ["Ann Alder", "Ben Alder", "Cat Alder", "Eve Birch", "Fay Birch"],
    "member:cedar": ["Cat Alder"],
    **{
        key: ["Ann Alder", "Ben Alder", "Cat Alder", "Fay Birch"]
        for key in (
            "lead:alder",
            "duty-officer:alder",
            "responder:birch/00000000000000aa",
        )
    },
    **{
        key: ["Cat Alder"]
        for key in (
            "administrator",
            "framework-owner",
            "duty-officer:cedar",
            "person:birch/00000000000000ff",
        )
    },
    "operator": ["Ann Alder", "Ben Alder", "Cat Alder", "Dee Alder", "Eli Alder", "Eve Birch", "Fay Birch"],
}
"""The people with a skill of virology whom each caller sees; there is no organisation cedar, no incident, and nobody of
those digits in birch."""
ASKED = (
    EXPERTS,
    "/api/v1/skills?q=virology",
    "/api/v1/skills/LIF-VIR",
    "/api/v1/organisations",
    "/api/v1/organisations/alder",
    "/api/v1/people/00000000000000ff",
    "/api/v1/imports/x/report.csv",
    "/sparql?query=ASK{}",
    "/expertise?skill=Virology",
    "/expertise.csv?skill=Virology",
    "/import",
    "/operator",
)
OPERATORS = (
    ("POST", "/operator/schemes", {"source": "/nonexistent", "slug": ""}),
    ("POST", "/operator/rebuild", None),
    ("POST", "/operator/backup", {"target": "/nonexistent/b.tar"}),
    ("GET", "/operator", None),
)


def names(client: httpx.Client, **headers: str) -> list[str]:
    response = client.get(EXPERTS, headers=headers)
    assert response.status_code == 200, response.text
    return sorted(hit["name"] for hit in response.json()["items"])


@pytest.mark.parametrize("caller", SEEN)
def test_a_token_shows_what_its_caller_may_see(service: Service, caller: str) -> None:
    assert names(service.by(caller)) == SEEN[caller]


@pytest.mark.parametrize("caller", [caller for caller in SEEN if caller != "operator"])
def test_in_the_demo_the_cookie_says_who_looks(demo: Service, caller: str) -> None:
    assert names(demo.look_as(caller)) == SEEN[caller]


@pytest.mark.parametrize("cookie", ["operator", "steward", "steward:", "administrator:alder", "nonsense"])
def test_a_cookie_that_names_no_caller_is_anonymous(demo: Service, cookie: str) -> None:
    assert names(demo.look_as(cookie)) == SEEN["anonymous"]


def test_outside_the_demo_the_cookie_says_nothing(service: Service) -> None:
    assert names(service.look_as("steward:birch")) == SEEN["anonymous"]


def test_in_the_demo_a_token_goes_before_the_cookie(demo: Service) -> None:
    client = demo.look_as("steward:birch")
    assert names(client, Authorization=f"Bearer {demo.token('steward:alder')}") == SEEN["steward:alder"]
    assert client.get(EXPERTS, headers={"Authorization": "Bearer gse_no"}).status_code == 401


@pytest.mark.parametrize("path", ASKED)
@pytest.mark.parametrize("said", ["Bearer gse_wrong", "Bearer", "Basic YTpi", "nonsense", "Bearer é"])
def test_a_token_that_is_not_valid_is_refused_and_not_anonymous(service: Service, path: str, said: str) -> None:
    headers = httpx.Headers([(b"Authorization", said.encode())])
    response = service.by("anonymous").get(path, headers=headers)
    assert (response.status_code, response.json()["rule"]) == (401, "bad-token")
    assert response.headers["www-authenticate"] == "Bearer"


def test_an_expired_token_and_a_revoked_one(service: Service) -> None:
    tokens = service.register.tokens
    _, expired = tokens.create(Caller.parse("member:alder"), days=-1)
    token, secret = tokens.create(Caller.parse("member:alder"))
    client = service.by("anonymous")
    assert client.get(EXPERTS, headers={"Authorization": f"Bearer {expired}"}).json()["rule"] == "bad-token"
    assert names(client, Authorization=f"bearer {secret}") == SEEN["member:alder"]
    tokens.revoke(token.name)
    assert client.get(EXPERTS, headers={"Authorization": f"Bearer {secret}"}).json()["rule"] == "bad-token"


def test_a_page_about_a_bad_token_is_shown_to_nobody_in_particular(service: Service) -> None:
    headers = {"Authorization": "Bearer gse_wrong", "Accept": "text/html"}
    response = service.by("anonymous").get("/expertise?skill=Virology", headers=headers)
    assert response.status_code == 401
    assert "You are viewing as: <strong>Anonymous</strong>" in response.text


@pytest.mark.parametrize(("method", "path", "body"), OPERATORS)
def test_to_all_but_the_operator_these_addresses_are_not_there(
    changing: Service, method: str, path: str, body: object
) -> None:
    nowhere = changing.by("steward:alder").post("/operator/nonsense").content
    for caller in ("anonymous", "member:alder", "steward:alder"):
        response = changing.by(caller).request(method, path, json=body)
        assert (response.status_code, response.content) == (404, nowhere)
    assert changing.by("operator").request(method, path, json=body).status_code != 404


def test_the_operator_of_one_service_is_nobody_at_another(service: Service, demo: Service) -> None:
    response = demo.by("anonymous").get("/operator", headers={"Authorization": f"Bearer {service.operator.secret}"})
    assert response.json()["rule"] == "bad-token"
    assert service.by("operator").get("/operator").status_code == 204
    assert service.operator.secret not in repr(service.operator)


def test_operators_are_not_made_by_tokens(service: Service) -> None:
    with pytest.raises(Exception, match="is not a caller"):
        service.token("operator:alder")


def test_choosing_whom_to_look_as(demo: Service) -> None:
    with httpx.Client(base_url=demo.url, trust_env=False) as visitor:
        page = visitor.get("/expertise?skill=Virology").text
        assert "View as" in page
        assert '<option value="steward:birch"' in page
        response = visitor.post("/look-as", data={"caller": "steward:birch", "next": "/expertise?skill=Virology"})
        assert (response.status_code, response.headers["location"]) == (303, "/expertise?skill=Virology")
        assert response.headers["set-cookie"] == "look_as=steward:birch; HttpOnly; Path=/; SameSite=strict"
        assert names(visitor) == SEEN["steward:birch"]
        assert '<option value="steward:birch" selected' in visitor.get("/").text
        assert "Steward of Birch Agency" in visitor.get("/import").text
        visitor.post("/look-as", data={"caller": "anonymous"})
        assert names(visitor) == SEEN["anonymous"]


@pytest.mark.parametrize(
    "next_",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\/evil.example", "evil", "/\t/evil.example"],
)
def test_after_the_choice_nobody_is_led_away(demo: Service, next_: str) -> None:
    response = demo.by("anonymous").post("/look-as", data={"caller": "anonymous", "next": next_})
    assert response.status_code == 303
    assert response.headers["location"] in ("/", "/%09/evil.example")


@pytest.mark.parametrize(
    ("caller", "status", "rule"),
    [("operator", 400, "unknown-caller"), ("member", 400, "unknown-caller"), ("member:日本", 422, "bad-parameter")],
)
def test_nobody_else_can_be_chosen(demo: Service, caller: str, status: int, rule: str) -> None:
    response = demo.by("anonymous").post("/look-as", data={"caller": caller})
    assert (response.status_code, response.json()["rule"]) == (status, rule)
    assert "set-cookie" not in response.headers


def test_outside_the_demo_nobody_is_chosen(service: Service) -> None:
    response = service.by("anonymous").post("/look-as", data={"caller": "steward:birch"})
    assert (response.status_code, response.json()["rule"]) == (404, "no-such-address")
    assert "set-cookie" not in response.headers
    assert "View as" not in service.by("anonymous").get("/").text


def test_an_organisation_that_comes_later_has_members_at_once(changing: Service) -> None:
    client = changing.by("member:linden")
    assert names(client) == names(changing.by("anonymous"))
    added = {"slug": "linden", "name": "Linden Office", "audience": "alliance"}
    assert changing.by("operator").post("/api/v1/organisations", json=added).status_code == 200
    assert names(client) == names(changing.by("member:alder")) != names(changing.by("anonymous"))
