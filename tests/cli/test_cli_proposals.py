"""`gse-skills proposals`: the same with and without a service."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Write


def steps(cli: Cli, folder: Path, sheet: Path) -> list[tuple[int, str, str]]:
    """What the commands say, one after the other, without what chance gave."""
    said = [cli("proposals", "list", data=folder), cli("import", sheet, "--org", "alder", data=folder)]
    listed = json.loads(cli("proposals", "list", "--status", "open", "--json", data=folder).out)
    (phrase,) = listed["terms"]
    said.append(cli("proposals", "decide", phrase["id"], "declined", data=folder))
    said.append(cli("proposals", "decide", phrase["id"], "declined", "--reason", "No skill.", data=folder))
    said.append(cli("import", sheet, "--org", "alder", "--dry-run", data=folder))
    said.append(cli("proposals", "decide", phrase["id"], "mapped", "--concept", "LIF-VIR-02", data=folder))
    wish = ("proposals", "propose", "merge", "One skill.", "--concept", "LIF-VIR-01", "--concept", "LIF-VIR-02")
    made = json.loads(cli(*wish, "--org", "alder", "--json", data=folder).out)
    said.append(cli("proposals", "propose", "new", "Of nobody.", "--org", "nowhere", data=folder))
    decided = cli("proposals", "decide", made["id"], "accepted", "--json", data=folder)
    assert json.loads(decided.out)["status"] == "accepted"
    said.append(cli("proposals", "list", "--limit", "5", data=folder))
    assert cli("proposals", "list", "--status", "declined", data=folder).code == 1
    return [
        (
            ran.code,
            ran.out.replace(made["id"], "MADE").replace(str(folder), "PATH"),
            ran.err.replace(made["id"], "MADE"),
        )
        for ran in said
    ]


def test_the_queue_with_and_without_a_service(
    cli: Cli, home: Path, sheet: Write, serve: Callable[[Path], AbstractContextManager[None]], tmp_path: Path
) -> None:
    file = sheet("odd.csv", [("Q1", "Quin Query", "virus wrangling", "Expert", "01/02/2025", "Self", "yes")])
    alone, through = (Path(shutil.copytree(home, tmp_path / name / "data")) for name in ("alone", "through"))
    with serve(through):
        said = steps(cli, through, file)
    assert said == steps(cli, alone, file)
    assert [code for code, _, _ in said] == [1, 0, 2, 0, 0, 0, 2, 0]
    assert "reason-missing" in said[2][2]
    assert "declined it. No skill." in said[4][1]
    assert "unknown-organisation" in said[6][2]
    assert "mapped to" in said[7][1]
    assert "MADE  merge LIF-VIR-01, LIF-VIR-02, alder" in said[7][1]
