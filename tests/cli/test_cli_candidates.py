"""`gse-skills candidates`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

SHEET = """Staff number,Name,Skill,Level
C1,Cy Cedar,LIF-VIR-01,Practitioner
C2,Di Cedar,LIF-VIR-01,Awareness
"""


@pytest.fixture
def whole(shipped_data: Path, tmp_path: Path, cli: Cli) -> Path:
    """A data folder with all roles, and two people."""
    shutil.copytree(shipped_data, tmp_path / "data")
    (tmp_path / "team.csv").write_text(SHEET)
    cli("organisation", "add", "cedar", "Cedar Observatory", data=tmp_path / "data")
    cli("import", str(tmp_path / "team.csv"), "--org", "cedar", data=tmp_path / "data")
    return tmp_path / "data"


def test_candidates_are_those_who_lack_least(cli: Cli, whole: Path) -> None:
    told = cli("candidates", "Virologist", "--json", data=whole).body
    assert (told["people"], told["fit"]) == (2, 0)
    assert [one["name"] for one in told["close"]] == ["Cy Cedar", "Di Cedar"]
    shown = cli("candidates", "ROL-LIF-01", "--limit", "1", data=whole)
    assert shown.code == 0
    assert "Of 2 people, 0 lack nothing essential for Virologist (ROL-LIF-01)." in shown.out
    assert "Di Cedar" not in shown.out
    assert cli("candidates", "ROL-ENG-01", data=whole).code == 1
    cli("candidates", "Wizard of viruses", data=whole).refused("unknown-role")
