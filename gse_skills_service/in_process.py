"""The application in the process of whoever asks: what the command line goes through where no service runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from gse_skills.errors import UnavailableError
from gse_skills.register import Register
from gse_skills_service.operating import create_api
from gse_skills_service.operator import OperatorKey


class InProcess(httpx.BaseTransport):
    """Answers with an application whose event loop runs in a thread beside; what it raises is raised here."""

    def __init__(self, application: httpx.ASGITransport, portal: BlockingPortal) -> None:
        self._application = application
        self._portal = portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass on a request, and wait for all of the answer."""
        return self._portal.call(self._answer, request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await self._application.handle_async_request(request)
        content = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, content=content)


@contextmanager
def in_process(register: Register, progress: Callable[[int], None]) -> Iterator[httpx.Client]:
    """A client of the operations over `register`, in the operator's name; `progress` gets the people of an import."""
    key, interrupted = OperatorKey(), threading.Event()

    def told(done: int) -> None:
        if interrupted.is_set():
            raise UnavailableError("It was interrupted.", rule="interrupted", remedy="Nothing changed; do it again.")
        progress(done)

    application = httpx.ASGITransport(create_api(register, key, told))
    with (
        start_blocking_portal() as portal,
        httpx.Client(
            transport=InProcess(application, portal),
            base_url="http://localhost",
            headers={"Authorization": f"Bearer {key.secret}"},
        ) as client,
    ):
        try:
            yield client
        except KeyboardInterrupt:
            # A thread cannot be stopped from outside: an import stops at the next person, anything else at its end.
            interrupted.set()
            raise
