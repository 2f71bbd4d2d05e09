"""Figures of another day over HTTP, on the page and on the command line of a service."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

from gse_skills.register import today
from gse_skills_service.pages.form import FormError, Reading
from gse_skills_service.pages.frame import FieldName
from gse_skills_service.pages.views import DateFields

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
        f"/candidates?role=ROL-LIF-01&as_of={THEN}&known_at={YESTERDAY}",
        f"/organisations/alder/calibration?as_of={THEN}&known_at={YESTERDAY}",
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
        ("/candidates?role=ROL-LIF-01&known_at={then}", "member:alder", 403, "not-whole"),
        ("/organisations/alder/calibration?known_at={then}", "lead:alder", 403, "not-whole"),
        ("/organisations/alder/calibration?known_at={then}", "member:alder", 403, "not-steward"),
        ("/organisations/alder/progress?until={tomorrow}", "anonymous", 400, "day-to-come"),
        ("/organisations/alder/trend?days={tomorrow}", "anonymous", 400, "day-to-come"),
        ("/experts?skill=LIF&as_of={tomorrow}", "anonymous", 400, "day-to-come"),
    ],
)
def test_what_cannot_be_told_is_refused(service: Service, path: str, caller: str, status: int, rule: str) -> None:
    asked = path.format(tomorrow=TOMORROW, then=THEN, ann=ann(service))
    response = service.by(caller).get(f"{API}{asked}")
    assert (response.status_code, response.json()["rule"]) == (status, rule)


OFFER = {
    "title": "A week in sequencing",
    "scheme": "stem-futures",
    "kind": "shadowing",
    "develops": [{"skill": "LIF-VIR-04", "level": "Working"}],
    "starts": "2027-03-01",
    "ends": "2027-03-05",
    "site": "Alder",
    "contact": "interchange@alder.example",
}
TARGET = {"concept": "LIF-VIR", "level": "Practitioner", "people": 3, "by": "2027-03-01"}
GOAL = {"skill": "LIF-VIR-03", "level": "Expert", "by": "2027-03-01", "how": "With a mentor"}
STATED: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "a target": ("/organisations/alder/targets", TARGET, ("by",)),
    "a unit": ("/organisations/alder/units", {"name": "Virology"}, ("since", "until")),
    "the end of a unit": ("/organisations/alder/units/end", {"name": "Virology"}, ("on",)),
    "a statement": ("/organisations/alder/coverage", {"headcount": 100}, ("stated_on",)),
    "an opportunity": ("/opportunities", OFFER, ("starts", "ends")),
    "a goal": ("/people/{ann}/plan", GOAL, ("begins", "by")),
}


@pytest.mark.parametrize("name", STATED)
def test_a_day_that_cannot_be_meant_is_not_stated(service: Service, name: str) -> None:
    path, body, days = STATED[name]
    path = path.format(ann=ann(service))
    for field in days:
        for day in ("9999-12-31", "2129-01-01", "1949-12-31", "1200-01-01"):
            asked = {**body, field: day}
            refused = service.by("steward:alder").post(f"{API}{path}", json=asked, params={"dry_run": "true"})
            assert (refused.status_code, refused.json()["rule"]) == (400, "day-out-of-range"), (field, day)
            assert refused.json()["remedy"] == "Check the year."
        edges = [
            service.by("steward:alder").post(f"{API}{path}", json={**body, field: day}, params={"dry_run": "true"})
            for day in ("2128-12-31", "1950-01-01")
        ]
        assert all(one.status_code == 200 or one.json()["rule"] != "day-out-of-range" for one in edges)


@pytest.mark.parametrize(
    "path",
    [
        "/opportunities?from=9999-01-01",
        "/opportunities?until=1200-01-01",
        "/people/{ann}/opportunities?skill=LIF-VIR-04&by=9999-12-31",
        "/audit?since=1200-01-01",
        "/audit?until=9999-12-31",
    ],
)
def test_a_day_that_cannot_be_meant_is_not_looked_for(service: Service, path: str) -> None:
    refused = service.by("steward:alder").get(f"{API}{path.format(ann=ann(service))}")
    assert (refused.status_code, refused.json()["rule"]) == (400, "day-out-of-range")


@pytest.mark.parametrize(("day", "rule"), [("9999-12-31", "future-date"), ("1200-01-01", "date-too-old")])
def test_a_judgement_is_of_a_day_on_which_it_can_have_been_made(service: Service, day: str, rule: str) -> None:
    asked = {"skill": "LIF-VIR-03", "level": "Working", "assessed_on": day}
    path = f"{API}/people/{ann(service)}/assessments"
    refused = service.by("steward:alder").post(path, json=asked, params={"dry_run": "true"})
    assert (refused.status_code, refused.json()["rule"]) == (400, rule)


def test_a_form_takes_no_day_that_cannot_be_meant() -> None:
    for year, told in (("9999", 1), ("1200", 1), ("2128", 0)):
        reading = Reading()
        reading.date(FieldName.STARTS, DateFields("1", "12", year), "the first day")
        if not told:
            reading.finish()
            continue
        with pytest.raises(FormError) as wrong:
            reading.finish()
        (mistake,) = wrong.value.mistakes
        assert (mistake.field, mistake.message[-15:]) == (FieldName.STARTS, "Check the year.")


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
