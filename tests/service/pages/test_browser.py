"""Every page in a real browser: accessible by axe at two widths, inside its content security policy, with and without
JavaScript.

Where a test only reads, it does so in a page that all such tests share, since to start a process for each and load every
script and style anew costs three times what axe does. Where a test types or clicks, the page is its own, and only the
files that it has loaded are shared.

Needs Chromium. Where there is none the tests are skipped, unless GSE_SKILLS_REQUIRE_ALL=1 says that none may be.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from html import escape
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route

from gse_skills_service.pages.assets import Assets

AXE = Axe()
# Without the types of result it would report every element of every rule that holds, too.
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
THOROUGH = os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1"
WIDTHS = (320, 1280) if THOROUGH else (320,)
"""The narrow one is where a page breaks; the wide one is tried where every test is wanted."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SKILLS = [
    {
        "notation": code,
        "label": label,
        "iri": f"https://w3id.org/gse-skills/framework/{code}",
        "matched_label": matched,
        "scheme": "gse",
    }
    for code, label, matched in (
        ("LIF-VIR-01", "Virus isolation", "virus <img src=x onerror=alert(1)> culture"),
        ("LIF-VIR-02", "Viral genomics", "Viral genomics"),
    )
]
COMPLETIONS = {
    "gse": [{"text": "gse:expertIn", "label": "expert in", "kind": "property"}],
    "vir": [{"text": "fw:LIF-VIR", "label": "Virology <b>", "kind": "group"}],
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(rendered: dict[str, str], assets: Assets) -> Iterator[str]:
    """The samples served on loopback, with a page that breaks the policy on purpose, and one that has none and asks
    elsewhere."""

    def page(request: Request) -> HTMLResponse:
        return HTMLResponse(rendered[request.path_params["name"]], headers={"Content-Security-Policy": POLICY})

    def broken(request: Request) -> HTMLResponse:
        html = "<html lang=en><title>x</title><body style='color:red'><script>1</script><img src=//localhost:9/x.png>"
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})

    def elsewhere(request: Request) -> HTMLResponse:
        return HTMLResponse("<html lang=en><title>x</title><body><img src=//localhost:9/x.png alt=x>")

    def skills(request: Request) -> JSONResponse:
        return JSONResponse({"items": SKILLS if request.query_params["q"].startswith("vir") else []})

    def completions(request: Request) -> JSONResponse:
        return JSONResponse({"items": COMPLETIONS.get(request.query_params["q"][:3], [])})

    async def asked(request: Request) -> HTMLResponse:
        # Without an icon of its own the browser would ask for one, now and then while the test still listens.
        sent = escape((await request.body()).decode())
        return HTMLResponse(f"<html lang=en><title>Asked</title><link rel=icon href='data:,'><body>{sent}")

    routes = [
        Route("/page/{name}", page),
        Route("/broken", broken),
        Route("/elsewhere", elsewhere),
        Route("/api/v1/skills", skills),
        Route("/query/completions", completions),
        Route("/expertise", asked, methods=["POST"]),
        Mount("/assets", assets),
    ]
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


