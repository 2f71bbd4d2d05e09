"""Every door x every caller: the table in tests/data/policy/doors.toml is true, and leaves none out.

Whoever adds a route writes a line there, which says who may come in; its head says how.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
from fastapi.routing import iter_route_contexts

from gse_skills.access import Caller, Role

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tests.service.policy.conftest import Door, Policy, World


def routes(app: FastAPI) -> Iterator[str]:
    """All routes of the application, each with its method; HEAD is GET without the body."""
    for route in iter_route_contexts(app.routes):
        for method in sorted(getattr(route, "methods", None) or ["MOUNT"]):
            if method != "HEAD":
                yield f"{method} {getattr(route, 'path', '')}"


def told(response: httpx.Response) -> str:
    """An answer as the table writes it."""
    problem = response.headers.get("content-type") == "application/problem+json"
    return f"{response.status_code} {response.json()['rule']}" if problem else str(response.status_code)


def ask(world: World, door: Door, who: str) -> Iterator[httpx.Response]:
    """The answers at a door: in earnest to whom it is closed, and dry to everybody where that is possible."""
    if not door.dry or not door.lets_in(who):
        yield world.ask(who, door, **({"dry_run": "false"} if door.dry else {}))
    if door.dry:
        yield world.ask(who, door, dry_run="true")


def test_tmp(world, policy):
    import json, time
    from collections import defaultdict

    print(sorted(set(routes(world.service.app)) ^ set(policy.doors)))
    slow = {}
    out = {}
    for route, door in policy.doors.items():
        got = defaultdict(list)
        for who in policy.callers:
            for n, response in enumerate(ask(world, door, who)):
                t = time.time()
                exp = door.expected(who)
                a = told(response)
                if (a if " " in exp else a.split()[0]) != exp:
                    got[a + (" !lets in" if response.status_code < 400 else "")].append(who)
                if found := world.found_in(response.text) - policy.sees[who] - policy.holds[who]:
                    got["HIDDEN " + str(sorted(found))].append(who)
        if got:
            out[route] = got
    for r, g in out.items():
        print(r, "| to", len(policy.doors[r].to), policy.doors[r].answer, "/", policy.doors[r].otherwise)
        for a, w in g.items():
            print("     ", a, "<-", " ".join(w) if len(w) < 20 else "ALL")
    assert 0
