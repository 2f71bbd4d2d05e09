"""`gse-skills experts` with several skills and with what narrows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def people(cli: Cli, data: Path, *words: str) -> list[str]:
    return [hit["name"] for hit in cli("experts", *words, "--json", "--limit", "500", data=data).body["items"]]


def test_all_or_any_of_several(cli: Cli, asked: Path) -> None:
    first, second = (people(cli, asked, skill) for skill in ("LIF-VIR-03", "LIF-VIR-04"))
    assert first
    assert second
    assert set(people(cli, asked, "LIF-VIR-03", "LIF-VIR-04", "--any")) == {*first, *second}
    assert set(people(cli, asked, "LIF-VIR-03", "LIF-VIR-04")) == {*first} & {*second}


def test_a_skill_has_a_level_of_its_own_after_an_at_sign(cli: Cli, asked: Path) -> None:
    experts = people(cli, asked, "Virology", "--level", "Expert")
    assert people(cli, asked, "Virology@Expert") == experts
    assert set(experts) < set(people(cli, asked, "Virology"))


def test_what_narrows_goes_along(cli: Cli, asked: Path) -> None:
    assert people(cli, asked, "Virology", "--site", "Nowhere") == []
    everybody = people(cli, asked, "Virology")
    assert people(cli, asked, "Virology", "--site", "Nowhere", "--site", "", "--grade", "") == everybody
    assert people(cli, asked, "Virology", "--basis", "accredited", "--unit", "Nowhere") == []


def test_it_says_all_that_was_asked(cli: Cli, asked: Path) -> None:
    said = cli("experts", "Virology@Expert", "LIF-VIR-03", "--any", "--why", data=asked).out
    assert "Virology (LIF-VIR), Expert or above or " in said
    assert "because" in said
