"""Server time and transfer of every page: one of each route that a steward comes to by links, in an invented alliance.

Server time is that between the request's coming into the application and the last byte of the answer's going out.
Transfer is that of a first visit: the page and all static files that it names, compressed as they are sent.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import numpy as np
import uvicorn
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from gse_skills.access import Caller
from gse_skills.demo.loading import load_demo
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills_service.app import create_app
from gse_skills_service.serving import listen

START = ("/", "/expertise?skill=LIF-VIR", "/framework/LIF-VIR-02", "/query/editor", "/desk", "/me")
ROUNDS = 40
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
_ASSET = re.compile(r'(?:src|href)="(/assets/[^"]+)"')
_IMPORT = re.compile(r'\bfrom\s*"(\.[^"]+)"')


class Timed:
    """The application, with the seconds that each of its answers took."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.seconds: list[tuple[float, float]] = []
        """By the clock, and of the processor: of the whole process, in which nothing else happens meanwhile."""
        gets = [one.path or "" for one in iter_route_contexts(app.routes) if "GET" in (one.methods or ())]
        self._shapes = [(pattern, compile_path(pattern)[0]) for pattern in gets]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start, work = time.perf_counter(), time.process_time()
        await self.app(scope, receive, send)
        if scope["type"] == "http":
            self.seconds.append((time.perf_counter() - start, time.process_time() - work))

    def route(self, path: str) -> str:
        """The pattern of the route that answers for an address."""
        place = urlsplit(path).path
        return next((pattern for pattern, shape in self._shapes if shape.match(place)), path)


def run(people: int, say: Callable[[str], None]) -> None:
    """Make an alliance of that many people, and measure every page of it."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        with Register.open(Settings(data=folder / "data", durable=False, requests_per_minute=1_000_000)) as register:
            load_demo(register, people, lambda line: None)
            caller = f"steward:{register.state.organisations[0].slug}"
            _, token = register.tokens.create(Caller.parse(caller))
            timed = Timed(create_app(register))
            headers = {"Authorization": f"Bearer {token}", "Accept": "text/html", "Accept-Encoding": "gzip"}
            with _served(timed) as url, httpx.Client(base_url=url, headers=headers, timeout=60) as client:
                say(f"as {caller}: page | p50 ms | p95 ms | p95 ms of processor | first visit kB | of it the page")
                for route, path in sorted(_pages(client, timed)):
                    say(_measured(client, timed, route, path))
    finally:
        shutil.rmtree(folder)


@contextmanager
def _served(timed: Timed) -> Iterator[str]:
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(timed, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def _pages(client: httpx.Client, timed: Timed) -> Iterator[tuple[str, str]]:
    ahead, met = deque(START), set[str]()
    while ahead:
        path = ahead.popleft()
        route = timed.route(path)
        if route in met:
            continue
        met.add(route)
        response = client.get(path)
        if response.status_code != 200 or not response.headers["content-type"].startswith("text/html"):
            continue
        yield route, path
        for href in _LINK.findall(response.text):
            address = urldefrag(unescape(href)).url
            if address.startswith("/") and not address.startswith("//"):
                ahead.append(address)


def _measured(client: httpx.Client, timed: Timed, route: str, path: str) -> str:
    html = client.get(path).text
    timed.seconds.clear()
    for _ in range(ROUNDS):
        client.get(path)
    took, worked = np.array(timed.seconds).T * 1000
    page = _bytes(client, path)
    whole = page + sum(_bytes(client, asset) for asset in _assets(client, html))
    figures = (np.median(took), np.percentile(took, 95), np.percentile(worked, 95), whole / 1000, page / 1000)
    return " | ".join((route, *(f"{one:,.1f}" for one in figures)))


def _assets(client: httpx.Client, html: str) -> set[str]:
    found = set(_ASSET.findall(html))
    for name in [one for one in found if one.endswith(".js")]:
        found |= {urljoin(name, imported) for imported in _IMPORT.findall(client.get(name).text)}
    return found


def _bytes(client: httpx.Client, path: str) -> int:
    with client.stream("GET", path) as response:
        return sum(len(piece) for piece in response.iter_raw())
