"""Proposals as a visitor makes them and the owner decides on them: the forms of the pages, filled in and sent."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Service

PAGE = {"Accept": "text/html"}


@pytest.fixture
def member(workshop: Service, lab: str) -> httpx.Client:
    """A member of the laboratory, in the demo."""
    return workshop.look_as(f"member:{lab}")


@pytest.fixture
def owner(workshop: Service) -> httpx.Client:
    """The framework's owner."""
    return workshop.by("operator")


def propose(client: httpx.Client, **filled: str) -> httpx.Response:
    return client.post("/proposals/new", data={"kind": "new", "text": "It is missing.", **filled}, headers=PAGE)


def reviewed(steward: httpx.Client, lab: str, text: bytes) -> str:
    """The review of a sheet whose columns are taken as they were understood."""
    where = steward.post("/import", data={"org": lab}, files={"sheet": ("team.csv", text)}).headers["location"]
    if where.endswith("/columns"):
        form = steward.get(where).text.partition("<main")[2]
        chosen = dict(re.findall(r'<select[^>]* name="([^"]+)".*?<option value="([^"]*)" selected', form, re.DOTALL))
        sent = steward.post(where, data=chosen | {"row": "1", "action": "continue"})
        where = sent.headers["location"]
    return steward.get(where).text


def summary(page: str) -> str:
    return html.unescape(page.split('class="govuk-error-summary"')[1].split("</form>")[0])


def test_from_the_page_of_a_skill_to_the_answer(member: httpx.Client, owner: httpx.Client, workshop: Service) -> None:
    skill = member.get("/framework/LIF-VIR-02").text
    (address,) = re.findall(r'href="(/proposals/new\?concept=[^"]+)">Suggest a change to this skill<', skill)
    form = member.get(html.unescape(address)).text
    assert "Suggest a change to" in form
    assert ">LIF-VIR-02</textarea>" in form
    assert re.search(r'value="change"[^>]* checked', form)
    sent = propose(member, kind="change", concepts="LIF-VIR-02\n\n", text="Say <b>that</b> phages count.")
    assert sent.status_code == 303
    page = member.get(sent.headers["location"]).text
    assert "Your proposal was sent." in page
    assert "Say &lt;b&gt;that&lt;/b&gt; phages count." in page
    where = sent.headers["location"].partition("?")[0]
    assert f'action="{where}"' not in page
    assert where in owner.get("/proposals?status=open").text
    assert f'action="{where}"' in owner.get(where).text
    decided = owner.post(where, data={"outcome": "declined", "reason": "They do not."})
    assert (decided.status_code, decided.headers["location"]) == (303, where)
    again = owner.post(where, data={"outcome": "accepted", "reason": "They do, after all."})
    assert again.status_code == 303
    page = member.get(where).text
    assert page.index("They do, after all.") < page.index("They do not.")
    assert "no longer in force" in page
    listed = member.get("/proposals").text
    assert "They do, after all." in listed
    assert "They do not." not in listed


def test_a_phrase_is_mapped_on_its_page(workshop: Service, owner: httpx.Client, lab: str) -> None:
    steward = workshop.look_as(f"steward:{lab}")
    text = f"Staff number,Name,Skill,Level\nP1,Pia,{lab} phrase,3\n".encode()
    review = reviewed(steward, lab, text)
    assert "words that are left out go to the framework’s owner" in review
    (action,) = re.findall(r'action="(/import/[^"]+/confirm)"', review)
    assert steward.post(action).status_code == 303
    listed = steward.get("/proposals").text
    (where,) = re.findall(rf'href="(/proposals/[0-9a-f]{{16}})">{lab} phrase<', listed)
    assert f"{lab} phrase" not in workshop.look_as("steward:alder").get("/proposals").text
    page = owner.get(where).text
    assert "Nearest skills" in page
    wrong = owner.post(where, data={"outcome": "mapped", "concept": "no such skill"}, headers=PAGE)
    assert wrong.status_code == 404
    assert 'href="#concept"' in summary(wrong.text)
    assert 'value="no such skill"' in wrong.text
    assert owner.post(where, data={"outcome": "mapped", "concept": "LIF-VIR-02"}).status_code == 303
    review = reviewed(steward, lab, text)
    assert "Words that we could not match" not in review
    assert "owner decided that it means" in html.unescape(review)


