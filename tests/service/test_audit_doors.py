"""Each kind of entry over the real door, refusals that come in floods, why somebody looks, and who reads what of it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gse_skills.access import Caller, Incident
from gse_skills.audit import Action, Anchor, Entry, Outcome, entries, verify
from gse_skills.proposals import find
from gse_skills.vocabulary import ID

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

VIROLOGY = {"skill": "Virology"}
SEARCH = "/api/v1/experts"
LOG = "/api/v1/audit"
BAD = {"Authorization": "Bearer gse_made-up"}
IMPORT = "/api/v1/organisations/alder/imports"
SHEET = {"file": ("team.csv", b"Name,Skill,Level\nZoe Alder,Deep learning,Expert\n")}


@pytest.fixture(scope="module")
def watched(serve: Serve) -> Iterator[Service]:
    """A service whose log these tests read; what they change is proposals, users and tokens."""
    with serve() as service:
        yield service
        assert verify(service.register.folder.audit).whole


def written(service: Service, ask: Callable[[], Any]) -> tuple[Any, list[Entry]]:
    """An answer, and the entries that were written for it."""
    before = service.register.audit.anchor.number
    response = ask()
    fresh = (entry for entry in entries(service.register.folder.audit) if entry.number > before)
    # With the first entry after a minute comes how often others were refused in it.
    return response, [entry for entry in fresh if not entry.event.count]


def ended(service: Service, ask: Callable[[], Any]) -> tuple[Any, Entry]:
    """An answer and the one entry of it, or of a change the one that tells how it ended."""
    response, found = written(service, ask)
    *begun, last = found
    assert [one.event.outcome for one in begun] in ([], [Outcome.BEGUN])
    return response, last


def test_users_and_tokens_through_the_service(watched: Service) -> None:
    operator, register = watched.by("operator"), watched.register
    asked = {"name": "ann@example.org", "caller": "steward:alder"}
    user, entry = ended(watched, lambda: operator.post("/api/v1/users", json=asked).json())
    assert (entry.event.action, entry.event.about) == (Action.PERMISSION_CHANGED, user["identifier"])
    assert (entry.event.grant, entry.event.organisations) == ("steward:alder", ("alder",))
    address = f"/api/v1/users/{user['identifier']}?caller=steward:alder"
    _, entry = ended(watched, lambda: operator.delete(address))
    assert (entry.event.action, entry.event.grant) == (Action.PERMISSION_REVOKED, "steward:alder")
    new = {"caller": "member:birch", "note": "for Ann Alder", "days": 1}
    token, entry = ended(watched, lambda: operator.post("/api/v1/tokens", json=new).json())
    assert (entry.event.action, entry.event.about) == (Action.TOKEN_CREATED, token["name"])
    with httpx.Client(base_url=watched.url, trust_env=False) as client:
        client.headers["Authorization"] = f"Bearer {token['secret']}"
        _, entry = ended(watched, lambda: client.get(SEARCH, params=VIROLOGY))
        assert (entry.event.token, entry.event.user) == (token["name"], "")
    _, entry = ended(watched, lambda: operator.delete(f"/api/v1/tokens/{token['name']}"))
    assert (entry.event.action, entry.event.about) == (Action.TOKEN_REVOKED, token["name"])
    assert register.tokens.find(token["secret"]) is None
    steward = watched.by("steward:alder")
    response, entry = ended(watched, lambda: steward.post("/operator/rebuild"))
    assert response.status_code == 404
    assert (entry.event.action, entry.event.rule) == (Action.REFUSED, "not-operator")


def test_proposals_and_decisions(watched: Service) -> None:
    member, operator = watched.by("member:birch"), watched.by("operator")
    wish = {"kind": "new", "text": "A skill of river gauging"}
    made, entry = ended(watched, lambda: member.post("/api/v1/proposals", json=wish).json())
    assert (entry.event.action, entry.event.organisations) == (Action.CHANGE, ("birch",))
    decision = {"outcome": "declined", "reason": "There is one."}
    path = f"/api/v1/proposals/{made['id']}/decision"
    response, entry = ended(watched, lambda: operator.post(path, json=decision))
    assert (response.status_code, entry.event.things) == (200, (ID[f"proposal/{made['id']}"],))
    assert find(watched.register, made["id"], watched.register.access(Caller.parse("member:birch")))


@pytest.mark.parametrize(
    ("caller", "ask", "rule"),
    [
        (
            "anonymous",
            lambda client: client.post("/api/v1/proposals", json={"kind": "new", "text": "x"}),
            "sign-in-needed",
        ),
        ("anonymous", lambda client: client.get(SEARCH, params=VIROLOGY, headers=BAD), "bad-token"),
        ("member:birch", lambda client: client.post(IMPORT, files=SHEET), "not-steward"),
        ("member:birch", lambda client: client.get(LOG), "no-audit-part"),
        ("steward:birch", lambda client: client.get(f"{LOG}/anchor"), "not-administrator"),
        (
            "member:alder",
            lambda client: client.post("/import", headers={"Sec-Fetch-Site": "cross-site"}),
            "cross-origin",
        ),
    ],
)
def test_a_flood_of_refusals_is_one_entry_and_a_number(
    changing: Service, caller: str, ask: Callable[[httpx.Client], httpx.Response], rule: str
) -> None:
    client = changing.by(caller)
    answers, (entry,) = written(changing, lambda: [ask(client) for _ in range(40)])
    assert {one.json()["rule"] for one in answers} == {rule}
    assert {one.status_code for one in answers} <= {401, 403}
    assert (entry.event.action, entry.event.outcome, entry.event.rule) == (Action.REFUSED, Outcome.REFUSED, rule)
    expected = "anonymous" if rule == "bad-token" else caller
    assert str(entry.event.caller) == expected
    assert entry.event.request in ("", answers[0].headers["x-request-id"])
    changing.register.audit.close()
    last = list(entries(changing.register.folder.audit))[-1]
    assert (last.event.rule, last.event.count) == (rule, 39)
    assert verify(changing.register.folder.audit).whole
    # Without a log a refusal is no more told than anything else, so it is none.
    response = ask(client)
    assert (response.status_code, response.json()["rule"]) == (503, "audit-failed")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("Flood cell", "Flood cell"), ("%C5%B4y%20flood", "Ŵy flood"), ("Ŵy flood".encode(), "Ŵy flood"), ("%20", "")],
)
def test_the_header_says_why(watched: Service, sent: str | bytes, kept: str) -> None:
    birch = watched.by("member:birch")
    headers: Any = {"Purpose-Of-Use": sent}
    for ask in (
        lambda: birch.get(SEARCH, params=VIROLOGY, headers=headers),
        lambda: birch.get("/sparql", params={"query": "ASK {}"}, headers=headers),
    ):
        response, entry = ended(watched, ask)
        assert (response.status_code, entry.event.purpose) == (200, kept)


def test_a_purpose_that_names_somebody_is_not_taken(watched: Service) -> None:
    birch = watched.by("member:birch")
    headers = {"Purpose-Of-Use": "for ann.alder@example.org"}
    response, found = written(watched, lambda: birch.get(SEARCH, params=VIROLOGY, headers=headers))
    assert (response.status_code, response.json()["rule"], found) == (400, "bad-purpose", [])


def test_a_responder_carries_their_incident(watched: Service) -> None:
    incidents, now = watched.register.incidents, datetime.datetime.now(datetime.UTC)
    one = Incident("0123456789abcdef", "River flood", "EM-7", "birch", now, now + datetime.timedelta(hours=1))
    incidents.open(one)
    responder = watched.by(f"responder:birch/{one.identifier}")
    _, entry = ended(watched, lambda: responder.get(SEARCH, params=VIROLOGY))
    assert entry.event.purpose == "River flood"
    assert one.iri in entry.event.things
    incidents.close(one.identifier)
    _, entry = ended(watched, lambda: responder.get(SEARCH, params=VIROLOGY))
    assert (entry.event.purpose, one.iri in entry.event.things) == ("", False)


@pytest.fixture(scope="module")
def asking(serve: Serve) -> Iterator[Service]:
    """A service in demo mode that wants to know why."""
    with serve(demo=True, purpose_required=True) as service:
        yield service


def test_where_it_is_required_the_page_asks_first_and_once(asking: Service) -> None:
    browser = asking.look_as("member:birch")
    for path in ("/expertise?skill=Virology", "/expertise.csv?skill=Virology"):
        sent = browser.get(path, headers={"Accept": "text/html"})
        assert sent.status_code == 303
        assert httpx.URL(sent.headers["location"]).params["next"] == path
    form = browser.get(sent.headers["location"])
    assert "Responding to an emergency" in form.text
    assert "You need to say it before" in form.text
    back = browser.post("/purpose", data={"purpose": "Responding to an emergency", "next": "/expertise?skill=Virology"})
    assert (back.status_code, back.headers["location"]) == (303, "/expertise?skill=Virology")
    assert "HttpOnly" in back.headers["set-cookie"]
    page, entry = ended(asking, lambda: browser.get("/expertise?skill=Virology"))
    assert "Ann Alder" in page.text
    assert "Responding to an emergency" in page.text
    assert entry.event.purpose == "Responding to an emergency"


def test_where_it_is_required_nobody_of_others_is_shown_without_it(asking: Service) -> None:
    birch, alder = asking.by("member:birch"), asking.by("steward:alder")
    for ask in (
        lambda: birch.get(SEARCH, params=VIROLOGY),
        lambda: birch.get("/sparql", params={"query": "SELECT ?o { ?s ?p ?o }"}),
    ):
        response, found = written(asking, ask)
        assert (response.status_code, response.json()["rule"], found) == (400, "purpose-missing", [])
        assert "Alder" not in response.text
    assert asking.by("anonymous").get(SEARCH, params=VIROLOGY).status_code == 200
    assert alder.get(SEARCH, params={"skill": "Deep learning"}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "Say why you look"),
        ({"purpose": "other", "other": " "}, "Say why you look"),
        ({"purpose": "other", "other": "ask ann@example.org"}, "without names or addresses"),
        ({"purpose": "other", "other": "x" * 301}, "up to 300 characters"),
    ],
)
def test_a_purpose_is_said_in_one_line(asking: Service, sent: dict[str, str], error: str) -> None:
    response = asking.look_as("member:birch").post("/purpose", data=sent)
    assert response.status_code == 400
    assert "<title>Error: " in response.text
    assert error in response.text
    assert "set-cookie" not in response.headers


def test_it_leads_back_inside_only(asking: Service) -> None:
    sent = {"purpose": "other", "other": "Ŵy flood", "next": "https://elsewhere.example/"}
    browser = asking.look_as("member:birch")
    response = browser.post("/purpose", data=sent)
    assert response.headers["location"] == "/"
    assert "Ŵy flood" in browser.get("/").text


@pytest.fixture(scope="module")
def read(serve: Serve) -> Iterator[Service]:
    """A service with looks to be read of."""
    with serve() as service:
        birch = service.by("member:birch")
        birch.get(SEARCH, params=VIROLOGY, headers={"Purpose-Of-Use": "Flood cell"}).raise_for_status()
        birch.get("/sparql", params={"query": "ASK {}"}).raise_for_status()
        service.by("anonymous").get(LOG)
        service.by("operator").post("/api/v1/users", json={"name": "x@example.org", "caller": "lead:birch"})
        yield service
        assert verify(service.register.folder.audit).whole


def digits(service: Service, name: str) -> str:
    """Those of a person's IRI."""
    for hit in service.experts("steward:alder", "Virology")["items"]:
        if hit["name"] == name:
            return str(hit["person"])[-16:]
    raise AssertionError(name)


