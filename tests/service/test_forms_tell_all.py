"""Forms that are sent empty: all that is missing is told at once, each beside its field, in the order of the page."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.service.conftest import Service

PAGE = {"Accept": "text/html"}


def told(answer: httpx.Response) -> list[tuple[str, str]]:
    """The error summary: field and message of each."""
    assert answer.status_code == 400, answer.text
    summary = answer.text.split('class="govuk-error-summary"')[1].split("</ul>")[0]
    return [(field, html.unescape(said)) for field, said in re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)]


@pytest.mark.parametrize(
    ("caller", "path", "sent", "fields"),
    [
        (
            "member:alder",
            "/opportunities/new",
            {"places": "none"},
            "title scheme kind concepts level starts-day ends-day place places contact",
        ),
        ("steward:alder", "/organisations/alder/targets", {}, "skill level people by-day"),
        ("steward:alder", "/organisations/alder/coverage", {"mapped": "x", "since": "soon"}, "people mapped since-day"),
        ("duty-officer:alder", "/incidents", {}, "purpose reference hours"),
        ("administrator", "/administration/users", {}, "name role"),
        ("administrator", "/administration/users", {"name": "x", "role": "person"}, "name org person"),
        ("administrator", "/administration/tokens", {}, "role days"),
        ("administrator", "/administration/organisations", {}, "name slug audience"),
        ("steward:alder", "/sharing", {"scope": "person"}, "person audience"),
    ],
)
def test_all_that_is_missing_is_told_in_the_order_of_the_fields(
    service: Service, caller: str, path: str, sent: dict[str, str], fields: str
) -> None:
    answer = service.by(caller).post(path, data=sent, headers=PAGE)
    mistakes = told(answer)
    assert [field for field, _ in mistakes] == fields.split()
    places = [answer.text.index(f'id="{field}"') for field, _ in mistakes]
    assert places == sorted(places)
    assert not [said for _, said in mistakes if said.startswith(("That", "It is", "Nothing"))]


def test_what_is_asked_of_experts_is_told_at_once(service: Service) -> None:
    asked = {"skill": "LIF-VIR-01", "min_level": "Wizard", "as_of": "31/02/2025"}
    answer = service.by("member:alder").get("/expertise", params=asked, headers=PAGE)
    assert told(answer) == [
        ("min_level", "Choose one of the four levels"),
        ("as_of-day", "The day must be a real date"),
    ]


@pytest.mark.parametrize("asked", [{"q": ""}, {"q": " "}])
def test_an_empty_search_of_the_framework_is_told(service: Service, asked: dict[str, str]) -> None:
    answer = service.by("anonymous").get("/framework", params=asked, headers=PAGE)
    assert told(answer) == [("q", "Enter a skill, group or domain")]
    assert service.by("anonymous").get("/framework", headers=PAGE).status_code == 200


def test_two_skills_to_compare_are_asked_for(service: Service) -> None:
    client = service.by("anonymous")
    assert told(client.get("/framework/compare?a=&b=", headers=PAGE)) == [
        ("a", "Enter one skill"),
        ("b", "Enter another skill"),
    ]
    assert client.get("/framework/compare?a=LIF-VIR-01", headers=PAGE).status_code == 200


def test_a_day_in_three_fields_leads_to_the_address_to_share(service: Service) -> None:
    typed = {"as_of-day": "15", "as_of-month": "3", "as_of-year": "2025", "unit": ""}
    sent = service.by("steward:alder").get("/organisations/alder", params=typed, headers=PAGE)
    assert (sent.status_code, sent.headers["location"]) == (303, "/organisations/alder?as_of=2025-03-15")
    shown = service.by("steward:alder").get(sent.headers["location"], headers=PAGE).text
    assert re.search(r'id="as_of-month"[^>]* value="3"', shown)
