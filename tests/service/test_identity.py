"""Signing in at a real issuer, machines with JWT access tokens, and what ends it."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from gse_skills.access import Caller
from gse_skills.audit import entries
from gse_skills.errors import UnavailableError
from gse_skills_service.identity import Attempt, Sessions, session
from gse_skills_service.identity.issuer import Issuer

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

EXPERTS = "/api/v1/experts?skill=Virology"
AUDIENCE = "gse-skills"
USERS: tuple[dict[str, object], ...] = (
    {"sub": "ann", "email": "Ann.Alder@example.org", "email_verified": True},
    {"sub": "mallory", "email": "ann.alder@example.org", "email_verified": False},
    {"sub": "stranger"},
    {"sub": "petra", "email": "PETRA@example.org", "email_verified": True},
    {"sub": "not-petra", "email": "petra@example.org"},
    {"sub": "desk", "email": "desk@example.org", "email_verified": True},
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """An issuer in a process of its own, as it is in life."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    users = [word for user in USERS for word in ("--user-claims", json.dumps(user))]
    words = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *users]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        url = f"http://localhost:{port}"
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{url}/.well-known/openid-configuration", trust_env=False)
                break
            time.sleep(0.05)
        yield url
        process.kill()


@pytest.fixture(scope="module")
def signing_in(serve: Serve, issuer: str) -> Iterator[Service]:
    with serve(oidc_issuer=issuer, oidc_client_id="skills", oidc_client_secret="hush") as service:
        yield service


@pytest.fixture
def guarded(signing_in: Service) -> Iterator[Service]:
    """A service at which Ann may act as a member and as a steward."""
    users = signing_in.register.users
    for caller in ("member:alder", "steward:alder"):
        users.grant("ann.alder@example.org", Caller.parse(caller))
    yield signing_in
    users.revoke("ann.alder@example.org")


def sign_in(browser: httpx.Client, subject: str, following: str = "/") -> httpx.Response:
    """What a browser and its user do: follow, choose whom to be, follow back."""
    page = browser.get("/sign-in", params={"next": following}, follow_redirects=True)
    assert page.url.host == "localhost", page.text
    back = browser.post(page.url, data={"sub": subject}, headers={"Origin": f"http://localhost:{page.url.port}"})
    assert back.status_code in (302, 303), back.text
    return browser.get(back.headers["location"])


@pytest.fixture
def browser(guarded: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=guarded.url, trust_env=False) as browser:
        yield browser


def names(client: httpx.Client, **headers: str) -> list[str]:
    response = client.get(EXPERTS, headers=headers)
    assert response.status_code == 200, response.text
    return sorted(hit["name"] for hit in response.json()["items"])


def form_key(browser: httpx.Client) -> str:
    return browser.get("/").text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_somebody_signs_in_looks_around_and_signs_out(browser: httpx.Client) -> None:
    assert names(browser) == ["Cat Alder"]
    assert 'href="/sign-in?next=%2Fframework"' in browser.get("/framework").text
    back = sign_in(browser, "ann", "/framework")
    assert (back.status_code, back.headers["location"]) == (303, "/framework")
    cookie = back.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Dee Alder" not in names(browser)
    assert "Ann Alder" in names(browser)
    key = form_key(browser)
    assert browser.post("/act-as", data={"caller": "steward:alder", "csrf_token": key}).status_code == 303
    assert "Dee Alder" in names(browser)
    assert browser.post("/sign-out", data={"csrf_token": key}).status_code == 303
    assert names(browser) == ["Cat Alder"]