def test_each_reads_their_part(read: Service) -> None:
    ann = digits(read, "Ann Alder")

    def told(caller: str, **asked: object) -> list[dict[str, Any]]:
        response = read.by(caller).get(LOG, params={name: str(value) for name, value in asked.items()})
        assert response.status_code == 200, response.text
        assert response.headers["cache-control"] == "no-store"
        items: list[dict[str, Any]] = response.json()["items"]
        assert items == sorted(items, key=lambda item: item["time"], reverse=True)
        return items

    (looked,) = told(f"person:alder/{ann}")
    assert looked["people"] == {"alder": [ann]}
    assert (looked["caller"], looked["purpose"], looked["action"]) == ("member:birch", "Flood cell", "search-experts")
    assert looked["token"] == ""
    assert told(f"person:alder/{digits(read, 'Dee Alder')}") == []
    assert [one["action"] for one in told("steward:alder")] == ["query", "search-experts"]
    assert told("steward:alder", person=ann, since="2020-01-01", until="2099-01-01") == told("steward:alder")[1:]
    assert told("steward:alder", until="2020-01-01") == []
    assert [one["action"] for one in told("steward:birch")][-3:] == [
        "permission-changed",
        "permission-changed",
        "query",
    ]
    of_service = [one for one in told("administrator") if one["action"] != "read-audit"]
    assert [one["action"] for one in of_service] == ["permission-changed", "permission-changed", "refused"]
    assert {str(one["people"]) for one in of_service} == {"{}"}
    whole = told("operator", limit=500)
    assert {"search-experts", "query", "read-audit", "refused"} <= {one["action"] for one in whole}
    # That they read it is told too, to those who run the service.
    assert "steward:alder" in {one["caller"] for one in told("administrator", action="read-audit")}


