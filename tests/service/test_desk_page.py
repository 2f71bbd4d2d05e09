"""The desk's form to compare somebody with a role, the way to a person's page, and what they lacked on another day."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from gse_skills.access import Caller
from gse_skills.imports.state import read_people
from gse_skills.sharing import Choice, choose

if TYPE_CHECKING:
    from tests.service.conftest import Service

PAGE = {"Accept": "text/html"}
ROWS = [
    ("Staff number", "Name", "Unit", "Skill", "Level", "Date assessed", "Assessed by", "Audience"),
    ("P1", "Pat Surname", "Blue", "LIF-VIR-01", "Expert", "31/01/2024", "Line manager", ""),
    ("P1", "Pat Surname", "Blue", "LIF-VIR-02", "Working", "31/01/2025", "Line manager", ""),
    ("P2", "Sam Surname", "Blue", "LIF-VIR-01", "Expert", "31/01/2025", "Self", ""),
    ("P3", "Sam Surname", "Red", "LIF-VIR-01", "Expert", "31/01/2025", "Self", ""),
    ("P4", "Quinn Surname", "Blue", "LIF-VIR-01", "Expert", "31/01/2025", "Self", ""),
]


class Place:
    """An organisation of its own with people in it, and a client for each caller."""

    def __init__(self, service: Service, lab: str) -> None:
        self.service, self.lab = service, lab
        # Other organisations have people of the same first names, and this is how none of their surnames begins.
        self.surname = f"{lab}z"
        sheet = "\n".join(",".join(row) for row in ROWS).replace("Surname", self.surname).encode()
        assert service.send(f"steward:{lab}", sheet, lab).status_code == 200
        self.known = {
            one.person.staff_number: f"{one.person.identifier.value:016x}"
            for one in read_people(service.register.store, lab)
        }
        hidden = Choice.named(None, {}, {self.known["P4"]: "private"}, service.register.state.lookup)
        keeper = service.register.access(Caller.parse(f"steward:{lab}"))
        choose(service.register, keeper, lab, hidden, dry_run=False)

    def by(self, role: str) -> httpx.Client:
        caller = f"person:{self.lab}/{self.known[role]}" if role in self.known else role.replace("home", self.lab)
        return self.service.by(caller)

    def ask(self, who: str, **sent: str) -> httpx.Response:
        return self.by(who).post("/desk", data=sent, headers=PAGE)


@pytest.fixture
def place(workshop: Service, lab: str) -> Place:
    return Place(workshop, lab)


def told(answer: httpx.Response) -> list[tuple[str, str]]:
    """The error summary: field and message of each."""
    assert answer.status_code == 400, answer.text
    summary = answer.text.split('class="govuk-error-summary"')[1].split("</ul>")[0]
    return [(field, html.unescape(said)) for field, said in re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)]


@pytest.mark.parametrize("caller", ["steward:home", "lead:home", "member:alder"])
def test_a_name_and_a_role_lead_to_what_is_missing(place: Place, caller: str) -> None:
    assert 'id="lacks"' in place.by(caller).get("/desk", headers=PAGE).text
    sent = place.ask(caller, person=f"pat {place.surname.upper()}", role="Virologist")
    page = f"/people/{place.known['P1']}/gap"
    assert sent.status_code == 303, sent.text
    assert sent.headers["location"] == f"{page}?role=ROL-LIF-01"
    shown = place.by(caller).get(sent.headers["location"], headers=PAGE).text
    assert "Opportunities that would help" in shown
    assert place.ask(caller, person=f"Pat {place.surname}").headers["location"] == page


def test_of_several_people_of_one_name_one_is_chosen(place: Place) -> None:
    answer = place.ask("steward:home", person=f"Sam {place.surname}", role="Virologist")
    assert told(answer) == [("chosen", "Choose whom you mean")]
    offered = re.findall(r'name="chosen" type="radio" value="([0-9a-f]{16})"', answer.text)
    assert sorted(offered) == sorted([place.known["P2"], place.known["P3"]])
    assert 'value="Virologist"' in answer.text
    sent = place.ask("steward:home", person=f"Sam {place.surname}", role="Virologist", chosen=place.known["P3"])
    assert sent.headers["location"] == f"/people/{place.known['P3']}/gap?role=ROL-LIF-01"


def test_what_is_wrong_stands_at_its_field_all_at_once(place: Place) -> None:
    assert told(place.ask("steward:home", role="zzzz")) == [
        ("person", "Enter the name of the person"),
        ("role", "No role has that name. Choose one of those that are suggested as you type"),
    ]
    ((field, said),) = told(place.ask("steward:home", person=f"Pat {place.surname}", role="Virologst"))
    assert field == "role"
    assert "Virologist (ROL-LIF-01)" in said


@pytest.mark.parametrize("caller", ["lead:home", "member:alder"])
def test_whom_the_caller_does_not_see_is_nobody(place: Place, caller: str) -> None:
    nobody = place.ask(caller, person="Nemo Nobody")
    hidden = place.ask(caller, person=f"Quinn {place.surname}")
    assert (
        told(hidden)
        == told(nobody)
        == [("person", "You are shown nobody of that name. Enter another part of the name")]
    )
    shown = hidden.text.partition("<main")[2]
    assert shown.replace(f"Quinn {place.surname}", "Nemo Nobody") == nobody.text.partition("<main")[2]
    for sent in ({"person": place.known["P4"]}, {"person": f"Quinn {place.surname}", "chosen": place.known["P4"]}):
        assert told(place.ask(caller, **sent)) == told(nobody)
    assert place.ask("steward:home", person=f"Quinn {place.surname}").status_code == 303


def test_whoever_has_no_colleagues_has_no_form(place: Place) -> None:
    for caller in ("administrator", "framework-owner"):
        assert 'id="lacks"' not in place.by(caller).get("/desk", headers=PAGE).text
        refused = place.by(caller).post("/desk", data={"person": f"Pat {place.surname}"})
        assert (refused.status_code, refused.json()["rule"]) == (403, "not-a-member")


def test_the_address_of_a_person_leads_to_their_page(place: Place) -> None:
    pat, quinn = (f"/people/{place.known[one]}" for one in ("P1", "P4"))
    for caller in ("member:alder", "steward:home", "P1"):
        sent = place.by(caller).get(pat, headers=PAGE)
        assert (sent.status_code, sent.headers["location"]) == (303, f"/id/person/{place.known['P1']}")
    hidden, nobody = (
        place.by("member:alder").get(path, headers={"X-Request-Id": "one"}) for path in (quinn, "/people/" + "0" * 16)
    )
    assert (hidden.status_code, hidden.json()) == (404, nobody.json())
    # Of somebody private nobody else is shown a page, so their own address leads them to their record.
    assert place.by("P4").get(quinn).headers["location"] == "/me"
    assert place.by("steward:home").get(quinn).headers["location"] == f"/id/person/{place.known['P4']}"


def test_what_was_missing_on_another_day(place: Place) -> None:
    client, gap = place.by("member:alder"), f"/people/{place.known['P1']}/gap"
    typed = {"role": "Virologist", "as_of-day": "1", "as_of-month": "6", "as_of-year": "2024"}
    sent = client.get(gap, params=typed, headers=PAGE)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{gap}?role=Virologist&as_of=2024-06-01")
    then = html.unescape(client.get(sent.headers["location"], headers=PAGE).text)
    now = html.unescape(client.get(f"{gap}?role=Virologist", headers=PAGE).text)
    assert "As of 1 June 2024" in then
    assert "As of 1 June 2024" not in now
    assert "31 January 2024" in then
    assert "31 January 2025" in now
    assert "31 January 2025" not in then


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("role=Virologist&as_of=2024-02-31", "as_of-day"),
        ("role=Virologist&as_of=2999-01-01", "as_of-day"),
        ("as_of=2024-06-01", "role"),
    ],
)
def test_a_day_of_which_nothing_can_be_told_stands_at_its_field(place: Place, asked: str, field: str) -> None:
    page = f"/people/{place.known['P1']}/gap?{asked}"
    ((told_of, _),) = told(place.by("member:alder").get(page, headers=PAGE))
    assert told_of == field
    hidden = f"/people/{place.known['P4']}/gap?{asked}"
    assert place.by("member:alder").get(hidden, headers=PAGE).status_code == 404


def test_who_looked_stands_in_words_in_the_record(place: Place) -> None:
    assert place.by("duty-officer:alder").get(f"/people/{place.known['P1']}/gap", headers=PAGE).status_code == 200
    mine = html.unescape(place.by("P1").get("/me", headers=PAGE).text)
    looks = mine.partition('id="looks"')[2].partition("<h2")[0]
    for said in ("A duty officer", "Opened a record"):
        assert said in looks
    for slug in ("duty-officer", "read-person", " alder"):
        assert slug not in looks
