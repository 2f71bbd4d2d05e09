"""Assessments and endorsements at the doors: API and page, as the person, as whoever was asked, as the steward."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from gse_skills.audit import Action, entries
from gse_skills.imports.state import read_people
from gse_skills.organisation import Organisation
from gse_skills.vocabulary import Audience

if TYPE_CHECKING:
    from tests.service.conftest import Service

RECENT = (datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=90)).isoformat()
SHEET = f"""Staff number,Name,Unit,Skill,Level,Date assessed,Assessed by
P1,Pat Person,Blue,LIF-VIR-01,Working,{RECENT},Line manager
P1,Pat Person,Blue,LIF-VIR-02,Working,{RECENT},Self
P2,Quinn Other,Red,LIF-VIR-01,Expert,{RECENT},Self
"""
SKILL, OWN = "LIF-VIR-01", "LIF-VIR-02"


class Room:
    """An organisation of its own with two people in it, and a client for each caller."""

    def __init__(self, service: Service, lab: str) -> None:
        self.service, self.lab = service, lab
        assert service.send(f"steward:{lab}", SHEET.encode(), lab).status_code == 200
        known = {one.person.name: one.person.identifier.value for one in read_people(service.register.store, lab)}
        self.pat, self.quinn = (f"{known[name]:016x}" for name in ("Pat Person", "Quinn Other"))

    def by(self, role: str) -> httpx.Client:
        people = {"pat": f"person:{self.lab}/{self.pat}", "quinn": f"person:{self.lab}/{self.quinn}"}
        return self.service.by(people.get(role, f"{role}:{self.lab}"))

    def say(self, role: str = "pat", dry_run: bool = False, **asked: object) -> httpx.Response:
        said = {"skill": SKILL, "level": "Expert"} | asked
        return self.by(role).post(f"/api/v1/people/{self.pat}/assessments", params={"dry_run": dry_run}, json=said)

    def ask(self, **asked: object) -> httpx.Response:
        said = {"colleague": self.quinn, "skill": OWN, "level": "Expert"} | asked
        return self.by("pat").post("/api/v1/me/endorsements", json=said)

    def answer(self, identifier: str, role: str = "quinn", **said: str) -> httpx.Response:
        return self.by(role).post(f"/api/v1/me/endorsements/{identifier}", json=said)


@pytest.fixture
def room(workshop: Service, lab: str) -> Room:
    return Room(workshop, lab)


def test_what_is_said_beside_the_managers_word_is_told_so(room: Room) -> None:
    commit = room.service.register.store.commit
    dry = room.say(dry_run=True).json()
    assert (dry["dry_run"], dry["counts"], dry["counting"]) == (True, False, "Working (Manager)")
    assert room.service.register.store.commit == commit
    made = room.say(evidence=["https://example.gov.uk/report/7"]).json()
    assert (made["before"], made["level"], made["basis"], made["counts"]) == (None, "Expert", "Self", False)
    shown = {one["skill"]["notation"]: one for one in room.by("pat").get(f"/api/v1/people/{room.pat}").json()["skills"]}
    assert shown[SKILL]["level"] == "Working"
    assert shown[SKILL]["reconfirm_by"] > RECENT
    records = room.by("pat").get("/api/v1/me").json()["records"]
    (beside,) = [one for one in records if one["label"] == made["skill"]["label"] and not one["counts"]]
    assert beside["evidence"] == ["https://example.gov.uk/report/7"]


def test_rules_come_as_problems(room: Room) -> None:
    for role, asked, told in (
        ("pat", {"basis": "manager"}, (403, "not-your-judgement")),
        ("quinn", {}, (404, "unknown-person")),
        ("pat", {"assessed_on": "2100-01-01"}, (400, "future-date")),
        ("pat", {"evidence": ["jo@example.gov.uk"]}, (400, "bad-evidence")),
    ):
        response = room.say(role, **asked)
        assert (response.status_code, response.json()["rule"]) == told
    assert room.ask(colleague=room.pat).json()["rule"] == "self-endorsement"


def test_an_endorsement_is_asked_given_and_shown(room: Room) -> None:
    made = room.ask(reason="You saw the protocol.").json()
    assert (made["status"], made["mine"]) == ("open", "withdraw")
    got = room.by("quinn").get("/api/v1/me/endorsements", params={"status": "open"})
    assert [(one["id"], one["asker"], one["mine"]) for one in got.json()["items"]] == [
        (made["id"], "Pat Person", "answer")
    ]
    unchanged = room.by("quinn").get(
        "/api/v1/me/endorsements?status=open", headers={"If-None-Match": got.headers["etag"]}
    )
    assert unchanged.status_code == 304
    assert room.answer(made["id"], "pat", answer="given").json()["rule"] == "unknown-request"
    assert room.answer(made["id"], answer="given").json()["status"] == "given"
    assert room.answer(made["id"], answer="declined", reason="No.").json()["rule"] == "already-settled"
    shown = {one["skill"]["notation"]: one for one in room.by("pat").get(f"/api/v1/people/{room.pat}").json()["skills"]}
    assert (shown[OWN]["level"], shown[OWN]["basis"]) == ("Expert", "Peer")
    listed = room.by("steward").get(f"/api/v1/organisations/{room.lab}/endorsements").json()["items"]
    assert [one["status"] for one in listed] == ["given"]
    told = [one for one in entries(room.service.register.folder.audit) if one.event.action is Action.CHANGE]
    assert told[-1].event.organisations == (room.lab,)


def test_confirming_and_fresh_and_calibration(room: Room) -> None:
    made = room.by("pat").post(f"/api/v1/people/{room.pat}/confirmations", json={"skill": OWN}).json()
    assert (made["before"], made["level"]) == ("Working", "Working")
    found = room.by("pat").get("/api/v1/experts", params={"skill": OWN, "org": room.lab, "fresh": True}).json()
    assert [hit["reconfirm_by"] == made["reconfirm_by"] for hit in found["items"]] == [True]
    room.say()
    told = room.by("steward").get(f"/api/v1/organisations/{room.lab}/calibration").json()
    assert [(one["unit"], one["pairs"], one["differences"]) for one in told["items"] if one["group"] is None] == [
        ("", 1, {"2": 1}),
        ("Blue", 1, {"2": 1}),
    ]
    lead = room.by("lead").get(f"/api/v1/organisations/{room.lab}/calibration").json()
    assert (lead["items"], lead["protected"]) == ([], []), "two people are too few for any figure"
    assert room.by("member").get(f"/api/v1/organisations/{room.lab}/calibration").status_code == 403


def test_the_page_does_all_of_it_without_a_script(room: Room) -> None:
    page = {"Accept": "text/html"}
    pat, quinn = room.by("pat"), room.by("quinn")
    seen = pat.get("/endorsements", headers=page)
    assert seen.status_code == 200
    assert "no-store" in seen.headers["cache-control"]
    said = {"skill": OWN, "level": "Expert", "basis": "peer", "colleague": room.quinn, "evidence": "", "reason": ""}
    assert pat.post("/endorsements", data=said, headers=page).status_code == 303
    wrong = pat.post("/endorsements", data=said | {"colleague": room.pat}, headers=page)
    assert wrong.status_code == 400
    assert "Nobody endorses a level of their own." in wrong.text
    (one,) = quinn.get("/api/v1/me/endorsements").json()["items"]
    silent = quinn.post(f"/endorsements/{one['id']}", data={"outcome": "declined"}, headers=page)
    assert silent.status_code == 400
    answered = quinn.post(f"/endorsements/{one['id']}", data={"outcome": "given"}, headers=page)
    assert answered.status_code == 303
    assert pat.post("/endorsements/confirm", data={"skill": OWN}, headers=page).status_code == 303
    assert "Given" in room.by("steward").get("/endorsements", headers=page).text


def test_whom_to_ask_is_found_by_name(room: Room) -> None:
    pat, page = room.by("pat"), {"Accept": "text/html"}
    said = {"skill": OWN, "level": "Expert", "basis": "peer", "colleague": "other qui"}
    unclear = pat.post("/endorsements", data=said, headers=page)
    assert unclear.status_code == 400
    assert f'value="{room.quinn}"' in unclear.text
    assert 'href="#chosen"' in unclear.text
    assert room.by("quinn").get("/api/v1/me/endorsements").json()["items"] == []
    chosen = pat.post("/endorsements", data=said | {"chosen": room.quinn}, headers=page)
    assert chosen.status_code == 303
    assert len(room.by("quinn").get("/api/v1/me/endorsements").json()["items"]) == 1


def test_somebody_hidden_is_not_told_apart_from_nobody(room: Room) -> None:
    kept, page = f"{room.lab}-kept", {"Accept": "text/html"}
    room.service.register.add_organisation(Organisation(kept, kept.capitalize(), Audience.PRIVATE))
    sheet = "Staff number,Name,Skill,Level\nH1,Hilda Hidden,LIF-VIR-01,Expert\n"
    assert room.service.send(f"steward:{kept}", sheet.encode(), kept).status_code == 200
    said = {"skill": OWN, "level": "Expert", "basis": "peer", "colleague": ""}
    answers = [
        room.by("pat").post("/endorsements", data=said | {"colleague": name}, headers=page)
        for name in ("Hilda Hidden", "Hilda Nobody")
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    # The frame of the demo offers to look as anybody.
    hidden, nobody = (answer.text.split("<main")[1] for answer in answers)
    assert hidden.replace("Hilda Hidden", "Hilda Nobody") == nobody
    assert "You are shown nobody of that name" in nobody