class Watched:
    """A page whose complaints and requests are kept, from each opening to the next."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("response", self._answered)

    def open(self, address: str) -> None:
        """Go there, with nothing kept of what was before."""
        self.complaints.clear()
        self.requests.clear()
        self.page.goto(address)

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self.complaints.append(f"{answer.status} {answer.url}")

    def _console(self, message: ConsoleMessage) -> None:
        self.complaints.append(message.text)


Contexts = Callable[..., BrowserContext]
Shared = Callable[..., Watched]


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[Contexts]:
    """What all pages of a width have in common, with scripts or without."""
    with ExitStack() as stack:

        @cache
        def context(width: int, *, scripts: bool = True) -> BrowserContext:
            opened = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
            return stack.enter_context(opened)

        yield context


@pytest.fixture(scope="module")
def shared(contexts: Contexts) -> Shared:
    """The page that shows one sample after the other at a width, with scripts or without."""

    @cache
    def page(width: int, *, scripts: bool = True) -> Watched:
        return Watched(contexts(width, scripts=scripts).new_page())

    return page


@pytest.fixture(params=WIDTHS)
def reader(request: pytest.FixtureRequest, shared: Shared) -> Watched:
    return shared(request.param)


@pytest.fixture(params=WIDTHS)
def watched(request: pytest.FixtureRequest, contexts: Contexts) -> Iterator[Watched]:
    with contexts(request.param).new_page() as page:
        yield Watched(page)


@pytest.fixture
def desktop(contexts: Contexts) -> Iterator[Watched]:
    with contexts(1280).new_page() as page:
        yield Watched(page)


def _violations(page: Page) -> list[Any]:
    found = AXE.run(page, options=OPTIONS).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


def test_accessible_within_its_policy_and_its_width(name: str, address: str, reader: Watched) -> None:
    reader.open(f"{address}/page/{name}")
    page = reader.page
    assert page.evaluate("document.body.classList.contains('govuk-frontend-supported')")
    assert _violations(page) == []
    width = page.evaluate("window.innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # So that the sample before cannot have made this one better.
    assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0
    assert reader.complaints == []
    assert [each for each in reader.requests if not each.startswith(address)] == []


@pytest.mark.parametrize("times", [1, 2])
def test_axe_and_the_policy_would_complain(times: int, address: str, reader: Watched) -> None:
    """The control: what the test above looks for is found where it is, in the page it looks at, however often."""
    for _ in range(times):
        reader.open(f"{address}/broken")
    complaints = " ".join(reader.complaints)
    for directive in ("script-src", "style-src", "img-src"):
        assert directive in complaints
    assert "image-alt" in [rule for rule, _ in _violations(reader.page)]


def test_a_request_elsewhere_would_be_seen(address: str, reader: Watched) -> None:
    reader.open(f"{address}/elsewhere")
    assert [each for each in reader.requests if not each.startswith(address)] == ["http://localhost:9/x.png"]


def test_suggestions_are_chosen_by_keyboard(address: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{address}/page/expertise-start")
    page.focus("#skill")
    page.keyboard.type("vir")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    assert _violations(page) == []
    options = page.locator("[role=option]").all_inner_texts()
    assert options[0] == "Virus isolation (“virus <img src=x onerror=alert(1)> culture”) GSE LIF-VIR-01"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#skill") == "Viral genomics"
    page.keyboard.press("Enter")
    page.wait_for_url("**/expertise")
    sent = page.inner_text("body")
    assert "skill=Viral+genomics&concept=https%3A%2F%2Fw3id.org%2Fgse-skills%2Fframework%2FLIF-VIR-02" in sent
    assert watched.complaints == []


def test_typing_on_forgets_the_choice(address: str, desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{address}/page/expertise-start")
    page.focus("#skill")
    page.keyboard.type("vir")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("[name=concept]").endswith("LIF-VIR-01")
    page.keyboard.type(" and")
    assert page.input_value("[name=concept]") == ""


def test_a_choice_made_before_holds_until_the_text_changes(address: str, desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{address}/page/expertise-error")
    assert page.input_value("[name=concept]").endswith("/LIF-VIR")
    page.focus("#skill")
    page.keyboard.press("End")
    page.keyboard.type("vir")
    assert page.input_value("[name=concept]") == ""


def test_several_are_chosen_with_commas_between(address: str, desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{address}/page/expertise-start")
    page.focus("#skill")
    for typed in ("vir", ", vir"):
        page.keyboard.type(typed)
        page.wait_for_selector("[role=option]")
        for _ in range(1 if typed == "vir" else 2):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=option]", state="hidden")
    assert page.input_value("#skill") == "Virus isolation, Viral genomics"
    assert [iri.rpartition("/")[2] for iri in page.input_value("[name=concept]").split()] == [
        "LIF-VIR-01",
        "LIF-VIR-02",
    ]
    page.keyboard.press("Enter")
    page.wait_for_url("**/expertise")
    assert "skill=Virus+isolation%2C+Viral+genomics&concept=" in page.inner_text("body")


def test_a_sentence_asks_for_no_suggestions(address: str, desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{address}/page/home")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.focus("#skill")
    said = "virologists at practitioner level or above whom Mr Quibblethwaite could ask about it tomorrow"
    page.evaluate("said => document.execCommand('insertText', false, said)", said)
    page.keyboard.type(", vir")
    page.wait_for_selector("[role=option]")
    assert [one for one in asked if "Quibble" in one] == []
    assert any(one.endswith("q=vir&limit=8") for one in asked)


def test_a_box_for_one_skill_takes_one(address: str, desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{address}/page/assess")
    page.focus("#skill")
    for typed, label, code in (("vir", "Virus isolation", "01"), ("viral", "Viral genomics", "02")):
        page.locator("#skill").fill("")
        page.keyboard.type(typed)
        page.locator("[role=option]", has_text=label).click()
        assert page.input_value("#skill") == label
        assert page.input_value("[name=concept]").endswith(f"/LIF-VIR-{code}")
    page.keyboard.type(", vir")
    assert page.input_value("[name=concept]") == ""
    assert desktop.complaints == []


def test_a_pasted_list_keeps_its_items_apart(address: str, desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{address}/page/expertise-start")
    page.focus("#skill")
    page.evaluate(
        """() => {
          const pasted = new DataTransfer();
          pasted.setData("text", "virology\\r\\ntoxicology\\n\\nair quality\\n");
          const init = { clipboardData: pasted, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", init));
        }"""
    )
    assert page.input_value("#skill") == "virology, toxicology, air quality"


def test_enter_searches_for_what_was_typed(address: str, desktop: Watched) -> None:
    """While suggestions show and none is chosen."""
    page = desktop.page
    page.goto(f"{address}/page/home")
    page.focus("#skill")
    page.keyboard.type("vir")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/expertise")
    assert page.inner_text("body").endswith("skill=vir&concept=")


def test_no_suggestions_stop_nothing(address: str, desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{address}/page/home")
    page.focus("#skill")
    with page.expect_response("**/api/v1/skills?*"):
        page.keyboard.type("zzz")
    page.keyboard.press("Enter")
    page.wait_for_url("**/expertise")
    assert "skill=zzz&" in page.inner_text("body")


def test_works_without_javascript(name: str, address: str, shared: Shared) -> None:
    watched = shared(320, scripts=False)
    watched.open(f"{address}/page/{name}")
    page = watched.page
    assert page.get_by_role("link", name="Find expertise", exact=True).first.is_visible()
    assert page.locator("main h1").is_visible()
    if name == "home":
        page.get_by_label("Which skill do you need?").fill("virology")
        page.get_by_role("button", name="Search").click()
        page.wait_for_url("**/expertise")
        assert "skill=virology&concept=" in page.inner_text("body")
    assert watched.complaints == []


def test_without_javascript_a_complaint_would_be_heard(address: str, shared: Shared) -> None:
    watched = shared(320, scripts=False)
    watched.open(f"{address}/broken")
    assert "img-src" in " ".join(watched.complaints)
    assert not watched.page.locator("main h1").is_visible()


def test_first_tab_offers_to_skip(address: str, desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{address}/page/expertise-answer")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


def test_an_error_summary_takes_the_focus_and_leads_to_the_field(address: str, desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{address}/page/import-error")
    assert "govuk-error-summary" in page.evaluate("document.activeElement.className")
    page.get_by_role("link", name="Enter a real date").click()
    assert page.evaluate("document.activeElement.id") == "assessed_on-day"


def test_paper_shows_the_reasons_and_no_forms(address: str, desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{address}/page/expertise-answer")
    folded, printed = page.locator("details .app-chain").first, page.locator(".app-print-only .app-chain").first
    assert not folded.is_visible()
    assert not printed.is_visible()
    page.emulate_media(media="print")
    # Outside of what folds, since not every browser opens that by style.
    assert printed.is_visible()
    assert not folded.is_visible()
    assert (printed.text_content() or "").split() == (folded.text_content() or "").split() != []
    assert page.get_by_text("This is demo data").is_visible()
    assert page.locator("form:visible").count() == 0
    assert page.locator(".app-marking:visible").count() == 2


@pytest.mark.parametrize("sample", ["organisations", "organisation", "expertise-answer", "profession-figures"])
def test_paper_cuts_and_scrolls_nothing(sample: str, address: str, contexts: Contexts) -> None:
    with contexts(718).new_page() as page:
        page.emulate_media(media="print")
        page.goto(f"{address}/page/{sample}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 718
        wide = "[...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > 718).length"
        assert page.evaluate(wide) == 0
        assert page.locator("main table:visible").count() == page.locator("main table").count() > 0


def test_what_is_folded_on_a_phone_stands_open_on_a_wide_screen(address: str, contexts: Contexts) -> None:
    for width, summary, box in ((320, True, False), (1280, False, True)):
        with contexts(width, scripts=False).new_page() as page:
            page.goto(f"{address}/page/expertise-answer")
            folded = page.locator(".app-fold")
            assert (folded.locator("> summary").is_visible(), page.locator("#skill").is_visible()) == (summary, box)
            if summary:
                folded.locator("> summary").click()
            page.locator("#skill").focus()
            assert page.evaluate("document.activeElement.id") == "skill"


def test_the_editor_completes_by_keyboard_and_sends_what_it_holds(address: str, watched: Watched) -> None:
    page = watched.page
    page.goto(f"{address}/page/query-editor")
    assert [each for each in watched.requests if "yasqe" in each] == []
    page.get_by_label("Query", exact=True).focus()
    page.wait_for_selector(".CodeMirror-focused")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    for typed, offered in (("ASK { ?p gse:exp", "gse:expertIn"), (" virol", "fw:LIF-VIR")):
        page.keyboard.type(typed)
        page.keyboard.press("Control+Space")
        page.wait_for_selector(f".CodeMirror-hint:has-text('{offered}')")
        assert _violations(page) == []
        page.keyboard.press("Enter")
    assert page.locator("#query").input_value() == "ASK { ?p gse:expertIn fw:LIF-VIR"
    # Behind a word that is whole Enter begins a line.
    page.keyboard.press("Control+Space")
    page.wait_for_timeout(500)
    assert page.locator(".CodeMirror-hint").count() == 0
    page.keyboard.press("Enter")
    assert page.locator("#query").input_value().splitlines()[0] == "ASK { ?p gse:expertIn fw:LIF-VIR"
    assert page.locator("#query").input_value().count("\n") == 1
    assert page.evaluate("localStorage.length") == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Run"
    assert watched.complaints == []
    assert [each for each in watched.requests if not each.startswith((address, "data:"))] == []


def test_without_javascript_the_editor_is_a_text_area(address: str, shared: Shared) -> None:
    watched = shared(320, scripts=False)
    watched.open(f"{address}/page/query-editor")
    assert watched.page.get_by_label("Query", exact=True).input_value().startswith("SELECT")
    assert watched.page.locator(".CodeMirror").count() == 0
