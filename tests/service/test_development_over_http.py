"""Gaps, pathways, plans and progress over HTTP: API and pages, for whoever may see the person, and for the others."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gse_skills.imports.state import read_people

if TYPE_CHECKING:
    from tests.service.conftest import Service

PAGE = {"Accept": "text/html"}
ROWS = [
    ("Staff number", "Name", "Grade", "Skill", "Level", "Date assessed", "Assessed by", "Audience"),
    ("P1", "Pat Person", "HEO", "LIF-VIR-01", "Practitioner", "31/01/2025", "Line manager", "alliance"),
    ("P1", "Pat Person", "HEO", "LIF-VIR-02", "Working", "31/01/2025", "Self", ""),
    ("P2", "Quinn Hidden", "HEO", "LIF-VIR-01", "Expert", "31/01/2025", "Self", "private"),
]
GOAL = {"skill": "LIF-VIR-02", "level": "Expert", "by": "2100-06-30", "how": "A placement"}


class Desk:
    """An organisation of its own with two people in it, and a client for each caller."""

    def __init__(self, service: Service, lab: str) -> None:
        self.service, self.lab = service, lab
        sheet = "\n".join(",".join(row) for row in ROWS).encode()
        assert service.send(f"steward:{lab}", sheet, lab).status_code == 200
        known = {one.person.name: one.person.identifier.value for one in read_people(service.register.store, lab)}
        self.pat, self.quinn = (f"{known[name]:016x}" for name in ("Pat Person", "Quinn Hidden"))

    def by(self, role: str) -> httpx.Client:
        callers = {"pat": f"person:{self.lab}/{self.pat}", "steward": f"steward:{self.lab}"}
        return self.service.by(callers.get(role, role))

    def get(self, caller: str, what: str, person: str = "", /, **asked: Any) -> httpx.Response:
        return self.by(caller).get(f"/api/v1/people/{person or self.pat}/{what}", params=asked)

    def plan(self, role: str = "pat", **said: Any) -> httpx.Response:
        return self.by(role).post(f"/api/v1/people/{self.pat}/plan", json={**GOAL, **said})


@pytest.fixture
def desk(workshop: Service, lab: str) -> Desk:
    return Desk(workshop, lab)


def test_the_gap_says_what_is_missing_and_how_it_was_judged(desk: Desk) -> None:
    body = desk.get("pat", "gap", role="Virologist").json()
    assert (body["name"], body["role"]["notation"], body["whole"], body["fits"]) == (
        "Pat Person",
        "ROL-LIF-01",
        True,
        False,
    )
    needs = {one["skill"]["notation"]: one for one in body["essential"]}
    assert (needs["LIF-VIR-01"]["standing"], needs["LIF-VIR-01"]["basis"]) == ("met", "Manager")
    assert (needs["LIF-VIR-02"]["standing"], needs["LIF-VIR-02"]["missing"]) == ("below", 1)
    assert (needs["LIF-SAF-01"]["standing"], needs["LIF-SAF-01"]["held"]) == ("not mapped", None)
    other = desk.get("member:alder", "gap", role="ROL-LIF-01").json()
    assert not other["whole"]
    assert body["missing"] <= other["missing"]
    ways = desk.get("pat", "pathways", limit=3).json()
    assert 0 < len(ways["pathways"]) <= 3
    assert ways["pathways"][0]["moves"][-1]["role"] == ways["pathways"][0]["role"]
    assert desk.get("pat", "progress").json()["skills"][0]["levels"][0]["level"] == "Practitioner"


def test_hidden_people_answer_as_unknown_ones(desk: Desk) -> None:
    told = set()
    # The alliance sees Quinn's card, and strangers do not; a plan is for nobody but Quinn and the stewards.
    doors = [(what, "anonymous") for what in ("gap", "pathways", "progress", "plan")]
    doors += [("plan", caller) for caller in ("member:alder", "steward:alder", "pat")]
    for what, caller in doors:
        for person in (desk.quinn, "0" * 16, "nobody"):
            response = desk.get(caller, what, person)
            told.add((response.status_code, response.text))
            page = desk.by(caller).get(f"/people/{person}/{what}", headers=PAGE)
            assert page.status_code == 404, (caller, person, what)
    assert [(status, "unknown-person" in text) for status, text in told] == [(404, True)]


def test_a_look_by_another_organisation_is_told_in_the_log(desk: Desk) -> None:
    def looks() -> int:
        return sum(one["action"] == "read-person" for one in desk.by("pat").get("/api/v1/me").json()["looks"])

    before = looks()
    desk.get("member:alder", "gap", role="ROL-LIF-01")
    desk.get("member:alder", "pathways")
    desk.get("pat", "gap", role="ROL-LIF-01")
    assert looks() == before + 2
    desk.get("steward", "plan")
    assert looks() == before + 3


def test_a_plan_is_written_by_version(desk: Desk) -> None:
    first = desk.plan()
    assert first.status_code == 200
    body = first.json()
    assert first.headers["etag"] == f'"{body["version"]}"'
    [goal] = body["goals"]
    assert (goal["level"], goal["state"], goal["now"], goal["stated_by"]) == ("Expert", "planned", "Working", "person")
    address = f"/api/v1/people/{desk.pat}/plan"
    steward, pat = desk.by("steward"), desk.by("pat")
    change = {"goal": goal["id"], "state": "under way"}
    assert pat.patch(address, json=change).status_code == 428
    seen = {"If-Match": first.headers["etag"]}
    tried = steward.patch(address, json=change, headers=seen, params={"dry_run": True})
    assert (tried.status_code, tried.json()["dry_run"]) == (200, True)
    changed = steward.patch(address, json=change, headers=seen)
    assert changed.json()["goals"][0]["stated_by"] == "steward"
    late = pat.patch(address, json={**change, "state": "dropped"}, headers=seen)
    assert (late.status_code, late.json()["rule"]) == (412, "plan-changed")
    assert pat.get(address).json() == {**changed.json(), "dry_run": False}


@pytest.mark.parametrize(
    ("said", "status", "rule"),
    [
        ({"by": "2020-01-01", "begins": "2019-01-01"}, 400, "date-past"),
        ({"begins": "2101-01-01"}, 400, "dates-out-of-order"),
        ({"level": "Working"}, 409, "level-already-held"),
        ({"skill": "zzzzqqq"}, 404, "unknown-term"),
        ({"how": ""}, 400, "how-missing"),
        ({"evidence": ["javascript:alert(1)"]}, 400, "bad-evidence"),
    ],
)
def test_a_bad_goal_is_told_by_its_own_rule(desk: Desk, said: dict[str, Any], status: int, rule: str) -> None:
    response = desk.plan(**said)
    assert (response.status_code, response.json()["rule"]) == (status, rule)
    assert desk.get("pat", "plan").json()["goals"] == []


def test_the_pages_show_gap_plan_and_who_is_close(desk: Desk) -> None:
    pat = desk.by("pat")
    page = pat.get(f"/people/{desk.pat}/gap", params={"role": "Virologist"}, headers=PAGE)
    assert page.status_code == 200
    text = html.unescape(page.text)
    assert "Essential skills" in text
    assert "Not mapped: nobody has asked" in text
    assert pat.get(f"/people/{desk.pat}/gap", params={"role": "zzzz"}, headers=PAGE).status_code == 404
    form = {
        "skill": "LIF-VIR-02",
        "level": "Expert",
        "how": "A placement",
        "by-day": "30",
        "by-month": "6",
        "by-year": "2100",
    }
    wrong = pat.post(f"/people/{desk.pat}/plan", data={**form, "by-day": "31"}, headers=PAGE)
    assert (wrong.status_code, "That is not a date." in wrong.text) == (400, True)
    assert "A placement" in wrong.text
    sent = pat.post(f"/people/{desk.pat}/plan", data=form, headers=PAGE)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/people/{desk.pat}/plan")
    body = desk.get("pat", "plan").json()
    state = {"goal": body["goals"][0]["id"], "version": body["version"], "state": "done"}
    assert pat.post(f"/people/{desk.pat}/plan", data=state, headers=PAGE).status_code == 303
    again = pat.post(f"/people/{desk.pat}/plan", data={**state, "state": "dropped"}, headers=PAGE)
    assert (again.status_code, "changed the plan" in again.text) == (412, True)
    assert desk.get("pat", "plan").json()["goals"][0]["state"] == "done"
    for caller, seen in (("steward", True), ("anonymous", False)):
        close = desk.by(caller).get("/framework/role/close", params={"role": "ROL-LIF-01"}, headers=PAGE)
        assert close.status_code == 200
        # Above the heading the demo offers to look as anybody.
        assert ("Quinn Hidden" in close.text[close.text.index("<h1") :]) is seen
    person = desk.by("steward").get(f"/doc/person/{desk.pat}.html", headers=PAGE).text
    assert f"/people/{desk.pat}/gap" in person
    assert f"/people/{desk.pat}/plan" in person
    stranger = desk.by("member:alder").get(f"/doc/person/{desk.pat}.html", headers=PAGE).text
    assert f"/people/{desk.pat}/gap" in stranger
    assert f"/people/{desk.pat}/plan" not in stranger
    assert "/framework/role/close?role=" in pat.get("/framework/roles/ROL-LIF-01", headers=PAGE).text


def test_candidates_and_progress_count_what_the_caller_sees(desk: Desk) -> None:
    def names(caller: str) -> set[str]:
        found = desk.by(caller).get("/api/v1/candidates", params={"role": "ROL-LIF-01", "limit": 50}).json()
        return {one["name"] for one in found["close"]}

    assert "Quinn Hidden" in names("steward")
    assert "Quinn Hidden" not in names("member:alder") | names("anonymous")
    asked: dict[str, Any] = {"concept": "LIF", "since": "2024-06-01", "until": "2025-06-01", "months": 6}

    def people(caller: str) -> list[int]:
        lines = desk.by(caller).get(f"/api/v1/organisations/{desk.lab}/progress", params=asked).json()["lines"]
        line = next(one for one in lines if one["concept"]["notation"] == "LIF-VIR")
        return [at["people"] for at in line["seen"]]

    assert people("steward") == [0, 0, 2]
    assert people("anonymous") == [0, 0, 0]
