"""Opportunities over HTTP: the whole way through the API, the feed and the pages, and what is hidden stays so."""

from __future__ import annotations

import datetime
import html
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx

from gse_skills.access import Caller
from gse_skills.opportunity import OfferWish, WishedAim, offer
from gse_skills.register import today
from gse_skills.vocabulary import Audience, Level

if TYPE_CHECKING:
    from tests.service.conftest import Service

API = "/api/v1"
ATOM = "{http://www.w3.org/2005/Atom}"
YEAR = today().year + 1
PAGE = {"Accept": "text/html"}
OFFER: dict[str, Any] = {
    "title": "Half a year with viruses",
    "scheme": "stem-futures",
    "kind": "secondment",
    "develops": [{"skill": "LIF-VIR-03", "level": "Practitioner", "from_level": "Awareness"}],
    "starts": f"{YEAR}-01-01",
    "ends": f"{YEAR}-06-30",
    "site": "Alder",
    "contact": "interchange@alder.example",
    "payment": "host",
}


def person(service: Service, organisation: str, number: str, name: str) -> str:
    """A new person of an organisation, as the caller who they are."""
    mail = f"{number.lower()}@{organisation}.example"
    row = f"{number},{name},{mail},LIF-VIR-03,Awareness,31/01/2025"
    sheet = f"Staff number,Name,Email,Skill,Level,Date assessed\n{row}\n".encode()
    assert service.send(f"steward:{organisation}", sheet, organisation).status_code == 200
    (mine,) = service.register.selves.of(mail, [organisation])
    return str(mine)