def test_pages_follow_each_other(read: Service) -> None:
    steward, asked = read.by("steward:birch"), {"limit": "1"}
    found = []
    while True:
        body = steward.get(LOG, params=asked).json()
        found += body["items"]
        if body["next_cursor"] is None:
            break
        asked["cursor"] = body["next_cursor"]
    assert found == steward.get(LOG).json()["items"]
    assert steward.get(LOG, params={"cursor": "x"}).json()["rule"] == "bad-cursor"


def test_an_answer_is_the_same_until_something_concerns_its_reader(read: Service) -> None:
    steward = read.by("steward:alder")
    before = steward.get(LOG)
    # Of others: they read, are refused, look at themselves.
    read.by("administrator").get(LOG)
    read.by("member:birch").get(LOG)
    read.by("steward:birch").get(SEARCH, params={"skill": "LIF-VIR-06"})
    after = steward.get(LOG)
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
    assert steward.get(LOG, headers={"If-None-Match": before.headers["etag"]}).status_code == 304


def test_the_anchor_is_for_the_administrator_to_keep_elsewhere(read: Service) -> None:
    body = read.by("administrator").get(f"{LOG}/anchor").json()
    read.by("member:birch").get(SEARCH, params=VIROLOGY)
    folder = read.register.folder.audit
    assert verify(folder, [Anchor.parse(body["anchor"])]).whole
    number, _, digest = body["anchor"].partition(":")
    other = digest.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    assert not verify(folder, [Anchor.parse(f"{number}:{other}")]).whole


