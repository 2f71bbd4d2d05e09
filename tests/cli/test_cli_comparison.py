"""`gse-skills compare`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.register import today

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

SHEET = """Staff number,Name,Team,Skill,Level,Date assessed
C1,Cy Cedar,Virology,LIF-VIR-01,Practitioner,31/01/2025
C2,Di Cedar,Virology,LIF-VIR-01,Awareness,31/01/2026
C3,Ed Cedar,Chemistry,LIF-EPI-01,Working,31/01/2026
C4,Flo Cedar,Chemistry,,,
"""


@pytest.fixture(scope="module")
def cedar(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory, cli: Cli) -> Path:
    """A data folder with two units."""
    folder = tmp_path_factory.mktemp("cedar")
    shutil.copytree(shipped_data, folder / "data")
    (folder / "team.csv").write_text(SHEET)
    cli("organisation", "add", "cedar", "Cedar Observatory", data=folder / "data")
    cli("import", str(folder / "team.csv"), "--org", "cedar", data=folder / "data")
    return folder / "data"


def test_units_stand_side_by_side(cli: Cli, cedar: Path) -> None:
    asked = ("compare", "cedar", "LIF", "--unit", "Virology", "--unit", "Chemistry", "--unit", "")
    shown = cli(*asked, data=cedar)
    assert shown.code == 0
    rows = [" ".join(line.split()) for line in shown.out.splitlines()]
    assert "Virology, today Chemistry, today all of it, today" in rows
    for row in (
        "people 2 2 4",
        "mapped 2 1 3",
        "share mapped 100% 50% 75%",
        "skills that hang on one 1 0 1",
        "LIF-EPI not mapped 0 / 1, 0 0 / 1, 0",
        "LIF-VIR 1 / 2, 1 not mapped 1 / 2, 1",
    ):
        assert row in rows, shown.out
    told = cli(*asked, "--json", data=cedar).body
    assert [side["share"] for side in told["sides"]] == [1.0, 0.5, 0.75]


def test_days_stand_side_by_side(cli: Cli, cedar: Path) -> None:
    asked = ("compare", "cedar", "LIF-VIR", "--unit", "Virology", "--day", "2025-06-30", "--day", today().isoformat())
    told = cli(*asked, "--json", data=cedar).body
    sides = [(side["as_of"], side["people"], side["share"]) for side in told["sides"]]
    # Who was in it before the first sheet nobody has said.
    assert sides == [("2025-06-30", 0, None), (today().isoformat(), 2, 1.0)]
    whole = cli("compare", "cedar", "LIF-VIR", "--day", "2025-06-30", "--day", "28/02/2026", "--json", data=cedar).body
    assert [(side["as_of"], side["mapped"]) for side in whole["sides"]] == [("2025-06-30", 1), ("2026-02-28", 2)]
    assert cli("compare", "cedar", "LIF", "--day", "2020-01-01", data=cedar).code == 1
    cli("compare", "cedar", "--unit", "Astrology", data=cedar).refused("unknown-unit")
