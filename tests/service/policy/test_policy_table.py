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


def test_every_route_is_in_the_table(world: World, policy: Policy) -> None:
    assert sorted(policy.doors) == sorted(set(routes(world.service.app)))


def test_every_kind_of_caller_is_in_the_table(world: World, policy: Policy) -> None:
    roles = {Caller.parse(world.fill(text)).role for name, text in policy.callers.items() if name != "operator"}
    assert roles == set(Role) - {Role.OPERATOR}


def test_each_caller_is_answered_as_the_table_says(world: World, policy: Policy, who: str) -> None:
    commit = world.service.register.store.commit
    expected: dict[str, str] = {}
    answers: dict[str, str] = {}
    hidden: dict[str, frozenset[str]] = {}
    for route, door in policy.doors.items():
        for response in ask(world, door, who):
            expected[route] = door.expected(who)
            answer = told(response)
            if answers.get(route, expected[route]) == expected[route]:
                answers[route] = answer if " " in expected[route] else answer.split()[0]
            if found := world.found_in(response.text) - policy.sees[who] - policy.holds[who]:
                hidden[route] = found
    assert {route: one for route, one in answers.items() if one != expected[route]} == {}
    assert hidden == {}
    assert world.service.register.store.commit == commit, "nothing was changed"
