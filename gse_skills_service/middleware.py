"""What holds for every request: its host, headers, an identifier, uploads within bounds, no forms from elsewhere.

Outermost of all, so that every answer has the headers, also that to an error which nobody foresaw.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gse_skills.audit import AuditError
from gse_skills_service.problems import problem, respond, status_of, unforeseen
from gse_skills_service.witness import tell_refusal

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
_LEFT: Message = {"type": "http.disconnect"}
_FORM = "application/x-www-form-urlencoded"
_MOST_OF_FORM = 1 << 20
_MOST_FIELDS = 1_000
"""What is taken of a form that brings no file, whatever a file may have: each page's own fields are far below it."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TO_ALL = "/reconcile"
"""What is below answers pages of any origin: public vocabulary, the same for every caller; it looks at no token or
cookie and changes nothing, so that another site gains nothing by asking through somebody's browser."""
_DRAINED = 1 << 28
_DRAINING_SECONDS = 30
"""What is taken of a body that is too large, and thrown away before it is told so: a client that is cut off while it
sends seldom reads the answer."""


class Guard:
    """Pure ASGI, so that bodies stream and a client's leaving is seen."""

    def __init__(self, app: ASGIApp, max_body: int, allowed_hosts: Sequence[str], *, secure: bool) -> None:
        """Take bodies of up to `max_body` bytes, and requests to `allowed_hosts`; `*.example.org` stands for many.

        `secure` says that our pages are served under https, so that a form of theirs never comes from plain http.
        """
        self._app = app
        self._max_body = max_body
        self._allowed_hosts = tuple(host.lower() for host in allowed_hosts)
        self._schemes = ("https",) if secure else ("https", "http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        bound = self._bound(request.headers)
        incoming = _Incoming(receive, bound, fields=_MOST_FIELDS if _is_form(request.headers) else sys.maxsize)
        outgoing = _Outgoing(send, incoming, headless=scope["method"] == "HEAD", to_all=_is_to_all(scope["path"]))
        # What becomes a page looks at files and at the store, which must not hold up whoever else asks.
        refusal = self._refusal(request)
        response = None if refusal is None else await run_in_threadpool(_refused, request, refusal)
        if response is None:
            # HEAD is GET without the body (RFC 9110, section 9.3.2).
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            try:
                await self._app({**scope, "method": method}, incoming.receive, outgoing.send)
            except ClientDisconnect:
                pass  # nobody is there to be told, but for one who was cut off here
            except Exception as error:
                # The edge of the service: whatever came here must become an answer, unless one is on its way already.
                if outgoing.started:
                    raise
                response = await run_in_threadpool(unforeseen, request, error)
            if incoming.over and not outgoing.started:
                refusal = _too_many_fields() if incoming.fields_left < 0 else _too_large(bound)
                response = await run_in_threadpool(respond, request, refusal)
        if response is not None:
            if response.status_code == 413 and "expect" not in request.headers and not incoming.ended:
                await _drain(receive)
            await response(scope, receive, outgoing.send_ours)

    def _refusal(self, request: Request) -> dict[str, Any] | None:
        """The problem with a request that is not passed on, None when there is none."""
        headers = request.headers
        if not self._serves(headers.get("host", "")):
            detail, remedy = "This service does not go by that host name.", "Use the address that you were given."
            return problem(421, "unknown-host", detail, remedy)
        if _declared(headers) > self._bound(headers):
            return _too_large(self._bound(headers))
        if request.method not in _SAFE and not _is_to_all(request.url.path) and not self._same_origin(headers):
            detail, remedy = "The form was sent from another site.", "Open the page here and send it again."
            return problem(403, "cross-origin", detail, remedy)
        return None

    def _bound(self, headers: Headers) -> int:
        return min(self._max_body, _MOST_OF_FORM) if _is_form(headers) else self._max_body

    def _serves(self, host: str) -> bool:
        name, colon, port = host.lower().rpartition(":")
        if not colon or "]" in port:
            name = host.lower()
        return any(
            name == allowed or (allowed.startswith("*") and name.endswith(allowed[1:]))
            for allowed in self._allowed_hosts
        )

    def _same_origin(self, headers: Headers) -> bool:
        """A browser says where an unsafe request comes from; a client that says nothing carries no cookies to abuse."""
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        try:
            origin = urlsplit(headers.get("origin", ""))
        except ValueError:
            return False
        return "origin" not in headers or (origin.scheme in self._schemes and origin.netloc == headers.get("host"))


def _refused(request: Request, refusal: dict[str, Any]) -> Response:
    """The answer to a request that is not passed on, told of in the audit log where it was forbidden; if that cannot be
    told, the answer says so."""
    try:
        if refusal["status"] == 403:
            tell_refusal(request, refusal["rule"])
    except AuditError as error:
        refusal = problem(status_of(error), error.rule, error.message, error.remedy)
    return respond(request, refusal)


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isdecimal() and len(length) < 20 else sys.maxsize


def _is_to_all(path: str) -> bool:
    return path == _TO_ALL or path.startswith(f"{_TO_ALL}/")


def _too_large(max_body: int) -> dict[str, Any]:
    detail = f"The request is larger than the {max_body >> 20} MiB that are taken."
    return problem(413, "too-large", detail, "Send a smaller file, or split it.")


def _too_many_fields() -> dict[str, Any]:
    detail = f"The form has more than the {_MOST_FIELDS:,} fields that are taken."
    return problem(413, "too-many-fields", detail, "Send each field once, as the page has it.")


def _is_form(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM


async def _drain(receive: Receive) -> None:
    taken = 0
    with anyio.move_on_after(_DRAINING_SECONDS):
        while taken < _DRAINED:
            message = await receive()
            if not message.get("more_body"):
                return
            taken += len(message.get("body", b""))


class _Incoming:
    """A body without a declared length, or of too many fields, is cut off once it is over the bound, as if its client
    had left."""

    def __init__(self, receive: Receive, max_body: int, fields: int) -> None:
        self._receive = receive
        self._left = max_body
        self.fields_left = fields - 1
        self.over = False
        self.ended = False

    async def receive(self) -> Message:
        if self.over:
            return _LEFT
        message = await self._receive()
        self.ended = not message.get("more_body")
        piece = message.get("body", b"")
        self._left -= len(piece)
        self.fields_left -= piece.count(b"&")
        self.over = min(self._left, self.fields_left) < 0
        return _LEFT if self.over else message


class _Outgoing:
    """Puts the headers on an answer, and holds back what is said to a body that was cut off."""

    def __init__(self, send: Send, incoming: _Incoming, *, headless: bool, to_all: bool) -> None:
        self._send = send
        self._incoming = incoming
        self._headless = headless
        self._to_all = to_all
        self.started = False

    async def send(self, message: Message) -> None:
        if self.started or not self._incoming.over:
            await self.send_ours(message)

    async def send_ours(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
            if self._to_all:
                headers["access-control-allow-origin"] = "*"
            headers.setdefault("x-request-id", secrets.token_hex(8))
        elif self._headless:
            message = {**message, "body": b""}
        await self._send(message)