def test_why_a_phrase_is_declined_stands_in_the_review(workshop: Service, owner: httpx.Client, lab: str) -> None:
    workshop.send("operator", f"Staff number,Name,Skill,Level\nP1,Pia,{lab} odd,3\n".encode(), lab)
    steward = workshop.look_as(f"steward:{lab}")
    (where,) = re.findall(rf'href="(/proposals/[0-9a-f]{{16}})">{lab} odd<', steward.get("/proposals").text)
    owner.post(where, data={"outcome": "declined", "reason": "Too odd."})
    text = f"Staff number,Name,Skill,Level\nP1,Pia,{lab} odd,3\n".encode()
    review = reviewed(steward, lab, text)
    assert "Too odd." in review.split("Words that we could not match to a skill")[1].split("</table>")[0]


@pytest.mark.parametrize(
    ("filled", "status", "field", "words"),
    [
        ({"text": " "}, 400, "text", "Say what should be, and why."),
        ({"text": "x" * 1001}, 400, "text", "Shorten it to 1,000 characters."),
        ({"kind": ""}, 400, "kind", "No kind of proposal was chosen."),
        ({"kind": "term"}, 400, "text", "Propose a new skill instead"),
        ({"kind": "merge", "concepts": "Virology"}, 400, "concepts", "at least two"),
        ({"kind": "retire", "concepts": "<i>none</i>"}, 404, "concepts", "<i>none</i>"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_in_the_summary(
    workshop: Service, member: httpx.Client, filled: dict[str, str], status: int, field: str, words: str
) -> None:
    commit = workshop.register.store.commit
    response = propose(member, **filled)
    assert response.status_code == status
    assert "<title>Error: " in response.text
    assert words in summary(response.text)
    assert f'href="#{field}"' in summary(response.text)
    assert f'id="{field}"' in response.text
    assert "<i>none</i>" not in response.text
    assert workshop.register.store.commit == commit


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({}, "outcome"),
        ({"outcome": "declined"}, "reason"),
        ({"outcome": "mapped"}, "concept"),
        ({"outcome": "accepted", "concept": "Virology"}, "concept"),
        ({"outcome": "declined", "reason": "x" * 1001}, "reason"),
    ],
)
def test_a_decision_with_a_mistake_is_shown_again(
    workshop: Service, member: httpx.Client, owner: httpx.Client, filled: dict[str, str], field: str
) -> None:
    where = propose(member).headers["location"].partition("?")[0]
    commit = workshop.register.store.commit
    response = owner.post(where, data=filled, headers=PAGE)
    assert response.status_code == 400
    assert f'href="#{field}"' in summary(response.text)
    assert f'id="{field}"' in response.text
    assert workshop.register.store.commit == commit


def test_who_may_not_propose_is_told_who_does(workshop: Service) -> None:
    administrator = workshop.look_as("administrator")
    for path in ("/proposals", "/proposals/new"):
        page = administrator.get(path).text
        assert "embers and stewards of an organisation propose changes" in page
        assert "<textarea" not in page
    assert propose(administrator).status_code == 403
    assert propose(workshop.look_as("anonymous")).status_code == 401


def test_only_the_owner_decides(workshop: Service, member: httpx.Client, lab: str) -> None:
    where = propose(member).headers["location"].partition("?")[0]
    for client in (member, workshop.look_as(f"steward:{lab}"), workshop.look_as("administrator")):
        response = client.post(where, data={"outcome": "accepted"}, headers=PAGE)
        assert response.status_code == 403
        assert "Only the framework" in response.text
    assert workshop.look_as("anonymous").post(where, data={"outcome": "accepted"}).status_code == 401
    assert "Nothing yet." in member.get(where).text
    assert workshop.look_as("member:alder").get(where, headers=PAGE).status_code == 404


def test_a_form_from_another_site_is_refused(workshop: Service, member: httpx.Client, owner: httpx.Client) -> None:
    where = propose(member).headers["location"].partition("?")[0]
    commit = workshop.register.store.commit
    for client, path in ((member, "/proposals/new"), (owner, where)):
        for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
            filled = {"kind": "new", "text": "Theirs.", "outcome": "accepted"}
            response = client.post(path, data=filled, headers=headers)
            assert (response.status_code, response.json()["rule"]) == (403, "cross-origin")
    assert workshop.register.store.commit == commit
