"""Erasure and retention through the API and the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gse_skills.cli import main

if TYPE_CHECKING:
    from tests.service.conftest import Service


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
    assert told("retention", "show")["longest"] == {"leavers": 24, "ended": 84, "phrases": 24, "file-names": 24}
    chosen = told("retention", "choose", "leavers", "6", "--org", "alder")
    assert chosen["months"] == {"leavers": 6, "ended": 84, "phrases": 24, "file-names": 24}
    run = told("retention", "run", "--dry-run", "--as-of", "2040-01-01")
    assert {one["organisation"]: one["gone"]["file_names"] for one in run["items"]} == {"alder": 1, "birch": 1}  # type: ignore[attr-defined]  # JSON
