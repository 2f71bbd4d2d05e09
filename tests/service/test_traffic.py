"""Identifiers, counts, the log of requests, and everybody's share."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service


def test_each_answer_has_an_identifier_of_its_own(service: Service) -> None:
    client = service.by("anonymous")
    seen = {client.get(path).headers["x-request-id"] for path in ("/", "/healthz", "/nowhere", "/sparql?query=x")}
    assert len(seen) == 4
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in seen)


def lines_of(caplog: pytest.LogCaptureFixture, requests: list[str]) -> list[str]:
    """The lines of the log that tell of these requests, which come after the client has had its answer."""
    for _ in range(1_000):
        told = [record.getMessage() for record in caplog.records if record.name == "gse_skills_service.requests"]
        found = {json.loads(line)["request"]: line for line in told}
        if found.keys() >= set(requests):
            return [found[request] for request in requests]
        time.sleep(0.01)
    pytest.fail("the lines never came")


def test_the_log_tells_of_a_request_without_naming_anybody(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    person = service.experts("member:alder", "LIF-VIR-02")["items"][0]["person"].rsplit("/", 1)[1]
    with caplog.at_level(logging.INFO, "gse_skills_service.requests"):
        # What the address says beside the person is refused, and is told of as little.
        response = service.by("member:alder").get(f"/api/v1/people/{person}", params={"name": "Ann Alder"})
        [line] = lines_of(caplog, [response.headers["x-request-id"]])
    told = json.loads(line)
    assert told.pop("ms") > 0
    assert told == {
        "request": response.headers["x-request-id"],
        "method": "GET",
        "route": "/api/v1/people/{identifier}",
        "status": 400,
        "role": "member",
        "organisation": "alder",
    }
    assert person not in line
    assert "Ann" not in line


def test_counts_for_prometheus(service: Service) -> None:
    for _ in range(3):
        service.by("anonymous").get("/api/v1/organisations")
    text = service.by("anonymous").get("/metrics").text
    found = re.search(
        r'gse_skills_requests_total\{method="GET",route="/api/v1/organisations",status="200"\} (\d+)', text
    )
    assert found is not None
    assert int(found[1]) >= 3
    assert 'gse_skills_request_seconds_bucket{le="0.005",route="/healthz"}' in text or "/healthz" not in text


def test_what_a_client_makes_up_is_in_no_count(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    client = service.by("anonymous")
    with caplog.at_level(logging.INFO, "gse_skills_service.requests"):
        missing = client.get("/ann-alder/none")
        strange = client.request("ANNALDER", "/healthz")
        asked = [answer.headers["x-request-id"] for answer in (missing, strange)]
        lines = lines_of(caplog, asked)
    assert (missing.status_code, json.loads(lines[0])["route"]) == (404, "none")
    assert (strange.status_code, json.loads(lines[1])["method"]) == (405, "OTHER")
    told = "".join(lines) + client.get("/metrics").text
    assert "ann-alder" not in told
    assert "ANNALDER" not in told


def test_counts_are_for_this_machine_and_the_operator(service: Service) -> None:
    from_elsewhere = {"X-Forwarded-For": "192.0.2.7"}
    nowhere = service.by("steward:alder").get("/nowhere").json()
    refused = service.by("steward:alder").get("/metrics", headers=from_elsewhere)
    assert (refused.status_code, refused.json()) == (404, nowhere)
    assert service.by("operator").get("/metrics", headers=from_elsewhere).status_code == 200


def test_who_asks_too_much_waits_and_others_do_not(serve: Serve) -> None:
    with serve(requests_per_minute=5) as service:
        busy = service.by("member:alder")
        answers = [busy.get("/api/v1/organisations") for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert [answer.headers["ratelimit-remaining"] for answer in answers[:5]] == ["4", "3", "2", "1", "0"]
        last = answers[-1]
        assert (last.json()["rule"], last.headers["content-type"]) == ("too-many-requests", "application/problem+json")
        assert 1 <= int(last.headers["retry-after"]) <= 120
        assert service.by("member:birch").get("/api/v1/organisations").status_code == 200
        for path in ("/healthz", "/readyz", "/metrics"):
            assert busy.get(path).status_code == 200
        page = httpx.get(f"{service.url}/", headers={"Accept": "text/html"}, trust_env=False)
        assert page.status_code == 200


def test_whoever_makes_up_tokens_has_no_share_for_each(serve: Serve) -> None:
    with serve(requests_per_minute=2) as service:
        codes = [
            service.by("anonymous").get("/api/v1/organisations", headers={"Authorization": f"Bearer {n}"}).status_code
            for n in range(50)
        ]
        # Twenty shares of two for the address, and each was of somebody else.
        assert codes == [401] * 40 + [429] * 10
        assert service.by("anonymous").get("/healthz").status_code == 200
