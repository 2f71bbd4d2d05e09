"""`gse-skills imports` and `gse-skills undo`: what was imported, and the last of it taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Write

NEW = ("N1", "Nia New", "Enteric virology", "Practitioner", "01/02/2025", "Self", "", "")


def test_the_last_import_is_listed_and_undone(cli: Cli, data: Path, sheet: Write) -> None:
    before = cli("imports", "alder", "--json", data=data).body["items"]
    cli("import", sheet("wrong.csv", [NEW]), "--org", "alder", data=data)
    told = cli("imports", "alder", "--json", data=data).body["items"]
    assert len(told) == len(before) + 1
    assert (told[0]["by"], told[0]["file_name"], told[0]["undoable"]) == ("operator", "wrong.csv", True)
    assert "wrong.csv" in cli("imports", "alder", data=data).out
    dry = cli("undo", "alder", "--dry-run", data=data)
    assert "1 records would be withdrawn" in dry.out
    assert "Nothing was changed." in dry.out
    assert cli("experts", "Enteric virology", "--json", data=data).body["total"] == 1
    done = cli("undo", "alder", "--json", data=data).body
    assert (done["withdrawn"], done["people_removed"], done["dry_run"]) == (1, 1, False)
    assert cli("experts", "Enteric virology", "--json", data=data).body["total"] == 0
    assert cli("imports", "alder", "--json", data=data).body["items"][0]["undone"]["by"] == "operator"
    cli("undo", "alder", data=data).refused("unknown-import")
    cli("undo", "alder", told[0]["identifier"], data=data).refused("undone-already")
