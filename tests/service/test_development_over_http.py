"""Gaps, pathways, plans and progress over HTTP: API and pages, for whoever may see the person, and for the others."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gse_skills.imports.state import read_people
from gse_skills.organisation import Organisation
from gse_skills.vocabulary import Audience

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


@pytest.fixture
def alone(changing: Service) -> Desk:
    """The same in a service of its own: lists that show the first alone would show others of the workshop."""
    changing.register.add_organisation(Organisation("lab", "Lab", Audience.ALLIANCE))
    return Desk(changing, "lab")


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
    # A try answers with the plan, and so does a form that cannot be taken.
    tried = desk.by("steward").post(f"/api/v1/people/{desk.pat}/plan", json=GOAL, params={"dry_run": "true"})
    assert tried.status_code == 200
    assert desk.by("steward").post(f"/people/{desk.pat}/plan").status_code == 400
    assert looks() == before + 5


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
        ({"evidence": ["ftp://example.gov.uk/7"]}, 400, "bad-evidence"),
        ({"opportunity": "00000000000000ff"}, 404, "unknown-opportunity"),
    ],
)
def test_a_bad_goal_is_told_by_its_own_rule(desk: Desk, said: dict[str, Any], status: int, rule: str) -> None:
    response = desk.plan(**said)
    assert (response.status_code, response.json()["rule"]) == (status, rule)
    assert desk.get("pat", "plan").json()["goals"] == []


def test_the_pages_show_the_gap_and_lead_to_plan_and_role(desk: Desk) -> None:
    pat = desk.by("pat")
    page = pat.get(f"/people/{desk.pat}/gap", params={"role": "Virologist"}, headers=PAGE)
    assert page.status_code == 200
    text = html.unescape(page.text)
    assert "Essential skills" in text
    assert "Not mapped: nobody has asked" in text
    body = desk.get("pat", "gap", role="Virologist").json()
    unasked = [one for one in body["essential"] if one["standing"] == "not mapped"]
    known = body["missing"] - sum(one["missing"] for one in unasked)
    said = f"{known} {'step' if known == 1 else 'steps'} between levels {'is' if known == 1 else 'are'} known to be missing"
    assert f"{said}, and nobody has asked about {len(unasked)} of the {len(body['essential'])} skills." in text
    assert pat.get(f"/people/{desk.pat}/gap", params={"role": "zzzz"}, headers=PAGE).status_code == 404
    person = desk.by("steward").get(f"/doc/person/{desk.pat}.html", headers=PAGE).text
    assert f"/people/{desk.pat}/gap" in person
    assert f"/people/{desk.pat}/plan" in person
    stranger = desk.by("member:alder").get(f"/doc/person/{desk.pat}.html", headers=PAGE).text
    assert f"/people/{desk.pat}/gap" in stranger
    assert f"/people/{desk.pat}/plan" not in stranger
    assert "/framework/role/close?role=" in pat.get("/framework/roles/ROL-LIF-01", headers=PAGE).text


FORM = {
    "skill": "LIF-VIR-02",
    "level": "Expert",
    "how": "A placement",
    "by-day": "30",
    "by-month": "6",
    "by-year": "2100",
    "evidence": "MSc Virology, 2019\nhttps://example.gov.uk/notes/7",
}


def test_a_goal_is_set_and_changed_on_its_pages_after_a_check(desk: Desk) -> None:
    pat, plan = desk.by("pat"), f"/people/{desk.pat}/plan"
    begun = pat.get(plan, params={"skill": "LIF-VIR-02", "level": "Expert"}, headers=PAGE).text
    assert 'value="LIF-VIR-02"' in begun
    wrong = pat.post(plan, data={**FORM, "by-day": "31"}, headers=PAGE)
    assert (wrong.status_code, "must be a real date" in wrong.text) == (400, True)
    assert "There is a problem" in wrong.text
    assert 'href="#by-day"' in wrong.text or 'href="#by"' in wrong.text
    assert "A placement" in wrong.text
    nowhere = pat.post(plan, data={**FORM, "opportunity": "00000000000000ff"}, headers=PAGE)
    assert (nowhere.status_code, "No opportunity with that identifier" in nowhere.text) == (400, True)
    checked = pat.post(plan, data=FORM, headers=PAGE)
    assert (checked.status_code, "Nothing has been changed yet." in checked.text) == (200, True)
    assert desk.get("pat", "plan").json()["goals"] == []
    sent = pat.post(plan, data={**FORM, "sure": "true"}, headers=PAGE)
    assert (sent.status_code, sent.headers["location"]) == (303, plan)
    body = desk.get("pat", "plan").json()
    (goal,) = body["goals"]
    assert goal["evidence"] == ["MSc Virology, 2019", "https://example.gov.uk/notes/7"]
    shown = pat.get(plan, headers=PAGE).text
    assert 'href="https://example.gov.uk/notes/7"' in shown
    address = f"{plan}/{goal['id']}"
    assert f'href="{address}"' in shown
    page = pat.get(address, headers=PAGE)
    assert page.status_code == 200
    assert body["version"] in page.text
    change = {**FORM, "state": "under way", "by-year": "2090", "version": body["version"]}
    checked = pat.post(address, data=change, headers=PAGE)
    assert "30 June 2090 (was: 30 June 2100)" in checked.text
    assert (
        "Evidence"
        not in checked.text[checked.text.index("<h1") : checked.text.index("<form", checked.text.index("<h1"))]
    )
    assert desk.get("pat", "plan").json() == body
    assert pat.post(address, data={**change, "sure": "true"}, headers=PAGE).status_code == 303
    (changed,) = desk.get("pat", "plan").json()["goals"]
    assert (changed["state"], changed["by"], changed["evidence"]) == ("under way", "2090-06-30", goal["evidence"])
    late = pat.post(address, data={**change, "state": "dropped", "sure": "true"}, headers=PAGE)
    assert (late.status_code, "changed the plan" in late.text) == (412, True)
    assert desk.get("pat", "plan").json()["goals"][0]["state"] == "under way"
    assert pat.get(f"{plan}/00000000000000ff", headers=PAGE).status_code == 404
    assert desk.by("member:alder").get(address, headers=PAGE).status_code == 404


def test_an_opportunity_leads_to_a_goal_that_names_it(desk: Desk) -> None:
    offer = {
        "title": "Ask a virologist",
        "scheme": "stem-futures",
        "kind": "mentoring",
        "develops": [{"skill": "LIF-VIR-02", "level": "Expert"}],
        "starts": "2099-01-01",
        "ends": "2099-02-01",
        "contact": "interchange@host.example",
        "remote": True,
    }
    made = desk.by("steward").post("/api/v1/opportunities", json=offer)
    assert made.status_code == 200, made.text
    digits, pat, plan = made.json()["id"], desk.by("pat"), f"/people/{desk.pat}/plan"
    page = html.unescape(pat.get(f"/opportunities/{digits}", headers=PAGE).text)
    found = re.search(rf'href="({plan}[^"]+)"', page)
    assert found is not None
    assert "development plan" not in desk.by("steward").get(f"/opportunities/{digits}", headers=PAGE).text
    begun = pat.get(found[1], headers=PAGE).text
    assert f'value="{digits}"' in begun
    sent = pat.post(plan, data={**FORM, "opportunity": digits, "sure": "true"}, headers=PAGE)
    assert sent.status_code == 303
    assert "Ask a virologist" in pat.get(plan, headers=PAGE).text
    body = desk.get("pat", "plan").json()
    assert body["goals"][0]["opportunity"] == digits
    gone = desk.by("steward").post(f"/api/v1/opportunities/{digits}/withdrawal", json={"reason": "We move."})
    assert gone.status_code == 200, gone.text
    assert "One that is no longer open" in pat.get(plan, headers=PAGE).text
    kept = pat.get(f"{plan}/{body['goals'][0]['id']}", headers=PAGE)
    assert f'value="{digits}"' in kept.text


def test_who_is_close_are_people_whom_the_caller_sees(alone: Desk) -> None:
    def names(caller: str) -> set[str]:
        found = alone.by(caller).get("/api/v1/candidates", params={"role": "ROL-LIF-01", "limit": 50}).json()
        return {one["name"] for one in found["close"]}

    assert "Quinn Hidden" in names("steward")
    assert "Quinn Hidden" not in names("member:alder") | names("anonymous")
    for caller, seen in (("steward", True), ("anonymous", False)):
        close = alone.by(caller).get("/framework/role/close", params={"role": "ROL-LIF-01"}, headers=PAGE)
        assert close.status_code == 200
        assert ("Quinn Hidden" in close.text) is seen


def test_progress_counts_what_the_caller_sees(desk: Desk) -> None:
    asked: dict[str, Any] = {"concept": "LIF", "since": "2024-06-01", "until": "2025-06-01", "months": 6}

    def people(caller: str) -> list[int]:
        lines = desk.by(caller).get(f"/api/v1/organisations/{desk.lab}/progress", params=asked).json()["lines"]
        line = next(one for one in lines if one["concept"]["notation"] == "LIF-VIR")
        return [at["people"] for at in line["seen"]]

    assert people("steward") == [0, 0, 2]
    assert people("anonymous") == [0, 0, 0]
