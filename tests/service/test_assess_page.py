"""The page on which an assessment of a person is recorded: whom it is for, the check before it, and what it refuses."""

from __future__ import annotations

import datetime
import html
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from gse_skills.audit import Action, Entry, Outcome, entries
from gse_skills.imports.state import read_people

if TYPE_CHECKING:
    from tests.service.conftest import Service

PAGE = {"Accept": "text/html"}
SURE = {"sure": "true"}
DAY = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=90)
SHEET = f"""Staff number,Name,Skill,Level,Date assessed,Assessed by
P1,Pat Person,LIF-VIR-01,Working,{DAY},Line manager
P2,Quinn Other,LIF-VIR-01,Expert,{DAY},Self
"""
FORM = {
    "skill": "LIF-VIR-02",
    "level": "Expert",
    "basis": "accredited",
    "assessed_on-day": str(DAY.day),
    "assessed_on-month": str(DAY.month),
    "assessed_on-year": str(DAY.year),
    "evidence": "Chartered, 2024\nhttps://example.gov.uk/report/7",
}


class Desk:
    """An organisation of its own with two people in it, and a client for each caller."""

    def __init__(self, service: Service, lab: str) -> None:
        self.service, self.lab = service, lab
        assert service.send(f"steward:{lab}", SHEET.encode(), lab).status_code == 200
        known = {one.person.name: one.person.identifier.value for one in read_people(service.register.store, lab)}
        self.pat, self.quinn = (f"{known[name]:016x}" for name in ("Pat Person", "Quinn Other"))
        self.path = f"/people/{self.pat}/assess"

    def by(self, role: str) -> httpx.Client:
        people = {"pat": f"person:{self.lab}/{self.pat}", "quinn": f"person:{self.lab}/{self.quinn}"}
        return self.service.by(people.get(role, role if role == "anonymous" else f"{role}:{self.lab}"))

    def send(self, role: str = "steward", **said: str) -> httpx.Response:
        return self.by(role).post(self.path, data={**FORM, **said}, headers=PAGE)

    def stands(self) -> set[tuple[str, str, str, bool]]:
        """Skill, level, judge, and whether it counts, of all that holds of Pat."""
        records = self.by("pat").get("/api/v1/me").json()["records"]
        return {(one["notation"], one["level"], one["basis"], one["counts"]) for one in records if not one["until"]}

    def told(self) -> list[Entry]:
        """Changes that the log tells of in this organisation, as they ended."""
        found = entries(self.service.register.folder.audit)
        return [
            one
            for one in found
            if one.event.action is Action.CHANGE
            and one.event.organisations == (self.lab,)
            and one.event.outcome is not Outcome.BEGUN
        ]


@pytest.fixture
def desk(workshop: Service, lab: str) -> Desk:
    return Desk(workshop, lab)


def text_of(response: httpx.Response) -> str:
    """What the main part of a page says."""
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_a_steward_finds_it_checks_it_and_records_it(desk: Desk) -> None:
    steward = desk.by("steward")
    assert f'href="{desk.path}"' in steward.get(f"/doc/person/{desk.pat}.html", headers=PAGE).text
    form = steward.get(desk.path, headers=PAGE)
    assert (form.status_code, "no-store" in form.headers["cache-control"]) == (200, True)
    assert re.findall(r'name="basis"[^>]* value="([a-z]+)"', form.text) == ["self", "peer", "manager", "accredited"]
    before = desk.stands()
    checked = desk.send()
    assert checked.status_code == 200, checked.text
    said = text_of(checked)
    for part in ("Pat Person", "(LIF-VIR-02)", "Expert", "An accredited body", "Chartered, 2024", "It counts"):
        assert part in said
    assert "Nothing has been changed yet." in said
    assert (desk.stands(), desk.told()) == (before, [])
    # What the browser sends next is what the page of the check holds.
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', checked.text.partition("<main")[2])
    sent = steward.post(desk.path, data={name: html.unescape(value) for name, value in hidden}, headers=PAGE)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{desk.path}?done=true")
    assert "It is recorded." in text_of(steward.get(sent.headers["location"], headers=PAGE))
    assert desk.stands() - before == {("LIF-VIR-02", "Expert", "Accredited body", True)}
    (made,) = (one for one in desk.by("pat").get("/api/v1/me").json()["records"] if one["notation"] == "LIF-VIR-02")
    assert made["assessed_on"] == DAY.isoformat()
    assert made["evidence"] == ["Chartered, 2024", "https://example.gov.uk/report/7"]
    assert [(one.event.caller.organisation, one.event.outcome) for one in desk.told()] == [(desk.lab, Outcome.DONE)]


