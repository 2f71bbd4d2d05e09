"""What happens to every request that is served: an identifier, a place in the counts, a line in the log, a fair share.

Neither counts nor log hold anything of a person: addresses are given as the route's pattern, callers as their role.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
import time
from collections.abc import MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gse_skills_service.problems import problem, respond

log = logging.getLogger("gse_skills_service.requests")

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_AT_ONE_ADDRESS = 20
"""Shares that all who bring something from one address have together: a department has one address to the outside, and
whoever makes up tokens should not have a share for each."""
_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))
_ALWAYS_SERVED = frozenset(("/healthz", "/readyz", "/metrics"))
"""What watches over the service is never turned away."""


class Traffic:
    """Counts of one running service, and the share of it that each caller may have."""

    def __init__(self, requests_per_minute: int) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "gse_skills_requests", "Requests served.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "gse_skills_request_seconds",
            "Seconds from request to the end of the answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._share = RateLimitItemPerMinute(requests_per_minute)
        self._address_share = RateLimitItemPerMinute(requests_per_minute * _AT_ONE_ADDRESS, namespace="ADDRESS")

    def exposition(self) -> bytes:
        """The counts in the text format of Prometheus."""
        return generate_latest(self.registry)

    def admit(self, asker: str, address: str) -> tuple[bool, dict[str, str]]:
        """Whether a request of `asker` is within their share and that of their address, and the headers that tell how
        much of their own is left.

        The headers are those of the IETF draft on RateLimit fields, as most clients know them.
        """
        admitted = self._limiter.hit(self._address_share, address) and self._limiter.hit(self._share, asker)
        window = self._limiter.get_window_stats(self._share, asker)
        wait = max(1, round(window.reset_time - time.time()))
        headers = {
            "RateLimit-Limit": str(self._share.amount),
            "RateLimit-Remaining": str(max(0, window.remaining)),
            "RateLimit-Reset": str(wait),
        }
        return admitted, headers if admitted else headers | {"Retry-After": str(wait)}

    def served(self, told: MutableMapping[str, Any], seconds: float) -> None:
        """Count a request and write its line."""
        self._requests.labels(told["method"], told["route"], told["status"]).inc()
        self._seconds.labels(told["route"]).observe(seconds)
        log.info(json.dumps({**told, "ms": round(seconds * 1000, 1)}))


class TrafficMiddleware:
    """Pure ASGI, so that bodies stream."""

    def __init__(self, app: ASGIApp, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless its sender has had their share."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        identifier = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = identifier
        admitted, share = True, dict[str, str]()
        if scope["path"] not in _ALWAYS_SERVED:
            address = (scope.get("client") or ("",))[0]
            admitted, share = self._traffic.admit(_asker(scope) or address, address)
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = identifier
                headers.update(share)
            await send(message)

        try:
            if admitted:
                await self._app(scope, receive, answer)
            else:
                request = Request(scope)
                refusal = await run_in_threadpool(respond, request, _too_many())
                await refusal(scope, receive, answer)
        finally:
            told = {
                "request": identifier,
                # A client may make up words of its own, and each would be counted for itself.
                "method": scope["method"] if scope["method"] in _METHODS else "OTHER",
                "route": _pattern(scope),
                "status": status or 499,
                "role": scope["state"].get("role", ""),
                "organisation": scope["state"].get("organisation", ""),
            }
            self._traffic.served(told, time.perf_counter() - began)


def _pattern(scope: Scope) -> str:
    """The pattern of the route that answered and not the path, since what stands in a path may name somebody.

    A route knows itself from the router on that it was put; what comes before is the same for all of that router.
    """
    route = scope.get("route")
    if route is None:
        return "none"
    pattern: str = getattr(route, "path", "none")
    values = scope.get("path_params", {})
    own = _PARAMETER.sub(lambda match: str(values.get(match[1], "")), pattern)
    path: str = scope["path"]
    return f"{path.removesuffix(own)}{pattern}" if own and path.endswith(own) else pattern


def _too_many() -> dict[str, Any]:
    return problem(429, "too-many-requests", "You have asked more in a minute than one may.", "Wait, and ask again.")


def _asker(scope: Scope) -> str:
    """Whoever asks, as far as can be told without looking them up: by what they bring; empty when that is nothing."""
    headers = Headers(scope=scope)
    brought = headers.get("authorization", "")
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        cookies = SimpleCookie()
    for name in ("__Host-session", "session"):
        if name in cookies:
            brought = brought or cookies[name].value
    return hashlib.sha256(brought.encode("utf-8", "replace")).hexdigest() if brought else ""
