"""The import as a visitor does it: the forms of the pages, filled in and sent, from the upload to the end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Service

NEW = b"Staff number,Name,Skill,Level\nN1,Nia New,Enteric virology,3\nN2,Ned New,virus stuf,9\n"


class Forms(HTMLParser):
    """The forms of a page, each as its action and the values that it would send as it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}))
        elif tag == "select":
            self._select = given["name"]
        elif not self.forms:
            return
        elif tag == "input" and given.get("type") not in ("file", "checkbox", "submit"):
            self.forms[-1][1][given["name"]] = given.get("value", "")
        elif tag == "option" and ("selected" in given or self._select not in self.forms[-1][1]):
            self.forms[-1][1][self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    def of(self, action: str) -> dict[str, str]:
        """The one form with that action."""
        (values,) = [values for where, values in self.forms if where.startswith(action)]
        return values


@pytest.fixture
def steward(workshop: Service, lab: str) -> httpx.Client:
    """The steward of the laboratory, in the demo."""
    return workshop.look_as(f"steward:{lab}")


def upload(client: httpx.Client, content: bytes = NEW, name: str = "team.csv", **filled: str) -> httpx.Response:
    values = Forms(client.get("/import").text).of("/import") | filled
    return client.post("/import", data=values, files={"sheet": (name, content)})


def test_from_the_upload_to_the_end(workshop: Service, steward: httpx.Client) -> None:
    commit = workshop.register.store.commit
    review = upload(steward)
    assert review.status_code == 200
    assert "virus stuf" in review.text
    assert "level-out-of-range" in review.text
    assert workshop.register.store.commit == commit
    action = next(where for where, _ in Forms(review.text).forms if where.endswith("/confirm"))
    assert action.startswith("/import/")
    report = next(part.split('"')[0] for part in review.text.split('href="') if "/report.xlsx" in part)
    assert steward.get(report).status_code == 200
    confirmed = steward.post(action)
    assert (confirmed.status_code, confirmed.headers["location"]) == (303, action.replace("confirm", "done"))
    done = steward.get(confirmed.headers["location"])
    assert done.status_code == 200
    assert "team.csv" in done.text
    assert workshop.register.store.commit == commit + 1
    found = steward.get("/expertise?skill=Enteric virology").text
    assert "Nia New" in found
    # A button pressed again, or a page sent again, does it once.
    assert steward.post(action).headers["location"] == confirmed.headers["location"]
    assert workshop.register.store.commit == commit + 1
    assert "Save these changes" in review.text
    same = upload(steward)
    assert "Save these changes" not in same.text
    assert "There is nothing to save" in same.text


def test_pressed_twice_at_once_it_is_done_once(workshop: Service, steward: httpx.Client) -> None:
    review = upload(steward, b"Staff number,Name,Skill,Level\nT1,Twice New,Enteric virology,3\n")
    action = next(where for where, _ in Forms(review.text).forms if where.endswith("/confirm"))
    commit = workshop.register.store.commit
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: steward.post(action), range(4)))
    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {
        (303, action.replace("confirm", "done"))
    }
    assert workshop.register.store.commit == commit + 1


def test_what_changed_after_the_review_is_not_done_unseen(workshop: Service, steward: httpx.Client, lab: str) -> None:
    review = upload(steward, b"Staff number,Name,Skill,Level\nM1,Mia New,Enteric virology,3\n")
    action = next(where for where, _ in Forms(review.text).forms if where.endswith("/confirm"))
    workshop.send("operator", b"Staff number,Name,Skill,Level\nM1,Mia New,Enteric virology,2\n", lab)
    commit = workshop.register.store.commit
    response = steward.post(action, headers={"Accept": "text/html"})
    assert response.status_code == 409
    assert "so this import would do something else now" in response.text
    assert workshop.register.store.commit == commit
    assert steward.get(action.replace("confirm", "done")).status_code == 404


