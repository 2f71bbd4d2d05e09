"""What holds for every request: host, origin, headers, size of body, HEAD."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from gse_skills.access import OPERATOR
from gse_skills_service.middleware import POLICY

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
PAGES = (
    "/",
    "/expertise?skill=Virology",
    "/framework",
    "/framework/LIF-VIR",
    "/query",
    "/import",
    "/accessibility",
    "/cookies",
)
OTHERS = (
    "/api/v1/skills?q=a",
    "/api/v1/openapi.json",
    "/api/v1/experts",
    "/api/v1/nonsense",
    "/expertise.csv?skill=Virology",
    "/sparql",
    "/sparql?query=ASK{}",
    "/sparql?query=nonsense",
    "/healthz",
    "/readyz",
    "/nonsense",
    "/assets/nonsense.css",
    "/look-as",
    "/operator",
)


@pytest.mark.parametrize("path", (*PAGES, *OTHERS))
def test_every_answer_has_the_headers(service: Service, path: str) -> None:
    for caller in ("anonymous", "member:alder"):
        response = service.by(caller).get(path)
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
        assert len(response.headers["x-request-id"]) == 16
        assert "access-control-allow-origin" not in response.headers


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    directives = {directive.split()[0]: directive.split()[1:] for directive in POLICY.split("; ")}
    assert directives["default-src"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert {source for sources in directives.values() for source in sources} == {"'none'", "'self'", "data:"}


@pytest.mark.parametrize("path", (*PAGES, "/expertise.csv?skill=Virology", "/sparql?query=ASK{}", "/nonsense"))
def test_nothing_is_stored_on_the_way(service: Service, path: str) -> None:
    assert service.by("member:alder").get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/v1/skills?q=a", "/api/v1/experts?skill=LIF", "/api/v1/organisations"])
def test_an_answer_with_a_tag_is_for_its_caller_and_asked_for_again(service: Service, path: str) -> None:
    assert service.by("member:alder").get(path).headers["cache-control"] == "private, no-cache"


def test_request_identifiers_differ(service: Service) -> None:
    assert len({service.by("anonymous").get("/healthz").headers["x-request-id"] for _ in range(5)}) == 5


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:99", "localhost", "LOCALHOST:8000", "[::1]", "[::1]:8000"])
def test_its_own_hosts_are_served(service: Service, host: str) -> None:
    assert service.by("anonymous").get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "", "::1", "[::1", "localhost.", "127.0.0.2"],
)
def test_another_host_is_not(service: Service, host: str) -> None:
    response = service.by("anonymous").get("/healthz", headers={"Host": host})
    assert (response.status_code, response.json()["rule"]) == (421, "unknown-host")
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_hosts_that_the_settings_name_are_served(serve: Serve) -> None:
    with serve(allowed_hosts=("skills.example.gov.uk", "*.lab.example")) as service:

        def status(host: str) -> int:
            return service.by("anonymous").get("/healthz", headers={"Host": host}).status_code

        assert [status(host) for host in ("skills.example.gov.uk", "Skills.Example.gov.uk:443", "a.lab.example")] == [
            200
        ] * 3
        assert [status(host) for host in ("example.gov.uk", "xlab.example", "a.lab.example.evil")] == [421] * 3
        # Its own command line asks under the address on which it listens.
        assert status("127.0.0.1") == 200


FORMS = ("/query", "/import", "/sparql", "/api/v1/organisations/alder/imports", "/look-as", "/import/x/confirm")


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "OWN"},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_is_refused(service: Service, path: str, said: dict[str, str]) -> None:
    headers = {name: text.replace("OWN", service.url) for name, text in said.items()}
    response = service.by("steward:alder").post(path, data={"query": "ASK {}"}, headers=headers)
    assert (response.status_code, response.json()["rule"]) == (403, "cross-origin")


def test_a_form_from_the_same_name_without_encryption_is_refused(serve: Serve) -> None:
    with serve(public_url="https://skills.example.gov.uk") as service:

        def rule(scheme: str) -> str:
            headers = {"Host": "skills.example.gov.uk", "Origin": f"{scheme}://skills.example.gov.uk"}
            return str(service.by("anonymous").post("/look-as", headers=headers).json()["rule"])

        assert rule("http") == "cross-origin"
        assert rule("https") != "cross-origin"


@pytest.mark.parametrize("said", [{"Origin": "OWN"}, {"Origin": "OWN", "Sec-Fetch-Site": "same-origin"}, {}], ids=str)
def test_a_form_from_here_is_taken(service: Service, said: dict[str, str]) -> None:
    headers = {name: text.replace("OWN", service.url) for name, text in said.items()}
    response = service.by("member:alder").post("/sparql", data={"query": "ASK {}"}, headers=headers)
    assert (response.status_code, response.json()["boolean"]) == (200, True)


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/skills?q=virology", "/sparql?query=ASK{}", "/nonsense"])
def test_head_is_get_without_the_body(service: Service, path: str) -> None:
    client = service.by("anonymous")
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    for name in ("content-type", "etag", "content-security-policy"):
        assert head.headers.get(name) == get.headers.get(name)


@pytest.fixture(scope="module")
def small(serve: Serve) -> Iterator[Service]:
    with serve(upload_mib=1) as service:
        yield service


def _body(size: int) -> Iterator[bytes]:
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    for _ in range(size >> 16):
        yield b"x" * (1 << 16)
    yield b"\r\n--b--\r\n"


@pytest.mark.parametrize("path", ["/api/v1/organisations/alder/imports", "/import"])
@pytest.mark.parametrize("length", ["declared", "undeclared"])
def test_an_upload_that_is_too_large(small: Service, path: str, length: str) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    content = b"".join(_body(8 << 20)) if length == "declared" else _body(8 << 20)
    response = small.by("steward:alder").post(path, content=content, headers=headers)
    assert (response.status_code, response.json()["rule"]) == (413, "too-large")
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert not list((small.register.folder.spool / "uploads").iterdir())
    assert small.by("anonymous").get("/healthz").status_code == 200


def test_a_file_that_is_too_large_in_a_body_that_is_not(small: Service) -> None:
    response = small.send("steward:alder", b"x" * ((1 << 20) + 1))
    assert (response.status_code, response.json()["rule"]) == (413, "too-large")
    assert not list((small.register.folder.spool / "uploads").iterdir())


def test_a_page_that_sends_too_much_is_told_so_on_a_page(small: Service) -> None:
    response = small.by("steward:alder").post(
        "/import", files={"sheet": ("a.csv", b"x" * (3 << 20))}, headers={"Accept": "text/html"}
    )
    assert response.status_code == 413
    assert "The request is larger than the 2 MiB that are taken." in response.text


@pytest.mark.parametrize("path", ["/complaints", "/query", "/import/none/words"])
@pytest.mark.parametrize("length", ["declared", "undeclared"])
def test_a_form_has_bounds_of_its_own(small: Service, path: str, length: str) -> None:
    kind = {"Content-Type": "Application/X-WWW-Form-URLencoded; charset=utf-8"}
    client, text = small.by("steward:alder"), "text=" + "x" * (1 << 20)
    for rule, sent in (("too-large", text), ("too-many-fields", "&".join(f"a{n}=" for n in range(1_001)))):
        content = sent.encode() if length == "declared" else iter([sent.encode()])
        response = client.post(path, content=content, headers=kind)
        assert (response.status_code, response.json()["rule"]) == (413, rule)
        page = client.post(path, content=sent.encode(), headers={**kind, "Accept": "text/html"})
        assert (page.status_code, "that are taken." in page.text) == (413, True)
    assert small.register.complaints.listed(small.register.access(OPERATOR)) == ()


def test_who_waits_to_be_asked_on_need_not_send_it(small: Service) -> None:
    host, _, port = small.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(
            b"POST /import HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_the_client_that_leaves_midway_leaves_nothing(small: Service, caplog: pytest.LogCaptureFixture) -> None:
    host, _, port = small.url.removeprefix("http://").partition(":")
    for path in (b"/import", b"/sparql"):
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(
                b"POST " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
                b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
            )
    assert small.by("anonymous").get("/healthz").status_code == 200
    assert caplog.records == []


def test_a_token_never_stands_in_an_address(service: Service) -> None:
    token = service.token("steward:alder")
    with httpx.Client(base_url=service.url, trust_env=False) as client:
        for name in ("token", "access_token", "api_key"):
            answer = client.get("/api/v1/experts", params={"skill": "LIF-VIR-04", name: token})
            assert (answer.status_code, answer.json()["rule"]) == (400, "unknown-parameter")
            assert token not in answer.text
            # A page pays it no heed, and whoever sends it stays nobody.
            assert "Steward" not in client.get("/", params={name: token}).text
