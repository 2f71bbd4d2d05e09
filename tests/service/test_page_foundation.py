"""What every page stands on: error pages, cookies, statements, the demo's banner, files that may be kept for ever."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    import httpx

    from gse_skills.framework import Search
    from tests.service.conftest import Serve, Service

PAGE = {"Accept": "text/html"}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"


def is_a_page(response: httpx.Response, status: int, title: str) -> None:
    """A page of ours in every part, also when it tells of an error."""
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"].startswith(POLICY)
    text = response.text
    assert re.findall(r"<h1[^>]*>([^<]+)</h1>", text) == [title]
    assert f"<title>{title.removesuffix(' for GSE Skills')} " in text
    for part in ("govuk-skip-link", "govuk-service-navigation", "govuk-footer", 'href="/accessibility"'):
        assert part in text


def test_error_pages(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    with serve(requests_per_minute=6) as service:
        anonymous, member = service.by("anonymous"), service.by("member:alder")
        is_a_page(anonymous.get("/nonsense", headers=PAGE), 404, "Page not found")
        refused = anonymous.post("/query", headers={**PAGE, "Origin": "https://evil.example"}, data={"query": "ASK {}"})
        is_a_page(refused, 403, "You cannot do this")
        is_a_page(member.get("/corrections", headers=PAGE), 403, "You cannot do this")
        state = service.register.state
        service.register.state = replace(state, search=cast("Search", "broken"))
        is_a_page(
            anonymous.get("/framework?q=virology", headers=PAGE), 500, "Sorry, there is a problem with the service"
        )
        assert "unforeseen error" in caplog.text
        service.register.state = state
        for _ in range(6):
            busy = anonymous.get("/framework", headers=PAGE)
        is_a_page(busy, 429, "Too many requests")
        assert int(busy.headers["retry-after"]) >= 1
        assert "again" in busy.text


def test_the_page_when_the_service_cannot_answer_now(changing: Service) -> None:
    changing.register.audit.close()
    answer = changing.by("member:birch").get("/audit", headers=PAGE)
    is_a_page(answer, 503, "Sorry, the service is unavailable")
    assert "retry-after" in answer.headers


def test_the_cookies_page_names_every_cookie_that_is_set(demo: Service) -> None:
    client = demo.look_as("member:alder")
    told = client.get("/cookies", headers=PAGE).text
    chosen = client.post("/look-as", data={"caller": "member:birch", "next": "/"})
    said = client.post("/purpose", data={"purpose": "Planning work", "next": "/"})
    names = {cookie.split("=")[0] for one in (chosen, said) for cookie in one.headers.get_list("set-cookie")}
    assert names
    for name in names:
        assert f"{name}<" in told
    for one in (chosen, said):
        for cookie in one.headers.get_list("set-cookie"):
            assert "httponly" in cookie.lower()
            assert "samesite" in cookie.lower()


def test_pages_about_the_service(service: Service) -> None:
    client = service.by("anonymous")
    is_a_page(client.get("/accessibility"), 200, "Accessibility statement for GSE Skills")
    is_a_page(client.get("/cookies"), 200, "Cookies")


def test_the_accessibility_statement_says_whom_to_contact_where_that_is_set(service: Service, serve: Serve) -> None:
    assert "contact us directly" not in service.by("anonymous").get("/accessibility").text
    with serve(contact="access@example.org") as told:
        assert "access@example.org" in told.by("anonymous").get("/accessibility").text


def test_only_the_demo_says_that_it_is_one(demo: Service, service: Service) -> None:
    banner = "This is demo data: every person and organisation is invented."
    for path in ("/", "/framework", "/query", "/organisations", "/cookies", "/nonsense"):
        assert banner in demo.by("anonymous").get(path, headers=PAGE).text
        assert banner not in service.by("anonymous").get(path, headers=PAGE).text


def test_every_file_of_a_page_may_be_kept_for_ever(service: Service) -> None:
    client = service.by("anonymous")
    for path in ("/", "/query", "/query/editor", "/framework"):
        files = re.findall(r'(?:href|src)="(/assets/[^"]+)"', client.get(path).text)
        assert len(files) >= 5
        for name in files:
            assert re.search(r"\.[0-9a-f]{12}\.(css|js|svg)$", name)
            sent = client.get(name)
            assert (sent.status_code, sent.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
            assert sent.headers["content-encoding"] == "gzip"
