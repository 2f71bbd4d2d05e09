"""`gse-skills unit`: what is declared of headcounts, and how much is mapped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def test_a_headcount_is_declared_and_shown(cli: Cli, data: Path) -> None:
    dry = cli("unit", "declare", "alder", "--headcount", "90", "--dry-run", data=data)
    assert dry.out.startswith("Would be declared: alder: 90 people, as of ")
    assert cli("capability", "alder", "--json", data=data).body["headcount"] is None
    made = cli("unit", "declare", "alder", "--headcount", "90", "--branch", "LIF", "--mapped", "60", data=data)
    assert made.out.startswith("Declared: alder: 90 people, 60 of them asked of Life sciences")
    assert cli("capability", "alder", "--json", data=data).body["headcount"]["people"] == 90
    shown = cli("unit", "coverage", "alder", data=data)
    assert "(declared " in shown.out
    found = cli("unit", "coverage", "alder", "--json", data=data).body
    assert {one["headcount"] for one in found["statements"] if not one["unit"]} == {90}
    assert cli("unit", "coverage", "alder", "--unit", "no such", "--json", data=data).body["statements"] == []


def test_a_headcount_below_what_is_known_is_refused(cli: Cli, data: Path) -> None:
    cli("unit", "declare", "alder", "--headcount", "0", data=data).refused("headcount-too-low")
