"""The import as a visitor does it: the forms of the pages, filled in and sent, from the upload to the end."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import httpx
import pytest
import xlsxwriter

from gse_skills.access import Caller
from gse_skills.errors import NotFoundError

if TYPE_CHECKING:
    from tests.service.conftest import Service

NEW = b"Staff number,Name,Skill,Level\nN1,Nia New,Enteric virology,3\nN2,Ned New,virus stuf,9\n"
SHEETS_ROWS = (("Staff number", "Name", "Skill", "Level"), ("N1", "Nia New", "Enteric virology", "3"))


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
    """Send a file, go on from its columns as they are, and see the review; or whatever keeps from it."""
    response = send(client, content, name, **filled)
    if response.status_code != 303:
        return response
    return go_on(client, response.headers["location"])


def send(client: httpx.Client, content: bytes = NEW, name: str = "team.csv", **filled: str) -> httpx.Response:
    values = Forms(client.get("/import").text).of("/import") | filled
    return client.post("/import", data=values, files={"sheet": (name, content)})


def go_on(client: httpx.Client, address: str, **chosen: str) -> httpx.Response:
    """From the columns to the review, with what is chosen; from the review, there."""
    if address.endswith("/columns"):
        values = Forms(client.get(address).text).of(address) | chosen
        response = client.post(address, data=values | {"action": "continue"})
        if response.status_code != 303:
            return response
        address = response.headers["location"]
    return client.get(address)


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
        (
            NEW,
            {"assessed_on-day": "31", "assessed_on-month": "2", "assessed_on-year": "2025"},
            400,
            "assessed_on",
            "The date of the sheet must be a real date",
        ),
        (NEW, {"assessed_on-day": "1"}, 400, "assessed_on", "must include a month and a year"),
        (
            NEW,
            {"assessed_on-day": "x", "assessed_on-month": "2", "assessed_on-year": "2025"},
            400,
            "assessed_on",
            "must be a real date",
        ),
        (
            NEW,
            {"assessed_on-day": "1", "assessed_on-month": "1", "assessed_on-year": "2999"},
            400,
            "assessed_on",
            "2999",
        ),
        (NEW, {"org": ""}, 400, "org", "Choose an organisation"),
        (NEW, {"org": "birch"}, 403, "org", "You may not change the records of that organisation."),
        (NEW, {"org": "<b>nowhere</b>"}, 403, "org", "You may not change the records of that organisation."),
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
    assert "Choose a CSV, XLSX or ODS file" in response.text
    assert steward.post("/import", data={"org": lab}).status_code == 400


def test_all_mistakes_are_told_at_once_in_the_order_of_the_fields(steward: httpx.Client, lab: str) -> None:
    wrong = {"assessed_on-day": "31", "assessed_on-month": "2", "assessed_on-year": "2025"}
    mapping = {"mapping": ("m.json", b"nonsense")}

    def told(org: str, content: bytes | None) -> list[str]:
        files = mapping | ({"sheet": ("a.csv", content)} if content is not None else {})
        response = steward.post("/import", data=wrong | {"org": org}, files=files)
        assert response.status_code == 400
        page = response.text
        fields = [part.split('"')[0] for part in page.split('class="govuk-error-summary"')[1].split('href="#')[1:5]]
        for field in ("sheet", "assessed_on", "mapping"):
            assert f'id="{field}-error"' in page
        return [field for field in fields if field.partition("-")[0] in ("org", "sheet", "assessed_on", "mapping")]

    assert told("", None) == ["org", "sheet", "assessed_on-day", "mapping"]
    assert told(lab, b"") == ["sheet", "assessed_on-day", "mapping"], "what is in the file is told too"


def test_a_mapping_that_is_none(steward: httpx.Client, lab: str) -> None:
    files = {"sheet": ("a.csv", NEW), "mapping": ("m.json", b"nonsense")}
    response = steward.post("/import", data={"org": lab}, files=files)
    assert response.status_code == 400
    assert 'href="#mapping"' in response.text


def test_whoever_keeps_nothing_is_told_who_does(workshop: Service) -> None:
    page = workshop.look_as("member:alder").get("/import").text
    assert "Only a steward of an organisation can import its records." in page
    assert [where for where, _ in Forms(page).forms] == ["/look-as"]
    assert workshop.look_as("anonymous").get("/import").json()["rule"] == "sign-in-needed"


def test_an_upload_is_for_its_sender_alone(workshop: Service, steward: httpx.Client) -> None:
    review = upload(steward, b"Staff number,Name,Skill,Level\nO1,Only New,Enteric virology,3\n")
    action = next(where for where, _ in Forms(review.text).forms if where.endswith("/confirm"))
    commit = workshop.register.store.commit
    shown = [action.replace("confirm", step) for step in ("done", "columns", "review", "cell/2/D")]
    for caller, refusal in (
        ("anonymous", (401, "sign-in-needed")),
        ("member:alder", (404, "unknown-upload")),
        ("steward:birch", (404, "unknown-upload")),
    ):
        other = workshop.look_as(caller)
        changing = (other.post(action), other.post(shown[1], data={"action": "continue"}))
        for response in (*changing, *map(other.get, shown)):
            assert (response.status_code, response.json()["rule"]) == refusal
    assert workshop.register.store.commit == commit
    assert steward.post(action).status_code == 303


def test_what_is_written_in_a_sheet_is_shown_and_not_run(steward: httpx.Client) -> None:
    script = "<script>alert(1)</script>"
    sheet = f'Staff number,Name,Skill,Level\nX1,Xan New,"{script}",3\nX2,"{script}",Enteric virology,"{script}"\n'
    review = upload(steward, sheet.encode(), name=f"{script}.csv")
    assert review.status_code == 200
    assert script not in review.text
    assert "&lt;script&gt;alert(1)" in review.text


ODD = b"""Skills audit,,,,
Pers. ref,Wer,Was,Wie gut,Bench
K1,Kim Kestrel,Enteric virology,Expert,yes
K2,Lee Linnet,virus stuf,Working,no
K3,Moe Merlin,Viral serology,9,
"""
CHOICES = {"column-0": "person_id", "column-1": "name", "column-2": "skill", "column-3": "level"}


def table(page: str, caption: str) -> str:
    """The text of the table with that caption."""
    inside = page.split(caption, 1)[1].split("</table>")[0]
    return " ".join("".join(" " + part.partition(">")[2] for part in inside.split("<")).split())


def test_headings_that_nobody_knows_are_chosen_and_the_first_rows_follow(
    workshop: Service, steward: httpx.Client
) -> None:
    commit = workshop.register.store.commit
    address = send(steward, ODD).headers["location"]
    assert address.endswith("/columns")
    page = steward.get(address)
    assert page.status_code == 200
    assert "Say above what each column is." in page.text
    assert set(Forms(page.text).of(address)) >= {*CHOICES, "column-4", "header_row"}
    values = Forms(page.text).of(address) | CHOICES
    assert values["header_row"] == "2"
    shown = steward.post(address, data=values | {"action": "preview"})
    assert shown.status_code == 200
    told = table(shown.text, "The first rows as they are read")
    assert "3 Who Kim Kestrel Skill Enteric virology Level Expert" in told
    assert "Lee Linnet Skill virus stuf Left out No skill of that name is known." in told
    assert "“9” is not one of the levels" in told
    # What was chosen is still chosen.
    assert Forms(steward.get(address).text).of(address)["column-2"] == "skill"
    assert workshop.register.store.commit == commit


def test_what_every_heading_names_needs_no_look_at_the_columns(workshop: Service, steward: httpx.Client) -> None:
    sheet = b"Staff no,Who is it,Skill / competence,How good (1-4),Last looked at,Free now?,Grd,Fax\n"
    row = b"W1,Wyn New,Enteric virology,3,31/01/2025,yes,SEO,12\n"
    sent = send(steward, sheet + row)
    assert sent.headers["location"].endswith("/review")
    page = steward.get(sent.headers["location"]).text
    columns = sent.headers["location"].replace("review", "columns")
    assert f'<a class="govuk-link" href="{columns}">Change the columns</a>' in page
    told = " ".join("".join(" " + part.partition(">")[2] for part in page.split("</details>")[-2].split("<")).split())
    for words in ("A Staff no the staff number", "D How good (1-4) the level", "F Free now? whether", "Left out H Fax"):
        assert words in told, told
    steward.post(sent.headers["location"].replace("review", "confirm"))
    done = steward.get(sent.headers["location"].replace("review", "done")).text
    assert "Import complete" in done
    assert "is read in the same way" not in done, "nobody chose anything that could be kept"
    # They can be looked at, and chosen otherwise, all the same.
    assert "Recognised from its heading" in steward.get(columns).text


def test_a_guess_from_cells_is_shown_as_one_and_can_be_changed(workshop: Service, steward: httpx.Client) -> None:
    sheet = b"Name,Was,Stufe,Desk visit\nKim New,Enteric virology,Expert,31/01/2025\nLee New,Viral serology,2,\n"
    sent = send(steward, sheet)
    assert sent.headers["location"].endswith("/columns")
    page = steward.get(sent.headers["location"]).text
    chosen = Forms(page).of(sent.headers["location"])
    assert [chosen[f"column-{column}"] for column in range(4)] == ["name", "skill", "level", "left-out"]
    assert page.count(">Guess</strong> from its cells") == 2
    assert "It may be the date of assessment. Choose, if it counts." in page
    changed = steward.post(sent.headers["location"], data=chosen | {"column-3": "assessed_on", "action": "preview"})
    assert "31 January 2025" in table(changed.text, "The first rows as they are read")
    review = go_on(steward, sent.headers["location"])
    assert "Before and after" in review.text


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"column-0": "left-out", "column-1": "left-out"}, "No column says who"),
        ({"column-2": "left-out"}, "No column says which skill"),
        ({"column-3": "left-out"}, "No column says at which level"),
        ({"column-4": "level"}, "Columns D and E are both taken for the level."),
        ({"column-4": "a-skill"}, "Some columns are taken for a skill each"),
    ],
)
def test_what_is_missing_in_a_choice_is_told(steward: httpx.Client, chosen: dict[str, str], words: str) -> None:
    address = send(steward, ODD).headers["location"]
    response = go_on(steward, address, **(CHOICES | chosen))
    assert response.status_code == 400
    assert "<title>Error: " in response.text
    assert words in response.text
    assert 'href="#columns"' in response.text
    assert steward.get(address.replace("columns", "review")).status_code == 404


def test_the_next_sheet_with_these_headings_is_read_as_the_last(workshop: Service, steward: httpx.Client) -> None:
    address = send(steward, ODD).headers["location"]
    review = go_on(steward, address, **CHOICES, keep="true")
    assert "as you chose for an earlier sheet" not in review.text
    again = send(steward, ODD)
    assert again.headers["location"].endswith("/columns"), "nothing was saved yet"
    steward.post(address.replace("columns", "confirm"))
    assert "is read in the same way" in steward.get(address.replace("columns", "done")).text
    other = ODD.replace(b"Kim Kestrel", b"Kit Kestrel").replace(b"K1", b"K7")
    location = send(steward, other).headers["location"]
    assert location.endswith("/review")
    page = steward.get(location).text
    assert "as you chose for an earlier sheet" in page
    assert "Kit Kestrel" in page
    # It can be chosen otherwise all the same.
    columns = location.replace("review", "columns")
    assert Forms(steward.get(columns).text).of(columns)["column-2"] == "skill"
    assert workshop.register.folder.path.joinpath("matchings.json").exists()


@pytest.mark.parametrize("row", ["9" * 5000, "0", "²", "-1"])
def test_a_row_of_headings_that_there_is_not_is_passed_over(steward: httpx.Client, row: str) -> None:
    address = send(steward, ODD).headers["location"]
    assert steward.post(address, data={"header_row": row}).status_code == 200


def test_what_is_let_go_of_while_it_is_worked_on_stays_gone(workshop: Service, steward: httpx.Client, lab: str) -> None:
    address = send(steward).headers["location"]
    uploads = workshop.app.state.uploads
    upload = uploads.get(address.split("/")[2], Caller.parse(f"steward:{lab}"))
    draft = uploads.drafted(upload)
    uploads.forget(lab)
    uploads.draft(upload, draft)
    assert not uploads.is_kept(upload)
    with pytest.raises(NotFoundError) as gone:
        uploads.drafted(upload)
    assert gone.value.rule == "unknown-upload"


def test_a_word_is_given_its_meaning_for_this_import(workshop: Service, steward: httpx.Client) -> None:
    address = send(steward, ODD.replace(b"virus stuf", b"enteric virolgy")).headers["location"]
    review = go_on(steward, address, **CHOICES)
    action = address.replace("columns", "words")
    words = Forms(review.text).of(action)
    assert words["word-1"] == "enteric virolgy"
    concept = review.text.split('name="skill-1"')[1].split('value="')[2].split('"')[0]
    response = steward.post(action, data=words | {"skill-1": concept})
    assert response.status_code == 303
    page = steward.get(response.headers["location"]).text
    assert "Words that we could not match" not in page
    assert "Lee Linnet" in table(page, "What would change, by person")


def test_a_word_is_given_a_skill_that_was_not_offered(workshop: Service, steward: httpx.Client) -> None:
    address = send(steward, ODD).headers["location"]
    review = go_on(steward, address, **CHOICES)
    action = address.replace("columns", "words")
    words = Forms(review.text).of(action)
    wrong = steward.post(action, data=words | {"other-1": "no such skill at all"})
    told = steward.get(wrong.headers["location"]).text
    assert "No skill is called “no such skill at all”" in told
    assert "<title>Error: " in told
    right = steward.post(action, data=words | {"other-1": "gas chromatography and mass spectrometry"})
    page = steward.get(right.headers["location"]).text
    assert "Words that we could not match" not in page
    assert "Gas chromatography and mass spectrometry" in page


def test_everybody_new_is_listed_also_without_a_record(steward: httpx.Client) -> None:
    sheet = (
        b"Name,Skill,Level\nMarjorie Testwick,Enteric virology,2\n"
        b'"Testwick, Marjorie",Viral serology,2\nNo Words,blorp frobnication,3\n'
    )
    page = upload(steward, sheet).text
    new = page.split('id="new-people"')[1].split("</ul>")[0]
    for name in ("Marjorie Testwick", "Testwick, Marjorie", "No Words"):
        assert name in new
    assert new.count("no record") == 1
    assert "Of 1 of them every row was refused" in page
    problems = table(page, "Problems, by cell of the sheet")
    assert "A3 Name Value Testwick, Marjorie" in problems
    assert "“Marjorie Testwick” may be the same person; they are taken as two." in problems
    assert "New person without a record" in problems


def test_before_and_after_by_person_and_by_skill(workshop: Service, steward: httpx.Client, lab: str) -> None:
    first = b"Staff number,Name,Skill,Level\nB1,Bea New,Enteric virology,2\nB2,Bo New,Enteric virology,2\n"
    workshop.send("operator", first, lab)
    sheet = b"Staff number,Name,Skill,Level\nB1,Bea New,Enteric virology,4\nB1,Bea New,Viral serology,1\n"
    review = upload(steward, sheet, full="true")
    told = table(review.text, "What would change, by person")
    assert "Bea New Before and after" in told
    assert "Enteric virology: Working → becomes Expert" in told
    assert "Viral serology: new at Awareness" in told
    assert "Enteric virology: was Working, ends" in told
    assert "records that are not in it end on that day" in review.text
    by_skill = steward.get(str(review.url) + "?by=skill")
    told = table(by_skill.text, "What would change, by skill")
    assert "Bea New: Working → becomes Expert" in told
    assert "Bo New: was Working, ends" in told


def test_a_problem_leads_to_its_cell(steward: httpx.Client) -> None:
    review = upload(steward, b"Staff number,Name,Skill,Level\nN1,Nia New,Enteric virology,3\nN2,Ned New,Virology,9\n")
    hrefs = [part.split('"')[0] for part in review.text.split('href="') if "/cell/" in part]
    href = next(one for one in hrefs if one.endswith("/cell/3/D"))
    page = steward.get(href).text
    assert '<mark class="app-mark">9</mark>' in page
    assert "Nia New" in page
    for wrong in (href.replace("/3/", "/30/"), href.replace("/D", "/ZZ"), href.replace("/D", "/9")):
        assert steward.get(wrong).status_code == 404
    only = steward.get(str(review.url) + "?rule=level-out-of-range").text
    assert "Number is no level" in table(only, "Problems, by cell of the sheet")
    assert "level-out-of-range" not in table(only, "Problems, by cell of the sheet")
    assert "Who judged the level is not said" not in table(only, "Problems, by cell of the sheet")


def test_the_last_import_is_undone_after_a_look_at_what_that_does(
    workshop: Service, steward: httpx.Client, lab: str
) -> None:
    review = upload(steward, b"Staff number,Name,Skill,Level\nU1,Una New,Enteric virology,3\n", name="wrong.csv")
    action = next(where for where, _ in Forms(review.text).forms if where.endswith("/confirm"))
    steward.post(action)
    address = f"/organisations/{lab}/imports"
    history = steward.get(address).text
    assert "wrong.csv" in history
    assert "1 row: 1 added, 1 new person. Part of the picture." in history
    (href,) = (part.split('"')[0] for part in history.split('href="') if "/undo" in part)
    commit = workshop.register.store.commit
    shown = steward.get(href)
    assert "What it did: 1 row: 1 added, 1 new person." in shown.text
    assert "expected" not in Forms(shown.text).of(href)
    tried = steward.post(href, data=Forms(shown.text).of(href))
    assert tried.status_code == 200
    form = Forms(tried.text).of(href)
    assert "records would go" in tried.text
    assert steward.post(href, data={"expected": "0" * 32}).status_code == 409
    assert workshop.register.store.commit == commit
    assert "Una New" in steward.get("/expertise?skill=Enteric virology").text
    undone = steward.post(href, data=form)
    assert undone.status_code == 303
    assert "The import is undone." in steward.get(undone.headers["location"]).text
    assert "Una New" not in steward.get("/expertise?skill=Enteric virology").text
    assert workshop.register.store.commit == commit + 1
    refused = steward.get(href)
    assert refused.status_code == 409
    assert "was undone already" in refused.text
    told = workshop.by(f"steward:{lab}").get("/api/v1/audit").json()["items"]
    assert any(one["action"] == "change" and "/import/" in str(one) for one in told)
    assert "Undid an import" in workshop.by(f"steward:{lab}").get("/audit").text


def book(*sheets: tuple[str, tuple[tuple[str, ...], ...]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return target.getvalue()


NOTES = ("Notes", (("Note", "Left for"), ("Budget", "Bo")))


def test_the_sheet_with_the_most_rows_under_headings_is_read(workshop: Service, steward: httpx.Client) -> None:
    sent = send(steward, book(NOTES, ("People", SHEETS_ROWS), ("Empty", ())), "book.xlsx")
    assert sent.headers["location"].endswith("/review")
    page = steward.get(sent.headers["location"]).text
    assert "Nia New" in page
    assert "The sheet “People” is read; the others are not: Notes, Empty." in page
    assert steward.post(sent.headers["location"].replace("review", "confirm")).status_code == 303


def test_another_sheet_of_the_workbook_is_chosen_on_the_columns_page(workshop: Service, steward: httpx.Client) -> None:
    short = (*SHEETS_ROWS[:1], ("N8", "Nye New", "Enteric virology", "2"))
    long = (*SHEETS_ROWS, ("N9", "Noa New", "Enteric virology", "2"))
    address = send(steward, book(NOTES, ("Old", short), ("People", long)), "book.xlsx").headers["location"]
    assert "Noa New" in steward.get(address).text
    address = address.replace("review", "columns")
    page = steward.get(address).text
    assert Forms(page).of(address)["sheet"] == "People"
    notes = steward.post(address, data=Forms(page).of(address) | {"sheet": "Notes", "action": "preview"})
    assert (notes.status_code, "Left for" in notes.text, "Noa New" in notes.text) == (200, True, False)
    other = steward.post(address, data=Forms(page).of(address) | {"sheet": "Old", "action": "preview"})
    assert (other.status_code, "Nye New" in other.text, "Noa New" in other.text) == (200, True, False)
    unknown = steward.post(address, data=Forms(other.text).of(address) | {"sheet": "Nowhere"})
    assert unknown.status_code == 400
    assert 'href="#sheet"' in unknown.text
    review = go_on(steward, address)
    assert "Nye New" in review.text
    assert "Noa New" not in review.text
