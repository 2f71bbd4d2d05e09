"""Proposals over HTTP: from an unknown phrase to the owner's decision and back, and what is hidden stays so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Service

PROPOSALS = "/api/v1/proposals"
CALLERS = ("anonymous", "member:alder", "member:birch", "steward:alder", "steward:birch")


def sheet(*phrases: str) -> bytes:
    rows = "".join(f"Z{number},Zoe Zest,{phrase},Expert\n" for number, phrase in enumerate(phrases))
    return f"Staff number,Name,Skill,Level\n{rows}".encode()


def queue(service: Service, caller: str, **asked: str) -> Any:
    response = service.by(caller).get(PROPOSALS, params=asked)
    assert response.status_code == 200, response.text
    return response.json()


def ask(service: Service, caller: str, **asked: object) -> httpx.Response:
    # Written in ASCII, so that what is no text can be sent too.
    return service.by(caller).post(PROPOSALS, content=json.dumps(asked), headers={"Content-Type": "application/json"})


def decide(service: Service, caller: str, digits: str, **asked: str) -> httpx.Response:
    return service.by(caller).post(f"{PROPOSALS}/{digits}/decision", json=asked)


def test_the_whole_way_of_a_phrase(changing: Service) -> None:
    sent = sheet("virus wrangling", "Virology", "staring at walls")
    first = changing.send("steward:alder", sent).json()
    assert (len(first["unmatched"]), first["kept_terms"]) == (2, 2)
    assert {one["verdict"] for one in first["unmatched"]} == {""}
    found = queue(changing, "operator", status="open")
    assert found["terms_total"] == 2
    (wrangling,) = [one for one in found["terms"] if one["phrase"] == "virus wrangling"]
    assert (wrangling["cells"], wrangling["imports"], wrangling["organisations"]) == (1, 1, ["alder"])
    assert [one["notation"] for one in wrangling["alongside"]] == ["LIF-VIR"]
    assert len(wrangling["nearest"]) == 5
    (walls,) = [one for one in found["terms"] if one["phrase"] == "staring at walls"]

    mapped = decide(changing, "operator", wrangling["id"], outcome="mapped", concept="LIF-VIR-02")
    assert mapped.status_code == 200, mapped.text
    assert mapped.json()["decisions"][0]["concept"]["notation"] == "LIF-VIR-02"
    reason = "Looking is not a skill that the framework tells apart."
    assert decide(changing, "operator", walls["id"], outcome="declined", reason=reason).status_code == 200

    # For everybody, also an organisation that never used the phrase.
    for caller, organisation in (("steward:alder", "alder"), ("steward:birch", "birch")):
        again = changing.send(caller, sent, organisation).json()
        (left,) = again["unmatched"]
        assert left["phrase"] == "staring at walls"
        assert reason in left["verdict"]
        (refused,) = [one for one in again["outcomes"] if one["rule"] == "unknown-term"]
        assert reason in refused["message"]
        assert [one["value"] for one in again["outcomes"] if one["rule"] == "decided-mapping"] == ["virus wrangling"]
        report = changing.by(caller).get(again["report_url"])
        assert report.status_code == 200
    assert "Zoe Zest" in [hit["name"] for hit in changing.experts("steward:alder", "LIF-VIR-02")["items"]]
    assert queue(changing, "operator", status="open")["terms"] == []
    statuses = {one["phrase"]: one["status"] for one in queue(changing, "steward:alder")["terms"]}
    assert statuses == {"virus wrangling": "mapped", "staring at walls": "declined"}
    assert queue(changing, "member:alder")["terms"] == []


def test_the_whole_way_of_a_wish(changing: Service) -> None:
    made = ask(changing, "member:alder", kind="change", text="Say that phages count.", concepts=["Virology"])
    assert made.status_code == 200, made.text
    body = made.json()
    assert (body["organisation"], body["status"], body["concepts"][0]["notation"]) == ("alder", "open", "LIF-VIR")
    again = ask(changing, "steward:alder", kind="change", text="Say that phages count.", concepts=["LIF-VIR"])
    assert again.json() == body
    assert decide(changing, "operator", body["id"], outcome="declined", reason="They do.").status_code == 200
    assert decide(changing, "operator", body["id"], outcome="accepted", reason="On reflection.").status_code == 200
    (seen,) = queue(changing, "member:alder")["proposals"]
    assert [(one["outcome"], one["reason"]) for one in seen["decisions"]] == [
        ("accepted", "On reflection."),
        ("declined", "They do."),
    ]
    assert queue(changing, "member:birch")["proposals"] == []
    assert queue(changing, "member:alder", status="open")["proposals"] == []


def test_a_file_of_unknown_phrases_alone_reaches_the_queue_once(changing: Service) -> None:
    assert changing.send("steward:birch", sheet("odd one"), "birch").json()["changed"] is True
    assert changing.send("steward:birch", sheet("odd one"), "birch").json()["changed"] is False
    (found,) = queue(changing, "operator")["terms"]
    assert (found["imports"], found["organisations"]) == (1, ["birch"])


@pytest.mark.parametrize(
    ("caller", "asked", "status", "rule"),
    [
        ("anonymous", {"kind": "new", "text": "x"}, 401, "sign-in-needed"),
        ("administrator", {"kind": "new", "text": "x"}, 403, "not-a-member"),
        ("steward:alder", {"kind": "new", "text": "x", "organisation": "birch"}, 403, "not-a-member"),
        ("member:alder", {"kind": "term", "text": "x"}, 400, "term-is-no-proposal"),
        ("member:alder", {"kind": "new", "text": "x" * 1001}, 400, "text-too-long"),
        ("member:alder", {"kind": "retire", "text": "x", "concepts": ["no such skill"]}, 404, "unknown-term"),
        ("member:alder", {"kind": "retire", "text": "x", "concepts": ["Twin studies"]}, 409, "ambiguous-label"),
        ("member:alder", {"kind": "praise", "text": "x"}, 422, "bad-parameter"),
        ("member:alder", {"kind": "new", "text": "\ud800"}, 422, "bad-parameter"),
    ],
)
def test_a_proposal_that_is_refused(
    service: Service, caller: str, asked: dict[str, object], status: int, rule: str
) -> None:
    commit = service.register.store.commit
    response = ask(service, caller, **asked)
    assert (response.status_code, response.json()["rule"]) == (status, rule)
    assert service.register.store.commit == commit


def test_deciding_is_the_owners_alone(service: Service) -> None:
    known = [caller for caller in CALLERS if caller != "anonymous"]
    assert len({decide(service, caller, "0" * 16, outcome="accepted").content for caller in known}) == 1
    assert decide(service, "anonymous", "0" * 16, outcome="accepted").status_code == 401
    response = decide(service, "steward:alder", "0" * 16, outcome="accepted")
    assert (response.status_code, response.json()["rule"]) == (403, "not-framework-owner")
    unknown = decide(service, "operator", "../..", outcome="accepted")
    assert unknown.status_code == 404


def test_what_others_use_and_wish_changes_no_byte(changing: Service) -> None:
    changing.send("steward:alder", sheet("our phrase", "shared phrase"))
    ask(changing, "member:alder", kind="new", text="Ours.")

    def told() -> dict[str, bytes]:
        return {
            f"{caller} {path}": changing.by(caller).get(path).content
            for caller in ("anonymous", "member:alder", "steward:alder")
            for path in (PROPOSALS, f"{PROPOSALS}?status=open", "/proposals", "/proposals/new", "/framework/LIF-VIR")
        }

    before, all_before = told(), queue(changing, "operator")
    changing.send("steward:birch", sheet("shared phrase", "Shared-phrase", "hidden phrase"), "birch")
    made = ask(changing, "member:birch", kind="retire", text="Hidden wish.", concepts=["Virology"]).json()
    decide(changing, "operator", made["id"], outcome="declined", reason="A hidden reason.")
    assert told() == before
    assert queue(changing, "operator") != all_before
    hidden = f"/proposals/{made['id']}"
    nothing = changing.by("steward:alder").get("/proposals/" + "0" * 16)
    seen = changing.by("steward:alder").get(hidden)
    assert (seen.status_code, seen.content) == (404, nothing.content)


def test_no_query_reaches_the_proposals(changing: Service) -> None:
    ask(changing, "member:alder", kind="new", text="Unheard of.")
    query = 'SELECT * { { ?s ?p "Unheard of." } UNION { GRAPH ?g { ?s ?p "Unheard of." } } }'
    for caller in ("anonymous", "member:alder", "operator"):
        found = changing.by(caller).get("/sparql", params={"query": query}).json()
        assert found["results"]["bindings"] == []