def test_the_log_tells_who_came_went_on_as_another_and_left(guarded: Service, browser: httpx.Client) -> None:
    log = guarded.register.audit
    before = log.anchor.number
    sign_in(browser, "ann")
    key = form_key(browser)
    said = {"purpose": "other", "other": "Flood cell", "next": "/", "csrf_token": key}
    assert browser.post("/purpose", data={**said, "csrf_token": ""}).json()["rule"] == "stale-form"
    assert browser.post("/purpose", data=said).status_code == 303
    browser.post("/act-as", data={"caller": "steward:alder", "csrf_token": key})
    browser.post("/act-as", data={"caller": "steward:birch", "csrf_token": key})
    browser.post("/sign-out", data={"csrf_token": key})
    assert "purpose" not in browser.cookies
    sign_in(browser, "stranger")
    found = [one.event for one in entries(guarded.register.folder.audit) if one.number > before]
    ann = guarded.register.users.named("ann.alder@example.org").identifier
    assert [(str(one.caller), one.action.value, one.grant, one.rule, one.purpose, one.user) for one in found] == [
        ("member:alder", "sign-in", "", "", "", ann),
        ("member:alder", "refused", "", "stale-form", "", ann),
        ("member:alder", "act-as", "steward:alder", "", "Flood cell", ann),
        ("steward:alder", "act-as", "", "not-granted", "", ann),
        ("steward:alder", "sign-out", "", "", "Flood cell", ann),
        ("anonymous", "sign-in", "", "unknown-user", "", ""),
    ]
    written = b"".join(path.read_bytes() for path in guarded.register.folder.audit.iterdir())
    assert b"example.org" not in written


def test_a_form_without_its_key_is_refused(browser: httpx.Client) -> None:
    sign_in(browser, "ann")
    for sent in ({}, {"csrf_token": ""}, {"csrf_token": "é"}, {"csrf_token": "x" * 43}):
        response = browser.post("/act-as", data={"caller": "steward:alder", **sent})
        assert (response.status_code, response.json()["rule"]) == (403, "stale-form")
    assert "Dee Alder" not in names(browser)
    assert browser.post("/sign-out", data={}).json()["rule"] == "stale-form"


def test_nobody_acts_as_what_they_were_not_granted(browser: httpx.Client) -> None:
    sign_in(browser, "ann")
    for caller in ("steward:birch", "member:birch"):
        response = browser.post("/act-as", data={"caller": caller, "csrf_token": form_key(browser)})
        assert (response.status_code, response.json()["rule"]) == (403, "not-granted")


def test_a_grant_taken_away_ends_at_the_next_request(guarded: Service, browser: httpx.Client) -> None:
    sign_in(browser, "ann")
    assert "Ann Alder" in names(browser)
    guarded.register.users.revoke("ann.alder@example.org", Caller.parse("member:alder"))
    assert names(browser) == ["Cat Alder"]


@pytest.mark.parametrize("subject", ["mallory", "stranger"])
def test_strangers_and_unverified_addresses_are_not_let_in(browser: httpx.Client, subject: str) -> None:
    back = sign_in(browser, subject)
    assert (back.status_code, back.json()["rule"]) == (403, "unknown-user")
    assert names(browser) == ["Cat Alder"]


def test_another_browser_cannot_finish_it(guarded: Service, browser: httpx.Client) -> None:
    page = browser.get("/sign-in", follow_redirects=True)
    back = browser.post(page.url, data={"sub": "ann"}, headers={"Origin": f"http://localhost:{page.url.port}"})
    with httpx.Client(base_url=guarded.url, trust_env=False) as other:
        response = other.get(back.headers["location"])
        assert (response.status_code, response.json()["rule"]) == (401, "sign-in-failed")
    assert browser.get(back.headers["location"] + "x").status_code in (303, 401)


def test_a_code_that_was_made_up_is_worth_nothing(browser: httpx.Client) -> None:
    address = browser.get("/sign-in").headers["location"]
    state = httpx.URL(address).params["state"]
    assert httpx.URL(address).params["code_challenge_method"] == "S256"
    response = browser.get("/sign-in/callback", params={"state": state, "code": "made-up"})
    assert (response.status_code, response.json()["rule"]) == (401, "sign-in-failed")


def test_the_way_back_leads_to_this_site_alone(browser: httpx.Client) -> None:
    assert sign_in(browser, "ann", "//example.org").headers["location"] == "/"


def test_without_an_issuer_nobody_signs_in(service: Service) -> None:
    response = service.by("anonymous").get("/sign-in")
    assert (response.status_code, response.json()["rule"]) == (404, "no-issuer")


def test_an_issuer_that_is_away_is_said_to_be(serve: Serve) -> None:
    with serve(oidc_issuer="http://127.0.0.1:9", oidc_client_id="skills") as service:
        response = service.by("anonymous").get("/sign-in")
        assert (response.status_code, response.json()["rule"]) == (503, "issuer-unreachable")
        assert service.by("steward:alder").get(EXPERTS).status_code == 200


