"""Units and days side by side: each side has the numbers of its own capability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gse_skills.register import today

if TYPE_CHECKING:
    from tests.service.conftest import Service

API = "/api/v1/organisations/larkmoor"
DAYS = ("2026-06-30", today().isoformat())


def get(alliance: Service, path: str, caller: str = "steward:larkmoor", **asked: Any) -> Any:
    response = alliance.by(caller).get(f"{API}/{path}", params=asked)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.fixture(scope="module")
def units(alliance: Service) -> list[str]:
    """The two units with most people."""
    found = sorted(get(alliance, "capability")["units"], key=lambda one: -one["people"])
    return [one["name"] for one in found if one["name"]][:2]


@pytest.mark.parametrize("caller", ["steward:larkmoor", "lead:larkmoor", "member:tarnwick"])
def test_each_side_says_what_its_capability_says(alliance: Service, units: list[str], caller: str) -> None:
    told = get(alliance, "comparison", caller, concept="LIF", units=[*units, ""], days=",".join(DAYS))
    sides = [(unit, day) for unit in (*units, None) for day in DAYS]
    assert [(one["unit"], one["as_of"]) for one in told["sides"]] == sides
    assert told["concept"]["notation"] == "LIF"
    for side, (unit, day) in zip(told["sides"], sides, strict=True):
        asked = {"concept": "LIF", "as_of": day} | ({"unit": unit} if unit else {})
        alone = get(alliance, "capability", caller, **asked)
        assert (side["people"], side["mapped"], side["headcount"]) == (
            alone["people"],
            alone["mapped"],
            alone["headcount"],
        )
        assert side["single_points"] == len(alone["single_points"])
        assert side["share"] == round(alone["mapped"] / alone["people"], 3)
        assert [line | {"leaving": None, "should_have_left": None} for line in alone["lines"]] == side["lines"]
        assert told["whole"] == alone["whole"] == (caller == "steward:larkmoor")
    concepts = [one["iri"] for one in told["concepts"]]
    assert concepts == sorted({line["concept"]["iri"] for side in told["sides"] for line in side["lines"]}) != []
    assert any(line["not_shared"] for side in told["sides"] for line in side["lines"]) == (caller == "lead:larkmoor")


def test_without_units_or_days_it_is_the_organisation_today(alliance: Service) -> None:
    told = get(alliance, "comparison")
    (side,) = told["sides"]
    assert (side["unit"], side["as_of"], told["known_at"], told["concept"]) == (None, None, None, None)
    assert side["people"] == get(alliance, "capability")["people"] > 0
    early = get(alliance, "comparison", known_at="2020-01-01")["sides"]
    assert [(one["people"], one["share"], one["as_of"]) for one in early] == [(0, None, "2020-01-01")]


@pytest.mark.parametrize(
    ("asked", "caller", "status", "rule"),
    [
        ({"units": ["No such unit"]}, "steward:larkmoor", 404, "unknown-unit"),
        ({"units": ["No such unit", ""]}, "member:tarnwick", 404, "unknown-unit"),
        ({"units": ["", "a", "b"], "days": ",".join(f"2026-0{n}-01" for n in range(1, 6))}, "*", 400, "too-many-sides"),
        ({"units": ["a"] * 13}, "*", 422, "bad-parameter"),
        ({"days": "soon"}, "*", 400, "bad-date"),
        ({"days": "1800-01-01"}, "*", 400, "before-any-record"),
        ({"known_at": "2026-01-31"}, "member:tarnwick", 403, "not-whole"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    alliance: Service, asked: dict[str, Any], caller: str, status: int, rule: str
) -> None:
    for one in ["anonymous", "steward:larkmoor"] if caller == "*" else [caller]:
        refused = alliance.by(one).get(f"{API}/comparison", params=asked)
        assert (refused.status_code, refused.json()["rule"]) == (status, rule)
