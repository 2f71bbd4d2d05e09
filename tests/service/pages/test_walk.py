"""Five tasks of somebody who is new here, each done on at most three pages, in a real browser on the demo's alliance.

With GSE_SKILLS_PICTURES naming a folder it takes the pictures of docs/guide.md on the way (`make guide`).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page, expect

if TYPE_CHECKING:
    from tests.service.conftest import Service

GUIDE = Path(__file__).parents[3] / "docs" / "guide.md"
PICTURES = os.environ.get("GSE_SKILLS_PICTURES")
TEAM = """\
Team skills as of March,,,,,
Name,E-mail,Job role,Virology,Gene sequencing,Comms with press
"Bramble, Oona",oona.bramble@larkmoor.example,Virologist,3,good,-
Pim Thistlewood,pim.thistlewood@larkmoor.example,Microbiologist,expert,basic,2
Wren Copperfield,wren.copperfield@larkmoor.example,Wizard,novice,,practitioner
Sable Fenwick,sable.fenwick@larkmoor.example,Virologist,PRACTITIONER,?,
"""
"""A sheet as a team keeps it: a heading above the headings, levels in its own words, a skill and a role of its own."""
KNOWN = """\
Staff no,Who is it,Skill / competence,How good (1-4),Last looked at,Free now?,Grd
K-204,Tamsin Orchard,Virology,3,31/01/2026,yes,SEO
K-205,Ludo Merriman,Virology,Trained,1 Feb 2026,no,HEO
"""
"""A sheet in words of its own that leave no doubt."""

pytestmark = pytest.mark.browser


class Visit:
    """Somebody who does a task, page by page; a picture of each page shows it with what was filled in."""

    def __init__(self, page: Page, task: str, told: dict[str, set[str]]) -> None:
        self.page = page
        self._task = task
        self._pages: list[str] = []
        self._told = told.setdefault(task, set())

    def acted(self) -> None:
        """All that is to be done on this page has been done, but for leaving it."""
        self._pages.append(self.page.title())
        assert len(self._pages) <= 3, self._pages
        self._picture()

    def done(self, heading: str) -> None:
        """The page that answers, or says that it is done."""
        expect(self.page.locator("h1")).to_contain_text(heading)
        self._picture()

    def _picture(self) -> None:
        name = f"{self._task}-{len(self._told) + 1}.png"
        self._told.add(name)
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / name)


@pytest.fixture(scope="module")
def place(
    alliance_data: Path,
    serve_on: Callable[..., AbstractContextManager[Service]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    copy = tmp_path_factory.mktemp("walk") / "data"
    shutil.copytree(alliance_data, copy)
    with serve_on(copy, demo=True) as service:
        yield service


@pytest.fixture(scope="module")
def told() -> dict[str, set[str]]:
    """The pictures of each task."""
    return {}


@pytest.fixture
def visit(place: Service, browser: Browser, told: dict[str, set[str]]) -> Iterator[Callable[[str, str, str], Visit]]:
    contexts = []

    def begin(task: str, caller: str, path: str) -> Visit:
        context = browser.new_context(viewport={"width": 1000, "height": 900})
        contexts.append(context)
        context.add_cookies([{"name": "look_as", "value": caller, "url": place.url}])
        page = context.new_page()
        page.goto(place.url + path)
        return Visit(page, task, told)

    yield begin
    for context in contexts:
        context.close()


Begin = Callable[[str, str, str], Visit]


def test_find_a_virologist_who_is_available(visit: Begin) -> None:
    one = visit("find", "member:larkmoor", "/")
    one.page.get_by_label("Which skill do you need?").fill("A virologist at practitioner or above who is available")
    one.acted()
    one.page.get_by_role("button", name="Search").click()
    one.done("Who has Virology at Practitioner level or above?")
    assert one.page.get_by_text("Available.", exact=True).count() >= 1


def test_import_a_messy_sheet(visit: Begin, tmp_path: Path) -> None:
    sheet = tmp_path / "team-skills.csv"
    sheet.write_text(TEAM)
    one = visit("import", "steward:larkmoor", "/import")
    opened: list[str] = []
    one.page.on("framenavigated", lambda frame: opened.append(frame.url.rpartition("/")[2]))
    one.page.set_input_files("input[type=file]", sheet)
    one.acted()
    one.page.get_by_role("button", name="Check the file").click()
    column = one.page.get_by_label("What column E Gene sequencing is")
    expect(column).to_have_accessible_description(re.compile("It may be a skill"))
    column.select_option(label="One skill, with a level in each cell")
    expect(one.page.locator("#preview").get_by_role("cell", name="Gene sequencing").first).to_be_visible()
    one.acted()
    one.page.get_by_role("button", name="Continue").click()
    one.acted()
    one.page.get_by_role("button", name="Save these changes").click()
    one.done("Import complete")
    # Every page that was opened after the first counts, also the last.
    assert opened == ["columns", "review", "done"]


def test_import_a_sheet_whose_headings_are_known_from_the_desk(visit: Begin, tmp_path: Path) -> None:
    sheet = tmp_path / "known.csv"
    sheet.write_text(KNOWN)
    one = visit("import", "steward:larkmoor", "/desk")
    opened: list[str] = []
    one.page.on("framenavigated", lambda frame: opened.append(frame.url.rpartition("/")[2]))
    one.page.get_by_role("link", name="Import", exact=True).first.click()
    one.page.set_input_files("input[type=file]", sheet)
    one.page.get_by_role("button", name="Check the file").click()
    one.page.get_by_role("button", name="Save these changes").click()
    expect(one.page.locator("h1")).to_contain_text("Import complete")
    assert opened == ["import", "review", "done"]


def test_see_where_a_department_hangs_on_one_person(visit: Begin) -> None:
    one = visit("hang", "steward:larkmoor", "/organisations")
    one.acted()
    one.page.get_by_role("link", name=re.compile("Larkmoor")).first.click()
    one.page.get_by_role("link", name=re.compile("hang on one person")).click()
    one.done("Larkmoor")
    expect(one.page.get_by_role("heading", name=re.compile("hang on one person"))).to_be_in_viewport()


def test_find_what_a_colleague_lacks_for_a_role_and_what_would_help(visit: Begin) -> None:
    one = visit("gap", "steward:larkmoor", "/desk")
    opened = [one.page.url]
    one.page.on("framenavigated", lambda frame: opened.append(frame.url))
    asked = "/api/v1/experts?skill=Molecular+viral+diagnostics&org=larkmoor"
    colleague = one.page.request.get(urljoin(one.page.url, asked)).json()["items"][-1]["name"]
    one.page.get_by_label("Person").fill(colleague)
    one.page.get_by_label("Role", exact=True).fill("Lead virologist")
    one.acted()
    one.page.get_by_role("button", name="Compare").click()
    one.done("Lead virologist")
    expect(one.page.locator("main")).to_contain_text(colleague)
    help_at_hand = one.page.locator("main a[href*='/opportunities/']").first
    help_at_hand.scroll_into_view_if_needed()
    one.done("Lead virologist")
    expect(help_at_hand).to_be_in_viewport()
    # Every page that was opened counts, not only those on which something was done.
    assert len(opened) == 2, opened


def test_ask_a_sparql_question(visit: Begin) -> None:
    one = visit("query", "member:larkmoor", "/query")
    one.page.get_by_role("link", name="Depth of each group").click()
    one.acted()
    one.page.get_by_role("button", name="Run", exact=True).click()
    one.done("Ask in SPARQL")
    expect(one.page.get_by_role("table").first).to_be_visible()


def test_the_guide_shows_every_picture(told: dict[str, set[str]]) -> None:
    shown = set(re.findall(r"\(guide/([a-z]+-\d\.png)\)", GUIDE.read_text()))
    assert shown == set().union(*told.values())
    assert shown <= {path.name for path in (GUIDE.parent / "guide").iterdir()}
