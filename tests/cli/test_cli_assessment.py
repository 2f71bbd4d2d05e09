"""`gse-skills assess`, `reconfirm`, `endorsements` and `calibration`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.imports.state import read_people
from gse_skills.register import Register
from gse_skills.settings import Settings

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


@pytest.fixture
def ben(data: Path) -> str:
    """Ben says Practitioner of himself in viral serology."""
    with Register.open(Settings(data=data, durable=False)) as register:
        (found,) = [one.person for one in read_people(register.store, "alder") if one.person.name == "Ben Alder"]
    return f"{found.identifier.value:016x}"


def test_a_judgement_is_recorded_confirmed_and_compared(cli: Cli, data: Path, ben: str) -> None:
    said = ("assess", ben, "Viral serology", "Working", "--basis", "manager")
    dry = cli(*said, "--dry-run", data=data)
    assert "dry run" in dry.out
    assert cli("calibration", "alder", data=data).code == 1
    made = cli(*said, "--evidence", "Review of May", "--json", data=data).body
    assert (made["level"], made["basis"], made["counts"], made["dry_run"]) == ("Working", "Manager", True, False)
    again = cli("reconfirm", ben, "Viral serology", "--json", data=data)
    assert again.code == 2
    assert again.problem["rule"] == "nothing-to-change"
    told = cli("calibration", "alder", "--json", data=data)
    assert told.code == 0
    assert told.body["items"][0]["differences"] == {"1": 1}
    assert "+1.00" in cli("calibration", "alder", data=data).out
    none = cli("endorsements", "alder", "--json", data=data)
    assert (none.code, none.body["items"]) == (1, [])
    fresh = cli("experts", "Viral serology", "--fresh", "--json", data=data).body
    assert [hit["level"] for hit in fresh["items"]] == ["Working"]