PAGES = {
    "steward:alder": "Who looked at our people, and what was changed",
    "administrator": "What happened in this service",
    "person": "Who looked at my record, and why",
}


@pytest.mark.parametrize("caller", PAGES)
def test_the_page_says_it_in_plain_words(read: Service, caller: str) -> None:
    who = f"person:alder/{digits(read, 'Ann Alder')}" if caller == "person" else caller
    page = read.by(who).get("/audit", headers={"Accept": "text/html"})
    assert page.status_code == 200
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    assert PAGES[caller] in text
    assert page.headers["cache-control"] == "no-store"
    if caller == "administrator":
        assert "Let somebody act in a role: lead of Birch Agency" in text
        assert "Flood cell" not in text
        return
    assert "A member of Birch Agency" in text
    assert "Searched for people: Virology" in text
    assert "Flood cell" in text
    if caller == "steward:alder":
        assert "Ann Alder" in text
    nothing = read.by(who).get("/audit", params={"until-day": "1", "until-month": "1", "until-year": "2020"})
    assert "There is nothing." in nothing.text
    wrong = read.by(who).get("/audit", params={"since-day": "31", "since-month": "2", "since-year": "2020"})
    assert wrong.status_code == 400
    assert "must be a real date" in wrong.text


def test_who_has_no_part_has_no_page(read: Service) -> None:
    for caller in ("anonymous", "member:birch", "lead:birch"):
        response = read.by(caller).get("/audit", headers={"Accept": "text/html"})
        assert response.status_code == 403
        assert "No part of the audit log is yours to read." in response.text


def test_nothing_is_read_or_let_in_without_a_log(changing: Service) -> None:
    changing.register.audit.close()
    asked = {"name": "ann@example.org", "caller": "steward:alder"}
    for response in (
        changing.by("steward:alder").get(LOG),
        changing.by("steward:alder").get("/audit"),
        changing.by("operator").post("/api/v1/users", json=asked),
        changing.by("operator").post("/api/v1/tokens", json={"caller": "member:alder", "note": "", "days": 1}),
        changing.by("member:birch").post("/api/v1/proposals", json={"kind": "new", "text": "x"}),
    ):
        assert response.status_code == 503
    assert changing.register.users.users() == []
