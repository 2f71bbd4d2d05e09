"""The pages of incidents, and what every page says to whom while one goes on, in the demo as a visitor meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

FORM = {"purpose": "Outbreak in a harbour", "reference": "INC-7", "hours": "2"}


@pytest.fixture(scope="module")
def stage(serve: Serve) -> Iterator[Service]:
    with serve(demo=True) as service:
        yield service


@pytest.fixture
def visitor(stage: Service) -> httpx.Client:
    return stage.look_as("duty-officer:alder")


def choose(visitor: httpx.Client, caller: str) -> None:
    visitor.cookies.clear()
    assert visitor.post("/look-as", data={"caller": caller}).status_code == 303


def test_a_visitor_opens_an_incident_responds_to_it_and_closes_it(visitor: httpx.Client) -> None:
    sent = visitor.post("/incidents", data=FORM)
    assert sent.status_code == 303, sent.text
    page = visitor.get(sent.headers["location"]).text
    assert "Nobody yet." in page
    assert visitor.post(f"{sent.headers['location']}/responders", data={"name": "ann@example.org"}).status_code == 303
    page = visitor.get(sent.headers["location"]).text
    assert re.search(r"ann@example\.org: Responder of Alder Laboratory in incident INC-7 until \d\d:\d\d UTC", page)
    identifier = sent.headers["location"].rpartition("/")[2]
    assert f'<option value="responder:birch/{identifier}"' in page
    choose(visitor, f"responder:birch/{identifier}")
    found = visitor.get("/expertise?skill=Virology").text
    assert "Eli Alder" in found
    assert "Everything you look at is logged." in found
    assert "Outbreak in a harbour (INC-7)" in found
    choose(visitor, "steward:birch")
    told = visitor.get("/framework").text
    assert "Its responders see the records kept for emergencies." in told
    assert visitor.post(f"/incidents/{identifier}/close").status_code == 403
    choose(visitor, "duty-officer:alder")
    assert visitor.post(f"/incidents/{identifier}/close").status_code == 303
    choose(visitor, f"responder:birch/{identifier}")
    after = visitor.get("/expertise?skill=Virology").text
    assert "Eli Alder" not in after
    assert "is over since" in after
    choose(visitor, "steward:birch")
    assert "Incident over" in visitor.get("/framework").text
    log = visitor.get("/audit").text
    assert "Opened an incident" in log
    assert "An incident ended" in log


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"purpose": ""}, "purpose"),
        ({"hours": "many"}, "hours"),
        ({"hours": "25"}, "hours"),
        ({"hours": "inf"}, "hours"),
        ({"hours": "nan"}, "hours"),
        ({"name": "ann@example.org\nnobody"}, "name"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(visitor: httpx.Client, more: dict[str, str], field: str) -> None:
    response = visitor.post("/incidents", data=FORM | more)
    assert response.status_code == 400
    assert f'<a href="#{field}">' in response.text
    assert "<title>Error: Incidents" in response.text


def test_who_opens_none_gets_no_form(stage: Service) -> None:
    for caller in ("member:alder", "steward:alder"):
        page = stage.look_as(caller).get("/incidents")
        assert page.status_code == 200
        assert "Open an incident" not in page.text
        assert stage.look_as(caller).post("/incidents", data=FORM).status_code == 403
    assert stage.look_as("anonymous").get("/incidents").status_code == 403
    assert stage.look_as("member:alder").get("/incidents/0000000000000000").status_code == 404


@pytest.mark.parametrize(
    ("caller", "words"),
    [
        ("member:alder", "Member of Alder Laboratory"),
        ("lead:alder", "Profession lead of Alder Laboratory"),
        ("steward:alder", "Steward of Alder Laboratory"),
        ("duty-officer:birch", "Duty officer of Birch Agency"),
        ("administrator", "Administrator"),
        ("framework-owner", "Owner of the framework"),
        ("anonymous", "Anonymous"),
    ],
)
def test_every_role_is_offered_and_worded(stage: Service, caller: str, words: str) -> None:
    page = stage.look_as(caller).get("/cookies").text
    assert f'<option value="{caller}" selected>{words}</option>' in page


def test_a_handful_of_people_is_offered(stage: Service) -> None:
    page = stage.look_as("anonymous").get("/cookies").text
    people = re.findall(r'<option value="(person:[a-z]+/[0-9a-f]{16})"[^>]*>Yourself: ([^<]+)<', page)
    by_organisation = {slug: [one for one, _ in people if f":{slug}/" in one] for slug in ("alder", "birch")}
    assert {slug: len(those) for slug, those in by_organisation.items()} == {"alder": 3, "birch": 2}
    mine, name = people[0]
    assert f'<option value="{mine}" selected>Yourself: {name}</option>' in stage.look_as(mine).get("/cookies").text
