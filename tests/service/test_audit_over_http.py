"""Every look at people of another organisation and every change has its entry before its answer, or there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest

from gse_skills.audit import Action, Entry, Outcome, entries, verify
from gse_skills.vocabulary import Audience

if TYPE_CHECKING:
    from tests.service.conftest import Service

NAMES = "SELECT ?name WHERE { ?person <http://xmlns.com/foaf/0.1/name> ?name }"


def told(service: Service, ask: Callable[[], httpx.Response]) -> tuple[httpx.Response, list[Entry]]:
    """An answer, and the entries that were written for it."""
    before = service.register.audit.anchor.number
    response = ask()
    fresh = (entry for entry in entries(service.register.folder.audit) if entry.number > before)
    # With the first entry after a minute comes how often others were refused in it.
    return response, [entry for entry in fresh if not entry.event.count]


def test_a_search_tells_of_the_people_of_others_whom_it_shows(service: Service) -> None:
    birch = service.by("member:birch")
    response, (entry,) = told(service, lambda: birch.get("/api/v1/experts", params={"skill": "Virology"}))
    body = response.json()
    alder = [item["person"][-16:] for item in body["items"] if item["organisation"] == "alder"]
    assert alder
    assert len(alder) < len(body["items"])
    assert dict(entry.event.people) == {"alder": tuple(alder)}
    assert entry.event.action is Action.SEARCH_EXPERTS
    assert str(entry.event.caller) == "member:birch"
    assert entry.event.things == (body["concept"]["iri"],)


def test_the_request_in_the_entry_is_the_one_in_the_header(service: Service) -> None:
    birch = service.by("member:birch")
    response, (entry,) = told(service, lambda: birch.get("/api/v1/experts", params={"skill": "Deep learning"}))
    assert entry.event.request == response.headers["x-request-id"]


def test_what_shows_nobody_or_only_ones_own_needs_no_entry(service: Service) -> None:
    alder, anonymous = service.by("steward:alder"), service.by("anonymous")
    for ask in (
        lambda: alder.get("/api/v1/experts", params={"skill": "Deep learning"}),
        lambda: anonymous.get("/api/v1/experts", params={"skill": "Deep learning"}),
        lambda: anonymous.get("/sparql", params={"query": NAMES}),
        lambda: alder.get("/api/v1/skills", params={"q": "virology"}),
        lambda: alder.get("/api/v1/people/0000000000000000"),
        lambda: alder.get("/api/v1/experts", params={"skill": "no such skill"}),
    ):
        assert told(service, ask)[1] == []


def test_a_person_page_and_export_tell_of_those_shown(service: Service) -> None:
    birch = service.by("steward:birch")
    found = birch.get("/api/v1/experts", params={"skill": "Deep learning", "limit": 100}).json()["items"]
    everybody = {item["person"][-16:] for item in found}
    one = found[0]["person"]
    for path in (f"/api/v1/people/{one[-16:]}", f"/doc/id/person/{one[-16:]}.ttl"):
        response, (entry,) = told(service, lambda path=path: birch.get(path))  # type: ignore[misc]  # bound in the loop
        assert response.status_code == 200, path
        assert (entry.event.action, dict(entry.event.people)) == (Action.READ_PERSON, {"alder": (one[-16:],)})
    _, (entry,) = told(service, lambda: birch.get("/expertise", params={"skill": "Deep learning"}))
    assert (entry.event.action, len(entry.event.people["alder"])) == (Action.SEARCH_EXPERTS, 20)
    _, (entry,) = told(service, lambda: birch.get("/expertise.csv", params={"skill": "Deep learning"}))
    assert (entry.event.action, set(entry.event.people["alder"])) == (Action.EXPORT, everybody)


def test_a_query_over_what_is_not_public_tells_its_hash_and_graphs(service: Service) -> None:
    birch = service.by("steward:birch")
    graphs = (Audience.ALLIANCE.view(""), Audience.PRIVATE.view("birch"))
    for ask in (
        lambda: birch.get("/sparql", params={"query": NAMES}),
        lambda: birch.post("/sparql", data={"query": NAMES}),
        lambda: birch.post("/query", data={"query": NAMES}),
    ):
        response, (entry,) = told(service, ask)
        assert response.status_code == 200
        assert (entry.event.action, entry.event.graphs) == (Action.QUERY, graphs)
        assert entry.event.digest == hashlib.sha256(NAMES.encode()).hexdigest()


def test_a_change_is_told_of_before_and_after(changing: Service) -> None:
    alder, operator = changing.by("steward:alder"), changing.by("operator")
    sheet = {"file": ("team.csv", b"Name,Skill,Level\nZoe Alder,Deep learning,Expert\n")}
    path = "/api/v1/organisations/alder/imports"
    assert told(changing, lambda: alder.post(path, files=sheet, params={"dry_run": True}))[1] == []
    asked: list[tuple[Callable[[], httpx.Response], Action, Outcome]] = [
        (lambda: alder.post(path, files=sheet), Action.IMPORT, Outcome.DONE),
        (lambda: alder.post(path, files={"file": ("x.xlsx", b"PK")}), Action.IMPORT, Outcome.FAILED),
        (lambda: operator.post("/operator/rebuild"), Action.CHANGE, Outcome.DONE),
        (
            lambda: operator.post(
                "/api/v1/organisations", json={"slug": "No Slug", "name": "x", "audience": "private"}
            ),
            Action.ORGANISATION_ADDED,
            Outcome.FAILED,
        ),
    ]
    for ask, action, outcome in asked:
        response, (begun, ended) = told(changing, ask)
        assert response.is_success == (outcome is Outcome.DONE)
        assert (begun.event.action, begun.event.outcome) == (action, Outcome.BEGUN)
        assert (ended.event.action, ended.event.outcome) == (action, outcome)
        assert bool(ended.event.rule) == (outcome is Outcome.FAILED)
    assert verify(changing.register.folder.audit).whole


def test_without_an_entry_there_is_no_answer_and_no_change(changing: Service) -> None:
    birch, alder = changing.by("member:birch"), changing.by("steward:alder")
    before = changing.register.store.commit
    changing.register.audit.close()
    sheet = {"file": ("team.csv", b"Name,Skill,Level\nZoe Alder,Deep learning,Expert\n")}
    for response in (
        birch.get("/api/v1/experts", params={"skill": "Virology"}),
        birch.get("/expertise.csv", params={"skill": "Virology"}),
        birch.get("/sparql", params={"query": NAMES}),
        alder.post("/api/v1/organisations/alder/imports", files=sheet),
    ):
        assert response.status_code == 503
        assert "retry-after" in response.headers
        assert "Alder" not in response.text
        assert "audit-failed" in response.text
    assert changing.register.store.commit == before
    assert birch.get("/api/v1/skills", params={"q": "virology"}).status_code == 200


@pytest.mark.parametrize("caller", ["member:Ann Alder", "steward:nowhere"])
def test_an_organisation_that_is_none_of_ours_does_not_get_into_the_log(caller: str, service: Service) -> None:
    client = service.by(caller)
    response, written = told(service, lambda: client.get("/api/v1/experts", params={"skill": "Virology"}))
    assert response.status_code == 200
    assert [entry.event.caller.organisation for entry in written] == [None]
