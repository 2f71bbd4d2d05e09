"""Every route of the API: its answer in the documented shape, conditional requests, pages, and names of skills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

API = "/api/v1"
VIROLOGY = "https://w3id.org/gse-skills/framework/LIF-VIR"


def get(service: Service, path: str, caller: str = "member:alder", **parameters: object) -> Any:
    response = service.by(caller).get(API + path, params={k: str(v) for k, v in parameters.items()})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


def test_search_forgives_a_slip_and_says_which_label_matched(service: Service) -> None:
    found = get(service, "/skills", q="covid pcr testng", limit=3)
    assert found["query"] == "covid pcr testng"
    first = found["items"][0]
    assert (first["notation"], first["kind"], first["scheme"]) == ("LIF-VIR-02", "skill", "gse")
    assert first["matched_label"] == "COVID PCR testing"
    assert 0 < first["score"] <= 1
    assert len(found["items"]) <= 3


def test_search_in_one_scheme_only(service: Service) -> None:
    found = get(service, "/skills", q="studies", scheme="twins")
    assert {item["scheme"] for item in found["items"]} == {"twins"}
    assert get(service, "/skills", q="studies", scheme="no-such-scheme")["items"] == []


@pytest.mark.parametrize("name", ["LIF-VIR", "lif-vir", VIROLOGY, "Virology", "virology", "Human virology"])
def test_a_skill_goes_by_every_name_that_it_has(service: Service, name: str) -> None:
    skill = get(service, f"/skills/{name}")
    assert (skill["iri"], skill["notation"], skill["kind"]) == (VIROLOGY, "LIF-VIR", "group")
    assert "Human virology" in skill["alt_labels"]
    assert [broader["notation"] for broader in skill["broader"]] == ["LIF"]
    assert "LIF-VIR-02" in [narrower["notation"] for narrower in skill["narrower"]]
    assert skill["definition"]
    assert not skill["deprecated"]
    assert get(service, "/experts", skill=name)["concept"]["iri"] == VIROLOGY


def test_an_ambiguous_label_gets_the_choices(service: Service) -> None:
    for path in ("/skills/Twin studies", "/experts?skill=Twin studies"):
        response = service.by("anonymous").get(API + path)
        assert (response.status_code, response.json()["rule"]) == (409, "ambiguous-label")
        choices = response.json()["choices"]
        assert [(choice["notation"], choice["scheme"]) for choice in choices] == [("TW-A", "twins"), ("TW-B", "twins")]
        assert get(service, f"/skills/{choices[1]['iri']}")["notation"] == "TW-B"


def test_an_unknown_name_gets_the_five_nearest(service: Service) -> None:
    for path in ("/skills/virolojy of people", "/experts?skill=virolojy of people"):
        response = service.by("anonymous").get(API + path)
        assert (response.status_code, response.json()["rule"]) == (404, "unknown-term")
        nearest = response.json()["nearest"]
        assert len(nearest) == 5
        assert all(0 <= one["score"] <= 1 and one["iri"] and one["matched"] for one in nearest)
        assert VIROLOGY in [one["iri"] for one in nearest]
        assert nearest == sorted(nearest, key=lambda one: -one["score"])


def test_who_has_it_and_why(service: Service) -> None:
    answer = service.experts("member:alder", "Virology", min_level="Practitioner")
    assert (answer["concept"]["label"], answer["min_level"], answer["as_of"]) == ("Virology", "Practitioner", None)
    assert [(hit["name"], hit["level"], hit["basis"]) for hit in answer["items"]] == [
        ("Ann Alder", "Expert", "Manager"),
        ("Ben Alder", "Practitioner", "Self"),
        ("Fay Birch", "Practitioner", "Self"),
    ]
    assert answer["total"] == 3
    first = answer["items"][0]
    assert (first["organisation"], first["available"], first["assessed_on"]) == ("alder", True, "2025-01-31")
    assert first["skill"].endswith("LIF-VIR-02")
    assert [(step["kind"], step["label"]) for step in first["why"]] == [
        ("stated", "COVID PCR testing"),
        ("matched:AlternativeLabel", "Molecular viral diagnostics"),
        ("broader", "Virology"),
    ]


def test_unknown_is_not_none(service: Service) -> None:
    splits = service.experts("member:alder", "Virology", min_level="Expert")["organisations"]
    alder = next(split for split in splits if split["organisation"] == "alder")
    # Ann; Ben and Cat below it; nobody mapped here without it; the crowd, and two whose records are for others' eyes.
    assert (alder["has"], alder["below"], alder["without"], alder["not_mapped"]) == (1, 2, 0, 32)


def test_filters_of_experts(service: Service) -> None:
    def names(**filters: object) -> set[str]:
        return {hit["name"] for hit in service.experts("steward:birch", "LIF", **filters)["items"]}

    assert names(org="birch") == {"Eve Birch", "Fay Birch"}
    assert names(available="true") == {"Ann Alder", "Eve Birch"}
    assert names(available="false") == {"Cat Alder"}
    assert names(min_level="Expert") == {"Ann Alder", "Eve Birch"}
    assert names(as_of="2025-02-01") == {"Ann Alder", "Eve Birch", "Fay Birch"}
    assert names(as_of="2025-01-30") == set()


def test_pages_follow_each_other_without_gap_or_repeat(service: Service) -> None:
    whole = service.experts("member:alder", "Deep learning", limit=100)
    assert (whole["total"], whole["next_cursor"]) == (30, None)
    seen: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    for size in (7, 7, 7, 7, 2):
        page = service.experts("member:alder", "Deep learning", limit=7, **cursor)
        assert (page["total"], len(page["items"])) == (30, size)
        seen += page["items"]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
    assert not cursor
    assert seen == whole["items"]
    levels = [hit["level"] for hit in seen]
    assert levels == sorted(levels, key=["Expert", "Practitioner", "Working", "Awareness"].index)


def test_organisations(service: Service) -> None:
    found = get(service, "/organisations", caller="anonymous")
    assert [one["slug"] for one in found["items"]] == ["alder", "birch"]
    assert get(service, "/organisations/birch") == found["items"][1]
    assert found["items"][1]["name"] == "Birch Agency"


def test_a_person(service: Service) -> None:
    hit = service.experts("member:birch", "COVID PCR testing")["items"][0]
    person = get(service, f"/people/{hit['person'].rsplit('/', 1)[1]}")
    assert (person["person"], person["name"], person["organisation"]) == (hit["person"], "Ann Alder", "alder")
    assert person["available"] is True
    assert [
        (held["skill"]["notation"], held["level"], held["basis"], held["assessed_on"]) for held in person["skills"]
    ] == [("LIF-VIR-02", "Expert", "Manager", "2025-01-31")]


def test_health(service: Service) -> None:
    anonymous = service.by("anonymous")
    assert anonymous.get("/healthz").json() == {"status": "ok"}
    assert anonymous.get("/readyz").json() == {"status": "ready"}


CONDITIONAL = (
    "/skills?q=virology",
    "/skills/LIF-VIR",
    "/experts?skill=Virology",
    "/organisations",
    "/organisations/alder",
)


@pytest.mark.parametrize("path", CONDITIONAL)
def test_an_answer_that_the_client_has_is_not_sent_again(service: Service, path: str) -> None:
    client = service.by("member:alder")
    first = client.get(API + path)
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get(API + path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = client.get(API + path, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_an_import_is_never_answered_with_not_modified(service: Service) -> None:
    response = service.by("steward:alder").post(
        f"{API}/organisations/alder/imports?dry_run=true",
        files={"file": ("a.csv", b"Name,Skill,Level\nAnn,Virology,4\n")},
        headers={"If-None-Match": "*"},
    )
    assert response.status_code == 200
    assert response.json()["dry_run"] is True


def test_what_a_caller_may_not_see_changes_no_tag(changing: Service) -> None:
    paths = (*CONDITIONAL, "/experts?skill=LIF-VIR-06", "/experts?skill=LIF&limit=3")

    def tags(caller: str) -> dict[str, str]:
        return {path: changing.by(caller).get(API + path).headers["etag"] for path in paths}

    callers = ("anonymous", "member:alder", "member:birch", "steward:alder")
    before = {caller: tags(caller) for caller in (*callers, "steward:birch")}
    sent = changing.send(
        "steward:birch", [("B9", "Ivy Birch", "LIF-VIR-06", "Expert", "01/02/2025", "Self", "", "yes")], "birch"
    )
    assert (sent.status_code, sent.json()["counts"]["added"]) == (200, 1)
    assert {caller: tags(caller) for caller in callers} == {caller: before[caller] for caller in callers}
    own = tags("steward:birch")
    changed = {path for path in paths if own[path] != before["steward:birch"][path]}
    assert changed == {"/experts?skill=Virology", "/experts?skill=LIF-VIR-06", "/experts?skill=LIF&limit=3"}


def test_a_page_number_stays_true_when_somebody_joins(serve: Serve) -> None:
    with serve() as service:
        first = service.experts("member:alder", "Deep learning", limit=10)
        rest = service.experts("member:alder", "Deep learning", limit=100, cursor=first["next_cursor"])
        joined = ("C99", "Crowd 99", "Deep learning", "Expert", "01/06/2026", "Accredited body", "", "")
        assert service.send("steward:alder", [joined]).status_code == 200
        assert service.experts("member:alder", "Deep learning", limit=1)["items"][0]["name"] == "Crowd 99"
        after = service.experts("member:alder", "Deep learning", limit=100, cursor=first["next_cursor"])
        assert [hit["name"] for hit in after["items"]] == [hit["name"] for hit in rest["items"]]
