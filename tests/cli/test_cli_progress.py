"""`gse-skills progress`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def test_progress_tells_people_at_each_level_by_part_and_day(cli: Cli, asked: Path) -> None:
    told = cli("progress", "alder", "--concept", "LIF-VIR", "--until", "2025-12-31", "--json", data=asked).body
    (line, *_) = told["lines"]
    assert told["organisation"] == "alder"
    assert [at["at_least"]["Awareness"] for at in line["seen"]] == sorted(
        at["at_least"]["Awareness"] for at in line["seen"]
    ), "nobody of this sheet left, so no count falls"
    shown = cli("progress", "alder", "--concept", "LIF-VIR", "--until", "2025-12-31", data=asked)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines()[0].split("  ")[0] == "part"
    assert "2025-12-31" in shown.out


def test_wrong_questions_of_progress_are_told_by_their_rules(cli: Cli, asked: Path) -> None:
    cli("progress", "nowhere", data=asked).refused("unknown-organisation")
    cli("progress", "alder", "--concept", "zzzzqqq", data=asked).refused("unknown-term")
    cli("progress", "alder", "--since", "2026-01-01", "--until", "2025-01-01", data=asked).refused("dates-out-of-order")
