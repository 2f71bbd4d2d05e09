"""Managing over pages: what is checked first, done once it is confirmed, and told; and who must sign in again for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gse_skills.access import Caller
from gse_skills.audit import Action, Event, Outcome, entries
from gse_skills.organisation import Organisation
from gse_skills.retention import Kind, months_of
from gse_skills.vocabulary import Audience
from gse_skills_service.identity import Sessions

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

USERS, TOKENS, ORGANISATIONS = ("/administration/users", "/administration/tokens", "/administration/organisations")
ROWS = [
    ("D1", "Dan Dogwood", "LIF-VIR-01", "Expert", "31/01/2025", "Self", "", ""),
    ("D1", "Dan Dogwood", "Deep learning", "Working", "31/01/2025", "Self", "", ""),
    ("D1", "Dan Dogwood", "Deep learning", "Practitioner", "31/01/2025", "Line manager", "", ""),
    ("D2", "Eva Dogwood", "LIF-VIR-02", "Practitioner", "31/01/2025", "Self", "", ""),
]


@pytest.fixture(scope="module")
def managed(serve: Serve) -> Iterator[Service]:
    with serve() as service:
        service.register.add_organisation(Organisation("dogwood", "Dogwood Office", Audience.ALLIANCE))
        assert service.send("steward:dogwood", ROWS, "dogwood").status_code == 200
        yield service


def hidden(page: httpx.Response) -> dict[str, str]:
    """What a page of checking sends back when it is confirmed."""
    assert page.status_code == 200, page.text
    assert "Nothing has been changed yet." in page.text
    main = page.text.partition("<main")[2]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', main))


def told(service: Service, since: int) -> list[Event]:
    log = service.register.folder.audit
    return [one.event for one in entries(log) if one.number > since and one.event.outcome is Outcome.DONE]


def test_a_grant_is_checked_given_and_taken_away(managed: Service) -> None:
    client, users = managed.by("administrator"), managed.register.users
    sent = {"name": "Jo@example.org", "role": "steward", "org": "dogwood"}
    since = managed.register.audit.anchor.number
    check = client.post(USERS, data=sent)
    assert users.users() == []
    assert "Steward, of Dogwood Office" in check.text
    assert client.post(USERS, data=hidden(check)).headers["location"] == f"{USERS}?done=granted"
    (user,) = users.users()
    assert (user.name, user.grants) == ("jo@example.org", ("steward:dogwood",))
    removal = f"{USERS}/{user.identifier}/removal?caller=steward:dogwood"
    assert removal.replace(":", "%3A") in client.get(USERS).text
    assert hidden(client.post(removal)) == hidden(client.get(removal)) == {"sure": "true"}
    assert client.post(removal, data={"sure": "true"}).status_code == 303
    assert users.users()[0].grants == ()
    assert client.post(f"{USERS}/{user.identifier}/removal", data={"sure": "true"}).status_code == 303
    assert users.users() == []
    actions = [(one.action, one.organisations) for one in told(managed, since)]
    assert actions[:2] == [
        (Action.PERMISSION_CHANGED, ("dogwood",)),
        (Action.PERMISSION_REVOKED, ("dogwood",)),
    ]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "nobody", "role": "member", "org": "dogwood"}, "name"),
        ({"name": "jo@example.org", "org": "dogwood"}, "role"),
        ({"name": "jo@example.org", "role": "operator"}, "role"),
        ({"name": "jo@example.org", "role": "steward"}, "org"),
        ({"name": "jo@example.org", "role": "steward", "org": "nowhere"}, "org"),
        ({"name": "jo@example.org", "role": "person", "org": "dogwood", "person": "Dan"}, "person"),
    ],
)
def test_what_is_wrong_with_a_grant_stands_beside_its_field(managed: Service, sent: dict[str, str], field: str) -> None:
    page = managed.by("administrator").post(USERS, data={**sent, "sure": "true"})
    assert page.status_code in (400, 404)
    assert f'href="#{field}"' in page.text
    assert "<title>Error: " in page.text
    assert managed.register.users.users() == []


@pytest.mark.parametrize("path", [USERS, TOKENS])
def test_a_person_is_found_by_name_as_far_as_the_caller_is_shown_them(managed: Service, path: str) -> None:
    people = managed.by("operator").get("/api/v1/experts?skill=LIF-VIR&org=dogwood").json()["items"]
    digits = {one["name"]: one["person"][-16:] for one in people}
    sent = {"name": "dan@example.org", "role": "person", "org": "dogwood", "days": "3", "person": "dogwood"}
    page = managed.by("operator").post(path, data=sent)
    assert page.status_code == 400
    assert 'href="#chosen"' in page.text
    for one in digits.values():
        assert f'value="{one}"' in page.text
    chosen = managed.by("operator").post(path, data={**sent, "chosen": digits["Eva Dogwood"]})
    assert "Eva Dogwood, Dogwood Office" in chosen.text
    assert hidden(chosen)["person"] == digits["Eva Dogwood"]
    named = managed.by("operator").post(path, data={**sent, "person": "dan dogwood"})
    assert hidden(named)["person"] == digits["Dan Dogwood"]
    # An administrator is shown what is public and nobody else by name, and learns nothing here of whom there is.
    answers = [
        managed.by("administrator").post(path, data={**sent, **said}).text.replace(said["person"], "WHO")
        for said in (
            {"person": "Dan Dogwood"},
            {"person": "Nemo Nobody"},
            {"person": "Nemo Nobody", "chosen": digits["Dan Dogwood"]},
        )
    ]
    assert answers[0] == answers[1] == answers[2]
    assert "or the identifier from their record" in answers[0]
    given = managed.by("administrator").post(path, data={**sent, "person": digits["Dan Dogwood"]})
    assert hidden(given)["person"] == digits["Dan Dogwood"]
    assert "Dan Dogwood" not in given.text


def test_the_list_of_users_names_nobody_of_the_records(managed: Service) -> None:
    people = managed.by("operator").get("/api/v1/experts?skill=LIF-VIR-01&org=dogwood").json()["items"]
    digits = people[0]["person"][-16:]
    managed.register.users.grant("dan@example.org", Caller.parse(f"person:dogwood/{digits}"))
    page = managed.by("administrator").get(USERS).text
    mine = managed.by(f"person:dogwood/{digits}").get("/me").text
    managed.register.users.revoke("dan@example.org")
    assert digits in page
    assert "Dan Dogwood" not in page
    assert f"Themselves, a person in the records, of Dogwood Office ({digits})" in mine
    assert "person:dogwood" not in mine.partition("<main")[2]


def test_a_token_is_shown_once_and_revoked(managed: Service) -> None:
    client, tokens = managed.by("administrator"), managed.register.tokens
    before = len(tokens.tokens())
    check = client.post(TOKENS, data={"role": "member", "org": "dogwood", "days": "3", "note": "nightly <b>"})
    assert len(tokens.tokens()) == before
    sent = client.post(TOKENS, data={"role": "member", "org": "dogwood", **hidden(check), "note": "nightly <b>"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{TOKENS}?done=made")
    made = client.get(sent.headers["location"])
    assert made.headers["cache-control"] == "private, no-store"
    secret = re.search(r"gse_[\w-]+", made.text)
    assert secret is not None
    token = tokens.find(secret[0])
    assert token is not None
    assert (token.caller, token.note) == ("member:dogwood", "nightly <b>")
    assert secret[0] not in f"{sent.headers} {sent.text} {made.headers}", "in no address and no cookie"
    again = client.get(sent.headers["location"]).text
    assert secret[0] not in again
    assert "cannot be shown again" in again
    assert len(tokens.tokens()) == before + 1, "a page that is reloaded makes no second one"
    listed = client.get(TOKENS).text
    assert secret[0] not in listed
    assert "nightly &lt;b&gt;" in listed
    page = f"{TOKENS}/{token.name}/revocation"
    assert client.post(page, data=hidden(client.get(page))).status_code == 303
    assert tokens.find(secret[0]) is None


def test_a_secret_is_for_the_browser_that_made_it(managed: Service) -> None:
    client, tokens = managed.by("administrator"), managed.register.tokens
    sent = client.post(TOKENS, data={"role": "member", "org": "dogwood", "days": "3", "sure": "true"})
    name = sent.cookies["shown"]
    for other in (managed.by("operator"), managed.by("anonymous")):
        assert "gse_" not in other.get(sent.headers["location"], headers={"Cookie": f"shown={name}"}).text
    assert "gse_" not in client.get("/complaints?done=made").text
    assert "gse_" in client.get(sent.headers["location"]).text
    tokens.revoke(tokens.tokens()[-1].name)


@pytest.mark.parametrize("days", ["0", "367", "many", ""])
def test_a_token_is_for_a_time(managed: Service, days: str) -> None:
    page = managed.by("administrator").post(TOKENS, data={"role": "administrator", "days": days, "sure": "true"})
    assert page.status_code == 400
    assert 'href="#days"' in page.text


def test_an_organisation_is_checked_and_added(managed: Service) -> None:
    client, state = managed.by("administrator"), managed.register
    sent = {"name": "Elder  Office", "slug": "elder", "audience": "emergency"}
    check = client.post(ORGANISATIONS, data=sent)
    assert "elder" not in [one.slug for one in state.state.organisations]
    assert client.post(ORGANISATIONS, data=hidden(check)).status_code == 303
    added = state.state.organisation("elder")
    assert (added.name, added.audience) == ("Elder Office", Audience.EMERGENCY)
    again = client.post(ORGANISATIONS, data=sent)
    assert again.status_code == 409
    assert 'href="#slug"' in again.text
    assert 'href="#slug"' in client.post(ORGANISATIONS, data={**sent, "slug": "Not One"}).text
    assert 'href="#audience"' in client.post(ORGANISATIONS, data={**sent, "slug": "yew", "audience": "all"}).text


def test_records_move_when_that_is_confirmed_and_still_so(managed: Service) -> None:
    client, register = managed.by("steward:dogwood"), managed.register
    sent = {"scope": "branch", "skill": "LIF-VIR", "audience": "private"}
    check = client.post("/sharing", data=sent)
    assert "They are records of 2 people." in check.text
    assert register.state.organisation("dogwood").branches == {}
    stale = client.post("/sharing", data={**hidden(check), "version": "0"})
    assert "have changed since you tried it" in stale.text
    assert register.state.organisation("dogwood").branches == {}
    since = register.audit.anchor.number
    assert client.post("/sharing", data=hidden(stale)).status_code == 303
    assert list(register.state.organisation("dogwood").branches.values()) == [Audience.PRIVATE]
    assert [one.organisations for one in told(managed, since)] == [("dogwood",)]
    assert managed.experts("member:alder", "LIF-VIR-01", org="dogwood")["items"] == []
    back = client.post("/sharing", data={**sent, "audience": "none"})
    assert "cannot unsee" in back.text
    assert client.post("/sharing", data=hidden(back)).status_code == 303
    assert register.state.organisation("dogwood").branches == {}


def test_a_persons_audience_by_the_address_of_their_page(managed: Service) -> None:
    client = managed.by("steward:dogwood")
    person = managed.experts("steward:dogwood", "LIF-VIR-02", org="dogwood")["items"][0]["person"]
    check = client.post("/sharing", data={"scope": "person", "person": person, "audience": "emergency"})
    assert "Eva Dogwood" in check.text
    assert client.post("/sharing", data=hidden(check)).status_code == 303
    page = client.get("/sharing").text
    assert f'href="/people/{person[-16:]}/record"' in page
    undo = client.post("/sharing", data={"scope": "person", "person": person, "audience": "none"})
    assert client.post("/sharing", data=hidden(undo)).status_code == 303
    assert "Eva Dogwood" not in client.get("/sharing").text


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"scope": "default"}, "audience"),
        ({"scope": "default", "audience": "none"}, "audience"),
        ({"scope": "branch", "skill": "no such skill", "audience": "private"}, "skill"),
        ({"scope": "person", "person": "<b>Eva</b>", "audience": "private"}, "person"),
    ],
)
def test_what_is_wrong_with_a_choice(managed: Service, sent: dict[str, str], field: str) -> None:
    page = managed.by("steward:dogwood").post("/sharing", data={**sent, "sure": "true"})
    assert page.status_code in (400, 404)
    assert f'href="#{field}"' in page.text
    assert f'id="{field}"' in page.text
    assert "<b>Eva" not in page.text


def test_a_steward_chooses_how_long_and_an_administrator_does_not(managed: Service) -> None:
    client = managed.by("steward:dogwood")
    check = client.post("/retention", data={"kind": "leavers", "months": "6"})
    assert "goes with the next run" in check.text
    assert client.post("/retention", data=hidden(check)).status_code == 303
    assert months_of(managed.register, "dogwood")[Kind.LEAVERS] == 6
    page = managed.by("administrator").get("/retention").text
    assert "People who left, with everything of theirs: 6 months" in page
    assert managed.by("administrator").post("/retention", data={"kind": "leavers", "months": "3"}).status_code == 403
    back = client.post("/retention", data={"kind": "leavers", "months": ""})
    assert client.post("/retention", data=hidden(back)).status_code == 303
    assert months_of(managed.register, "dogwood")[Kind.LEAVERS] == managed.register.settings.keep_leavers_months
    for sent, field in (({"months": "6"}, "kind"), ({"kind": "leavers", "months": "999"}, "months")):
        assert f'href="#{field}"' in client.post("/retention", data=sent).text


def test_a_run_is_tried_first_and_tells_an_administrator_of_nobodys_records(managed: Service) -> None:
    steward = managed.by("steward:dogwood").post("/retention/run")
    assert "Dogwood Office" in steward.text
    administrator = managed.by("administrator").post("/retention/run")
    assert "Dogwood Office" not in administrator.text
    since = managed.register.audit.anchor.number
    assert managed.by("administrator").post("/retention/run", data=hidden(administrator)).status_code == 303
    (event,) = told(managed, since)
    assert event.action is Action.ERASE
    assert "dogwood" in event.organisations
    counted = managed.by("steward:dogwood").post("/api/v1/retention/runs").json()["items"]
    assert [one["organisation"] for one in counted] == ["dogwood"]
    assert managed.by("administrator").post("/api/v1/retention/runs").json()["items"] == []


def test_a_run_takes_away_what_was_shown_or_nothing(managed: Service) -> None:
    client, runs = managed.by("steward:dogwood"), "/api/v1/retention/runs"
    digest = client.post(runs).json()["digest"]
    assert hidden(client.post("/retention/run", data={"sure": "true"})) == {"expected": digest, "sure": "true"}
    since = managed.register.audit.anchor.number
    refused = client.post("/retention/run", data={"expected": "0" * 32, "sure": "true"})
    assert (refused.status_code, "Look again: this is what would go now." in refused.text) == (409, True)
    assert f'name="expected" value="{digest}"' in refused.text
    over_http = client.post(runs, params={"dry_run": "false", "expected": "0" * 32})
    assert (over_http.status_code, over_http.json()["rule"]) == (409, "changed-meanwhile")
    assert told(managed, since) == []
    assert client.post(runs, params={"dry_run": "false", "expected": digest}).json()["digest"] == digest


def test_a_target_is_set_seen_and_dropped(managed: Service) -> None:
    client, page = managed.by("steward:dogwood"), "/organisations/dogwood/targets"
    sent = {"skill": "LIF-VIR", "level": "Practitioner", "people": "5", "by-day": "31", "by-month": "3"}
    wrong = client.post(page, data={**sent, "by-year": "soon"})
    assert (wrong.status_code, 'href="#by-day"' in wrong.text) == (400, True)
    check = client.post(page, data={**sent, "by-year": "2090"})
    assert "5 at practitioner or above" in check.text
    assert "None is set." in client.get(page).text
    assert client.post(page, data=hidden(check)).status_code == 303
    assert "Short by 3 (2 of 5)" in client.get(page).text
    seen = managed.by("member:dogwood").get(page).text
    assert "5 at practitioner or above" in seen
    assert "Drop" not in seen
    drop = re.search(rf'href="({page}/[0-9a-f]{{16}}/drop)"', client.get(page).text)
    assert drop is not None
    assert client.post(drop[1], data=hidden(client.get(drop[1]))).status_code == 303
    assert "None is set." in client.get(page).text


def test_a_lead_gets_figures_and_a_steward_counts(managed: Service) -> None:
    lead = managed.by("lead:dogwood").get("/profession")
    assert lead.status_code == 200
    assert "/organisations/dogwood/targets" in lead.text
    assert not any(name in lead.text for name in ("Dan Dogwood", "Eva Dogwood"))
    for path in ("/profession/calibration", "/profession/progress"):
        assert f'href="{path}"' in lead.text
        figures = managed.by("lead:dogwood").get(path)
        assert figures.status_code == 200
        assert not any(name in figures.text for name in ("Dan Dogwood", "Eva Dogwood"))
    moved = managed.by("steward:dogwood").get("/profession/progress").text
    cells = [text.strip() for text in re.findall(r"<td[^>]*>.*?</span>([^<]*)</td>", moved)]
    assert "not mapped" in cells, "before the first record"
    assert re.search(r"\d+ other domains: not mapped", moved), "what nobody mapped is no row of noughts"
    steward = managed.by("steward:dogwood").get("/profession/calibration").text
    assert "On average people say 1.0 levels less of themselves than their managers do." in steward
    typed = {"as_of-day": "30", "as_of-month": "1", "as_of-year": "2025"}
    sent = managed.by("steward:dogwood").get("/profession/calibration", params=typed)
    assert (sent.status_code, sent.headers["location"]) == (303, "/profession/calibration?as_of=2025-01-30")
    before = managed.by("steward:dogwood").get(sent.headers["location"]).text
    assert "As of 30 January 2025" in before
    assert "Nobody and their manager have judged the same skill." in before
    for caller in ("lead:dogwood", "steward:dogwood"):
        wrong = managed.by(caller).get("/profession/calibration?as_of=2999-01-01")
        assert (wrong.status_code, 'href="#as_of-day"' in wrong.text) == (400, True)


def test_administrators_reading_complaints_are_told_of_and_stewards_at_home_are_not(managed: Service) -> None:
    managed.register.complaints.make("I was looked at.", organisation="dogwood")
    since = managed.register.audit.anchor.number
    for caller in ("administrator", "steward:dogwood", "anonymous"):
        assert managed.by(caller).get("/complaints").status_code == 200
    assert [(str(one.caller), one.action, one.organisations) for one in told(managed, since)] == [
        ("administrator", Action.READ_COMPLAINTS, ("dogwood",))
    ]
    since = managed.register.audit.anchor.number
    assert managed.by("operator").get("/operator/complaints").status_code == 200
    assert [one.action for one in told(managed, since)] == [Action.READ_COMPLAINTS]


WEIGHTY: tuple[tuple[str, str, dict[str, str] | None], ...] = (
    ("POST", USERS, {"name": "x@example.org"}),
    ("POST", TOKENS, {}),
    ("POST", ORGANISATIONS, {}),
    ("POST", f"{TOKENS}/x/revocation", {}),
    ("POST", f"{USERS}/x/removal", {}),
    ("POST", "/retention/run", {}),
    ("POST", "/sharing", {}),
    ("DELETE", "/api/v1/people/0000000000000000", None),
    ("POST", "/api/v1/tokens", None),
    ("POST", "/api/v1/users", None),
    ("POST", "/api/v1/retention/runs", None),
)


@pytest.fixture
def late(managed: Service) -> Iterator[tuple[httpx.Client, str]]:
    """The browser of an administrator who signed in a while ago, and the key of their forms."""
    now, state, user = [0.0], managed.app.state, "root@example.org"
    before, state.sessions = state.sessions, Sessions(lambda: now[0])
    kept = managed.register.users.grant(user, Caller.parse("administrator"))
    name = state.sessions.signed_in(kept.identifier, "administrator")
    now[0] += 16 * 60
    with httpx.Client(base_url=managed.url, cookies={"session": name}, trust_env=False) as browser:
        yield browser, state.sessions.get(name).form_key
    managed.register.users.revoke(user)
    state.sessions = before


@pytest.mark.parametrize(("method", "path", "form"), WEIGHTY, ids=lambda value: str(value)[:30])
def test_what_is_weighty_wants_a_recent_sign_in(
    late: tuple[httpx.Client, str], method: str, path: str, form: dict[str, str] | None
) -> None:
    browser, key = late
    sent: dict[str, Any] = {"json": {"caller": "x", "name": "x"}}
    if form is not None:
        sent = {"data": {**form, "csrf_token": key}}
    answer = browser.request(method, path, **({} if method == "DELETE" else sent))
    assert (answer.status_code, answer.json()["rule"]) == (403, "sign-in-again")


WITHIN = ("/desk", "/import", "/proposals", "/proposals/new", "/purpose", "/applications", "/opportunities/new")


@pytest.mark.parametrize("path", (*WITHIN, "/api/v1/proposals", "/api/v1/applications"))
def test_whoever_has_not_signed_in_is_told_to(managed: Service, path: str) -> None:
    refused = managed.by("anonymous").get(path)
    assert (refused.status_code, refused.json()["rule"]) == (401, "sign-in-needed")
    wrong = managed.by("steward:nowhere").get(path)
    assert (wrong.status_code, wrong.json()["rule"]) == (403, "not-a-member")
    assert managed.by("member:alder").get(path).status_code == 200


def test_the_state_of_the_service_tells_of_the_newest_backup(managed: Service) -> None:
    client = managed.by("administrator")
    assert "The audit log tells of none" in client.get("/administration/state").text
    target = managed.register.folder.path.parent / "managed.tar"
    assert managed.by("operator").post("/operator/backup", json={"target": str(target)}).status_code == 200
    page = client.get("/administration/state").text
    assert "The audit log tells of none" not in page
    assert "UTC" in page
