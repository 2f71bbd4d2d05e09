"""Erasure and retention through the API and the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gse_skills.audit import entries
from gse_skills.cli import main

if TYPE_CHECKING:
    from tests.service.conftest import Service


PAGE = {"Accept": "text/html"}
SURE = {"sure": "true", "reason": "Request 7"}
ALL = {
    "leavers": 24,
    "ended": 84,
    "phrases": 24,
    "file-names": 24,
    "requests": 24,
    "participations": 24,
    "complaints": 36,
}


def digits_of(service: Service, skill: str, caller: str = "operator") -> str:
    person: str = service.experts(caller, skill)["items"][0]["person"]
    return person.rpartition("/")[2]


def test_a_steward_erases_by_the_api(changing: Service) -> None:
    digits = digits_of(changing, "LIF-VIR-06", "steward:birch")
    steward = changing.by("steward:birch")
    address = f"/api/v1/people/{digits}"
    for caller, status in (("anonymous", 404), ("member:birch", 404), ("steward:alder", 404)):
        refused = changing.by(caller).delete(address, params={"dry_run": False})
        assert (refused.status_code, refused.json()["rule"]) == (status, "unknown-person")
    changing.send(
        "steward:birch", [("B1", "Eve Birch", "Deep learning", "Expert", "31/01/2025", "Self", "", "")], "birch"
    )
    sheets = list((changing.register.folder.spool / "uploads").glob("*/sheet"))
    assert any(b"Eve Birch" in sheet.read_bytes() for sheet in sheets)
    counted = steward.delete(address)
    assert counted.json()["dry_run"]
    assert steward.get(address).status_code == 200
    done = steward.delete(address, params={"dry_run": False})
    assert done.json() == counted.json() | {"dry_run": False}
    assert (done.json()["people"], done.json()["records"]) == (1, 2)
    assert steward.get(address).status_code == 404
    assert [one["name"] for one in changing.experts("steward:birch", "LIF-VIR-06")["items"]] == ["Fay Birch"]
    assert changing.count('?p foaf:name "Eve Birch"') == 0
    assert not list((changing.register.folder.spool / "uploads").glob("*/sheet"))
    assert steward.delete(address, params={"dry_run": False}).json()["rule"] == "unknown-person"


def test_the_command_line_goes_through_the_service(
    changing: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    digits, data = digits_of(changing, "COVID PCR testing"), str(changing.register.settings.data)

    def told(*arguments: str) -> dict[str, object]:
        try:
            main([*arguments, "--data", data, "--json"])
        except SystemExit as ended:
            if ended.code:
                pytest.fail(capsys.readouterr().err)
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    assert told("erase", digits, "--org", "alder", "--dry-run")["people"] == 1
    assert told("erase", digits, "--org", "alder", "--reason", "request 7")["people"] == 1
    assert changing.by("operator").get(f"/api/v1/people/{digits}").status_code == 404
    log = "".join(path.read_text() for path in changing.register.folder.audit.glob("*.jsonl")).splitlines()
    entries = [one for one in map(json.loads, log) if one["action"] == "erase"]
    assert [one["outcome"] for one in entries] == ["begun", "done"]
    assert digits not in json.dumps(entries)
    assert "request 7" in json.dumps(entries)
    assert told("retention", "show")["longest"] == ALL
    chosen = told("retention", "choose", "leavers", "6", "--org", "alder")
    assert chosen["months"] == ALL | {"leavers": 6}
    run = told("retention", "run", "--dry-run", "--as-of", "2040-01-01")
    assert {one["organisation"]: one["gone"]["file_names"] for one in run["items"]} == {"alder": 1, "birch": 1}  # type: ignore[attr-defined]  # JSON


def test_a_steward_erases_on_the_page(changing: Service) -> None:
    digits = digits_of(changing, "LIF-VIR-06", "steward:birch")
    steward, page = changing.by("steward:birch"), f"/people/{digits}/erasure"
    for caller in ("anonymous", "member:birch", "steward:alder", f"person:birch/{digits}"):
        for answer in (changing.by(caller).get(page), changing.by(caller).post(page, data=SURE)):
            assert (answer.status_code, answer.json()["rule"]) == (404, "unknown-person")
    assert f'href="{page}"' in steward.get(f"/people/{digits}/record", headers=PAGE).text
    assert f'href="{page}"' not in changing.by(f"person:birch/{digits}").get("/me", headers=PAGE).text
    asked = steward.get(page, headers=PAGE).text
    assert "Erase everything that is kept of Eve Birch" in asked
    for form in ({}, SURE | {"reason": ""}, SURE | {"reason": "For jo@example.org"}, {"reason": "Request 7"}):
        again = steward.post(page, data=form, headers=PAGE)
        assert again.status_code == 400
        assert 'class="govuk-error-summary"' in again.text
    assert changing.count('?p foaf:name "Eve Birch"') > 0
    done = steward.post(page, data=SURE, headers=PAGE)
    assert (done.status_code, "A person was erased" in done.text, "Eve Birch" in done.text) == (200, True, False)
    assert done.headers["cache-control"] == "private, no-store"
    assert changing.count('?p foaf:name "Eve Birch"') == 0
    assert steward.get(page).status_code == 404
    log = [one.event for one in entries(changing.register.folder.audit) if one.event.action == "erase"]
    assert [(one.outcome, one.purpose, one.organisations) for one in log] == [
        ("begun", "Request 7", ("birch",)),
        ("done", "Request 7", ("birch",)),
    ]
    assert digits not in str(log)


def test_stewards_choose_how_long_things_are_kept(changing: Service) -> None:
    steward, address = changing.by("steward:birch"), "/api/v1/organisations/birch/retention"
    assert steward.get(address).json() == {"organisation": "birch", "months": ALL, "longest": ALL}
    chosen = steward.put(address, json={"months": {"leavers": 6, "complaints": 12}}).json()
    assert chosen["months"] == ALL | {"leavers": 6, "complaints": 12}
    assert steward.put(address, json={"months": {"ended": 12}}).json()["months"] == ALL | {"ended": 12}
    for months in ({"leavers": 25}, {"leavers": 0}):
        refused = steward.put(address, json={"months": months})
        assert (refused.status_code, refused.json()["rule"]) == (400, "retention-too-long")
    assert steward.put(address, json={"months": {"records": 1}}).status_code == 422
    for caller in ("steward:alder", "administrator", "member:birch"):
        for answer in (changing.by(caller).get(address), changing.by(caller).put(address, json={"months": {}})):
            assert (answer.status_code, answer.json()["rule"]) == (403, "not-steward")
    assert steward.get(address).json()["months"] == ALL | {"ended": 12}
    told = [one.event for one in entries(changing.register.folder.audit) if one.event.organisations == ("birch",)]
    assert [(one.caller.role.value, one.outcome) for one in told if one.action == "change"] == [
        ("steward", outcome) for outcome in ("begun", "done") * 2 + ("begun", "failed") * 2
    ], "what others tried is told as refused, and not as a change of theirs"