def test_sessions_end_by_themselves() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    name = sessions.signed_in("user", "member:alder")
    for _ in range(16):
        now[0] += 29 * 60
        assert sessions.get(name) is not None
    now[0] += 29 * 60
    assert sessions.get(name) is None, "eight hours are the longest"
    idle = sessions.signed_in("user", "member:alder")
    now[0] += 31 * 60
    assert sessions.get(idle) is None


def test_whoever_begins_to_sign_in_again_and_again_puts_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_MOST", 3)
    sessions = Sessions()
    ann = sessions.signed_in("ann", "member:alder")
    attempts = [sessions.begin(Attempt.begin("https://skills.example/", "/")) for _ in range(5)]
    assert sessions.get(ann) is not None
    assert [sessions.get(one) is not None for one in attempts] == [False, False, True, True, True]
    sessions.end(attempts[4])
    assert sessions.get(attempts[4]) is None


class KeyIssuer:
    """An issuer of JWT access tokens whose keys change."""

    def __init__(self) -> None:
        self.keys = [ECKey.generate_key("P-256", {"kid": "one"})]
        self.asked = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                url = issuer.url
                if self.path == "/keys":
                    issuer.asked += 1
                    body: Any = KeySet(list(issuer.keys)).as_dict(private=False)
                else:
                    body = {"issuer": url, "jwks_uri": f"{url}/keys"}
                content = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def token(self, key: ECKey | None = None, kind: str | None = "at+jwt", **claims: object) -> str:
        key = key or self.keys[-1]
        told = {"iss": self.url, "sub": "robot", "aud": AUDIENCE, "exp": int(time.time()) + 60} | claims
        kept = {name: value for name, value in told.items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": key.kid} | ({"typ": kind} if kind else {}), kept, key)


@pytest.fixture
def machines() -> Iterator[KeyIssuer]:
    issuer = KeyIssuer()
    yield issuer
    issuer.close()


def test_a_machine_comes_with_a_token_of_the_issuers(serve: Serve, machines: KeyIssuer) -> None:
    with serve(oidc_issuer=machines.url, oidc_client_id="skills", oidc_audience=AUDIENCE) as service:
        anonymous = service.by("anonymous")
        refused = anonymous.get(EXPERTS, headers={"Authorization": f"Bearer {machines.token()}"})
        assert (refused.status_code, refused.json()["rule"]) == (401, "bad-token"), "nobody let it in yet"
        for grant in ("member:alder", "steward:birch"):
            service.register.users.grant(f"{machines.url}|robot", Caller.parse(grant))
        bearer = f"Bearer {machines.token()}"
        assert not service.register.users.named(f"{machines.url}|robot").came
        assert "Ann Alder" in names(anonymous, Authorization=bearer)
        assert service.register.users.named(f"{machines.url}|robot").came, "the audit log names it from now on"
        assert "Eve Birch" not in names(anonymous, Authorization=bearer)
        assert "Eve Birch" in names(anonymous, Authorization=bearer, **{"Act-As": "steward:birch"})
        other = {"Authorization": bearer, "Act-As": "steward:alder"}
        assert anonymous.get(EXPERTS, headers=other).json()["rule"] == "bad-token"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://issuer.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
def test_tokens_that_are_not_worth_anything(machines: KeyIssuer, claims: dict[str, Any]) -> None:
    issuer = Issuer(machines.url, "skills", audience=AUDIENCE)
    assert issuer.principal(machines.token()) is not None
    assert issuer.principal(machines.token(**claims)) is None


@pytest.mark.parametrize(
    ("expected", "kind", "claims", "taken"),
    [
        ("at+jwt", "application/at+jwt", {}, True),
        ("at+jwt", "AT+JWT", {}, True),
        ("at+jwt", "JWT", {}, False),
        ("at+jwt", None, {}, False),
        ("JWT", "JWT", {}, True),
        ("JWT", "at+jwt", {}, False),
        ("JWT", "JWT", {"nonce": "of an ID token"}, False),
    ],
)
def test_a_token_of_another_kind_opens_nothing(
    machines: KeyIssuer, expected: str, kind: str | None, claims: dict[str, Any], taken: bool
) -> None:
    issuer = Issuer(machines.url, "skills", audience=AUDIENCE, token_type=expected)
    assert (issuer.principal(machines.token(kind=kind, **claims)) is not None) is taken


def test_forged_tokens(machines: KeyIssuer) -> None:
    issuer = Issuer(machines.url, "skills", audience=AUDIENCE)
    forger = ECKey.generate_key("P-256", {"kid": "one"})
    head, body, _ = machines.token().split(".")
    nothing = "eyJhbGciOiJub25lIn0"
    for token in (machines.token(forger), f"{head}.{body}.", f"{nothing}.{body}.", "a.b.c", "..", f"{head}.{body}"):
        assert issuer.principal(token) is None
    assert Issuer(machines.url, "skills").principal(machines.token()) is None, "no audience is set"


def test_an_issuer_that_answers_nonsense_is_not_there_and_not_asked_by_every_token() -> None:
    asked: list[str] = []

    class Nonsense(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>Down for maintenance</html>" if len(asked) < 3 else b"[]")

        def log_message(self, *_: object) -> None:
            pass

    clock = iter(range(100))
    with ThreadingHTTPServer(("127.0.0.1", 0), Nonsense) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        issuer = Issuer(
            f"http://127.0.0.1:{server.server_port}", "skills", audience=AUDIENCE, clock=lambda: next(clock) * 4.0
        )
        for expected in (1, 1, 1, 2):
            with pytest.raises(UnavailableError) as away:
                issuer.principal("a.b.c")
            assert away.value.rule == "issuer-unreachable"
            assert len(asked) == expected
        with pytest.raises(UnavailableError):
            issuer.sign_in_address(Attempt.begin("https://skills.example/", "/"))
        server.shutdown()


def test_keys_are_changed_without_a_restart(machines: KeyIssuer) -> None:
    now = [0.0]
    issuer = Issuer(machines.url, "skills", audience=AUDIENCE, clock=lambda: now[0])
    assert issuer.principal(machines.token()) is not None
    machines.keys.append(ECKey.generate_key("P-256", {"kid": "two"}))
    assert issuer.principal(machines.token()) is None, "the keys were asked for a moment ago"
    now[0] += 60
    assert issuer.principal(machines.token()) is not None
    asked = machines.asked
    unknown = ECKey.generate_key("P-256", {"kid": "three"})
    for _ in range(5):
        assert issuer.principal(machines.token(unknown)) is None
    assert machines.asked <= asked + 1, "a flood of unknown keys does not become one of requests"


HEADINGS = "Staff number,Name,Email,Skill,Level,Date assessed,Assessed by\n"
PETRA = "P1,Petra Alder,Petra@Example.ORG,LIF-VIR-01,Expert,31/01/2025,Self\n"


def bring_people(service: Service, organisation: str, *rows: str) -> None:
    sheet = (HEADINGS + "".join(rows)).encode()
    sent = service.send(f"steward:{organisation}", sheet, organisation, full="true", snapshot="2026-01-01")
    assert sent.status_code == 200, sent.text


@pytest.fixture(scope="module")
def peopled(serve: Serve, issuer: str) -> Iterator[Service]:
    """A service that knows Petra at two organisations, and two people who share a mailbox."""
    with serve(oidc_issuer=issuer, oidc_client_id="skills", oidc_client_secret="hush") as service:
        shared = [f"P{n},Shared {n},desk@example.org,LIF-VIR-01,Expert,31/01/2025,Self\n" for n in (2, 3)]
        bring_people(service, "alder", PETRA, *shared)
        bring_people(service, "birch", PETRA)
        yield service


@pytest.fixture
def visitor(peopled: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=peopled.url, trust_env=False) as browser:
        yield browser


def offered(browser: httpx.Client) -> list[str]:
    """The callers that the bar of a page offers."""
    return re.findall(r'<option value="([^"]+)"', browser.get("/").text.partition("</form>")[0])


def test_somebody_in_the_records_becomes_themself_without_a_grant(peopled: Service, visitor: httpx.Client) -> None:
    assert sign_in(visitor, "petra").status_code == 303
    selves = offered(visitor)
    assert [one.partition("/")[0] for one in selves] == ["person:alder", "person:birch"]
    page = visitor.get("/").text
    assert "Yourself: Petra Alder, of Alder Laboratory" in page
    user = peopled.register.users.named("petra@example.org")
    assert user.grants == ()
    assert re.fullmatch("[0-9a-f]{16}", user.identifier)
    assert sign_in(visitor, "petra").status_code == 303
    assert peopled.register.users.named("petra@example.org") == user, "the audit log calls them the same again"
    key = form_key(visitor)
    response = visitor.post("/act-as", data={"caller": "person:alder/00000000000000ff", "csrf_token": key})
    assert response.json()["rule"] == "not-granted"
    assert visitor.post("/act-as", data={"caller": selves[1], "csrf_token": key}).status_code == 303


def test_whoever_shares_a_mailbox_is_nobody(visitor: httpx.Client) -> None:
    back = sign_in(visitor, "desk")
    assert (back.status_code, back.json()["rule"]) == (403, "unknown-user")


def test_an_address_that_is_not_verified_makes_nobody_themself(visitor: httpx.Client) -> None:
    assert sign_in(visitor, "not-petra").json()["rule"] == "unknown-user"


def test_a_membership_that_ended_ends_it_at_the_next_request(serve: Serve, issuer: str) -> None:
    with serve(oidc_issuer=issuer, oidc_client_id="skills", oidc_client_secret="hush") as service:
        bring_people(service, "alder", PETRA)
        with httpx.Client(base_url=service.url, trust_env=False) as browser:
            sign_in(browser, "petra")
            assert "Ben Alder" not in names(browser) or "Petra Alder" in names(browser)
            assert "Petra Alder" in names(browser)
            sheet = (HEADINGS + PETRA.replace("Petra@Example.ORG", "p@example.org")).encode()
            sent = service.send("steward:alder", sheet, "alder", full="true", snapshot="2026-01-02")
            assert sent.status_code == 200, sent.text
            assert "Petra Alder" not in names(browser), "the mailbox is gone"
            assert sign_in(browser, "petra").json()["rule"] == "unknown-user"


def test_a_responder_is_one_while_they_may_act_for_their_organisation(guarded: Service, browser: httpx.Client) -> None:
    sign_in(browser, "ann")
    called = guarded.by("duty-officer:alder").post(
        "/api/v1/incidents",
        json={"purpose": "Outbreak", "reference": "INC-1", "hours": 1, "calls": ["Ann.Alder@example.org"]},
    )
    responder = f"responder:alder/{called.json()['id']}"
    assert responder in offered(browser)
    assert browser.post("/act-as", data={"caller": responder, "csrf_token": form_key(browser)}).status_code == 303
    assert "Eli Alder" in names(browser)
    assert "Everything you look at is logged." in browser.get("/framework").text
    for grant in ("member:alder", "steward:alder"):
        guarded.register.users.revoke("ann.alder@example.org", Caller.parse(grant))
    assert names(browser) == ["Cat Alder"], "nobody responds for an organisation that let them go"


def test_an_incident_is_opened_a_short_while_after_signing_in(guarded: Service, browser: httpx.Client) -> None:
    guarded.register.users.grant("ann.alder@example.org", Caller.parse("duty-officer:alder"))
    sign_in(browser, "ann")
    sent = {"caller": "duty-officer:alder", "csrf_token": form_key(browser)}
    assert browser.post("/act-as", data=sent).status_code == 303
    asked = {"purpose": "Outbreak", "reference": "INC-2", "hours": "1", "csrf_token": form_key(browser)}
    assert browser.post("/incidents", data=asked | {"csrf_token": ""}).json()["rule"] == "stale-form"
    assert browser.post("/incidents", data=asked).status_code == 303


def test_signing_in_is_recent_for_a_quarter_of_an_hour() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    name = sessions.signed_in("user", "duty-officer:alder", "ann@example.org")
    session = sessions.get(name)
    assert session is not None
    assert session.address == "ann@example.org"
    assert sessions.is_recent(session)
    now[0] += 15 * 60 + 1
    kept = sessions.get(name)
    assert kept is not None
    assert not sessions.is_recent(kept), "a request is no signing in"
