"""Figures of another day over HTTP, on the page and on the command line of a service."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

from gse_skills.register import today

if TYPE_CHECKING:
    from tests.service.conftest import Service

API = "/api/v1"
TOMORROW = (today() + datetime.timedelta(1)).isoformat()
YESTERDAY = (today() - datetime.timedelta(1)).isoformat()
THEN = "2025-03-15"


def ann(service: Service) -> str:
    hits = service.experts("steward:alder", "COVID PCR testing", org="alder")["items"]
    return next(str(hit["person"])[-16:] for hit in hits if hit["name"] == "Ann Alder")


def get(service: Service, path: str, caller: str = "steward:alder") -> Any:
    response = service.by(caller).get(f"{API}{path}")
    assert response.status_code == 200, response.text
    return response.json()


def test_every_figure_says_of_which_day_it_is(service: Service) -> None:
    person, capability = f"/people/{ann(service)}", "/organisations/alder/capability?concept=LIF-VIR"
    told = get(service, f"{capability}&as_of={THEN}")
    assert (told["as_of"], told["known_at"], told["people"], told["mapped"]) == (THEN, None, 2, 2)
    known = get(service, f"{capability}&known_at={YESTERDAY}")
    assert (known["as_of"], known["known_at"], known["people"]) == (YESTERDAY, YESTERDAY, 0)
    now, today_known = get(service, capability), get(service, f"{capability}&known_at={today().isoformat()}")
    assert (now["as_of"], today_known["lines"], today_known["data"]) == (None, now["lines"], now["data"])
    covered = get(service, f"/coverage?organisations=alder&known_at={today().isoformat()}")
    assert (
        covered["organisations"][0]["cells"]
        == get(service, "/coverage?organisations=alder")["organisations"][0]["cells"]
    )
    for path in (
        f"{person}/gap?role=ROL-LIF-01&as_of={THEN}",
        f"{person}/pathways?as_of={THEN}",
        f"/candidates?role=ROL-LIF-01&as_of={THEN}",
        f"/organisations/alder/calibration?as_of={THEN}",
        f"/organisations/alder/targets?as_of={THEN}",
        f"/experts?skill=LIF&as_of={THEN}",
    ):
        assert get(service, path)["as_of"] == THEN, path
    nothing = get(service, f"{person}/gap?role=ROL-LIF-01&known_at={YESTERDAY}")
    assert {one["held"] for one in nothing["essential"]} == {None}
    assert {one["held"] for one in get(service, f"{person}/gap?role=ROL-LIF-01")["essential"]} != {None}


@pytest.mark.parametrize(
    ("path", "caller", "status", "rule"),
    [
        ("/organisations/alder/capability?as_of={tomorrow}", "steward:alder", 400, "day-to-come"),
        ("/organisations/alder/capability?known_at={tomorrow}", "steward:alder", 400, "day-to-come"),
        ("/organisations/alder/capability?as_of=1800-01-01", "steward:alder", 400, "before-any-record"),
        ("/organisations/alder/capability?as_of=1800-01-01&format=csv", "steward:alder", 400, "before-any-record"),
        ("/organisations/alder/capability?known_at={then}", "member:alder", 403, "not-whole"),
        ("/coverage?known_at={then}", "anonymous", 403, "not-whole"),
        ("/coverage?as_of=1800-01-01", "anonymous", 400, "before-any-record"),
        ("/people/{ann}/gap?as_of={then}", "steward:alder", 400, "role-missing"),
        ("/people/{ann}/gap?role=ROL-LIF-01&known_at={then}", "member:alder", 403, "not-whole"),
        ("/people/{ann}/pathways?known_at={then}", "member:birch", 403, "not-whole"),
        ("/candidates?role=ROL-LIF-01&as_of={tomorrow}", "anonymous", 400, "day-to-come"),
        ("/organisations/alder/progress?until={tomorrow}", "anonymous", 400, "day-to-come"),
        ("/organisations/alder/trend?days={tomorrow}", "anonymous", 400, "day-to-come"),
        ("/experts?skill=LIF&as_of={tomorrow}", "anonymous", 400, "day-to-come"),
    ],
)
def test_what_cannot_be_told_is_refused(service: Service, path: str, caller: str, status: int, rule: str) -> None:
    asked = path.format(tomorrow=TOMORROW, then=THEN, ann=ann(service))
    response = service.by(caller).get(f"{API}{asked}")
    assert (response.status_code, response.json()["rule"]) == (status, rule)


def test_the_page_of_an_organisation_shows_another_day(service: Service) -> None:
    page = service.by("steward:alder")
    shown = page.get(f"/organisations/alder?as_of={THEN}&known_at={today().isoformat()}").text
    assert f"as of 15 March 2025, as known on {today():%-d %B %Y}" in shown
    assert f"as_of={THEN}&amp;known_at={today().isoformat()}" in shown
    for field, day in (("as_of", TOMORROW), ("known_at", TOMORROW), ("as_of", "1800-01-01")):
        wrong = page.get(f"/organisations/alder?{field}={day}")
        assert wrong.status_code == 400
        assert f'href="#{field}-day"' in wrong.text
    assert 'name="known_at-day"' not in service.by("member:alder").get("/organisations/alder").text


def test_a_unit_ends_in_two_looks(workshop: Service, lab: str) -> None:
    sheet = b"Staff number,Name,Team,Skill,Level\n1,Una End,Old Section,Metrology,Working\n"
    assert workshop.send("operator", sheet, lab).json()["counts"]["person-added"] == 1
    path = f"{API}/organisations/{lab}/units"
    keeper = workshop.by(f"steward:{lab}")
    assert keeper.post(path, json={"name": "New Section"}).status_code == 200
    asked = {"name": "old section", "on": today().isoformat(), "into": "New Section"}
    dry = keeper.post(f"{path}/end", json=asked, params={"dry_run": "true"}).json()
    assert (dry["unit"], dry["people"], dry["dry_run"]) == ("Old Section", 1, True)
    without = keeper.post(f"{path}/end", json={**asked, "into": None})
    assert (without.status_code, without.json()["rule"], without.json()["people"]) == (409, "unit-not-empty", 1)
    done = keeper.post(f"{path}/end", json=asked).json()
    assert {one["unit"]: one["until"] for one in done["places"]} == {
        "New Section": None,
        "Old Section": today().isoformat(),
    }
    found = keeper.get(f"{API}/organisations/{lab}/capability").json()["units"]
    assert {one["name"]: one["own"] for one in found} == {"New Section": 1}
