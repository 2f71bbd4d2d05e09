"""Incidents over HTTP: who opens, calls, sees, closes, and what each is told."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from gse_skills.access import OPERATOR, Caller, Incident
from gse_skills.audit import Witness, entries
from gse_skills.callout import Opening, open_incident, settle

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

OFFICER = "duty-officer:alder"
ASKED = {"purpose": "Outbreak in a harbour", "reference": "INC-7", "hours": 2}


@pytest.fixture(scope="module")
def station(serve: Serve) -> Iterator[Service]:
    """A service at which incidents are opened."""
    with serve() as service:
        yield service


def opened(service: Service, **more: object) -> Any:
    response = service.by(OFFICER).post("/api/v1/incidents", json=ASKED | more)
    assert response.status_code == 200, response.text
    return response.json()


def names(service: Service, caller: str) -> set[str]:
    return {hit["name"] for hit in service.experts(caller, "Virology")["items"]}


def rule_of(service: Service, caller: str, path: str, body: object) -> str:
    response = service.by(caller).post(f"/api/v1/incidents{path}", json=body)
    assert response.status_code >= 400, response.text
    return str(response.json()["rule"])


def test_a_responder_sees_the_emergency_records_until_it_is_closed(station: Service) -> None:
    incident = opened(station)
    responder = f"responder:birch/{incident['id']}"
    assert "Eli Alder" in names(station, responder)
    assert "Eli Alder" not in names(station, "member:birch")
    assert "Eli Alder" not in names(station, OFFICER), "who opens it does not see more by that"
    assert "Dee Alder" not in names(station, responder), "what is private stays so"
    closed = station.by(OFFICER).post(f"/api/v1/incidents/{incident['id']}/close").json()
    assert (closed["open"], closed["responders"]) == (False, [])
    assert names(station, responder) == names(station, "member:birch")
    assert rule_of(station, OFFICER, f"/{incident['id']}/close", None) == "not-open"


def test_its_end_by_the_clock_holds_at_once(station: Service) -> None:
    register = station.register
    access = register.access(OPERATOR)
    lasts = datetime.timedelta(milliseconds=1)
    asked = Opening("alder", "Too short to respond", "INC-0", lasts, calls=("ann@example.org",))
    incident = open_incident(register, access, Witness(register.audit, access), asked, dry_run=False)
    responder = f"responder:alder/{incident.identifier}"
    assert names(station, responder) == names(station, "member:alder")
    station.by(OFFICER).get("/api/v1/incidents")
    assert register.incidents.get(incident.identifier).settled
    assert register.users.users() == [], "who may nothing else is in the file no more"
    ended = [
        entry.event
        for entry in entries(register.folder.audit, naming=[incident.identifier])
        if entry.event.action == "incident-ended" and entry.event.outcome == "done"
    ]
    assert len(ended) == 1
    assert set(ended[0].organisations) == {"alder", "birch"}, "stewards of both read of it"


def test_its_end_is_told_once_though_others_look_meanwhile(station: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    register = station.register
    incident = opened(station)
    closing = register.incidents.close
    looking = threading.Thread(target=settle, args=(register,))

    def closed(identifier: str) -> Incident:
        found = closing(identifier)
        # Whoever looks now finds one that is over and has not been told of.
        looking.start()
        looking.join(0.2)
        return found

    monkeypatch.setattr(register.incidents, "close", closed)
    assert station.by(OFFICER).post(f"/api/v1/incidents/{incident['id']}/close").status_code == 200
    looking.join()
    ended = [one.event.outcome for one in entries(register.folder.audit, naming=[incident["id"]])]
    assert [one for one in ended if one == "done"] == ["done", "done"], "that it was opened, and that it ended"


def test_a_drill_goes_the_same_way_and_shows_nothing(station: Service) -> None:
    drill = opened(station, drill=True)
    assert drill["drill"]
    assert drill["open"]
    assert names(station, f"responder:alder/{drill['id']}") == names(station, "member:alder")


def test_a_rehearsal_opens_nothing(station: Service) -> None:
    before = len(station.register.incidents.incidents())
    response = station.by(OFFICER).post("/api/v1/incidents?dry_run=true", json=ASKED)
    assert response.json()["open"]
    assert len(station.register.incidents.incidents()) == before


def test_the_beginning_is_told_to_every_steward_with_the_reason(station: Service) -> None:
    incident = opened(station)
    told = [
        entry.event
        for entry in entries(station.register.folder.audit, naming=[incident["id"]])
        if entry.event.action == "incident-opened"
    ]
    assert [event.outcome for event in told] == ["begun", "done"]
    assert told[1].purpose == "Outbreak in a harbour (INC-7)"
    assert set(told[1].organisations) == {"alder", "birch"}
    assert str(told[1].caller) == OFFICER


def test_what_a_responder_sees_is_logged_with_the_incident(station: Service) -> None:
    incident = opened(station)
    names(station, f"responder:birch/{incident['id']}")
    looked = [
        entry.event
        for entry in entries(station.register.folder.audit, naming=[incident["id"]])
        if entry.event.action == "search-experts"
    ]
    assert looked[0].purpose.startswith("Outbreak in a harbour")
    assert "alder" in looked[0].people


@pytest.mark.parametrize(
    "caller", ["anonymous", "member:alder", "steward:alder", "lead:alder", "administrator", "framework-owner"]
)
def test_nobody_but_a_duty_officer_opens_closes_or_calls(station: Service, caller: str) -> None:
    incident = opened(station)
    assert rule_of(station, caller, "", ASKED | {"organisation": "alder"}) == "not-duty-officer"
    assert rule_of(station, caller, f"/{incident['id']}/close", None) == "not-duty-officer"
    unknown = rule_of(station, caller, "/0000000000000000/close", None)
    assert unknown == "not-duty-officer", "whether there is one is not told to whoever leads none"
    assert rule_of(station, caller, f"/{incident['id']}/responders", {"name": "a@example.org"}) == "not-duty-officer"


def test_a_duty_officer_leads_the_incidents_of_their_own_organisation(station: Service) -> None:
    incident = opened(station)
    other = "duty-officer:birch"
    assert rule_of(station, other, "", ASKED | {"organisation": "alder"}) == "not-duty-officer"
    assert rule_of(station, other, f"/{incident['id']}/close", None) == "not-duty-officer"
    seen = station.by(other).get("/api/v1/incidents").json()["items"]
    assert next(one for one in seen if one["id"] == incident["id"])["responders"] is None
    assert rule_of(station, OFFICER, "/0000000000000000/close", None) == "unknown-incident"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"purpose": " "}, "purpose-needed"),
        ({"reference": ""}, "purpose-needed"),
        ({"purpose": "x" * 201}, "purpose-needed"),
        ({"purpose": "Find ann@example.org"}, "bad-purpose"),
        ({"hours": 24.1}, "bad-end"),
        ({"hours": 0}, "bad-parameter"),
        ({"calls": ["ann"]}, "unknown-user-name"),
        ({"organisation": "cedar"}, "not-duty-officer"),
    ],
)
def test_what_cannot_be_opened(station: Service, more: dict[str, object], rule: str) -> None:
    before = len(station.register.incidents.incidents())
    assert rule_of(station, OFFICER, "", ASKED | more) == rule
    assert len(station.register.incidents.incidents()) == before


def test_who_knows_of_what(station: Service) -> None:
    incident = opened(station, calls=["ann@example.org"])
    over = opened(station)
    station.by(OFFICER).post(f"/api/v1/incidents/{over['id']}/close")

    def known(caller: str) -> dict[str, Any]:
        return {one["id"]: one for one in station.by(caller).get("/api/v1/incidents").json()["items"]}

    for caller in ("member:birch", "lead:alder", f"responder:birch/{incident['id']}"):
        assert incident["id"] in known(caller)
        assert over["id"] not in known(caller)
        assert known(caller)[incident["id"]]["responders"] is None
    for caller in ("steward:birch", "duty-officer:birch", "operator"):
        assert {incident["id"], over["id"]} <= set(known(caller))
    called = [{"name": "ann@example.org", "caller": f"responder:alder/{incident['id']}"}]
    assert known(OFFICER)[incident["id"]]["responders"] == called
    for caller in ("anonymous", "administrator", "framework-owner", "member:cedar"):
        response = station.by(caller).get("/api/v1/incidents")
        assert (response.status_code, response.json()["rule"]) == (403, "not-of-alliance")


def test_the_answer_to_a_call_is_the_same_whoever_it_is(station: Service) -> None:
    """Whether somebody is in an organisation's records is none of a duty officer's business."""
    incident = opened(station)
    station.register.users.grant("known@example.org", Caller.parse("member:birch"))
    path = f"/api/v1/incidents/{incident['id']}/responders"
    answers = []
    for name in ("known@example.org", "other@example.org"):
        response = station.by(OFFICER).post(path, json={"name": name, "organisation": "birch"})
        answers.append((response.status_code, response.text.replace(name, "NAME")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 200
    assert rule_of(station, OFFICER, f"/{incident['id']}/responders", {"name": "x@y.org", "organisation": "c"}) == (
        "unknown-organisation"
    )


def test_a_rehearsed_call_calls_nobody(station: Service) -> None:
    incident = opened(station)
    path = f"/api/v1/incidents/{incident['id']}/responders?dry_run=true"
    assert station.by(OFFICER).post(path, json={"name": "dry@example.org"}).status_code == 200
    assert "dry@example.org" not in {user.name for user in station.register.users.users()}


def test_incidents_are_not_readable_by_others_on_disk(station: Service) -> None:
    opened(station)
    path = station.register.folder.incidents
    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_text())
