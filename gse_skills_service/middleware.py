"""What holds for every request: headers, a request identifier, uploads within bounds, no forms from elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gse_skills_service.problems import MEDIA_TYPE, problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Pure ASGI, so that bodies stream and a client's leaving is seen."""

    def __init__(self, app: ASGIApp, max_body: int) -> None:
        self._app = app
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        respond = _with_headers(send, secrets.token_hex(8))
        refusal = _refusal(scope, headers, self._max_body)
        if refusal is not None:
            await refusal(scope, receive, respond)
            return
        await self._app(scope, _bounded(receive, self._max_body), respond)


def _refusal(scope: Scope, headers: Headers, max_body: int) -> JSONResponse | None:
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > max_body:
        detail = f"The request is larger than the {max_body >> 20} MiB that are taken."
        return _problem(413, "too-large", detail, "Send a smaller file, or split it.")
    if scope["method"] not in _SAFE and not _same_origin(headers):
        detail = "The form was sent from another site."
        return _problem(403, "cross-origin", detail, "Open the page here and send it again.")
    return None


def _same_origin(headers: Headers) -> bool:
    """A browser says where an unsafe request comes from; a client that says nothing carries no cookies to abuse."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _problem(status: int, rule: str, detail: str, remedy: str) -> JSONResponse:
    return JSONResponse(problem(status, rule, detail, remedy), status, media_type=MEDIA_TYPE)


def _bounded(receive: Receive, max_body: int) -> Receive:
    """A body without a declared length is cut off, as if its client had left, once it is over the bound."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > max_body else message

    return bounded


def _with_headers(send: Send, request_id: str) -> Callable[[Message], Awaitable[None]]:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
            headers["x-request-id"] = request_id
        await send(message)

    return sending
