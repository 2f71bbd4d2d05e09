"""Every error is a problem document (RFC 9457) of one shape, in the status that its rule stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import httpx
import pytest

from gse_skills import errors
from gse_skills_service import problems

if TYPE_CHECKING:
    from gse_skills.framework import Search
    from tests.service.conftest import Serve, Service

API = "/api/v1"
SHEET = {"file": ("a.csv", b"Name,Skill,Level\nAnn,Virology,4\n")}
IMPORTS = f"{API}/organisations/alder/imports"
SPARQL = "/sparql"
DIRECT = "application/sparql-query"

Ask = Callable[[httpx.Client], httpx.Response]


def _get(path: str, **headers: str) -> Ask:
    return lambda client: client.get(path, headers={name.replace("_", "-"): text for name, text in headers.items()})


def _query(query: str, **headers: str) -> Ask:
    return lambda client: client.post(SPARQL, content=query, headers={"Content-Type": DIRECT, **headers})


REFUSALS: dict[str, tuple[int, str, str, Ask]] = {
    "no such address": (404, "no-such-address", "anonymous", _get(f"{API}/nonsense")),
    "a method that it does not take": (405, "method-not-allowed", "anonymous", lambda c: c.delete(f"{API}/skills")),
    "not a token": (401, "bad-token", "anonymous", _get(f"{API}/skills?q=a", Authorization="Bearer gse_no")),
    "another scheme": (401, "bad-token", "anonymous", _get(f"{API}/organisations", Authorization="Basic YTpi")),
    "no parameter": (422, "bad-parameter", "anonymous", _get(f"{API}/experts")),
    "not a level": (422, "bad-parameter", "anonymous", _get(f"{API}/experts?skill=LIF&min_level=Guru")),
    "not a date": (422, "bad-parameter", "anonymous", _get(f"{API}/experts?skill=LIF&as_of=31/02/2025")),
    "a parameter misspelt": (400, "unknown-parameter", "anonymous", _get(f"{API}/experts?skill=LIF&levle=Expert")),
    "a parameter of another operation": (
        *(400, "unknown-parameter", "steward:alder"),
        _get(f"{API}/organisations/alder/units?known_at=2025-01-01"),
    ),
    "too many at once": (422, "bad-parameter", "anonymous", _get(f"{API}/experts?skill=LIF&limit=501")),
    "not a cursor": (400, "bad-cursor", "anonymous", _get(f"{API}/experts?skill=LIF&cursor=x")),
    "unknown skill": (404, "unknown-term", "anonymous", _get(f"{API}/skills/zzzz")),
    "ambiguous skill": (409, "ambiguous-label", "anonymous", _get(f"{API}/skills/Twin studies")),
    "unknown organisation": (404, "unknown-organisation", "anonymous", _get(f"{API}/organisations/cedar")),
    "experts of nobody": (404, "unknown-organisation", "anonymous", _get(f"{API}/experts?skill=LIF&org=cedar")),
    "unknown person": (404, "unknown-person", "member:alder", _get(f"{API}/people/00000000000000ff")),
    "not a person": (404, "unknown-person", "member:alder", _get(f"{API}/people/ann")),
    "no report": (404, "unknown-upload", "steward:alder", _get(f"{API}/imports/{'0' * 32}/report.xlsx")),
    "no such form of report": (422, "bad-parameter", "steward:alder", _get(f"{API}/imports/x/report.pdf")),
    "import by nobody": (403, "not-steward", "anonymous", lambda c: c.post(IMPORTS, files=SHEET)),
    "import by a member": (403, "not-steward", "member:alder", lambda c: c.post(IMPORTS, files=SHEET)),
    "import by another's steward": (403, "not-steward", "steward:birch", lambda c: c.post(IMPORTS, files=SHEET)),
    "no file": (422, "bad-parameter", "steward:alder", lambda c: c.post(IMPORTS, data={"full": "true"})),
    "empty file": (400, "empty-file", "steward:alder", lambda c: c.post(IMPORTS, files={"file": ("a.csv", b"")})),
    "a mapping that is none": (
        *(400, "mapping-invalid", "steward:alder"),
        lambda c: c.post(IMPORTS, files=SHEET, data={"mapping": "[1]"}),
    ),
    "not what was reviewed": (
        *(409, "changed-meanwhile", "steward:alder"),
        lambda c: c.post(IMPORTS, files=SHEET, data={"expected": "0"}),
    ),
    "form from elsewhere": (
        *(403, "cross-origin", "steward:alder"),
        lambda c: c.post(IMPORTS, files=SHEET, headers={"Origin": "https://evil.example"}),
    ),
    "other host": (421, "unknown-host", "anonymous", _get(f"{API}/skills?q=a", Host="evil.example")),
    "larger than is taken": (
        *(413, "too-large", "steward:alder"),
        lambda c: c.post(
            IMPORTS, content=b"x" * (3 << 20), headers={"Content-Type": "multipart/form-data; boundary=b"}
        ),
    ),
    "malformed query": (400, "syntax", "anonymous", _query("SELECT")),
    "query over its length": (413, "query-too-long", "anonymous", _query("#" * (70 << 10))),
    "body over its length": (413, "query-too-long", "anonymous", _query("#" * (300 << 10))),
    "no media type in common": (406, "not-acceptable", "anonymous", _query("ASK {}", Accept="image/png")),
    "no description so": (406, "not-acceptable", "anonymous", _get(SPARQL, Accept="image/png")),
    "query of another kind": (
        415,
        "unsupported-media-type",
        "anonymous",
        _query("ASK {}", **{"Content-Type": "text/plain"}),
    ),
    "row after row": (
        503,
        "row-limit or time-limit",
        "member:alder",
        _query("SELECT (1 AS ?x) { ?a ?b ?c . ?d ?e ?f }"),
    ),
    "byte after byte": (503, "output-limit or time-limit", "member:alder", _query("SELECT * { ?a ?b ?c . ?d ?e ?f }")),
    "over its time": (
        503,
        "time-limit or cpu-limit",
        "member:alder",
        _query("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    ),
    "over its memory": (507, "memory-limit", "member:alder", _query("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f")),
}


@pytest.fixture(scope="module")
def tight(serve: Serve) -> Iterator[Service]:
    """A service with small limits."""
    with serve(upload_mib=1, query_seconds=2.0, query_memory_mib=64) as service:
        yield service


@pytest.mark.parametrize("name", REFUSALS)
def test_one_shape_of_error_everywhere(tight: Service, name: str) -> None:
    status, rule, caller, ask = REFUSALS[name]
    response = ask(tight.by(caller))
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json"), (
        response.text
    )
    body = response.json()
    assert body["status"] == status
    assert body["rule"] in rule.split(" or ")
    assert body["type"] == f"https://w3id.org/gse-skills/problem/{body['rule']}"
    assert body["title"]
    assert body["detail"]
    assert body["remedy"]
    assert "Traceback" not in response.text
    assert (status == 401) == ("www-authenticate" in response.headers)
    assert (status in (503, 507)) == ("retry-after" in response.headers)
    assert (status == 405) == ("allow" in response.headers)


def test_every_status_is_met_that_the_api_speaks_of() -> None:
    assert {status for status, *_ in REFUSALS.values()} == {
        400,
        401,
        403,
        404,
        405,
        406,
        409,
        413,
        415,
        421,
        422,
        503,
        507,
    }


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (SPARQL, "GET, HEAD, POST"),
        (f"{API}/proposals", "GET, HEAD, POST"),
        (f"{API}/people/00000000000000ff", "DELETE, GET, HEAD"),
        (f"{API}/people/00000000000000ff/plan", "GET, HEAD, PATCH, POST"),
        (f"{API}/people/00000000000000ff/confirmations", "POST"),
        # The address of a skill takes any name, also that of the operation.
        (f"{API}/skills/in-text", "GET, HEAD, POST"),
        ("/framework", "GET, HEAD"),
        ("/people/00000000000000ff/erasure", "GET, HEAD, POST"),
        ("/assets/gse-skills.css", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_taken_is_answered_with_all_that_are(service: Service, path: str, methods: str) -> None:
    for accept in ("application/json", "text/html"):
        response = service.by("anonymous").request("OPTIONS", path, headers={"Accept": accept})
        assert (response.status_code, response.headers["allow"]) == (405, methods)
    for method in set(methods.split(", ")) & {"GET", "HEAD"}:
        assert service.by("anonymous").request(method, path).status_code != 405


def test_a_wrong_parameter_is_named_with_its_value(service: Service) -> None:
    body = service.by("anonymous").get(f"{API}/experts?skill=LIF&limit=x&as_of=soon").json()
    assert [(fault["at"], fault["value"]) for fault in body["faults"]] == [
        ("query.as_of", "'soon'"),
        ("query.limit", "'x'"),
    ]


def test_who_asks_for_a_page_gets_the_problem_as_a_page(service: Service) -> None:
    def page(path: str, **headers: str) -> httpx.Response:
        return service.by("anonymous").get(path, headers={"Accept": "text/html,*/*;q=0.8", **headers})

    for path, status, words in (
        ("/nonsense", 404, "If you typed the web address, check it is correct."),
        ("/framework/zzzz", 404, "No skill is called"),
        ("/import/x/done", 401, "You need to sign in"),
    ):
        response = page(path)
        assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert words in response.text
    assert "does not go by that host name" in page("/", Host="evil.example").text
    assert page(f"{API}/nonsense").headers["content-type"] == problems.MEDIA_TYPE


def test_the_choices_on_a_page_lead_somewhere(service: Service) -> None:
    client = service.by("anonymous")
    response = client.get("/framework/Twin studies", headers={"Accept": "text/html"})
    assert response.status_code == 409
    links = [part.split('"')[0] for part in response.text.split('href="') if part.startswith("/framework/concept")]
    assert len(links) == 2
    for link in links:
        shown = client.get(link.replace("&amp;", "&"))
        assert shown.status_code == 200
        assert "Twin studies" in shown.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InputError(""), 400),
        (errors.NotFoundError(""), 404),
        (errors.AmbiguousError(""), 409),
        (errors.TooLargeError(""), 413),
        (errors.RefusedError(""), 403),
        (errors.ConflictError(""), 409),
        (errors.LimitError(""), 503),
        (errors.UnavailableError(""), 503),
        (errors.GseSkillsError(""), 500),
        (errors.LimitError("", rule="memory-limit"), 507),
        (errors.LimitError("", rule="disk-full"), 507),
        (errors.RefusedError("", rule="no-token"), 401),
    ],
)
def test_each_kind_of_error_has_its_status(error: errors.GseSkillsError, status: int) -> None:
    assert problems.status_of(error) == status


def test_what_nobody_foresaw_is_told_to_the_log_and_not_to_the_client(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    with serve() as service:
        service.register.state = replace(service.register.state, search=cast("Search", "broken"))
        for accept, kind in (("*/*", problems.MEDIA_TYPE), ("text/html", "text/html; charset=utf-8")):
            response = service.by("anonymous").get("/framework?q=virology", headers={"Accept": accept})
            assert (response.status_code, response.headers["content-type"]) == (500, kind)
            assert "content-security-policy" in response.headers
            assert "AttributeError" not in response.text
        assert [record.message for record in caplog.records] == ["unforeseen error"] * 2
        assert all(record.exc_info for record in caplog.records)
