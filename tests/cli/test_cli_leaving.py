"""`gse-skills capability --ahead`: who is known to leave, from sheet to line and report."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gse_skills.register import today

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Write

HEADINGS = ("Staff number", "Name", "Skill", "Level", "Date assessed", "Last day")


def test_capability_tells_who_leaves(cli: Cli, data: Path, sheet: Write, tmp_path: Path) -> None:
    before = cli("capability", "alder", "LIF-VIR", data=data)
    assert "is not known: no leaving date is recorded" in before.out
    day = today() + datetime.timedelta(400)
    rows = [("L1", "Lou Leaver", "LIF-VIR-06", "Expert", "31/01/2025", day.isoformat())]
    assert cli("import", sheet("leavers.csv", rows, HEADINGS), "--org", "alder", data=data).code == 0
    near, far = (
        cli("capability", "alder", "LIF-VIR", "--ahead", months, "--json", data=data).body["leaving"]
        for months in ("12", "24")
    )
    assert (near["known"], near["leaving"], far["leaving"]) == (1, 0, 1)
    shown = cli("capability", "alder", "LIF-VIR", "--ahead", "24", data=data)
    assert (shown.code, shown.err) == (0, "")
    assert "should have left" in shown.out
    assert "Known to leave by" in shown.out
    report = tmp_path / "alder.csv"
    assert cli("capability", "alder", "LIF-VIR", "--ahead", "24", "--report", report, data=data).code == 0
    rows_told = csv.DictReader(report.read_text("utf-8-sig").splitlines())
    told = [row["Value"] for row in rows_told if "Known" in row["Measure"]]
    assert "1" in told
    assert cli("capability", "alder", "--ahead", "61", data=data).code == 2
