"""The page of a person, where names lead to it, and the way from there to what is missing and what would help."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from gse_skills.imports.state import read_people

if TYPE_CHECKING:
    from tests.service.conftest import Service

PAGE = {"Accept": "text/html"}
ROWS = [
    ("Staff number", "Name", "Unit", "Grade", "Own role", "Skill", "Level", "Date assessed", "Assessed by", "Audience"),
    ("P1", "Pat Person", "Blue", "HEO", "Virologist", "LIF-VIR", "Working", "31/01/2025", "Self", ""),
    ("P1", "Pat Person", "Blue", "HEO", "Virologist", "LIF-VIR-01", "Expert", "31/01/2020", "Line manager", ""),
    ("P1", "Pat Person", "Blue", "HEO", "Virologist", "DAT-MLG-01", "Working", "31/01/2025", "Peer", "private"),
    ("P2", "Quinn Hidden", "Blue", "HEO", "", "LIF-VIR-01", "Expert", "31/01/2025", "Self", "private"),
]


class Desk:
    """An organisation of its own with two people in it, and a client for each caller."""

    def __init__(self, service: Service, lab: str) -> None:
        self.service, self.lab = service, lab
        sheet = "\n".join(",".join(row) for row in ROWS).encode()
        assert service.send(f"steward:{lab}", sheet, lab).status_code == 200
        known = {one.person.name: one.person.identifier.value for one in read_people(service.register.store, lab)}
        self.pat, self.quinn = (f"{known[name]:016x}" for name in ("Pat Person", "Quinn Hidden"))

    def by(self, role: str) -> httpx.Client:
        callers = {"pat": f"person:{self.lab}/{self.pat}", "quinn": f"person:{self.lab}/{self.quinn}"}
        return self.service.by(callers.get(role, f"steward:{self.lab}" if role == "steward" else role))

    def open(self, role: str, path: str) -> str:
        answer = self.by(role).get(path, headers=PAGE, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def looks(self) -> list[str]:
        """Who looked at Pat, as they can tell."""
        return [
            one["caller"] for one in self.by("pat").get("/api/v1/me").json()["looks"] if one["action"] == "read-person"
        ]


@pytest.fixture
def desk(workshop: Service, lab: str) -> Desk:
    return Desk(workshop, lab)


def skills(page: str) -> str:
    """What the page says of skills, as text."""
    part = page.partition('id="skills"')[2].partition("<details")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def test_it_says_who_they_are_and_what_they_can_do(desk: Desk) -> None:
    page = desk.open("member:alder", f"/id/person/{desk.pat}")
    assert f'href="/organisations/{desk.lab}"' in page
    assert re.search(r'<a class="govuk-link" href="/framework/roles/ROL-LIF-01">Virologist</a>', page)
    said = skills(page)
    assert "Assessed by their manager on 31 January 2020" in said
    assert "was to be confirmed by" in said
    assert "Not known" in page
    # Privately recorded, and so not for another organisation, which is told that there may be more.
    assert "/framework/DAT-MLG-01" not in page
    assert "There may be more" in page


def test_a_broader_skill_gives_way_to_a_narrower_one_at_its_level(desk: Desk) -> None:
    page = desk.open("member:alder", f"/id/person/{desk.pat}")
    assert "LIF-VIR-01" in skills(page)
    assert not re.search(r"LIF-VIR(?!-)", skills(page))
    assert "1 record of broader skills is left out" in skills(page)


def test_those_who_keep_the_records_see_all_of_them_and_the_log_tells(desk: Desk) -> None:
    before = len(desk.looks())
    page = desk.open("steward", f"/id/person/{desk.pat}")
    assert "/framework/DAT-MLG-01" in page
    assert "There may be more" not in page
    assert desk.looks()[: len(desk.looks()) - before] == [f"steward:{desk.lab}"]


def test_evidence_is_for_the_person_and_the_stewards(desk: Desk) -> None:
    proof = "https://example.gov.uk/proof"
    said = {"skill": "LIF-VIR-02", "level": "Working", "evidence": [proof]}
    made = desk.by("pat").post(f"/api/v1/people/{desk.pat}/assessments", json=said)
    assert made.status_code == 200, made.text
    path = f"/id/person/{desk.pat}"
    assert {who: proof in desk.open(who, path) for who in ("pat", "steward", "member:alder", f"member:{desk.lab}")} == {
        "pat": True,
        "steward": True,
        "member:alder": False,
        f"member:{desk.lab}": False,
    }


def test_what_one_may_do_from_there_depends_on_who_one_is(desk: Desk) -> None:
    pages = {who: desk.open(who, f"/id/person/{desk.pat}") for who in ("pat", "quinn", "steward", "member:alder")}
    ways = {
        "plan": f"/people/{desk.pat}/plan",
        "assess": f"/people/{desk.pat}/assess",
        "record": f"/people/{desk.pat}/record",
        "sharing": f"/sharing?person={desk.pat}",
        "ask": f"/endorsements?colleague={desk.pat}",
        "gap": f"/people/{desk.pat}/gap",
    }
    offered = {who: {name for name, href in ways.items() if f'href="{href}"' in page} for who, page in pages.items()}
    assert offered == {
        "pat": {"plan", "assess", "gap"},
        "quinn": {"ask", "gap"},
        "steward": {"plan", "assess", "record", "sharing", "gap"},
        "member:alder": {"gap"},
    }
    for who, names in offered.items():
        for name in names:
            desk.open(who, ways[name])
    assert f'value="{desk.pat}"' in desk.open("steward", ways["sharing"])


def test_hidden_people_answer_as_unknown_ones(desk: Desk) -> None:
    answers = {
        (answer.status_code, answer.text.replace(digits, "*"))
        for digits in (desk.quinn, "0" * 16)
        for path in (f"/id/person/{digits}", f"/doc/person/{digits}.html")
        for answer in [desk.by("anonymous").get(path)]
    }
    assert {status for status, _ in answers} == {404}


def test_the_linked_data_stays_and_is_on_the_page_too(desk: Desk) -> None:
    turtle = desk.by("member:alder").get(f"/doc/person/{desk.pat}.ttl")
    assert turtle.headers["content-type"].startswith("text/turtle")
    page = desk.open("member:alder", f"/id/person/{desk.pat}")
    assert "As linked data" in page
    assert "foaf:name" in page


def test_from_a_result_to_what_a_colleague_lacks_it_is_three_pages(desk: Desk) -> None:
    found = desk.open("member:alder", f"/expertise?skill=LIF-VIR-01&org={desk.lab}")
    person = f"/id/person/{desk.pat}"
    assert f'<a class="govuk-link" href="{person}">Pat Person</a>' in found
    page = desk.open("member:alder", person)
    action = re.search(r'<form action="(/people/[0-9a-f]+/gap)"', page)
    assert action is not None
    suggested = re.findall(r'<option value="([^"]+)">ROL-', page)
    assert "Senior virologist" in suggested
    gap = desk.open("member:alder", f"{action[1]}?role=Senior+virologist")
    assert "Opportunities that would help" in gap
    assert "Essential skills" in gap


def test_a_role_that_is_not_called_so_leads_to_those_that_may_be_meant(desk: Desk) -> None:
    answer = desk.by("member:alder").get(f"/people/{desk.pat}/gap?role=Virologst", headers=PAGE)
    assert answer.status_code == 404
    meant = re.findall(rf'href="(/people/{desk.pat}/gap\?role=[^"]+)"', answer.text)
    assert meant
    assert 'value="Virologist"' in desk.open("member:alder", html.unescape(meant[0]))


def test_opportunities_stand_under_each_skill_that_they_develop(desk: Desk) -> None:
    offer = {
        "title": "A month in safety",
        "scheme": "stem-futures",
        "kind": "shadowing",
        "develops": [
            {"skill": "LIF-SAF-01", "level": "Working"},
            {"skill": "LIF-SAF-02", "level": "Working"},
        ],
        "starts": "2099-03-01",
        "ends": "2099-03-31",
        "contact": "people@example.gov.uk",
        "remote": True,
    }
    made = desk.by("steward").post("/api/v1/opportunities", json=offer)
    assert made.status_code in (200, 201), made.text
    href = f'/opportunities/{made.json()["id"]}"'
    page = desk.open("pat", f"/people/{desk.pat}/gap?role=Virologist").partition('id="help"')[2]
    assert page.count(href) == 2
    assert f"/people/{desk.pat}/plan?skill=LIF-SAF-01&level=Working" in page
    assert "/plan?" not in desk.open("member:alder", f"/people/{desk.pat}/gap?role=Virologist")


def test_who_is_close_leads_to_people_and_to_what_they_lack(desk: Desk) -> None:
    page = desk.open("steward", "/framework/role/close?role=ROL-LIF-01")
    assert 'href="/id/person/' in page
    assert re.search(r'href="/people/[0-9a-f]{16}/gap\?role=', page)


def test_names_in_requests_for_endorsement_lead_to_people(desk: Desk) -> None:
    asked = {"skill": "LIF-VIR-02", "level": "Working", "basis": "peer", "colleague": desk.quinn}
    form = desk.open("pat", "/endorsements")
    key = re.search(r'name="csrf_token" value="([^"]+)"', form)
    sent = desk.by("pat").post("/endorsements", data={**asked, "csrf_token": key[1] if key else ""})
    assert sent.status_code == 303, sent.text
    assert f'href="/id/person/{desk.pat}"' in desk.open("quinn", "/endorsements")


def test_stewards_declare_headcounts_after_a_look_at_what_it_would_be(desk: Desk) -> None:
    path = f"/organisations/{desk.lab}/coverage"
    assert f'href="{path}"' in desk.open("steward", f"/organisations/{desk.lab}")
    form = {"unit": "Blue", "people": "40", "skill": "LIF", "mapped": "30"}
    client = desk.by("steward")
    check = client.post(path, data=form, headers=PAGE)
    assert check.status_code == 200, check.text
    assert "30 of 40 (75%)" in check.text
    assert "Nothing is declared" in desk.open("steward", path)
    done = client.post(path, data={**form, "sure": "true"}, headers=PAGE)
    assert done.status_code == 303, done.text
    assert "30 of 40 (75%)" in desk.open("steward", path)
    # How many were asked is for whoever sees all records; a headcount is for everybody of the organisation.
    told = desk.open(f"member:{desk.lab}", path)
    assert ("Blue" in told, "30 of 40" in told) == (True, False)
    stated = client.get(f"/api/v1/organisations/{desk.lab}/coverage").json()["declared"]
    assert [(one["unit"], one["headcount"], one["mapped"]) for one in stated] == [("Blue", 40, 30)]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"people": ""}, "people"),
        ({"people": "many"}, "people"),
        ({"people": "1"}, "people"),
        ({"people": "40", "skill": "LIF"}, "mapped"),
        ({"people": "40", "skill": "LIF", "mapped": "41"}, "mapped"),
        ({"people": "40", "skill": "nothing like it", "mapped": "3"}, "skill"),
        ({"people": "40", "unit": "Purple"}, "unit"),
        ({"people": "40", "since-day": "31", "since-month": "2", "since-year": "2026"}, "since-day"),
        ({"people": "40", "since-day": "1", "since-month": "1", "since-year": "2999"}, "since-day"),
    ],
)
def test_what_is_wrong_with_a_declaration_stands_beside_its_field(desk: Desk, form: dict[str, str], field: str) -> None:
    path = f"/organisations/{desk.lab}/coverage"
    answer = desk.by("steward").post(path, data=form, headers=PAGE)
    assert 400 <= answer.status_code < 500, answer.text
    assert f'href="#{field}"' in answer.text
    assert "Nothing is declared" in desk.open("steward", path)


def test_only_stewards_declare_and_only_their_own_people_see_it(desk: Desk) -> None:
    path = f"/organisations/{desk.lab}/coverage"
    assert 'name="people"' not in desk.open("pat", path)
    answers = [desk.by("pat").post(path, data={"people": "40"}), desk.by("member:alder").get(path)]
    assert [answer.status_code for answer in answers] == [403, 403]
