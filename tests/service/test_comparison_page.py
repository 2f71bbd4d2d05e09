"""The page of units and days side by side: the numbers are those of the API, and mistakes stand at their fields."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Service

HEADINGS = ("Staff number", "Name", "Unit", "Skill", "Level", "Date assessed", "Assessed by")
ROWS = [
    ("N1", "Nia North", "Virology", "LIF-VIR-01", "Expert", "31/01/2025", "Self"),
    ("N2", "Noel North", "Virology", "LIF-VIR-02", "Working", "31/01/2025", "Self"),
    ("N3", "Nour North", "Serology", "LIF-VIR-01", "Practitioner", "31/01/2025", "Self"),
]


@pytest.fixture
def lab(workshop: Service, lab: str) -> str:
    """A laboratory of two units."""
    rows = "\n".join(",".join(row) for row in (HEADINGS, *ROWS))
    sent = workshop.send(f"steward:{lab}", rows.encode(), lab)
    assert sent.json()["counts"]["added"] == len(ROWS), sent.text
    return lab


def page(workshop: Service, lab: str, caller: str = "", **asked: str) -> httpx.Response:
    client = workshop.by(caller or f"steward:{lab}")
    return client.get(f"/organisations/{lab}/compare", params=asked, headers={"Accept": "text/html"})


def rows(response: httpx.Response) -> dict[str, list[str]]:
    """The cells of the table by the heading of the row."""
    found = {}
    for row in re.findall(r"<tr.*?</tr>", response.text, re.DOTALL):
        cells = [
            " ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.DOTALL)
        ]
        found[cells[0]] = cells[1:]
    return found


def test_two_units_stand_side_by_side_as_the_api_has_them(workshop: Service, lab: str) -> None:
    found = rows(page(workshop, lab, a="Virology", b="Serology", concept="LIF-VIR"))
    assert [heading.partition(",")[0] for heading in found[""]] == ["Virology", "Serology"]
    sides = workshop.by(f"steward:{lab}").get(
        f"/api/v1/organisations/{lab}/comparison", params={"units": ["Virology", "Serology"], "concept": "LIF-VIR"}
    )
    told = sides.json()["sides"]
    assert [one["people"] for one in told] == [2, 1]
    assert found["People"][0].endswith("2")
    assert found["People"][1].endswith("1")
    isolation = next(cells for name, cells in found.items() if name.endswith("LIF-VIR-01"))
    assert [cell.removeprefix(heading).strip() for cell, heading in zip(isolation, found[""], strict=True)] == [
        "1 of 1",
        "1 of 1",
    ]
    genomics = next(cells for name, cells in found.items() if name.endswith("LIF-VIR-02"))
    assert genomics[1].endswith("not mapped")


def test_a_day_leads_to_an_address_that_can_be_shared(workshop: Service, lab: str) -> None:
    asked = {"as_of-day": "1", "as_of-month": "6", "as_of-year": "2025", "b": "Virology"}
    led = page(workshop, lab, **asked)
    assert (led.status_code, led.headers["location"]) == (
        303,
        f"/organisations/{lab}/compare?b=Virology&as_of=2025-06-01",
    )


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"b": "Virolgy"}, "b", "Virolgy"),
        ({"as_of": "2125-06-01"}, "as_of", "has not come"),
        ({"as_of": "soon"}, "as_of", "earlier day"),
        ({"concept": "no such skill", "b": "Virology"}, "concept", "no such skill"),
    ],
)
def test_a_mistake_stands_at_its_field(
    workshop: Service, lab: str, asked: dict[str, str], field: str, said: str
) -> None:
    response = page(workshop, lab, **asked)
    assert response.status_code == 400
    assert f'href="#{field}' in response.text
    assert said in response.text
    assert "Side by side" not in response.text


def test_whoever_may_not_see_the_units_is_told_of_none(workshop: Service, lab: str) -> None:
    for unit in ("Virology", "No unit at all"):
        assert page(workshop, lab, "anonymous", b=unit).status_code == 400
    assert "Serology" not in page(workshop, lab, "anonymous").text
