"""A person's own record over HTTP: API and pages, for the person, their steward, and everybody else."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gse_skills.access import Role
from gse_skills.audit import Action, Event, entries
from gse_skills.imports.state import read_people

if TYPE_CHECKING:
    from tests.service.conftest import Service

PAGE = {"Accept": "text/html"}
HEADINGS = ("Staff number", "Name", "Grade", "Skill", "Level", "Date assessed", "Assessed by")
ROWS = [
    HEADINGS,
    ("P1", "Pat Person", "SEO", "COVID PCR testing", "Working", "31/01/2025", "Line manager"),
    ("P1", "Pat Person", "SEO", "Viral serology", "Working", "31/01/2025", "Self"),
    ("P2", "Quinn Other", "HEO", "Viral serology", "Expert", "31/01/2025", "Self"),
]


class Desk:
    """An organisation of its own with two people in it, and a client for each caller."""

    def __init__(self, service: Service, lab: str) -> None:
        self.service, self.lab = service, lab
        assert service.send(f"steward:{lab}", "\n".join(",".join(row) for row in ROWS).encode(), lab).status_code == 200
        known = {one.person.name: one.person.identifier.value for one in read_people(service.register.store, lab)}
        self.pat = f"{known['Pat Person']:016x}"

    def by(self, role: str) -> httpx.Client:
        callers = {"pat": f"person:{self.lab}/{self.pat}"}
        return self.service.by(callers.get(role) or (f"{role}:{self.lab}" if role in ("steward", "member") else role))

    def ask(self, dry_run: bool = False, /, **asked: str) -> httpx.Response:
        return self.by("pat").post("/api/v1/me/corrections", params={"dry_run": dry_run}, json=asked)

    def levels(self) -> dict[str, str]:
        records = self.by("pat").get("/api/v1/me").json()["records"]
        return {one["label"]: one["level"] for one in records if one["until"] is None}


@pytest.fixture
def desk(workshop: Service, lab: str) -> Desk:
    return Desk(workshop, lab)


def test_the_record_comes_in_every_form(desk: Desk) -> None:
    pat = desk.by("pat")
    body = pat.get("/api/v1/me").json()
    assert (body["name"], body["staff_number"], body["marking"]) == ("Pat Person", "P1", "OFFICIAL")
    assert body["records"][0]["origin"]["file"] == "sheet.csv"
    assert body["records"][0]["reach"]["because"] == "the organisation's default"
    kinds = {"jsonld": "application/ld+json", "csv": "application/zip", "html": "text/html", "text": "text/plain"}
    for form, kind in kinds.items():
        named = pat.get("/api/v1/me", params={"format": form})
        negotiated = pat.get("/api/v1/me", headers={"Accept": kind})
        assert named.content == negotiated.content, form
        assert named.headers["content-type"].startswith(kind)
        assert "no-store" in named.headers["cache-control"]
        text = named.content.decode("utf-8", "replace")
        if form == "csv":
            archive = zipfile.ZipFile(io.BytesIO(named.content))
            text = archive.read("about.csv").decode("utf-8-sig")
        assert "Pat Person" in text
        assert "OFFICIAL" in text
        assert "Quinn" not in text
    assert pat.get("/api/v1/me", headers={"Accept": "image/png"}).status_code == 406


def test_nobody_else_learns_that_there_is_one(desk: Desk) -> None:
    answers = set()
    for caller in ("anonymous", "member", "steward:alder", "member:birch"):
        for digits in (desk.pat, "0" * 16):
            for path in (f"/api/v1/people/{digits}/record", f"/people/{digits}/record"):
                found = desk.by(caller).get(path)
                answers.add((path.startswith("/api"), found.status_code, found.json()["rule"], found.json()["detail"]))
    assert {one[1:3] for one in answers} == {(404, "unknown-person")}
    assert len(answers) == 2
    for caller in ("anonymous", "member", "steward", "operator"):
        for path in ("/api/v1/me", "/me", "/api/v1/me/corrections"):
            found = desk.by(caller).get(path)
            assert (found.status_code, found.json()["rule"]) == (403, "not-a-person")


def test_a_look_of_the_steward_is_told_to_the_person(desk: Desk) -> None:
    assert desk.by("pat").get("/api/v1/me").json()["looks"] == []
    for path in (f"/api/v1/people/{desk.pat}/record?format=csv", f"/people/{desk.pat}/record"):
        assert desk.by("steward").get(path).status_code == 200
    looks = desk.by("pat").get("/api/v1/me").json()["looks"]
    assert [(one["action"], one["caller"]) for one in looks] == [
        ("read-person", f"steward:{desk.lab}"),
        ("export", f"steward:{desk.lab}"),
    ]
    assert desk.by("pat").get(f"/api/v1/people/{desk.pat}/record").status_code == 200
    assert len(desk.by("pat").get("/api/v1/me").json()["looks"]) == 2, "one's own look is not told"


def test_a_correction_of_ones_own_holds_at_once(desk: Desk) -> None:
    asked = {"fact": "level", "skill": "Viral serology", "value": "Expert"}
    tried = desk.ask(True, **asked).json()
    assert tried == {
        "dry_run": True,
        "done": True,
        "step": {"what": "Viral serology", "before": "Working", "after": "Expert"},
        "request": None,
    }
    assert desk.levels()["Viral serology"] == "Working"
    assert desk.ask(**asked).json()["done"]
    assert desk.levels()["Viral serology"] == "Expert"


def settle(desk: Desk, identifier: str, *, dry_run: bool = False, **said: str) -> httpx.Response:
    path = f"/api/v1/organisations/{desk.lab}/corrections/{identifier}"
    return desk.by("steward").post(path, params={"dry_run": dry_run}, json=said)


def test_a_dispute_goes_to_the_steward_and_back(desk: Desk) -> None:
    label = desk.service.experts("steward:" + desk.lab, "COVID PCR testing")["concept"]["label"]
    made = desk.ask(fact="level", skill="COVID PCR testing", value="Expert", reason="I lead it.").json()
    assert (made["done"], made["request"]["status"]) == (False, "open")
    assert desk.levels()[label] == "Working"
    (asked,) = desk.by("steward").get(f"/api/v1/organisations/{desk.lab}/corrections").json()["items"]
    assert (asked["name"], asked["basis"], asked["reason"]) == ("Pat Person", "Manager", "I lead it.")
    assert settle(desk, asked["id"], outcome="declined").json()["rule"] == "reason-missing"
    assert settle(desk, asked["id"], dry_run=True, outcome="accepted").json()["status"] == "accepted"
    assert desk.levels()[label] == "Working"
    assert settle(desk, asked["id"], outcome="accepted", reason="Agreed.").status_code == 200
    assert desk.levels()[label] == "Expert"
    (mine,) = desk.by("pat").get("/api/v1/me/corrections").json()["items"]
    assert (mine["status"], mine["answer"]) == ("accepted", "Agreed.")
    for caller in ("pat", "member", "anonymous", "steward:alder"):
        assert desk.by(caller).get(f"/api/v1/organisations/{desk.lab}/corrections").status_code == 403


def form_of(page: str, action: str) -> str:
    return re.split(rf'<form action="{re.escape(action)}"', page)[1].split("</form>")[0]


def send(client: httpx.Client, path: str, **filled: str) -> httpx.Response:
    return client.post(path, data=filled, headers=PAGE)


def test_the_pages_lead_from_a_wrong_grade_to_a_right_one(desk: Desk) -> None:
    pat, steward = desk.by("pat"), desk.by("steward")
    page = pat.get("/me", headers=PAGE).text
    assert "Pat Person" in page
    assert "/api/v1/me?format=csv" in page
    assert "union membership" in form_of(page, "/me")
    missing = send(pat, "/me", fact="grade", value="G7")
    assert missing.status_code == 400
    assert 'href="#reason"' in missing.text
    assert 'value="G7"' in missing.text
    nothing = send(pat, "/me")
    assert (nothing.status_code, 'href="#fact"' in nothing.text) == (400, True)
    sent = send(pat, "/me", fact="grade", value="G7", reason="<b>Promoted</b> in May.")
    assert (sent.status_code, sent.headers["location"]) == (303, "/me?sent=asked")
    shown = pat.get("/me?sent=asked").text
    assert "&lt;b&gt;Promoted&lt;/b&gt; in May." in shown
    queue = steward.get("/corrections", headers=PAGE).text
    (address,) = set(re.findall(r'action="(/corrections/[0-9a-f]{16})"', queue))
    record = f"/people/{desk.pat}/record"
    assert record in queue
    assert "SEO" in steward.get(record, headers=PAGE).text
    wrong = send(steward, address, outcome="declined")
    assert wrong.status_code == 400
    assert 'href="#reason"' in wrong.text
    done = send(steward, address, outcome="accepted", reason="Congratulations.")
    assert (done.status_code, done.headers["location"]) == (303, "/corrections")
    assert address not in steward.get("/corrections").text
    assert "Congratulations." in pat.get("/me").text
    assert pat.get("/api/v1/me").json()["memberships"][0]["grade"] == "G7"
    assert send(pat, address, outcome="accepted").status_code == 403


def test_from_the_page_of_a_person_the_steward_finds_the_record(desk: Desk) -> None:
    path = f"/doc/person/{desk.pat}.html"
    link = f'href="/people/{desk.pat}/record"'
    assert link in desk.by("steward").get(path, headers=PAGE).text
    other = desk.by("member").get(path, headers=PAGE)
    assert link not in other.text


def complain(client: httpx.Client, **filled: str) -> tuple[str, str]:
    sent = send(client, "/complaints", **filled)
    assert (sent.status_code, sent.headers["location"]) == (303, "/complaints?done=made")
    page = client.get(sent.headers["location"], headers=PAGE).text
    return re.findall(r"<strong>([0-9a-f]{16})</strong>", page)[0], page


def test_anybody_complains_and_reads_what_became_of_it(desk: Desk) -> None:
    nobody, steward = desk.by("anonymous"), desk.by("steward")
    assert send(nobody, "/complaints", text=" ").status_code == 400
    reference, _ = complain(nobody, text="<i>My</i> record is shown to all.", org=desk.lab, contact="jo@example.org")
    queue = steward.get("/complaints", headers=PAGE).text
    assert re.search("(30|29) days left", queue), "midnight may have passed"
    assert "&lt;i&gt;My&lt;/i&gt; record is shown to all." in queue
    for caller in ("anonymous", "member", "steward:alder"):
        assert reference not in desk.by(caller).get("/complaints", headers=PAGE).text
    assert desk.by("member").post(f"/complaints/{reference}/acknowledgement").status_code == 403
    assert steward.post(f"/complaints/{reference}/acknowledgement").status_code == 303
    assert ">Acknowledged<" in send(nobody, "/complaints/find", reference=reference).text
    assert send(steward, f"/complaints/{reference}/answer", reason="").status_code == 400
    assert send(steward, f"/complaints/{reference}/answer", reason="It was put right.").status_code == 303
    found = send(nobody, "/complaints/find", reference=reference).text
    assert "It was put right." in found
    assert "jo@example.org" not in found
    unknown = send(nobody, "/complaints/find", reference="0" * 16)
    assert unknown.status_code == 404
    assert 'href="#reference"' in unknown.text


def test_reloading_the_reference_complains_no_second_time(desk: Desk) -> None:
    nobody, steward = desk.by("anonymous"), desk.by("steward")
    before = steward.get("/complaints", headers=PAGE).text.count("Acknowledge<")
    reference, page = complain(nobody, text="My unit is wrong.", org=desk.lab)
    assert "Complaint received" in page
    again = nobody.get("/complaints?done=made", headers=PAGE).text
    assert reference not in again
    assert "Your complaint was received." in again
    assert steward.get("/complaints", headers=PAGE).text.count("Acknowledge<") == before + 1


def test_the_footer_leads_to_the_notices(desk: Desk) -> None:
    page = desk.by("anonymous").get("/", headers=PAGE).text
    footer = page.split("<footer")[1]
    for path in ("/privacy", "/complaints", "/cookies", "/accessibility"):
        assert f'href="{path}"' in footer
        assert desk.by("anonymous").get(path, headers=PAGE).status_code == 200
    notice = html.unescape(desk.by("anonymous").get("/privacy", headers=PAGE).text)
    for word in ("article 6(1)(e)", "/complaints", "/me", "It does not rest on your consent"):
        assert word in notice


def test_a_demo_visitor_sees_their_own_record(desk: Desk) -> None:
    look: Any = desk.service.look_as(f"person:{desk.lab}/{desk.pat}")
    assert "Pat Person" in look.get("/me", headers=PAGE).text
    assert 'href="/desk"' in look.get("/", headers=PAGE).text
    assert 'href="/me"' in look.get("/desk", headers=PAGE).text


def test_the_log_tells_of_changes_and_not_of_what_was_no_ones_to_change(desk: Desk) -> None:
    digits = desk.ask(fact="grade", value="G7", reason="Promoted.").json()["request"]["id"]
    queue = f"/api/v1/organisations/{desk.lab}/corrections"
    before = len(told_of(desk))
    for caller in ("member", "pat", "steward:alder", "administrator"):
        refused = desk.by(caller).post(f"{queue}/{digits}", json={"outcome": "declined"})
        assert (refused.status_code, refused.json()["rule"]) == (403, "not-steward")
    assert len(told_of(desk)) == before
    assert desk.by("steward").get(queue).status_code == 200
    assert len(told_of(desk)) == before, "they are at home"
    assert desk.by("operator").get(queue).status_code == 200
    assert [(one.action, one.people) for one in told_of(desk)[before:]] == [
        (Action.READ_PERSON, {desk.lab: (desk.pat,)})
    ]
    would = desk.by("operator").post(f"{queue}/{digits}?dry_run=true", json={"outcome": "accepted"})
    assert "Pat Person" in would.text
    assert [(one.action, one.people) for one in told_of(desk)[before + 1 :]] == [
        (Action.READ_PERSON, {desk.lab: (desk.pat,)})
    ], "a dry run shows who it is too"
    settled = desk.by("steward").post(f"{queue}/{digits}", json={"outcome": "accepted"})
    assert settled.json()["status"] == "accepted"
    assert [one.outcome for one in told_of(desk)[before + 2 :]] == ["begun", "done"]


def told_of(desk: Desk) -> list[Event]:
    """What the log tells of the organisation, but for refusals."""
    log = desk.service.register.folder.audit
    return [
        one.event
        for one in entries(log)
        if (desk.lab in one.event.organisations or desk.lab in one.event.people) and one.event.action != Action.REFUSED
    ]


def test_the_log_tells_an_organisation_of_its_complaints(desk: Desk) -> None:
    reference, _ = complain(desk.by("anonymous"), text="It is wrong.", org=desk.lab)
    before = len(told_of(desk))
    for caller in ("anonymous", "member", "steward:alder"):
        for answer in ("acknowledgement", "answer"):
            refused = desk.by(caller).post(f"/complaints/{reference}/{answer}")
            assert refused.status_code == (404 if caller == "steward:alder" else 403)
    assert len(told_of(desk)) == before
    assert desk.by("administrator").post(f"/complaints/{reference}/acknowledgement").status_code == 303
    assert [(one.action, one.caller.role, one.outcome) for one in told_of(desk)[before:]] == [
        (Action.CHANGE, Role.ADMINISTRATOR, outcome) for outcome in ("begun", "done")
    ]
