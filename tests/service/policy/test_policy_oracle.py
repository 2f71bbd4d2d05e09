"""Whoever is shut out of a person's record cannot tell them from nobody, by whatever they send to whichever door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from tests.service.policy.conftest import Policy, World

NOBODY = "00000000deadbeef"
CHANGING = {"date", "x-request-id", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "content-length"}
BODIES: tuple[dict[str, Any], ...] = (
    {},
    {"json": {}},
    {"json": {"skill": "no such skill", "level": "Working", "goal": "no-such", "state": "reached"}},
    {"data": {"sure": "true", "reason": "It was asked for.", "version": "0" * 64, "skill": "no such skill"}},
    {"headers": {"If-Match": '"0"', "If-None-Match": "*", "Accept": "text/html"}},
)


def said(response: httpx.Response, digits: str) -> tuple[int, dict[str, str], str]:
    """An answer, less what every answer has of its own, whoever it is about."""
    headers = {name: value for name, value in response.headers.items() if name not in CHANGING}
    request = response.headers.get("x-request-id", "none")
    return response.status_code, headers, response.text.replace(digits, "DIGITS").replace(request, "REQUEST")


def test_a_hidden_person_is_answered_of_as_nobody(world: World, policy: Policy, who: str) -> None:
    told = {}
    for route, door in policy.doors.items():
        if "<private>" not in door.address or door.lets_in(who):
            continue
        sent = {
            name: world.fill(value) for name, value in ((k if k != "form" else "data", v) for k, v in door.sent.items())
        }
        for given in (sent, *BODIES):
            answers = [
                said(
                    world.client(who).request(
                        door.method, world.fill(door.address.replace("<private>", digits)), **given
                    ),
                    digits,
                )
                for digits in (world.known["private"], NOBODY)
            ]
            if answers[0] != answers[1]:
                told[route, str(given)] = answers
    assert told == {}