def test_a_person_gives_their_own_word_alone(desk: Desk) -> None:
    form = desk.by("pat").get(desk.path, headers=PAGE).text
    assert re.findall(r'name="basis"[^>]* value="([a-z]+)"', form) == ["self"]
    before = desk.stands()
    refused = desk.send("pat", basis="manager", **SURE)
    assert (refused.status_code, desk.stands()) == (403, before)
    said = text_of(desk.send("pat", basis="self", skill="LIF-VIR-01"))
    assert "It is kept beside what counts and is shown: Working, assessed by their manager" in said
    assert desk.send("pat", basis="self", skill="LIF-VIR-01", **SURE).status_code == 303
    assert desk.stands() - before == {("LIF-VIR-01", "Expert", "Self", False)}


def test_to_everybody_else_it_is_of_nobody(desk: Desk) -> None:
    for role in ("quinn", "lead", "member", "duty-officer", "anonymous"):
        client, told = desk.by(role), set[tuple[int, str]]()
        for person in (desk.pat, "0" * 16, "nobody"):
            path = f"/people/{person}/assess"
            for answer in (client.get(path), client.post(path, data={**FORM, **SURE})):
                told.add((answer.status_code, answer.json()["rule"]))
        assert told == {(404, "unknown-person")}, role
        page = client.get(f"/doc/person/{desk.pat}.html", headers=PAGE, follow_redirects=True).text
        assert desk.path not in page, role
    assert desk.told() == []


def test_the_same_judge_is_followed_and_others_stand_beside(desk: Desk) -> None:
    again = {"skill": "LIF-VIR-01", "basis": "manager", "assessed_on-day": "", "assessed_on-month": ""}
    said = text_of(desk.send(**again, **{"assessed_on-year": ""}))
    assert "Expert (was: Working)" in said
    assert "What the same judge said before gives way, and stays in history." in said
    assert desk.send(**again, **{"assessed_on-year": ""}, **SURE).status_code == 303
    assert desk.stands() == {("LIF-VIR-01", "Expert", "Manager", True)}


def test_the_skill_that_was_chosen_is_meant_whatever_else_bears_its_name(desk: Desk) -> None:
    unclear = desk.send(skill="Twin studies")
    assert (unclear.status_code, 'href="#skill"' in unclear.text) == (400, True)
    checked = desk.send(skill="Twin studies", concept="https://example.org/twins/b")
    assert checked.status_code == 200, checked.text
    assert "Twin studies (TW-B)" in text_of(checked)


@pytest.mark.parametrize(
    ("said", "status", "field"),
    [
        ({"skill": ""}, 400, "skill"),
        ({"skill": "nothing like it"}, 400, "skill"),
        ({"level": ""}, 400, "level"),
        ({"basis": ""}, 400, "basis"),
        ({"basis": "rumour"}, 400, "basis"),
        ({"assessed_on-day": "31", "assessed_on-month": "2"}, 400, "assessed_on-day"),
        ({"assessed_on-year": "2999"}, 400, "assessed_on-day"),
        ({"assessed_on-year": "1900"}, 400, "assessed_on-day"),
        ({"skill": "LIF-VIR-01", "basis": "manager", "assessed_on-year": "2001"}, 400, "assessed_on-day"),
        ({"skill": "LIF-VIR-01", "basis": "manager", "level": "Working", "evidence": ""}, 409, "level"),
        ({"evidence": "jo@example.gov.uk"}, 400, "evidence"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(desk: Desk, said: dict[str, str], status: int, field: str) -> None:
    before = desk.stands()
    answer = desk.send(**said, **SURE)
    assert answer.status_code == status, answer.text
    assert "There is a problem" in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    if "evidence" not in said:
        assert "Chartered, 2024" in answer.text, "what was typed stays"
    assert (desk.stands(), desk.told()) == (before, [])


def test_the_person_learns_who_looked_and_who_changed_something(desk: Desk) -> None:
    def looks() -> list[str]:
        return [one["action"] for one in desk.by("pat").get("/api/v1/me").json()["looks"]]

    begun = len(looks())
    desk.by("steward").get(desk.path, headers=PAGE)
    assert len(looks()) == begun, "the form tells nothing that is kept"
    desk.send()
    assert looks()[: len(looks()) - begun] == ["read-person"]