@pytest.mark.parametrize(
    ("content", "filled", "status", "field", "words"),
    [
        (b"", {}, 400, "sheet", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), {}, 400, "sheet", "Send CSV, XLSX or ODS."),
        (b"Team,Skill,Level\nM,Virology,3\n", {}, 400, "sheet", "Staff number (best), Email, or Name"),
        (
            NEW,
            {"assessed_on-day": "31", "assessed_on-month": "2", "assessed_on-year": "2025"},
            400,
            "assessed_on",
            "That is not a date.",
        ),
        (NEW, {"assessed_on-day": "1"}, 400, "assessed_on", "That is not a date."),
        (
            NEW,
            {"assessed_on-day": "x", "assessed_on-month": "2", "assessed_on-year": "2025"},
            400,
            "assessed_on",
            "not a date",
        ),
        (
            NEW,
            {"assessed_on-day": "1", "assessed_on-month": "1", "assessed_on-year": "2999"},
            400,
            "assessed_on",
            "2999",
        ),
        (NEW, {"org": ""}, 400, "org", "No organisation was chosen."),
        (NEW, {"org": "birch"}, 403, "org", "You may not change the records of birch."),
        (NEW, {"org": "<b>nowhere</b>"}, 403, "org", "&lt;b&gt;nowhere&lt;/b&gt;"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_in_the_summary(
    workshop: Service,
    steward: httpx.Client,
    content: bytes,
    filled: dict[str, str],
    status: int,
    field: str,
    words: str,
) -> None:
    commit = workshop.register.store.commit
    response = upload(steward, content, **filled)
    assert response.status_code == status
    assert "<title>Error: " in response.text
    summary = response.text.split('class="govuk-error-summary"')[1].split("</form>")[0]
    assert words in summary
    assert f'href="#{field}' in summary
    assert f'id="{field}' in response.text
    kept = Forms(response.text).of("/import")
    assert {name: kept[name] for name in filled if name.startswith("assessed_on")} == {
        name: text for name, text in filled.items() if name.startswith("assessed_on")
    }
    assert workshop.register.store.commit == commit


def test_no_file_was_chosen(steward: httpx.Client, lab: str) -> None:
    # So a browser sends an empty choice.
    response = steward.post("/import", data={"org": lab}, files={"sheet": ("", b"", "application/octet-stream")})
    assert response.status_code == 400
    assert "Choose a CSV, XLSX or ODS file." in response.text
    assert steward.post("/import", data={"org": lab}).status_code == 400


def test_a_mapping_that_is_none(steward: httpx.Client, lab: str) -> None:
    files = {"sheet": ("a.csv", NEW), "mapping": ("m.json", b"nonsense")}
    response = steward.post("/import", data={"org": lab}, files=files)
    assert response.status_code == 400
    assert 'href="#mapping"' in response.text


def test_whoever_keeps_nothing_is_told_who_does(workshop: Service) -> None:
    for caller in ("anonymous", "member:alder"):
        page = workshop.look_as(caller).get("/import").text
        assert "Only a steward of an organisation can import its records." in page
        assert [where for where, _ in Forms(page).forms] == ["/look-as"]


def test_an_upload_is_for_its_sender_alone(workshop: Service, steward: httpx.Client) -> None:
    review = upload(steward, b"Staff number,Name,Skill,Level\nO1,Only New,Enteric virology,3\n")
    action = next(where for where, _ in Forms(review.text).forms if where.endswith("/confirm"))
    commit = workshop.register.store.commit
    for caller in ("anonymous", "member:alder", "steward:birch"):
        other = workshop.look_as(caller)
        for response in (other.post(action), other.get(action.replace("confirm", "done"))):
            assert (response.status_code, response.json()["rule"]) == (404, "unknown-upload")
    assert workshop.register.store.commit == commit
    assert steward.post(action).status_code == 303


def test_what_is_written_in_a_sheet_is_shown_and_not_run(steward: httpx.Client) -> None:
    script = "<script>alert(1)</script>"
    sheet = f'Staff number,Name,Skill,Level\nX1,Xan New,"{script}",3\nX2,"{script}",Enteric virology,"{script}"\n'
    review = upload(steward, sheet.encode(), name=f"{script}.csv")
    assert review.status_code == 200
    assert script not in review.text
    assert "&lt;script&gt;alert(1)" in review.text