def good(response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()


def offered(service: Service, caller: str = "steward:alder", **more: Any) -> Any:
    return good(service.by(caller).post(f"{API}/opportunities", json=OFFER | more))


def ids(service: Service, caller: str, **asked: str) -> list[str]:
    return [one["id"] for one in good(service.by(caller).get(f"{API}/opportunities", params=asked))["items"]]


def test_the_whole_way(changing: Service) -> None:
    mine = person(changing, "birch", "P1", "Pia Birch")
    tried = good(changing.by("steward:alder").post(f"{API}/opportunities", params={"dry_run": "true"}, json=OFFER))
    assert tried["status"] == "open"
    assert ids(changing, "steward:alder") == []
    one = offered(changing)
    assert offered(changing)["id"] == one["id"]
    assert ids(changing, "member:birch", skill="Virology") == [one["id"]]
    assert ids(changing, "member:birch", skill="Deep learning") == []
    assert ids(changing, "anonymous") == []
    matched = good(changing.by(mine).get(f"{API}/people/{mine[-16:]}/opportunities", params={"skill": "LIF-VIR-03"}))
    assert [(each["opportunity"]["id"], each["held"], each["reaches"]) for each in matched["items"]] == [
        (one["id"], "Awareness", "Practitioner")
    ]
    path = f"{API}/opportunities/{one['id']}/applications"
    assert changing.by("member:birch").post(path, json={}).json()["rule"] == "not-a-person"
    applied = good(changing.by(mine).post(path, json={"text": "Please."}))
    assert (applied["changed"], applied["application"]["name"]) == (True, "Pia Birch")
    name = applied["application"]["id"]

    def step(caller: str, word: str, **more: Any) -> httpx.Response:
        return changing.by(caller).post(f"{API}/applications/{name}/{word}", json=more)

    assert step(mine, "agree").json()["rule"] == "not-your-step"
    assert good(step("steward:alder", "agree"))["application"]["stage"] == "applied"
    assert good(step("steward:birch", "agree"))["application"]["stage"] == "agreed"
    assert good(step("steward:birch", "agree"))["changed"] is False
    refused = step("steward:alder", "decline", reason="No room.")
    assert (refused.status_code, refused.json()["rule"]) == (409, "wrong-stage")
    assert good(changing.by("member:birch").get(f"{API}/opportunities/{one['id']}"))["free"] == 0
    begun = step("steward:alder", "start", on_day="2025-03-01")
    assert good(begun)["application"]["stage"] == "started"
    early = step("steward:alder", "finish", on_day="2025-02-01")
    assert (early.status_code, early.json()["rule"]) == (400, "finish-before-start")
    assert good(step("steward:alder", "finish", on_day="2025-09-01"))["application"]["stage"] == "finished"
    seen = good(changing.by(mine).get(f"{API}/applications/{name}"))
    assert [each["step"] for each in seen["steps"]] == [
        "application",
        "agreement",
        "agreement",
        "beginning",
        "completion",
    ]
    assert [(each["wanted"], each["movement"]) for each in seen["levels"]] == [("Practitioner", "not assessed since")]
    assert good(changing.by("steward:alder").get(f"{API}/applications/{name}"))["levels"] == []
    # What is of one person is nobody else's.
    for caller in ("member:alder", "member:birch"):
        assert changing.by(caller).get(f"{API}/applications/{name}").status_code == 404
        assert good(changing.by(caller).get(f"{API}/applications"))["items"] == []
    for path in ("", f"/{name}"):
        assert changing.by("anonymous").get(f"{API}/applications{path}").json()["rule"] == "sign-in-needed"
    assert changing.count("?s a <https://w3id.org/gse-skills/ontology#Participation>") == 0
    assert changing.count("?s a <https://w3id.org/gse-skills/ontology#Opportunity>", "member:birch") == 1


def test_a_tenth_month_is_refused_and_says_why(service: Service) -> None:
    asked = OFFER | {
        "scheme": "expert-exchange",
        "ends": f"{YEAR}-10-01",
        "releasing_employer": "A university",
    }
    response = service.by("steward:alder").post(f"{API}/opportunities", params={"dry_run": "true"}, json=asked)
    problem = response.json()
    assert (response.status_code, problem["rule"]) == (400, "opportunity-too-long")
    assert "Expert Exchange allows 9 months" in problem["detail"]
    assert "end it earlier" in problem["remedy"].lower()


def test_what_is_hidden_changes_no_byte(changing: Service) -> None:
    mine = person(changing, "birch", "P1", "Pia Birch")
    offered(changing, title="For everybody", audience="public")
    register = changing.register
    hidden = OfferWish(
        "For Alder alone",
        "stem-futures",
        "mentoring",
        (WishedAim("LIF-VIR-03", Level.EXPERT),),
        datetime.date(YEAR, 1, 1),
        datetime.date(YEAR, 2, 1),
        "interchange@alder.example",
        remote=True,
        audience=Audience.PRIVATE,
    )

    def all_answers(digits: str) -> list[tuple[int, bytes]]:
        found = []
        for caller in ("anonymous", "member:birch", "steward:birch", mine):
            client = changing.by(caller)
            for path in (
                f"{API}/opportunities",
                f"{API}/opportunities?skill=LIF-VIR",
                f"{API}/applications",
                "/opportunities.atom",
                "/opportunities?kind=mentoring",
            ):
                response = client.get(path, headers=PAGE)
                found.append((response.status_code, response.content))
            for verb, path in (
                ("GET", f"{API}/opportunities/{digits}"),
                ("POST", f"{API}/opportunities/{digits}/applications"),
                ("POST", f"{API}/opportunities/{digits}/confirmation"),
                ("POST", f"{API}/opportunities/{digits}/withdrawal"),
            ):
                response = client.request(verb, path, json={} if verb == "POST" else None)
                found.append((response.status_code, response.content))
        return found

    before = all_answers("00000000000000aa")
    made = offer(register, hidden, register.access(Caller.parse("steward:alder"))).opportunity
    assert [each for each in ids(changing, "member:alder") if each == made.digits]
    name = made.digits.encode()
    after = [(status, body.replace(name, b"00000000000000aa")) for status, body in all_answers(made.digits)]
    assert after == before


def feed(service: Service, caller: str, **asked: str) -> ET.Element:
    response = service.by(caller).get("/opportunities.atom", params=asked)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/atom+xml"
    return ET.fromstring(response.content)


def test_the_feed_is_atom_and_shows_what_its_reader_may_see(changing: Service) -> None:
    assert feed(changing, "anonymous").findall(f"{ATOM}entry") == []
    shown = offered(changing, title="Lecture <on> viruses", kind="technical-lecture", audience="public", payment=None)
    offered(changing)
    for caller, skill, count in (
        ("anonymous", "", 1),
        ("member:birch", "", 2),
        ("anonymous", "Virology", 1),
        ("anonymous", "Deep learning", 0),
    ):
        root = feed(changing, caller, skill=skill)
        # RFC 4287, sections 4.1.1 and 4.1.2: what a feed and an entry have once.
        for element in (root, *root.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                (one,) = element.findall(f"{ATOM}{name}")
                assert (one.text or "").strip()
            updated = element.findtext(f"{ATOM}updated") or ""
            assert datetime.datetime.fromisoformat(updated).tzinfo is not None
        assert root.tag == f"{ATOM}feed"
        relations = [link.get("rel") for link in root.findall(f"{ATOM}link")]
        assert sorted(map(str, relations)) == ["alternate", "self"]
        entries = root.findall(f"{ATOM}entry")
        assert len(entries) == count
        assert all(entry.find(f"{ATOM}author/{ATOM}name") is not None for entry in entries)
    (entry,) = feed(changing, "anonymous").findall(f"{ATOM}entry")
    assert (entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}title")) == (shown["iri"], "Lecture <on> viruses")
    link = entry.find(f"{ATOM}link")
    assert link is not None
    page = changing.by("anonymous").get(str(link.get("href")), headers=PAGE)
    assert "Lecture &lt;on&gt; viruses" in page.text
    wrong = changing.by("anonymous").get("/opportunities.atom", params={"skill": "no such skill"})
    assert (wrong.status_code, wrong.json()["rule"]) == (404, "unknown-term")


def test_an_answer_that_is_known_is_not_sent_again(service: Service) -> None:
    first = service.by("anonymous").get(f"{API}/opportunities")
    again = service.by("anonymous").get(f"{API}/opportunities", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


FORM = {
    "title": "Watch us sequence",
    "scheme": "stem-futures",
    "kind": "shadowing",
    "concepts": "LIF-VIR-03\n",
    "level": "Working",
    "starts": f"1/3/{YEAR}",
    "ends": f"5/3/{YEAR}",
    "place": "Larkmoor",
    "places": "2",
    "audience": "alliance",
    "contact": "team@lab.example",
}


def test_the_pages_from_offer_to_agreement(workshop: Service, lab: str) -> None:
    sheet = f"Staff number,Name,Email,Skill,Level\n1,Kim Lab,kim@{lab}.example,LIF-VIR-03,Awareness\n".encode()
    assert workshop.send("operator", sheet, lab).status_code == 200
    (caller,) = workshop.register.selves.of(f"kim@{lab}.example", [lab])
    kim, steward, member = (workshop.look_as(one) for one in (str(caller), f"steward:{lab}", f"member:{lab}"))
    assert "You need to sign in" in workshop.by("anonymous").get("/opportunities/new", headers=PAGE).text
    wrong = member.post("/opportunities/new", data=FORM | {"ends": f"1/2/{YEAR}", "contact": "x"}, headers=PAGE)
    assert wrong.status_code == 400
    summary = html.unescape(wrong.text.split('class="govuk-error-summary"')[1].split("<form")[0])
    assert "It ends before it starts." in summary
    assert "mailbox to write to" in summary
    assert "Watch us sequence" in wrong.text
    proposed = member.post("/opportunities/new", data=FORM, headers=PAGE)
    assert "has to confirm it" in proposed.text
    assert "Watch us sequence" not in member.get("/opportunities", headers=PAGE).text
    queue = steward.get("/applications", headers=PAGE).text
    (path,) = re.findall(r'href="(/opportunities/[0-9a-f]{16})"', queue)
    assert steward.post(f"{path}/confirmation", headers=PAGE).status_code == 303
    listed = member.get("/opportunities", params={"skill": "Virology", "starts": f"3/3/{YEAR}"}, headers=PAGE).text
    assert path in listed
    assert f"{path}/applications" not in member.get(path, headers=PAGE).text
    assert f"{path}/applications" in kim.get(path, headers=PAGE).text
    sent = kim.post(f"{path}/applications", data={"text": "I <b>want</b> to."}, headers=PAGE)
    assert sent.status_code == 303
    where, _, done = sent.headers["location"].partition("?")
    confirmed = html.unescape(kim.get(sent.headers["location"], headers=PAGE).text)
    assert "Application sent" in confirmed
    assert f"The stewards of {lab.capitalize()} decide." in confirmed
    assert "Questions go to team@lab.example." in confirmed
    assert '<input type="hidden" name="step" value="withdraw">' in confirmed
    assert "What happens next" not in steward.get(where, headers=PAGE).text
    assert "Application sent" not in steward.get(f"{where}?{done}", headers=PAGE).text
    page = kim.get(where, headers=PAGE)
    assert "I &lt;b&gt;want&lt;/b&gt; to." in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert 'value="withdraw"' in page.text
    assert 'value="agree"' not in page.text
    assert member.get(where, headers=PAGE).status_code == 404
    assert "Waits for you" in steward.get("/applications", headers=PAGE).text
    reason = steward.post(where, data={"step": "decline"}, headers=PAGE)
    assert (reason.status_code, "Enter the reason" in html.unescape(reason.text)) == (400, True)
    assert steward.post(where, data={"step": "agree"}, headers=PAGE).headers["location"] == where
    agreed = kim.get(where, headers=PAGE).text
    assert f"It is agreed, and is to start on 1 March {YEAR}." in agreed
    assert "decide." not in agreed
    log = re.sub("<[^>]+>|\\s+", " ", steward.get("/audit?action=change", headers=PAGE).text)
    for said in (
        "Applied for an opportunity",
        "Confirmed or took back an opportunity",
        "Took a step on an application",
    ):
        assert said in re.sub(" +", " ", log)
    assert "Not said" not in log, "nobody was asked why they change something"
    again = steward.post(where, data={"step": "agree"}, headers=PAGE)
    assert "had been done already" in steward.get(again.headers["location"], headers=PAGE).text
    late = steward.post(where, data={"step": "decline", "reason": "No."}, headers=PAGE)
    assert (late.status_code, "The application is agreed since" in late.text) == (409, True)
    assert "1 of 2 free" in member.get(path, headers=PAGE).text
